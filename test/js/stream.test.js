// stream of cooperator/work: results as they come, with backpressure; what ends the iteration.
import { Deferred } from 'cooperator';
import { failedAt, map, stream } from 'cooperator/work';
import { countListeners } from './support/count-listeners.js';
import { reportedBy } from './support/host-reports.js';
import { flushMicrotasks, setup, thrownBy } from './support/setup.js';

const broken = new Error('broken');
const reason = new Error('aborted by the test');

/** Jobs that the test settles, with `jobs[index].resolve(...)`. */
function manualJobs() {
  const manual = { jobs: [], signals: [] };
  manual.fn = (item, index, context) => {
    manual.context = context;
    manual.signals[index] = context.signal;
    return new Promise((resolve, reject) => {
      manual.jobs[index] = { item, resolve, reject };
    });
  };
  return manual;
}

/** Items 0, 1, 2, …; logs what is taken, and the closing. */
function* numbers(log, count = Infinity) {
  try {
    for (let n = 0; n < count; n++) {
      log.push(n);
      yield n;
    }
  } finally {
    log.push('closed');
  }
}

async function* asyncNumbers(log, count) {
  yield* numbers(log, count);
}

const iteratorOf = (iterable) => iterable[Symbol.asyncIterator]();

/** What a promise has settled to, once the pending reactions have run. */
function settled(promise) {
  const seen = [];
  promise.then(
    (value) => seen.push(value),
    (error) => seen.push({ error }),
  );
  return seen;
}

async function collect(iterable) {
  const all = [];
  for await (const value of iterable) all.push(value);
  return all;
}

const value = (result) => ({ done: false, value: result });
const done = { done: true, value: undefined };

test('results come in the order in which the jobs finish', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream(['a', 'b', 'c'], 3, manual.fn));
  const seen = [1, 2, 3, 4].map(() => settled(iterator.next()));
  manual.jobs[2].resolve('C');
  await flushMicrotasks();
  expect(seen).toStrictEqual([[value('C')], [], [], []]);
  manual.jobs[0].resolve('A');
  manual.jobs[1].resolve('B');
  await flushMicrotasks();
  expect(seen).toStrictEqual([[value('C')], [value('A')], [value('B')], [done]]);
  expect(await iterator.next()).toStrictEqual(done);
});

test('with ordered they come in the order of the items', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream(['a', 'b', 'c'], 3, manual.fn, { ordered: true }));
  const seen = [1, 2, 3].map(() => settled(iterator.next()));
  manual.jobs[2].resolve('C');
  manual.jobs[1].resolve('B');
  await flushMicrotasks();
  expect(seen).toStrictEqual([[], [], []]);
  manual.jobs[0].resolve('A');
  await flushMicrotasks();
  expect(seen).toStrictEqual([[value('A')], [value('B')], [value('C')]]);
});

