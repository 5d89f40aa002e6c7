// parallel of cooperator/work.
import { Deferred, TaskStopped, cooperate } from 'cooperator';
import { failedAt, failuresOf, map, parallel } from 'cooperator/work';
import { flushMicrotasks, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

const broken = new Error('broken');

/** Jobs that the test settles, with `jobs[index].resolve(...)`. `most` is the largest number that ran at a time. */
function manualJobs() {
  const manual = { jobs: [], running: 0, most: 0, signals: [] };
  manual.fn = (item, index, { signal }) => {
    manual.most = Math.max(manual.most, ++manual.running);
    manual.signals[index] = signal;
    const ended = () => {
      manual.running--;
    };
    return new Promise((resolve, reject) => {
      manual.jobs[index] = { item, resolve, reject };
    }).finally(ended);
  };
  return manual;
}

/** Adds the work as a task and runs ten slices. */
async function startWork(work, options) {
  const fixture = setup({ turns: 10 });
  const task = fixture.cooperator.cooperate(work, options);
  const done = outcome(task.whenDone());
  await fixture.pumpAsync(10);
  return { ...fixture, task, done };
}

test('at most `limit` jobs run at a time, and the results are in the order of the items', async () => {
  for (const limit of [1, 2, 3]) {
    const manual = manualJobs();
    const { pumpAsync, done } = await startWork(parallel(['a', 'b', 'c', 'd', 'e'], limit, manual.fn));
    expect(manual.jobs).toHaveLength(limit);
    for (let ended = 0; ended < 5; ended++) {
      const last = manual.jobs.length - 1;
      const open = manual.jobs.map((job, index) => ({ job, index })).filter(({ job }) => !job.over);
      const { job } = open.at(-1); // The latest first, so that jobs end out of order.
      job.over = true;
      job.resolve(job.item.toUpperCase());
      await flushMicrotasks();
      await pumpAsync(5);
      expect(manual.jobs.length).toBe(Math.min(5, last + 2));
    }
    expect([done, manual.most]).toStrictEqual([[{ value: ['A', 'B', 'C', 'D', 'E'] }], limit]);
  }
});

test('with an infinite limit all jobs start', async () => {
  const manual = manualJobs();
  await startWork(parallel(Array(20).fill(0), Infinity, manual.fn));
  expect(manual.running).toBe(20);
});

test('fn may return a value, a Promise, a Deferred, a task or a thenable', async () => {
  const kinds = [
    (x) => x,
    async (x) => x,
    (x) => Deferred.succeed(x),
    (x) =>
      cooperate(function* () {
        yield;
        return x;
      }),
    (x) => ({ then: (resolve) => resolve(x) }),
  ];
  const { cooperator } = setup({ turns: 10 });
  const task = cooperate(parallel(kinds, 2, (kind, index) => kind(index)));
  expect(await task.whenDone()).toStrictEqual([0, 1, 2, 3, 4]);
  expect(cooperator.tasks).toStrictEqual([]);
});

for (const [kind, items] of Object.entries({
  'a Set': () => new Set([1, 2, 3]),
  'a generator': () => [1, 2, 3].values(),
  'an async generator': () =>
    (async function* () {
      yield 1;
      yield 2;
      yield 3;
    })(),
})) {
  test(`the items may be ${kind}, and the work may run in a yield* of other work`, async () => {
    const { done } = await startWork(function* () {
      return yield* parallel(items(), 2, async (x, index) => [x, index]);
    });
    expect(done).toStrictEqual([
      {
        value: [
          [1, 0],
          [2, 1],
          [3, 2],
        ],
      },
    ]);
  });
}

test('the work may run in a yield* of an async generator, and is left when that is stopped', async () => {
  const { done } = await startWork(async function* () {
    const all = yield* parallel([1, 2, 3], 2, async (n) => n * 2);
    return all.length === 3 && all;
  });
  await flushEventLoop();
  expect(done).toStrictEqual([{ value: [2, 4, 6] }]);
  const failing = await startWork(async function* () {
    try {
      yield* parallel([1, 2, 3], 2, (n) => (n === 2 ? Promise.reject(broken) : n));
    } catch (error) {
      return error;
    }
  });
  await flushEventLoop();
  expect(failing.done).toStrictEqual([{ value: broken }]);
  const manual = manualJobs();
  const { task, pumpAsync } = await startWork(async function* () {
    yield* parallel([1, 2, 3], 2, manual.fn);
  });
  await flushEventLoop();
  outcome(task.whenDone());
  task.stop();
  manual.jobs[0].resolve(); // An async generator can be left only when what it awaits has settled.
  await flushEventLoop();
  await pumpAsync(5);
  expect([task.state, ...manual.signals.map(({ aborted }) => aborted)]).toStrictEqual(['stopped', false, true]);
});

test('for await over the work gets the results in order as they come, and leaving the loop stops the rest', async () => {
  const log = [];
  function* items() {
    try {
      for (let n = 0; ; n++) {
        log.push(n);
        yield n;
      }
    } finally {
      log.push('closed');
    }
  }
  const seen = [];
  for await (const value of parallel(items(), 4, async (n) => n * 2)) {
    seen.push(value);
    if (value === 20) break;
  }
  expect(seen).toStrictEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(log.at(-1)).toBe('closed');
  expect(log.length).toBeLessThan(18);
  const work = parallel([0, 1, 2], 2, (n) => (n === 1 ? Promise.reject(broken) : n), { settle: true });
  const settled = [];
  for await (const result of work) settled.push(result);
  expect(settled).toStrictEqual(await Promise.allSettled([0, Promise.reject(broken), 2]));
  await expect(
    (async () => {
      for await (const n of parallel([0, 1], 1, () => Promise.reject(broken))) seen.push(n);
    })(),
  ).rejects.toBe(broken);
  function* failing() {
    yield 0;
    throw broken;
  }
  await expect(
    (async () => {
      for await (const { value } of parallel(failing(), 1, (n) => n, { settle: true })) seen.push(value);
    })(),
  ).rejects.toBe(broken);
  expect(seen).toHaveLength(12);
});

test('the async iterator of the work can be left before its first step', async () => {
  const begun = [];
  const work = parallel([1], 1, (n) => begun.push(n));
  const iterator = work[Symbol.asyncIterator]();
  expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
  expect(await iterator.return()).toStrictEqual({ done: true, value: undefined });
  expect(await iterator.next()).toStrictEqual({ done: true, value: undefined });
  await expect(work[Symbol.asyncIterator]().throw(broken)).rejects.toBe(broken);
  expect(begun).toStrictEqual([]);
});

test('the next item is taken only when a job can start', async () => {
  const log = [];
  function* items() {
    for (let n = 0; ; n++) {
      log.push(n);
      yield n;
    }
  }
  const manual = manualJobs();
  const { pumpAsync, task } = await startWork(parallel(items(), 2, manual.fn));
  expect(log).toStrictEqual([0, 1]);
  manual.jobs[1].resolve();
  await pumpAsync(5);
  expect(log).toStrictEqual([0, 1, 2]);
  task.stop();
});

test('fn is called once in a turn, and other tasks have turns in between', async () => {
  const { cooperator, pump, log } = setup({ turns: 2 });
  cooperator.cooperate(
    parallel([1, 2, 3], 3, (x) => {
      log.push(x);
    }),
  );
  cooperator.cooperate(function* () {
    for (;;) {
      log.push('other');
      yield;
    }
  });
  pump(3);
  expect(log).toStrictEqual([1, 'other', 2, 'other', 3, 'other']);
});

for (const [how, fail] of Object.entries({
  throws: () => {
    throw broken;
  },
  rejects: () => Promise.reject(broken),
  'fails a Deferred': () => Deferred.fail(broken),
})) {
  test(`the first error, when fn ${how}, fails the work with its index, and no other job starts`, async () => {
    const begun = [];
    const { cooperator, pumpAsync } = setup({ turns: 1 });
    const done = outcome(
      cooperator
        .cooperate(
          parallel([0, 1, 2, 3, 4, 5], 2, (x) => {
            begun.push(x);
            return x === 2 ? fail() : x;
          }),
        )
        .whenDone(),
    );
    await pumpAsync(10);
    expect([done[0].error === broken, failedAt(broken), begun]).toStrictEqual([true, 2, [0, 1, 2]]);
  });
}

test('an error stops the other jobs: tasks, Deferreds, and anything else by the signal', async () => {
  const log = [];
  let end;
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const kinds = [
    () =>
      cooperator.cooperate(function* () {
        try {
          for (;;) yield;
        } finally {
          log.push('task');
        }
      }),
    () => new Deferred(() => log.push('Deferred')),
    (index, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          log.push(signal.reason === broken);
          reject(new Error('late'));
        });
      }),
    () =>
      new Promise((resolve, reject) => {
        end = reject;
      }),
  ];
  const task = cooperator.cooperate(parallel(kinds, 4, (kind, index, context) => kind(index, context)));
  const done = outcome(task.whenDone());
  await pumpAsync(10);
  expect(log).toStrictEqual([]);
  end(broken);
  await flushMicrotasks();
  await pumpAsync(2);
  await flushEventLoop();
  expect([done, log]).toStrictEqual([[{ error: broken }], [true, 'task', 'Deferred']]);
  expect([failedAt(broken), cooperator.tasks]).toStrictEqual([3, []]);
});

