// J4: the context that a function receives: yield, signal, progress and shouldYield.
import { SchedulerStopped, TaskStopped, predicates } from 'cooperator';
import { flushEventLoop, logTurns, outcome, setup } from './support/setup.js';

describe('J4: context.yield in an async generator', () => {
  test('J4: it is the next turn, in the first stretch too, and no step is asked for meanwhile', async () => {
    const { cooperator, pumpAsync, log } = setup();
    async function* stretches({ yield: nextTurn }) {
      log.push(1);
      await nextTurn();
      log.push(2);
      yield;
      log.push(3);
    }
    const task = cooperator.cooperate((context) => {
      const steps = stretches(context);
      return {
        next: () => {
          log.push('next');
          return steps.next();
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    });
    await pumpAsync();
    expect(log).toStrictEqual(['next', 1]);
    await pumpAsync();
    expect(log).toStrictEqual(['next', 1, 2]);
    await pumpAsync(2);
    expect([log, task.state]).toStrictEqual([['next', 1, 2, 'next', 3], 'done']);
  });

  test('J4: a step that comes before the turn that was asked for is not lost', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const task = cooperator.cooperate(async function* ({ yield: nextTurn }) {
      void nextTurn().then(() => log.push('turn'));
      yield;
      log.push('next');
    });
    await pumpAsync(3);
    expect([log, task.state]).toStrictEqual([['next', 'turn'], 'done']);
  });
});

describe('J4: context.signal', () => {
  const contextOf = (made, work = () => logTurns([], 'A')) => {
    let context;
    const task = made.cooperator.cooperate((given) => {
      context = given;
      return work(given);
    });
    made.pump();
    return { task, context };
  };

  test('J4: it is an AbortSignal that is not aborted while the task lives, nor when it is done', () => {
    const made = setup();
    const { context } = contextOf(made, () => logTurns([], 'A', 1));
    expect(context.signal).toBeInstanceOf(AbortSignal);
    expect(context.signal.aborted).toBe(false);
    made.pump(2);
    expect(context.signal.aborted).toBe(false);
  });

  test('J4: it is aborted when the task is stopped, with the error that whenDone fails with', () => {
    const { task, context } = contextOf(setup());
    const { signal } = context;
    const done = outcome(task.whenDone());
    task.stop();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBeInstanceOf(TaskStopped);
    expect(signal.reason).toBe(done[0].error);
  });

  test('J4: it is aborted when the cooperator is stopped', () => {
    const made = setup();
    const { context } = contextOf(made);
    const { signal } = context;
    made.cooperator.stop();
    expect(signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: it is aborted with the reason of the signal among the options', () => {
    const { cooperator, pump } = setup();
    const controller = new AbortController();
    let signal;
    cooperator.cooperate(
      function* (context) {
        signal = context.signal;
        yield;
      },
      { signal: controller.signal },
    );
    pump();
    const reason = { any: 'thing' };
    controller.abort(reason);
    expect([signal.aborted, signal.reason === reason]).toStrictEqual([true, true]);
  });

  test('J4: it is aborted by the time the finally block runs', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(function* ({ signal }) {
      try {
        yield;
      } finally {
        log.push(signal.aborted);
      }
    });
    pump();
    task.stop();
    expect(log).toStrictEqual([true]);
  });

  test('J4: asked for only after the stop, it is aborted all the same', () => {
    const { task, context } = contextOf(setup());
    task.stop();
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toBeInstanceOf(TaskStopped);
    expect(context.signal).toBe(context.signal);
  });

  test('J4: so it is where it was the cooperator that was stopped', () => {
    const made = setup();
    const { context } = contextOf(made);
    made.cooperator.stop();
    expect(context.signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: each task has its own', () => {
    const made = setup({ turns: 2 });
    const one = contextOf(made);
    const other = contextOf(made);
    expect(one.context.signal).not.toBe(other.context.signal);
    one.task.stop();
    expect(other.context.signal.aborted).toBe(false);
  });

  test('J4: the parts of the context can be taken out of it', () => {
    const { cooperator, pump, log } = setup();
    cooperator.cooperate(
      function* ({ signal, progress, shouldYield }) {
        progress(1, 2);
        log.push(signal.aborted, typeof shouldYield());
        yield;
      },
      { onProgress: (state) => log.push(state) },
    );
    pump();
    expect(log).toStrictEqual([false, 'boolean', { done: 1, total: 2 }]);
  });
});

describe('J4: progress', () => {
  test('J4: onProgress gets the latest values after each slice in which there was progress', () => {
    const { cooperator, pump, log } = setup({ turns: 3 });
    cooperator.cooperate(
      function* ({ progress }) {
        for (let done = 1; done <= 5; done++) {
          progress(done, 5);
          log.push(`turn ${done}`);
          yield;
        }
        yield;
        yield;
        yield;
      },
      { onProgress: ({ done, total }) => log.push([done, total]) },
    );
    pump();
    expect(log.splice(0)).toStrictEqual(['turn 1', 'turn 2', 'turn 3', [3, 5]]);
    pump();
    expect(log.splice(0)).toStrictEqual(['turn 4', 'turn 5', [5, 5]]);
    pump();
    expect(log).toStrictEqual([]);
  });

  test('J4: it is called once for the slice in which the task ends, before or as whenDone has fired', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(
      function* ({ progress }) {
        progress(1);
        yield;
        progress(2);
      },
      {
        onProgress: ({ done, total }) => log.push([done, total]),
      },
    );
    pump();
    expect(log).toStrictEqual([[2, undefined]]);
  });

  test('J4: progress made by a task that is then stopped is delivered, once', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const task = cooperator.cooperate(
      function* ({ progress }) {
        progress(7, 9);
        yield;
        task.stop();
      },
      {
        onProgress: (state) => log.push(state),
      },
    );
    pump();
    expect(log).toStrictEqual([{ done: 7, total: 9 }]);
  });

  test('J4: progress of an async function between its turns is delivered too', async () => {
    const { cooperator, pumpAsync, log } = setup();
    cooperator.cooperate(
      async ({ progress }) => {
        await null;
        progress(1, 2);
        await null;
        progress(2, 2);
      },
      {
        onProgress: ({ done }) => log.push(done),
      },
    );
    await pumpAsync(4);
    await flushEventLoop();
    expect(log.at(-1)).toBe(2);
    expect(log.length).toBeLessThanOrEqual(2);
  });

  test('J4: progress outside of a slice, of a task that is stopped before the next, comes at the end', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const task = cooperator.cooperate(
      async ({ progress }) => {
        await null;
        progress(5);
        await new Promise(() => {});
      },
      { onProgress: ({ done }) => log.push(done) },
    );
    task.whenDone().addErrback(() => {
      log.push('stopped');
    });
    await pumpAsync();
    task.stop();
    expect(log).toContain(5);
    await pumpAsync();
    expect(log).toHaveLength(2);
  });

  test('J4: progress of a task that is over is not told', async () => {
    const { cooperator, pumpAsync, log } = setup();
    let context;
    const task = cooperator.cooperate(
      async (given) => {
        context = given;
        await given.yield();
      },
      {
        onProgress: (progress) => log.push(progress),
      },
    );
    outcome(task.whenDone());
    await pumpAsync();
    task.stop();
    context.progress(1);
    await pumpAsync();
    await flushEventLoop();
    expect(log).toStrictEqual([]);
  });

  test('J4: each task has its own, and one without onProgress may call progress', () => {
    const { cooperator, pump, log } = setup({ turns: 3 });
    for (const label of ['A', 'B']) {
      cooperator.cooperate(
        function* ({ progress }) {
          progress(label === 'A' ? 1 : 2);
          yield;
        },
        {
          onProgress: ({ done }) => log.push([label, done]),
        },
      );
    }
    cooperator.cooperate(function* ({ progress }) {
      progress(3);
      yield;
    });
    pump();
    expect(log.sort()).toStrictEqual([
      ['A', 1],
      ['B', 2],
    ]);
  });

  test('J4: onProgress may use the cooperator', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(
      function* ({ progress }) {
        progress(1);
        yield;
        log.push('not reached');
      },
      {
        onProgress() {
          task.stop();
          cooperator.cooperate(logTurns(log, 'B'));
        },
      },
    );
    pump(2);
    expect([task.state, log]).toStrictEqual(['stopped', ['B1']]);
  });

  test("J4: an async function's progress is told while it waits", async () => {
    const { cooperator, pump } = setup();
    const told = [];
    let goOn;
    const task = cooperator.cooperate(
      async ({ progress, yield: nextTurn }) => {
        await nextTurn();
        progress(1, 2);
        progress(2, 2);
        await new Promise((resolve) => {
          goOn = resolve;
        });
      },
      { onProgress: ({ done }) => told.push(done) },
    );
    pump(2);
    await flushEventLoop();
    expect(told).toStrictEqual([2]);
    goOn();
    await flushEventLoop();
    pump();
    expect(task.state).toBe('done');
    expect(told).toStrictEqual([2]);
  });
});