for (const [kind, items] of Object.entries({ 'an iterator': numbers, 'an async iterator': asyncNumbers })) {
  for (const ordered of [false, true]) {
    const name = `over ${kind}, ${ordered ? 'ordered' : 'as they come'}`;

    test(`${name}: all items are processed, at most limit at a time`, async () => {
      for (const limit of [1, 2, 7, Infinity]) {
        let running = 0;
        let most = 0;
        const fn = async (n) => {
          most = Math.max(most, ++running);
          for (let wait = 0; wait < 200 + ((n * 7) % 5); wait++) await null;
          running--;
          return n * 2;
        };
        const all = await collect(stream(items([], 20), limit, fn, { ordered }));
        const expected = Array.from({ length: 20 }, (_, n) => n * 2);
        expect(ordered ? all : all.toSorted((a, b) => a - b)).toStrictEqual(expected);
        expect(most).toBe(Math.min(limit, 20));
      }
    });

    test(`${name}: a slow consumer slows the source down`, async () => {
      const log = [];
      const iterator = iteratorOf(stream(items(log), 3, async (n) => n, { ordered }));
      expect(log).toStrictEqual([]);
      await iterator.next();
      await flushMicrotasks();
      expect(log).toStrictEqual([0, 1, 2, 3]);
      await flushMicrotasks();
      expect(log).toHaveLength(4);
      await iterator.next();
      await flushMicrotasks();
      expect(log).toHaveLength(5);
      await iterator.return();
      expect(log.at(-1)).toBe('closed');
    });

    test(`${name}: leaving the loop takes nothing more, stops what runs and closes the items`, async () => {
      const log = [];
      const signals = [];
      const fn = (n, index, { signal }) => {
        signals[n] = signal;
        return n < 10 ? n : new Promise(() => {});
      };
      for await (const n of stream(items(log), 4, fn, { ordered })) {
        if (n < 9) continue;
        await flushMicrotasks();
        break;
      }
      expect(signals.filter(({ aborted }) => aborted).length).toBeGreaterThan(0);
      expect(signals.at(-1).reason.name).toBe('AbortError');
      expect(log.at(-1)).toBe('closed');
      expect(log.length).toBeLessThan(16);
    });

    test(`${name}: an error ends the loop, once the items are closed`, async () => {
      const log = [];
      const fn = (n) => (n === 3 ? Promise.reject(broken) : n);
      const seen = [];
      await expect(
        (async () => {
          for await (const n of stream(items(log), 2, fn, { ordered })) seen.push(n);
        })(),
      ).rejects.toBe(broken);
      expect(seen.slice(0, 3)).toStrictEqual([0, 1, 2]);
      expect(failedAt(broken)).toBe(3);
      expect(log.at(-1)).toBe('closed');
    });

    test(`${name}: an error of the source comes after the results before it`, async () => {
      const source =
        items === numbers
          ? function* () {
              yield 0;
              throw broken;
            }
          : async function* () {
              yield 0;
              throw broken;
            };
      const iterator = iteratorOf(stream(source(), 5, async (n) => n, { ordered }));
      const seen = [1, 2, 3].map(() => settled(iterator.next()));
      await flushMicrotasks();
      const both = seen.slice(0, 2).flat();
      expect(ordered ? both : both.toSorted((a) => (a === both.find(({ error }) => error) ? 1 : -1))).toStrictEqual(
        ordered || 'value' in both[0] ? [value(0), { error: broken }] : [done, { error: broken }],
      );
      expect(seen[2]).toStrictEqual([done]);
    });
  }
}

test('after the first error later ones are dropped, and the others are stopped', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream([0, 1, 2], 3, manual.fn));
  const seen = [1, 2].map(() => settled(iterator.next()));
  const reported = await reportedBy(() => {
    manual.jobs[1].reject(broken);
    manual.jobs[0].reject(new Error('second'));
  });
  await flushMicrotasks();
  expect([seen, reported]).toStrictEqual([[[{ error: broken }], [done]], []]);
  expect(manual.signals[2].reason).toBe(broken);
  expect(await iterator.next()).toStrictEqual(done);
});

test('with ordered the results before the failed one still come, and no other job starts', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream([0, 1, 2, 3, 4], 3, manual.fn, { ordered: true }));
  const seen = [1, 2, 3].map(() => settled(iterator.next()));
  manual.jobs[1].reject(broken);
  await flushMicrotasks();
  expect(seen).toStrictEqual([[], [], []]);
  manual.jobs[0].resolve('first');
  await flushMicrotasks();
  expect(seen).toStrictEqual([[value('first')], [{ error: broken }], [done]]);
  expect(manual.jobs).toHaveLength(3);
});

test('with ordered no job starts after one has failed, although nobody has asked for its error yet', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream([0, 1, 2, 3, 4], 3, manual.fn, { ordered: true }));
  const first = settled(iterator.next());
  manual.jobs[1].reject(broken);
  manual.jobs[0].resolve('first');
  await flushMicrotasks();
  expect([first, manual.jobs.length]).toStrictEqual([[value('first')], 3]);
  const second = settled(iterator.next());
  await flushMicrotasks();
  expect([second, manual.jobs.length]).toStrictEqual([[{ error: broken }], 3]);
});