test('stopping the work stops the running jobs and closes the items', async () => {
  const log = [];
  function* items() {
    try {
      for (;;) yield 1;
    } finally {
      log.push('closed');
    }
  }
  const manual = manualJobs();
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const task = cooperator.cooperate(
    parallel(items(), 2, (x, index, context) =>
      index === 0
        ? cooperator.cooperate(function* () {
            try {
              for (;;) yield;
            } finally {
              log.push('stopped');
            }
          })
        : manual.fn(x, index, context),
    ),
  );
  await pumpAsync(10);
  expect(manual.signals[1].aborted).toBe(false);
  task.stop();
  await flushEventLoop();
  expect([log, manual.signals[1].aborted, manual.signals[1].reason.name]).toStrictEqual([
    ['stopped', 'closed'],
    true,
    'TaskStopped',
  ]);
});

test("the reason of the jobs' signal is that of the task, or an AbortError without the task's context", async () => {
  const within = {
    'as a task': (work) => work,
    'with the context': (work) =>
      function* (context) {
        return yield* work(context);
      },
    'without it': (work) =>
      function* () {
        return yield* work;
      },
  };
  const reasons = [];
  for (const wrap of Object.values(within)) {
    const controller = new AbortController();
    const manual = manualJobs();
    await startWork(wrap(parallel([1], 2, manual.fn)), { signal: controller.signal });
    controller.abort(broken);
    reasons.push(manual.signals[0].reason);
  }
  expect([reasons[0], reasons[1], reasons[2].name]).toStrictEqual([broken, broken, 'AbortError']);
});

