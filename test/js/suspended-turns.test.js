// S12: turns whose code goes on in microtasks are turns like any other.
import { Cooperator, Deferred, SchedulerStopped, TaskStopped } from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { nextMacrotask } from './support/macrotask.js';
import { flushEventLoop, flushMicrotasks, logTurns, outcome, setup } from './support/setup.js';

const broken = new Error('broken');

/** An async function that logs each of its turns in two parts, between which it awaits something that is settled. */
const logAsyncTurns =
  (log, label, turns = Infinity) =>
  async ({ yield: nextTurn }) => {
    for (let turn = 1; turn <= turns; turn++) {
      if (turn !== 1) await nextTurn();
      log.push(`${label}${turn}`);
      await null;
      await null;
      log.push(`${label}${turn}, end`);
    }
    return label;
  };

/** A promise and the functions that settle it. */
function withResolvers() {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
}

/** An async iterator made of the functions that are its methods. */
const asyncIterator = (methods) => ({
  ...methods,
  [Symbol.asyncIterator]() {
    return this;
  },
});

describe('S12: while a turn is suspended, no other task has one', () => {
  test('S12: turns of async functions and of generators do not overlap', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(logAsyncTurns(log, 'A', 2));
    cooperator.cooperate(logTurns(log, 'B', 2));
    cooperator.cooperate(logAsyncTurns(log, 'C', 2));
    pump();
    expect(log).toStrictEqual(['A1']);
    await flushMicrotasks();
    const rounds = [1, 2].map((turn) => [`A${turn}`, `A${turn}, end`, `B${turn}`, `C${turn}`, `C${turn}, end`]);
    expect(log).toStrictEqual(rounds.flat());
  });

  test('S12: the turns of an async generator do not overlap with others', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    async function* work(label) {
      for (let turn = 1; turn <= 2; turn++) {
        log.push(`${label}${turn}`);
        await null;
        log.push(`${label}${turn}, end`);
        yield;
      }
    }
    cooperator.cooperate(() => work('A'));
    cooperator.cooperate(work('B'));
    pump();
    for (let flush = 0; flush < 5; flush++) await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'A1, end', 'B1', 'B1, end', 'A2', 'A2, end', 'B2', 'B2, end']);
  });

  test('S12: a task that is added during a suspended turn has its first turn after it', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(async () => {
      await null;
      cooperator.cooperate(logTurns(log, 'B', 1));
      await null;
      log.push('A');
    });
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['A', 'B1']);
  });

  test('S12: code that goes on outside of a turn and requests one has it after the suspended turn', async () => {
    const { cooperator, pumpEventLoop, pump, log } = setup({ turns: Infinity });
    const { promise, resolve } = withResolvers();
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      await promise;
      log.push('A without a turn');
      await nextTurn();
      log.push('A');
    });
    await pumpEventLoop();
    cooperator.cooperate(async () => {
      log.push('B');
      resolve();
      for (let count = 0; count < 5; count++) await null;
      log.push('B, end');
    });
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['B', 'A without a turn', 'B, end', 'A']);
  });

  test('S12: the code of fifty tasks with random awaits never runs in the turn of another', async () => {
    const { cooperator, pump, log } = setup({ turns: 7 });
    let seed = 1;
    const below = (limit) => {
      seed = (seed * 48271) % 2147483647;
      return seed % limit;
    };
    let current;
    let turns = 0;
    const enter = (label) => {
      if (current !== undefined) log.push(`${label} runs in the turn of ${current}`);
      current = label;
      turns++;
    };
    const leave = (label) => {
      if (current !== label) log.push(`the turn of ${label} ends as one of ${current}`);
      current = undefined;
    };
    const ends = Array.from({ length: 50 }, (_, label) => {
      const awaits = async () => {
        for (let count = below(4); count > 0; count--) await null;
      };
      const kinds = [
        function* () {
          for (let turn = 0; turn < 10; turn++) {
            enter(label);
            leave(label);
            yield;
          }
        },
        async ({ yield: nextTurn }) => {
          for (let turn = 0; turn < 10; turn++) {
            enter(label);
            await awaits();
            leave(label);
            await nextTurn();
          }
        },
        async function* () {
          for (let turn = 0; turn < 10; turn++) {
            enter(label);
            await awaits();
            leave(label);
            yield;
          }
        },
      ];
      return cooperator.cooperate(kinds[label % 3]).whenDone();
    });
    let isDone = false;
    void Promise.all(ends).then(() => {
      isDone = true;
    });
    for (let slice = 0; slice < 500 && !isDone; slice++) {
      pump();
      await nextMacrotask();
    }
    expect([isDone, turns, log]).toStrictEqual([true, 500, []]);
  });
});

