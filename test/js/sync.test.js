// Semaphore and Lock: who is let in, in which order, and what ends a wait. Queues: sync-queue.test.js.
import { CancelledError, Deferred } from 'cooperator';
import { Lock, Semaphore } from 'cooperator/sync';
import { map } from 'cooperator/work';
import { countListeners } from './support/count-listeners.js';
import { reportedBy } from './support/host-reports.js';
import { flushEventLoop, flushMicrotasks, outcome, setup, thrownBy } from './support/setup.js';

const reason = new Error('aborted by the test');
const broken = new Error('broken');

/** The value of a Deferred that has fired. */
function valueOf(deferred) {
  const [{ value, error }] = outcome(deferred);
  if (error !== undefined) throw error;
  return value;
}

/** Acquires, and logs the label when the permit is there. Returns the Deferred and, later, the permit. */
function acquireAs(log, label, semaphore, options) {
  const entry = { deferred: semaphore.acquire(options), permit: undefined };
  entry.deferred.addCallbacks(
    (permit) => {
      log.push(label);
      entry.permit = permit;
    },
    (error) => {
      log.push([label, error]);
    },
  );
  return entry;
}

describe('acquire and release', () => {
  test('permits are given out at once up to the limit, then in the order of the calls', () => {
    const log = [];
    const semaphore = new Semaphore(2);
    const [a, b] = ['a', 'b', 'c', 'd'].map((label) => acquireAs(log, label, semaphore));
    expect(log).toStrictEqual(['a', 'b']);
    expect([semaphore.active, semaphore.waiting]).toStrictEqual([2, 2]);
    b.permit.release();
    expect(log).toStrictEqual(['a', 'b', 'c']);
    a.permit.release();
    expect(log).toStrictEqual(['a', 'b', 'c', 'd']);
    expect([semaphore.active, semaphore.waiting]).toStrictEqual([2, 0]);
  });

  test('the callbacks of the next one run before release returns, as in Twisted', () => {
    const log = [];
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    lock.acquire().addCallback((permit) => {
      log.push('b enters');
      permit.release();
      log.push('b leaves');
    });
    lock.acquire().addCallback((permit) => {
      log.push('c enters');
      permit.release();
    });
    log.push('a leaves');
    first.release();
    expect(log).toStrictEqual(['a leaves', 'b enters', 'c enters', 'b leaves']);
    expect(lock.active).toBe(0);
  });

  test('a permit can be released once', () => {
    const semaphore = new Semaphore(1);
    const permit = valueOf(semaphore.acquire());
    permit.release();
    const { message } = thrownBy(() => permit.release());
    expect(message).toBe('Permit.release: the permit was released already; call release() once for each permit');
    expect(semaphore.active).toBe(0);
  });

  test('a permit can be disposed of where the host knows that, and then need not be released', () => {
    const semaphore = new Semaphore(1);
    const permit = valueOf(semaphore.acquire());
    const dispose = Symbol.dispose ?? Object.getOwnPropertySymbols(Object.getPrototypeOf(permit))[0];
    permit[dispose]();
    expect(semaphore.active).toBe(0);
    permit[dispose]();
    expect(semaphore.active).toBe(0);
  });

  test('who acquires in a callback goes to the end of the line', () => {
    const log = [];
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const b = acquireAs(log, 'b', lock);
    b.deferred.addCallback(() => acquireAs(log, 'd', lock).deferred);
    acquireAs(log, 'c', lock).deferred.addCallback(() => log.push('c again'));
    first.release();
    b.permit.release();
    expect(log).toStrictEqual(['b', 'c', 'c again']);
    expect(lock.waiting).toBe(1);
  });

  test('a waiter whose Deferred was fired by its holder costs no permit', () => {
    const log = [];
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    lock.acquire().callback(undefined);
    const c = acquireAs(log, 'c', lock);
    first.release();
    expect(log).toStrictEqual(['c']);
    c.permit.release();
    expect([lock.active, lock.waiting]).toStrictEqual([0, 0]);
  });

  test('50,000 waiters release one another on a flat stack', () => {
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    let entered = 0;
    for (let count = 0; count < 50_000; count++) {
      lock.acquire().addCallback((permit) => {
        entered++;
        permit.release();
      });
    }
    first.release();
    expect([entered, lock.active, lock.waiting]).toStrictEqual([50_000, 0, 0]);
  });

  test('50,000 functions run one after another on a flat stack', () => {
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const seen = [];
    for (let count = 0; count < 50_000; count++) lock.run(() => seen.push(count));
    first.release();
    expect([seen.length, seen.at(-1), lock.active]).toStrictEqual([50_000, 49_999, 0]);
  });

  test('50,000 tasks take turns in holding a lock', async () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const lock = new Lock();
    let inside = 0;
    let most = 0;
    const tasks = Array.from({ length: 50_000 }, () =>
      cooperator.cooperate(function* () {
        const permit = yield lock.acquire();
        most = Math.max(most, ++inside);
        yield;
        inside--;
        permit.release();
      }),
    );
    pump();
    expect(tasks.every(({ state }) => state === 'done')).toBe(true);
    expect([most, lock.active, lock.waiting]).toStrictEqual([1, 0, 0]);
  });
});