test('stopping the work waits for the jobs, also if closing the items fails', async () => {
  const { cooperator, pumpEventLoop, log, takeReports } = setup();
  const items = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return() {
        throw broken;
      },
    }),
  };
  const work = (context) =>
    parallel(items, 1, () =>
      cooperator.cooperate(function* () {
        try {
          yield new Promise(() => {});
        } finally {
          yield flushEventLoop();
          log.push('job');
        }
      }),
    )(context);
  const works = [
    work,
    async function* (context) {
      yield* work(context);
    },
  ];
  for (const each of works) {
    const task = cooperator.cooperate(each);
    task.whenDone().addErrback(() => log.push('end'));
    await pumpEventLoop(6);
    task.stop();
    await pumpEventLoop(6);
    expect(log.splice(0)).toStrictEqual(['job', 'end']);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  }
});

test('the signal of the context is not read unless the task is stopped', async () => {
  const { done } = await startWork(function* () {
    const context = {
      progress() {},
      get signal() {
        throw broken;
      },
    };
    yield* parallel([1, 2], 2, async () => {})(context);
    const jobs = [Promise.reject(new Error('first')), new Promise(() => {})];
    return yield* parallel(jobs, 2, (job) => job)(context);
  });
  expect(done[0].error.message).toBe('first');
});

test('work that is done aborts no signal', async () => {
  const signals = [];
  const { done } = await startWork(
    parallel([1, 2], 2, async (x, index, { signal }) => {
      signals.push(signal);
    }),
  );
  expect([done.length, signals.map(({ aborted }) => aborted)]).toStrictEqual([1, [false, false]]);
});

test('a job that is a task fails the work when it is stopped', async () => {
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const inner = [];
  const task = cooperator.cooperate(
    parallel([1, 2], 2, () => {
      inner.push(
        cooperator.cooperate(function* () {
          for (;;) yield;
        }),
      );
      return inner.at(-1);
    }),
  );
  const done = outcome(task.whenDone());
  await pumpAsync(5);
  inner[1].stop();
  await flushMicrotasks();
  await pumpAsync(5);
  expect([done[0].error.name, inner.map(({ state }) => state)]).toStrictEqual(['TaskStopped', ['stopped', 'stopped']]);
});

test('work and iterators that fn returns are errors of fn; arrays, strings and functions are values', async () => {
  const kinds = [
    () => map([1], (x) => x),
    () =>
      (function* () {
        yield;
      })(),
    () =>
      (async function* () {
        yield;
      })(),
    () => [1].values(),
    () => [1],
    () => 'text',
    () => manualJobs,
  ];
  const { done } = await startWork(parallel(kinds, 2, (kind) => kind(), { settle: true }));
  const [ofWork, ...others] = done[0].value;
  expect(ofWork.reason).toBeInstanceOf(TypeError);
  expect(ofWork.reason.message).toBe(
    'parallel: fn must not return map work, which nothing would run; pass it to cooperate() and return the task',
  );
  for (const { reason } of others.slice(0, 3)) expect(reason.message).toContain('fn must not return an iterator');
  expect(others.slice(3).map(({ value }) => value)).toStrictEqual([[1], 'text', manualJobs]);
  const failed = await startWork(parallel(kinds, 2, (kind) => kind()));
  expect([failed.done[0].error.message, failedAt(failed.done[0].error)]).toStrictEqual([ofWork.reason.message, 0]);
});

