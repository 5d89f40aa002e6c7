// cooperator/work: loops over items, as tasks and within other work.
import { Cooperator, Deferred } from 'cooperator';
import { failedAt, filter, forEach, map, range, reduce, sort } from 'cooperator/work';
import { flushMicrotasks, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

const others = new Cooperator({
  scheduler: (slice) => {
    queueMicrotask(slice);
    return { cancel() {} };
  },
});
const broken = new Error('broken');
const numbers = [5, 3, 8, 1, 9, 2, 7];

class Backwards extends Array {
  *[Symbol.iterator]() {
    for (let at = this.length - 1; at >= 0; at--) yield this[at];
  }
}
async function* later(items) {
  for (const item of items) yield item;
}

/** Each gives the same numbers, anew at every call. */
const sources = {
  'an array': () => [...numbers],
  'a typed array': () => Float64Array.from(numbers),
  'a Set': () => new Set(numbers),
  "a Map's keys": () => new Map(numbers.map((key) => [key, 'value'])).keys(),
  'a generator': () =>
    (function* () {
      yield* numbers;
    })(),
  'an iterable': () => ({ [Symbol.iterator]: () => numbers.values() }),
  'an array with an iterator of its own': () => Backwards.from(numbers.toReversed()),
  'an async generator': () => later(numbers),
  'an async iterable of steps that are no promises': () => ({ [Symbol.asyncIterator]: () => numbers.values() }),
};

/** Each with what the array's method makes of the same numbers. */
const loops = {
  forEach: { make: (items, wrap, options) => forEach(items, (x) => wrap(x * 2), options), expected: undefined },
  map: {
    make: (items, wrap, options) => map(items, (x, index) => wrap(x * 10 + index), options),
    expected: numbers.map((x, index) => x * 10 + index),
  },
  filter: {
    make: (items, wrap, options) => filter(items, (x, index) => wrap(x > 2 && index !== 2), options),
    expected: numbers.filter((x, index) => x > 2 && index !== 2),
  },
  reduce: {
    make: (items, wrap, options) => reduce(items, (total, x, index) => wrap(`${total} ${x}@${index}`), 'of', options),
    expected: numbers.reduce((total, x, index) => `${total} ${x}@${index}`, 'of'),
  },
  sort: {
    make: (items, wrap, options) => sort(items, (a, b) => b - a, options),
    expected: numbers.toSorted((a, b) => b - a),
  },
};

const wraps = {
  'at once': (value) => value,
  'by a promise': async (value) => value,
  'by a Deferred': (value) => {
    const deferred = new Deferred();
    queueMicrotask(() => deferred.callback(value));
    return deferred;
  },
  'by a task': (value) =>
    others.cooperate(function* () {
      return value;
    }),
};

/** Gives slices until nothing more happens. */
async function runAll({ pumpAsync }, task) {
  for (let slice = 0; slice < 1000 && ['runnable', 'waiting'].includes(task.state); slice++) await pumpAsync();
}

async function resultOf(work, options) {
  const made = setup({ turns: 10 });
  const task = made.cooperator.cooperate(work, options);
  const done = outcome(task.whenDone());
  await runAll(made, task);
  return done;
}

for (const [loop, { make, expected }] of Object.entries(loops)) {
  for (const [source, items] of Object.entries(sources)) {
    for (const [how, wrap] of Object.entries(wraps)) {
      if (loop === 'sort' && how !== 'at once') continue; // a comparison cannot be waited for
      test(`${loop} over ${source}, whose callback answers ${how}`, async () => {
        for (const options of [undefined, {}, { chunk: 1 }, { chunk: 3 }, { chunk: 100 }]) {
          expect(await resultOf(make(items(), wrap, options))).toStrictEqual([{ value: expected }]);
        }
      });
    }
  }

  test(`${loop} within other work, through yield*`, async () => {
    for (const items of [sources['an array'], sources['a Set'], sources['an async generator']]) {
      expect(
        await resultOf(function* () {
          const first = yield* make(items(), wraps['at once']);
          const second = yield* make(items(), wraps['by a promise'])();
          return [first, loop === 'sort' ? expected : second];
        }),
      ).toStrictEqual([{ value: [expected, expected] }]);
    }
  });

  test(`${loop} within an async generator, through yield*`, async () => {
    expect(
      await resultOf(async function* () {
        return yield* make(later(numbers), loop === 'sort' ? wraps['at once'] : wraps['by a promise']);
      }),
    ).toStrictEqual([{ value: expected }]);
  });

  test(`${loop} of no items`, async () => {
    const empty = { forEach: undefined, map: [], filter: [], reduce: 'of', sort: [] };
    for (const items of [[], new Set(), later([])]) {
      expect(await resultOf(make(items, wraps['at once']))).toStrictEqual([{ value: empty[loop] }]);
    }
  });

  test(`${loop} can be used again, and its task has its name`, async () => {
    const work = make(numbers, wraps['at once']);
    expect(setup().cooperator.cooperate(work).name).toBe(loop);
    for (let use = 0; use < 2; use++) expect(await resultOf(work)).toStrictEqual([{ value: expected }]);
  });

  test(`${loop} does not begin before its first turn`, () => {
    const { cooperator } = setup();
    const source = {
      [Symbol.iterator]() {
        throw broken;
      },
    };
    const task = cooperator.cooperate(make(source, wraps['at once']));
    expect(task.state).toBe('runnable');
  });

  test(`${loop} closes what it iterates when it is stopped, at once or while it waits`, async () => {
    const log = [];
    const { cooperator, pump } = setup();
    function* endless() {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        log.push('closed');
      }
    }
    const work = cooperator.cooperate(make(endless(), wraps['at once'], { chunk: 2 }));
    pump(3);
    work.stop();
    expect([work.state, log]).toStrictEqual(['stopped', ['closed']]);
    const silent = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => new Promise(() => {}),
      return() {
        log.push('closed async');
        return Promise.resolve({ done: true });
      },
    };
    const waiting = cooperator.cooperate(make(silent, wraps['at once']));
    pump(2);
    expect(waiting.state).toBe('waiting');
    waiting.stop();
    expect(log).toStrictEqual(['closed', 'closed async']);
  });

  test(`${loop} does not close what failed to give the next item, and tells at which`, async () => {
    const log = [];
    const step = (iterator) => {
      if (iterator.n === 2) throw broken;
      return { done: false, value: ++iterator.n };
    };
    for (const failing of [
      {
        [Symbol.iterator]() {
          return this;
        },
        next() {
          return step(this);
        },
      },
      {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          return step(this);
        },
      },
    ]) {
      failing.n = 0;
      failing.return = () => {
        log.push('closed');
        return { done: true };
      };
      const [{ error }] = await resultOf(make(failing, wraps['at once']));
      expect([error === broken, failedAt(error), log]).toStrictEqual([true, 2, []]);
    }
  });

  test(`${loop} refuses what is no step`, async () => {
    for (const bad of [5, undefined, null]) {
      let closed = 0;
      const iterator = {
        next: () => bad,
        return() {
          closed++;
          return {};
        },
      };
      const [{ error }] = await resultOf(make({ [Symbol.iterator]: () => iterator }, wraps['at once']));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/next\(\) must return an object/);
      expect(closed).toBe(0);
    }
  });

  test(`${loop}(...) refuses what is no iterable, what is no function, and bad options`, () => {
    const use = { forEach, map, filter, reduce: (items, f, options) => reduce(items, f, 0, options), sort }[loop];
    for (const bad of [undefined, null, 5, {}, true, Symbol('items'), { [Symbol.iterator]: 5 }]) {
      const error = thrownBy(() => use(bad, () => 0));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(new RegExp(`^${loop}: iterable must be an iterable`));
    }
    for (const bad of [null, 5, 'f', {}, []]) {
      const error = thrownBy(() => use(numbers, bad));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(new RegExp(`^${loop}: (f|compare) must be a function, not`));
    }
    for (const bad of [null, 5, 'o']) expect(thrownBy(() => use(numbers, () => 0, bad))).toBeInstanceOf(TypeError);
    for (const bad of ['2', null, {}, 1n]) {
      expect(thrownBy(() => use(numbers, () => 0, { chunk: bad }))).toBeInstanceOf(TypeError);
    }
    for (const bad of [0, -1, 1.5, NaN, Infinity]) {
      const error = thrownBy(() => use(numbers, () => 0, { chunk: bad }));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toContain(`options.chunk must be an integer from 1, not ${bad}`);
    }
  });

  test(`${loop} says what to do with work as its items`, () => {
    const error = thrownBy(() =>
      make(
        map(numbers, (x) => x),
        wraps['at once'],
      ),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('yield* work');
  });
}

