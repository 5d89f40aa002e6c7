// cooperator/twisted: Twisted's helpers, with Twisted's semantics.
import { CancelledError, Deferred, TimeoutError, cooperate } from 'cooperator';
import { Clock } from 'cooperator/testing';
import {
  DeferredList,
  FirstError,
  LoopingCall,
  deferLater,
  fail,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  succeed,
} from 'cooperator/twisted';
import * as twisted from 'cooperator/twisted';
import { flushEventLoop, flushMicrotasks, outcome, thrownBy } from './support/setup.js';

const broken = new Error('broken');

/** A task that returns a value in its second turn. */
function doneAfterTurn(value) {
  return cooperate(function* () {
    yield;
    return value;
  });
}

test('the entry exports what its documentation describes, and its Deferreds are those of the package', () => {
  expect(Object.keys(twisted).sort()).toStrictEqual([
    'DeferredList',
    'FirstError',
    'LoopingCall',
    'deferLater',
    'fail',
    'gatherResults',
    'inlineCallbacks',
    'maybeDeferred',
    'succeed',
  ]);
  expect(succeed(1)).toBeInstanceOf(Deferred);
  expect(new DeferredList([])).toBeInstanceOf(Deferred);
});

test('succeed and fail create Deferreds that have fired', () => {
  expect(outcome(succeed(5))).toStrictEqual([{ value: 5 }]);
  expect(outcome(fail(broken))).toStrictEqual([{ error: broken }]);
  const later = new Deferred();
  const seen = outcome(succeed(later));
  later.callback('later');
  expect(seen).toStrictEqual([{ value: 'later' }]);
});

describe('maybeDeferred', () => {
  test('turns what a function returns or throws into a Deferred, and passes its arguments', () => {
    expect(outcome(maybeDeferred((a, b) => a + b, 2, 3))).toStrictEqual([{ value: 5 }]);
    const failing = maybeDeferred(() => {
      throw broken;
    });
    expect(outcome(failing)).toStrictEqual([{ error: broken }]);
  });

  test('returns the Deferred itself that the function returned', () => {
    const deferred = new Deferred();
    expect(maybeDeferred(() => deferred)).toBe(deferred);
  });

  test('takes over the result of a Promise, of an async function and of a task', async () => {
    const seen = [
      maybeDeferred(() => Promise.resolve(1)),
      maybeDeferred(async () => {
        throw broken;
      }),
      maybeDeferred(() => doneAfterTurn(3)),
    ].map(outcome);
    while (seen.flat().length < 3) await flushEventLoop();
    expect(seen.flat()).toStrictEqual([{ value: 1 }, { error: broken }, { value: 3 }]);
  });

  test('throws a TypeError for anything but a function', () => {
    expect(thrownBy(() => maybeDeferred(5)).message).toBe('maybeDeferred: f must be a function, not 5');
  });
});

