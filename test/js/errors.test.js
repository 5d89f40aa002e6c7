// J5: errors keep their identity and stack, wherever they are thrown.
import { Cooperator, Deferred, TaskFailed } from 'cooperator';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

const thrown = [
  ['an Error', new Error('broken')],
  ['a TypeError', new TypeError('broken')],
  ['a frozen object', Object.freeze({ a: 1 })],
  ['text', 'text'],
  ['a number', 7],
  ['NaN', NaN],
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['a symbol', Symbol('s')],
  ['a function', () => {}],
  ['a Promise', Promise.resolve('not unwrapped')],
];

for (const [name, error] of thrown) {
  test(`J5: ${name} thrown by a generator is the error of whenDone and the cause of TaskFailed`, () => {
    const { cooperator, pump } = setup();
    const task = cooperator.cooperate(function* () {
      throw error;
    });
    const done = outcome(task.whenDone());
    pump();
    expect(done).toHaveLength(1);
    expect(done[0].error).toBe(error);
    const refusal = thrownBy(() => task.stop());
    expect(refusal).toBeInstanceOf(TaskFailed);
    expect(refusal.cause).toBe(error);
    const again = outcome(task.whenDone());
    expect(again[0].error).toBe(error);
  });

  test(`J5: ${name} goes through a chain of Deferreds and into a generator as it is`, () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const deferred = new Deferred();
    deferred.addCallback(() => {
      throw error;
    });
    cooperator.cooperate(function* () {
      try {
        yield deferred;
      } catch (caught) {
        log.push(caught);
      }
    });
    pump();
    const seen = outcome(
      Deferred.succeed(1).addCallback(() =>
        deferred.addBoth((result) => {
          throw result;
        }),
      ),
    );
    deferred.callback(1);
    pump();
    expect(log).toHaveLength(1);
    expect(log[0]).toBe(error);
    expect(seen[0].error).toBe(error);
  });
}

test('J5: anything thrown by an async function is the error of whenDone', async () => {
  const { cooperator, pumpAsync } = setup();
  const done = thrown.map(([, error]) =>
    outcome(
      cooperator
        .cooperate(async () => {
          throw error;
        })
        .whenDone(),
    ),
  );
  await pumpAsync(2 * thrown.length);
  thrown.forEach(([, error], index) => expect(done[index][0].error).toBe(error));
});

test('J5: an error keeps its stack', () => {
  const { cooperator, pump } = setup();
  let stack;
  const task = cooperator.cooperate(function* nameToLookFor() {
    const error = new Error('broken');
    ({ stack } = error);
    throw error;
  });
  const done = outcome(task.whenDone());
  pump();
  expect(done[0].error.stack).toBe(stack);
  expect(stack).toMatch(/nameToLookFor/);
});

test('J5: an error that many tasks throw stays one object', () => {
  const error = new Error('shared');
  const { cooperator, pump } = setup({ turns: Infinity });
  const done = Array.from({ length: 100 }, () =>
    outcome(
      cooperator
        .cooperate(function* () {
          yield;
          throw error;
        })
        .whenDone(),
    ),
  );
  pump();
  for (const seen of done) expect(seen[0].error).toBe(error);
});

test('J5: a task that throws does not disturb the others in its slice', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 2));
  outcome(
    cooperator
      .cooperate({
        next() {
          throw new Error('broken');
        },
      })
      .whenDone(),
  );
  cooperator.cooperate(logTurns(log, 'C', 2));
  pump();
  expect(log).toStrictEqual(['A1', 'C1', 'A2', 'C2']);
});

test('J5: a hundred thousand tasks can fail in one slice', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  let handled = 0;
  for (let index = 0; index < 100_000; index++) {
    const task = cooperator.cooperate({
      next() {
        throw index;
      },
    });
    task.whenDone().addErrback((error) => {
      if (error === index) handled += 1;
    });
  }
  pump();
  expect(handled).toBe(100_000);
});

test('J5: an error thrown by a getter of the iterator or its result fails the task', () => {
  const error = new Error('getter');
  const { cooperator, pump } = setup({ turns: Infinity });
  const done = [
    {
      next() {
        return {
          get done() {
            throw error;
          },
        };
      },
    },
    {
      next() {
        return {
          done: false,
          get value() {
            throw error;
          },
        };
      },
    },
    {
      next() {
        return {
          done: true,
          get value() {
            throw error;
          },
        };
      },
    },
    {
      get next() {
        throw error;
      },
      [Symbol.iterator]() {
        return this;
      },
    },
    {
      [Symbol.iterator]() {
        throw error;
      },
    },
  ].map((work) => {
    // cooperate may throw at once, or the task may fail: the error is the same.
    try {
      return outcome(cooperator.cooperate(work).whenDone());
    } catch (caught) {
      return [{ error: caught }];
    }
  });
  pump();
  for (const seen of done) {
    expect(seen).toHaveLength(1);
    expect(seen[0].error).toBe(error);
  }
});

test('J5: if next returns no object, the task fails with a TypeError that names next', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const done = [undefined, null, 42, 'text', true].map((result) =>
    outcome(cooperator.cooperate({ next: () => result }).whenDone()),
  );
  pump();
  for (const seen of done) {
    expect(seen).toStrictEqual([{ error: expect.any(TypeError) }]);
    expect(seen[0].error.message).toMatch(/next/);
  }
});

test('J5: a stack overflow inside a turn fails only that task', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const overflow = () => overflow() + 1;
  const Overflow = thrownBy(overflow).constructor; // RangeError; InternalError in Firefox
  const done = outcome(
    cooperator
      .cooperate(function* () {
        overflow();
      })
      .whenDone(),
  );
  cooperator.cooperate(logTurns(log, 'B', 1));
  pump();
  expect(done).toStrictEqual([{ error: expect.any(Overflow) }]);
  expect(log).toStrictEqual(['B1']);
});

test('J5: 10,000 handled errors leave the package as it was', async () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < 500; index++) {
      outcome(
        Deferred.fail(new Error(`${round}`)).addErrback((error) => {
          throw error;
        }),
      );
    }
    await flushMicrotasks();
  }
  cooperator.cooperate(logTurns(log, 'A', 1));
  pump();
  await flushEventLoop();
  expect(log).toStrictEqual(['A1']);
});

test('S8: each stopped task has a TaskStopped of its own', () => {
  const cooperator = new Cooperator();
  const done = [1, 2].map(() => {
    const task = cooperator.cooperate(logTurns([], 'A'));
    const seen = outcome(task.whenDone());
    task.stop();
    return seen[0].error;
  });
  expect(done[0]).not.toBe(done[1]);
});

test('J5: a revoked Proxy as the error fails its task, and the others continue', async () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const { proxy: error, revoke } = Proxy.revocable({}, {});
  revoke();
  const failed = cooperator.cooperate(function* () {
    yield;
    throw error;
  });
  const done = outcome(failed.whenDone());
  failed.whenDone().addErrback(() => {});
  const other = cooperator.cooperate(function* () {
    yield;
    yield;
  });
  pump(3);
  await flushEventLoop();
  expect([failed.state, other.state]).toStrictEqual(['failed', 'done']);
  expect(done).toHaveLength(1);
});
