// J4: the kinds of work: iterators, iterables, functions, async functions. Native steps: native.test.js.
import { Deferred, TaskDone, TaskStopped } from 'cooperator';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop } from './support/setup.js';

const broken = new Error('broken');

describe('J4: iterators and iterables', () => {
  test('J4: an iterator', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
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
      const { cooperator, pump } = setup({ turns: Infinity });
      const task = cooperator.cooperate(iterable);
      const done = outcome(task.whenDone());
      pump();
      expect([task.state, task.stats().turns, done]).toStrictEqual(['done', turns, [{ value: undefined }]]);
    });
  }

  test('J4: an iterable of Promises: each is waited for', async () => {
    const { cooperator, pumpAsync } = setup();
    const task = cooperator.cooperate([Promise.resolve(1), Promise.resolve(2)]);
    await pumpAsync(2);
    expect(task.state).toBe('runnable');
    await pumpAsync();
    expect(task.state).toBe('done');
  });

  test('J4: an async iterator: each turn waits for its Promise', async () => {
    const { cooperator, pumpAsync, log } = setup();
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
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['next']]);
    await pumpAsync();
    answers[1]({ done: true, value: 'end' });
    await flushMicrotasks();
    await pumpAsync();
    expect([task.state, log, done]).toStrictEqual(['done', ['next', 'next'], [{ value: 'end' }]]);
  });

  test('J4: an async iterable, through its Symbol.asyncIterator', async () => {
    const { cooperator, pumpAsync, log } = setup();
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
    const { cooperator, pumpAsync, log } = setup();
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
    const { cooperator, pumpAsync } = setup();
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
    const { cooperator, pump } = setup();
    const step = Object.assign(() => {}, { done: true, value: 'end' });
    const done = outcome(cooperator.cooperate({ next: () => step }).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('J4: a task of an iterator has no name but task', () => {
    const { cooperator } = setup();
    expect(cooperator.cooperate([].values()).name).toBe('task');
  });

  test('J2: an async iterator that yields what it waits for gets the value, or the error, at its yield', async () => {
    const { cooperator, log, pumpAsync } = setup();
    const inner = new Deferred();
    const failing = new Deferred();
    const own = {
      at: 0,
      [Symbol.asyncIterator]() {
        return this;
      },
      next(sent) {
        log.push(['next', sent]);
        return { done: this.at === 2, value: this.at++ === 0 ? inner : failing }; // not a Promise: that is allowed, too
      },
      throw(error) {
        log.push(['throw', error]);
        return Promise.resolve({ done: true, value: 'caught' });
      },
    };
    const seen = outcome(cooperator.cooperate(own).whenDone());
    await pumpAsync(3);
    inner.callback('value');
    await pumpAsync(3);
    failing.errback('error');
    await pumpAsync(3);
    expect(log).toStrictEqual([
      ['next', undefined],
      ['next', 'value'],
      ['throw', 'error'],
    ]);
    expect(seen).toStrictEqual([{ value: 'caught' }]);
  });

  test('an async iterator that does not say that it is one is found out by what next returns', async () => {
    const { cooperator, pumpAsync } = setup();
    let at = 0;
    const seen = outcome(cooperator.cooperate({ next: async () => ({ done: ++at === 3, value: at }) }).whenDone());
    await pumpAsync(8);
    expect(seen).toStrictEqual([{ value: 3 }]);
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
      async ({ yield: nextTurn }) => {
        log.push('called');
        await nextTurn();
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
      const { cooperator, pumpAsync, log } = setup();
      const task = cooperator.cooperate(make(log));
      const done = outcome(task.whenDone());
      await flushEventLoop();
      expect(log).toStrictEqual([]);
      await pumpAsync();
      expect(log).toStrictEqual(['called']);
      await pumpAsync(3);
      expect([log, task.state, done]).toStrictEqual([['called'], 'done', [{ value: 'end' }]]);
    });
  }

  test("J4: a paused task's function is called when its turn comes, not before", () => {
    const { cooperator, pump, log } = setup();
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
    const { cooperator, pump, log } = setup();
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
    const { cooperator, pumpAsync } = setup();
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
      async ({ yield: nextTurn }) => {
        await nextTurn();
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
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const task = cooperator.cooperate(() => unsuitable);
      cooperator.cooperate(logTurns(log, 'B', 1));
      const done = outcome(task.whenDone());
      pump();
      expect(done).toStrictEqual([{ error: expect.any(TypeError) }]);
      expect([task.state, log]).toStrictEqual(['failed', ['B1']]);
    });
  }

  test('a function that returns nothing to go through fails its task, which says what it returned', () => {
    const { cooperator, pump } = setup();
    const seen = [
      outcome(cooperator.cooperate(() => 5).whenDone()),
      outcome(cooperator.cooperate(function named() {}).whenDone()),
    ];
    pump(2);
    expect(seen[0][0].error.message).toMatch(/the function must return an iterator.*not 5/);
    expect(seen[1][0].error.message).toMatch(/the function named must return.*not undefined/);
  });
});

describe('J4: async functions', () => {
  test('J4: context.yield is the next turn: async functions and generators take turns', async () => {
    const { cooperator, pumpAsync, log } = setup();
    cooperator.cooperate(async (context) => {
      for (let turn = 1; turn <= 3; turn++) {
        log.push(`A${turn}`);
        await context.yield();
      }
    });
    cooperator.cooperate(logTurns(log, 'B', 3));
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
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(async () => {
      log.push(1);
      await null;
      log.push(2);
    });
    const done = outcome(task.whenDone());
    pump();
    expect([task.state, log]).toStrictEqual(['waiting', [1]]);
    await flushMicrotasks();
    expect(log).toStrictEqual([1, 2]);
    pump();
    await flushMicrotasks();
    pump();
    expect([task.state, done]).toStrictEqual(['done', [{ value: undefined }]]);
  });

  test('J4: several pending context.yield() are all resolved by the one next turn', async () => {
    const { cooperator, pumpAsync, log } = setup();
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
    const { cooperator, pumpAsync, log } = setup();
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
    const { cooperator, pumpAsync, log } = setup();
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
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['awaited']]);
    await pumpAsync();
    expect(log).toStrictEqual(['awaited', 'yielded']);
  });

  test('J4: stopping one rejects its pending context.yield() with the reason, and its finally runs', async () => {
    const { cooperator, pumpAsync, log } = setup();
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
    await flushEventLoop();
    expect(log).toStrictEqual([true, 'finally']);
    expect([task.state, done]).toStrictEqual(['stopped', [{ error: expect.any(TaskStopped) }]]);
  });

  test('J4: a stopped one that calls context.yield() later has it rejected too', async () => {
    const { cooperator, pumpAsync, log } = setup();
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
    await flushEventLoop();
    expect(log).toStrictEqual([true]);
  });

  test('J4: what a stopped one returns later is of no account', async () => {
    const { cooperator, pumpAsync } = setup();
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
    await flushEventLoop();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J4: an error that the clean-up of a stopped one throws is reported', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    const task = cooperator.cooperate(async (context) => {
      try {
        await context.yield();
      } finally {
        throw broken;
      }
    });
    await pumpAsync();
    task.stop();
    await flushEventLoop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
  });

  test('J4: a hundred of them finish', async () => {
    const { cooperator, pumpAsync } = setup({ turns: Infinity });
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

  test('an async function that is done is told so when it asks for another turn', async () => {
    const { cooperator, pumpAsync } = setup();
    let context;
    cooperator.cooperate(async (given) => {
      context = given;
    });
    await pumpAsync(3);
    await expect(context.yield()).rejects.toBeInstanceOf(TaskDone);
  });

  test('turns that an async function still asked for when it was done are given', async () => {
    const { cooperator, log, pumpAsync } = setup();
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      void nextTurn().then(() => log.push('turn'));
      return 1;
    });
    await pumpAsync(4);
    expect(log).toStrictEqual(['turn']);
  });
});