describe('S12: a suspended turn ends, and its slice goes on in the same macrotask', () => {
  for (const [name, end] of Object.entries({
    'requests its next turn': ({ yield: nextTurn }) => nextTurn(),
    'requests its next turn and goes on meanwhile': async ({ yield: nextTurn }) => {
      void nextTurn();
      await new Promise(() => {});
    },
    'returns': () => undefined,
    'throws': () => {
      throw broken;
    },
  })) {
    test(`S12: when the code ${name}`, async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const task = cooperator.cooperate(async (context) => {
        await null;
        log.push('A');
        await end(context);
      });
      outcome(task.whenDone());
      cooperator.cooperate(logTurns(log, 'B', 1));
      pump();
      await flushMicrotasks();
      expect(log).toStrictEqual(['A', 'B1']);
      expect(cooperator.stats().slices).toBe(1);
    });
  }

  test('S12: so all the turns of async tasks can be one slice', async () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const tasks = ['a', 'b', 'c'].map((name) =>
      cooperator.cooperate(async ({ yield: nextTurn }) => {
        for (let turn = 0; turn < 5; turn++) await nextTurn();
        return name;
      }),
    );
    const done = tasks.map((task) => outcome(task.whenDone()));
    pump();
    await flushMicrotasks();
    await flushMicrotasks();
    expect(done).toStrictEqual([[{ value: 'a' }], [{ value: 'b' }], [{ value: 'c' }]]);
    expect(cooperator.stats().slices).toBe(1);
    expect(tasks.map((task) => task.stats().turns)).toStrictEqual([6, 6, 6]);
  });

  test('S12: it does not end while the code that has requested the next turn is on the stack', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      await null;
      const next = nextTurn();
      log.push('A1');
      await next;
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'B1', 'A2']);
  });

  test('S12: as a wait, when the event loop has come round', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const { promise, resolve } = withResolvers();
    const task = cooperator.cooperate(async () => {
      log.push('A');
      await promise;
      log.push('A goes on');
    });
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['A']]);
    await flushEventLoop();
    expect([task.state, log]).toStrictEqual(['waiting', ['A', 'B1', 'B2']]);
    expect(cooperator.stats().slices).toBe(1);
    resolve();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['A', 'B1', 'B2', 'A goes on']]);
    pump();
    expect(task.state).toBe('done');
  });

  test('S12: each of several in one slice, when the event loop has come round again', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const tasks = [1, 2, 3].map(() => cooperator.cooperate(() => new Promise(() => {})));
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    for (let round = 0; round < 3; round++) await flushEventLoop();
    expect([tasks.map(({ state }) => state), log]).toStrictEqual([['waiting', 'waiting', 'waiting'], ['B1']]);
    expect(cooperator.stats().slices).toBe(1);
  });

  test('S12: the macrotask that ends it is not requested from the scheduler of the cooperator', async () => {
    let requests = 0;
    const slices = [];
    const { cooperator } = setup({
      turns: Infinity,
      scheduler(slice) {
        requests++;
        slices.push(slice);
      },
    });
    const task = cooperator.cooperate(() => new Promise(() => {}));
    slices[0]();
    await flushEventLoop();
    expect([task.state, requests]).toStrictEqual(['waiting', 1]);
  });

  test('S12: a slice of n turns counts each suspended turn once', async () => {
    const { cooperator, pumpAsync, log } = setup({ turns: 2 });
    cooperator.cooperate(logAsyncTurns(log, 'A', 2));
    cooperator.cooperate(logAsyncTurns(log, 'B', 2));
    await pumpAsync();
    expect(log).toStrictEqual(['A1', 'A1, end', 'B1', 'B1, end']);
    expect(cooperator.stats()).toMatchObject({ slices: 1, turns: 2 });
  });

  test('S12: a slice that ends with a suspended turn requests the next one then, and not before', async () => {
    const scheduler = new FakeScheduler();
    const { cooperator } = setup({ scheduler: scheduler.schedule });
    cooperator.cooperate(logAsyncTurns([], 'A'));
    scheduler.pump();
    expect(scheduler.pending).toBe(0);
    await flushMicrotasks();
    expect(scheduler.pending).toBe(1);
  });

  test('S12: an error of a suspended turn fails the task in that turn, and is reported once', async () => {
    const { cooperator, pump, log, takeReports } = setup({ turns: Infinity });
    const throwing = async () => {
      await null;
      throw broken;
    };
    const tasks = [
      cooperator.cooperate(throwing),
      cooperator.cooperate(async function* () {
        await throwing();
      }),
      cooperator.cooperate(asyncIterator({ next: throwing })),
    ];
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([tasks.map(({ state }) => state), log]).toStrictEqual([['failed', 'failed', 'failed'], ['B1']]);
    await flushEventLoop();
    expect(takeReports()).toStrictEqual(tasks.map((task) => ({ error: broken, task })));
  });

  test('S12: the microtask that would have ended a turn does not end the next one', async () => {
    // Both turns end in one macrotask. In the slice that goes on first, the other task requests its next turn.
    const one = setup({ turns: Infinity });
    const other = setup({ turns: Infinity });
    const log = [];
    const { promise, resolve } = withResolvers();
    let context;
    one.cooperator.cooperate(() => new Promise(() => {}));
    one.cooperator.cooperate(function* () {
      void context.yield().then(resolve);
      yield;
    });
    other.cooperator.cooperate(async (given) => {
      context = given;
      await promise;
      log.push('A2');
      await null;
      await null;
      log.push('A2, end');
    });
    other.cooperator.cooperate(logTurns(log, 'B', 2));
    one.pump();
    other.pump();
    await flushEventLoop();
    expect(log).toStrictEqual(['B1', 'A2', 'A2, end', 'B2']);
  });
});