const called = Object.entries(loops).filter(([loop]) => loop !== 'sort');

for (const [loop, { make }] of called) {
  for (const [how, fail] of Object.entries({
    throws: () => {
      throw broken;
    },
    rejects: () => Promise.reject(broken),
    'fails a Deferred': () => Deferred.fail(broken),
  })) {
    test(`${loop} whose callback ${how}: the very error, at which item, and the rest is not begun`, async () => {
      for (const [source, items] of Object.entries(sources)) {
        let calls = 0;
        const wrap = () => (++calls === 4 ? fail() : calls);
        const [{ error }] = await resultOf(make(items(), wrap, { chunk: 3 }));
        expect({ source, same: error === broken, at: failedAt(error), calls }).toStrictEqual({
          source,
          same: true,
          at: 3,
          calls: 4,
        });
      }
    });
  }

  test(`${loop} closes what it iterates before it fails, and its own error is the one that is told`, async () => {
    const log = [];
    function* items() {
      try {
        yield* numbers;
      } finally {
        log.push('closed');
        throw new Error('not this one');
      }
    }
    async function* asyncItems() {
      try {
        yield* numbers;
      } finally {
        await flushMicrotasks();
        log.push('closed async');
        throw new Error('nor this one');
      }
    }
    for (const source of [items(), asyncItems()]) {
      const [{ error }] = await resultOf(
        make(source, () => {
          throw broken;
        }),
      );
      expect(error).toBe(broken);
    }
    expect(log).toStrictEqual(['closed', 'closed async']);
  });

  test(`${loop} lets work catch the error and go on`, async () => {
    expect(
      await resultOf(function* () {
        try {
          yield* make(numbers, () => Promise.reject(broken));
        } catch (error) {
          return [error === broken, failedAt(error)];
        }
      }),
    ).toStrictEqual([{ value: [true, 0] }]);
  });

  test(`${loop} calls back for one item a turn, where that is what chunk says, and then lets others in`, () => {
    const { cooperator, pump, log } = setup({ turns: 2 });
    cooperator.cooperate(make([1, 2, 3], () => log.push('loop'), { chunk: 1 }));
    cooperator.cooperate(function* () {
      for (;;) {
        log.push('other');
        yield;
      }
    });
    pump(3);
    expect(log).toStrictEqual(['loop', 'other', 'loop', 'other', 'loop', 'other']);
  });

  test(`${loop} has as many turns as chunk says`, async () => {
    for (const [chunk, turns] of [
      [1, 7],
      [2, 4],
      [3, 3],
      [7, 1],
      [100, 1],
    ]) {
      const made = setup({ turns: Infinity });
      const task = made.cooperator.cooperate(make(numbers, wraps['at once'], { chunk }));
      made.pump();
      expect({ chunk, turns: task.stats().turns }).toStrictEqual({ chunk, turns });
    }
  });

  test(`${loop} waits for one answer before it calls for the next`, async () => {
    const { cooperator, pumpAsync, log } = setup({ turns: 10 });
    const answers = [];
    cooperator.cooperate(
      make([1, 2], () => {
        log.push('called');
        return new Promise((resolve) => {
          answers.push(resolve);
        });
      }),
    );
    await pumpAsync(3);
    expect(log).toStrictEqual(['called']);
    answers[0](true);
    await flushMicrotasks();
    await pumpAsync(3);
    expect(log).toStrictEqual(['called', 'called']);
  });

  test(`${loop} while it is paused calls nothing, even if an async item arrives`, async () => {
    const { cooperator, pumpAsync, log } = setup();
    let give;
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            give = resolve;
          }),
      }),
    };
    const task = cooperator.cooperate(make(items, () => log.push('called')));
    await pumpAsync(2);
    task.pause();
    give({ done: false, value: 1 });
    await flushMicrotasks();
    await pumpAsync(3);
    expect(log).toStrictEqual([]);
    task.resume();
    await pumpAsync();
    expect(log).toStrictEqual(['called']);
  });

  test(`${loop} sees an array as it is when its items have their turn`, async () => {
    for (const options of [undefined, { chunk: 100 }]) {
      const seen = [];
      const items = [1, 2, 3, 4];
      await resultOf(
        make(
          items,
          () => {
            seen.push(items.length);
            if (items.length > 3) items.length = 2;
            return true;
          },
          options,
        ),
      );
      expect(seen).toStrictEqual([4, 2]);
    }
    const growing = new Set([1]);
    let calls = 0;
    await resultOf(
      make(growing, () => {
        calls++;
        if (growing.size < 5) growing.add(growing.size + 1);
        return true;
      }),
    );
    expect(calls).toBe(5);
  });

  test(`${loop} tells its progress, with the number of items where that is known`, async () => {
    for (const [source, total] of [
      ['an array', 7],
      ['a typed array', 7],
      ['a Set', 7],
      ['a generator', undefined],
    ]) {
      const made = setup();
      const told = [];
      const task = made.cooperator.cooperate(make(sources[source](), wraps['at once'], { chunk: 3 }), {
        onProgress: (progress) => told.push(progress),
      });
      await runAll(made, task);
      const at = (done) => (total === undefined ? { done } : { done, total });
      expect(told).toStrictEqual([at(3), at(6), at(7)]);
    }
  });

  test(`${loop} within other work tells that one's progress, if it is given its context`, async () => {
    const told = [];
    const work = function* (context) {
      yield* make([1, 2], wraps['at once'], { chunk: 1 });
      yield* make([1, 2], wraps['at once'], { chunk: 1 })(context);
    };
    await resultOf(work, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toStrictEqual({ done: 2, total: 2 });
  });
}

