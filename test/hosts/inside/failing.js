// Fails in every possible way. Each host must report the failures that hosts.js expects.
describe('fails', () => {
  test('by what it expects', () => {
    expect({ a: 1 }).toStrictEqual({ a: 2 });
  });

  test('by what it throws', () => {
    throw new RangeError('thrown');
  });

  test('by what it rejects with', async () => {
    await null;
    throw new RangeError('rejected');
  });

  describe('in a hook', () => {
    afterEach(() => {
      throw new RangeError('hook');
    });

    test('after it', () => {});
  });
});

test('passes', () => {
  expect([new Error('a')]).toStrictEqual([expect.any(Error)]);
});

test('passes, but something is left', () => {
  Promise.reject(new RangeError('stray rejection'));
  setTimeout(() => {
    throw new RangeError('stray error');
  }, 0);
});