describe('S12: pause in a suspended turn', () => {
  for (const [who, isOther] of [
    ['the code itself', false],
    ['another microtask', true],
  ]) {
    test(`S7: by ${who} takes effect at the end of the turn`, async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
        await null;
        if (isOther) queueMicrotask(() => task.pause());
        else task.pause();
        await null;
        await null;
        log.push(task.state);
        await nextTurn();
        log.push('A2');
      });
      cooperator.cooperate(logTurns(log, 'B', 1));
      pump();
      await flushMicrotasks();
      expect(log).toStrictEqual(['paused', 'B1']);
      await flushEventLoop();
      expect([task.state, log]).toStrictEqual(['paused', ['paused', 'B1']]);
      task.resume();
      pump();
      await flushMicrotasks();
      expect([task.state, log]).toStrictEqual(['done', ['paused', 'B1', 'A2']]);
    });
  }

  test('S7: pause and resume leave the task runnable, and it goes to the end of the queue', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
      await null;
      task.pause();
      await null;
      task.resume();
      log.push('A1');
      await nextTurn();
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
  });

  test('S7: a task that is paused can be done in that turn', async () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async () => {
      await null;
      task.pause();
      await null;
      return 'end';
    });
    const done = outcome(task.whenDone());
    pump();
    await flushMicrotasks();
    expect([task.state, done]).toStrictEqual(['done', [{ value: 'end' }]]);
  });

  test('S6: a task that is paused and then waits needs the value and the resume', async () => {
    const { cooperator, pumpEventLoop, pump, log } = setup({ turns: Infinity });
    const { promise, resolve } = withResolvers();
    const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
      await null;
      task.pause();
      await promise;
      await nextTurn();
      log.push('A2');
    });
    await pumpEventLoop();
    expect(task.state).toBe('paused');
    task.resume();
    expect(task.state).toBe('waiting');
    task.pause();
    resolve();
    await flushMicrotasks();
    await pumpEventLoop();
    expect([task.state, log]).toStrictEqual(['paused', []]);
    task.resume();
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['A2']);
  });
});