for (const [source, items] of Object.entries(sources)) {
  test(`the callbacks are given each item of ${source} with its index`, async () => {
    const seen = [];
    const see = (x, index) => {
      seen.push([x, index]);
    };
    for (const loop of [forEach, map, filter]) await resultOf(loop(items(), see));
    await resultOf(reduce(items(), (_, x, index) => see(x, index), undefined));
    expect(seen).toStrictEqual(
      Array(4)
        .fill(numbers.map((x, index) => [x, index]))
        .flat(),
    );
  });
}

test('undefined among the items of an array is an item, and null a fine answer', async () => {
  const items = [undefined, 1, undefined, undefined, 2, undefined];
  for (const options of [undefined, { chunk: 1 }, { chunk: 4 }]) {
    const seen = [];
    await resultOf(
      forEach(
        items,
        (x) => {
          seen.push(x);
          return null;
        },
        options,
      ),
    );
    expect(seen).toStrictEqual(items);
    const orNull = (x) => x ?? null;
    expect(await resultOf(map(items, orNull, options))).toStrictEqual([{ value: items.map(orNull) }]);
    const none = (x) => x === undefined;
    expect(await resultOf(filter(items, none, options))).toStrictEqual([{ value: items.filter(none) }]);
    expect(await resultOf(reduce(items, (count) => count + 1, 0, options))).toStrictEqual([{ value: 6 }]);
  }
});