test('fn may return a value, a Promise, a Deferred or a task, and the items may be promises', async () => {
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const kinds = [
    (x) => x,
    async (x) => x,
    (x) => Deferred.succeed(x),
    (x) =>
      cooperator.cooperate(function* () {
        yield;
        return x;
      }),
  ];
  const items = kinds.map((kind, index) => (index % 2 ? Promise.resolve(kind) : Deferred.succeed(kind)));
  const all = collect(stream(items, 2, (kind, index) => kind(index), { ordered: true }));
  await pumpAsync(10);
  expect(await all).toStrictEqual([0, 1, 2, 3]);
});

test('an item that is a promise and is rejected is an error of that item', async () => {
  const items = [0, Promise.reject(broken), 2];
  const iterator = iteratorOf(stream(items, 1, (n) => n, { ordered: true }));
  expect(await iterator.next()).toStrictEqual(value(0));
  await expect(iterator.next()).rejects.toBe(broken);
  expect(failedAt(broken)).toBe(1);
});

test('leaving the loop stops tasks and cancels Deferreds', async () => {
  const { cooperator } = setup();
  const log = [];
  const kinds = [
    () => 'result',
    () =>
      cooperator.cooperate(function* () {
        try {
          for (;;) yield;
        } finally {
          log.push('stopped');
        }
      }),
    () => new Deferred(() => log.push('cancelled')),
  ];
  let task;
  const reported = await reportedBy(() => {
    void (async () => {
      const results = stream(kinds, 3, (kind) => {
        const job = kind();
        if (job.whenDone) task = job;
        return job;
      });
      for await (const result of results) {
        log.push(result);
        break;
      }
    })();
  });
  expect(log).toStrictEqual(['result', 'cancelled']);
  expect(task.state).toBe('stopped');
  expect(reported).toStrictEqual([]);
});

test('after leaving, errors are reported unless they tell that the job was stopped', async () => {
  const manual = manualJobs();
  const iterator = iteratorOf(stream(Array(8).keys(), 8, manual.fn));
  const first = iterator.next();
  manual.jobs[0].resolve('first');
  await first;
  manual.jobs[1].reject(broken);
  await flushMicrotasks();
  const late = new Error('late');
  const reported = await reportedBy(() => {
    void iterator.return();
    const stopped = manual.signals[2].reason;
    manual.jobs[2].reject(stopped);
    manual.jobs[3].reject(new Error('wrapped', { cause: stopped }));
    manual.jobs[4].reject(late);
    manual.jobs[5].reject('text');
    const own = new Error('its own cause');
    own.cause = own;
    manual.jobs[6].reject(own);
    manual.jobs[7].resolve('late');
  });
  expect(reported.map(String)).toStrictEqual(['Error: broken', 'Error: late', 'text', 'Error: its own cause']);
  expect(await iterator.next()).toStrictEqual(done);
  expect(await iterator.return()).toStrictEqual(done);
});

test('J3: leaving, and an error, end the iteration after the clean-ups of jobs that are tasks', async () => {
  const { cooperator, log, pumpAsync } = setup({ turns: 5 });
  const work = function* () {
    try {
      for (;;) yield;
    } finally {
      yield;
      yield Promise.resolve();
      log.push('locks are released');
    }
  };
  const jobs = [() => 'first', () => cooperator.cooperate(work)];
  const left = iteratorOf(stream(jobs, 2, (job) => job()));
  expect(await left.next()).toStrictEqual(value('first'));
  await pumpAsync(2);
  void left.return().then(() => log.push('left'));
  await flushMicrotasks();
  expect(log).toStrictEqual([]);
  await pumpAsync(5);
  expect(log.splice(0)).toStrictEqual(['locks are released', 'left']);

  let fail;
  const failing = new Promise((resolve, reject) => {
    fail = reject;
  });
  const iterator = iteratorOf(stream([() => cooperator.cooperate(work), () => failing], 2, (job) => job()));
  iterator.next().catch((error) => log.push(error));
  await pumpAsync(2);
  fail(broken);
  await flushMicrotasks();
  expect(log).toStrictEqual([]);
  await pumpAsync(5);
  expect(log).toStrictEqual(['locks are released', broken]);
});