describe('S12: stop in a suspended turn', () => {
  /** Ways in which a task is stopped, and the error with which whenDone then fails. */
  const ways = {
    'stop': { stop: ({ task }) => task.stop(), error: expect.any(TaskStopped) },
    'an abort of options.signal': { stop: ({ controller }) => controller.abort(broken), error: broken },
    'Cooperator.stop': { stop: ({ cooperator }) => cooperator.stop(), error: expect.any(SchedulerStopped) },
    'dispose': { stop: ({ cooperator }) => cooperator.dispose(), error: expect.any(SchedulerStopped) },
  };
  for (const [name, { stop, error }] of Object.entries(ways)) {
    for (const [who, isOther] of [
      ['the code itself', false],
      ['another microtask', true],
    ]) {
      test(`J3: ${name} by ${who} aborts the signal at once; the turn ends when the code requests the next one`, async () => {
        const { cooperator, pump, log } = setup({ turns: Infinity });
        const controller = new AbortController();
        const parts = { cooperator, controller };
        parts.task = cooperator.cooperate(
          async ({ yield: nextTurn, signal }) => {
            signal.addEventListener('abort', () => log.push('aborted'));
            await null;
            if (isOther) queueMicrotask(() => stop(parts));
            else stop(parts);
            await null;
            await null;
            log.push('A goes on', parts.task.state);
            try {
              await nextTurn();
              log.push('not reached');
            } catch (thrown) {
              log.push(thrown === signal.reason);
              throw thrown;
            } finally {
              log.push('finally');
            }
          },
          { signal: controller.signal },
        );
        const done = outcome(parts.task.whenDone());
        const survives = !name.startsWith('Cooperator') && name !== 'dispose';
        outcome(cooperator.cooperate(logTurns(log, 'B', 1)).whenDone());
        pump();
        await flushMicrotasks();
        const state = name === 'dispose' ? 'stopped' : 'stopping';
        expect(log).toStrictEqual(['aborted', 'A goes on', state, true, 'finally', ...(survives ? ['B1'] : [])]);
        expect(done).toStrictEqual([{ error }]);
      });
    }

    test(`J3: ${name} closes an async iterator at once, and the turn ends when its next settles`, async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const controller = new AbortController();
      const { promise, resolve } = withResolvers();
      const iterator = asyncIterator({
        next: () => promise,
        return() {
          log.push('return');
          return Promise.resolve({ done: true, value: undefined });
        },
      });
      const task = cooperator.cooperate(iterator, { signal: controller.signal });
      outcome(task.whenDone());
      outcome(cooperator.cooperate(logTurns(log, 'B', 1)).whenDone());
      pump();
      stop({ task, cooperator, controller });
      expect(log).toStrictEqual(['return']);
      resolve({ done: false, value: undefined });
      await flushMicrotasks();
      const survives = !name.startsWith('Cooperator') && name !== 'dispose';
      expect(log).toStrictEqual(survives ? ['return', 'B1'] : ['return']);
      await flushEventLoop();
      expect(log).toStrictEqual(survives ? ['return', 'B1'] : ['return']);
    });
  }

  test('S12: the turn of a stopped task whose code waits for something else ends when the loop comes round', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(() => new Promise(() => {}));
    outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    task.stop();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['stopping', []]);
    await flushEventLoop();
    expect([task.state, log]).toStrictEqual(['stopping', ['B1']]); // its function has not ended
  });

  test('S12: a stop after the turn has become a wait aborts the signal', async () => {
    const { cooperator, pumpEventLoop, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      log.push('went on');
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop();
    expect(task.state).toBe('waiting');
    task.stop();
    await flushMicrotasks();
    expect([log, done]).toStrictEqual([['went on'], []]);
    await pumpEventLoop();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J3: stop by other code aborts the signal at once, and the clean-up may go on for longer than the turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async ({ signal, yield: nextTurn }) => {
      signal.addEventListener('abort', () => log.push('aborted'));
      try {
        await null;
        await nextMacrotask();
        await nextMacrotask();
        await nextTurn();
      } finally {
        log.push('finally');
      }
    });
    const done = outcome(task.whenDone());
    pump();
    void Promise.resolve().then(() => {
      task.stop();
      log.push('stopped');
    });
    await flushMicrotasks();
    expect([log, done]).toStrictEqual([['aborted', 'stopped'], []]);
    while (log.length < 3) await nextMacrotask();
    expect(log).toStrictEqual(['aborted', 'stopped', 'finally']);
    pump();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('D7: an error that the code throws after it was stopped is reported once', async () => {
    const { cooperator, pump, takeReports } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async () => {
      await null;
      task.stop();
      await null;
      throw broken;
    });
    outcome(task.whenDone());
    pump();
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  for (const [kind, make] of [
    [
      'an async function',
      (rejection) => async () => {
        await rejection;
      },
    ],
    ['an async iterator', (rejection) => asyncIterator({ next: () => rejection })],
  ]) {
    test(`D7: an error of ${kind} that arrives just before stop, in the same turn, is reported once`, async () => {
      for (let microtasks = 0; microtasks < 8; microtasks++) {
        const { cooperator, pump, takeReports } = setup({ turns: Infinity });
        const { promise, reject } = withResolvers();
        const task = cooperator.cooperate(make(promise));
        const done = outcome(task.whenDone());
        pump();
        reject(broken);
        for (let count = 0; count < microtasks; count++) await null;
        const failed = task.state === 'failed';
        if (!failed) task.stop();
        await flushEventLoop();
        expect(done).toStrictEqual([{ error: failed ? broken : expect.any(TaskStopped) }]);
        expect(takeReports()).toStrictEqual(failed ? [] : [{ error: broken, task }]);
      }
    });
  }

  test("J4: a rejection with the signal's reason in the turn that was stopped is not reported", async () => {
    const { cooperator, pump, takeReports } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async ({ signal }) => {
      await null;
      task.stop();
      await null;
      throw signal.reason;
    });
    outcome(task.whenDone());
    pump();
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([]);
  });

  test('S12: of a thousand async tasks each stops the next', async () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const tasks = [];
    for (let index = 0; index < 1000; index++) {
      const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
        await null;
        tasks[index + 1]?.stop();
        await null;
        await nextTurn();
        return index;
      });
      tasks.push(task);
      outcome(task.whenDone());
    }
    pump();
    for (let flush = 0; flush < 1000 && cooperator.tasks.length !== 0; flush++) await flushMicrotasks();
    expect(tasks.map(({ state }) => state)).toStrictEqual(
      tasks.map((_, index) => (index % 2 === 0 ? 'done' : 'stopped')),
    );
    expect(cooperator.stats().slices).toBe(1);
  });

  test('S12: of a thousand async tasks each stops the next when it is stopped', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const tasks = [];
    for (let index = 0; index < 1000; index++) {
      const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
        try {
          for (;;) await nextTurn();
        } finally {
          tasks[index + 1]?.stop();
        }
      });
      tasks.push(task);
      outcome(task.whenDone());
    }
    cooperator.cooperate(async () => {
      await null;
      tasks[0].stop();
      await null;
      log.push('end');
    });
    pump();
    for (let flush = 0; flush < 1000 && cooperator.tasks.length !== 0; flush++) {
      await flushMicrotasks();
      pump();
    }
    expect([log, new Set(tasks.map(({ state }) => state))]).toStrictEqual([['end'], new Set(['stopped'])]);
  });
});

