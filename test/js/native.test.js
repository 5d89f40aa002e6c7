// Native tasks: exported functions of other WebAssembly instances, here of one written by hand.
import { Cooperator, Deferred, SchedulerStopped, TaskFailed, TaskStopped, native, predicates } from 'cooperator';
import { counting, outcome, rig, settle, thrownBy } from './support/rig.js';
import { steps } from './support/steps.js';

const MORE = 0;
const DONE = 1;
const FAILED = 2;
const WAIT = 3;
const STATE = 64;

const module = new WebAssembly.Module(new Uint8Array(steps));
const broken = new Error('broken');

/** An instance whose import calls `call`; `write` puts words into its memory, from STATE on. */
function instantiate(call = () => {}) {
  const { exports } = new WebAssembly.Instance(module, { host: { call } });
  const words = new Int32Array(exports.memory.buffer);
  return { ...exports, words, write: (...values) => words.set(values, STATE / 4) };
}

/** A native step that says these, one a turn. */
function script(says, options = {}, call = undefined) {
  const { write, script: plain, calling } = instantiate(call);
  write(0, ...says);
  return native({ step: call === undefined ? plain : calling, state: STATE, ...options });
}

describe('its turns', () => {
  test('it has one at a time, in the queue with all others', () => {
    const { cooperator, pump, log } = rig({ turns: 3 });
    cooperator.cooperate(counting(log, 'A', 3));
    const task = cooperator.cooperate(script([MORE, MORE, DONE], {}, () => log.push('native')));
    cooperator.cooperate(counting(log, 'B', 3));
    pump(2);
    expect(log).toStrictEqual(['A1', 'native', 'B1', 'A2', 'native', 'B2']);
    expect([task.state, task.stats().turns]).toStrictEqual(['runnable', 2]);
    pump();
    expect([task.state, task.stats().turns]).toStrictEqual(['done', 3]);
  });

  test('its share is respected', () => {
    const { cooperator, pump, log } = rig({ turns: 4 });
    cooperator.cooperate(
      script([MORE, MORE, MORE, DONE], {}, () => log.push('native')),
      { share: 2 },
    );
    cooperator.cooperate(counting(log, 'A'));
    pump();
    expect(log).toStrictEqual(['native', 'native', 'A1', 'native']);
  });

  test('it computes what it computes in one piece', async () => {
    const { cooperator, pump } = rig({ turns: Infinity });
    const { words, write, count_down: step } = instantiate();
    write(100_000);
    const task = cooperator.cooperate(native({ step, state: STATE, result: (at) => words[at / 4] }));
    const done = outcome(task.whenDone());
    pump();
    expect([done, task.stats().turns]).toStrictEqual([[{ value: 0 }], 100_000]);
  });

  test('the state is passed as it is, 0 where none is given', () => {
    for (const [state, passed] of [
      [undefined, 0],
      [7, 7],
      [-1, -1],
      [2 ** 32 - 1, -1],
      [-(2 ** 31), -(2 ** 31)],
    ]) {
      const { cooperator, pump } = rig();
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

  test('its name is that of the options, or that of the work', () => {
    const { cooperator } = rig();
    expect(cooperator.cooperate(script([DONE], { name: 'one' })).name).toBe('one');
    expect(cooperator.cooperate(script([DONE], { name: 'one' }), { name: 'two' }).name).toBe('two');
    expect(cooperator.cooperate(script([DONE])).name).toBe('task');
    cooperator.stop();
  });

  test('it is paused, resumed and stopped as any task', () => {
    const { cooperator, pump, log } = rig();
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

describe('its end', () => {
  test('its result is what the option result makes of its state; without that it is undefined', () => {
    for (const [options, value] of [
      [{ result: (at) => `state ${at}` }, `state ${STATE}`],
      [{}, undefined],
    ]) {
      const { cooperator, pump } = rig();
      const done = outcome(cooperator.cooperate(script([DONE], options)).whenDone());
      pump();
      expect(done).toStrictEqual([{ value }]);
    }
  });

  test('what result throws is what the task fails with', () => {
    const { cooperator, pump, log } = rig();
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

  test('its functions are called with the state alone', () => {
    const seen = [];
    function note(...given) {
      seen.push([this, given]);
    }
    const { cooperator, pump } = rig();
    cooperator.cooperate(script([DONE], { result: note, dispose: note }));
    pump();
    expect(seen).toStrictEqual([
      [undefined, [STATE]],
      [undefined, [STATE]],
    ]);
  });

  test('dispose is called once, however it ends, before whenDone fires', () => {
    const ends = {
      done: ({ pump }) => pump(),
      failed: ({ pump }) => pump(),
      trapped: ({ pump }) => pump(),
      stopped: (_, task) => task.stop(),
      'stopped with all': ({ cooperator }) => cooperator.stop(),
    };
    for (const [how, end] of Object.entries(ends)) {
      const made = rig();
      const options = { state: STATE, dispose: () => made.log.push('dispose') };
      const work =
        how === 'trapped'
          ? native({ step: instantiate().unreachable, ...options })
          : script([how === 'failed' ? FAILED : DONE], options);
      const task = made.cooperator.cooperate(work);
      task.whenDone().addBoth(() => {
        made.log.push('fired');
      });
      end(made, task);
      expect([how, made.log]).toStrictEqual([how, ['dispose', 'fired']]);
    }
  });

  test('what dispose throws is reported, and does not change how it ended', () => {
    const { cooperator, pump, takeReports } = rig();
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

  test('a signal that is aborted already: it has no turn, and its state is disposed of', () => {
    const { cooperator, pump, log } = rig();
    const options = { signal: AbortSignal.abort(broken) };
    const task = cooperator.cooperate(script([DONE], { dispose: () => log.push('dispose') }), options);
    const done = outcome(task.whenDone());
    pump();
    expect([done, log, task.stats().turns]).toStrictEqual([[{ error: broken }], ['dispose'], 0]);
  });

  test('so it is where another takes its turns after that', () => {
    const { cooperator, pump } = rig();
    cooperator.cooperate(script([DONE]), { signal: AbortSignal.abort() });
    const done = outcome(cooperator.cooperate(script([DONE], { result: () => 'end' })).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('status 2 fails it with an error that names it', () => {
    const { cooperator, pump } = rig();
    const task = cooperator.cooperate(script([FAILED], { name: 'crunch' }));
    const done = outcome(task.whenDone());
    pump();
    expect(done[0].error.message).toBe('the native task crunch failed: its step returned 2');
    expect(thrownBy(() => task.pause())).toBeInstanceOf(TaskFailed);
  });

  test.each([4, 5, 7, -1, 2 ** 31 - 1, -(2 ** 31)])(
    'status %d, which is none, fails it with an error that says so',
    (status) => {
      const { cooperator, pump } = rig();
      const done = outcome(cooperator.cooperate(script([status])).whenDone());
      pump();
      expect(done[0].error).toBeInstanceOf(TypeError);
      expect(done[0].error.message).toBe(
        `native: step must return 0 (more), 1 (done), 2 (failed) or 3 (waiting), not ${status}`,
      );
    },
  );

  test('D7: a failure that nobody asks for is reported once', async () => {
    const { cooperator, pump, takeReports } = rig();
    const task = cooperator.cooperate(native({ step: instantiate().unreachable }));
    pump();
    await settle();
    const reports = takeReports();
    expect(reports).toHaveLength(1);
    expect(reports[0].task).toBe(task);
    expect(reports[0].error).toBeInstanceOf(WebAssembly.RuntimeError);
  });
});

describe('waiting', () => {
  test('status 3 waits for what the option wait returns, given the state', async () => {
    const { cooperator, pump, pumpAsync, log } = rig();
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

  test('a rejection fails it in its next turn, with the very error, and the step is not called again', async () => {
    const { cooperator, pumpAsync, log } = rig();
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

  test('a Deferred is looked at and left as it is; one that has fired costs nobody a turn', () => {
    const { cooperator, pump, log } = rig({ turns: 2 });
    const deferred = Deferred.succeed('kept');
    const task = cooperator.cooperate(script([WAIT, DONE], { wait: () => deferred }));
    cooperator.cooperate(counting(log, 'A'));
    pump();
    expect([task.state, log]).toStrictEqual(['runnable', ['A1']]);
    pump();
    expect([task.state, outcome(deferred)]).toStrictEqual(['done', [{ value: 'kept' }]]);
  });

  test('a Deferred that has failed fails it in its next turn', () => {
    const { cooperator, pump, log } = rig({ turns: 2 });
    const task = cooperator.cooperate(script([WAIT, DONE], { wait: () => Deferred.fail(broken) }));
    const done = outcome(task.whenDone());
    cooperator.cooperate(counting(log, 'A'));
    pump();
    expect([task.state, log]).toStrictEqual(['runnable', ['A1']]);
    pump();
    expect(done).toStrictEqual([{ error: broken }]);
  });

  test('the place of a step that failed so is good for another', async () => {
    const { cooperator, pumpAsync } = rig({ turns: Infinity });
    const done = outcome(cooperator.cooperate(script([WAIT], { wait: () => Promise.reject(broken) })).whenDone());
    await pumpAsync(2);
    const next = outcome(cooperator.cooperate(script([MORE, DONE], { result: () => 'right' })).whenDone());
    await pumpAsync();
    expect([done, next]).toStrictEqual([[{ error: broken }], [{ value: 'right' }]]);
  });

  test.each([
    ['there is no option wait', {}, 'native: a step that returns 3, waiting, needs the option wait'],
    ['wait returns no Promise', { wait: () => 5 }, 'native: wait must return a Promise, not 5'],
  ])('it fails with a clear error where %s', (_, options, message) => {
    const { cooperator, pump } = rig();
    const done = outcome(cooperator.cooperate(script([WAIT], options)).whenDone());
    pump();
    expect(done[0].error).toBeInstanceOf(TypeError);
    expect(done[0].error.message).toBe(message);
  });

  test('what wait throws is what it fails with', () => {
    const { cooperator, pump } = rig();
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

  test('stopped while it waits, it ends; what it waited for then reports a rejection only', async () => {
    for (const [how, expected] of [
      ['resolve', []],
      ['reject', [broken]],
    ]) {
      const { cooperator, pump, takeReports } = rig();
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
      await settle();
      expect(done[0].error).toBeInstanceOf(TaskStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual(expected);
    }
  });

  test('stopped between the rejection and its turn, it reports the rejection', async () => {
    const { cooperator, pump, takeReports } = rig();
    const task = cooperator.cooperate(script([WAIT], { wait: () => Promise.reject(broken) }));
    outcome(task.whenDone());
    pump();
    await settle();
    expect(task.state).toBe('runnable');
    task.stop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
  });
});

describe('J5: what a step throws', () => {
  const traps = {
    unreachable: [WebAssembly.RuntimeError],
    divide_by_zero: [WebAssembly.RuntimeError],
    out_of_bounds: [WebAssembly.RuntimeError],
    // Firefox has an error of its own for that
    overflow: [RangeError, globalThis.InternalError ?? RangeError],
  };
  for (const [name, classes] of Object.entries(traps)) {
    test(`${name}: that task fails, the others go on, and so does the cooperator`, () => {
      const { cooperator, pump, log } = rig({ turns: 3 });
      cooperator.cooperate(counting(log, 'A', 4));
      const task = cooperator.cooperate(native({ step: instantiate()[name], state: STATE }));
      const done = outcome(task.whenDone());
      cooperator.cooperate(counting(log, 'B', 4));
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

  test('an error of the JavaScript that it calls is the very one', () => {
    const { cooperator, pump } = rig();
    const task = cooperator.cooperate(
      script([], {}, () => {
        throw broken;
      }),
    );
    const done = outcome(task.whenDone());
    pump();
    expect(done).toStrictEqual([{ error: broken }]);
  });

  test('a thousand of them, and the core is as it was', () => {
    const { cooperator, pump } = rig({ turns: Infinity });
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

  test('S5: with a scheduler that calls back at once, no slice runs inside another and the stack stays flat', () => {
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
    const last = cooperator.cooperate(counting([], 'A', 3));
    cooperator.start();
    expect([failed, last.state]).toStrictEqual([20_000, 'done']);
    cooperator.dispose();
  });

  test('in a slice that was given inside a turn of another cooperator, only its own task fails', () => {
    const { cooperator, pump, log } = rig({ turns: Infinity });
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

  test('in a slice that a native step itself brings about, likewise', () => {
    const { cooperator, pump, log } = rig({ turns: Infinity });
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

  describe('J6: after it has, in the same turn,', () => {
    const acting = (act) => {
      const made = rig({ turns: Infinity });
      const { cooperator, log } = made;
      const task = cooperator.cooperate(
        script([], { dispose: () => log.push('dispose') }, () => {
          act({ ...made, task });
          throw broken;
        }),
      );
      return { ...made, task, done: outcome(task.whenDone()) };
    };

    test('paused itself, it fails at once', () => {
      const { pump, task, done } = acting(({ task }) => task.pause());
      pump();
      expect([task.state, done]).toStrictEqual(['failed', [{ error: broken }]]);
    });

    test('stopped itself, it is stopped, and the error is reported', () => {
      const { pump, task, done, log, takeReports } = acting(({ task }) => task.stop());
      pump();
      expect(task.state).toBe('stopped');
      expect(done[0].error).toBeInstanceOf(TaskStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
      expect(log).toStrictEqual(['dispose']);
    });

    test('stopped the cooperator, that is stopped and can be started again', () => {
      const { cooperator, pump, done, log, takeReports } = acting(({ cooperator }) => cooperator.stop());
      pump();
      expect(done[0].error).toBeInstanceOf(SchedulerStopped);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
      cooperator.start();
      cooperator.cooperate(counting(log, 'A', 1));
      pump();
      expect(log).toStrictEqual(['dispose', 'A1']);
    });

    test('disposed the cooperator, that is gone', () => {
      const { cooperator, pump, done, log, takeReports } = acting(({ cooperator }) => cooperator.dispose());
      pump();
      expect([done[0].error.name, log, cooperator.running]).toStrictEqual(['SchedulerStopped', ['dispose'], false]);
      expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    });

    test('added another, that has its turns', () => {
      const { pump, done, log } = acting(({ cooperator, log }) => cooperator.cooperate(counting(log, 'A', 2)));
      pump(2);
      expect([done, log]).toStrictEqual([[{ error: broken }], ['dispose', 'A1', 'A2']]);
    });
  });
});

describe('bad input is told to who gave it', () => {
  const { count_down: step, memory, ...exports } = instantiate();
  test.each([
    ['a JavaScript function', () => ({ step: (state) => state }), /exports, not one of JavaScript$/],
    ['a bound function', () => ({ step: step.bind(null) }), /exports, not one of JavaScript$/],
    ['no function', () => ({ step: memory }), /exports, not an object of class Memory$/],
    ['nothing', () => ({}), /exports, not undefined$/],
    ...['of_i64', 'of_two', 'of_none', 'gives_none', 'gives_f64'].map((name) => [
      name,
      () => ({ step: exports[name] }),
      /^native: step must be of type \(i32\) -> i32/,
    ]),
    ['a BigInt as the state', () => ({ step, state: 5n }), /^native: state must be a number, not 5n: .*memory64/],
    ['a string as the state', () => ({ step, state: '5' }), /^native: state must be a number, the 32-bit .*"5"$/],
    ['wait that is no function', () => ({ step, wait: Promise.resolve() }), /^native: wait must be a function/],
    ['result that is no function', () => ({ step, result: 5 }), /^native: result must be a function/],
    ['dispose that is no function', () => ({ step, dispose: 'free' }), /^native: dispose must be a function/],
    ['a name that is no string', () => ({ step, name: 5 }), /^native: name must be a string/],
    ['no options', () => null, /^native: options must be an object, not null$/],
  ])('%s', (_, options, message) => {
    const error = thrownBy(() => native(options()));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(message);
  });

  test.each([1.5, NaN, Infinity, 2 ** 32, -(2 ** 31) - 1])('a state of %d, which is not of 32 bits', (state) => {
    const error = thrownBy(() => native({ step, state }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`native: state must be an integer of 32 bits, not ${state}`);
  });

  test('the same work for two tasks at a time; one after another is right', () => {
    const { cooperator, pump } = rig();
    const work = script([DONE, DONE]);
    const first = cooperator.cooperate(work);
    expect(thrownBy(() => cooperator.cooperate(work)).message).toMatch(/is a task already/);
    pump();
    expect(first.state).toBe('done');
    expect(cooperator.cooperate(work).state).toBe('runnable');
    cooperator.stop();
  });
});

test('the places of finished tasks are used again', () => {
  const { unreachable, count_down: countDown, words } = instantiate();
  const grow = WebAssembly.Table.prototype.grow;
  let grown = 0;
  WebAssembly.Table.prototype.grow = function (...by) {
    grown += by[0];
    return grow.apply(this, by);
  };
  try {
    const { cooperator, pump } = rig({ turns: Infinity, terminationPredicateFactory: predicates.turns(1e6) });
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