test('with settle the results are those of Promise.allSettled', async () => {
  const { done } = await startWork(
    parallel(
      [0, 1, 2, 3],
      2,
      (x) => {
        if (x === 1) throw broken;
        return x === 2 ? Promise.reject('text') : x;
      },
      { settle: true },
    ),
  );
  expect(done).toStrictEqual([
    {
      value: [
        { status: 'fulfilled', value: 0 },
        { status: 'rejected', reason: broken },
        { status: 'rejected', reason: 'text' },
        { status: 'fulfilled', value: 3 },
      ],
    },
  ]);
});

test('items that are promises are awaited, within the limit', async () => {
  const log = [];
  const items = [1, 2, 3].map((n) => ({
    then(resolve) {
      log.push(`awaits ${n}`);
      resolve(n);
    },
  }));
  const manual = manualJobs();
  const { pumpAsync, done } = await startWork(parallel([...items, 4], 2, manual.fn));
  expect([log, manual.jobs.map(({ item }) => item)]).toStrictEqual([
    ['awaits 1', 'awaits 2'],
    [1, 2],
  ]);
  for (const index of [0, 1, 2, 3]) {
    manual.jobs[index].resolve(index);
    await pumpAsync(5);
  }
  expect(manual.jobs[3].item).toBe(4);
  expect(done).toStrictEqual([{ value: [0, 1, 2, 3] }]);
});

test('an item that is a promise and is rejected fails the work at its index, and fn is not called', async () => {
  for (const settle of [false, true]) {
    const error = new Error('broken');
    const called = [];
    const work = parallel(
      [0, Promise.reject(error), 2],
      1,
      (item, index) => {
        called.push(index);
      },
      { settle },
    );
    const { done } = await startWork(work);
    const settled = [{ status: 'fulfilled' }, { status: 'rejected', reason: error }, { status: 'fulfilled' }];
    if (settle) expect(done[0].value).toMatchObject(settled);
    else expect(done).toStrictEqual([{ error }]);
    expect(called).toStrictEqual(settle ? [0, 2] : [0]);
    expect(failedAt(error)).toBe(1);
  }
  const getter = {
    get then() {
      throw broken;
    },
  };
  expect((await startWork(parallel([getter], 1, () => 1))).done).toStrictEqual([{ error: broken }]);
});

test('an item that is awaited when the work is stopped reaches no function', async () => {
  let resolve;
  const { task, pumpAsync } = await startWork(
    parallel([new Promise((resolved) => (resolve = resolved))], 1, () => {
      throw new Error('called');
    }),
  );
  task.stop();
  resolve(1);
  await pumpAsync();
  expect(task.state).toBe('stopped');
});

test('failuresOf returns the failures of settled results as one AggregateError', async () => {
  const errors = [new Error('first'), new Error('second')];
  const work = parallel([0, 1, 2, 3], 2, (n) => (n % 2 ? Promise.reject(errors[(n - 1) / 2]) : n), { settle: true });
  const { done } = await startWork(work);
  const failures = failuresOf(done[0].value);
  expect(failures).toBeInstanceOf(AggregateError);
  expect([failures.message, failures.errors]).toStrictEqual(['2 of 4 items failed', errors]);
  expect(failures.errors.map(failedAt)).toStrictEqual([1, 3]);
  expect(failuresOf(await Promise.allSettled([1, 2]))).toBe(undefined);
  expect(() => failuresOf({})).toThrow(/^failuresOf: results must be an array of settled results, not an object/);
});

test('with settle an error of the iterator of the items fails the work and stops the running jobs', async () => {
  const manual = manualJobs();
  function* items() {
    yield 1;
    throw broken;
  }
  const { done } = await startWork(parallel(items(), 5, manual.fn, { settle: true }));
  expect([done, failedAt(broken), manual.signals[0].aborted]).toStrictEqual([[{ error: broken }], 1, true]);
});

