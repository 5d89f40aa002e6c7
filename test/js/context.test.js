// J4: the context that a function receives: yield, signal, progress and shouldYield.
import { SchedulerStopped, TaskStopped, predicates } from 'cooperator';
import { flushEventLoop, logTurns, outcome, setup } from './support/setup.js';

describe('J4: context.yield in an async generator', () => {
  test('J4: it resolves in the next turn, and next is not called before that', async () => {
    const { cooperator, pumpAsync, log } = setup();
    async function* work({ yield: nextTurn }) {
      log.push(1);
      await nextTurn();
      log.push(2);
      yield;
      log.push(3);
    }
    const task = cooperator.cooperate((context) => {
      const generator = work(context);
      return {
        next: () => {
          log.push('next');
          return generator.next();
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

  test('J4: a yield while context.yield is pending is not lost', async () => {
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

test('J4: the first context.yield after stop is rejected, and those of the clean-up are not', async () => {
  const { cooperator, pumpAsync, log } = setup();
  let arrive;
  const task = cooperator.cooperate(async ({ yield: nextTurn }) => {
    await new Promise((resolve) => (arrive = resolve));
    for (const step of [1, 2, 3]) {
      await nextTurn().then(
        () => log.push(step),
        (error) => log.push(error),
      );
    }
  });
  const done = outcome(task.whenDone());
  await pumpAsync();
  task.stop();
  arrive();
  await pumpAsync(3);
  expect([log, done]).toStrictEqual([[expect.any(TaskStopped), 2, 3], [{ error: log[0] }]]);
});

test('J4: context.yield is rejected after the end of a stopped task, too', async () => {
  const { cooperator, pumpAsync, log } = setup();
  let context;
  const task = cooperator.cooperate(async (given) => {
    context = given;
    await given.yield();
  });
  const done = outcome(task.whenDone());
  await pumpAsync();
  task.stop();
  await pumpAsync(2);
  expect(task.state).toBe('stopped');
  await context.yield().catch((error) => log.push(error));
  expect(log).toStrictEqual([done[0].error]);
});

describe('J4: context.signal', () => {
  /** Adds a task, runs its first turn and returns it with its context. */
  const contextOf = (fixture, work = () => logTurns([], 'A')) => {
    let context;
    const task = fixture.cooperator.cooperate((given) => {
      context = given;
      return work(given);
    });
    fixture.pump();
    return { task, context };
  };

  test('J4: it is an AbortSignal that is not aborted before the task ends, nor when it is done', () => {
    const fixture = setup();
    const { context } = contextOf(fixture, () => logTurns([], 'A', 1));
    expect(context.signal).toBeInstanceOf(AbortSignal);
    expect(context.signal.aborted).toBe(false);
    fixture.pump(2);
    expect(context.signal.aborted).toBe(false);
  });

  test('J4: stop aborts it with the error that whenDone fails with', () => {
    const { task, context } = contextOf(setup());
    const { signal } = context;
    const done = outcome(task.whenDone());
    task.stop();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBeInstanceOf(TaskStopped);
    expect(signal.reason).toBe(done[0].error);
  });

  test('J4: Cooperator.stop aborts it with SchedulerStopped', () => {
    const fixture = setup();
    const { context } = contextOf(fixture);
    const { signal } = context;
    fixture.cooperator.stop();
    expect(signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: it is aborted with the reason of options.signal', () => {
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

  test('J4: it is aborted before the finally block runs', () => {
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

  test('J4: read for the first time after stop, it is aborted', () => {
    const { task, context } = contextOf(setup());
    task.stop();
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toBeInstanceOf(TaskStopped);
    expect(context.signal).toBe(context.signal);
  });

  test('J4: read for the first time after Cooperator.stop, it is aborted with SchedulerStopped', () => {
    const fixture = setup();
    const { context } = contextOf(fixture);
    fixture.cooperator.stop();
    expect(context.signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: read for the first time when the task is done or has failed, it is not aborted', () => {
    const fixture = setup({ onError: () => {} });
    const fail = () => {
      throw new Error('failed');
    };
    for (const work of [() => logTurns([], 'A', 1), () => ({ next: fail })]) {
      const { task, context } = contextOf(fixture, work);
      fixture.pump(2);
      expect(task.state).toMatch(/^(done|failed)$/);
      expect(context.signal.aborted).toBe(false);
    }
  });

  test('J4: each task has a signal of its own', () => {
    const fixture = setup({ turns: 2 });
    const one = contextOf(fixture);
    const other = contextOf(fixture);
    expect(one.context.signal).not.toBe(other.context.signal);
    one.task.stop();
    expect(other.context.signal.aborted).toBe(false);
  });

  test('J4: the context can be destructured', () => {
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
  test('J4: onProgress receives the latest values after each slice with progress', () => {
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

  test('J4: onProgress is called once for the slice in which the task ends', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(
      function* ({ progress }) {
        progress(1);
        yield;
        progress(2);
      },
      { onProgress: (progress) => log.push(progress) },
    );
    pump();
    expect(log).toStrictEqual([{ done: 2 }]);
  });

  test('J4: progress of a task that then stops itself is delivered once', () => {
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

  test('J4: progress of an async function after its turn is delivered', async () => {
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

  test('J4: progress outside of a slice is delivered if the task is stopped before the next slice', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const task = cooperator.cooperate(
      async ({ progress, signal }) => {
        await null;
        progress(5);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
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

  test('J4: progress of a finished task is ignored', async () => {
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

  test('J4: each task has its own onProgress, and a task without one may call progress', () => {
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

  test('J4: progress of an async function is delivered while it waits', async () => {
    const { cooperator, pump } = setup();
    const delivered = [];
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
      { onProgress: ({ done }) => delivered.push(done) },
    );
    pump(2);
    await flushEventLoop();
    expect(delivered).toStrictEqual([2]);
    goOn();
    await flushEventLoop();
    pump();
    expect(task.state).toBe('done');
    expect(delivered).toStrictEqual([2]);
  });
});

describe('J4: a context that is used for the first time in the clean-up knows that the task was stopped', () => {
  test('J4: shouldYield returns true, progress is ignored, and signal is aborted with the reason', () => {
    const { cooperator, pump, log } = setup();
    const work = function* (context) {
      try {
        yield;
      } finally {
        log.push(context.shouldYield());
        context.progress(1);
        log.push(context.signal.reason);
      }
    };
    const task = cooperator.cooperate(work, { onProgress: (progress) => log.push(progress) });
    pump();
    task.stop();
    pump();
    expect(log).toStrictEqual([true, expect.any(TaskStopped)]);
  });

  test('J4: yield is rejected, and once only', async () => {
    const { cooperator, pump, pumpAsync, log } = setup();
    let arrive;
    const arrived = new Promise((resolve) => (arrive = resolve));
    const task = cooperator.cooperate(async (context) => {
      await arrived;
      for (let time = 0; time < 2; time++) await context.yield().catch((error) => log.push(error.name));
      log.push('end');
    });
    pump();
    task.stop();
    arrive();
    await pumpAsync(3);
    expect(log).toStrictEqual(['TaskStopped', 'end']);
  });
});

describe('J4: shouldYield', () => {
  test('J4: it returns true when the termination predicate does', () => {
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

  test('J4: calling it does not change the number of turns in a slice', () => {
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

  test('J4: a turn can end as soon as it returns true', () => {
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

  test('J4: it returns true after dispose', () => {
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
