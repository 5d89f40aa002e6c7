// D1 to D6: Deferreds and their chains of callbacks. Their use as Promises: deferred-promise.test.js.
import { AlreadyCalledError, CancelledError, Deferred, NotPaused, TimeoutError } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { flushMicrotasks, outcome, flushEventLoop, thrownBy } from './support/setup.js';

const broken = new Error('broken');

/** Logs the result at this place of the chain and passes it on. */
function tap(deferred, log, label = 'tap') {
  deferred.addCallbacks(
    (value) => {
      log.push([label, 'value', value]);
      return value;
    },
    (error) => {
      log.push([label, 'error', error]);
      throw error;
    },
  );
  return deferred;
}

describe('D1: the chain', () => {
  test('D1: a callback receives the value synchronously', () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.callback('hello');
    expect(seen).toStrictEqual([{ value: 'hello' }]);
  });

  test('D1: a callback that is added to a fired Deferred runs at once', () => {
    const deferred = new Deferred();
    deferred.callback('hello');
    expect(outcome(deferred)).toStrictEqual([{ value: 'hello' }]);
    expect(outcome(Deferred.succeed('success'))).toStrictEqual([{ value: 'success' }]);
    expect(outcome(Deferred.fail(broken))[0].error).toBe(broken);
  });

  test('D1: each callback receives what the one before it returned', () => {
    const log = [];
    const deferred = new Deferred();
    for (let step = 1; step <= 4; step++)
      deferred.addCallback((value) => {
        log.push(value);
        return value * 2;
      });
    deferred.callback(1);
    expect(log).toStrictEqual([1, 2, 4, 8]);
    expect(outcome(deferred)).toStrictEqual([{ value: 16 }]);
  });

  test('D1: after a callback that returns nothing the result is undefined', () => {
    const deferred = Deferred.succeed(5).addCallback(() => {});
    expect(outcome(deferred)).toStrictEqual([{ value: undefined }]);
  });

  test('D1: a value skips errbacks, an error skips callbacks', () => {
    const log = [];
    const value = new Deferred();
    value.addErrback(() => {
      log.push('errback');
    });
    value.callback('value');
    const error = new Deferred();
    error.addCallback(() => {
      log.push('callback');
    });
    error.errback(broken);
    expect([outcome(value), outcome(error), log]).toStrictEqual([[{ value: 'value' }], [{ error: broken }], []]);
  });

  test('D1: an error that a callback throws goes to the next errback as it is', () => {
    const deferred = new Deferred().addCallback(() => {
      throw broken;
    });
    const seen = outcome(deferred);
    deferred.callback(1);
    expect(seen[0].error).toBe(broken);
  });

  test('D1: the value that an errback returns goes to the next callback', () => {
    const log = [];
    const deferred = Deferred.fail(broken)
      .addErrback((error) => {
        log.push(error === broken);
        return 'recovered';
      })
      .addErrback(() => {
        log.push('not called');
      })
      .addCallback((value) => {
        log.push(value);
      });
    expect(log).toStrictEqual([true, 'recovered']);
    expect(outcome(deferred)).toStrictEqual([{ value: undefined }]);
  });

  test('D1: an error that an errback throws goes to the next errback', () => {
    const second = new Error('second');
    const deferred = Deferred.fail(broken)
      .addErrback(() => {
        throw second;
      })
      .addCallback(() => 'not called');
    expect(outcome(deferred)[0].error).toBe(second);
  });

  test('D1: an Error that a callback returns is a value', () => {
    expect(outcome(Deferred.succeed(1).addCallback(() => broken))).toStrictEqual([{ value: broken }]);
  });

  test('D1: the errback of a pair does not receive what its callback throws', () => {
    const log = [];
    const deferred = Deferred.succeed(1).addCallbacks(
      () => {
        throw broken;
      },
      () => {
        log.push('same pair');
      },
    );
    expect(outcome(deferred)[0].error).toBe(broken);
    expect(log).toStrictEqual([]);
  });

  test('D1: the callback of a pair does not receive what its errback returns', () => {
    const log = [];
    Deferred.fail(broken).addCallbacks(
      () => {
        log.push('same pair');
      },
      () => 'recovered',
    );
    expect(log).toStrictEqual([]);
  });

  test('D1: addCallbacks without an errback passes errors on', () => {
    const deferred = new Deferred().addCallbacks(() => 'not called').addCallbacks(() => 'not called', undefined);
    const seen = outcome(deferred);
    deferred.errback(broken);
    expect(seen[0].error).toBe(broken);
  });

  test('D1: addBoth is called for a value and for an error', () => {
    const log = [];
    Deferred.succeed(1)
      .addBoth((result) => {
        log.push(result);
        return 2;
      })
      .addBoth((result) => {
        log.push(result);
      });
    Deferred.fail(broken)
      .addBoth((result) => {
        log.push(result);
      })
      .addBoth((result) => {
        log.push(result);
      });
    expect(log).toStrictEqual([1, 2, broken, undefined]);
  });

  test('D1: the second argument of an addBoth callback tells whether it has an error; what it returns is a value', () => {
    const log = [];
    const note = (...args) => {
      log.push(args);
      return args[0];
    };
    const rethrow = (result, failed) => {
      if (failed) throw result;
      return result;
    };
    Deferred.succeed(1).addBoth(note).addBoth(rethrow).addBoth(note);
    Deferred.fail(broken).addBoth(rethrow).addBoth(note).addBoth(note);
    expect(log).toStrictEqual([
      [1, false],
      [1, false],
      [broken, true],
      [broken, false],
    ]);
    Deferred.succeed(1).addCallback(note);
    Deferred.fail(2).addErrback(note);
    expect(log.slice(4)).toStrictEqual([[1], [2]]);
  });

  test('D1: the methods that add to the chain return the Deferred', () => {
    const deferred = new Deferred();
    const id = (value) => value;
    expect(
      [
        deferred.addCallback(id),
        deferred.addErrback(id),
        deferred.addBoth(id),
        deferred.addCallbacks(id, id),
        deferred.chainDeferred(new Deferred()),
        deferred.addTimeout(5, new Clock()),
      ].every((returned) => returned === deferred),
    ).toBe(true);
  });

  test('D1: any value can be an error', () => {
    for (const error of [undefined, null, 0, '', 'text', Symbol('s'), Object.freeze({})]) {
      expect(outcome(Deferred.fail(error))[0]).toHaveProperty('error', error);
      expect(
        outcome(
          Deferred.succeed(1).addCallback(() => {
            throw error;
          }),
        )[0],
      ).toHaveProperty('error', error);
    }
  });

  test('D1: anything but a thenable can be a value', () => {
    for (const value of [undefined, null, 0, NaN, '', 'text', 1n, Symbol('s'), Object.freeze({}), () => 1, broken]) {
      expect(outcome(Deferred.succeed(value))[0].value).toBe(value);
    }
  });

  test('D2: called is true once the Deferred has fired', () => {
    const deferred = new Deferred();
    expect(deferred.called).toBe(false);
    deferred.pause();
    deferred.callback(1);
    expect(deferred.called).toBe(true);
    const failed = new Deferred();
    outcome(failed);
    failed.errback(broken);
    expect(failed.called).toBe(true);
    const cancelled = new Deferred();
    outcome(cancelled);
    cancelled.cancel();
    expect([cancelled.called, Deferred.succeed(1).called]).toStrictEqual([true, true]);
  });

  test('D1: a revoked Proxy can be an error', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const log = [];
    Deferred.fail(proxy).addCallbacks(
      () => log.push('value'),
      (error) => log.push(error === proxy),
    );
    expect(log).toStrictEqual([true]);
  });

  test('D1: addCallbacks without callback and errback changes nothing', () => {
    const deferred = new Deferred();
    expect(deferred.addCallbacks(undefined, undefined)).toBe(deferred);
    deferred.callback(1);
    expect(outcome(deferred)).toStrictEqual([{ value: 1 }]);
  });
});