describe('cancelling and aborting a wait', () => {
  test('a cancelled wait leaves the line and costs no permit', () => {
    const log = [];
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const b = acquireAs(log, 'b', lock);
    acquireAs(log, 'c', lock);
    b.deferred.cancel();
    expect(log).toStrictEqual([['b', expect.any(CancelledError)]]);
    expect(lock.waiting).toBe(1);
    first.release();
    expect(log.slice(1)).toStrictEqual(['c']);
  });

  test('waiters can be cancelled in the middle and at both ends of the line', () => {
    const log = [];
    const lock = new Lock();
    const first = acquireAs(log, 'a', lock);
    const waiters = ['b', 'c', 'd', 'e'].map((label) => acquireAs(log, label, lock));
    for (const index of [1, 0, 3]) waiters[index].deferred.cancel();
    expect(lock.waiting).toBe(1);
    acquireAs(log, 'f', lock);
    log.length = 0;
    first.permit.release();
    waiters[2].permit.release();
    expect(log).toStrictEqual(['d', 'f']);
  });

  test('an aborted signal ends the wait with its reason', () => {
    const log = [];
    const lock = new Lock();
    const { signal, listeners, abort } = countListeners();
    const first = valueOf(lock.acquire());
    acquireAs(log, 'b', lock, { signal });
    acquireAs(log, 'c', lock);
    abort(reason);
    expect(log).toStrictEqual([['b', reason]]);
    expect([lock.waiting, listeners()]).toStrictEqual([1, 0]);
    first.release();
    expect(log[1]).toBe('c');
  });

  test('with an aborted signal nothing is acquired, even if a permit is left', () => {
    const log = [];
    const lock = new Lock();
    acquireAs(log, 'a', lock, { signal: AbortSignal.abort(reason) });
    expect(log).toStrictEqual([['a', reason]]);
    expect([lock.active, lock.waiting]).toStrictEqual([0, 0]);
  });

  test('aborting after the permit was given out takes nothing back', () => {
    const lock = new Lock();
    const { signal, listeners, abort } = countListeners();
    const first = lock.acquire({ signal });
    const second = outcome(lock.acquire({ signal }));
    expect(listeners()).toBe(1);
    valueOf(first).release();
    expect(listeners()).toBe(0);
    abort(reason);
    expect(lock.active).toBe(1);
    second[0].value.release();
    expect(lock.active).toBe(0);
  });

  test('J10: one listener stands on a signal, whoever waits and whichever task has it', () => {
    const { cooperator } = setup();
    const { signal, listeners, added, abort } = countListeners();
    const task = cooperator.cooperate([], { signal });
    const errors = [outcome(task.whenDone())];
    for (const primitive of [new Lock(), new Semaphore(1)]) {
      primitive.acquire();
      for (let count = 0; count < 100; count++) errors.push(outcome(primitive.acquire({ signal })));
      errors.push(outcome(primitive.run(() => {}, { signal })));
    }
    expect([listeners(), added()]).toStrictEqual([1, 1]);
    abort(reason);
    expect(errors.every(([seen]) => seen.error === reason)).toBe(true);
    expect(listeners()).toBe(0);
  });

  test('a signal whose removeEventListener throws loses no permit, and the error is reported', async () => {
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const { signal } = countListeners();
    signal.removeEventListener = () => {
      throw broken;
    };
    const second = outcome(lock.acquire({ signal }));
    expect(await reportedBy(() => first.release())).toStrictEqual([broken]);
    second[0].value.release();
    expect(lock.active).toBe(0);
  });

  test('a signal whose addEventListener throws leaves nobody in the line', () => {
    const lock = new Lock();
    lock.acquire();
    const { signal } = countListeners();
    signal.addEventListener = () => {
      throw broken;
    };
    expect(thrownBy(() => lock.acquire({ signal }))).toBe(broken);
    expect(lock.waiting).toBe(0);
  });

  test('a task that is stopped with its signal leaves the line', async () => {
    const { cooperator, pump } = setup();
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const task = cooperator.cooperate(function* ({ signal }) {
      yield lock.acquire({ signal });
    });
    outcome(task.whenDone());
    pump();
    expect(lock.waiting).toBe(1);
    task.stop();
    expect(lock.waiting).toBe(0);
    first.release();
    expect(lock.active).toBe(0);
    await flushEventLoop();
  });

  test('clear fails all who wait, and those who are in stay in', () => {
    const log = [];
    const semaphore = new Semaphore(1);
    const first = valueOf(semaphore.acquire());
    const b = acquireAs(log, 'b', semaphore);
    b.deferred.addBoth(() => {
      acquireAs(log, 'd', semaphore);
      first.release(); // gives the permit to d: c is no longer in the line
    });
    acquireAs(log, 'c', semaphore);
    semaphore.clear();
    expect(log).toStrictEqual([['b', expect.any(CancelledError)], 'd', ['c', expect.any(CancelledError)]]);
    expect(log[0][1].message).toBe('Semaphore.clear() was called');
    expect([semaphore.active, semaphore.waiting]).toStrictEqual([1, 0]);
  });
});