test('what is thrown may be null, or a function, of which the index is known as of an error', async () => {
  for (const loop of [forEach, map, filter]) {
    expect(
      await resultOf(
        loop([1], () => {
          throw null;
        }),
      ),
    ).toStrictEqual([{ error: null }]);
  }
  const odd = () => {};
  expect(
    await resultOf(
      map([1, 2], (x) => {
        if (x === 2) throw odd;
      }),
    ),
  ).toStrictEqual([{ error: odd }]);
  expect(failedAt(odd)).toBe(1);
});

test('a typed array with an iterator of its own is gone through by that', async () => {
  class Reversed extends Uint8Array {
    *[Symbol.iterator]() {
      for (let at = this.length - 1; at >= 0; at--) yield this[at];
    }
  }
  expect(await resultOf(map(Reversed.of(1, 2, 3), (x) => x))).toStrictEqual([{ value: [3, 2, 1] }]);
});

test('an answer that is waited for costs one turn, and no further one', async () => {
  for (const items of [[1, 2, 3], new Set([1, 2, 3])]) {
    const made = setup();
    const task = made.cooperator.cooperate(forEach(items, async () => {}));
    await runAll(made, task);
    expect(task.stats().turns).toBe(4);
  }
});

test('the number of items is taken for known only where it is one', async () => {
  const iterable = (members) => ({ ...members, [Symbol.iterator]: () => [1, 2].values() });
  const totals = [];
  for (const items of [
    iterable({ length: 2 }),
    iterable({ size: 2 }),
    iterable({ length: '3', size: 2 }),
    iterable({ length: -1 }),
    iterable({ length: Infinity }),
    iterable({ length: NaN }),
    'ab',
  ]) {
    await resultOf(
      forEach(items, () => {}),
      { onProgress: ({ total }) => totals.push(total) },
    );
    totals.push('|');
  }
  const runs = totals
    .join(' ')
    .split(' |')
    .map((run) => [...new Set(run.trim().split(' '))].join());
  expect(runs).toStrictEqual(['2', '2', '2', '', '', '', '', '']);
});