describe('D2: fires once', () => {
  const fire = {
    callback: (deferred) => deferred.callback('value'),
    errback: (deferred) => deferred.errback(broken),
  };
  for (const first of Object.keys(fire)) {
    for (const second of Object.keys(fire)) {
      test(`D2: ${second} after ${first} throws AlreadyCalledError and changes nothing`, () => {
        const deferred = new Deferred();
        const seen = outcome(deferred);
        fire[first](deferred);
        const before = [...seen];
        expect(() => fire[second](deferred)).toThrow(AlreadyCalledError);
        expect(seen).toStrictEqual(before);
        expect(outcome(deferred)).toStrictEqual([{ value: undefined }]);
      });
    }
  }

  test('D2: firing a Deferred inside its own callback throws AlreadyCalledError', () => {
    const deferred = new Deferred();
    deferred.addCallback(() => thrownBy(() => deferred.callback(2)));
    deferred.callback(1);
    expect(outcome(deferred)).toStrictEqual([{ value: expect.any(AlreadyCalledError) }]);
  });

  test('D2: firing a Deferred again while it waits throws AlreadyCalledError', () => {
    const deferred = new Deferred();
    deferred.addCallback(() => new Deferred());
    deferred.callback(1);
    expect(() => deferred.callback(2)).toThrow(AlreadyCalledError);
  });

  test('D2: AlreadyCalledError has a name and a message', () => {
    const deferred = Deferred.succeed(1);
    const error = thrownBy(() => deferred.callback(2));
    expect(error.name).toBe('AlreadyCalledError');
    expect(error.message).toMatch(/\w+ \w+ \w+/);
  });

  for (const late of Object.keys(fire)) {
    test(`D2: after cancel without a canceller one late ${late} is swallowed, a second one throws`, async () => {
      const deferred = new Deferred();
      const seen = outcome(deferred);
      deferred.cancel();
      expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
      fire[late](deferred);
      expect(seen).toHaveLength(1);
      expect(() => deferred.callback()).toThrow(AlreadyCalledError);
      expect(() => deferred.errback(broken)).toThrow(AlreadyCalledError);
      await flushEventLoop();
    });
  }

  test('D2: a late firing is swallowed even after callbacks were added and the Deferred was awaited', async () => {
    const deferred = new Deferred();
    outcome(deferred);
    deferred.cancel();
    deferred.addCallback(() => 'more');
    await deferred;
    deferred.callback('late');
    expect(outcome(deferred)).toStrictEqual([{ value: 'more' }]);
    expect(() => deferred.callback()).toThrow(AlreadyCalledError);
  });

  test('D2: after cancel with a canceller no late firing is swallowed', () => {
    const deferred = new Deferred(() => {});
    outcome(deferred);
    deferred.cancel();
    expect(() => deferred.callback()).toThrow(AlreadyCalledError);
    expect(() => deferred.errback(broken)).toThrow(AlreadyCalledError);
  });

  test('D2: cancelling a fired Deferred does not allow a second firing', () => {
    const deferred = Deferred.succeed(1);
    deferred.cancel();
    expect(() => deferred.callback(2)).toThrow(AlreadyCalledError);
  });

  test('D2: after a cancel the late firing of chainDeferred is swallowed, and a second firing throws', () => {
    const source = new Deferred();
    const target = new Deferred();
    source.chainDeferred(target);
    const seen = outcome(target);
    target.cancel();
    source.callback(5);
    expect(() => target.callback(7)).toThrow(AlreadyCalledError);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test('D2: the value of a late firing is not inspected', () => {
    const log = [];
    const thenable = {
      then() {
        log.push('then');
      },
    };
    const fired = Deferred.succeed(1);
    expect(() => fired.callback(thenable)).toThrow(AlreadyCalledError);
    const cancelled = new Deferred().addErrback(() => {});
    cancelled.cancel();
    cancelled.callback(thenable); // swallowed
    expect(log).toStrictEqual([]);
  });

  test('D2: a Deferred without callbacks that the getter of then fires keeps that result', () => {
    const d = new Deferred();
    const value = {
      get then() {
        d.callback(1);
        return undefined;
      },
    };
    expect(() => d.callback(value)).toThrow(AlreadyCalledError);
    expect(outcome(d)).toStrictEqual([{ value: 1 }]);
  });

  test.each([
    [
      'whose then getter fires it',
      (d, other) => ({
        get then() {
          d.callback(1);
          return other();
        },
      }),
    ],
    [
      'whose then cancels it',
      (d, other) => ({
        then(done) {
          d.cancel();
          other();
          done('late');
        },
      }),
    ],
  ])('D2: a Deferred that is fired with a thenable %s does not disturb other Deferreds', (_, make) => {
    const log = [];
    const d = new Deferred();
    const others = [];
    d.addBoth((result) => {
      log.push(['d', result instanceof Error ? result.name : result]);
    });
    const thenable = make(d, () => {
      for (let i = 0; i < 3; i++) {
        others.push(
          new Deferred().addBoth((result) => {
            log.push(['other', result]);
          }),
        );
      }
      return undefined;
    });
    try {
      d.callback(thenable);
    } catch (error) {
      log.push([error.name]);
    }
    expect(log.filter(([name]) => name === 'other')).toStrictEqual([]);
    expect(log[0][0]).toBe('d');
    others.forEach((other, i) => other.callback(i));
    expect(log.filter(([name]) => name === 'other')).toStrictEqual([
      ['other', 0],
      ['other', 1],
      ['other', 2],
    ]);
  });
});

describe('D3: waiting for another Deferred', () => {
  test('D3: after a callback that returns a Deferred the chain waits for its result', () => {
    const inner = new Deferred();
    const outer = Deferred.succeed(1).addCallback(() => inner);
    const seen = outcome(outer);
    expect(seen).toStrictEqual([]);
    inner.callback('inner');
    expect(seen).toStrictEqual([{ value: 'inner' }]);
  });

  test('D3: after an errback that returns a Deferred the chain waits for its result', () => {
    const inner = new Deferred();
    const outer = Deferred.fail(broken).addErrback(() => inner);
    const seen = outcome(outer);
    expect(seen).toStrictEqual([]);
    inner.callback('inner');
    expect(seen).toStrictEqual([{ value: 'inner' }]);
  });

  test('D3: an inner Deferred that has fired is left with undefined', () => {
    const inner = Deferred.succeed('inner');
    const outer = Deferred.succeed(1).addCallback(() => inner);
    expect(outcome(inner)).toStrictEqual([{ value: undefined }]);
    expect(outcome(outer)).toStrictEqual([{ value: 'inner' }]);
  });

  test('D3: an inner Deferred that fires later is left with undefined', () => {
    const inner = new Deferred();
    const outer = Deferred.succeed(1).addCallback(() => inner);
    const seen = [outcome(inner), outcome(outer)];
    expect(seen).toStrictEqual([[], []]);
    inner.callback('inner');
    expect(seen).toStrictEqual([[{ value: undefined }], [{ value: 'inner' }]]);
  });

  test('D3: the error of an inner Deferred is taken over, whether it fails before or later', () => {
    const before = Deferred.fail(broken);
    const after = new Deferred();
    const outers = [before, after].map((inner) => Deferred.succeed(1).addCallback(() => inner));
    const seen = [outcome(before), outcome(outers[0]), outcome(after), outcome(outers[1])];
    after.errback(broken);
    expect(seen).toStrictEqual([
      [{ value: undefined }],
      [{ error: broken }],
      [{ value: undefined }],
      [{ error: broken }],
    ]);
  });

  test('D3: earlier callbacks of the inner Deferred run first and determine the result', () => {
    const log = [];
    const inner = new Deferred();
    inner.addCallback((value) => {
      log.push(['inner', value]);
      return value * 2;
    });
    const outer = Deferred.succeed(1).addCallback(() => inner);
    tap(outer, log, 'outer');
    inner.callback(21);
    expect(log).toStrictEqual([
      ['inner', 21],
      ['outer', 'value', 42],
    ]);
  });

  test('D3: waiting is transitive', () => {
    const [first, second, third] = [new Deferred(), new Deferred(), new Deferred()];
    second.addCallback(() => first);
    third.addCallback(() => second);
    const seen = outcome(third);
    second.callback();
    third.callback();
    expect(seen).toStrictEqual([]);
    first.callback('value');
    expect(seen).toStrictEqual([{ value: 'value' }]);
  });

  test('D3: an inner Deferred that waits itself runs its own callbacks before it hands over its result', () => {
    const log = [];
    const innermost = new Deferred();
    const outer = Deferred.succeed('outer').addCallback((value) => {
      log.push(['outer', value]);
      return Deferred.succeed('middle')
        .addCallback((inside) => {
          log.push(['middle', inside]);
          return innermost;
        })
        .addCallback((inside) => {
          log.push(['middle again', inside]);
          return inside + inside;
        });
    });
    outer.addCallback((value) => {
      log.push(['end', value]);
    });
    expect(log).toStrictEqual([
      ['outer', 'outer'],
      ['middle', 'middle'],
    ]);
    innermost.callback('x');
    expect(log.slice(2)).toStrictEqual([
      ['middle again', 'x'],
      ['end', 'xx'],
    ]);
  });

  test('D3: a callback that is added to the inner Deferred later runs after it has handed over its result', () => {
    const log = [];
    const inner = new Deferred();
    const outer = Deferred.succeed(1).addCallback(() => inner);
    outer.addCallback((value) => {
      log.push(['outer', value]);
    });
    inner.addCallback((value) => {
      log.push(['inner, too late to change it', value]);
      return 'ignored';
    });
    inner.callback('value');
    expect(log).toStrictEqual([
      ['outer', 'value'],
      ['inner, too late to change it', undefined],
    ]);
  });

  test('D3: of three in a row the first receives the value and the middle one is left with undefined', () => {
    const [first, second, third] = [new Deferred(), new Deferred(), new Deferred()];
    first.addCallback(() => second);
    second.addCallback(() => third);
    second.callback();
    first.callback();
    third.callback('value');
    expect([outcome(first), outcome(second)]).toStrictEqual([[{ value: 'value' }], [{ value: undefined }]]);
  });

  test('D3: of two Deferreds that wait for one, the first receives the result and the second undefined', () => {
    const inner = new Deferred();
    const seen = [1, 2].map(() => outcome(Deferred.succeed(1).addCallback(() => inner)));
    inner.callback('value');
    expect(seen).toStrictEqual([[{ value: 'value' }], [{ value: undefined }]]);
  });

  test('D3: a paused inner Deferred that has fired hands over its result when it is unpaused', () => {
    const inner = Deferred.succeed('inner');
    inner.pause();
    const seen = outcome(Deferred.succeed(1).addCallback(() => inner));
    expect(seen).toStrictEqual([]);
    inner.unpause();
    expect(seen).toStrictEqual([{ value: 'inner' }]);
  });

  test('D3: a paused inner Deferred that fires later hands over its result when it is unpaused', () => {
    const inner = new Deferred();
    inner.pause();
    const seen = outcome(Deferred.succeed(1).addCallback(() => inner));
    inner.callback('inner');
    expect(seen).toStrictEqual([]);
    inner.unpause();
    expect(seen).toStrictEqual([{ value: 'inner' }]);
  });

  test('D3: pausing the outer Deferred does not hold up the callbacks of the inner one', () => {
    const outer = new Deferred();
    const inner = new Deferred();
    outer.addCallback(() => inner);
    outer.callback();
    outer.pause();
    inner.callback('value');
    expect(outcome(inner)).toStrictEqual([{ value: undefined }]);
    const seen = outcome(outer);
    expect(seen).toStrictEqual([]);
    outer.unpause();
    expect(seen).toStrictEqual([{ value: 'value' }]);
  });

  test('D3: after a callback that returns a Promise the chain waits until it is settled', async () => {
    const outer = Deferred.succeed(1).addCallback(() => Promise.resolve('promised'));
    const failing = Deferred.succeed(1).addCallback(() => Promise.reject(broken));
    const seen = [outcome(outer), outcome(failing)];
    expect(seen).toStrictEqual([[], []]);
    await flushMicrotasks();
    expect(seen).toStrictEqual([[{ value: 'promised' }], [{ error: broken }]]);
  });

  test('D3: after a callback that returns a thenable the chain waits for it', async () => {
    let resolve;
    const outer = Deferred.succeed(1).addCallback(() => ({
      then(done) {
        resolve = done;
      },
    }));
    const seen = outcome(outer);
    await flushMicrotasks();
    expect(seen).toStrictEqual([]);
    resolve('value');
    await flushMicrotasks();
    expect(seen).toStrictEqual([{ value: 'value' }]);
  });

  test('D3: callback(deferred) takes over the result of that Deferred', () => {
    const before = new Deferred();
    before.callback(Deferred.succeed('before'));
    const inner = new Deferred();
    const after = new Deferred();
    const seen = [outcome(before), outcome(after)];
    after.callback(inner);
    expect([after.called, inner.called]).toStrictEqual([true, false]);
    expect(() => after.callback()).toThrow(AlreadyCalledError);
    inner.callback('after');
    expect(seen).toStrictEqual([[{ value: 'before' }], [{ value: 'after' }]]);
    expect(outcome(inner)).toStrictEqual([{ value: undefined }]);
  });

  test('D3: callback(promise) and succeed(promise) wait for the Promise', async () => {
    const deferred = new Deferred();
    const seen = [outcome(deferred), outcome(Deferred.succeed(Promise.reject(broken)))];
    deferred.callback(Promise.resolve('promised'));
    expect(seen).toStrictEqual([[], []]);
    await flushMicrotasks();
    expect(seen).toStrictEqual([[{ value: 'promised' }], [{ error: broken }]]);
  });

  test('D3: a thenable that resolves to another thenable is followed to the end', async () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.callback({
      then(done) {
        done({
          then(again) {
            again('end');
          },
        });
      },
    });
    await flushMicrotasks();
    expect(seen).toStrictEqual([{ value: 'end' }]);
  });

  for (const [way, use] of Object.entries({
    'callback(thenable)': (thenable) => {
      const deferred = new Deferred();
      deferred.callback(thenable);
      return deferred;
    },
    'a callback that returns a thenable': (thenable) => Deferred.succeed(1).addCallback(() => thenable),
  })) {
    test(`D3: ${way} reads then once`, async () => {
      let reads = 0;
      const thenable = {
        get then() {
          reads += 1;
          return (done) => done('value');
        },
      };
      const seen = outcome(use(thenable));
      await flushMicrotasks();
      expect([reads, seen]).toStrictEqual([1, [{ value: 'value' }]]);
    });

    test(`D3: ${way} fails with what reading or calling then throws`, async () => {
      const seen = [
        outcome(
          use({
            get then() {
              throw broken;
            },
          }),
        ),
        outcome(
          use({
            then() {
              throw broken;
            },
          }),
        ),
      ];
      await flushMicrotasks();
      expect(seen).toStrictEqual([[{ error: broken }], [{ error: broken }]]);
    });

    test(`D3: ${way} takes only the first result of the thenable`, async () => {
      const seen = outcome(
        use({
          then(done, fail) {
            done('first');
            done('second');
            fail(broken);
            throw broken;
          },
        }),
      );
      await flushMicrotasks();
      expect(seen).toStrictEqual([{ value: 'first' }]);
    });
  }

  test('D3: an object whose then is not a function is a value', () => {
    const value = { then: 5 };
    expect(outcome(Deferred.succeed(value))[0].value).toBe(value);
    expect(outcome(Deferred.succeed(1).addCallback(() => value))[0].value).toBe(value);
  });

  test('D3: a Deferred whose callback returns it fails with a TypeError', () => {
    const deferred = new Deferred();
    deferred.addCallback(() => deferred);
    const seen = outcome(deferred);
    deferred.callback(1);
    expect(seen).toStrictEqual([{ error: expect.any(TypeError) }]);
  });

  test('D3: a Deferred that is fired with itself fails with a TypeError', () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.callback(deferred);
    expect(seen).toStrictEqual([{ error: expect.any(TypeError) }]);
  });

  for (const length of [2, 3, 100]) {
    test(`D3: ${length} Deferreds that wait for each other in a circle fail with a TypeError`, () => {
      const circle = Array.from({ length }, () => new Deferred());
      circle.forEach((deferred, index) => deferred.addCallback(() => circle[(index + 1) % length]));
      const seen = circle.map(outcome);
      circle.forEach((deferred) => deferred.callback());
      // The Deferred that waits longest takes the error over from the others, which are left with undefined.
      const errors = seen.flat().filter((entry) => 'error' in entry);
      expect(errors).toStrictEqual([{ error: expect.any(TypeError) }]);
      expect(seen.map((entries) => entries.length)).toStrictEqual(new Array(length).fill(1));
    });
  }

  test('D3: a Deferred can wait for another one after a circle was refused', () => {
    const deferred = new Deferred();
    const inner = new Deferred();
    deferred.addCallback(() => deferred).addErrback(() => inner);
    const seen = outcome(deferred);
    deferred.callback();
    inner.callback('fine');
    expect(seen).toStrictEqual([{ value: 'fine' }]);
  });

  test('D3: two Deferreds that wait for the same one are not a circle', () => {
    const shared = new Deferred();
    const middle = Deferred.succeed(1).addCallback(() => shared);
    const outer = Deferred.succeed(1)
      .addCallback(() => shared)
      .addCallback(() => middle);
    const seen = outcome(outer);
    shared.callback('value');
    expect(seen).toHaveLength(1);
    expect(seen[0]).not.toHaveProperty('error');
  });

  test('D3: a thenable that resolves to itself, or to one whose then cannot be read, is an error', () => {
    const itself = {
      then(resolve) {
        resolve(itself);
      },
    };
    const unreadable = {
      get then() {
        throw new Error('unreadable');
      },
    };
    const seen = [
      itself,
      {
        then(resolve) {
          resolve(unreadable);
        },
      },
    ].map((thenable) => outcome(Deferred.succeed(thenable)));
    expect(seen[0]).toStrictEqual([{ error: expect.any(TypeError) }]);
    expect(seen[1][0].error.message).toBe('unreadable');
  });
});