test('J3: an aborted iteration, too, ends after the clean-ups, for its next and for leaving it', async () => {
  for (const isWaiting of [true, false]) {
    const { cooperator, log, pumpAsync } = setup({ turns: 5 });
    const controller = new AbortController();
    const jobs = [
      () => 'first',
      () =>
        cooperator.cooperate(function* () {
          try {
            for (;;) yield;
          } finally {
            yield;
            log.push('locks are released');
          }
        }),
    ];
    const iterator = iteratorOf(stream(jobs, 2, (job) => job(), controller));
    expect(await iterator.next()).toStrictEqual(value('first'));
    await pumpAsync(2);
    if (isWaiting) iterator.next().catch((error) => log.push(error));
    controller.abort(reason);
    void iterator.return().then((step) => log.push(step));
    await flushMicrotasks();
    expect(log).toStrictEqual([]);
    await pumpAsync(5);
    expect(log).toStrictEqual(['locks are released', ...(isWaiting ? [reason] : []), done]);
  }
});

test('D7: an error of cancelling is reported if the job before has failed meanwhile', async () => {
  for (const item of [2, Promise.resolve(2)]) {
    let fail;
    const first = {
      then(_, onError) {
        fail = onError;
      },
    };
    const last = {
      then() {},
      cancel() {
        throw broken;
      },
    };
    const failure = new Error('of the first');
    const iterator = iteratorOf(
      stream([1, item], 2, (n) => {
        if (n === 1) return first;
        fail(failure);
        return last;
      }),
    );
    let step;
    const reported = await reportedBy(() => {
      step = settled(iterator.next());
    });
    expect([step, reported]).toStrictEqual([[{ error: failure }], [broken]]);
  }
});

test('fn that leaves its own stream has its job stopped', async () => {
  const signals = [];
  const iterator = iteratorOf(
    stream([0], 2, (_, index, { signal }) => {
      signals.push(signal);
      void iterator.return();
      return new Promise(() => {});
    }),
  );
  expect(await iterator.next()).toStrictEqual(done);
  expect(signals[0].aborted).toBe(true);
});

