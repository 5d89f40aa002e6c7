// The stores of AsyncLocalStorage: a task's code sees those that were in force when it was made, whoever runs it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Cooperator, Deferred, native, schedulers } from 'cooperator';
import { flushMicrotasks, setup, flushEventLoop } from './support/setup.js';

const storage = new AsyncLocalStorage();
const store = () => storage.getStore() ?? 'none';

/** A rig whose slices are all run with a store in force that is nobody's. */
function stage(options) {
  const made = setup({ turns: Infinity, ...options });
  return {
    ...made,
    pump: (slices) => storage.run('pump', () => made.pump(slices)),
    pumpAsync: (slices) => storage.run('pump', () => made.pumpAsync(slices)),
    make: (within, work, taskOptions) =>
      within === 'none'
        ? made.cooperator.cooperate(work, taskOptions)
        : storage.run(within, () => made.cooperator.cooperate(work, taskOptions)),
  };
}

for (const within of ['store', 'none']) {
  describe(`a task that was made ${within === 'none' ? 'with no store' : 'with a store'} sees that`, () => {
    test('in next', () => {
      const { make, pump, log } = stage({ turns: 2 });
      make(within, function* () {
        for (let turn = 0; turn < 5; turn++) {
          log.push(store());
          yield;
        }
      });
      pump(3);
      expect(log).toStrictEqual(Array(5).fill(within));
    });

    test('in throw', async () => {
      const { make, pumpAsync, log } = stage();
      make(within, function* () {
        try {
          yield Promise.reject(new Error('broken'));
        } catch {
          log.push(store());
          yield;
        }
        log.push(store());
      });
      await pumpAsync(3);
      expect(log).toStrictEqual([within, within]);
    });

    test('in return, whoever stops it', () => {
      const { make, pump, cooperator, log } = stage({ turns: 1 });
      function* work() {
        try {
          for (;;) yield;
        } finally {
          log.push(store());
        }
      }
      const tasks = [make(within, work), make(within, work), make(within, work)];
      pump(3);
      storage.run('who stops it', () => tasks[0].stop());
      make('another', () => ({
        next() {
          tasks[1].stop();
          return { done: true };
        },
      }));
      pump(4);
      storage.run('who stops all', () => cooperator.stop());
      expect(log).toStrictEqual([within, within, within]);
    });

    test('in a function and in an object of its own, in their getters and in the then of a thenable', () => {
      const { make, pump, log } = stage({ turns: 1 });
      const see = (what) => log.push(`${what} ${store()}`);
      make(within, () => {
        see('function');
        return {
          get next() {
            see('next');
            return () => ({
              done: false,
              get value() {
                see('value');
                return {
                  get then() {
                    see('then');
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

    test('in an async function, at each of its turns', async () => {
      const { make, pumpAsync, log } = stage();
      const task = make(within, async (context) => {
        log.push(store());
        await context.yield();
        log.push(store());
        await null;
        log.push(store());
        await context.yield();
        log.push(store());
      });
      await pumpAsync(9);
      expect([task.state, log]).toStrictEqual(['done', [within, within, within, within]]);
    });

    test('in an async generator', async () => {
      const { make, pumpAsync, log } = stage();
      const task = make(within, async function* () {
        try {
          log.push(store());
          yield;
          log.push(store());
          await null;
          log.push(store());
          yield Promise.resolve();
          log.push(store());
          for (;;) yield;
        } finally {
          log.push(store());
        }
      });
      await pumpAsync(9);
      storage.run('who stops it', () => task.stop());
      await flushMicrotasks();
      expect(log).toStrictEqual([within, within, within, within, within]);
    });

    test('after it has waited for a Deferred that another store fires', () => {
      const { make, pump, log } = stage();
      const fired = new Deferred();
      make(within, function* () {
        yield fired;
        log.push(store());
      });
      pump();
      storage.run('who fires it', () => fired.callback());
      pump();
      expect(log).toStrictEqual([within]);
    });

    test('in the callbacks of whenDone, added before the end and after it, whoever ends the task', () => {
      const { make, pump, log } = stage();
      const note = () => {
        log.push(store());
      };
      const ends = make(within, function* () {
        yield;
      });
      const fails = make(within, function* () {
        yield;
        throw new Error('broken');
      });
      const stopped = make(within, function* () {
        yield;
      });
      storage.run('who asks', () => {
        ends.whenDone().addCallback(note).addBoth(note);
        fails.whenDone().addErrback(note);
        stopped.whenDone().addCallbacks(note, note);
      });
      storage.run('who stops it', () => stopped.stop());
      pump();
      storage.run('who asks late', () => ends.whenDone().addCallback(note));
      expect(log).toStrictEqual(Array(5).fill(within));
    });

    test('in the callbacks of the Deferred of coiterate', () => {
      const { cooperator, pump, log } = stage();
      const done = new Deferred();
      const work = [1, 2];
      done.addCallback(() => {
        log.push(store());
      });
      if (within === 'none') cooperator.coiterate(work, done);
      else storage.run(within, () => cooperator.coiterate(work, done));
      pump();
      expect(log).toStrictEqual([within]);
    });

    test('in onProgress, in listeners of its signal, and in onError when that is told of it', async () => {
      const log = [];
      let fail;
      const { make, pump } = stage({
        onError: (error) => {
          log.push(`${error.message} ${store()}`);
        },
      });
      const task = make(
        within,
        function* ({ progress, signal }) {
          signal.addEventListener('abort', () => log.push(`abort ${store()}`));
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
            log.push(`progress ${store()}`);
            throw new Error('progress');
          },
        },
      );
      pump();
      storage.run('who stops it', () => task.stop());
      storage.run('who fires it', () => fail(new Error('later')));
      make(within, function* () {
        throw new Error('unasked');
      });
      pump();
      await flushEventLoop();
      expect(log).toStrictEqual(
        ['progress', 'progress', 'abort', 'late', 'later', 'unasked'].map((what) => `${what} ${within}`),
      );
    });

    test('in what a native task calls at its end', () => {
      const wasm = new Uint8Array([
        // (func (export "step") (param i32) (result i32) i32.const 1): done
        0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 8, 1, 4, 115, 116, 101, 112, 0, 0, 10,
        6, 1, 4, 0, 65, 1, 11,
      ]);
      const { step } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
      const { make, pump, log } = stage();
      const note = () => {
        log.push(store());
      };
      make(within, native({ step, state: 0, result: note, dispose: note }));
      pump();
      expect(log).toStrictEqual([within, within]);
    });
  });
}

test('tasks that take turns in one slice each see their own store, and those without one none', () => {
  const { make, pump, log } = stage();
  function* work(label) {
    for (let turn = 0; turn < 2; turn++) {
      log.push(`${label} ${store()}`);
      yield;
    }
  }
  for (const label of ['none', 'a', 'none', 'b', 'a', 'none']) make(label, work(label));
  pump();
  const round = ['none none', 'a a', 'none none', 'b b', 'a a', 'none none'];
  expect(log).toStrictEqual([...round, ...round]);
});

for (const name of ['auto', 'immediate', 'message', 'timeout']) {
  test(`schedulers.${name}(): the store in which a slice is asked for is not seen in it`, async () => {
    const cooperator = new Cooperator({ scheduler: schedulers[name](), terminationPredicateFactory: () => () => true });
    const log = [];
    const held = new Deferred();
    const work = function* (label) {
      yield held;
      for (let turn = 0; turn < 3; turn++) {
        log.push(`${label} ${store()}`);
        yield;
      }
    };
    const without = cooperator.cooperate(work('none'));
    const tasks = [without, storage.run('a', () => cooperator.cooperate(work('a')))];
    without.pause();
    storage.run('who resumes it', () => without.resume());
    storage.run('who fires it', () => held.callback());
    await Promise.all(tasks.map((task) => task.whenDone()));
    cooperator.dispose();
    expect([...log].sort()).toStrictEqual(['a a', 'a a', 'a a', 'none none', 'none none', 'none none']);
  });
}

test('who awaits the end, or asks by then, goes on with the store of their own', async () => {
  const { make, pump, log } = stage();
  const task = make('task', function* () {
    yield;
  });
  const waits = storage.run('who awaits', async () => {
    await task.whenDone();
    log.push(store());
  });
  const asks = storage.run('who asks', () =>
    task.whenDone().then(() => {
      log.push(store());
    }),
  );
  pump();
  await Promise.all([waits, asks]);
  expect([...log].sort()).toStrictEqual(['who asks', 'who awaits']);
});

test('a Deferred of the user runs its callbacks with the store of who fires it', () => {
  const { make, pump, log } = stage();
  const deferred = new Deferred();
  storage.run('who adds', () =>
    deferred.addCallback(() => {
      log.push(store());
    }),
  );
  make('task', function* () {
    deferred.callback();
  });
  pump();
  expect(log).toStrictEqual(['task']);
});

test('a task that is made in a turn has the store of that turn', () => {
  const { make, pump, cooperator, log } = stage();
  for (const label of ['outer', 'none']) {
    make(label, function* () {
      cooperator.cooperate(function* () {
        log.push(`inherited ${store()}`);
      });
      storage.run('inner', () =>
        cooperator.cooperate(function* () {
          log.push(store());
        }),
      );
      yield;
      log.push(`still ${store()}`);
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

test('enterWith in a turn of a task with a store is seen neither by other tasks nor in later turns', () => {
  const { make, pump, log } = stage();
  make('a', function* () {
    for (let turn = 0; turn < 2; turn++) {
      log.push(`a ${store()}`);
      storage.enterWith('entered');
      yield;
    }
  });
  for (const label of ['none', 'b']) {
    make(label, function* () {
      for (let turn = 0; turn < 2; turn++) {
        log.push(`${label} ${store()}`);
        yield;
      }
    });
  }
  pump();
  const round = ['a a', 'none none', 'b b'];
  expect(log).toStrictEqual([...round, ...round]);
});

test('enterWith in a turn of a task without a store is over with the slice', () => {
  const { make, pump, log } = stage({ turns: 1 });
  make('none', function* () {
    for (let turn = 0; turn < 3; turn++) {
      log.push(store());
      storage.enterWith('entered');
      yield;
    }
  });
  pump(4);
  make('none', function* () {
    log.push(store());
  });
  pump();
  expect(log).toStrictEqual(['none', 'none', 'none', 'none']);
});

test('each storage by itself, also one that comes later, and values that are false', () => {
  const { make, pump, cooperator, log } = stage();
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
  make('both', function* () {
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

test('exit: a task that is made in it has what a timer has that is set in it', async () => {
  const { pump, cooperator, log } = stage();
  const seen = await new Promise((resolve) =>
    storage.run('outside', () =>
      storage.exit(() => {
        setTimeout(() => resolve(store()), 0);
        cooperator.cooperate(function* () {
          yield;
          log.push(store());
        });
      }),
    ),
  );
  pump();
  expect(log).toStrictEqual([seen]);
});