describe('D4: pause, chain, cancel, timeout', () => {
  test('D4: a paused Deferred holds its result', () => {
    const deferred = Deferred.fail(broken);
    deferred.pause();
    const seen = outcome(deferred);
    expect(seen).toStrictEqual([]);
    deferred.unpause();
    expect(seen).toStrictEqual([{ error: broken }]);
  });

  test('D4: pause twice needs two unpauses', () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.pause();
    deferred.pause();
    deferred.callback(1);
    deferred.unpause();
    expect(seen).toStrictEqual([]);
    deferred.unpause();
    expect(seen).toStrictEqual([{ value: 1 }]);
  });

  test('D4: pause and unpause before firing have no effect', () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.pause();
    deferred.unpause();
    expect(seen).toStrictEqual([]);
    deferred.callback(1);
    expect(seen).toStrictEqual([{ value: 1 }]);
  });

  test('D4: unpause without a pause throws NotPaused', () => {
    expect(() => new Deferred().unpause()).toThrow(NotPaused);
  });

  test('D4: unpause without a pause does not continue a chain that waits for another Deferred', () => {
    const inner = new Deferred();
    const outer = Deferred.succeed(1).addCallback(() => inner);
    const seen = outcome(outer);
    expect(() => outer.unpause()).toThrow(NotPaused);
    expect(seen).toStrictEqual([]);
    inner.callback('value');
    expect(seen).toStrictEqual([{ value: 'value' }]);
  });

  test("D4: a pause inside the Deferred's own callback holds the chain after that callback", () => {
    const log = [];
    const deferred = new Deferred();
    deferred.addCallback((value) => {
      deferred.pause();
      log.push(value);
      return 'next';
    });
    tap(deferred, log);
    deferred.callback('first');
    expect(log).toStrictEqual(['first']);
    deferred.unpause();
    expect(log).toStrictEqual(['first', ['tap', 'value', 'next']]);
  });

  test("D4: pause and unpause inside the Deferred's own callback have no effect", () => {
    const log = [];
    const deferred = new Deferred();
    deferred.addCallback((value) => {
      deferred.pause();
      deferred.unpause();
      log.push(value);
      return 'next';
    });
    tap(deferred, log);
    deferred.callback('first');
    expect(log).toStrictEqual(['first', ['tap', 'value', 'next']]);
  });

  test('D4: chainDeferred hands the value on and leaves undefined', () => {
    const [one, other] = [new Deferred(), new Deferred()];
    one.chainDeferred(other);
    const seen = [outcome(one), outcome(other)];
    one.callback('value');
    expect(seen).toStrictEqual([[{ value: undefined }], [{ value: 'value' }]]);
  });

  test('D4: chainDeferred hands the error on and leaves undefined', () => {
    const [one, other] = [new Deferred(), new Deferred()];
    one.chainDeferred(other);
    const seen = [outcome(one), outcome(other)];
    one.errback(broken);
    expect(seen).toStrictEqual([[{ value: undefined }], [{ error: broken }]]);
  });

  test('D4: chainDeferred hands on the result at its place in the chain', () => {
    const [one, other] = [new Deferred(), new Deferred()];
    one.addCallback((value) => value * 2).chainDeferred(other);
    const seen = outcome(other);
    one.callback(21);
    expect(seen).toStrictEqual([{ value: 42 }]);
  });

  test('D4: firing the second of two chained Deferreds does not fire the first', () => {
    const [one, other] = [new Deferred(), new Deferred()];
    one.chainDeferred(other);
    other.callback('by itself');
    expect([one.called, outcome(other)]).toStrictEqual([false, [{ value: 'by itself' }]]);
    const seen = outcome(one);
    one.callback(1);
    expect(seen).toStrictEqual([{ error: expect.any(AlreadyCalledError) }]);
  });

  test('D4: cancel without a canceller fails with CancelledError, once', () => {
    const deferred = new Deferred();
    const seen = outcome(deferred);
    deferred.cancel();
    deferred.cancel();
    deferred.callback();
    deferred.cancel();
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    expect(seen[0].error.name).toBe('CancelledError');
  });

  test('D4: cancel calls the canceller, and fails with CancelledError if that fires nothing', () => {
    const given = [];
    const deferred = new Deferred((argument) => {
      given.push(argument === deferred);
    });
    const seen = outcome(deferred);
    deferred.cancel();
    deferred.cancel();
    expect(given).toStrictEqual([true]);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test('D4: a canceller that fires the Deferred determines its result', () => {
    const value = new Deferred((deferred) => deferred.callback('hello'));
    const error = new Deferred((deferred) => deferred.errback(broken));
    const seen = [outcome(value), outcome(error)];
    value.cancel();
    error.cancel();
    expect(seen).toStrictEqual([[{ value: 'hello' }], [{ error: broken }]]);
  });

  test('D4: cancel on a fired Deferred does nothing and calls no canceller', () => {
    const called = [];
    const value = new Deferred(() => {
      called.push('value');
    });
    const error = new Deferred(() => {
      called.push('error');
    });
    value.callback('value');
    const seen = outcome(error);
    error.errback(broken);
    value.cancel();
    error.cancel();
    expect(called).toStrictEqual([]);
    expect([outcome(value), seen]).toStrictEqual([[{ value: 'value' }], [{ error: broken }]]);
  });

  test('D4: cancel on a Deferred that waits for another cancels that one', () => {
    const called = [];
    const inner = new Deferred(() => {
      called.push('inner');
    });
    const outer = new Deferred(() => {
      called.push('outer');
    });
    outer.addCallback(() => inner);
    outer.callback();
    const seen = outcome(outer);
    outer.cancel();
    expect(called).toStrictEqual(['inner']);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test('D4: cancel reaches the last Deferred in a row that wait for one another', () => {
    const called = [];
    const last = new Deferred((deferred) => {
      called.push('last');
      deferred.callback('instead');
    });
    const middle = Deferred.succeed().addCallback(() => last);
    const outer = Deferred.succeed().addCallback(() => middle);
    const seen = outcome(outer);
    outer.cancel();
    expect([called, seen]).toStrictEqual([['last'], [{ value: 'instead' }]]);
  });

  test('D4: cancel on a Deferred that waits for a Promise ends the wait; its late result is swallowed', async () => {
    const ends = [];
    const make = () =>
      Deferred.succeed().addCallback(
        () =>
          new Promise((...both) => {
            ends.push(both);
          }),
      );
    const [one, other] = [make(), make()];
    const seen = [outcome(one), outcome(other)];
    one.cancel();
    other.cancel();
    ends[0][0]('late');
    ends[1][1](new Error('late'));
    await flushEventLoop();
    expect(seen).toStrictEqual(new Array(2).fill([{ error: expect.any(CancelledError) }]));
  });

  test('D4: cancel throws what the canceller throws, and the Deferred is cancelled nevertheless', () => {
    const deferred = new Deferred(() => {
      throw broken;
    });
    const seen = outcome(deferred);
    expect(thrownBy(() => deferred.cancel())).toBe(broken);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test('D4: addTimeout cancels after its time, and the error is a TimeoutError', () => {
    const clock = new Clock();
    const deferred = new Deferred().addTimeout(10, clock);
    const seen = outcome(deferred);
    clock.advance(9);
    expect(seen).toStrictEqual([]);
    clock.advance(1);
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
    expect(seen[0].error.name).toBe('TimeoutError');
    expect(seen[0].error.message).toMatch(/time/);
  });

  test('D4: a Deferred that timed out swallows one late firing', () => {
    const clock = new Clock();
    const deferred = new Deferred().addTimeout(10, clock);
    const seen = outcome(deferred);
    clock.advance(10);
    deferred.callback('late');
    expect(seen).toHaveLength(1);
    expect(() => deferred.callback('later')).toThrow(AlreadyCalledError);
  });

  for (const [way, fire, expected] of [
    ['value', (deferred) => deferred.callback('in time'), { value: 'in time' }],
    ['error', (deferred) => deferred.errback(broken), { error: broken }],
    ['cancel', (deferred) => deferred.cancel(), { error: expect.any(CancelledError) }],
  ]) {
    test(`D4: after a ${way} in time the timeout does not happen, not even to what the chain waits for then`, () => {
      const clock = new Clock();
      const inner = new Deferred();
      const seen = [];
      const deferred = new Deferred().addTimeout(10, clock);
      deferred.addCallbacks(
        (value) => {
          seen.push({ value });
          return inner;
        },
        (error) => {
          seen.push({ error });
          return inner;
        },
      );
      fire(deferred);
      expect(seen).toStrictEqual([expected]);
      clock.advance(100);
      expect([seen.length, inner.called]).toStrictEqual([1, false]);
    });
  }

  test('D4: a timeout calls the canceller, whose value or error is the result', () => {
    const clock = new Clock();
    const value = new Deferred((deferred) => deferred.callback('instead')).addTimeout(10, clock);
    const error = new Deferred((deferred) => deferred.errback(broken)).addTimeout(10, clock);
    const seen = [outcome(value), outcome(error)];
    clock.advance(10);
    expect(seen).toStrictEqual([[{ value: 'instead' }], [{ error: broken }]]);
  });

  test('D4: an errback before the timeout receives CancelledError, which becomes TimeoutError after that', () => {
    const clock = new Clock();
    const log = [];
    const deferred = new Deferred();
    tap(deferred, log);
    const seen = outcome(deferred.addTimeout(10, clock));
    clock.advance(10);
    expect(log).toStrictEqual([['tap', 'error', expect.any(CancelledError)]]);
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
  });

  test('D4: an errback before the timeout can handle the cancellation', () => {
    const clock = new Clock();
    const deferred = new Deferred().addErrback(() => 'taken care of');
    const seen = outcome(deferred.addTimeout(10, clock));
    clock.advance(10);
    expect(seen).toStrictEqual([{ value: 'taken care of' }]);
  });

  test('D4: a timeout cancels what an earlier callback waits for', () => {
    const clock = new Clock();
    const inner = new Deferred();
    const deferred = Deferred.succeed(1)
      .addCallback(() => inner)
      .addTimeout(10, clock);
    const seen = outcome(deferred);
    clock.advance(10);
    expect(inner.called).toBe(true);
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
  });

  test('D4: a CancelledError of a cancel before the timeout does not become a TimeoutError', () => {
    const clock = new Clock();
    const deferred = new Deferred().addTimeout(10, clock);
    const seen = outcome(deferred);
    clock.advance(5);
    deferred.cancel();
    clock.advance(5);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    expect(seen[0].error).not.toBeInstanceOf(TimeoutError);
  });

  test('D4: of two timeouts the shorter one happens', () => {
    const clock = new Clock();
    const deferred = new Deferred().addTimeout(20, clock).addTimeout(10, clock);
    const seen = outcome(deferred);
    clock.advance(10);
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
    clock.advance(10);
    expect(seen).toHaveLength(1);
  });

  test('J5: everybody who observes a cancelled or timed-out Deferred receives the same error object', async () => {
    const clock = new Clock();
    const cancelled = new Deferred();
    const late = new Deferred().addTimeout(10, clock);
    for (const [deferred, end] of [
      [cancelled, () => cancelled.cancel()],
      [late, () => clock.advance(10)],
    ]) {
      const errors = [deferred.catch((error) => error), deferred.catch((error) => error)];
      end();
      const [one, other] = await Promise.all(errors);
      expect(one).toBe(other);
      expect(await deferred.catch((error) => error)).toBe(one);
    }
  });

  test('D4: a result in time cancels the timer of the timeout', () => {
    const log = [];
    const clock = {
      callLater(ms) {
        log.push(`set ${ms}`);
        return {
          cancel() {
            log.push('cancel');
          },
        };
      },
    };
    const deferred = new Deferred().addTimeout(10, clock);
    deferred.callback(1);
    expect(log).toStrictEqual(['set 10', 'cancel']);
  });

  test('D4: addTimeout throws what the clock throws, and leaves the chain as it is', () => {
    const deferred = new Deferred();
    const broken = new Error('the clock');
    expect(
      thrownBy(() =>
        deferred.addTimeout(1, {
          callLater() {
            throw broken;
          },
        }),
      ),
    ).toBe(broken);
    const seen = outcome(deferred);
    deferred.callback(1);
    expect(seen).toStrictEqual([{ value: 1 }]);
  });

  test('D4: a clock that throws, or cannot cancel, does not end a later timeout with its late call', () => {
    for (const fails of [true, false]) {
      const calls = [];
      const clock = {
        callLater(ms, f) {
          calls.push(f);
          if (fails && calls.length === 1) throw new Error('the clock');
          return { cancel() {} };
        },
      };
      const first = new Deferred();
      if (fails) expect(() => first.addTimeout(1, clock)).toThrow('the clock');
      else first.addTimeout(1, clock).callback();
      const second = new Deferred().addTimeout(1, clock); // in the memory of the first timeout
      calls[0]();
      expect([first.called, second.called]).toStrictEqual([!fails, false]);
      const seen = outcome(second);
      calls[1]();
      expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
    }
  });

  test('D4: a timeout of 0 ms happens at the next call of the clock', () => {
    const clock = new Clock();
    const seen = outcome(new Deferred().addTimeout(0, clock));
    expect(seen).toStrictEqual([]);
    clock.advance(0);
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
  });

  test('D4: a timeout happens once, even if the clock calls back twice', () => {
    const calls = [];
    const deferred = new Deferred().addTimeout(1, {
      callLater: (ms, f) => {
        calls.push(f);
        return { cancel() {} };
      },
    });
    const seen = outcome(deferred);
    calls[0]();
    calls[0]();
    expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
  });

  test('D4: unpause inside callLater of the clock throws NotPaused', () => {
    const d = new Deferred();
    d.callback(1);
    const caught = [];
    d.addTimeout(5, {
      callLater() {
        try {
          d.unpause();
        } catch (error) {
          caught.push(error.name);
        }
        return { cancel() {} };
      },
    });
    expect(caught).toStrictEqual(['NotPaused']);
    expect(outcome(d)).toStrictEqual([{ value: 1 }]);
  });
});

describe('D5: chains of any length', () => {
  const length = 100_000;
  const many = () => Array.from({ length }, () => new Deferred());
  const link = (deferreds) => {
    for (let index = 0; index + 1 < length; index++) deferreds[index].addCallback(() => deferreds[index + 1]);
    return deferreds;
  };
  const orders = {
    'from first to last': Array.from({ length }, (_, index) => index),
    'from last to first': Array.from({ length }, (_, index) => length - 1 - index),
    'from the last but one to the first, then the last': [
      ...Array.from({ length: length - 1 }, (_, index) => length - 2 - index),
      length - 1,
    ],
    'every second one first': [
      ...Array.from({ length: length / 2 }, (_, index) => 2 * index),
      ...Array.from({ length: length / 2 }, (_, index) => 2 * index + 1),
    ],
    // 7919 and 100,000 have no common factor, so the multiples of 7919 are a permutation.
    'in scattered order': Array.from({ length }, (_, index) => (index * 7919) % length),
  };
  for (const [name, order] of Object.entries(orders)) {
    test(`D5: ${length} Deferreds, each of which waits for the next, fired ${name}`, () => {
      const deferreds = link(many());
      const seen = outcome(deferreds[0]);
      for (const index of order) deferreds[index].callback(index);
      expect(seen).toStrictEqual([{ value: length - 1 }]);
    });
  }

  test('D5: an error goes through a chain of a hundred thousand Deferreds', () => {
    const deferreds = link(many());
    const seen = outcome(deferreds[0]);
    for (let index = 0; index + 1 < length; index++) deferreds[index].callback();
    deferreds[length - 1].errback(broken);
    expect(seen[0].error).toBe(broken);
  });

  test('D5: a circle of a hundred thousand Deferreds is found', () => {
    const deferreds = link(many());
    deferreds[length - 1].addCallback(() => deferreds[0]);
    const seen = outcome(deferreds[0]);
    for (const deferred of deferreds) deferred.callback();
    expect(seen).toStrictEqual([{ error: expect.any(TypeError) }]);
  });

  test('D5: a value goes through a hundred thousand Deferreds with chainDeferred', () => {
    const deferreds = many();
    for (let index = 0; index + 1 < length; index++) deferreds[index].chainDeferred(deferreds[index + 1]);
    const seen = outcome(deferreds[length - 1]);
    deferreds[0].callback('value');
    expect(seen).toStrictEqual([{ value: 'value' }]);
  });

  test('D5: one Deferred can have a hundred thousand callbacks', () => {
    const deferred = new Deferred();
    for (let index = 0; index < length; index++) deferred.addCallback((value) => value + 1);
    const seen = outcome(deferred);
    deferred.callback(0);
    expect(seen).toStrictEqual([{ value: length }]);
  });

  test('D5: a hundred thousand callbacks of one Deferred can return fired Deferreds', () => {
    const deferred = new Deferred();
    for (let index = 0; index < length; index++) deferred.addCallback((value) => Deferred.succeed(value + 1));
    const seen = outcome(deferred);
    deferred.callback(0);
    expect(seen).toStrictEqual([{ value: length }]);
  });

  test('D5: the depth of the stack does not depend on the length of the chain', () => {
    const depth = (howMany) => {
      let found;
      const deferreds = Array.from({ length: howMany }, () => new Deferred());
      for (let index = 0; index + 1 < howMany; index++) deferreds[index].addCallback(() => deferreds[index + 1]);
      deferreds[0].addCallback(() => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 1000;
        found = new Error().stack.split('\n').length;
        Error.stackTraceLimit = limit;
      });
      for (const deferred of deferreds) deferred.callback();
      return found;
    };
    expect(depth(50)).toBe(depth(2));
  });
});

describe('D6: what callbacks may do', () => {
  test('D6: a callback that a callback adds goes to the end of the chain', () => {
    const log = [];
    const deferred = new Deferred();
    deferred.addCallback(() => {
      log.push(1);
      deferred.addCallback(() => {
        log.push(3);
      });
      log.push('still in 1');
    });
    deferred.addCallback(() => {
      log.push(2);
    });
    deferred.callback();
    expect(log).toStrictEqual([1, 'still in 1', 2, 3]);
  });

  test('D6: a callback that the last callback adds runs after it, with its result', () => {
    const log = [];
    const deferred = new Deferred();
    deferred.addCallback(() => {
      deferred.addCallback((value) => {
        log.push(value);
      });
      log.push('added');
      return 'result';
    });
    deferred.callback();
    expect(log).toStrictEqual(['added', 'result']);
  });

  test('D6: an error of a callback that a callback added fails the Deferred', () => {
    const deferred = new Deferred();
    deferred.addCallback(() => {
      deferred.addCallback(() => {
        throw broken;
      });
    });
    deferred.callback();
    expect(outcome(deferred)[0].error).toBe(broken);
  });

  test('D6: a callback may fire another Deferred, whose callbacks run at once', () => {
    const log = [];
    const other = new Deferred();
    other.addCallback((value) => {
      log.push(['other', value]);
    });
    const deferred = new Deferred();
    deferred.addCallback((value) => {
      log.push('before');
      other.callback(value);
      log.push('after');
    });
    deferred.callback('value');
    expect(log).toStrictEqual(['before', ['other', 'value'], 'after']);
  });

  test('D6: a callback may fire the Deferred that it then returns', () => {
    const inner = new Deferred();
    const deferred = Deferred.succeed(1).addCallback(() => {
      inner.callback('inner');
      return inner;
    });
    expect(outcome(deferred)).toStrictEqual([{ value: 'inner' }]);
  });

  test('D6: a callback of the inner Deferred may add callbacks to the outer one', () => {
    const log = [];
    const inner = new Deferred();
    const outer = Deferred.succeed(1).addCallback(() => inner);
    inner.addCallback(() => {
      outer.addCallback((value) => {
        log.push(value);
      });
      return 'ignored';
    });
    inner.callback('value');
    expect(log).toStrictEqual(['value']);
  });

  test('D6: a callback may drop the last reference to its Deferred', () => {
    const log = [];
    const held = new Set();
    (() => {
      const deferred = new Deferred();
      held.add(deferred);
      deferred
        .addCallback(() => {
          held.clear();
          globalThis.gc?.();
          log.push(1);
        })
        .addCallback(() => {
          log.push(2);
        });
      deferred.callback();
    })();
    expect(log).toStrictEqual([1, 2]);
  });

  test("D6: cancel inside the Deferred's own callback does nothing", () => {
    const deferred = new Deferred();
    deferred.addCallback((value) => {
      deferred.cancel();
      return value;
    });
    deferred.callback('value');
    expect(outcome(deferred)).toStrictEqual([{ value: 'value' }]);
  });

  test('D6: cancel inside the canceller does nothing', () => {
    let calls = 0;
    const deferred = new Deferred((given) => {
      if (++calls < 10) given.cancel();
    });
    const seen = outcome(deferred);
    deferred.cancel();
    expect(calls).toBe(1);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });
});