test('an error while the next item is awaited fails the work at once and closes the items', async () => {
  const log = [];
  let n = 0;
  const items = {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (n++ === 0 ? Promise.resolve({ done: false, value: 1 }) : new Promise(() => {})),
    async return() {
      log.push('closed');
      return { done: true };
    },
  };
  const manual = manualJobs();
  const { pumpAsync, done, task } = await startWork(parallel(items, 2, manual.fn));
  expect(task.state).toBe('waiting');
  manual.jobs[0].reject(broken);
  await flushMicrotasks();
  await pumpAsync(3);
  expect([done, failedAt(broken), log]).toStrictEqual([[{ error: broken }], 0, ['closed']]);
});

test('an error during the call of next fails the work', async () => {
  for (const length of [1, 2]) {
    const begun = [];
    let fail;
    function* items() {
      yield {
        job: {
          then(_, onError) {
            fail = onError;
          },
        },
      }; // It fails synchronously; a Promise or Deferred would need a microtask.
      fail(broken);
      if (length === 2) yield 1;
    }
    const { done } = await startWork(
      parallel(items(), 5, (item, index) => {
        begun.push(index);
        return item.job;
      }),
    );
    expect([done, failedAt(broken), begun]).toStrictEqual([[{ error: broken }], 0, [0]]);
  }
});

test('an async iterable that fails is not closed, and the index is that of the missing item', async () => {
  const log = [];
  let n = 0;
  const items = {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      if (n++ === 1) throw broken;
      return { done: false, value: 1 };
    },
    return() {
      log.push('closed');
    },
  };
  const { done } = await startWork(parallel(items, 2, async () => {}));
  expect([done, failedAt(broken), log]).toStrictEqual([[{ error: broken }], 1, []]);
});

test('progress counts the finished jobs', async () => {
  const delivered = [];
  const manual = manualJobs();
  const { pumpAsync } = await startWork(parallel([1, 2, 3], 3, manual.fn), {
    onProgress: (progress) => delivered.push(progress),
  });
  for (const index of [2, 0, 1]) {
    manual.jobs[index].resolve();
    await flushMicrotasks();
    await pumpAsync(2);
  }
  expect(delivered).toStrictEqual([
    { done: 1, total: 3 },
    { done: 2, total: 3 },
    { done: 3, total: 3 },
  ]);
});

test('one Promise that fn returns for several items is a job for each', async () => {
  let end;
  const shared = new Promise((resolve) => {
    end = resolve;
  });
  let calls = 0;
  const { pumpAsync, done } = await startWork(
    parallel([1, 2, 3, 4], 2, () => {
      calls++;
      return shared;
    }),
  );
  expect(calls).toBe(2);
  end('both');
  await flushMicrotasks();
  await pumpAsync(10);
  expect(done).toStrictEqual([{ value: ['both', 'both', 'both', 'both'] }]);
});

test('without items the result is an empty array', async () => {
  for (const options of [undefined, { settle: true }]) {
    expect((await startWork(parallel([], 3, () => 1, options))).done).toStrictEqual([{ value: [] }]);
  }
});

test('of two errors at the same time the first fails the work', async () => {
  const errors = [new Error('first'), new Error('second')];
  const { done } = await startWork(parallel([0, 1], 2, (x) => Promise.reject(errors[x])));
  expect(done).toStrictEqual([{ error: errors[0] }]);
  expect(failedAt(errors[1])).toBe(undefined);
});

test('stopping the work stops paused and waiting tasks but leaves finished ones alone', async () => {
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const tasks = [
    cooperator.cooperate(function* () {
      for (;;) yield;
    }),
    cooperator.cooperate(function* () {
      yield new Promise(() => {});
    }),
    cooperator.cooperate([]),
  ];
  tasks[0].pause();
  const work = cooperator.cooperate(
    parallel([0, 1, 2], 3, (index) =>
      index === 2
        ? {
            whenDone: () => new Promise(() => {}),
            state: 'done',
            stop() {
              throw broken;
            },
          }
        : tasks[index],
    ),
  );
  await pumpAsync(10);
  work.stop();
  await flushEventLoop();
  expect(tasks.map(({ state }) => state)).toStrictEqual(['stopped', 'stopped', 'done']);
});

test('parallel throws an error that names the invalid argument', () => {
  const fn = async () => {};
  for (const bad of [undefined, null, 5, {}, true]) {
    expect(thrownBy(() => parallel(bad, 2, fn)).message).toMatch(/^parallel: iterable must be an iterable/);
  }
  expect(thrownBy(() => parallel(map([1], fn), 2, fn)).message).toContain('yield* work');
  for (const bad of [undefined, null, '2', fn, 2n]) {
    const error = thrownBy(() => parallel([1], bad, fn));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^parallel: limit must be a number, not/);
  }
  for (const bad of [0, -1, 1.5, NaN, -Infinity]) {
    const error = thrownBy(() => parallel([1], bad, fn));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`parallel: limit must be an integer from 1, or Infinity, not ${bad}`);
  }
  for (const bad of [undefined, null, 5, {}]) {
    expect(thrownBy(() => parallel([1], 2, bad)).message).toMatch(/^parallel: fn must be a function, not/);
  }
  for (const bad of [null, 5, true]) {
    expect(thrownBy(() => parallel([1], 2, fn, bad)).message).toMatch(/^parallel: options must be an object, not/);
  }
  for (const bad of ['yes', 1, null]) {
    expect(thrownBy(() => parallel([1], 2, fn, { settle: bad })).message).toMatch(/options.settle must be a boolean/);
  }
});

