// S12: turns whose code goes on in microtasks, those of async functions and async iterators.
import { Cooperator, SchedulerStopped, TaskStopped } from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { nextMacrotask } from './support/macrotask.js';
import { flushEventLoop, flushMicrotasks, logTurns, outcome, setup } from './support/setup.js';

/** A cooperator whose slices have no limit. */
const setupEndless = (options) => setup({ turns: Infinity, ...options });

test('S12: no other task has a turn while a turn is suspended', async () => {
  const { cooperator, pump, log } = setupEndless();
  cooperator.cooperate(async (context) => {
    for (const label of ['A1', 'A2']) {
      await null;
      await null;
      log.push(label);
      await context.yield();
    }
  });
  cooperator.cooperate(logTurns(log, 'B', 3));
  pump();
  expect(log).toStrictEqual([]);
  await flushMicrotasks();
  expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2', 'B3']);
});

test('S12: the whole work of async tasks can be one slice', async () => {
  const { cooperator, pump } = setupEndless();
  const tasks = ['a', 'b', 'c'].map((name) =>
    cooperator.cooperate(async (context) => {
      for (let turn = 0; turn < 5; turn++) await context.yield();
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

test('S12: a turn ends as a wait when the event loop comes round, and the slice goes on', async () => {
  const { cooperator, pump, log } = setupEndless();
  let resolve;
  const task = cooperator.cooperate(async () => {
    await new Promise((fulfil) => {
      resolve = fulfil;
    });
    log.push('went on');
  });
  cooperator.cooperate(logTurns(log, 'B', 2));
  pump();
  await flushMicrotasks();
  expect([log, task.state]).toStrictEqual([[], 'runnable']);
  await flushEventLoop();
  expect([log, task.state, cooperator.stats().slices]).toStrictEqual([['B1', 'B2'], 'waiting', 1]);
  resolve();
  await flushMicrotasks();
  expect(log).toStrictEqual(['B1', 'B2', 'went on']);
  pump();
  expect(task.state).toBe('done');
});

test('S12: a call of context.yield before the work function returns ends its first turn', async () => {
  const { cooperator, pump, log } = setupEndless();
  cooperator.cooperate((context) => {
    log.push('A1');
    return context.yield().then(() => log.push('A2'));
  });
  cooperator.cooperate(logTurns(log, 'B', 2));
  pump();
  expect(log).toStrictEqual(['A1', 'B1']); // A2 is suspended
  await flushMicrotasks();
  expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
});

describe('S12: async iterators', () => {
  test.each([
    [
      'an async generator',
      async function* (log) {
        for (const label of ['A1', 'A2']) {
          await null;
          log.push(label);
          yield;
        }
        return 'end';
      },
    ],
    [
      'an iterator with promised steps',
      (log) => {
        let turn = 0;
        return {
          next: () =>
            Promise.resolve().then(() => {
              if (++turn === 3) return { done: true, value: 'end' };
              log.push(`A${turn}`);
              return { done: false, value: undefined };
            }),
          [Symbol.asyncIterator]() {
            return this;
          },
        };
      },
    ],
    [
      'an iterator with plain steps',
      (log) => {
        let turn = 0;
        return {
          next: () => {
            if (++turn === 3) return { done: true, value: 'end' };
            log.push(`A${turn}`);
            return { done: false, value: undefined };
          },
          [Symbol.asyncIterator]() {
            return this;
          },
        };
      },
    ],
  ])('%s: one step is one turn', async (_, iterate) => {
    const { cooperator, pump, log } = setupEndless();
    const done = outcome(cooperator.cooperate(iterate(log)).whenDone());
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    await flushMicrotasks();
    expect([log, done]).toStrictEqual([['A1', 'B1', 'A2', 'B2'], [{ value: 'end' }]]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('a next that %s fails the task in the same slice', async (_, next) => {
    const { cooperator, pump, log } = setupEndless();
    const done = outcome(cooperator.cooperate({ next, [Symbol.asyncIterator]: () => ({ next }) }).whenDone());
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([done, log]).toStrictEqual([[{ error: new Error('broken') }], ['B1']]);
  });

  test('context.yield inside an async generator ends the turn', async () => {
    const { cooperator, pump, log } = setupEndless();
    const done = outcome(
      cooperator
        .cooperate(async function* (context) {
          log.push('A1');
          await context.yield();
          log.push('A2');
          yield;
          return 'end';
        })
        .whenDone(),
    );
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    await flushMicrotasks();
    expect([log, done]).toStrictEqual([['A1', 'B1', 'A2', 'B2'], [{ value: 'end' }]]);
  });
});

describe('S12: what happens to a task in its suspended turn', () => {
  test('pause takes effect when the turn ends', async () => {
    const { cooperator, pump, log } = setupEndless();
    const task = cooperator.cooperate(async (context) => {
      await null;
      task.pause();
      await null;
      log.push('A1');
      await context.yield();
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([log, task.state]).toStrictEqual([['A1', 'B1'], 'paused']);
    task.resume();
    pump();
    await flushMicrotasks();
    expect([log, task.state]).toStrictEqual([['A1', 'B1', 'A2'], 'done']);
  });

  test('J3: stop by other code aborts the signal and cleans up at once', async () => {
    const { cooperator, pump, log } = setupEndless();
    const task = cooperator.cooperate(async (context) => {
      context.signal.addEventListener('abort', () => log.push('aborted'));
      try {
        await null;
        await nextMacrotask();
        await nextMacrotask();
        await context.yield();
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
    expect([log, done]).toStrictEqual([['aborted', 'stopped'], [{ error: expect.any(TaskStopped) }]]);
    await flushEventLoop();
    expect(log).toStrictEqual(['aborted', 'stopped', 'finally']);
  });

  test('a task that stops itself ends, and the others go on in the same slice', async () => {
    const { cooperator, pump, log } = setupEndless();
    const task = cooperator.cooperate(async (context) => {
      await null;
      task.stop();
      await context.yield();
    });
    const done = outcome(task.whenDone());
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushEventLoop();
    expect([done, log, cooperator.stats().slices]).toStrictEqual([[{ error: expect.any(TaskStopped) }], ['B1'], 1]);
  });

  test('cooperator.stop finishes all, and a task added after start lives', async () => {
    const { cooperator, pump } = setupEndless();
    let added;
    const tasks = [
      cooperator.cooperate(async () => {
        await null;
        cooperator.stop();
        cooperator.start();
        added = outcome(cooperator.cooperate(logTurns([], 'new', 1)).whenDone());
      }),
      cooperator.cooperate(logTurns([], 'B')),
    ];
    const done = tasks.map((task) => outcome(task.whenDone()));
    pump();
    await flushEventLoop();
    expect(done).toStrictEqual(new Array(2).fill([{ error: expect.any(SchedulerStopped) }]));
    expect(added).toStrictEqual([{ value: 'new' }]);
  });

  test('dispose finishes all, and nothing is left in the event loop', async () => {
    const { cooperator, pump } = setupEndless();
    const tasks = [
      cooperator.cooperate(async (context) => {
        await null;
        cooperator.dispose();
        await context.yield();
      }),
      cooperator.cooperate(logTurns([], 'B')),
    ];
    const done = tasks.map((task) => outcome(task.whenDone()));
    pump();
    await flushEventLoop();
    expect(done).toStrictEqual(new Array(2).fill([{ error: expect.any(SchedulerStopped) }]));
    expect(() => cooperator.cooperate(logTurns([], 'C'))).toThrow(SchedulerStopped);
  });

  test('D7: an error after a stop is reported once', async () => {
    const { cooperator, pump, takeReports } = setupEndless();
    const task = cooperator.cooperate(async () => {
      await null;
      task.stop();
      throw new Error('late');
    });
    outcome(task.whenDone());
    pump();
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([{ error: new Error('late'), task }]);
  });

  test('an error that the code throws fails the task, and the slice goes on', async () => {
    const { cooperator, pump, log } = setupEndless();
    const done = outcome(
      cooperator
        .cooperate(async () => {
          await null;
          throw new RangeError('thrown');
        })
        .whenDone(),
    );
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    await flushMicrotasks();
    expect([done, log]).toStrictEqual([[{ error: new RangeError('thrown') }], ['B1']]);
  });

  test('progress is reported once, when the slice closes', async () => {
    const { cooperator, pump, log } = setupEndless();
    cooperator.cooperate(
      async (context) => {
        for (let done = 1; done <= 3; done++) {
          context.progress(done, 3);
          await context.yield();
        }
      },
      { onProgress: (progress) => log.push(progress) },
    );
    pump();
    await flushMicrotasks();
    expect(log).toStrictEqual([{ done: 3, total: 3 }]);
  });
});

test('S12: a late call of a scheduler that cannot cancel does nothing while a slice is open', async () => {
  const slices = [];
  const log = [];
  const cooperator = new Cooperator({
    scheduler: (slice) => void slices.push(slice),
    terminationPredicateFactory: () => () => false,
  });
  cooperator.cooperate(async () => {
    await null;
    await null;
    log.push('A1');
  });
  cooperator.cooperate(logTurns(log, 'B', 1));
  slices[0]();
  slices[0]();
  expect(log).toStrictEqual([]);
  await flushMicrotasks();
  expect([log, cooperator.stats().slices]).toStrictEqual([['A1', 'B1'], 1]);
});

test('S5, S12: a scheduler that calls back at once runs async tasks without recursion', async () => {
  const log = [];
  const cooperator = new Cooperator({
    scheduler: (slice) => slice(),
    terminationPredicateFactory: () => () => true,
  });
  const tasks = ['A', 'B'].map((label) =>
    cooperator.cooperate(async (context) => {
      for (let turn = 1; turn <= 2; turn++) {
        log.push(`${label}${turn}`);
        await context.yield();
      }
    }),
  );
  const done = tasks.map((task) => outcome(task.whenDone()));
  await flushEventLoop();
  await flushEventLoop();
  expect([log.sort(), done]).toStrictEqual([
    ['A1', 'A2', 'B1', 'B2'],
    [[{ value: undefined }], [{ value: undefined }]],
  ]);
});

test('S12: another cooperator runs in a suspended turn if its scheduler calls back at once', async () => {
  const { cooperator, pump, log } = setupEndless();
  const inner = new Cooperator({ scheduler: (slice) => slice() });
  const done = outcome(
    cooperator
      .cooperate(async (context) => {
        await null;
        await inner.cooperate(logTurns(log, 'inner', 2)).whenDone();
        await context.yield();
        return 'outer';
      })
      .whenDone(),
  );
  pump();
  await flushMicrotasks();
  expect([log, done]).toStrictEqual([['inner1', 'inner2'], [{ value: 'outer' }]]);
});

test('S12: shouldYield is true for a task that does not have the turn', async () => {
  const { cooperator, pump, log } = setup({ terminationPredicateFactory: () => () => false });
  let contextOfA;
  cooperator.cooperate(async (context) => {
    contextOfA = context;
    log.push(context.shouldYield());
    await null;
    log.push(context.shouldYield());
    await nextMacrotask();
    await nextMacrotask();
    log.push(context.shouldYield());
    await context.yield();
    log.push(context.shouldYield());
  });
  cooperator.cooperate(function* () {
    log.push(contextOfA.shouldYield());
    yield;
  });
  pump();
  await flushEventLoop();
  await flushEventLoop();
  pump();
  await flushEventLoop();
  expect(log).toStrictEqual([false, false, true, true, false]);
});

test('S12: a thousand async tasks of which each stops the next all end', async () => {
  const scheduler = new FakeScheduler();
  const cooperator = new Cooperator({ scheduler: scheduler.schedule, terminationPredicateFactory: () => () => false });
  const tasks = [];
  for (let index = 0; index < 1000; index++) {
    tasks.push(
      cooperator.cooperate(async (context) => {
        await null;
        if (index % 2 === 0) tasks[index + 1].stop();
        await context.yield();
        return index;
      }),
    );
  }
  const done = tasks.map((task) => outcome(task.whenDone()));
  scheduler.pump();
  for (let count = 0; count < 200; count++) await flushMicrotasks();
  await flushEventLoop();
  expect(done.filter((seen) => seen.length !== 1)).toStrictEqual([]);
  expect(done.map(([{ value }]) => value)).toStrictEqual(
    tasks.map((_, index) => (index % 2 === 0 ? index : undefined)),
  );
});