describe('S12: Cooperator.stop, start and dispose in a suspended turn', () => {
  test('S10: after stop and start a new task has its turns in the same slice, after the suspended turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const seen = [];
    const a = cooperator.cooperate(async () => {
      await null;
      cooperator.stop();
      cooperator.start();
      seen.push(outcome(cooperator.cooperate(logAsyncTurns(log, 'C', 1)).whenDone()));
      await null;
      log.push('A');
    });
    seen.push(outcome(a.whenDone()), outcome(cooperator.cooperate(logTurns(log, 'B')).whenDone()));
    pump();
    await flushMicrotasks();
    const stopped = [{ error: expect.any(SchedulerStopped) }];
    expect(seen).toStrictEqual([stopped, stopped, [{ value: 'C' }]]);
    expect(log).toStrictEqual(['A', 'C1', 'C1, end']);
    expect(cooperator.stats().slices).toBe(1);
  });

  test('S10: stop leaves the cooperator idle; a later start and task request a slice', async () => {
    const scheduler = new FakeScheduler();
    const { cooperator, log } = setup({ scheduler: scheduler.schedule, turns: Infinity });
    outcome(
      cooperator
        .cooperate(async () => {
          await null;
          cooperator.stop();
        })
        .whenDone(),
    );
    scheduler.pump();
    await flushMicrotasks();
    expect([scheduler.pending, cooperator.running]).toStrictEqual([0, false]);
    cooperator.start();
    cooperator.cooperate(logTurns(log, 'B', 1));
    expect(scheduler.pending).toBe(1);
    scheduler.pump();
    expect(log).toStrictEqual(['B1']);
  });

  test('S12: dispose ends the slice with the turn; the statistics of the time before remain', async () => {
    const scheduler = new FakeScheduler();
    const { cooperator, log } = setup({ scheduler: scheduler.schedule, turns: Infinity });
    outcome(cooperator.cooperate(logTurns(log, 'B')).whenDone());
    const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
      await null;
      cooperator.dispose();
      log.push(task.state);
      await nextTurn();
    });
    outcome(task.whenDone());
    scheduler.pump();
    await flushEventLoop();
    expect(log).toStrictEqual(['B1', 'stopped']);
    expect([scheduler.pending, cooperator.tasks]).toStrictEqual([0, []]);
    expect(() => cooperator.cooperate(logTurns([], 'C'))).toThrow(SchedulerStopped);
    expect(cooperator.stats().slices).toBe(1);
  });

  test('S12: dispose while the code waits for something else', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const { promise, resolve } = withResolvers();
    const done = outcome(
      cooperator
        .cooperate(async () => {
          await promise;
          log.push('goes on');
        })
        .whenDone(),
    );
    pump();
    cooperator.dispose();
    await flushEventLoop();
    resolve();
    await flushEventLoop();
    expect([log, done]).toStrictEqual([['goes on'], [{ error: expect.any(SchedulerStopped) }]]);
  });
});