test('a job may return null, or an object whose only method is whenDone', async () => {
  const later = { state: 'waiting', stop() {}, whenDone: () => Promise.resolve('later') };
  const { done } = await startWork(parallel([null, later], 2, (result) => result));
  expect(done).toStrictEqual([{ value: [null, 'later'] }]);
});

describe('errors that have no caller', () => {
  test('J3: an error of a job whose stop or cancel throws is reported with the task, which ends as it would', async () => {
    const stubborn = {
      then() {},
      cancel() {
        throw broken;
      },
    };
    const stopped = await startWork(parallel([1, 2], 2, () => stubborn));
    stopped.task.stop();
    await stopped.pumpAsync(2);
    expect(stopped.done).toStrictEqual([{ error: expect.any(Error) }]);
    const { task } = stopped;
    expect(stopped.takeReports()).toStrictEqual([
      { error: broken, task },
      { error: broken, task },
    ]);
    const other = new Error('other');
    const failed = await startWork(
      parallel([1, 2], 2, (x) => {
        if (x === 2) throw other;
        return stubborn;
      }),
    );
    expect(failed.done).toStrictEqual([{ error: other }]);
    expect(failed.takeReports()).toStrictEqual([{ error: broken, task: failed.task }]);
  });

  test('J3: a work that catches the failure of parallel continues, and the error of the job is reported', async () => {
    const { takeReports, task, done } = await startWork(function* () {
      try {
        yield* parallel([1, 2], 2, (x) => {
          if (x === 2) throw new Error('other');
          return {
            then() {},
            cancel() {
              throw broken;
            },
          };
        });
      } catch (error) {
        return error.message;
      }
    });
    expect(done).toStrictEqual([{ value: 'other' }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('J4: so is its AbortError, since the task was not stopped', async () => {
    const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
    for (const wait of [undefined, new Promise(() => {})]) {
      const { takeReports, task, pumpAsync } = await startWork(function* () {
        try {
          yield* parallel([1, 2], 2, (x) => {
            if (x === 2) throw broken;
            return {
              then() {},
              cancel() {
                throw aborted;
              },
            };
          });
        } catch {
          yield wait;
        }
      });
      await pumpAsync(2);
      expect(task.state).toBe(wait === undefined ? 'done' : 'waiting');
      expect(takeReports()).toStrictEqual([{ error: aborted, task }]);
    }
  });

  /** An async iterable whose `next` the test settles, also after `return`. */
  const manualSource = () => {
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((_, reject) => {
            source.fail = reject;
          }),
        return: () =>
          new Promise((resolve) => {
            source.close = () => resolve({ done: true });
          }),
      }),
    };
    return source;
  };

  test('J4: a late error of the source is reported, whether its return has settled before or not', async () => {
    const source = manualSource();
    const { task, done, pumpAsync, takeReports } = await startWork(parallel(source, 2, () => {}));
    task.stop();
    source.fail(broken);
    source.close();
    await pumpAsync(3);
    expect(done).toStrictEqual([{ error: expect.any(Error) }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('J4: an error that arrives just before the stop is reported, and an AbortError of the source is not', async () => {
    const source = manualSource();
    const { task, pumpAsync, takeReports } = await startWork(parallel(source, 2, () => {}));
    source.fail(broken);
    await flushMicrotasks();
    task.stop();
    source.close?.();
    await pumpAsync(3);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    const aborting = manualSource();
    const aborted = await startWork(parallel(aborting, 2, () => {}));
    aborted.task.stop();
    aborting.fail(Object.assign(new Error('aborted'), { name: 'AbortError' }));
    aborting.close();
    await aborted.pumpAsync(3);
    expect([aborted.task.state, aborted.takeReports()]).toStrictEqual(['stopped', []]);
  });
});

describe('the end of the work', () => {
  for (const settle of [false, true]) {
    const name = settle ? 'with settle' : 'without settle';

    test(`D7, J4: late errors of stopped jobs are reported unless they only tell of the stop, ${name}`, async () => {
      const manual = manualJobs();
      const { task, pumpAsync, takeReports } = await startWork(parallel(Array(8).keys(), 8, manual.fn, { settle }));
      task.stop();
      const { reason } = manual.signals[0];
      const own = new Error('its own cause');
      own.cause = own;
      const errors = [
        reason,
        new Error('wrapped', { cause: reason }),
        broken,
        'text',
        Object.assign(new Error('aborted'), { name: 'AbortError' }),
        own,
        undefined,
      ];
      errors.forEach((error, index) => manual.jobs[index].reject(error));
      manual.jobs[7].resolve('late');
      await flushMicrotasks();
      await pumpAsync(3);
      expect([task.state, takeReports()]).toStrictEqual([
        'stopped',
        [broken, 'text', own, undefined].map((error) => ({ error, task })),
      ]);
    });

    test(`J4: a late error of an item that is a promise is reported, ${name}`, async () => {
      let fail;
      const item = new Promise((_, reject) => {
        fail = reject;
      });
      const { task, takeReports } = await startWork(parallel([item], 2, () => 5, { settle }));
      task.stop();
      fail(broken);
      await flushMicrotasks();
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    });

    test(`fn may stop its own work: its job is stopped, and a late error of it is reported, ${name}`, async () => {
      const { cooperator, pumpAsync, takeReports } = setup({ turns: 10 });
      const signals = [];
      let fail;
      let arrive;
      const item = new Promise((resolve) => {
        arrive = resolve;
      });
      const task = cooperator.cooperate(
        parallel(
          [item],
          2,
          (_, index, { signal }) => {
            signals.push(signal);
            task.stop();
            return new Promise((resolve, reject) => {
              fail = reject;
            });
          },
          { settle },
        ),
      );
      await pumpAsync(2);
      arrive();
      await flushMicrotasks();
      await pumpAsync();
      expect([task.state, signals[0].aborted]).toStrictEqual(['stopped', true]);
      fail(broken);
      await flushMicrotasks();
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    });
  }

  test('fn that stops its own work and returns a task or a Deferred has it stopped', async () => {
    const { cooperator, pumpAsync } = setup({ turns: 10 });
    const inner = cooperator.cooperate(function* () {
      for (;;) yield;
    });
    const seen = [];
    for (const job of [inner, new Deferred(() => seen.push('cancelled'))]) {
      const task = cooperator.cooperate(
        parallel([Promise.resolve()], 2, () => {
          task.stop();
          return job;
        }),
      );
      await pumpAsync(2);
    }
    expect([inner.state, seen]).toStrictEqual(['stopped', ['cancelled']]);
  });

  test('J3: the clean-up of a task that fn returns after it has stopped its own work is waited for', async () => {
    const item = Promise.resolve();
    for (const items of [[item], [1], [1, item]]) {
      const { cooperator, pumpEventLoop, log } = setup({ turns: 10 });
      const job = cooperator.cooperate(function* () {
        try {
          for (;;) yield;
        } finally {
          yield;
          yield flushEventLoop();
          log.push('clean');
        }
      });
      const task = cooperator.cooperate(
        parallel(items, 2, (n) => {
          if (items.length === 2 && n === 1) return new Promise(() => {});
          task.stop();
          return job;
        }),
      );
      task.whenDone().addErrback(() => log.push('end'));
      await pumpEventLoop(8);
      expect(log).toStrictEqual(['clean', 'end']);
      expect(task.state).toBe('stopped');
    }
  });

  test('D7: what fn returns after it has stopped its own work may fail to be cancelled, and fail later', async () => {
    for (const item of [1, Promise.resolve(1)]) {
      const { cooperator, pumpEventLoop, takeReports } = setup();
      let fail;
      const job = {
        then(_, onError) {
          fail = onError;
        },
        cancel() {
          throw broken;
        },
      };
      const task = cooperator.cooperate(
        parallel([item], 2, () => {
          task.stop();
          return job;
        }),
      );
      const done = outcome(task.whenDone());
      await pumpEventLoop(4);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
      const late = new Error('late');
      fail(late);
      await flushEventLoop();
      expect(takeReports()).toStrictEqual([broken, late].map((error) => ({ error, task })));
    }
  });

  test('J4: the error of a job that comes just before the stop is reported, and later ones too', async () => {
    const manual = manualJobs();
    const { task, takeReports } = await startWork(parallel([0, 1], 2, manual.fn));
    manual.jobs[0].reject(broken);
    await flushMicrotasks();
    task.stop();
    const late = new Error('late');
    manual.jobs[1].reject(late);
    await flushMicrotasks();
    expect([task.state, takeReports()]).toStrictEqual(['stopped', [broken, late].map((error) => ({ error, task }))]);
  });

  for (const own of [false, true]) {
    const where = own ? 'in the same cooperator' : 'in another one';

    test(`J4: that jobs end with their cooperator, ${where}, is not reported`, async () => {
      const { cooperator, pumpAsync } = setup({ turns: 10 });
      const { cooperator: other } = own ? { cooperator } : setup({ turns: 10 });
      const jobs = [1, 2].map(() =>
        other.cooperate(function* () {
          for (;;) yield;
        }),
      );
      const task = cooperator.cooperate(parallel(jobs, 2, (job) => job));
      const inner = cooperator.cooperate(
        parallel([1, 2], 2, () =>
          other.cooperate(function* () {
            for (;;) yield;
          }),
        ),
      );
      const done = [task, inner].map((each) => outcome(each.whenDone()));
      await pumpAsync(5);
      other.stop();
      cooperator.stop();
      await flushEventLoop();
      expect(done.map(([{ error }]) => error.name)).toStrictEqual(['SchedulerStopped', 'SchedulerStopped']);
    });
  }

  const end = (log) => log.push('end of the clean-up') && Promise.resolve().then(() => log.push('locks are released'));
  const cleanUps = {
    'a generator with turns in finally': (log) =>
      function* () {
        try {
          for (;;) yield;
        } finally {
          yield;
          yield;
          yield end(log);
        }
      },
    'an async function': (log) => async (context) => {
      try {
        for (;;) await context.yield();
      } finally {
        await null;
        await end(log);
      }
    },
    'an async generator': (log) =>
      async function* () {
        try {
          for (;;) yield;
        } finally {
          await null;
          await end(log);
        }
      },
  };
  const released = ['end of the clean-up', 'locks are released'];

  for (const [kind, work] of Object.entries(cleanUps)) {
    for (const settle of [false, true]) {
      test(`J3: the stopped task ends after the clean-up of a job, ${kind}, settle: ${settle}`, async () => {
        const { cooperator, log, pumpEventLoop } = setup({ turns: 3 });
        let job;
        const task = cooperator.cooperate(parallel([1], 2, () => (job = cooperator.cooperate(work(log))), { settle }));
        await pumpEventLoop(3);
        task.whenDone().addErrback(({ name }) => log.push(job.state, name));
        task.stop();
        expect([task.state, job.state, log]).toStrictEqual(['stopping', 'stopping', []]);
        await pumpEventLoop(10);
        expect(log).toStrictEqual([...released, 'stopped', 'TaskStopped']);
      });
    }

    test(`J3: work that fails does so after the clean-up of a job, ${kind}`, async () => {
      const { cooperator, log, pumpEventLoop } = setup({ turns: 3 });
      let job;
      let fail;
      const task = cooperator.cooperate(
        parallel([0, 1], 2, (n) =>
          n === 0
            ? (job = cooperator.cooperate(work(log)))
            : new Promise((resolve, reject) => {
                fail = reject;
              }),
        ),
      );
      await pumpEventLoop(3);
      task.whenDone().addErrback(({ message }) => log.push(job.state, message));
      fail(broken);
      await pumpEventLoop(10);
      expect(log).toStrictEqual([...released, 'stopped', 'broken']);
    });
  }

  test('J3, D7: work that is stopped while it fails waits as well, and its error is reported', async () => {
    const { cooperator, log, pumpAsync, takeReports } = setup({ turns: 1 });
    let release;
    const job = cooperator.cooperate(function* () {
      try {
        for (;;) yield;
      } finally {
        yield new Promise((resolve) => {
          release = resolve;
        });
      }
    });
    const task = cooperator.cooperate(parallel([0, 1], 2, (n) => (n === 0 ? job : Promise.reject(broken))));
    task.whenDone().addErrback(({ name }) => log.push(name));
    for (let n = 0; n < 10 && job.state !== 'stopping'; n++) await pumpAsync();
    await pumpAsync(2);
    expect([task.state, job.state]).toStrictEqual(['waiting', 'stopping']);
    task.stop();
    await pumpAsync(2);
    expect([task.state, log, takeReports()]).toStrictEqual(['stopping', [], [{ error: broken, task }]]);
    release();
    await pumpAsync(4);
    expect([task.state, job.state, log]).toStrictEqual(['stopped', 'stopped', ['TaskStopped']]);
  });
});

test('a failure is told although the step of an async generator is pending', async () => {
  async function* silent() {
    yield 1;
    await new Promise(() => {});
  }
  const { pumpEventLoop, done } = await startWork(parallel(silent(), 2, () => Promise.reject(broken)));
  await pumpEventLoop(4);
  expect(done).toStrictEqual([{ error: broken }]);
});
