// AsyncLocalStorage: a task's code runs with the stores that were current when the task was created.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Cooperator, Deferred, native, schedulers } from 'cooperator';
import { Lock } from 'cooperator/sync';
import { inlineCallbacks } from 'cooperator/twisted';
import { flushMicrotasks, setup, flushEventLoop } from './support/setup.js';
import { steps } from './support/steps.js';

/** The status of a native step that is done. */
const DONE = 1;

const storage = new AsyncLocalStorage();
const currentStore = () => storage.getStore() ?? 'none';

/** `setup` whose slices run with a store of their own; `cooperateWithin` adds a task with a store, or with none. */
function setupWithStores(options) {
  const fixture = setup({ turns: Infinity, ...options });
  return {
    ...fixture,
    pump: (slices) => storage.run('pump', () => fixture.pump(slices)),
    pumpAsync: (slices) => storage.run('pump', () => fixture.pumpAsync(slices)),
    cooperateWithin: (within, work, taskOptions) =>
      within === 'none'
        ? fixture.cooperator.cooperate(work, taskOptions)
        : storage.run(within, () => fixture.cooperator.cooperate(work, taskOptions)),
  };
}

for (const within of ['store', 'none']) {
  describe(`a task that was created ${within === 'none' ? 'without a store' : 'with a store'} has that`, () => {
    test('in next', () => {
      const { cooperateWithin, pump, log } = setupWithStores({ turns: 2 });
      cooperateWithin(within, function* () {
        for (let turn = 0; turn < 5; turn++) {
          log.push(currentStore());
          yield;
        }
      });
      pump(3);
      expect(log).toStrictEqual(Array(5).fill(within));
    });

    test('in throw', async () => {
      const { cooperateWithin, pumpAsync, log } = setupWithStores();
      cooperateWithin(within, function* () {
        try {
          yield Promise.reject(new Error('broken'));
        } catch {
          log.push(currentStore());
          yield;
        }
        log.push(currentStore());
      });
      await pumpAsync(3);
      expect(log).toStrictEqual([within, within]);
    });

    test('in return, wherever it is stopped', () => {
      const { cooperateWithin, pump, cooperator, log } = setupWithStores({ turns: 1 });
      function* work() {
        try {
          for (;;) yield;
        } finally {
          log.push(currentStore());
        }
      }
      const tasks = [cooperateWithin(within, work), cooperateWithin(within, work), cooperateWithin(within, work)];
      pump(3);
      storage.run('at stop', () => tasks[0].stop());
      cooperateWithin('another', () => ({
        next() {
          tasks[1].stop();
          return { done: true };
        },
      }));
      pump(4);
      storage.run('at Cooperator.stop', () => cooperator.stop());
      expect(log).toStrictEqual([within, within, within]);
    });

    test('in its function, in getters of its iterator and its steps, and in the then getter of a thenable', () => {
      const { cooperateWithin, pump, log } = setupWithStores({ turns: 1 });
      const note = (place) => log.push(`${place} ${currentStore()}`);
      cooperateWithin(within, () => {
        note('function');
        return {
          get next() {
            note('next');
            return () => ({
              done: false,
              get value() {
                note('value');
                return {
                  get then() {
                    note('then');
                  },
                };
              },
            });
          },
        };
      });
      pump(1);
      expect(new Set(log)).toStrictEqual(
        new Set([`function ${within}`, `next ${within}`, `value ${within}`, `then ${within}`]),
      );
    });

    test('in every turn of an async function', async () => {
      const { cooperateWithin, pumpAsync, log } = setupWithStores();
      const task = cooperateWithin(within, async (context) => {
        log.push(currentStore());
        await context.yield();
        log.push(currentStore());
        await null;
        log.push(currentStore());
        await context.yield();
        log.push(currentStore());
      });
      await pumpAsync(9);
      expect([task.state, log]).toStrictEqual(['done', [within, within, within, within]]);
    });

    test('in every turn of an async generator, and in its clean-up', async () => {
      // Stopped between two turns: in Deno a clean-up that waits for the end of a step has no store.
      const { cooperateWithin, pumpAsync, log } = setupWithStores({ turns: 1 });
      const task = cooperateWithin(within, async function* () {
        try {
          log.push(currentStore());
          yield;
          log.push(currentStore());
          await null;
          log.push(currentStore());
          yield Promise.resolve();
          log.push(currentStore());
          for (;;) yield;
        } finally {
          log.push(currentStore());
        }
      });
      await pumpAsync(9);
      storage.run('at stop', () => task.stop());
      await flushMicrotasks();
      expect(log).toStrictEqual([within, within, within, within, within]);
    });

    test('after waiting for a Deferred that is fired with another store', () => {
      const { cooperateWithin, pump, log } = setupWithStores();
      const fired = new Deferred();
      cooperateWithin(within, function* () {
        yield fired;
        log.push(currentStore());
      });
      pump();
      storage.run('at firing', () => fired.callback());
      pump();
      expect(log).toStrictEqual([within]);
    });

    test('in callbacks of whenDone, added before or after the end, wherever the task is stopped', () => {
      const { cooperateWithin, pump, log } = setupWithStores();
      const note = () => {
        log.push(currentStore());
      };
      const ends = cooperateWithin(within, function* () {
        yield;
      });
      const fails = cooperateWithin(within, function* () {
        yield;
        throw new Error('broken');
      });
      const stopped = cooperateWithin(within, function* () {
        yield;
      });
      storage.run('at whenDone', () => {
        ends.whenDone().addCallback(note).addBoth(note);
        fails.whenDone().addErrback(note);
        stopped.whenDone().addCallbacks(note, note);
      });
      storage.run('at stop', () => stopped.stop());
      pump();
      storage.run('at a late whenDone', () => ends.whenDone().addCallback(note));
      expect(log).toStrictEqual(Array(5).fill(within));
    });

    test('in the callbacks of the Deferred of coiterate', () => {
      const { cooperator, pump, log } = setupWithStores();
      const done = new Deferred();
      const work = [1, 2];
      done.addCallback(() => {
        log.push(currentStore());
      });
      if (within === 'none') cooperator.coiterate(work, done);
      else storage.run(within, () => cooperator.coiterate(work, done));
      pump();
      expect(log).toStrictEqual([within]);
    });

    test('in onProgress, in listeners of its signal, and in onError', async () => {
      const log = [];
      let fail;
      const { cooperateWithin, pump } = setupWithStores({
        onError: (error) => {
          log.push(`${error.message} ${currentStore()}`);
        },
      });
      const task = cooperateWithin(
        within,
        function* ({ progress, signal }) {
          signal.addEventListener('abort', () => log.push(`abort ${currentStore()}`));
          progress(1);
          try {
            yield;
            yield {
              then: (_, reject) => {
                fail = reject;
              },
            };
          } finally {
            throw new Error('late');
          }
        },
        {
          onProgress: () => {
            log.push(`progress ${currentStore()}`);
            throw new Error('progress');
          },
        },
      );
      pump();
      storage.run('at stop', () => task.stop());
      storage.run('at firing', () => fail(new Error('later')));
      cooperateWithin(within, function* () {
        throw new Error('unasked');
      });
      pump();
      await flushEventLoop();
      expect(log).toStrictEqual(
        ['progress', 'progress', 'abort', 'late', 'later', 'unasked'].map((what) => `${what} ${within}`),
      );
    });

    test('in result and dispose of a native task', () => {
      const module = new WebAssembly.Module(new Uint8Array(steps));
      const { echo } = new WebAssembly.Instance(module, { host: { call() {} } }).exports;
      const { cooperateWithin, pump, log } = setupWithStores();
      const note = () => {
        log.push(currentStore());
      };
      cooperateWithin(within, native({ step: echo, state: DONE, result: note, dispose: note }));
      pump();
      expect(log).toStrictEqual([within, within]);
    });
  });
}