describe('S12: schedulers', () => {
  test('S5: the code of a suspended turn runs the slices of another cooperator whose scheduler is synchronous', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const inner = new Cooperator({ scheduler: (slice) => slice() });
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      await null;
      log.push('A1');
      await inner.cooperate(logTurns(log, 'inner', 2)).whenDone();
      log.push('A1, end');
      await nextTurn();
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'inner1', 'inner2', 'A1, end', 'B1', 'A2']);
  });

  test('S5: a suspended turn inside a suspended turn of another cooperator', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const inner = new Cooperator({ scheduler: (slice) => slice() });
    cooperator.cooperate(async () => {
      await null;
      log.push('A1');
      await Promise.all([
        inner.cooperate(logAsyncTurns(log, 'inner', 2)).whenDone(),
        inner.cooperate(logTurns(log, 'other', 2)).whenDone(),
      ]);
      log.push('A1, end');
    });
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    for (let flush = 0; flush < 5; flush++) await flushMicrotasks();
    expect(log).toStrictEqual([
      'A1',
      'inner1',
      'inner1, end',
      'other1',
      'inner2',
      'inner2, end',
      'other2',
      'A1, end',
      'B1',
    ]);
  });

  test('S5: with a synchronous scheduler, turns are suspended as with any other', async () => {
    const { cooperator, log } = setup({ scheduler: (slice) => slice(), turns: 1 });
    const a = cooperator.cooperate(logAsyncTurns(log, 'A', 2));
    const b = cooperator.cooperate(logTurns(log, 'B', 2));
    expect(log).toStrictEqual(['A1']);
    await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'A1, end', 'B1', 'A2', 'A2, end', 'B2']);
    expect([a.state, b.state]).toStrictEqual(['done', 'done']);
    await flushEventLoop();
    expect(log).toHaveLength(6);
  });

  test('S12: a late call of a scheduler that cannot cancel does nothing while a turn is suspended', async () => {
    const slices = [];
    const { cooperator, log } = setup({
      scheduler(slice) {
        slices.push(slice);
      },
      turns: Infinity,
    });
    const paused = cooperator.cooperate(logTurns([], 'not reached'));
    paused.pause(); // The first request is cancelled, but the scheduler knows nothing of that.
    cooperator.cooperate(logAsyncTurns(log, 'A', 2));
    cooperator.cooperate(logTurns(log, 'B', 1));
    expect(slices).toHaveLength(2);
    slices[1]();
    for (const slice of slices) slice();
    expect(log).toStrictEqual(['A1']);
    await flushMicrotasks();
    for (const slice of slices) slice();
    expect(log).toStrictEqual(['A1', 'A1, end', 'B1', 'A2', 'A2, end']);
    expect([slices.length, cooperator.stats().slices]).toStrictEqual([2, 1]);
  });

  test('J7: a predicate that throws after a suspended turn ends the slice, and the next one goes on', async () => {
    let throws = true;
    const { cooperator, pumpAsync, log, takeReports } = setup({
      terminationPredicateFactory: () => () => {
        if (throws) throw broken;
        return false;
      },
    });
    cooperator.cooperate(logAsyncTurns(log, 'A', 1));
    cooperator.cooperate(logTurns(log, 'B', 1));
    await pumpAsync();
    expect(log).toStrictEqual(['A1', 'A1, end']);
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    throws = false;
    await pumpAsync();
    expect(log).toStrictEqual(['A1', 'A1, end', 'B1']);
  });
});