test('a loop over what has no return is stopped all the same', async () => {
  const { cooperator, pump, takeReports } = setup();
  const items = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) };
  const task = cooperator.cooperate(forEach(items, () => {}, { chunk: 1 }));
  pump(2);
  task.stop();
  await flushEventLoop();
  expect([task.state, takeReports()]).toStrictEqual(['stopped', []]);
});

test('an error thrown by the closing of what a stopped loop iterates is reported', async () => {
  const { cooperator, pump, takeReports } = setup();
  function* items() {
    try {
      for (;;) yield 1;
    } finally {
      throw broken;
    }
  }
  const task = cooperator.cooperate(forEach(items(), () => {}, { chunk: 1 }));
  pump(2);
  task.stop();
  await flushEventLoop();
  expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
});

test('reduce begins with the first item where no initial value is given, and undefined is one', async () => {
  const add = (total, x) => `${total},${x}`;
  for (const items of [() => numbers, () => new Set(numbers), () => later(numbers)]) {
    expect(await resultOf(reduce(items(), add))).toStrictEqual([{ value: numbers.reduce(add) }]);
    expect(await resultOf(reduce(items(), add, undefined))).toStrictEqual([{ value: numbers.reduce(add, undefined) }]);
    expect(await resultOf(reduce(items(), add, undefined, { chunk: 2 }))).toStrictEqual([
      { value: numbers.reduce(add, undefined) },
    ]);
  }
  expect(await resultOf(reduce([5], add))).toStrictEqual([{ value: 5 }]);
  const [{ error }] = await resultOf(reduce([], add));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/no items, and no initial value/);
});

