// J4: the kinds of work, and the context that a function is given.
import { SchedulerStopped, TaskStopped, predicates } from 'cooperator';
import { counting, microtasks, outcome, rig, settle } from './support/rig.js';

const broken = new Error('broken');

describe('J4: iterators and iterables', () => {
  test('J4: an iterator', () => {
    const { cooperator, pump, log } = rig({ turns: Infinity });
    let turns = 0;
    const task = cooperator.cooperate({ next: () => ({ done: ++turns > 3, value: log.push(turns) }) });
    pump();
    expect([log, task.state]).toStrictEqual([[1, 2, 3, 4], 'done']);
  });

  for (const [name, iterable, turns] of [
    ['an array', [1, 2, 3], 4],
    ['a Set', new Set([1, 2]), 3],
    ['a Map', new Map([[1, 2]]), 2],
    ['a string', 'abc', 4],
    ['an empty array', [], 1],
    ['a typed array', new Uint8Array(2), 3],
  ]) {
    test(`J4: ${name}`, () => {
      const { cooperator, pump } = rig({ turns: Infinity });
      const task = cooperator.cooperate(iterable);
      const done = outcome(task.whenDone());
      pump();
      expect([task.state, task.stats().turns, done]).toStrictEqual(['done', turns, [{ value: undefined }]]);
    });
  }

  test('J4: an iterable of Promises: each is waited for', async () => {
    const { cooperator, pumpAsync } = rig();
    const task = cooperator.cooperate([Promise.resolve(1), Promise.resolve(2)]);
    await pumpAsync(2);
    expect(task.state).toBe('runnable');
    await pumpAsync();
    expect(task.state).toBe('done');
  });

  test('J4: an async iterator: each turn waits for its Promise', async () => {
    const { cooperator, pumpAsync, log } = rig();
    const answers = [];
    const task = cooperator.cooperate({
      next() {
        log.push('next');
        return new Promise((resolve) => {
          answers.push(resolve);
        });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    const done = outcome(task.whenDone());
    await pumpAsync(2);
    expect([task.state, log]).toStrictEqual(['waiting', ['next']]);
    answers[0]({ done: false, value: 'ignored' });
    await microtasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['next']]);
    await pumpAsync();
    answers[1]({ done: true, value: 'end' });
    await microtasks();
    await pumpAsync();
    expect([task.state, log, done]).toStrictEqual(['done', ['next', 'next'], [{ value: 'end' }]]);
  });

  test('J4: an async iterable, through its Symbol.asyncIterator', async () => {
    const { cooperator, pumpAsync, log } = rig();
    const task = cooperator.cooperate({
      async *[Symbol.asyncIterator]() {
        log.push(1);
        yield;
        log.push(2);
        return 'end';
      },
    });
    const done = outcome(task.whenDone());
    await pumpAsync(4);
    expect([log, done]).toStrictEqual([[1, 2], [{ value: 'end' }]]);
  });

  test('J4: an async generator object', async () => {
    const { cooperator, pumpAsync, log } = rig();
    async function* work() {
      for (let turn = 1; turn <= 3; turn++) {
        log.push(turn);
        await null;
        yield;
      }
      return 'end';
    }
    const done = outcome(cooperator.cooperate(work()).whenDone());
    await pumpAsync(8);
    expect([log, done]).toStrictEqual([[1, 2, 3], [{ value: 'end' }]]);
  });

  test('J4: an error of an async iterator fails the task', async () => {
    const { cooperator, pumpAsync } = rig();
    const done = [
      outcome(
        cooperator
          .cooperate(
            (async function* () {
              throw broken;
            })(),
          )
          .whenDone(),
      ),
      outcome(
        cooperator
          .cooperate({
            next: () => Promise.reject(broken),
            [Symbol.asyncIterator]() {
              return this;
            },
          })
          .whenDone(),
      ),
    ];
    await pumpAsync(4);
    expect(done).toStrictEqual([[{ error: broken }], [{ error: broken }]]);
  });

  test('J4: a step may be a function that has done and value', () => {
    const { cooperator, pump } = rig();
    const step = Object.assign(() => {}, { done: true, value: 'end' });
    const done = outcome(cooperator.cooperate({ next: () => step }).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('J4: a task of an iterator has no name but task', () => {
    const { cooperator } = rig();
    expect(cooperator.cooperate([].values()).name).toBe('task');
  });
});

describe('J4: functions', () => {
  const kinds = {
    'a generator function': (log) =>
      function* () {
        log.push('called');
        yield;
        return 'end';
      },
    'an async generator function': (log) =>
      async function* () {
        log.push('called');
        yield;
        return 'end';
      },
    'an async function':
      (log) =>
      async ({ yield: turn }) => {
        log.push('called');
        await turn();
        return 'end';
      },
    'a function that gives a generator': (log) => () => {
      log.push('called');
      return (function* () {
        yield;
        return 'end';
      })();
    },
    'a function that gives a Promise': (log) => () => {
      log.push('called');
      return Promise.resolve('end');
    },
  };
  for (const [name, make] of Object.entries(kinds)) {
    test(`J4: ${name} is called in its first turn, once, and its result is that of the task`, async () => {
      const { cooperator, pumpAsync, log } = rig();
      const task = cooperator.cooperate(make(log));
      const done = outcome(task.whenDone());
      await settle();
      expect(log).toStrictEqual([]);
      await pumpAsync();
      expect(log).toStrictEqual(['called']);
      await pumpAsync(3);
      expect([log, task.state, done]).toStrictEqual([['called'], 'done', [{ value: 'end' }]]);
    });
  }

  test("J4: a paused task's function is called when its turn comes, not before", () => {
    const { cooperator, pump, log } = rig();
    const task = cooperator.cooperate(function* () {
      log.push('called');
    });
    task.pause();
    pump();
    expect(log).toStrictEqual([]);
    task.resume();
    expect(log).toStrictEqual([]);
    pump();
    expect(log).toStrictEqual(['called']);
  });

  test('J4: the first turn of a generator function is its first stretch, not only its call', () => {
    const { cooperator, pump, log } = rig();
    cooperator.cooperate(function* () {
      log.push(1);
      yield;
      log.push(2);
      yield;
    });
    pump();
    expect(log).toStrictEqual([1]);
    pump();
    expect(log).toStrictEqual([1, 2]);
  });

  test('J4: a function that throws fails its task, of whatever kind it is', async () => {
    const { cooperator, pumpAsync } = rig();
    const done = [
      () => {
        throw broken;
      },
      function* () {
        throw broken;
      },
      async () => {
        throw broken;
      },
      async function* () {
        throw broken;
      },
      async ({ yield: turn }) => {
        await turn();
        throw broken;
      },
    ].map((work) => outcome(cooperator.cooperate(work).whenDone()));
    await pumpAsync(10);
    for (const seen of done) {
      expect(seen).toHaveLength(1);
      expect(seen[0].error).toBe(broken);
    }
  });

  for (const unsuitable of [undefined, null, 42, true, {}, Symbol('s')]) {
    test(`J4: a function that gives ${String(unsuitable)} fails its task with a TypeError`, () => {
      const { cooperator, pump, log } = rig({ turns: Infinity });
      const task = cooperator.cooperate(() => unsuitable);
      cooperator.cooperate(counting(log, 'B', 1));
      const done = outcome(task.whenDone());
      pump();
      expect(done).toStrictEqual([{ error: expect.any(TypeError) }]);
      expect([task.state, log]).toStrictEqual(['failed', ['B1']]);
    });
  }
});

describe('J4: async functions', () => {
  test('J4: context.yield is the next turn: async functions and generators take turns', async () => {
    const { cooperator, pumpAsync, log } = rig();
    cooperator.cooperate(async (context) => {
      for (let turn = 1; turn <= 3; turn++) {
        log.push(`A${turn}`);
        await context.yield();
      }
    });
    cooperator.cooperate(counting(log, 'B', 3));
    cooperator.cooperate(async (context) => {
      for (let turn = 1; turn <= 3; turn++) {
        log.push(`C${turn}`);
        await context.yield();
      }
    });
    await pumpAsync(9);
    expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 'A3', 'B3', 'C3']);
  });

  test('J4: it runs up to its first await in its first turn, and from there on without the cooperator', async () => {
    const { cooperator, pump, log } = rig();
    const task = cooperator.cooperate(async () => {
      log.push(1);
      await null;
      log.push(2);
    });
    const done = outcome(task.whenDone());
    pump();
    expect([task.state, log]).toStrictEqual(['waiting', [1]]);
    await microtasks();
    expect(log).toStrictEqual([1, 2]);
    pump();
    await microtasks();
    pump();
    expect([task.state, done]).toStrictEqual(['done', [{ value: undefined }]]);
  });

  test('J4: several pending context.yield() are all resolved by the one next turn', async () => {
    const { cooperator, pumpAsync, log } = rig();
    const task = cooperator.cooperate(async (context) => {
      await Promise.all([context.yield(), context.yield(), context.yield()]);
      log.push('went on');
    });
    await pumpAsync(2);
    expect([log, task.stats().turns]).toStrictEqual([['went on'], 2]);
    await pumpAsync();
    expect(task.state).toBe('done');
  });

  test('J4: context.yield waits while the task is paused', async () => {
    const { cooperator, pumpAsync, log } = rig();
    const task = cooperator.cooperate(async (context) => {
      await context.yield();
      log.push('went on');
    });
    await pumpAsync();
    task.pause();
    await pumpAsync(2);
    expect([task.state, log]).toStrictEqual(['paused', []]);
    task.resume();
    await pumpAsync(2);
    expect(log).toStrictEqual(['went on']);
  });

  test('J4: context.yield asks for a slice, awaiting something else does not', async () => {
    const { cooperator, pumpAsync, log } = rig();
    let resolve;
    const task = cooperator.cooperate(async (context) => {
      await new Promise((done) => {
        resolve = done;
      });
      log.push('awaited');
      await context.yield();
      log.push('yielded');
    });
    await pumpAsync(2);
    expect(task.state).toBe('waiting');
    resolve();
    await microtasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['awaited']]);
    await pumpAsync();
    expect(log).toStrictEqual(['awaited', 'yielded']);
  });

  test('J4: stopping one rejects its pending context.yield() with the reason, and its finally runs', async () => {
    const { cooperator, pumpAsync, log } = rig();
    const task = cooperator.cooperate(async (context) => {
      try {
        await context.yield();
        log.push('not reached');
      } catch (error) {
        log.push(error === context.signal.reason);
        throw error;
      } finally {
        log.push('finally');
      }
    });
    const done = outcome(task.whenDone());
    await pumpAsync();
    task.stop();
    await settle();
    expect(log).toStrictEqual([true, 'finally']);
    expect([task.state, done]).toStrictEqual(['stopped', [{ error: expect.any(TaskStopped) }]]);
  });

  test('J4: a stopped one that calls context.yield() later has it rejected too', async () => {
    const { cooperator, pumpAsync, log } = rig();
    let resolve;
    const task = cooperator.cooperate(async (context) => {
      await new Promise((done) => {
        resolve = done;
      });
      await context.yield().catch((error) => log.push(error === context.signal.reason));
    });
    await pumpAsync();
    task.stop();
    resolve();
    await settle();
    expect(log).toStrictEqual([true]);
  });

  test('J4: what a stopped one returns later is of no account', async () => {
    const { cooperator, pumpAsync } = rig();
    let resolve;
    const task = cooperator.cooperate(
      async () =>
        new Promise((done) => {
          resolve = done;
        }),
    );
    const done = outcome(task.whenDone());
    await pumpAsync();
    task.stop();
    resolve('late');
    await settle();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J4: an error that the clean-up of a stopped one throws is reported', async () => {
    const { cooperator, pumpAsync, takeReports } = rig();
    const task = cooperator.cooperate(async (context) => {
      try {
        await context.yield();
      } finally {
        throw broken;
      }
    });
    await pumpAsync();
    task.stop();
    await settle();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
  });

  test('J4: a hundred of them finish', async () => {
    const { cooperator, pumpAsync } = rig({ turns: Infinity });
    const all = Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        cooperator
          .cooperate(async (context) => {
            for (let turn = 0; turn < index; turn++) await context.yield();
            return index;
          })
          .whenDone(),
      ),
    );
    await pumpAsync(110);
    expect(await all).toStrictEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe('J4: context.yield in an async generator', () => {
  test('J4: it is the next turn, in the first stretch too, and no step is asked for meanwhile', async () => {
    const { cooperator, pumpAsync, log } = rig();
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
    const { cooperator, pumpAsync, log } = rig();
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
  const contextOf = (made, work = () => counting([], 'A')) => {
    let context;
    const task = made.cooperator.cooperate((given) => {
      context = given;
      return work(given);
    });
    made.pump();
    return { task, context };
  };

  test('J4: it is an AbortSignal that is not aborted while the task lives, nor when it is done', () => {
    const made = rig();
    const { context } = contextOf(made, () => counting([], 'A', 1));
    expect(context.signal).toBeInstanceOf(AbortSignal);
    expect(context.signal.aborted).toBe(false);
    made.pump(2);
    expect(context.signal.aborted).toBe(false);
  });

  test('J4: it is aborted when the task is stopped, with the error that whenDone fails with', () => {
    const { task, context } = contextOf(rig());
    const { signal } = context;
    const done = outcome(task.whenDone());
    task.stop();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBeInstanceOf(TaskStopped);
    expect(signal.reason).toBe(done[0].error);
  });

  test('J4: it is aborted when the cooperator is stopped', () => {
    const made = rig();
    const { context } = contextOf(made);
    const { signal } = context;
    made.cooperator.stop();
    expect(signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: it is aborted with the reason of the signal among the options', () => {
    const { cooperator, pump } = rig();
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
    const { cooperator, pump, log } = rig();
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
    const { task, context } = contextOf(rig());
    task.stop();
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toBeInstanceOf(TaskStopped);
    expect(context.signal).toBe(context.signal);
  });

  test('J4: so it is where it was the cooperator that was stopped', () => {
    const made = rig();
    const { context } = contextOf(made);
    made.cooperator.stop();
    expect(context.signal.reason).toBeInstanceOf(SchedulerStopped);
  });

  test('J4: each task has its own', () => {
    const made = rig({ turns: 2 });
    const one = contextOf(made);
    const other = contextOf(made);
    expect(one.context.signal).not.toBe(other.context.signal);
    one.task.stop();
    expect(other.context.signal.aborted).toBe(false);
  });

  test('J4: the parts of the context can be taken out of it', () => {
    const { cooperator, pump, log } = rig();
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
    const { cooperator, pump, log } = rig({ turns: 3 });
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
    const { cooperator, pump, log } = rig({ turns: Infinity });
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
    const { cooperator, pump, log } = rig({ turns: Infinity });
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
    const { cooperator, pumpAsync, log } = rig();
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
    await settle();
    expect(log.at(-1)).toBe(2);
    expect(log.length).toBeLessThanOrEqual(2);
  });

  test('J4: progress outside of a slice, of a task that is stopped before the next, comes at the end', async () => {
    const { cooperator, pumpAsync, log } = rig();
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
    const { cooperator, pumpAsync, log } = rig();
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
    await settle();
    expect(log).toStrictEqual([]);
  });

  test('J4: each task has its own, and one without onProgress may call progress', () => {
    const { cooperator, pump, log } = rig({ turns: 3 });
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
    const { cooperator, pump, log } = rig();
    const task = cooperator.cooperate(
      function* ({ progress }) {
        progress(1);
        yield;
        log.push('not reached');
      },
      {
        onProgress() {
          task.stop();
          cooperator.cooperate(counting(log, 'B'));
        },
      },
    );
    pump(2);
    expect([task.state, log]).toStrictEqual(['stopped', ['B1']]);
  });
});

describe('J4: shouldYield', () => {
  test('J4: it says whether the budget of the slice is used up', () => {
    let used = false;
    const { cooperator, pump, log } = rig({ terminationPredicateFactory: () => () => used });
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
    const { cooperator, pump, log } = rig({ terminationPredicateFactory: predicates.turns(3) });
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
    const { cooperator, pump, log } = rig({
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
});

test("an async function's progress is told while it waits", async () => {
  const { cooperator, pump } = rig();
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
  await settle();
  expect(told).toStrictEqual([2]);
  goOn();
  await settle();
  pump();
  expect(task.state).toBe('done');
  expect(told).toStrictEqual([2]);
});