describe('deferLater', () => {
  test('calls the function when the time has passed and fires with its result', () => {
    const clock = new Clock();
    const log = [];
    const seen = outcome(
      deferLater(
        3,
        () => {
          log.push(clock.now());
          return 'result';
        },
        clock,
      ),
    );
    clock.advance(2);
    expect([log, seen]).toStrictEqual([[], []]);
    clock.advance(1);
    expect([log, seen]).toStrictEqual([[3], [{ value: 'result' }]]);
  });

  test('fails with what the function throws, and waits for the Deferred that it returns', () => {
    const clock = new Clock();
    const inner = new Deferred();
    const failing = outcome(
      deferLater(
        1,
        () => {
          throw broken;
        },
        clock,
      ),
    );
    const waiting = outcome(deferLater(1, () => inner, clock));
    clock.advance(1);
    expect([failing, waiting]).toStrictEqual([[{ error: broken }], []]);
    inner.callback('inner');
    expect(waiting).toStrictEqual([{ value: 'inner' }]);
  });

  test('fires with undefined if there is no function', () => {
    const clock = new Clock();
    const seen = [outcome(deferLater(2, undefined, clock)), outcome(deferLater(2, null, clock))];
    clock.advance(2);
    expect(seen).toStrictEqual([[{ value: undefined }], [{ value: undefined }]]);
  });

  test('cancelling it prevents the call', () => {
    const clock = new Clock();
    const log = [];
    const deferred = deferLater(1, () => log.push('called'), clock);
    const seen = outcome(deferred);
    deferred.cancel();
    expect(clock.getDelayedCalls()).toStrictEqual([]);
    clock.advance(1);
    expect(log).toStrictEqual([]);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test("cancelling it prevents the call of the host's timers", async () => {
    const log = [];
    const deferred = deferLater(0, () => log.push('called'));
    const seen = outcome(deferred);
    deferred.cancel();
    await flushEventLoop();
    expect([log, seen]).toStrictEqual([[], [{ error: expect.any(CancelledError) }]]);
  });

  test("uses the host's timers by default", async () => {
    await expect(deferLater(1, () => 'later')).resolves.toBe('later');
    await expect(deferLater(1e9).addTimeout(1)).rejects.toThrow(TimeoutError);
  });

  test('names the invalid argument', () => {
    const clock = new Clock();
    expect(thrownBy(() => deferLater('1')).message).toBe('deferLater: ms must be a number, not "1"');
    for (const ms of [-1, NaN, Infinity]) {
      expect(thrownBy(() => deferLater(ms))).toEqual(
        new RangeError(`deferLater: ms must be 0 or more and finite, not ${ms}`),
      );
    }
    expect(thrownBy(() => deferLater(1, clock)).message).toBe(
      'deferLater: f must be a function, not an object of class Clock',
    );
    expect(thrownBy(() => deferLater(1, () => {}, {})).message).toBe(
      'deferLater: clock.callLater must be a function, not undefined',
    );
  });
});

test('deferLater: a clock that calls although the call was cancelled does nothing', () => {
  let call;
  const clock = { callLater: (ms, f) => ((call = f), { cancel() {} }) };
  const done = outcome(deferLater(1, () => 5, clock).addErrback((error) => error.name));
  const deferred = deferLater(1, () => 5, clock);
  const cancelled = outcome(deferred);
  deferred.cancel();
  call();
  expect([done, cancelled]).toStrictEqual([[], [{ error: expect.any(CancelledError) }]]);
});

describe('DeferredList', () => {
  const three = () => [new Deferred(), new Deferred(), new Deferred()];

  test('fires when all have fired, with how each ended, in the order of the list', () => {
    const [first, second, third] = three();
    const seen = outcome(new DeferredList([first, second, third], { consumeErrors: true }));
    third.callback(3);
    second.errback(broken);
    expect(seen).toStrictEqual([]);
    first.callback(1);
    expect(seen).toStrictEqual([
      {
        value: [
          [true, 1],
          [false, broken],
          [true, 3],
        ],
      },
    ]);
  });

  test('fires at once if the list is empty, or all have fired', () => {
    expect(outcome(new DeferredList([]))).toStrictEqual([{ value: [] }]);
    expect(outcome(new DeferredList([succeed(1), succeed(2)]))).toStrictEqual([
      {
        value: [
          [true, 1],
          [true, 2],
        ],
      },
    ]);
  });

  test('accepts any iterable, Promises and tasks', async () => {
    const list = new Set([succeed(1), Promise.resolve(2), doneAfterTurn(3), Promise.reject(broken)]);
    expect(await new DeferredList(list)).toStrictEqual([
      [true, 1],
      [true, 2],
      [true, 3],
      [false, broken],
    ]);
  });

  test('fireOnOneCallback: fires with the first value and its index', () => {
    const [first, second, third] = three();
    const list = new DeferredList([first, second, third], { fireOnOneCallback: true, consumeErrors: true });
    const seen = outcome(list);
    first.errback(broken);
    expect(seen).toStrictEqual([]);
    third.callback('third');
    second.callback('second');
    expect(seen).toStrictEqual([{ value: ['third', 2] }]);
  });

  test('fireOnOneCallback: fires with all errors if there is no value', () => {
    const [first, second] = three();
    const list = new DeferredList([first, second], { fireOnOneCallback: true, consumeErrors: true });
    const seen = outcome(list);
    first.errback(1);
    second.errback(2);
    expect(seen).toStrictEqual([
      {
        value: [
          [false, 1],
          [false, 2],
        ],
      },
    ]);
  });

  test('fireOnOneCallback: an empty list, which would never fire, throws a RangeError', () => {
    expect(thrownBy(() => new DeferredList([], { fireOnOneCallback: true }))).toEqual(
      new RangeError('DeferredList: list must not be empty with fireOnOneCallback: it would never fire'),
    );
  });

  test('fireOnOneErrback: fails with a FirstError, which has the error and its index', () => {
    const [first, second, third] = three();
    const seen = outcome(new DeferredList([first, second, third], { fireOnOneErrback: true, consumeErrors: true }));
    first.callback(1);
    second.errback(broken);
    third.errback(new Error('later'));
    expect(seen).toStrictEqual([{ error: expect.any(FirstError) }]);
    const [{ error }] = seen;
    expect([error.name, error.index, error.cause, error instanceof Error]).toStrictEqual([
      'FirstError',
      1,
      broken,
      true,
    ]);
    expect(error.message).toBe(
      'the Deferred at index 1 failed; the cause of this error is the error that it failed with',
    );
  });

  test('fireOnOneErrback: works on Deferreds that have fired', () => {
    const list = new DeferredList([succeed(1), fail(broken)], { fireOnOneErrback: true, consumeErrors: true });
    expect(outcome(list)[0].error.cause).toBe(broken);
  });

  test('results pass on to callbacks that are added later: values always, errors unless they are consumed', () => {
    for (const consumeErrors of [false, true]) {
      const [first, second] = three();
      const list = new DeferredList([first, second], { consumeErrors });
      const later = [outcome(first), outcome(second)];
      first.callback('value');
      second.errback(broken);
      expect(later).toStrictEqual([[{ value: 'value' }], [consumeErrors ? { value: undefined } : { error: broken }]]);
      expect(list.called).toBe(true);
    }
  });

  test('receives the results of the callbacks that were added before', () => {
    const deferred = new Deferred();
    deferred.addCallback((value) => value + 1);
    const seen = outcome(new DeferredList([deferred]));
    deferred.callback(1);
    expect(seen).toStrictEqual([{ value: [[true, 2]] }]);
  });

  test('cancelling it cancels all, and it fires with what comes of that', () => {
    const instead = (deferred) => deferred.callback('instead');
    const list = [new Deferred(), new Deferred(instead)];
    const all = new DeferredList(list, { consumeErrors: true });
    const seen = outcome(all);
    all.cancel();
    expect(seen).toStrictEqual([
      {
        value: [
          [false, expect.any(CancelledError)],
          [true, 'instead'],
        ],
      },
    ]);
  });

  test('with fireOnOneErrback a cancelled list fails with the CancelledError', () => {
    const all = new DeferredList(three(), { fireOnOneErrback: true, consumeErrors: true });
    const seen = outcome(all);
    all.cancel();
    expect([seen[0].error.index, seen[0].error.cause]).toStrictEqual([0, expect.any(CancelledError)]);
  });

  test('with fireOnOneCallback a canceller can give the cancelled list its value', () => {
    const list = [new Deferred(), new Deferred((deferred) => deferred.callback('instead'))];
    const all = new DeferredList(list, { fireOnOneCallback: true, consumeErrors: true });
    const seen = outcome(all);
    all.cancel();
    expect(seen).toStrictEqual([{ value: ['instead', 1] }]);
  });

  test('waits for Deferreds that do not end when they are cancelled; cancelling again cancels them again', () => {
    const log = [];
    const stubborn = new Deferred();
    stubborn.pause();
    const inner = new Deferred(() => log.push('inner cancelled'));
    const outer = succeed().addCallback(() => inner);
    const all = new DeferredList([stubborn, outer], { consumeErrors: true });
    const seen = outcome(all);
    all.cancel();
    expect([seen, log]).toStrictEqual([[], ['inner cancelled']]);
    all.cancel();
    stubborn.unpause();
    expect(seen).toStrictEqual([
      {
        value: [
          [false, expect.any(CancelledError)],
          [false, expect.any(CancelledError)],
        ],
      },
    ]);
  });

  test('cancelling the Deferred that waits for it cancels all', () => {
    const [first] = three();
    const waiting = succeed().addCallback(() => new DeferredList([first], { consumeErrors: true }));
    const seen = outcome(waiting);
    waiting.cancel();
    expect(seen).toStrictEqual([{ value: [[false, expect.any(CancelledError)]] }]);
  });

  test('cancelling it does nothing once it has fired', () => {
    const [first, second] = three();
    const all = new DeferredList([first, second], { fireOnOneCallback: true });
    first.callback(1);
    all.cancel();
    expect(second.called).toBe(false);
  });

  test('names the invalid argument, and then changes no Deferred', () => {
    const messageOf = (...args) => thrownBy(() => new DeferredList(...args)).message;
    expect(messageOf(5)).toBe('DeferredList: list must be an iterable of Deferreds, not 5');
    expect(messageOf(undefined)).toBe('DeferredList: list must be an iterable of Deferreds, not undefined');
    expect(messageOf([], true)).toBe('DeferredList: options must be an object, not true');
    expect(messageOf([], { consumeError: true })).toBe(
      'DeferredList: options must not have a member "consumeError"; ' +
        'there are fireOnOneCallback, fireOnOneErrback, consumeErrors',
    );
    const deferred = new Deferred();
    expect(messageOf([deferred, () => {}], { consumeErrors: true })).toMatch(
      /^DeferredList: list\[1\] must be a Deferred or another thenable, not a function/,
    );
    expect(messageOf([new Promise(() => {}), 5])).toMatch(/^DeferredList: list\[1\] must be/);
    const seen = outcome(deferred);
    deferred.errback(broken);
    expect(seen).toStrictEqual([{ error: broken }]);
  });
});

describe('gatherResults', () => {
  test('fires with the values in the order of the list', () => {
    const first = new Deferred();
    const seen = outcome(gatherResults([first, succeed(2)]));
    first.callback(1);
    expect(seen).toStrictEqual([{ value: [1, 2] }]);
    expect(outcome(gatherResults([]))).toStrictEqual([{ value: [] }]);
  });

  test('fails with a FirstError; the error passes on unless consumeErrors is set', () => {
    for (const consumeErrors of [false, true]) {
      const deferred = new Deferred();
      const seen = outcome(gatherResults([succeed(1), deferred], { consumeErrors }));
      const later = outcome(deferred);
      deferred.errback(broken);
      expect([seen[0].error.index, seen[0].error.cause]).toStrictEqual([1, broken]);
      expect(later).toStrictEqual([consumeErrors ? { value: undefined } : { error: broken }]);
    }
  });

  test('cancelling it cancels all; their cancellers may give it its values', () => {
    const list = [new Deferred(), new Deferred()];
    const gathered = gatherResults(list, { consumeErrors: true });
    const seen = outcome(gathered);
    gathered.cancel();
    expect(list.every(({ called }) => called)).toBe(true);
    expect(seen[0].error.cause).toBeInstanceOf(CancelledError);

    const instead = (deferred) => deferred.callback('instead');
    const saved = gatherResults([new Deferred(instead), new Deferred(instead)]);
    const seenOfSaved = outcome(saved);
    saved.cancel();
    expect(seenOfSaved).toStrictEqual([{ value: ['instead', 'instead'] }]);
  });

  test('errors of Promises beside the first one are not reported', async () => {
    const seen = outcome(gatherResults([Promise.reject(broken), Promise.reject(new Error('second'))]));
    await flushEventLoop();
    expect(seen[0].error.cause).toBe(broken);
  });

  test('names the invalid argument', () => {
    expect(thrownBy(() => gatherResults({})).message).toMatch(/^gatherResults: list must be an iterable/);
    expect(thrownBy(() => gatherResults([5])).message).toMatch(/^gatherResults: list\[0\] must be a Deferred/);
    expect(thrownBy(() => gatherResults([], null)).message).toMatch(/^gatherResults: options must be an object/);
    expect(thrownBy(() => gatherResults([], { fireOnOneErrback: true })).message).toBe(
      'gatherResults: options must not have a member "fireOnOneErrback"; there are consumeErrors',
    );
  });
});

describe('inlineCallbacks', () => {
  test('a yield has the value of a Deferred, or throws its error; the Deferred has what the generator returns', () => {
    const log = [];
    const [first, second] = [new Deferred(), new Deferred()];
    const f = inlineCallbacks(function* (a) {
      log.push(a, yield first);
      try {
        yield second;
      } catch (error) {
        log.push(error);
      }
      return 'returned';
    });
    const seen = outcome(f('argument'));
    first.callback('first');
    expect(log).toStrictEqual(['argument', 'first']);
    second.errback(broken);
    expect(log).toStrictEqual(['argument', 'first', broken]);
    expect(seen).toStrictEqual([{ value: 'returned' }]);
  });

  test('keeps this and the name of the function', () => {
    const object = {
      number: 5,
      double: inlineCallbacks(function* double() {
        yield succeed();
        return this.number * 2;
      }),
    };
    expect(outcome(object.double())).toStrictEqual([{ value: 10 }]);
    expect(object.double.name).toBe('double');
  });

  test('an error that leaves the generator fails the Deferred', () => {
    const f = inlineCallbacks(function* () {
      yield succeed();
      throw broken;
    });
    expect(outcome(f())).toStrictEqual([{ error: broken }]);
    const g = inlineCallbacks(function* () {
      yield fail(broken);
    });
    expect(outcome(g())).toStrictEqual([{ error: broken }]);
  });

  test('a generator that yields nothing ends at once', () => {
    expect(outcome(inlineCallbacks(function* () {})())).toStrictEqual([{ value: undefined }]);
  });

  test('a yielded value comes back as it is', () => {
    const object = { no: 'thenable' };
    const f = inlineCallbacks(function* () {
      return [yield 5, yield undefined, yield object, yield Math.max];
    });
    expect(outcome(f())).toStrictEqual([{ value: [5, undefined, object, Math.max] }]);
  });

  test('waits for Promises, for thenables, whose then is read once, and for tasks', async () => {
    let reads = 0;
    const thenable = {
      get then() {
        reads++;
        return (resolve) => resolve('thenable');
      },
    };
    const f = inlineCallbacks(function* () {
      try {
        yield Promise.reject(broken);
      } catch (error) {
        return [error, yield Promise.resolve('promise'), yield thenable, yield doneAfterTurn('task')];
      }
    });
    expect(await f()).toStrictEqual([broken, 'promise', 'thenable', 'task']);
    expect(reads).toBe(1);
  });

  test('an error of the getter of then is thrown at the yield', () => {
    const f = inlineCallbacks(function* () {
      try {
        yield {
          get then() {
            throw broken;
          },
        };
      } catch (error) {
        return error;
      }
    });
    expect(outcome(f())).toStrictEqual([{ value: broken }]);
  });

  test('runs a yielded generator, and cancels what that waits for', () => {
    const log = [];
    const inner = new Deferred(() => log.push('cancelled'));
    function* nested() {
      try {
        return yield inner;
      } finally {
        log.push('closed');
      }
    }
    const f = inlineCallbacks(function* () {
      return yield nested();
    });
    const deferred = f();
    const seen = outcome(deferred);
    deferred.cancel();
    expect(log).toStrictEqual(['cancelled', 'closed']);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
  });

  test('takes the result of the Deferred that is yielded', () => {
    const deferred = new Deferred();
    const seen = outcome(
      inlineCallbacks(function* () {
        return yield deferred;
      })(),
    );
    const later = outcome(deferred);
    deferred.callback('value');
    expect([seen, later]).toStrictEqual([[{ value: 'value' }], [{ value: undefined }]]);
  });

  test('a generator may return a Deferred or a Promise', async () => {
    const f = inlineCallbacks(function* () {
      yield;
      return Promise.resolve('promised');
    });
    expect(await f()).toBe('promised');
  });

  test('many Deferreds that have fired, and many values, do not fill the stack', () => {
    const f = inlineCallbacks(function* () {
      let sum = 0;
      for (let n = 0; n < 50_000; n++) sum += (yield succeed(1)) + (yield 1);
      return sum;
    });
    expect(outcome(f())).toStrictEqual([{ value: 100_000 }]);
  });

  test('many generators that wait for each other do not fill the stack', () => {
    const first = new Deferred();
    const follow = inlineCallbacks(function* (before) {
      return (yield before) + 1;
    });
    let last = first;
    for (let n = 0; n < 50_000; n++) last = follow(last);
    const seen = outcome(last);
    first.callback(0);
    expect(seen).toStrictEqual([{ value: 50_000 }]);
  });

  describe('cancelling', () => {
    test('cancels the Deferred that the generator waits for; the error is thrown at the yield', () => {
      const log = [];
      const f = inlineCallbacks(function* () {
        try {
          yield new Deferred(() => log.push('cancelled'));
        } finally {
          log.push('finally');
        }
      });
      const deferred = f();
      const seen = outcome(deferred);
      deferred.cancel();
      expect(log).toStrictEqual(['cancelled', 'finally']);
      expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    });

    test('a generator may handle it and have a result', () => {
      const f = inlineCallbacks(function* () {
        try {
          yield new Deferred();
        } catch (error) {
          return error.constructor.name;
        }
      });
      const deferred = f();
      const seen = outcome(deferred);
      deferred.cancel();
      expect(seen).toStrictEqual([{ value: 'CancelledError' }]);
    });

    test('a generator may handle it and wait for something else; that is cancelled the next time', () => {
      const log = [];
      const f = inlineCallbacks(function* () {
        for (let n = 0; n < 3; n++) {
          try {
            yield new Deferred();
          } catch (error) {
            log.push(error.constructor.name);
          }
        }
        return 'over';
      });
      const deferred = f();
      const seen = outcome(deferred);
      deferred.cancel();
      expect([log.length, seen]).toStrictEqual([1, []]);
      deferred.cancel();
      expect([log.length, seen]).toStrictEqual([2, []]);
      deferred.cancel();
      expect(log).toStrictEqual(Array(3).fill('CancelledError'));
      expect(seen).toStrictEqual([{ value: 'over' }]);
    });

    test('a canceller can give the yield its value', () => {
      const f = inlineCallbacks(function* () {
        return yield new Deferred((deferred) => deferred.callback('instead'));
      });
      const deferred = f();
      const seen = outcome(deferred);
      deferred.cancel();
      expect(seen).toStrictEqual([{ value: 'instead' }]);
    });

    test('while the code runs it cancels nothing', () => {
      const gate = new Deferred();
      const next = new Deferred();
      const f = inlineCallbacks(function* () {
        yield gate;
        deferred.cancel();
        return yield next;
      });
      const deferred = f();
      const seen = outcome(deferred);
      gate.callback();
      next.callback('next');
      expect(seen).toStrictEqual([{ value: 'next' }]);
    });

    test('of a Promise ends the wait; its late result is ignored', async () => {
      let reject;
      const f = inlineCallbacks(function* () {
        yield new Promise((resolve, rejectPromise) => {
          reject = rejectPromise;
        });
      });
      const deferred = f();
      const seen = outcome(deferred);
      deferred.cancel();
      expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
      reject(broken);
      await flushEventLoop();
      expect(seen.length).toBe(1);
    });

    test('the error of a canceller is thrown by cancel, and the yield throws a CancelledError', () => {
      const f = inlineCallbacks(function* () {
        yield new Deferred(() => {
          throw broken;
        });
      });
      const deferred = f();
      const seen = outcome(deferred);
      expect(thrownBy(() => deferred.cancel())).toBe(broken);
      expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    });
  });

  test('names what is wrong', () => {
    expect(thrownBy(() => inlineCallbacks(5)).message).toBe('inlineCallbacks: f must be a generator function, not 5');
    const of = (f) => thrownBy(inlineCallbacks(f));
    expect(of(() => 5)).toEqual(new TypeError('inlineCallbacks: f must return a generator (function*), not 5'));
    expect(of(async () => {}).message).toMatch(
      /must return a generator \(function\*\), not an object of class Promise/,
    );
    expect(of(async function* () {}).message).toMatch(/must return a generator/);
  });
});

/** A clock of a busy host: it tells the time, and makes a call only when the test says so. */
class BusyClock {
  time = 0;
  calls = [];
  now = () => this.time;
  callLater = (ms, f) => {
    const call = { at: this.time + ms, f };
    this.calls.push(call);
    return { cancel: () => this.calls.splice(this.calls.indexOf(call), 1) };
  };

  /** Time passes, and then the calls are made that are due. */
  advance(ms) {
    this.time += ms;
    for (const call of this.calls.filter(({ at }) => at <= this.time)) {
      this.calls.splice(this.calls.indexOf(call), 1);
      call.f();
    }
  }
}

describe('LoopingCall', () => {
  test('calls at once and at the interval until it is stopped; then the Deferred of start fires with it', () => {
    const clock = new Clock();
    const times = [];
    const loop = new LoopingCall(() => times.push(clock.now()), clock);
    expect([loop.running, loop.interval]).toStrictEqual([false, undefined]);
    const seen = outcome(loop.start(100));
    expect([loop.running, loop.interval]).toStrictEqual([true, 100]);
    clock.pump([50, 100, 100]);
    expect(times).toStrictEqual([0, 100, 200]);
    loop.stop();
    expect(loop.running).toBe(false);
    expect(seen).toStrictEqual([{ value: loop }]);
    expect(clock.getDelayedCalls()).toStrictEqual([]);
  });

  test('with now = false it calls first after one interval', () => {
    const clock = new Clock();
    const times = [];
    const loop = new LoopingCall(() => times.push(clock.now()), clock);
    loop.start(100, false);
    clock.pump([50, 100, 100]);
    expect(times).toStrictEqual([100, 200]);
    loop.stop();
  });

  test('stopped before its first call it never calls', () => {
    for (const interval of [0, 10]) {
      const clock = new Clock();
      const log = [];
      const loop = new LoopingCall(() => log.push('called'), clock);
      const seen = outcome(loop.start(interval, false));
      loop.stop();
      clock.advance(100);
      expect([log, seen.length, clock.getDelayedCalls().length]).toStrictEqual([[], 1, 0]);
    }
  });

  test('stays on the interval when calls take time, and skips those that are due during a call', () => {
    const clock = new Clock();
    const times = [];
    const durations = [2000, 1000, 0];
    const loop = new LoopingCall(() => {
      times.push(clock.now());
      clock.advance(durations.shift());
    }, clock);
    loop.start(500);
    clock.advance(0); // 2000 is now, and not in the future
    expect(times).toStrictEqual([0]);
    clock.advance(500);
    clock.advance(0);
    expect(times).toStrictEqual([0, 2500]);
    clock.advance(500);
    expect(times).toStrictEqual([0, 2500, 4000]);
    loop.stop();
  });

  test('stays on the interval when calls come late, and skips those that were missed', () => {
    const clock = new BusyClock();
    const times = [];
    const loop = new LoopingCall(() => times.push(clock.now()), clock);
    loop.start(500);
    clock.advance(2100);
    expect(times).toStrictEqual([0, 2100]);
    clock.advance(400);
    expect(times).toStrictEqual([0, 2100, 2500]);
    clock.advance(0);
    expect(times.length).toBe(3);
    loop.stop();
  });

  test('does not call again before the Deferred has fired that the function returned', () => {
    const clock = new Clock();
    const calls = [];
    const loop = new LoopingCall(() => {
      const deferred = new Deferred();
      calls.push(deferred);
      return deferred;
    }, clock);
    const seen = outcome(loop.start(200));
    clock.advance(1000);
    expect(calls.length).toBe(1);
    calls[0].callback();
    clock.advance(200);
    expect(calls.length).toBe(2);
    loop.stop();
    expect([loop.running, seen]).toStrictEqual([false, []]);
    calls[1].callback();
    expect(seen).toStrictEqual([{ value: loop }]);
    expect(clock.getDelayedCalls()).toStrictEqual([]);
  });

  test('a call that throws, or whose Deferred or Promise fails, ends it with the error', async () => {
    for (const f of [
      () => {
        throw broken;
      },
      () => fail(broken),
      () => Promise.reject(broken),
    ]) {
      const clock = new Clock();
      const loop = new LoopingCall(f, clock);
      const seen = outcome(loop.start(100));
      await flushMicrotasks();
      expect(seen).toStrictEqual([{ error: broken }]);
      expect([loop.running, clock.getDelayedCalls().length]).toStrictEqual([false, 0]);
    }
  });

  test('a call may stop it, and then fail', () => {
    const clock = new Clock();
    const loop = new LoopingCall(() => loop.stop(), clock);
    expect(outcome(loop.start(100))).toStrictEqual([{ value: loop }]);
    const failing = new LoopingCall(() => {
      failing.stop();
      throw broken;
    }, clock);
    expect(outcome(failing.start(100))).toStrictEqual([{ error: broken }]);
  });

  test('an interval of 0 calls as often as the clock allows', () => {
    const clock = new BusyClock();
    const log = [];
    const loop = new LoopingCall(() => log.push(clock.now()), clock);
    loop.start(0);
    clock.advance(0);
    clock.advance(5);
    expect(log).toStrictEqual([0, 0, 5]);
    loop.stop();
  });

  test('reset skips the next call and counts the intervals from now on; during a call it does nothing', () => {
    const clock = new Clock();
    const times = [];
    const loop = new LoopingCall(() => {
      times.push(clock.now());
      loop.reset();
    }, clock);
    loop.start(200, false);
    clock.advance(100);
    loop.reset();
    clock.advance(100);
    expect(times).toStrictEqual([]);
    clock.advance(300);
    expect(times).toStrictEqual([300, 500]);
    loop.stop();
  });

  test('can be started again, even while a call of the last start has not ended', () => {
    const clock = new Clock();
    const calls = [];
    const loop = new LoopingCall(() => {
      calls.push(new Deferred());
      return calls.at(-1);
    }, clock);
    const first = outcome(loop.start(100));
    loop.stop();
    const second = outcome(loop.start(100, false));
    calls[0].callback();
    expect([first, second, loop.running]).toStrictEqual([[{ value: loop }], [], true]);
    expect(clock.getDelayedCalls().length).toBe(1);
    clock.advance(100);
    loop.stop();
    loop.start(100, false);
    calls[1].errback(broken);
    expect([second, loop.running]).toStrictEqual([[{ error: broken }], true]);
    loop.stop();
  });

  test('a changed interval counts from the next call', () => {
    const clock = new Clock();
    const times = [];
    const loop = new LoopingCall(() => times.push(clock.now()), clock);
    loop.start(100);
    loop.interval = 30;
    clock.advance(150);
    expect(times).toStrictEqual([0, 100, 120, 150]);
    loop.stop();
  });

  test("uses the host's clock by default", async () => {
    let calls = 0;
    const loop = new LoopingCall(() => {
      calls++;
      if (calls === 3) loop.stop();
    });
    expect(await loop.start(1, false)).toBe(loop);
    expect(calls).toBe(3);
    const stopped = new LoopingCall(() => {});
    stopped.start(1e9, false);
    stopped.stop(); // otherwise the process would stay alive
  });

  test('names what is wrong', () => {
    const clock = new Clock();
    expect(thrownBy(() => new LoopingCall(5)).message).toBe('LoopingCall: f must be a function, not 5');
    expect(thrownBy(() => LoopingCall.withCount()).message).toBe(
      'LoopingCall.withCount: f must be a function, not undefined',
    );
    expect(thrownBy(() => new LoopingCall(() => {}, { callLater() {} })).message).toBe(
      'LoopingCall: clock.now must be a function, not undefined',
    );
    const loop = new LoopingCall(() => {}, clock);
    expect(thrownBy(() => loop.start('1')).message).toBe('LoopingCall.start: interval must be a number, not "1"');
    for (const interval of [-1, NaN, Infinity]) {
      expect(thrownBy(() => loop.start(interval))).toBeInstanceOf(RangeError);
    }
    expect(thrownBy(() => loop.stop()).message).toBe('LoopingCall.stop: it is not running; call start() first');
    expect(thrownBy(() => loop.reset()).message).toBe('LoopingCall.reset: it is not running; call start() first');
    loop.start(1);
    expect(thrownBy(() => loop.start(1)).message).toBe('LoopingCall.start: it is running already; call stop() first');
    loop.stop();
  });

  test('a clock that throws leaves it stopped, or ends it', () => {
    let throws = true;
    const clock = {
      now: () => 0,
      callLater() {
        if (throws) throw broken;
      },
    };
    const loop = new LoopingCall(() => {}, clock);
    expect(thrownBy(() => loop.start(1, false))).toBe(broken);
    expect(loop.running).toBe(false);
    expect(outcome(loop.start(1))).toStrictEqual([{ error: broken }]);
    expect(loop.running).toBe(false);
    throws = false;
    loop.start(1, false);
    expect(loop.running).toBe(true);
  });

  describe('withCount', () => {
    test('tells how many calls were due: 1, and more if some were skipped', () => {
      const clock = new BusyClock();
      const calls = [];
      const loop = LoopingCall.withCount((count) => calls.push([clock.now(), count]), clock);
      loop.start(500);
      clock.advance(510);
      clock.advance(1510);
      clock.advance(0);
      expect(calls).toStrictEqual([
        [0, 1],
        [510, 1],
        [2020, 3],
      ]);
      loop.stop();
    });

    test('a call that comes late by less than an interval counts once', () => {
      const clock = new BusyClock();
      const calls = [];
      const loop = LoopingCall.withCount((count) => calls.push([clock.now(), count]), clock);
      loop.start(500);
      for (const ms of [510, 875, 125]) clock.advance(ms);
      expect(calls).toStrictEqual([
        [0, 1],
        [510, 1],
        [1385, 1],
        [1510, 1],
      ]);
      loop.stop();
    });

    test('counts those that were skipped while a Deferred had not fired', () => {
      const clock = new Clock();
      const deferred = new Deferred();
      const counts = [];
      const loop = LoopingCall.withCount((count) => {
        counts.push(count);
        return counts.length === 1 ? deferred : undefined;
      }, clock);
      loop.start(200, false);
      clock.pump([200, 400]);
      expect(counts).toStrictEqual([1]);
      deferred.callback();
      clock.advance(200);
      expect(counts).toStrictEqual([1, 3]);
      loop.stop();
    });

    test('never tells 0, and loses none, where numbers are rounded', () => {
      const clock = new Clock();
      const counts = [];
      const loop = LoopingCall.withCount((count) => counts.push(count), clock);
      loop.start(0.1, false);
      for (let n = 0; n < 1000; n++) clock.advance(0.1);
      clock.advance(0.001);
      expect(clock.now() / 0.1).not.toBe(1000);
      expect(counts.reduce((sum, count) => sum + count)).toBe(1000);
      expect(counts).not.toContain(0);
      loop.stop();
    });

    test('is 1 for an interval of 0, whatever time passes; a new interval counts from the last call', () => {
      const clock = new BusyClock();
      const deferred = new Deferred();
      const counts = [];
      const loop = LoopingCall.withCount((count) => {
        counts.push(count);
        return counts.length === 2 ? deferred : undefined;
      }, clock);
      loop.start(0, false);
      clock.advance(0);
      clock.advance(3);
      clock.advance(5);
      loop.interval = 2;
      deferred.callback();
      clock.advance(9);
      expect(counts).toStrictEqual([1, 1, 7]); // from 3 to 17
      loop.stop();
    });

    test('counts anew when it is started again', () => {
      const clock = new Clock();
      const counts = [];
      const loop = LoopingCall.withCount((count) => counts.push(count), clock);
      loop.start(10);
      loop.stop();
      clock.advance(1000);
      loop.start(10);
      clock.advance(10);
      expect(counts).toStrictEqual([1, 1, 1]);
      loop.stop();
    });
  });
});
