// cooperator/work: parallel, which runs several things at a time.
import { Deferred, cooperate } from 'cooperator';
import { failedAt, map, parallel } from 'cooperator/work';
import { microtasks, outcome, rig, settle, thrownBy } from './support/rig.js';

const broken = new Error('broken');

/** Jobs that the test ends by hand: `jobs[index].resolve(...)`; `most` is how many ran at a time. */
function byHand() {
  const made = { jobs: [], running: 0, most: 0, signals: [] };
  made.fn = (item, index, { signal }) => {
    made.most = Math.max(made.most, ++made.running);
    made.signals[index] = signal;
    const ended = () => {
      made.running--;
    };
    return new Promise((resolve, reject) => {
      made.jobs[index] = { item, resolve, reject };
    }).finally(ended);
  };
  return made;
}

async function start(work, options) {
  const made = rig({ turns: 10 });
  const task = made.cooperator.cooperate(work, options);
  const done = outcome(task.whenDone());
  await made.pumpAsync(10);
  return { ...made, task, done };
}

test('at most limit at a time, the results in the order of the items', async () => {
  for (const limit of [1, 2, 3]) {
    const hand = byHand();
    const { pumpAsync, done } = await start(parallel(['a', 'b', 'c', 'd', 'e'], limit, hand.fn));
    expect(hand.jobs).toHaveLength(limit);
    for (let ended = 0; ended < 5; ended++) {
      const last = hand.jobs.length - 1; // the latest first, so that they end out of order
      const open = hand.jobs.map((job, index) => ({ job, index })).filter(({ job }) => !job.over);
      const { job } = open.at(-1);
      job.over = true;
      job.resolve(job.item.toUpperCase());
      await microtasks();
      await pumpAsync(5);
      expect(hand.jobs.length).toBe(Math.min(5, last + 2));
    }
    expect([done, hand.most]).toStrictEqual([[{ value: ['A', 'B', 'C', 'D', 'E'] }], limit]);
  }
});

test('without a limit all begin', async () => {
  const hand = byHand();
  await start(parallel(Array(20).fill(0), Infinity, hand.fn));
  expect(hand.running).toBe(20);
});