test('failedAt knows nothing of other errors or of what is no object, and of nested loops the outermost', async () => {
  for (const other of [new Error('other'), undefined, null, 5, 'text']) expect(failedAt(other)).toBeUndefined();
  const [{ error }] = await resultOf(
    forEach([1], () => {
      throw 'text';
    }),
  );
  expect([error, failedAt(error)]).toStrictEqual(['text', undefined]);
  const { cooperator, pumpAsync } = setup({ turns: 10 });
  const failing = Object.freeze(new Error('deep'));
  const inner = () =>
    cooperator
      .cooperate(
        forEach([1, 2, 3], (x) => {
          if (x === 3) throw failing;
        }),
      )
      .whenDone();
  const done = outcome(cooperator.cooperate(forEach(['a', 'b'], (x) => (x === 'b' ? inner() : 0))).whenDone());
  await pumpAsync(20);
  expect([done[0].error === failing, failedAt(failing)]).toStrictEqual([true, 1]);
});

// ---- sort ----

/** A generator of pseudo-random numbers below 1, always the same. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Are they the very same items? Quicker by far than to compare what is in them. */
const same = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);

test('sort gives what toSorted gives, for lists of many lengths and orders', async () => {
  const next = random(7);
  const byKey = (a, b) => a.key - b.key;
  for (const length of [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 96, 127, 129, 500, 1023, 2049]) {
    for (const keys of [3, length + 1]) {
      // with few keys many items are equal: they must stay in their order
      const items = Array.from({ length }, (_, index) => ({ key: Math.floor(next() * keys), index }));
      const sorted = items.toSorted(byKey);
      for (const given of [items, sorted, sorted.toReversed()]) {
        const before = [...given];
        for (const options of [undefined, { chunk: 1000 }]) {
          const [{ value }] = await resultOf(sort(given, byKey, options));
          expect([length, keys, same(value, given.toSorted(byKey))]).toStrictEqual([length, keys, true]);
        }
        expect(same(given, before)).toBe(true);
      }
    }
  }
});

test('sort without compare goes by the texts, with undefined at the end, as toSorted does', async () => {
  const items = [10, 9, 1, undefined, 'b', null, 'a', undefined, true, -1, 100, , 'é', 'z'];
  const falling = Array.from({ length: 100 }, (_, index) => 100 - index);
  for (const list of [items, Array.from({ length: 20 }, () => items).flat(), falling]) {
    expect(await resultOf(sort(list))).toStrictEqual([{ value: list.toSorted() }]);
    expect(await resultOf(sort(list, undefined, { chunk: 3 }))).toStrictEqual([{ value: list.toSorted() }]);
  }
});

test('sort never asks compare about undefined, and takes NaN for equal', async () => {
  const list = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? undefined : index));
  const [{ value }] = await resultOf(sort(list, (a, b) => (a === undefined || b === undefined ? 1 / 0 : NaN)));
  expect(value).toStrictEqual(list.toSorted(() => NaN));
});

test('sort fails with the very error that compare throws, in a run or in a merge', async () => {
  for (const limit of [1, 400]) {
    let calls = 0;
    const [{ error }] = await resultOf(
      sort(range(200), () => {
        if (++calls === limit) throw broken;
        return 1;
      }),
    );
    expect([error === broken, calls]).toStrictEqual([true, limit]);
  }
});

test('sort refuses a compare that is asynchronous', async () => {
  for (const length of [2, 100]) {
    const [{ error }] = await resultOf(sort(range(length), async (a, b) => a - b));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/compare must return a number/);
  }
});

test('sort yields often, and tells its progress up to the end', async () => {
  const made = setup();
  const told = [];
  let calls = 0;
  const length = 300;
  const next = random(11);
  const items = Array.from({ length }, next);
  const task = made.cooperator.cooperate(
    sort(
      items,
      (a, b) => {
        calls++;
        return a - b;
      },
      { chunk: 32 },
    ),
    {
      onProgress: (progress) => told.push(progress),
    },
  );
  let most = 0;
  while (task.state === 'runnable') {
    const before = calls;
    made.pump();
    most = Math.max(most, calls - before);
  }
  expect(task.stats().turns).toBeGreaterThan((length / 32) * 5);
  expect(most).toBeLessThanOrEqual(32 * 6);
  const done = told.map((progress) => progress.done);
  expect(done).toStrictEqual(done.toSorted((a, b) => a - b));
  expect(new Set(told.map(({ total }) => total)).size).toBe(1);
  expect(told.at(-1).done).toBe(told.at(-1).total);
});