describe('S12: progress', () => {
  test('J4: progress of suspended turns is reported once a slice, when the slice is over', async () => {
    const { cooperator, pump, log } = setup({ turns: 3 });
    cooperator.cooperate(
      async ({ progress, yield: nextTurn }) => {
        for (let done = 1; done <= 5; done++) {
          await null;
          progress(done, 5);
          log.push(`turn ${done}`);
          await nextTurn();
        }
      },
      { onProgress: ({ done }) => log.push({ done }) },
    );
    pump();
    await flushMicrotasks();
    expect(log.splice(0)).toStrictEqual(['turn 1', 'turn 2', 'turn 3', { done: 3 }]);
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual(['turn 4', 'turn 5', { done: 5 }]);
  });

  test('J4: progress of a turn that becomes a wait is reported when its slice is over', async () => {
    const { cooperator, pumpEventLoop, log } = setup({ turns: Infinity });
    cooperator.cooperate(
      async ({ progress }) => {
        await null;
        progress(1);
        progress(2);
        await new Promise(() => {});
      },
      { onProgress: ({ done }) => log.push(done) },
    );
    await pumpEventLoop();
    expect(log).toStrictEqual([2]);
  });

  test('J4: an onProgress that pauses the task is called outside of its turns', async () => {
    const { cooperator, pump, log } = setup({ turns: 1 });
    const task = cooperator.cooperate(
      async ({ progress, yield: nextTurn }) => {
        await null;
        progress(1);
        await nextTurn();
        log.push('not reached');
      },
      { onProgress: () => task.pause() },
    );
    pump();
    await flushMicrotasks();
    pump();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['paused', []]);
  });
});

describe('S12: shouldYield', () => {
  test('S12: it is false in a suspended turn, true after an await of something else, and false in the next turn', async () => {
    const { cooperator, pumpEventLoop, pump, log } = setup({ turns: Infinity });
    const { promise, resolve } = withResolvers();
    cooperator.cooperate(async ({ shouldYield, yield: nextTurn }) => {
      log.push(shouldYield());
      await null;
      log.push(shouldYield());
      await promise;
      log.push(shouldYield());
      await nextTurn();
      log.push(shouldYield());
      await null;
      log.push(shouldYield());
    });
    await pumpEventLoop();
    expect(log.splice(0)).toStrictEqual([false, false]);
    resolve();
    await flushMicrotasks();
    expect(log.splice(0)).toStrictEqual([true]);
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual([false, false]);
  });

  test('S12: it is true in a task that does not have the turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const contexts = [];
    cooperator.cooperate(async (context) => {
      contexts.push(context);
      for (;;) await context.yield();
    });
    cooperator.cooperate(function* (context) {
      contexts.push(context);
      yield;
      log.push(contexts.map(({ shouldYield }) => shouldYield()));
    });
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      await nextTurn();
      await null;
      log.push(contexts.map(({ shouldYield }) => shouldYield()));
      cooperator.stop();
    });
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual([
      [true, false],
      [true, true],
    ]);
  });

  test('S12: it is true in a suspended turn when the predicate of the slice says so', async () => {
    let isOver = false;
    const { cooperator, pump, log } = setup({ terminationPredicateFactory: () => () => isOver });
    cooperator.cooperate(async ({ shouldYield }) => {
      await null;
      log.push(shouldYield());
      isOver = true;
      log.push(shouldYield());
    });
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual([false, true]);
  });

  test('S12: it is true after stop, in the same turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async ({ shouldYield }) => {
      await null;
      log.push(shouldYield());
      task.stop();
      log.push(shouldYield());
    });
    outcome(task.whenDone());
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual([false, true]);
  });
});