test('each task in a slice has its own store, or none', () => {
  const { cooperateWithin, pump, log } = setupWithStores();
  function* work(label) {
    for (let turn = 0; turn < 2; turn++) {
      log.push(`${label} ${currentStore()}`);
      yield;
    }
  }
  for (const label of ['none', 'a', 'none', 'b', 'a', 'none']) cooperateWithin(label, work(label));
  pump();
  const round = ['none none', 'a a', 'none none', 'b b', 'a a', 'none none'];
  expect(log).toStrictEqual([...round, ...round]);
});

test('S12: each part of a suspended turn has the store of its task, whatever the code before it had', async () => {
  const { cooperateWithin, pumpAsync, log } = setupWithStores();
  const note = (label) => log.push(`${label} ${currentStore()}`);
  for (const label of ['a', 'none', 'b']) {
    cooperateWithin(label, async ({ yield: nextTurn }) => {
      for (let turn = 0; turn < 3; turn++) {
        note(label);
        await null;
        note(label);
        await storage.run('inside', () => nextTurn()); // The slice goes on in the scope that ends the turn.
      }
      note(label);
    });
    cooperateWithin(label, async function* () {
      for (let turn = 0; turn < 3; turn++) {
        note(label);
        await storage.run('inside', async () => {});
        note(label);
        yield;
      }
    });
    cooperateWithin(label, function* () {
      for (let turn = 0; turn < 4; turn++) {
        note(label);
        yield;
      }
    });
  }
  for (let flush = 0; flush < 5; flush++) await pumpAsync();
  expect(log).toHaveLength(3 * (7 + 6 + 4));
  expect(new Set(log)).toStrictEqual(new Set(['a a', 'none none', 'b b']));
});