test('return ends pending calls of next at once, and an async source is closed when its next has settled', async () => {
  let settleStep;
  const log = [];
  const source = {
    next: () =>
      new Promise((resolve) => {
        settleStep = resolve;
      }),
    async return() {
      log.push('closed');
      throw broken;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const iterator = iteratorOf(stream(source, 2, (n) => n));
  const pending = settled(iterator.next());
  const reported = await reportedBy(() => {
    const left = settled(iterator.return());
    return left;
  });
  expect([pending, log, reported]).toStrictEqual([[done], ['closed'], [broken]]);
  settleStep(value(1));
  await flushMicrotasks();
  expect(await iterator.next()).toStrictEqual(done);
});

test('an error of closing the items is thrown where the loop is left', async () => {
  const source = {
    [Symbol.iterator]() {
      return this;
    },
    next: () => value(1),
    return() {
      throw broken;
    },
  };
  await expect(
    (async () => {
      for await (const n of stream(source, 1, (n) => n)) if (n) break;
    })(),
  ).rejects.toBe(broken);
});

describe('a signal', () => {
  test('ends the iteration with its reason, stops what runs and closes the items', async () => {
    const log = [];
    const { signal, listeners, abort } = countListeners();
    const manual = manualJobs();
    const iterator = iteratorOf(stream(numbers(log), 2, manual.fn, { signal }));
    const seen = [1, 2].map(() => settled(iterator.next()));
    expect(listeners()).toBe(1);
    abort(reason);
    await flushMicrotasks();
    expect(seen).toStrictEqual([[{ error: reason }], [done]]);
    expect(manual.signals.map((each) => each.reason)).toStrictEqual([reason, reason]);
    expect(log).toStrictEqual([0, 1, 'closed']);
    expect(listeners()).toBe(0);
    expect(await iterator.next()).toStrictEqual(done);
  });

  test('that is aborted has later errors reported, unless they tell of that', async () => {
    const controller = new AbortController();
    const manual = manualJobs();
    const iterator = iteratorOf(stream([0, 1, 2], 3, manual.fn, controller));
    const seen = settled(iterator.next());
    const reported = await reportedBy(() => {
      controller.abort(reason);
      manual.jobs[0].reject(broken);
      manual.jobs[1].reject(reason);
      manual.jobs[2].reject(new Error('wrapped', { cause: reason }));
    });
    expect([seen, reported]).toStrictEqual([[{ error: reason }], [broken]]);
  });

  test('that is aborted between two calls of next makes the next one fail', async () => {
    const controller = new AbortController();
    const iterator = iteratorOf(stream([1, 2], 2, (n) => n, controller));
    await iterator.next();
    controller.abort(reason);
    await expect(iterator.next()).rejects.toBe(reason);
    expect(await iterator.next()).toStrictEqual(done);
  });

  test('that is aborted takes no item', async () => {
    const log = [];
    const iterator = iteratorOf(stream(numbers(log), 2, (n) => n, { signal: AbortSignal.abort(reason) }));
    await expect(iterator.next()).rejects.toBe(reason);
    expect(await iterator.next()).toStrictEqual(done);
    expect(log).toStrictEqual([]);
  });

  test('J10: has one listener, however many streams use it, and none after their ends', async () => {
    const { signal, listeners, added } = countListeners();
    const iterators = Array.from({ length: 20 }, () => iteratorOf(stream([1], 1, (n) => n, { signal })));
    for (const iterator of iterators) await iterator.next();
    expect([listeners(), added()]).toStrictEqual([1, 1]);
    for (const iterator of iterators.slice(10)) await iterator.return();
    for (const iterator of iterators) expect(await iterator.next()).toStrictEqual(done);
    expect(listeners()).toBe(0);
  });

  test('whose removeEventListener throws ends the iteration, and the error is reported', async () => {
    const { signal } = countListeners();
    signal.removeEventListener = () => {
      throw broken;
    };
    const iterator = iteratorOf(stream([1], 1, (n) => n, { signal }));
    await iterator.next();
    let last;
    const reported = await reportedBy(() => {
      last = settled(iterator.next());
    });
    expect([last, reported]).toStrictEqual([[done], [broken]]);
  });

  test('that cannot be listened to makes next fail', async () => {
    const { signal } = countListeners();
    signal.addEventListener = () => {
      throw broken;
    };
    const log = [];
    const iterator = iteratorOf(stream(numbers(log), 1, (n) => n, { signal }));
    await expect(iterator.next()).rejects.toBe(broken);
    expect(await iterator.next()).toStrictEqual(done);
    expect(log).toStrictEqual([]);
  });
});

test('each iteration begins anew, and items that cannot be iterated make next fail', async () => {
  const results = stream([1, 2], 1, (n) => n * 2);
  expect([await collect(results), await collect(results)]).toStrictEqual([
    [2, 4],
    [2, 4],
  ]);
  const iterator = iteratorOf(
    stream(
      {
        [Symbol.iterator]() {
          throw broken;
        },
      },
      1,
      (n) => n,
    ),
  );
  await expect(iterator.next()).rejects.toBe(broken);
  expect(await iterator.next()).toStrictEqual(done);
  expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
});

test('leaving before the first next takes no item', async () => {
  const log = [];
  const iterator = iteratorOf(stream(numbers(log), 1, (n) => n));
  expect(await iterator.return()).toStrictEqual(done);
  expect(await iterator.next()).toStrictEqual(done);
  expect(log).toStrictEqual([]);
});

test('the source may call next itself', async () => {
  const seen = [];
  const items = {
    *[Symbol.iterator]() {
      seen.push(settled(iterator.next()));
      yield 1;
      yield 2;
    },
  };
  const iterator = iteratorOf(stream(items, 1, (n) => n));
  seen.push(settled(iterator.next()));
  await flushMicrotasks();
  expect(seen.flat()).toStrictEqual([value(2), value(1)]);
});

test('the steps of an async source may be thenables that call back at once', async () => {
  let n = 0;
  const thenable = (step) => ({ then: (resolve) => resolve(step) });
  const source = {
    next: () => thenable(n++ < 5 ? value(n) : done),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  expect(await collect(stream(source, 2, (x) => x))).toStrictEqual([1, 2, 3, 4, 5]);
});

test('a step that is no object is an error', async () => {
  const iterator = iteratorOf(stream({ [Symbol.iterator]: () => ({ next: () => 1 }) }, 1, (n) => n));
  await expect(iterator.next()).rejects.toThrow(
    /^the iterator's next\(\) must return an object \{ done, value \}, not 1$/,
  );
});

test('work that fn returns is refused', async () => {
  const iterator = iteratorOf(stream([1], 1, () => map([1], (n) => n)));
  await expect(iterator.next()).rejects.toThrow(/^stream: fn must not return map work, which nothing would run; /);
});

test('a task may loop over a stream', async () => {
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const task = cooperator.cooperate(
    map(
      stream([1, 2, 3], 2, async (n) => n),
      (n) => n * 2,
    ),
  );
  await pumpAsync(20);
  expect(await task.whenDone()).toStrictEqual([2, 4, 6]);
});

test('arguments are checked', () => {
  const f = (n) => n;
  for (const [args, ErrorClass, message] of [
    [[1, 1, f], TypeError, 'stream: iterable must be an iterable or an async iterable, not 1'],
    [[[], '1', f], TypeError, 'stream: limit must be a number, not "1"'],
    [[[], 0, f], RangeError, 'stream: limit must be an integer from 1, or Infinity, not 0'],
    [[[], 1.5, f], RangeError, 'stream: limit must be an integer from 1, or Infinity, not 1.5'],
    [[[], NaN, f], RangeError, 'stream: limit must be an integer from 1, or Infinity, not NaN'],
    [[[], 1], TypeError, 'stream: fn must be a function, not undefined'],
    [[[], 1, f, { ordered: 1 }], TypeError, 'stream: options.ordered must be a boolean, not 1'],
    ...[{}, { aborted: false }, { addEventListener: f }].map((signal) => [
      [[], 1, f, { signal }],
      TypeError,
      'stream: options.signal must be an AbortSignal, not an object of class Object',
    ]),
    [[[], 1, f, { order: 1 }], TypeError, 'stream: options must not have a member "order"; there are ordered, signal'],
  ]) {
    const error = thrownBy(() => stream(...args));
    expect(error).toBeInstanceOf(ErrorClass);
    expect(error.message).toBe(message);
  }
});

test('a source that aborts the signal itself is closed after its step', async () => {
  const controller = new AbortController();
  const log = [];
  function* source() {
    try {
      yield 1;
      controller.abort(reason);
      log.push('goes on');
      yield 2;
      log.push('not reached');
    } finally {
      log.push('closed');
    }
  }
  const steps = iteratorOf(stream(source(), 2, (n) => n, { signal: controller.signal }));
  const reported = await reportedBy(async () => {
    expect(await steps.next()).toStrictEqual({ done: false, value: 1 });
    await expect(steps.next()).rejects.toBe(reason);
    expect(await steps.next()).toStrictEqual({ done: true, value: undefined });
  });
  expect([log, reported]).toStrictEqual([['goes on', 'closed'], []]);
});

test('an imitation of a signal whose reason throws ends the iteration with that error', async () => {
  let abort;
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => void (abort = listener),
    removeEventListener() {},
    get reason() {
      throw broken;
    },
  };
  const log = [];
  const steps = iteratorOf(stream(numbers(log), 1, () => new Promise(() => {}), { signal }));
  const step = settled(steps.next());
  abort();
  await flushMicrotasks();
  expect([step, log]).toStrictEqual([[{ error: broken }], [0, 'closed']]);
});
