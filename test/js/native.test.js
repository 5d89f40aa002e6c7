// Native tasks, whose steps are exported functions of another WebAssembly instance (support/steps.wat).
import { Cooperator, Deferred, SchedulerStopped, TaskFailed, TaskStopped, native, predicates } from 'cooperator';
import { logTurns, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';
import { steps } from './support/steps.js';

const MORE = 0;
const DONE = 1;
const FAILED = 2;
const WAIT = 3;
const STATE = 64;

const module = new WebAssembly.Module(new Uint8Array(steps));
const broken = new Error('broken');

/** Instantiates steps.wat. Its import calls `call`; `write` stores words in its memory from STATE on. */
function instantiate(call = () => {}) {
  const { exports } = new WebAssembly.Instance(module, { host: { call } });
  const words = new Int32Array(exports.memory.buffer);
  return { ...exports, words, write: (...values) => words.set(values, STATE / 4) };
}

/** Native work whose step returns these statuses, one for each turn. */
function script(statuses, options = {}, call = undefined) {
  const { write, script: plain, calling } = instantiate(call);
  write(0, ...statuses);
  return native({ step: call === undefined ? plain : calling, state: STATE, ...options });
}

describe('turns of a native task', () => {
  test('S2: it takes turns with the other tasks in the queue', () => {
    const { cooperator, pump, log } = setup({ turns: 3 });
    cooperator.cooperate(logTurns(log, 'A', 3));
    const task = cooperator.cooperate(script([MORE, MORE, DONE], {}, () => log.push('native')));
    cooperator.cooperate(logTurns(log, 'B', 3));
    pump(2);
    expect(log).toStrictEqual(['A1', 'native', 'B1', 'A2', 'native', 'B2']);
    expect([task.state, task.stats().turns]).toStrictEqual(['runnable', 2]);
    pump();
    expect([task.state, task.stats().turns]).toStrictEqual(['done', 3]);
  });

  test('S2: a share is that many turns in a row', () => {
    const { cooperator, pump, log } = setup({ turns: 4 });
    cooperator.cooperate(
      script([MORE, MORE, MORE, DONE], {}, () => log.push('native')),
      { share: 2 },
    );
    cooperator.cooperate(logTurns(log, 'A'));
    pump();
    expect(log).toStrictEqual(['native', 'native', 'A1', 'native']);
  });

  test('it can run 100,000 turns in a slice', async () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const { words, write, count_down: step } = instantiate();
    write(100_000);
    const task = cooperator.cooperate(native({ step, state: STATE, result: (at) => words[at / 4] }));
    const done = outcome(task.whenDone());
    pump();
    expect([done, task.stats().turns]).toStrictEqual([[{ value: 0 }], 100_000]);
  });

  test('its step receives the state, as an i32, or 0 without one', () => {
    for (const [state, passed] of [
      [undefined, 0],
      [7, 7],
      [-1, -1],
      [2 ** 32 - 1, -1],
      [-(2 ** 31), -(2 ** 31)],
    ]) {
      const { cooperator, pump } = setup();
      const seen = [];
      const { calling: step } = instantiate((at) => {
        seen.push(at);
        throw broken;
      });
      const work = native(state === undefined ? { step } : { step, state });
      const done = outcome(cooperator.cooperate(work).whenDone());
      pump();
      expect([seen, done]).toStrictEqual([[passed], [{ error: broken }]]);
    }
  });

  test('its name is that of the task options, else that of the work, else task', () => {
    const { cooperator } = setup();
    expect(cooperator.cooperate(script([DONE], { name: 'one' })).name).toBe('one');
    expect(cooperator.cooperate(script([DONE], { name: 'one' }), { name: 'two' }).name).toBe('two');
    expect(cooperator.cooperate(script([DONE])).name).toBe('task');
    cooperator.stop();
  });

  test('S7: it is paused, resumed and stopped like any task', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(script([MORE, MORE, MORE], { dispose: (at) => log.push(`dispose ${at}`) }));
    const done = outcome(task.whenDone());
    task.pause();
    pump(2);
    expect([task.state, task.stats().turns]).toStrictEqual(['paused', 0]);
    task.resume();
    pump();
    task.stop();
    expect([task.state, task.stats().turns, log]).toStrictEqual(['stopped', 1, [`dispose ${STATE}`]]);
    expect(done[0].error).toBeInstanceOf(TaskStopped);
  });
});