test('what fn returns may be a value, a promise, a Deferred, or a task', async () => {
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
  const { cooperator } = rig({ turns: 10 });
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
  test(`the items may be ${kind}, and the work may stand within other work`, async () => {
    const { done } = await start(function* () {
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

test('items are asked for only when there is room for them', async () => {
  const log = [];
  function* items() {
    for (let n = 0; ; n++) {
      log.push(n);
      yield n;
    }
  }
  const hand = byHand();
  const { pumpAsync, task } = await start(parallel(items(), 2, hand.fn));
  expect(log).toStrictEqual([0, 1]);
  hand.jobs[1].resolve();
  await pumpAsync(5);
  expect(log).toStrictEqual([0, 1, 2]);
  task.stop();
});

test('one call of fn a turn: others have theirs between', async () => {
  const { cooperator, pump, log } = rig({ turns: 2 });
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
  test(`the first error, when fn ${how}, is the work's, with its index; nothing more begins`, async () => {
    const begun = [];
    const { cooperator, pumpAsync } = rig({ turns: 1 });
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

test('an error stops the rest: tasks, Deferreds, and by the signal all else', async () => {
  const log = [];
  let end;
  const { cooperator, pumpAsync } = rig({ turns: 10 });
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
  await microtasks();
  await pumpAsync(2);
  await settle();
  expect([done, log]).toStrictEqual([[{ error: broken }], [true, 'task', 'Deferred']]);
  expect([failedAt(broken), cooperator.tasks]).toStrictEqual([3, []]);
});

test('stopping the work stops what runs, and closes the items', async () => {
  const log = [];
  function* items() {
    try {
      for (;;) yield 1;
    } finally {
      log.push('closed');
    }
  }
  const hand = byHand();
  const { cooperator, pumpAsync } = rig({ turns: 10 });
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
        : hand.fn(x, index, context),
    ),
  );
  await pumpAsync(10);
  expect(hand.signals[1].aborted).toBe(false);
  task.stop();
  await settle();
  expect([log, hand.signals[1].aborted, hand.signals[1].reason.name]).toStrictEqual([
    ['stopped', 'closed'],
    true,
    'TaskStopped',
  ]);
});

test("the jobs' signal tells why the task was stopped, and what is no task, only that it was", async () => {
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
    const hand = byHand();
    await start(wrap(parallel([1], 2, hand.fn)), { signal: controller.signal });
    controller.abort(broken);
    reasons.push(hand.signals[0].reason);
  }
  expect([reasons[0], reasons[1], reasons[2].name]).toStrictEqual([broken, broken, 'AbortError']);
});

test('no signal of the task is made where nothing is stopped', async () => {
  const { done } = await start(function* () {
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

test('work that is done has aborted nothing', async () => {
  const signals = [];
  const { done } = await start(
    parallel([1, 2], 2, async (x, index, { signal }) => {
      signals.push(signal);
    }),
  );
  expect([done.length, signals.map(({ aborted }) => aborted)]).toStrictEqual([1, [false, false]]);
});

test('a task that is stopped by others is an error like any other', async () => {
  const { cooperator, pumpAsync } = rig({ turns: 10 });
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
  await microtasks();
  await pumpAsync(5);
  expect([done[0].error.name, inner.map(({ state }) => state)]).toStrictEqual(['TaskStopped', ['stopped', 'stopped']]);
});

test('work and iterators that fn returns are refused, as errors of fn; lists and functions are values', async () => {
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
    () => start,
  ];
  const { done } = await start(parallel(kinds, 2, (kind) => kind(), { settle: true }));
  const [ofWork, ...others] = done[0].value;
  expect(ofWork.reason).toBeInstanceOf(TypeError);
  expect(ofWork.reason.message).toBe(
    'parallel: fn must not return map work, which nothing would run; pass it to cooperate() and return the task',
  );
  for (const { reason } of others.slice(0, 3)) expect(reason.message).toContain('fn must not return an iterator');
  expect(others.slice(3).map(({ value }) => value)).toStrictEqual([[1], 'text', start]);
  const failed = await start(parallel(kinds, 2, (kind) => kind()));
  expect([failed.done[0].error.message, failedAt(failed.done[0].error)]).toStrictEqual([ofWork.reason.message, 0]);
});

test('settle: all results, as Promise.allSettled gives them', async () => {
  const { done } = await start(
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

test("settle: an error of the items themselves is the work's, and stops what runs", async () => {
  const hand = byHand();
  function* items() {
    yield 1;
    throw broken;
  }
  const { done } = await start(parallel(items(), 5, hand.fn, { settle: true }));
  expect([done, failedAt(broken), hand.signals[0].aborted]).toStrictEqual([[{ error: broken }], 1, true]);
});

test('an error that comes while the next item is awaited is noticed at once, and the items are closed', async () => {
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
  const hand = byHand();
  const { pumpAsync, done, task } = await start(parallel(items, 2, hand.fn));
  expect(task.state).toBe('waiting');
  hand.jobs[0].reject(broken);
  await microtasks();
  await pumpAsync(3);
  expect([done, failedAt(broken), log]).toStrictEqual([[{ error: broken }], 0, ['closed']]);
});

test("an error that comes while the iterator gives its next item, or its end, is the work's", async () => {
  for (const length of [1, 2]) {
    const begun = [];
    let fail;
    function* items() {
      yield {
        then(_, onError) {
          fail = onError;
        },
      }; // fails at once, where a Promise or Deferred takes a microtask
      fail(broken);
      if (length === 2) yield 1;
    }
    const { done } = await start(
      parallel(items(), 5, (item, index) => {
        begun.push(index);
        return item;
      }),
    );
    expect([done, failedAt(broken), begun]).toStrictEqual([[{ error: broken }], 0, [0]]);
  }
});

test('an async iterable that fails: its error, at the index that was to come, and nothing is closed', async () => {
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
  const { done } = await start(parallel(items, 2, async () => {}));
  expect([done, failedAt(broken), log]).toStrictEqual([[{ error: broken }], 1, []]);
});

test('progress counts those that have ended', async () => {
  const told = [];
  const hand = byHand();
  const { pumpAsync } = await start(parallel([1, 2, 3], 3, hand.fn), { onProgress: (progress) => told.push(progress) });
  for (const index of [2, 0, 1]) {
    hand.jobs[index].resolve();
    await microtasks();
    await pumpAsync(2);
  }
  expect(told).toStrictEqual([
    { done: 1, total: 3 },
    { done: 2, total: 3 },
    { done: 3, total: 3 },
  ]);
});

test('the same promise for several items counts for each of them', async () => {
  let end;
  const shared = new Promise((resolve) => {
    end = resolve;
  });
  let calls = 0;
  const { pumpAsync, done } = await start(
    parallel([1, 2, 3, 4], 2, () => {
      calls++;
      return shared;
    }),
  );
  expect(calls).toBe(2);
  end('both');
  await microtasks();
  await pumpAsync(10);
  expect(done).toStrictEqual([{ value: ['both', 'both', 'both', 'both'] }]);
});

test('no items, no results', async () => {
  for (const options of [undefined, { settle: true }]) {
    expect((await start(parallel([], 3, () => 1, options))).done).toStrictEqual([{ value: [] }]);
  }
});

test("of two errors that come together the first is the work's", async () => {
  const errors = [new Error('first'), new Error('second')];
  const { done } = await start(parallel([0, 1], 2, (x) => Promise.reject(errors[x])));
  expect(done).toStrictEqual([{ error: errors[0] }]);
  expect(failedAt(errors[1])).toBe(undefined);
});

test('of tasks those that are paused or wait are stopped too, and those that are over are left alone', async () => {
  const { cooperator, pumpAsync } = rig({ turns: 10 });
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
    parallel(tasks, 3, (task) =>
      task === tasks[2]
        ? {
            whenDone: () => new Promise(() => {}),
            state: 'done',
            stop() {
              throw broken;
            },
          }
        : task,
    ),
  );
  await pumpAsync(10);
  work.stop();
  await settle();
  expect(tasks.map(({ state }) => state)).toStrictEqual(['stopped', 'stopped', 'done']);
});

test('bad input is refused, by name', () => {
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