describe('S12: async iterators', () => {
  /** Steps of an iterator: two, and the end. */
  const stepsOf = (log, label) => {
    let turn = 0;
    return () => {
      turn++;
      log.push(`${label}${turn}`);
      return { done: turn === 3, value: turn };
    };
  };
  const rounds = ['A1', 'B1', 'A2', 'B2', 'A3', 'B3'];

  for (const [name, wrap] of Object.entries({
    'with promised steps': (step) => asyncIterator({ next: async () => step() }),
    'with synchronous steps': (step) => asyncIterator({ next: () => step() }),
    'with thenables that call back at once': (step) =>
      asyncIterator({ next: () => ({ then: (resolve) => resolve(step()) }) }),
    'without Symbol.asyncIterator': (step) => ({ next: async () => step() }),
  })) {
    test(`S12: one ${name} has one call of next in each turn`, async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const done = ['A', 'B'].map((label) => outcome(cooperator.cooperate(wrap(stepsOf(log, label))).whenDone()));
      pump();
      for (let flush = 0; flush < 3; flush++) await flushMicrotasks();
      expect(log).toStrictEqual(rounds);
      expect(done).toStrictEqual([[{ value: 3 }], [{ value: 3 }]]);
      expect(cooperator.stats()).toMatchObject({ slices: 1, turns: 6 });
    });
  }

  for (const [name, next] of Object.entries({
    'next that throws': () => {
      throw broken;
    },
    'next whose promise rejects': () => Promise.reject(broken),
    'next whose thenable throws': () => ({
      then() {
        throw broken;
      },
    }),
  })) {
    test(`S12: a ${name} fails the task, and the slice goes on`, async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const done = outcome(
        cooperator
          .cooperate(
            asyncIterator({
              next,
              return: () => log.push('not called'),
            }),
          )
          .whenDone(),
      );
      cooperator.cooperate(logTurns(log, 'B', 1));
      pump();
      await flushMicrotasks();
      expect([done, log]).toStrictEqual([[{ error: broken }], ['B1']]);
    });
  }

  test('S12: a step whose then cannot be read fails the task and closes the iterator', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const step = {
      get then() {
        throw broken;
      },
    };
    const done = outcome(
      cooperator.cooperate(asyncIterator({ next: () => step, return: () => log.push('return') })).whenDone(),
    );
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([done, log]).toStrictEqual([[{ error: broken }], ['return', 'B1']]);
  });

  test('S12: a promise that an async iterator yields is waited for without the turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const deferred = new Deferred();
    cooperator.cooperate(
      asyncIterator({
        next(value) {
          log.push(`A ${value}`);
          return value === undefined ? { done: false, value: deferred } : { done: true };
        },
      }),
    );
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect(log.splice(0)).toStrictEqual(['A undefined', 'B1']);
    deferred.callback('value');
    pump();
    expect(log).toStrictEqual(['A value']);
  });

  test('S12: context.yield in an async generator ends the turn, and next is not called again', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(async function* ({ yield: nextTurn }) {
      log.push('A1');
      await nextTurn();
      log.push('A2');
      await null;
      yield;
      log.push('A3');
      return 'end';
    });
    const done = outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'B', 3));
    pump();
    for (let flush = 0; flush < 3; flush++) await flushMicrotasks();
    expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3']);
    expect([task.stats().turns, done]).toStrictEqual([3, [{ value: 'end' }]]);
  });
});

describe('S12: functions that call yield before they return', () => {
  test('S12: the first turn of an async function ends with the call of the function', () => {
    const { cooperator, pump, log } = setup({ turns: 2 });
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      log.push('A1');
      await nextTurn();
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B'));
    pump();
    expect(log).toStrictEqual(['A1', 'B1']);
  });

  test('S12: a function may return the promise of yield, or one of its own', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const done = [
      cooperator.cooperate(({ yield: nextTurn }) => nextTurn().then(() => log.push('A') && 'end')),
      cooperator.cooperate(({ yield: nextTurn }) => {
        void nextTurn().then(() => log.push('B'));
        return Promise.resolve('first');
      }),
    ].map((task) => outcome(task.whenDone()));
    pump();
    for (let flush = 0; flush < 3; flush++) await flushMicrotasks();
    expect(log.sort()).toStrictEqual(['A', 'B']);
    expect(done).toStrictEqual([[{ value: 'end' }], [{ value: 'first' }]]);
  });

  test('S12: a function may return a thenable that calls back at once', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const done = [
      cooperator.cooperate(() => ({ then: (resolve) => resolve('end') })),
      cooperator.cooperate(() => ({ then: (_, reject) => reject(broken) })),
    ].map((task) => outcome(task.whenDone()));
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([done, log]).toStrictEqual([[[{ value: 'end' }], [{ error: broken }]], ['B1']]);
    expect(cooperator.stats()).toMatchObject({ slices: 1, turns: 4 });
  });

  test('S12: a function that stops its own task before it returns ends the turn', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(() => {
      task.stop();
      return new Promise(() => {});
    });
    outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    expect(log).toStrictEqual(['B1']);
  });

  test('S12: a thenable that stops its task when it is subscribed to keeps the turn until the loop comes round', async () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const stopping = {
      then() {
        task.stop();
      },
    };
    const task = cooperator.cooperate(
      asyncIterator({
        next: () => stopping,
        return: () => log.push('return'),
      }),
    );
    outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['stopping', []]);
    await flushEventLoop();
    expect(log).toStrictEqual(['return', 'B1']);
  });
});