describe('the end of a native task', () => {
  test('its result is what options.result returns for its state, undefined without that option', () => {
    for (const [options, value] of [
      [{ result: (at) => `state ${at}` }, `state ${STATE}`],
      [{}, undefined],
    ]) {
      const { cooperator, pump } = setup();
      const done = outcome(cooperator.cooperate(script([DONE], options)).whenDone());
      pump();
      expect(done).toStrictEqual([{ value }]);
    }
  });

  test('it fails with what options.result throws', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(
      script([DONE], {
        result() {
          throw broken;
        },
        dispose: () => log.push('dispose'),
      }),
    );
    const done = outcome(task.whenDone());
    pump();
    expect([done, log, task.state]).toStrictEqual([[{ error: broken }], ['dispose'], 'failed']);
  });

  test('result and dispose receive the state and nothing else', () => {
    const seen = [];
    function note(...given) {
      seen.push([this, given]);
    }
    const { cooperator, pump } = setup();
    cooperator.cooperate(script([DONE], { result: note, dispose: note }));
    pump();
    expect(seen).toStrictEqual([
      [undefined, [STATE]],
      [undefined, [STATE]],
    ]);
  });

  test('dispose is called once before whenDone fires, however it ends', () => {
    const ends = {
      done: ({ pump }) => pump(),
      failed: ({ pump }) => pump(),
      trapped: ({ pump }) => pump(),
      stopped: (_, task) => task.stop(),
      'stopped with the cooperator': ({ cooperator }) => cooperator.stop(),
    };
    for (const [how, end] of Object.entries(ends)) {
      const fixture = setup();
      const options = { state: STATE, dispose: () => fixture.log.push('dispose') };
      const work =
        how === 'trapped'
          ? native({ step: instantiate().unreachable, ...options })
          : script([how === 'failed' ? FAILED : DONE], options);
      const task = fixture.cooperator.cooperate(work);
      task.whenDone().addBoth(() => {
        fixture.log.push('fired');
      });
      end(fixture, task);
      expect([how, fixture.log]).toStrictEqual([how, ['dispose', 'fired']]);
    }
  });

  test('J3: an error thrown by dispose is reported and does not change the outcome', () => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(
      script([DONE], {
        result: () => 5,
        dispose() {
          throw broken;
        },
      }),
    );
    const done = outcome(task.whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 5 }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('J3: with an aborted signal it has no turn and its state is disposed of', () => {
    const { cooperator, pump, log } = setup();
    const options = { signal: AbortSignal.abort(broken) };
    const task = cooperator.cooperate(script([DONE], { dispose: () => log.push('dispose') }), options);
    const done = outcome(task.whenDone());
    pump();
    expect([done, log, task.stats().turns]).toStrictEqual([[{ error: broken }], ['dispose'], 0]);
  });

  test('J5: a signal that cannot be listened to leaves it as it was, and it can be added again', () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const work = script([MORE, DONE], { result: () => 'result' });
    const signal = Object.assign(new AbortController().signal, {
      addEventListener() {
        throw broken;
      },
    });
    expect(thrownBy(() => cooperator.cooperate(work, { signal }))).toBe(broken);
    const done = [work, script([DONE], { result: () => 'other' })].map((each) => outcome(cooperator.coiterate(each)));
    pump();
    expect(done).toStrictEqual([[{ value: 'result' }], [{ value: 'other' }]]);
  });

  test('J3: with an aborted signal it does not disturb the next native task', () => {
    const { cooperator, pump } = setup();
    cooperator.cooperate(script([DONE]), { signal: AbortSignal.abort() });
    const done = outcome(cooperator.cooperate(script([DONE], { result: () => 'end' })).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('status 2 fails it with an error that contains its name', () => {
    const { cooperator, pump } = setup();
    const task = cooperator.cooperate(script([FAILED], { name: 'crunch' }));
    const done = outcome(task.whenDone());
    pump();
    expect(done[0].error.message).toBe('the native task crunch failed: its step returned 2');
    expect(thrownBy(() => task.pause())).toBeInstanceOf(TaskFailed);
  });

  test.each([4, 5, 7, -1, 2 ** 31 - 1, -(2 ** 31)])(
    'the invalid status %d fails it with a TypeError that names the valid ones',
    (status) => {
      const { cooperator, pump } = setup();
      const done = outcome(cooperator.cooperate(script([status])).whenDone());
      pump();
      expect(done[0].error).toBeInstanceOf(TypeError);
      expect(done[0].error.message).toBe(
        `native: step must return 0 (more), 1 (done), 2 (failed) or 3 (waiting), not ${status}`,
      );
    },
  );

  test('D7: its failure is reported once if whenDone was never called', async () => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(native({ step: instantiate().unreachable }));
    pump();
    await flushEventLoop();
    const reports = takeReports();
    expect(reports).toHaveLength(1);
    expect(reports[0].task).toBe(task);
    expect(reports[0].error).toBeInstanceOf(WebAssembly.RuntimeError);
  });
});

describe('a native task that waits', () => {
  test('status 3 waits for what options.wait returns for the state', async () => {
    const { cooperator, pump, pumpAsync, log } = setup();
    let goOn;
    const task = cooperator.cooperate(
      script([WAIT, MORE, DONE], {
        wait(at) {
          log.push(at);
          return new Promise((resolve) => {
            goOn = resolve;
          });
        },
      }),
    );
    const done = outcome(task.whenDone());
    pump(3);
    expect([task.state, task.stats().turns, log]).toStrictEqual(['waiting', 1, [STATE]]);
    goOn('unused');
    await pumpAsync();
    expect(task.state).toBe('runnable');
    await pumpAsync(2);
    expect([task.state, done, log]).toStrictEqual(['done', [{ value: undefined }], [STATE]]);
  });

  test('J2: a rejection fails it in its next turn with the same error, without another call of the step', async () => {
    const { cooperator, pumpAsync, log } = setup();
    let fail;
    const wait = () =>
      new Promise((resolve, reject) => {
        fail = reject;
      });
    const task = cooperator.cooperate(script([WAIT, DONE], { wait }, () => log.push('turn')));
    const done = outcome(task.whenDone());
    await pumpAsync();
    task.pause();
    fail(broken);
    await pumpAsync(2);
    expect([task.state, done]).toStrictEqual(['paused', []]);
    task.resume();
    await pumpAsync();
    expect([task.state, done, log]).toStrictEqual(['failed', [{ error: broken }], ['turn']]);
  });

  test('J2, S2: a Deferred is observed and left as it is; waiting for a fired one takes one turn', () => {
    const { cooperator, pump, log } = setup({ turns: 2 });
    const deferred = Deferred.succeed('kept');
    const task = cooperator.cooperate(script([WAIT, DONE], { wait: () => deferred }));
    cooperator.cooperate(logTurns(log, 'A'));
    pump();
    expect([task.state, log]).toStrictEqual(['runnable', ['A1']]);
    pump();
    expect([task.state, outcome(deferred)]).toStrictEqual(['done', [{ value: 'kept' }]]);
  });

  test('J2: a failed Deferred fails it in its next turn', () => {
    const { cooperator, pump, log } = setup({ turns: 2 });
    const task = cooperator.cooperate(script([WAIT, DONE], { wait: () => Deferred.fail(broken) }));
    const done = outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'A'));
    pump();
    expect([task.state, log]).toStrictEqual(['runnable', ['A1']]);
    pump();
    expect(done).toStrictEqual([{ error: broken }]);
  });

  test('the table slot of a step that failed can be used again', async () => {
    const { cooperator, pumpAsync } = setup({ turns: Infinity });
    const done = outcome(cooperator.cooperate(script([WAIT], { wait: () => Promise.reject(broken) })).whenDone());
    await pumpAsync(2);
    const next = outcome(cooperator.cooperate(script([MORE, DONE], { result: () => 'right' })).whenDone());
    await pumpAsync();
    expect([done, next]).toStrictEqual([[{ error: broken }], [{ value: 'right' }]]);
  });

  test.each([
    [
      'there is no options.wait',
      {},
      'native: wait must be a function for a step that returns 3 (waiting), not undefined',
    ],
    ['options.wait returns no Promise', { wait: () => 5 }, 'native: wait must return a Promise, not 5'],
  ])('it fails with a TypeError if %s', (_, options, message) => {
    const { cooperator, pump } = setup();
    const done = outcome(cooperator.cooperate(script([WAIT], options)).whenDone());
    pump();
    expect(done[0].error).toBeInstanceOf(TypeError);
    expect(done[0].error.message).toBe(message);
  });

  test('it fails with what options.wait throws', () => {
    const { cooperator, pump } = setup();
    const done = outcome(
      cooperator
        .cooperate(
          script([WAIT], {
            wait() {
              throw broken;
            },
          }),
        )
        .whenDone(),
    );
    pump();
    expect(done).toStrictEqual([{ error: broken }]);
  });

  test('J4: if it is stopped while it waits, a later rejection is reported, a later value is not', async () => {
    for (const [how, expected] of [
      ['resolve', []],
      ['reject', [broken]],
    ]) {
      const { cooperator, pump, takeReports } = setup();
      const promise = {};
      const wait = () =>
        new Promise((resolve, reject) => {
          Object.assign(promise, { resolve, reject });
        });
      const task = cooperator.cooperate(script([WAIT], { wait }));
      const done = outcome(task.whenDone());
      pump();
      task.stop();
      promise[how](broken);
      await flushEventLoop();
      expect(done[0].error).toBeInstanceOf(TaskStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual(expected);
    }
  });

  test('D7: if it is stopped between the rejection and its turn, the rejection is reported', async () => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(script([WAIT], { wait: () => Promise.reject(broken) }));
    outcome(task.whenDone());
    pump();
    await flushEventLoop();
    expect(task.state).toBe('runnable');
    task.stop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
  });
});