describe('J4: shouldYield', () => {
  test('J4: it says whether the budget of the slice is used up', () => {
    let used = false;
    const { cooperator, pump, log } = setup({ terminationPredicateFactory: () => () => used });
    cooperator.cooperate(function* ({ shouldYield }) {
      log.push(shouldYield());
      used = true;
      log.push(shouldYield());
      yield;
      log.push('next slice');
    });
    pump();
    expect(log).toStrictEqual([false, true]);
  });

  test('J4: asking it does not change how many turns a slice has', () => {
    const { cooperator, pump, log } = setup({ terminationPredicateFactory: predicates.turns(3) });
    cooperator.cooperate(function* ({ shouldYield }) {
      for (let turn = 1; ; turn++) {
        for (let time = 0; time < 10; time++) shouldYield();
        log.push(turn);
        yield;
      }
    });
    pump();
    expect(log).toStrictEqual([1, 2, 3]);
  });

  test('J4: a long turn can end early by it', () => {
    let budget = 5;
    const { cooperator, pump, log } = setup({
      terminationPredicateFactory() {
        budget = 5;
        return () => budget <= 0;
      },
    });
    cooperator.cooperate(function* ({ shouldYield }) {
      for (let item = 1; item <= 12; item++) {
        budget -= 1;
        log.push(item);
        if (shouldYield()) yield;
      }
    });
    pump();
    expect(log).toHaveLength(5);
    pump(2);
    expect(log).toHaveLength(12);
  });

  test('J4: after dispose it returns true', () => {
    const { cooperator, pump } = setup();
    let context;
    cooperator.cooperate(function* (given) {
      context = given;
      yield;
    });
    pump();
    cooperator.dispose();
    expect(context.shouldYield()).toBe(true);
  });
});