test('an imitation of a signal whose reason throws ends a wait with that error, and the others on it', async () => {
  const listeners = [];
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => void listeners.push(listener),
    removeEventListener() {},
    get reason() {
      throw broken;
    },
  };
  const lock = new Lock();
  const permit = valueOf(lock.acquire());
  const waits = [lock.acquire({ signal }), lock.run(() => {}, { signal })].map(outcome);
  const { cooperator } = setup();
  const task = cooperator.cooperate(new Array(3), { signal });
  const done = outcome(task.whenDone());
  for (const listener of listeners) listener();
  expect([...waits, done]).toStrictEqual(new Array(3).fill([{ error: broken }]));
  expect([lock.waiting, task.state]).toStrictEqual([0, 'stopped']);
  permit.release();
  expect(lock.active).toBe(0);
});

describe('the limit', () => {
  test('a higher limit lets in those who wait', () => {
    const log = [];
    const semaphore = new Semaphore(1);
    for (const label of ['a', 'b', 'c', 'd']) acquireAs(log, label, semaphore);
    semaphore.limit = 3;
    expect(log).toStrictEqual(['a', 'b', 'c']);
    semaphore.limit = Infinity;
    expect(log).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(semaphore.limit).toBe(Infinity);
  });

  test('who acquires while a higher limit lets others in does not pass them', () => {
    const log = [];
    const semaphore = new Semaphore(1);
    acquireAs(log, 'a', semaphore);
    acquireAs(log, 'b', semaphore).deferred.addCallback(() => {
      acquireAs(log, 'd', semaphore);
    });
    acquireAs(log, 'c', semaphore);
    semaphore.limit = 3;
    expect(log).toStrictEqual(['a', 'b', 'c']);
    expect(semaphore.waiting).toBe(1);
  });

  test('a lower limit takes nothing back, and lets nobody in until enough were released', () => {
    const log = [];
    const semaphore = new Semaphore(3);
    const entries = ['a', 'b', 'c', 'd'].map((label) => acquireAs(log, label, semaphore));
    semaphore.limit = 1;
    expect(semaphore.active).toBe(3);
    entries[0].permit.release();
    entries[1].permit.release();
    expect(log).toStrictEqual(['a', 'b', 'c']);
    entries[2].permit.release();
    expect(log).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  test('that of a lock cannot be changed', () => {
    const lock = new Lock();
    expect(lock.limit).toBe(1);
    expect(() => {
      lock.limit = 2;
    }).toThrow(/^Lock\.limit is always 1; use a Semaphore$/);
    expect(lock.locked).toBe(false);
    lock.acquire();
    expect(lock.locked).toBe(true);
  });

  test.each([
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [NaN, RangeError],
    ['2', TypeError],
    [undefined, TypeError],
  ])('%p is no limit', (limit, ErrorClass) => {
    const shown = typeof limit === 'string' ? JSON.stringify(limit) : String(limit);
    const expected = ErrorClass === TypeError ? 'a number' : 'an integer from 1, or Infinity';
    const error = thrownBy(() => new Semaphore(limit));
    expect(error).toBeInstanceOf(ErrorClass);
    expect(error.message).toBe(`new Semaphore: limit must be ${expected}, not ${shown}`);
    const semaphore = new Semaphore(2);
    const onChange = thrownBy(() => {
      semaphore.limit = limit;
    });
    expect(onChange.message).toBe(`Semaphore.limit must be ${expected}, not ${shown}`);
    expect(semaphore.limit).toBe(2);
  });
});

describe('run', () => {
  test('the permit is released when what the function returned has settled', async () => {
    const lock = new Lock();
    const deferred = new Deferred();
    const seen = outcome(lock.run(() => deferred));
    const next = outcome(lock.run(() => 'next'));
    expect([lock.active, lock.waiting]).toStrictEqual([1, 1]);
    deferred.callback(7);
    expect([seen, next, lock.active]).toStrictEqual([[{ value: 7 }], [{ value: 'next' }], 0]);
    expect(await lock.run(async () => 8)).toBe(8);
    await expect(lock.run(() => Promise.reject(broken))).rejects.toBe(broken);
    await expect(lock.run(() => Deferred.fail(broken))).rejects.toBe(broken);
    expect(lock.active).toBe(0);
  });

  test('an error of the function releases the permit', () => {
    const lock = new Lock();
    const fail = () => {
      throw broken;
    };
    expect(outcome(lock.run(fail))).toStrictEqual([{ error: broken }]);
    expect(lock.active).toBe(0);
  });

  test('a task that the function returns holds the permit until its end', () => {
    const { cooperator, pump } = setup();
    const lock = new Lock();
    const seen = outcome(
      lock.run(() =>
        cooperator.cooperate(function* () {
          yield;
          return 'result';
        }),
      ),
    );
    pump();
    expect([seen, lock.active]).toStrictEqual([[], 1]);
    pump();
    expect([seen, lock.active]).toStrictEqual([[{ value: 'result' }], 0]);
  });

  test('cancelling while it waits leaves the line, and the function is not called', () => {
    const lock = new Lock();
    lock.acquire();
    const run = lock.run(() => {
      throw new Error('called');
    });
    const seen = outcome(run);
    run.cancel();
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    expect(lock.waiting).toBe(0);
  });

  test('cancelling while it runs cancels the Deferred that the function returned', () => {
    const log = [];
    const lock = new Lock();
    const run = lock.run(() => new Deferred(() => log.push('canceller')));
    run.addErrback((error) => log.push(error));
    lock.run(() => log.push('next'));
    run.cancel();
    expect(log).toStrictEqual(['canceller', 'next', expect.any(CancelledError)]);
    expect(lock.active).toBe(0);
  });

  test('who receives the permit cannot cancel the call that has released it', () => {
    for (const how of ['callback', 'errback']) {
      const log = [];
      const lock = new Lock();
      const job = new Deferred();
      const run = lock.run(() => job);
      run.addBoth((result) => log.push(result));
      lock.run(() => run.cancel()).addBoth(() => log.push('next'));
      job[how](broken);
      expect(log).toStrictEqual(['next', broken]);
    }
  });

  test('cancelling while it runs stops the task, and the permit is released after its clean-up', () => {
    const { cooperator, pump } = setup();
    const log = [];
    const lock = new Lock();
    const run = lock.run(() =>
      cooperator.cooperate(function* () {
        try {
          for (;;) yield;
        } finally {
          log.push(`clean-up, ${lock.active} active`);
        }
      }),
    );
    const seen = outcome(run);
    pump();
    run.cancel();
    expect(log).toStrictEqual(['clean-up, 1 active']);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    expect(lock.active).toBe(0);
  });

  test('cancelling a promise aborts its signal, and holds the permit until it settles', async () => {
    const lock = new Lock();
    let finish;
    let given;
    const run = lock.run(({ signal }) => {
      given = signal;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const seen = outcome(run);
    expect(given.aborted).toBe(false);
    run.cancel();
    expect(given.aborted).toBe(true);
    expect(given.reason).toBeInstanceOf(CancelledError);
    expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    expect(lock.active).toBe(1);
    finish('late');
    await flushMicrotasks();
    expect(lock.active).toBe(0);
  });

  test('a late error of what was cancelled is reported, unless it is that of the abort', async () => {
    const semaphore = new Semaphore(4);
    const fail = [];
    let given;
    const runs = [0, 1, 2, 3].map(() =>
      semaphore.run(({ signal }) => {
        given = signal;
        return new Promise((resolve, reject) => fail.push(reject));
      }),
    );
    for (const run of runs) {
      outcome(run);
      run.cancel();
    }
    expect(semaphore.active).toBe(4);
    const reported = await reportedBy(() => {
      fail[3](undefined);
      fail[0](broken);
      fail[1](Object.assign(new Error('aborted'), { name: 'AbortError' }));
      fail[2](given.reason);
    });
    expect(reported).toStrictEqual([undefined, broken]);
    expect(semaphore.active).toBe(0);
  });

  test('an error of the canceller is reported, and loses no permit', async () => {
    const lock = new Lock();
    const controller = new AbortController();
    const job = new Deferred(() => {
      throw broken;
    });
    const seen = outcome(lock.run(() => job, { signal: controller.signal }));
    expect(await reportedBy(() => controller.abort(reason))).toStrictEqual([broken]);
    expect([seen, lock.active]).toStrictEqual([[{ error: reason }], 0]);
  });

  test('an aborted signal ends the wait, and the function is not called', () => {
    const lock = new Lock();
    const { signal, listeners, abort } = countListeners();
    lock.acquire();
    const seen = outcome(lock.run(() => expect.unreachable(), { signal }));
    const early = outcome(lock.run(() => expect.unreachable(), { signal: AbortSignal.abort(reason) }));
    abort(reason);
    expect([seen, early]).toStrictEqual([[{ error: reason }], [{ error: reason }]]);
    expect([lock.waiting, listeners()]).toStrictEqual([0, 0]);
  });

  test('an aborted signal reaches the function that runs, whose outcome counts', async () => {
    const lock = new Lock();
    const { signal, listeners, abort } = countListeners();
    let finish;
    let given;
    const seen = outcome(
      lock.run(
        (context) => {
          given = context.signal;
          return new Promise((resolve) => {
            finish = resolve;
          });
        },
        { signal },
      ),
    );
    expect(listeners()).toBe(1);
    abort(reason);
    expect(given.reason).toBe(reason);
    expect([seen, lock.active]).toStrictEqual([[], 1]);
    finish('finished nevertheless');
    await flushMicrotasks();
    expect(seen).toStrictEqual([{ value: 'finished nevertheless' }]);
    expect([lock.active, listeners()]).toStrictEqual([0, 0]);
  });

  test('an aborted signal stops a task and cancels a Deferred; the outcome is its reason', () => {
    const { cooperator, pump } = setup();
    const semaphore = new Semaphore(3);
    const controller = new AbortController();
    const { signal } = controller;
    const runs = [
      semaphore.run(() => cooperator.cooperate(new Array(3)), { signal }),
      semaphore.run(() => new Deferred(), { signal }),
      semaphore.run(
        () => {
          controller.abort(reason); // while the function itself runs
          return new Deferred();
        },
        { signal },
      ),
    ].map(outcome);
    pump();
    expect(runs).toStrictEqual([[{ error: reason }], [{ error: reason }], [{ error: reason }]]);
    expect(semaphore.active).toBe(0);
  });

  test('a permit that comes during the abort runs nothing', () => {
    const lock = new Lock();
    const controller = new AbortController();
    const first = valueOf(lock.acquire());
    controller.signal.addEventListener('abort', () => first.release());
    const seen = outcome(lock.run(() => expect.unreachable(), { signal: controller.signal }));
    controller.abort(reason);
    expect([seen, lock.active]).toStrictEqual([[{ error: reason }], 0]);
  });

  test('a signal that is first used after the abort is aborted', async () => {
    const lock = new Lock();
    const controller = new AbortController();
    const { signal } = controller;
    const run = lock.run(
      async (context) => {
        await null;
        return context.signal;
      },
      { signal },
    );
    controller.abort(reason);
    const given = await run;
    expect([given.aborted, given.reason]).toStrictEqual([true, reason]);
  });

  test('the signal of a call is always the same object', () => {
    new Lock().run((context) => {
      expect(context.signal).toBe(context.signal);
    });
  });

  test('who cancels after an abort changes nothing: the reason stays that of the abort', async () => {
    const lock = new Lock();
    const controller = new AbortController();
    let given;
    let finish;
    const run = lock.run(
      (context) => {
        given = context.signal;
        return new Promise((resolve) => (finish = resolve));
      },
      { signal: controller.signal },
    );
    const seen = outcome(run);
    controller.abort(reason);
    run.cancel();
    expect(given.reason).toBe(reason);
    finish('done');
    await flushMicrotasks();
    expect([seen, lock.active]).toStrictEqual([[{ error: expect.any(CancelledError) }], 0]);
  });

  test('the functions run in the order of the calls, as many as the limit allows', async () => {
    const semaphore = new Semaphore(2);
    const log = [];
    const finish = [];
    const runs = ['a', 'b', 'c', 'd'].map((label) =>
      semaphore.run(() => {
        log.push(label);
        return new Promise((resolve) => finish.push(() => resolve(label)));
      }),
    );
    expect(log).toStrictEqual(['a', 'b']);
    finish[1]();
    await flushMicrotasks();
    expect(log).toStrictEqual(['a', 'b', 'c']);
    finish[0]();
    finish[2]();
    await flushMicrotasks();
    finish[3]();
    expect(await Promise.all(runs)).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  test('work that nothing would run is refused, and the permit is released', async () => {
    const lock = new Lock();
    for (const [fn, what] of [
      [function* () {}, 'a generator'],
      [async function* () {}, 'a generator'],
      [() => map([1], (n) => n), 'ready-made work'],
    ]) {
      const [{ error }] = outcome(lock.run(fn));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toBe(
        `Semaphore.run: fn must not return ${what}, which nothing would run; ` +
          'return cooperate(work), or use hold() in a task',
      );
    }
    expect(lock.active).toBe(0);
  });

  test('arguments are checked', () => {
    const lock = new Lock();
    expect(() => lock.run(() => {}, { singal: 1 })).toThrow(
      /^Semaphore\.run: options must not have a member "singal"; there are signal$/,
    );
    expect(() => lock.run()).toThrow(/^Semaphore\.run: fn must be a function, not undefined$/);
    expect(() => lock.run(() => {}, 1)).toThrow(/^Semaphore\.run: options must be an object, not 1$/);
    expect(() => lock.acquire(null)).toThrow(/^Semaphore\.acquire: options must be an object, not null$/);
    const listener = () => {};
    for (const signal of [
      {},
      { addEventListener: listener, removeEventListener: listener },
      { aborted: false, removeEventListener: listener },
      { aborted: false, addEventListener: listener },
    ]) {
      expect(() => lock.acquire({ signal })).toThrow(
        /^Semaphore\.acquire: options\.signal must be an AbortSignal, not an object of class Object$/,
      );
    }
    expect(() => lock.acquire({ signal: null })).toThrow(
      /^Semaphore\.acquire: options\.signal must be an AbortSignal, not null$/,
    );
    expect(() => lock.hold(1)).toThrow(/^Semaphore\.hold: fn must be a function, not 1$/);
    expect([lock.active, lock.waiting]).toStrictEqual([0, 0]);
  });
});

test('consoles and stores of reactive state see what they are', () => {
  expect([String(new Semaphore(1)), String(new Lock())]).toStrictEqual(['[object Semaphore]', '[object Lock]']);
});

describe('hold', () => {
  test('holds a permit while the generator runs, and passes its value on', () => {
    const { cooperator, pump, log } = setup();
    const lock = new Lock();
    const work = (label) =>
      cooperator.cooperate(function* () {
        const value = yield* lock.hold(function* () {
          log.push(`${label} enters`);
          yield;
          log.push(`${label} leaves`);
          return label;
        });
        log.push(`${label} has ${value}`);
      });
    work('A');
    work('B');
    pump(10);
    expect(log).toStrictEqual(['A enters', 'A leaves', 'A has A', 'B enters', 'B leaves', 'B has B']);
    expect([lock.active, lock.waiting]).toStrictEqual([0, 0]);
  });

  test('an error releases the permit', () => {
    const { cooperator, pump } = setup();
    const lock = new Lock();
    const task = cooperator.cooperate(() =>
      lock.hold(function* () {
        throw broken;
      }),
    );
    const seen = outcome(task.whenDone());
    pump();
    expect([seen, lock.active]).toStrictEqual([[{ error: broken }], 0]);
  });

  test('in an async generator, an error of what is waited for is thrown into the function, and releases the permit', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const lock = new Lock();
    const task = cooperator.cooperate(async function* () {
      yield* lock.hold(function* () {
        try {
          yield Promise.reject(broken);
        } finally {
          log.push(lock.active);
        }
      });
    });
    const seen = outcome(task.whenDone());
    await pumpEventLoop(5);
    expect([seen, log, lock.active]).toStrictEqual([[{ error: broken }], [1], 0]);
  });

  test('a task that is stopped while it waits leaves the line', async () => {
    const { cooperator, pump } = setup();
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const task = cooperator.cooperate(() => lock.hold(() => []));
    outcome(task.whenDone());
    pump();
    task.stop();
    expect(lock.waiting).toBe(0);
    first.release();
    expect(lock.active).toBe(0);
    await flushEventLoop();
  });

  test('a task that is stopped between the release and its turn loses no permit', async () => {
    const { cooperator, pump } = setup();
    const lock = new Lock();
    const first = valueOf(lock.acquire());
    const task = cooperator.cooperate(() => lock.hold(() => []));
    outcome(task.whenDone());
    pump();
    first.release();
    expect(lock.active).toBe(1);
    task.stop();
    expect(lock.active).toBe(0);
    await flushEventLoop();
  });

  test('a task that is stopped while it holds the permit releases it after its clean-up', () => {
    const { cooperator, pump, log } = setup();
    const lock = new Lock();
    const task = cooperator.cooperate(() =>
      lock.hold(function* () {
        try {
          for (;;) yield;
        } finally {
          log.push(`clean-up, ${lock.active} active`);
        }
      }),
    );
    outcome(task.whenDone());
    pump(2);
    task.stop();
    expect([log, lock.active]).toStrictEqual([['clean-up, 1 active'], 0]);
  });
});