test('S12: the then of what an async iterator yields is called with the store of its task', async () => {
  const { cooperateWithin, pumpAsync, log } = setupWithStores();
  for (const within of ['a', 'none']) {
    const then = () => log.push(`${within} ${currentStore()}`);
    cooperateWithin(within, {
      next: async () => ({ done: false, value: { then } }),
      [Symbol.asyncIterator]() {
        return this;
      },
    });
  }
  await pumpAsync(2);
  expect(log).toStrictEqual(['a a', 'none none']);
});

test('S12: code after a suspended turn that has become a wait has the store of its task', async () => {
  const { cooperateWithin, pump, log } = setupWithStores();
  let resolve;
  cooperateWithin('a', async ({ yield: nextTurn }) => {
    await new Promise((settle) => {
      resolve = settle;
    });
    log.push(currentStore());
    await nextTurn();
    log.push(currentStore());
  });
  cooperateWithin('none', function* () {
    log.push(currentStore());
  });
  pump();
  await flushEventLoop(); // ends the turn, and the slice goes on
  storage.run('at resolve', () => resolve());
  await flushMicrotasks();
  pump();
  await flushMicrotasks();
  expect(log).toStrictEqual(['none', 'a', 'a']);
});

for (const name of ['auto', 'immediate', 'message', 'timeout']) {
  test(`schedulers.${name}() does not run a slice with the store in which it was requested`, async () => {
    const cooperator = new Cooperator({ scheduler: schedulers[name](), terminationPredicateFactory: () => () => true });
    const log = [];
    const deferred = new Deferred();
    const work = function* (label) {
      yield deferred;
      for (let turn = 0; turn < 3; turn++) {
        log.push(`${label} ${currentStore()}`);
        yield;
      }
    };
    const without = cooperator.cooperate(work('none'));
    const tasks = [without, storage.run('a', () => cooperator.cooperate(work('a')))];
    without.pause();
    storage.run('at resume', () => without.resume());
    storage.run('at firing', () => deferred.callback());
    await Promise.all(tasks.map((task) => task.whenDone()));
    cooperator.dispose();
    expect([...log].sort()).toStrictEqual(['a a', 'a a', 'a a', 'none none', 'none none', 'none none']);
  });
}

test('await and then on whenDone continue with the store of their caller', async () => {
  const { cooperateWithin, pump, log } = setupWithStores();
  const task = cooperateWithin('task', function* () {
    yield;
  });
  const awaited = storage.run('at await', async () => {
    await task.whenDone();
    log.push(currentStore());
  });
  const derived = storage.run('at whenDone', () =>
    task.whenDone().then(() => {
      log.push(currentStore());
    }),
  );
  pump();
  await Promise.all([awaited, derived]);
  expect([...log].sort()).toStrictEqual(['at await', 'at whenDone']);
});

test("a user's Deferred runs its callbacks with the store in which it is fired", () => {
  const { cooperateWithin, pump, log } = setupWithStores();
  const deferred = new Deferred();
  storage.run('at addCallback', () =>
    deferred.addCallback(() => {
      log.push(currentStore());
    }),
  );
  cooperateWithin('task', function* () {
    deferred.callback();
  });
  pump();
  expect(log).toStrictEqual(['task']);
});