describe('J5: errors in a native step', () => {
  const traps = {
    unreachable: [WebAssembly.RuntimeError],
    divide_by_zero: [WebAssembly.RuntimeError],
    out_of_bounds: [WebAssembly.RuntimeError],
    // Firefox throws InternalError.
    overflow: [RangeError, globalThis.InternalError ?? RangeError],
  };
  for (const [name, classes] of Object.entries(traps)) {
    test(`J5: a trap (${name}) fails the task; the other tasks and the cooperator continue`, () => {
      const { cooperator, pump, log } = setup({ turns: 3 });
      cooperator.cooperate(logTurns(log, 'A', 4));
      const task = cooperator.cooperate(native({ step: instantiate()[name], state: STATE }));
      const done = outcome(task.whenDone());
      cooperator.cooperate(logTurns(log, 'B', 4));
      pump();
      expect([task.state, task.stats().turns, log]).toStrictEqual(['failed', 1, ['A1', 'B1']]);
      expect(done).toHaveLength(1);
      expect(classes.some((Class) => done[0].error instanceof Class)).toBe(true);
      expect(thrownBy(() => task.stop()).cause).toBe(done[0].error);
      pump();
      expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2', 'A3']);
      pump(10);
      expect(cooperator.tasks).toStrictEqual([]);
      expect(cooperator.stats().turns).toBe(1 + 5 + 5);
    });
  }

  test('J5: an error of the JavaScript that the step calls keeps its identity', () => {
    const { cooperator, pump } = setup();
    const task = cooperator.cooperate(
      script([], {}, () => {
        throw broken;
      }),
    );
    const done = outcome(task.whenDone());
    pump();
    expect(done).toStrictEqual([{ error: broken }]);
  });

  test('J5: a thousand traps leave the core as it was', () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const { unreachable: step } = instantiate();
    const ends = [];
    for (let i = 0; i < 1000; i++) {
      cooperator
        .cooperate(native({ step }))
        .whenDone()
        .addErrback(() => {
          ends.push(i);
        });
    }
    cooperator
      .cooperate(script([DONE], { result: () => 'end' }))
      .whenDone()
      .addCallback((end) => {
        ends.push(end);
      });
    pump(1001);
    expect(ends).toStrictEqual([...Array(1000).keys(), 'end']);
    expect(cooperator.stats().turns).toBe(1001);
  });

  test('S5: with traps and a synchronous scheduler no slice runs inside a slice, and the stack stays flat', () => {
    const { unreachable: step } = instantiate();
    const cooperator = new Cooperator({ scheduler: (slice) => slice(), started: false, onError() {} });
    let failed = 0;
    for (let i = 0; i < 20_000; i++) {
      cooperator
        .cooperate(native({ step }))
        .whenDone()
        .addErrback(() => {
          failed++;
        });
    }
    const last = cooperator.cooperate(logTurns([], 'A', 3));
    cooperator.start();
    expect([failed, last.state]).toStrictEqual([20_000, 'done']);
    cooperator.dispose();
  });

  test('J5: a trap in a slice inside the turn of another cooperator fails only its own task', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const inner = new Cooperator({ scheduler: (slice) => slice() });
    const outer = cooperator.cooperate(function* () {
      for (const name of ['unreachable', 'overflow']) {
        const task = inner.cooperate(native({ step: instantiate()[name] }));
        task.whenDone().addErrback(() => {
          log.push(`${name} failed`);
        });
        log.push(task.state);
        yield;
      }
      return 'well';
    });
    const done = outcome(outer.whenDone());
    pump();
    expect(log).toStrictEqual(['unreachable failed', 'failed', 'overflow failed', 'failed']);
    expect(done).toStrictEqual([{ value: 'well' }]);
    inner.dispose();
  });

  test('J5: a trap in a slice inside a native step fails only its own task', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const inner = new Cooperator({ scheduler: (slice) => slice() });
    const outer = cooperator.cooperate(
      script([MORE, DONE], {}, () => {
        const work = native({ step: instantiate().unreachable, dispose: () => log.push('inner') });
        outcome(inner.cooperate(work).whenDone());
      }),
    );
    const done = outcome(outer.whenDone());
    pump();
    expect([log, done]).toStrictEqual([['inner', 'inner'], [{ value: undefined }]]);
    inner.dispose();
  });

  describe('J6: a native step that throws', () => {
    /** A native task that acts in its turn and then throws `broken`. */
    const setupActing = (act) => {
      const fixture = setup({ turns: Infinity });
      const { cooperator, log } = fixture;
      const task = cooperator.cooperate(
        script([], { dispose: () => log.push('dispose') }, () => {
          act({ ...fixture, task });
          throw broken;
        }),
      );
      return { ...fixture, task, done: outcome(task.whenDone()) };
    };

    test('J6: after pausing its task: the task fails at once', () => {
      const { pump, task, done } = setupActing(({ task }) => task.pause());
      pump();
      expect([task.state, done]).toStrictEqual(['failed', [{ error: broken }]]);
    });

    test('J6: after stopping its task: the task stays stopped and the error is reported', () => {
      const { pump, task, done, log, takeReports } = setupActing(({ task }) => task.stop());
      pump();
      expect(task.state).toBe('stopped');
      expect(done[0].error).toBeInstanceOf(TaskStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
      expect(log).toStrictEqual(['dispose']);
    });

    test('J6: after stopping the cooperator: the error is reported and the cooperator can start again', () => {
      const { cooperator, pump, done, log, takeReports } = setupActing(({ cooperator }) => cooperator.stop());
      pump();
      expect(done[0].error).toBeInstanceOf(SchedulerStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
      cooperator.start();
      cooperator.cooperate(logTurns(log, 'A', 1));
      pump();
      expect(log).toStrictEqual(['dispose', 'A1']);
    });

    test('J6: after disposing of the cooperator: the error is reported', () => {
      const { cooperator, pump, done, log, takeReports } = setupActing(({ cooperator }) => cooperator.dispose());
      pump();
      expect([done[0].error.name, log, cooperator.running]).toStrictEqual(['SchedulerStopped', ['dispose'], false]);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    });

    test('J6: after adding a task: the task fails, the added one has its turns', () => {
      const { pump, done, log } = setupActing(({ cooperator, log }) => cooperator.cooperate(logTurns(log, 'A', 2)));
      pump(2);
      expect([done, log]).toStrictEqual([[{ error: broken }], ['dispose', 'A1', 'A2']]);
    });
  });
});

