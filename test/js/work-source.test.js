// J4: the kinds of work: iterators, iterables, functions, async functions. Native steps: native.test.js.
import { Deferred, TaskDone, TaskStopped } from 'cooperator';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop } from './support/setup.js';

const broken = new Error('broken');

describe('J4: iterators and iterables', () => {
  test('J4: an iterator is work', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    let turns = 0;
    const task = cooperator.cooperate({ next: () => ({ done: ++turns > 3, value: log.push(turns) }) });
    pump();
    expect([log, task.state]).toStrictEqual([[1, 2, 3, 4], 'done']);
  });

  test('J2: a frozen iterator may be given to several tasks, and is closed when the last one ends', () => {
    const { cooperator, pump, log } = setup({ turns: 2 });
    const iterator = Object.freeze({
      next: () => ({ done: false, value: log.push('next') }),
      return: () => ({ done: true, value: log.push('return') }),
    });
    const tasks = [1, 2, 3].map(() => cooperator.cooperate(iterator));
    for (const task of tasks) outcome(task.whenDone());
    pump();
    tasks[0].stop();
    tasks[1].stop();
    expect(log).toStrictEqual(['next', 'next']);
    tasks[2].stop();
    expect(log).toStrictEqual(['next', 'next', 'return']);
    outcome(cooperator.cooperate(iterator).whenDone());
    cooperator.stop();
    expect(log).toStrictEqual(['next', 'next', 'return', 'return']);
  });

  for (const [name, iterable, turns] of [
    ['an array', [1, 2, 3], 4],
    ['a Set', new Set([1, 2]), 3],
    ['a Map', new Map([[1, 2]]), 2],
    ['a string', 'abc', 4],
    ['an empty array', [], 1],
    ['a typed array', new Uint8Array(2), 3],
  ]) {
    test(`J4: ${name} is work of one turn for each item and one for the end`, () => {
      const { cooperator, pump } = setup({ turns: Infinity });
      const task = cooperator.cooperate(iterable);
      const done = outcome(task.whenDone());
      pump();
      expect([task.state, task.stats().turns, done]).toStrictEqual(['done', turns, [{ value: undefined }]]);
    });
  }

  test('J4: each Promise of an iterable is waited for', async () => {
    const { cooperator, pumpAsync } = setup();
    const task = cooperator.cooperate([Promise.resolve(1), Promise.resolve(2)]);
    await pumpAsync(2);
    expect(task.state).toBe('runnable');
    await pumpAsync();
    expect(task.state).toBe('done');
  });

  test('S12: a turn of an async iterator ends as a wait if its Promise is pending when the event loop comes round', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const resolvers = [];
    const task = cooperator.cooperate({
      next() {
        log.push('next');
        return new Promise((resolve) => {
          resolvers.push(resolve);
        });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    const done = outcome(task.whenDone());
    await pumpAsync(2);
    expect([task.state, log]).toStrictEqual(['runnable', ['next']]);
    await flushEventLoop();
    expect([task.state, log]).toStrictEqual(['waiting', ['next']]);
    resolvers[0]({ done: false, value: 'ignored' });
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['next']]);
    await pumpAsync();
    resolvers[1]({ done: true, value: 'end' });
    await flushMicrotasks();
    await pumpAsync();
    expect([task.state, log, done]).toStrictEqual(['done', ['next', 'next'], [{ value: 'end' }]]);
  });

  test('J4: an async iterable is work, through its Symbol.asyncIterator', async () => {
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

  test('J4: an async generator object is work', async () => {
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

  test('J4: next may return a function with done and value', () => {
    const { cooperator, pump } = setup();
    const step = Object.assign(() => {}, { done: true, value: 'end' });
    const done = outcome(cooperator.cooperate({ next: () => step }).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test("J4: the task of an iterator is named 'task'", () => {
    const { cooperator } = setup();
    expect(cooperator.cooperate([].values()).name).toBe('task');
  });

  test('J2: an async iterator receives the value or the error of the Deferred that it yields', async () => {
    const { cooperator, log, pumpAsync } = setup();
    const inner = new Deferred();
    const failing = new Deferred();
    const iterator = {
      at: 0,
      [Symbol.asyncIterator]() {
        return this;
      },
      next(sent) {
        log.push(['next', sent]);
        return { done: this.at === 2, value: this.at++ === 0 ? inner : failing }; // no Promise, which is allowed
      },
      throw(error) {
        log.push(['throw', error]);
        return Promise.resolve({ done: true, value: 'caught' });
      },
    };
    const seen = outcome(cooperator.cooperate(iterator).whenDone());
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

  test('J4: an async iterator without Symbol.asyncIterator is recognised by a Promise of next', async () => {
    const { cooperator, pumpAsync } = setup();
    let at = 0;
    const seen = outcome(cooperator.cooperate({ next: async () => ({ done: ++at === 3, value: at }) }).whenDone());
    await pumpAsync(8);
    expect(seen).toStrictEqual([{ value: 3 }]);
  });

  test('J4: so is one whose Promises are settled in later macrotasks, or follow steps that are there', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const steps = (promise) => {
      let at = 0;
      return { next: () => promise({ done: ++at === 3, value: at }, at) };
    };
    const seen = [
      (step) => flushEventLoop().then(() => step),
      (step, at) => (at === 1 ? step : flushEventLoop().then(() => step)),
      (step, at) => (at === 1 ? step : Promise.resolve(step)),
    ].map((promise) => outcome(cooperator.cooperate(steps(promise)).whenDone()));
    await pumpEventLoop(15);
    expect(seen).toStrictEqual([[{ value: 3 }], [{ value: 3 }], [{ value: 3 }]]);
  });

  test('J2: the yield of an async generator returns the value that it awaits', async () => {
    const { cooperator, log, pumpEventLoop } = setup();
    cooperator.cooperate(async function* () {
      log.push(yield 1, yield Promise.resolve(2));
      await flushEventLoop(); // The turn ends as a wait.
      log.push(yield 3, yield flushEventLoop().then(() => 4));
    });
    await pumpEventLoop(12);
    expect(log).toStrictEqual([1, 2, 3, 4]);
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
    'a function that returns a generator': (log) => () => {
      log.push('called');
      return (function* () {
        yield;
        return 'end';
      })();
    },
    'a function that returns a Promise': (log) => () => {
      log.push('called');
      return Promise.resolve('end');
    },
  };
  for (const [name, make] of Object.entries(kinds)) {
    test(`J4: ${name} is called once, in its first turn, and its result is that of the task`, async () => {
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

  test("J4: a paused task's function is called in its first turn after resume", () => {
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

  test('J4: the first turn of a generator function runs to its first yield', () => {
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

  test('J4: a function of any kind that throws fails its task', async () => {
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

  for (const notWork of [undefined, null, 42, true, {}, Symbol('s')]) {
    test(`J4: a function that returns ${String(notWork)} fails its task with a TypeError`, () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const task = cooperator.cooperate(() => notWork);
      cooperator.cooperate(logTurns(log, 'B', 1));
      const done = outcome(task.whenDone());
      pump();
      expect(done).toStrictEqual([{ error: expect.any(TypeError) }]);
      expect([task.state, log]).toStrictEqual(['failed', ['B1']]);
    });
  }

  test('J4: if a function returns no work, the error names the function and what it returned', () => {
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
  test('J4: context.yield resolves in the next turn: async functions and generators take turns', async () => {
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

  test('S12: the code after an await of something that is there belongs to the same turn', async () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(async () => {
      log.push(1);
      await null;
      log.push(2);
    });
    const done = outcome(task.whenDone());
    pump();
    expect([task.state, log]).toStrictEqual(['runnable', [1]]);
    await flushMicrotasks();
    expect(log).toStrictEqual([1, 2]);
    expect([task.state, task.stats().turns, done]).toStrictEqual(['done', 1, [{ value: undefined }]]);
  });

  test('J4: the next turn resolves all pending calls of context.yield', async () => {
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

  test('J4: context.yield does not resolve while the task is paused', async () => {
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

  test('J4: context.yield requests a slice, another await does not', async () => {
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
    await flushEventLoop();
    expect(task.state).toBe('waiting');
    resolve();
    await flushMicrotasks();
    expect([task.state, log]).toStrictEqual(['runnable', ['awaited']]);
    await pumpAsync();
    expect(log).toStrictEqual(['awaited', 'yielded']);
  });

  test('J4: stop rejects a pending context.yield with the reason of the signal, and finally runs', async () => {
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
    await pumpAsync();
    expect(log).toStrictEqual([true, 'finally']);
    expect([task.state, done]).toStrictEqual(['stopped', [{ error: expect.any(TaskStopped) }]]);
  });

  test('J4: context.yield rejects after stop', async () => {
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

  test('J4: what a stopped async function returns later is ignored', async () => {
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
    expect([task.state, done]).toStrictEqual(['stopping', []]);
    resolve('late');
    await flushEventLoop();
    await pumpAsync();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J4: an async function that has returned before stop has no clean-up: its task ends at once', async () => {
    const { cooperator, pumpAsync } = setup();
    let resolve;
    const task = cooperator.cooperate(() => new Promise((done) => (resolve = done)));
    const done = outcome(task.whenDone());
    await pumpAsync();
    await flushEventLoop();
    resolve('early');
    await flushMicrotasks();
    expect([task.state, done]).toStrictEqual(['runnable', []]);
    task.stop();
    expect([task.state, done]).toStrictEqual(['stopped', [{ error: expect.any(TaskStopped) }]]);
  });

  test('J4: an error that a stopped async function throws in its clean-up is reported', async () => {
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
    await pumpAsync();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
  });

  test('J4: a hundred async functions finish', async () => {
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

  test('J4: context.yield rejects with TaskDone after the async function is done', async () => {
    const { cooperator, pumpAsync } = setup();
    let context;
    cooperator.cooperate(async (given) => {
      context = given;
    });
    await pumpAsync(3);
    await expect(context.yield()).rejects.toBeInstanceOf(TaskDone);
  });

  test('J4: a context.yield that is pending when the async function is done still resolves', async () => {
    const { cooperator, log, pumpAsync } = setup();
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      void nextTurn().then(() => log.push('turn'));
      return 1;
    });
    await pumpAsync(4);
    expect(log).toStrictEqual(['turn']);
  });
});

describe('iterators are used as by a `for` loop', () => {
  /** An iterator that counts what is read of it. */
  function countingIterator(log, steps, more = {}) {
    return {
      get next() {
        log.push('next is read');
        return () => steps.shift();
      },
      return() {
        log.push('return');
        return {};
      },
      ...more,
    };
  }

  test('next is read once, and return is called on stop', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(
      countingIterator(
        log,
        Array.from({ length: 5 }, () => ({ done: false })),
      ),
    );
    outcome(task.whenDone());
    pump(3);
    task.stop();
    expect([task.state, log]).toStrictEqual(['stopped', ['next is read', 'return']]);
  });

  test('an iterator may be a Proxy that alone knows its next', () => {
    const { cooperator, pump } = setup();
    const get = (_, key) => (key === 'next' ? () => ({ done: true, value: 'end' }) : undefined);
    const done = outcome(cooperator.cooperate(new Proxy({}, { get })).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('what a function returns is an iterator if it has a next, although it has a then', () => {
    const { cooperator, pump } = setup();
    const iterator = { next: () => ({ done: true, value: 'end' }), then() {} };
    const done = outcome(cooperator.cooperate(() => iterator).whenDone());
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });

  test('next of a generator is read once, too, where it is its own', () => {
    const { cooperator, pump, log } = setup();
    const generator = (function* () {
      yield* [1, 2, 3];
    })();
    const { next } = generator;
    Object.defineProperty(generator, 'next', {
      get() {
        log.push('next is read');
        return next;
      },
    });
    cooperator.cooperate(generator);
    pump(5);
    expect(log).toStrictEqual(['next is read']);
  });

  const throwing = (name) => ({
    done: false,
    get [name]() {
      throw new Error('broken getter');
    },
  });
  for (const name of ['done', 'value']) {
    for (const turn of [1, 3]) {
      test(`return is not called after a step whose ${name} throws, in turn ${turn}`, () => {
        const { cooperator, pump, log } = setup();
        const steps = Array.from({ length: 4 }, () => ({ done: false }));
        steps[turn - 1] = throwing(name);
        const done = outcome(cooperator.cooperate(countingIterator(log, steps)).whenDone());
        pump(4);
        expect([done[0].error.message, log]).toStrictEqual(['broken getter', ['next is read']]);
      });
    }
  }

  test('return is not called after a step that is no object', () => {
    const { cooperator, pump, log } = setup();
    const done = outcome(cooperator.cooperate(countingIterator(log, [5])).whenDone());
    pump();
    expect([done, log]).toStrictEqual([[{ error: expect.any(TypeError) }], ['next is read']]);
  });

  test('an async iterator whose value throws fails, and is not closed', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const iterator = countingIterator(log, [Promise.resolve(throwing('value'))], {
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    const done = outcome(cooperator.cooperate(iterator).whenDone());
    await pumpEventLoop(3);
    expect([done[0].error.message, log]).toStrictEqual(['broken getter', ['next is read']]);
  });
});