test('a task that is created in a turn has the store of that turn', () => {
  const { cooperateWithin, pump, cooperator, log } = setupWithStores();
  for (const label of ['outer', 'none']) {
    cooperateWithin(label, function* () {
      cooperator.cooperate(function* () {
        log.push(`inherited ${currentStore()}`);
      });
      storage.run('inner', () =>
        cooperator.cooperate(function* () {
          log.push(currentStore());
        }),
      );
      yield;
      log.push(`still ${currentStore()}`);
    });
  }
  pump();
  expect([...log].sort()).toStrictEqual([
    'inherited none',
    'inherited outer',
    'inner',
    'inner',
    'still none',
    'still outer',
  ]);
});

test('enterWith in a turn of a task with a store affects neither other tasks nor later turns', () => {
  const { cooperateWithin, pump, log } = setupWithStores();
  cooperateWithin('a', function* () {
    for (let turn = 0; turn < 2; turn++) {
      log.push(`a ${currentStore()}`);
      storage.enterWith('entered');
      yield;
    }
  });
  for (const label of ['none', 'b']) {
    cooperateWithin(label, function* () {
      for (let turn = 0; turn < 2; turn++) {
        log.push(`${label} ${currentStore()}`);
        yield;
      }
    });
  }
  pump();
  const round = ['a a', 'none none', 'b b'];
  expect(log).toStrictEqual([...round, ...round]);
});

test('enterWith in a turn of a task without a store ends with the slice', () => {
  const { cooperateWithin, pump, log } = setupWithStores({ turns: 1 });
  cooperateWithin('none', function* () {
    for (let turn = 0; turn < 3; turn++) {
      log.push(currentStore());
      storage.enterWith('entered');
      yield;
    }
  });
  pump(4);
  cooperateWithin('none', function* () {
    log.push(currentStore());
  });
  pump();
  expect(log).toStrictEqual(['none', 'none', 'none', 'none']);
});

test('storages are independent of one another, even later ones; stores may be falsy values', () => {
  const { cooperateWithin, pump, cooperator, log } = setupWithStores();
  const values = [0, null, false, '', Number.NaN];
  const other = new AsyncLocalStorage();
  for (const value of values) {
    other.run(value, () =>
      cooperator.cooperate(function* () {
        yield;
        log.push([other.getStore(), storage.getStore()]);
      }),
    );
  }
  cooperateWithin('both', function* () {
    yield;
    log.push([other.getStore(), storage.getStore()]);
  });
  pump();
  const late = new AsyncLocalStorage();
  late.run('late', () => pump());
  cooperator.cooperate(function* () {
    log.push(late.getStore());
  });
  late.run('later', () => pump());
  expect(log).toStrictEqual([...values.map((value) => [value, undefined]), [undefined, 'both'], undefined]);
});

test('a task that is created inside exit has the same store as a timer that is set there', async () => {
  const { pump, cooperator, log } = setupWithStores();
  const storeOfTimer = await new Promise((resolve) =>
    storage.run('outside', () =>
      storage.exit(() => {
        setTimeout(() => resolve(currentStore()), 0);
        cooperator.cooperate(function* () {
          yield;
          log.push(currentStore());
        });
      }),
    ),
  );
  pump();
  expect(log).toStrictEqual([storeOfTimer]);
});

test('Semaphore.run calls its function with the store of the call, whoever releases the permit', async () => {
  const log = [];
  const lock = new Lock();
  const permit = await lock.acquire();
  const run = () => lock.run(() => log.push(currentStore()));
  storage.run('first', run);
  run();
  storage.run('second', run);
  storage.run('releaser', () => permit.release());
  storage.run('later', run);
  expect(log).toStrictEqual(['first', 'none', 'second', 'later']);
});

test('the code of inlineCallbacks runs with the stores of its call, wherever a Deferred fires', () => {
  const log = [];
  const f = inlineCallbacks(function* (first, second) {
    log.push(currentStore());
    yield first;
    log.push(currentStore());
    try {
      yield second;
    } catch {
      log.push(currentStore());
    }
  });
  for (const within of ['call', 'none']) {
    const [first, second] = [new Deferred(), new Deferred()];
    if (within === 'none') f(first, second);
    else storage.run(within, () => f(first, second));
    storage.run('firing', () => {
      first.callback();
      second.errback(new Error('broken'));
    });
  }
  expect(log).toStrictEqual([...Array(3).fill('call'), ...Array(3).fill('none')]);
});