describe('native() throws for', () => {
  const { count_down: step, memory, ...exports } = instantiate();
  test.each([
    ['a step that is a JavaScript function', () => ({ step: (state) => state }), /exports, not a JavaScript function$/],
    ['a step that is a bound function', () => ({ step: step.bind(null) }), /exports, not a JavaScript function$/],
    ['a step that is not a function', () => ({ step: memory }), /exports, not an object of class Memory$/],
    ['a missing step', () => ({}), /exports, not undefined$/],
    ...['of_i64', 'of_two', 'of_none', 'gives_none', 'gives_f64'].map((name) => [
      `a step of another type, ${name}`,
      () => ({ step: exports[name] }),
      /^native: step must be of type \(i32\) -> i32/,
    ]),
    ['a state that is a BigInt', () => ({ step, state: 5n }), /^native: state must be a number, not 5n: .*memory64/],
    ['a state that is a string', () => ({ step, state: '5' }), /^native: state must be a number, the 32-bit .*"5"$/],
    ['a wait that is not a function', () => ({ step, wait: Promise.resolve() }), /^native: wait must be a function/],
    ['a result that is not a function', () => ({ step, result: 5 }), /^native: result must be a function/],
    ['a dispose that is not a function', () => ({ step, dispose: 'free' }), /^native: dispose must be a function/],
    ['a name that is not a string', () => ({ step, name: 5 }), /^native: name must be a string/],
    ['no options', () => null, /^native: options must be an object, not null$/],
  ])('%s', (_, options, message) => {
    const error = thrownBy(() => native(options()));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(message);
  });

  test.each([1.5, NaN, Infinity, 2 ** 32, -(2 ** 31) - 1])('a state of %d, which is not a 32-bit integer', (state) => {
    const error = thrownBy(() => native({ step, state }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`native: state must be a 32-bit integer, not ${state}`);
  });
});

test('the table slots of finished tasks are used again', () => {
  const { unreachable, count_down: countDown, words } = instantiate();
  const grow = WebAssembly.Table.prototype.grow;
  let grown = 0;
  WebAssembly.Table.prototype.grow = function (...by) {
    grown += by[0];
    return grow.apply(this, by);
  };
  try {
    const { cooperator, pump } = setup({ turns: Infinity, terminationPredicateFactory: predicates.turns(1e6) });
    const round = () => {
      for (let i = 0; i < 100; i++) {
        words[i] = 1;
        const step = i % 10 === 0 ? unreachable : countDown;
        outcome(cooperator.cooperate(native({ step, state: i * 4 })).whenDone());
      }
      pump(20);
      expect(cooperator.tasks).toStrictEqual([]);
    };
    round();
    const first = grown;
    for (let i = 0; i < 5; i++) round();
    expect(grown).toBe(first);
  } finally {
    WebAssembly.Table.prototype.grow = grow;
  }
});

test('the status of a step decides how its task continues, and its state is disposed of once', () => {
  const { cooperator, log, pump } = setup();
  const make = (state, name) =>
    native({
      step: instantiate().echo,
      state,
      name,
      result: (own) => `result ${own}`,
      dispose: (own) => {
        log.push(`dispose ${own}`);
      },
    });
  const tasks = [make(0, 'more'), make(1, 'done'), make(2, 'failed')].map((work) => cooperator.cooperate(work));
  const seen = tasks.map((task) => outcome(task.whenDone()));
  expect(cooperator.tasks.map(({ name }) => name)).toStrictEqual(['more', 'done', 'failed']);
  pump(4);
  expect(tasks.map(({ state }) => state)).toStrictEqual(['runnable', 'done', 'failed']);
  tasks[0].stop();
  expect(log).toStrictEqual(['dispose 1', 'dispose 2', 'dispose 0']);
  expect(seen[0]).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  expect(seen[1]).toStrictEqual([{ value: 'result 1' }]);
  expect(seen[2][0].error.message).toMatch(/the native task failed failed/);
});

test('native work is refused while it is a task, and accepted again when the task is done', () => {
  const { cooperator, pump } = setup();
  const work = script([DONE, DONE]);
  const first = cooperator.cooperate(work);
  expect(thrownBy(() => cooperator.cooperate(work)).message).toMatch(/is a task already/);
  pump();
  expect(first.state).toBe('done');
  expect(cooperator.cooperate(work).state).toBe('runnable');
  cooperator.stop();
});

test('native work is refused while it is a task, and accepted again when the task is stopped', () => {
  const { cooperator } = setup();
  const work = native({ step: instantiate().echo });
  const task = cooperator.cooperate(work);
  expect(() => cooperator.cooperate(work)).toThrow(/is a task already/);
  task.whenDone().addErrback(() => {});
  task.stop();
  cooperator.cooperate(work).stop();
});

test.each([
  [{}, /step must be a function/],
  [{ step: (state) => state }, /that a WebAssembly instance exports/],
])('native(%p) throws an error that describes a valid step', (options, message) => {
  expect(() => native(options)).toThrow(message);
});

test('native work whose state was disposed of is refused', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const disposed = [];
  const work = native({ step: instantiate().unreachable, state: 1, dispose: (state) => disposed.push(state) });
  cooperator
    .cooperate(work)
    .whenDone()
    .addErrback(() => {});
  pump();
  expect(() => cooperator.cooperate(work)).toThrow(/disposed of; make another/);
  expect(disposed).toStrictEqual([1]);
});