test('sort stops between two turns', () => {
  const { cooperator, pump } = setup();
  let calls = 0;
  const task = cooperator.cooperate(
    sort(
      range(1000),
      (a, b) => {
        calls++;
        return b - a;
      },
      { chunk: 10 },
    ),
  );
  pump(120);
  expect(calls).toBeGreaterThan(0);
  const before = calls;
  task.stop();
  pump(10);
  expect([task.state, calls]).toStrictEqual(['stopped', before]);
});

// ---- range ----

test('range gives the numbers that a for loop would, any number of times, and knows how many', () => {
  for (const [args, expected] of [
    [[0], []],
    [[3], [0, 1, 2]],
    [[-3], []],
    [[2.5], [0, 1, 2]],
    [
      [2, 5],
      [2, 3, 4],
    ],
    [[5, 2], []],
    [
      [5, 2, -1],
      [5, 4, 3],
    ],
    [
      [0, 10, 4],
      [0, 4, 8],
    ],
    [
      [0, 1, 0.25],
      [0, 0.25, 0.5, 0.75],
    ],
    [[1, 1], []],
    [[0, -Infinity, 1], []],
    [
      [3, undefined],
      [0, 1, 2],
    ],
    [
      [3, undefined, 2],
      [0, 2],
    ],
  ]) {
    const numbers = range(...args);
    expect({ args, numbers: [...numbers], again: [...numbers], length: numbers.length }).toStrictEqual({
      args,
      numbers: expected,
      again: expected,
      length: expected.length,
    });
  }
});

test('range without end goes on, its items do not drift, and a loop over it can be left', () => {
  const seen = [];
  for (const x of range(0, Infinity, 0.1)) {
    if (seen.push(x) > 10_000) break;
  }
  expect([seen[10_000], range(0, Infinity).length]).toStrictEqual([10_000 * 0.1, Infinity]);
});

test('range as work is a turn for each number', async () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const task = cooperator.cooperate(range(5));
  pump();
  expect([task.state, task.stats().turns]).toStrictEqual(['done', 6]);
  expect(
    await resultOf(function* () {
      yield* range(3);
      return 'after';
    }),
  ).toStrictEqual([{ value: 'after' }]);
});

test('a loop over a range knows how many turns are to come', async () => {
  const told = [];
  expect(
    await resultOf(
      reduce(range(1, 101), (total, x) => total + x, 0),
      {
        onProgress: (progress) => told.push(progress),
      },
    ),
  ).toStrictEqual([{ value: 5050 }]);
  expect(told.at(-1)).toStrictEqual({ done: 100, total: 100 });
  expect(
    await resultOf(function* () {
      for (const done of yield* map(range(0, Infinity), (x) => {
        if (x === 5) throw broken;
        return x;
      }))
        yield done;
    }),
  ).toStrictEqual([{ error: broken }]);
});

test('range refuses what are no numbers, what has no end in sight but the end, and steps of 0', () => {
  for (const bad of [['3'], [null], [undefined], [{}], [0, '5'], [0, 5, '1'], [0, null], [0, 5, null], [1n]]) {
    const error = thrownBy(() => range(...bad));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^range: (start|end|step) must be a number, not/);
  }
  for (const bad of [[NaN], [0, NaN], [Infinity, 5], [0, 5, Infinity], [0, 5, NaN]]) {
    expect(thrownBy(() => range(...bad))).toBeInstanceOf(RangeError);
  }
  expect(thrownBy(() => range(0, 5, 0)).message).toMatch(/step must not be 0/);
});
