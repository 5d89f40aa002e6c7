// cooperator/work: forEach, map, filter, reduce, sort and range, as tasks and within other work.
import { Cooperator, Deferred, TaskStopped } from 'cooperator';
import {
  every,
  failedAt,
  filter,
  find,
  flatMap,
  forEach,
  groupBy,
  map,
  parallel,
  range,
  reduce,
  some,
  sort,
} from 'cooperator/work';
import { reportedBy } from './support/host-reports.js';
import { flushMicrotasks, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

const others = new Cooperator({
  scheduler: (slice) => {
    queueMicrotask(slice);
    return { cancel() {} };
  },
});
const broken = new Error('broken');
const numbers = [5, 3, 8, 1, 9, 2, 7];

class ReversedArray extends Array {
  *[Symbol.iterator]() {
    for (let at = this.length - 1; at >= 0; at--) yield this[at];
  }
}
async function* asyncItems(items) {
  for (const item of items) yield item;
}

/** Each returns the same numbers, in a new source at each call. */
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
  'an array with an iterator of its own': () => ReversedArray.from(numbers.toReversed()),
  'an async generator': () => asyncItems(numbers),
  'an async iterable whose next returns no Promises': () => ({ [Symbol.asyncIterator]: () => numbers.values() }),
};

/** The loops, each with the result of the Array method of that name. `wrapResult` is one of `resultKinds`. */
const loops = {
  forEach: {
    make: (items, wrapResult, options) => forEach(items, (x) => wrapResult(x * 2), options),
    expected: undefined,
  },
  map: {
    make: (items, wrapResult, options) => map(items, (x, index) => wrapResult(x * 10 + index), options),
    expected: numbers.map((x, index) => x * 10 + index),
  },
  filter: {
    make: (items, wrapResult, options) => filter(items, (x, index) => wrapResult(x > 2 && index !== 2), options),
    expected: numbers.filter((x, index) => x > 2 && index !== 2),
  },
  reduce: {
    make: (items, wrapResult, options) =>
      reduce(items, (total, x, index) => wrapResult(`${total} ${x}@${index}`), 'of', options),
    expected: numbers.reduce((total, x, index) => `${total} ${x}@${index}`, 'of'),
  },
  every: {
    make: (items, wrapResult, options) => every(items, (x) => wrapResult(!(x > 100)), options),
    expected: true,
  },
  flatMap: {
    make: (items, wrapResult, options) => flatMap(items, (x, index) => wrapResult(x > 2 ? [x, [index]] : x), options),
    expected: numbers.flatMap((x, index) => (x > 2 ? [x, [index]] : x)),
  },
  groupBy: {
    make: (items, wrapResult, options) => groupBy(items, (x, index) => wrapResult(x > 2 && index < 4), options),
    expected: new Map([
      [true, [5, 3, 8]],
      [false, [1, 9, 2, 7]],
    ]),
  },
  sort: {
    make: (items, wrapResult, options) => sort(items, (a, b) => b - a, options),
    expected: numbers.toSorted((a, b) => b - a),
  },
};

/** How a callback can return its value. */
const resultKinds = {
  'directly': (value) => value,
  'in a Promise': async (value) => value,
  'in a Deferred': (value) => {
    const deferred = new Deferred();
    queueMicrotask(() => deferred.callback(value));
    return deferred;
  },
  'in a task': (value) =>
    others.cooperate(function* () {
      return value;
    }),
};

/** Runs slices until the task has finished. */
async function runAll({ pumpAsync }, task) {
  for (let slice = 0; slice < 1000 && ['runnable', 'waiting'].includes(task.state); slice++) await pumpAsync();
}

/** Runs work as a task, and returns its outcome. */
async function resultOf(work, options) {
  const fixture = setup({ turns: 10 });
  const task = fixture.cooperator.cooperate(work, options);
  const done = outcome(task.whenDone());
  await runAll(fixture, task);
  return done;
}

for (const [loop, { make, expected }] of Object.entries(loops)) {
  for (const [source, items] of Object.entries(sources)) {
    for (const [how, wrapResult] of Object.entries(resultKinds)) {
      if (loop === 'sort' && how !== 'directly') continue; // compare must be synchronous
      test(`${loop} over ${source} accepts a callback that returns its value ${how}`, async () => {
        for (const options of [undefined, {}, { chunk: 1 }, { chunk: 3 }, { chunk: 100 }]) {
          expect(await resultOf(make(items(), wrapResult, options))).toStrictEqual([{ value: expected }]);
        }
      });
    }
  }

  test(`${loop} runs in a yield* of a generator`, async () => {
    for (const items of [sources['an array'], sources['a Set'], sources['an async generator']]) {
      expect(
        await resultOf(function* () {
          const first = yield* make(items(), resultKinds.directly);
          const second = yield* make(items(), resultKinds['in a Promise'])();
          return [first, loop === 'sort' ? expected : second];
        }),
      ).toStrictEqual([{ value: [expected, expected] }]);
    }
  });

  test(`${loop} runs in a yield* of an async generator`, async () => {
    expect(
      await resultOf(async function* () {
        return yield* make(asyncItems(numbers), loop === 'sort' ? resultKinds.directly : resultKinds['in a Promise']);
      }),
    ).toStrictEqual([{ value: expected }]);
  });

  test(`${loop} accepts a source without items`, async () => {
    const empty = {
      forEach: undefined,
      map: [],
      filter: [],
      reduce: 'of',
      every: true,
      flatMap: [],
      groupBy: new Map(),
      sort: [],
    };
    for (const items of [[], new Set(), asyncItems([])]) {
      expect(await resultOf(make(items, resultKinds.directly))).toStrictEqual([{ value: empty[loop] }]);
    }
  });

  test(`${loop} work can be used for several tasks, which have its name`, async () => {
    const work = make(numbers, resultKinds.directly);
    expect(setup().cooperator.cooperate(work).name).toBe(loop);
    for (let use = 0; use < 2; use++) expect(await resultOf(work)).toStrictEqual([{ value: expected }]);
  });

  test(`${loop} does not read its items before its first turn`, () => {
    const { cooperator } = setup();
    const source = {
      [Symbol.iterator]() {
        throw broken;
      },
    };
    const task = cooperator.cooperate(make(source, resultKinds.directly));
    expect(task.state).toBe('runnable');
  });

  test(`${loop} closes its iterator when it is stopped, runnable or waiting`, async () => {
    const log = [];
    const { cooperator, pump } = setup();
    function* endless() {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        log.push('closed');
      }
    }
    const work = cooperator.cooperate(make(endless(), resultKinds.directly, { chunk: 2 }));
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
    const waiting = cooperator.cooperate(make(silent, resultKinds.directly));
    pump(2);
    expect(waiting.state).toBe('waiting');
    waiting.stop();
    expect(log).toStrictEqual(['closed', 'closed async']);
  });

  test(`${loop} does not close an iterator whose next failed, and failedAt returns the index`, async () => {
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
      const [{ error }] = await resultOf(make(failing, resultKinds.directly));
      expect([error === broken, failedAt(error), log]).toStrictEqual([true, 2, []]);
    }
  });

  test(`${loop} fails with a TypeError if next returns no object`, async () => {
    for (const bad of [5, undefined, null]) {
      let closed = 0;
      const iterator = {
        next: () => bad,
        return() {
          closed++;
          return {};
        },
      };
      const [{ error }] = await resultOf(make({ [Symbol.iterator]: () => iterator }, resultKinds.directly));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/next\(\) must return an object/);
      expect(closed).toBe(0);
    }
  });

  test(`${loop} throws for an invalid iterable, callback or option`, () => {
    const reduceFrom0 = (items, f, options) => reduce(items, f, 0, options);
    const use = { forEach, map, filter, reduce: reduceFrom0, every, flatMap, groupBy, sort }[loop];
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

  test(`${loop} throws for work as its items, with advice`, () => {
    const error = thrownBy(() =>
      make(
        map(numbers, (x) => x),
        resultKinds.directly,
      ),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('yield* work');
  });
}

const loopsWithCallback = Object.entries(loops).filter(([loop]) => loop !== 'sort');

for (const [loop, { make }] of loopsWithCallback) {
  for (const [how, fail] of Object.entries({
    throws: () => {
      throw broken;
    },
    rejects: () => Promise.reject(broken),
    'fails a Deferred': () => Deferred.fail(broken),
  })) {
    test(`${loop} whose callback ${how} fails with the error and its index, and reads no more items`, async () => {
      for (const [source, items] of Object.entries(sources)) {
        let calls = 0;
        const returned = () => (++calls === 4 ? fail() : calls);
        const [{ error }] = await resultOf(make(items(), returned, { chunk: 3 }));
        expect({ source, same: error === broken, at: failedAt(error), calls }).toStrictEqual({
          source,
          same: true,
          at: 3,
          calls: 4,
        });
      }
    });
  }

  test(`${loop} closes its iterator before it fails, and an error of that is dropped`, async () => {
    const log = [];
    function* items() {
      try {
        yield* numbers;
      } finally {
        log.push('closed');
        throw new Error('dropped');
      }
    }
    async function* closingLater() {
      try {
        yield* numbers;
      } finally {
        await flushMicrotasks();
        log.push('closed async');
        throw new Error('dropped');
      }
    }
    for (const source of [items(), closingLater()]) {
      const [{ error }] = await resultOf(
        make(source, () => {
          throw broken;
        }),
      );
      expect(error).toBe(broken);
    }
    expect(log).toStrictEqual(['closed', 'closed async']);
  });

  test(`${loop} in a yield* throws an error that can be caught`, async () => {
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

  test(`${loop} with chunk: 1 calls back for one item in a turn, and other tasks have turns in between`, () => {
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

  test(`${loop} has a turn for every chunk of items`, async () => {
    for (const [chunk, turns] of [
      [1, 7],
      [2, 4],
      [3, 3],
      [7, 1],
      [100, 1],
    ]) {
      const fixture = setup({ turns: Infinity });
      const task = fixture.cooperator.cooperate(make(numbers, resultKinds.directly, { chunk }));
      fixture.pump();
      expect({ chunk, turns: task.stats().turns }).toStrictEqual({ chunk, turns });
    }
  });

  test(`${loop} waits for one result before it calls back for the next item`, async () => {
    const { cooperator, pumpAsync, log } = setup({ turns: 10 });
    const resolvers = [];
    cooperator.cooperate(
      make([1, 2], () => {
        log.push('called');
        return new Promise((resolve) => {
          resolvers.push(resolve);
        });
      }),
    );
    await pumpAsync(3);
    expect(log).toStrictEqual(['called']);
    resolvers[0](true);
    await flushMicrotasks();
    await pumpAsync(3);
    expect(log).toStrictEqual(['called', 'called']);
  });

  test(`${loop} does not call back while it is paused, even if an async item arrives`, async () => {
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

  test(`${loop} notices changes of its items while it runs`, async () => {
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

  test(`${loop} reports its progress, with the total if that is known`, async () => {
    for (const [source, total] of [
      ['an array', 7],
      ['a typed array', 7],
      ['a Set', 7],
      ['a generator', undefined],
    ]) {
      const fixture = setup();
      const delivered = [];
      const task = fixture.cooperator.cooperate(make(sources[source](), resultKinds.directly, { chunk: 3 }), {
        onProgress: (progress) => delivered.push(progress),
      });
      await runAll(fixture, task);
      const at = (done) => (total === undefined ? { done } : { done, total });
      expect(delivered).toStrictEqual([at(3), at(6), at(7)]);
    }
  });

  test(`${loop} in a yield* reports its progress if it receives the context`, async () => {
    const delivered = [];
    const work = function* (context) {
      yield* make([1, 2], resultKinds.directly, { chunk: 1 });
      yield* make([1, 2], resultKinds.directly, { chunk: 1 })(context);
    };
    await resultOf(work, { onProgress: (progress) => delivered.push(progress) });
    expect(delivered.at(-1)).toStrictEqual({ done: 2, total: 2 });
  });
}

for (const [source, items] of Object.entries(sources)) {
  test(`callbacks receive each item of ${source} with its index`, async () => {
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

test('undefined is an item like any other, and null a result', async () => {
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

test('callbacks may throw anything; failedAt knows the index of functions too', async () => {
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

test('a subclass of a typed array is iterated by its own iterator', async () => {
  class Reversed extends Uint8Array {
    *[Symbol.iterator]() {
      for (let at = this.length - 1; at >= 0; at--) yield this[at];
    }
  }
  expect(await resultOf(map(Reversed.of(1, 2, 3), (x) => x))).toStrictEqual([{ value: [3, 2, 1] }]);
});

test('each asynchronous result takes one turn', async () => {
  for (const items of [[1, 2, 3], new Set([1, 2, 3])]) {
    const fixture = setup();
    const task = fixture.cooperator.cooperate(forEach(items, async () => {}));
    await runAll(fixture, task);
    expect(task.stats().turns).toBe(4);
  }
});

test('progress has a total only if length or size is a valid number', async () => {
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

test('a loop over an iterator without return can be stopped', async () => {
  const { cooperator, pump, takeReports } = setup();
  const items = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) };
  const task = cooperator.cooperate(forEach(items, () => {}, { chunk: 1 }));
  pump(2);
  task.stop();
  await flushEventLoop();
  expect([task.state, takeReports()]).toStrictEqual(['stopped', []]);
});

test('J3: an error of closing the iterator of a stopped loop is reported', async () => {
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

test('reduce without an initial value begins with the first item; undefined is an initial value', async () => {
  const add = (total, x) => `${total},${x}`;
  for (const items of [() => numbers, () => new Set(numbers), () => asyncItems(numbers)]) {
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

test('failedAt returns the index of the outermost loop, and undefined for other values', async () => {
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

/** Pseudo-random numbers below 1, the same for the same seed. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Are the items the same objects? Much faster than toStrictEqual. */
const same = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);

test('sort returns what toSorted returns, for arrays of many lengths and orders', async () => {
  const next = random(7);
  const byKey = (a, b) => a.key - b.key;
  for (const length of [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 96, 127, 129, 500, 1023, 2049]) {
    for (const keys of [3, length + 1]) {
      // With few keys many items are equal, and must keep their order.
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

test('sort without compare sorts by strings, with undefined last, as toSorted does', async () => {
  const items = [10, 9, 1, undefined, 'b', null, 'a', undefined, true, -1, 100, , 'é', 'z'];
  const falling = Array.from({ length: 100 }, (_, index) => 100 - index);
  for (const list of [items, Array.from({ length: 20 }, () => items).flat(), falling]) {
    expect(await resultOf(sort(list))).toStrictEqual([{ value: list.toSorted() }]);
    expect(await resultOf(sort(list, undefined, { chunk: 3 }))).toStrictEqual([{ value: list.toSorted() }]);
  }
});

test('sort does not compare undefined, and treats NaN as equal', async () => {
  const list = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? undefined : index));
  const [{ value }] = await resultOf(sort(list, (a, b) => (a === undefined || b === undefined ? 1 / 0 : NaN)));
  expect(value).toStrictEqual(list.toSorted(() => NaN));
});

test('sort fails with the error that compare throws, in a run or in a merge', async () => {
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

test('sort fails with a TypeError if compare is asynchronous', async () => {
  for (const length of [2, 100]) {
    const [{ error }] = await resultOf(sort(range(length), async (a, b) => a - b));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/compare must return a number/);
  }
});

test('sort has many short turns, and reports its progress up to the end', async () => {
  const fixture = setup();
  const delivered = [];
  let calls = 0;
  const length = 300;
  const next = random(11);
  const items = Array.from({ length }, next);
  const task = fixture.cooperator.cooperate(
    sort(
      items,
      (a, b) => {
        calls++;
        return a - b;
      },
      { chunk: 32 },
    ),
    {
      onProgress: (progress) => delivered.push(progress),
    },
  );
  let most = 0;
  let whileCollecting;
  while (task.state === 'runnable') {
    const before = calls;
    fixture.pump();
    most = Math.max(most, calls - before);
    if (calls === 0) whileCollecting = delivered.length;
  }
  expect(whileCollecting).toBeGreaterThan(5);
  expect(task.stats().turns).toBeGreaterThan((length / 32) * 5);
  expect(most).toBeLessThanOrEqual(32 * 6);
  const done = delivered.map((progress) => progress.done);
  expect(done).toStrictEqual(done.toSorted((a, b) => a - b));
  expect(new Set(delivered.map(({ total }) => total)).size).toBe(1);
  expect(delivered.at(-1).done).toBe(delivered.at(-1).total);
});

test('sort can be stopped between two turns', () => {
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

test('range has the numbers of a for loop, can be iterated repeatedly, and knows its length', () => {
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

test('a range without end does not drift, and a loop over it can be left', () => {
  const seen = [];
  for (const x of range(0, Infinity, 0.1)) {
    if (seen.push(x) > 10_000) break;
  }
  expect([seen[10_000], range(0, Infinity).length]).toStrictEqual([10_000 * 0.1, Infinity]);
});

test('range as work has a turn for each number', async () => {
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

test('a loop over a range knows the total of its progress', async () => {
  const delivered = [];
  expect(
    await resultOf(
      reduce(range(1, 101), (total, x) => total + x, 0),
      {
        onProgress: (progress) => delivered.push(progress),
      },
    ),
  ).toStrictEqual([{ value: 5050 }]);
  expect(delivered.at(-1)).toStrictEqual({ done: 100, total: 100 });
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

test('range throws for arguments that are not numbers, an infinite start or step, and a step of 0', () => {
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

describe('a callback that returns work', () => {
  const works = {
    'a generator function': function* (x) {
      yield;
      return (yield Promise.resolve(x)) * 2;
    },
    'an async generator function': async function* (x) {
      yield;
      try {
        yield [Promise.resolve()]; // a mistake, whose error is thrown into it
      } catch {
        return x * 2;
      }
    },
    'an async generator written by hand that yields a promise': (x) => ({
      [Symbol.toStringTag]: 'AsyncGenerator',
      next: async (sent) =>
        sent === undefined ? { done: false, value: Promise.resolve(x) } : { done: true, value: sent * 2 },
      return: async () => ({ done: true, value: undefined }),
    }),
    'ready-made work': (x) => reduce([x, x], (a, b) => a + b),
    'a generator that returns a promise': function* (x) {
      yield;
      return Promise.resolve(x * 2);
    },
  };
  const loops = {
    map: [(items, f) => map(items, f), [2, 4, 6]],
    filter: [(items, f) => filter(items, (x) => (x === 2 ? f(0) : f(x))), [1, 3]],
    reduce: [(items, f) => reduce(items, (_, x) => f(x), 0), 6],
    forEach: [(items, f) => forEach(items, f), undefined],
  };
  for (const [what, f] of Object.entries(works)) {
    for (const [name, [loop, result]] of Object.entries(loops)) {
      test(`${name} runs ${what} as yield* would`, async () => {
        for (const items of [[1, 2, 3], new Set([1, 2, 3]), asyncItems([1, 2, 3])]) {
          const { cooperator, pumpEventLoop } = setup({ turns: 5 });
          const done = outcome(cooperator.cooperate(loop(items, f)).whenDone());
          await pumpEventLoop(20);
          expect(done).toStrictEqual([{ value: result }]);
        }
      });
    }
  }

  test('errors of such work fail the loop at its item, and stopping the loop cleans such work up', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const fails = outcome(
      cooperator
        .cooperate(
          map([1, 2], async function* (x) {
            if (x === 2) throw broken;
            yield;
          }),
        )
        .whenDone(),
    );
    await pumpEventLoop(8);
    expect([fails, failedAt(broken)]).toStrictEqual([[{ error: broken }], 1]);
    const works = [
      function* () {
        try {
          for (;;) yield;
        } finally {
          log.push('generator');
        }
      },
      async function* () {
        try {
          for (;;) yield;
        } finally {
          await null;
          log.push('async generator');
        }
      },
    ];
    const tasks = works.map((work) => cooperator.cooperate(forEach([1, 2], work)));
    const done = tasks.map((task) => outcome(task.whenDone()));
    await pumpEventLoop(6);
    for (const task of tasks) task.stop();
    await pumpEventLoop(8);
    expect(log).toStrictEqual(['generator', 'async generator']);
    expect(done.map(([{ error }]) => error.name)).toStrictEqual(['TaskStopped', 'TaskStopped']);
  });

  /** An async source whose `return` the test settles. */
  const sourceToClose = (log) => ({
    closing: undefined,
    [Symbol.asyncIterator]() {
      return {
        next: async () => ({ done: false, value: 1 }),
        return: () => {
          log.push('closing');
          return new Promise((resolve, reject) => {
            this.closing = { resolve, reject };
          });
        },
      };
    },
  });

  for (const [name, loop] of Object.entries({ forEach, map, find, flatMap, groupBy })) {
    test(`J3: ${name} that is stopped cleans such work up, goes on with no item, and waits for that`, async () => {
      const { cooperator, pumpEventLoop, log, takeReports } = setup();
      const source = sourceToClose(log);
      let open;
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const task = cooperator.cooperate(
        loop(source, function* () {
          log.push('item');
          try {
            for (;;) yield;
          } finally {
            log.push(yield, yield Promise.resolve('released'));
            try {
              yield Promise.reject(broken);
            } catch (error) {
              log.push(error);
            }
            yield gate;
            log.push('clean');
          }
        }),
      );
      await pumpEventLoop(4);
      task.whenDone().addErrback(({ name }) => log.push(name));
      task.stop();
      await pumpEventLoop(6);
      expect([task.state, log]).toStrictEqual(['stopping', ['item', 'closing', undefined, 'released', broken]]);
      source.closing.reject(broken);
      await pumpEventLoop(2);
      expect(task.state).toBe('stopping');
      open();
      await pumpEventLoop(2);
      expect([task.state, log.slice(5)]).toStrictEqual(['stopped', ['clean', 'TaskStopped']]);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    });
  }

  test('D7: an error of such a clean-up is reported', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const task = cooperator.cooperate(
      forEach([1, 2], function* () {
        try {
          for (;;) yield;
        } finally {
          yield;
          yield Promise.reject(broken);
        }
      }),
    );
    await pumpEventLoop(2);
    task.stop();
    await pumpEventLoop(4);
    expect([task.state, takeReports()]).toStrictEqual(['stopped', [{ error: broken, task }]]);
  });

  test('J3, D7: a loop that is stopped while it closes its items after an error reports that, and waits', async () => {
    const { cooperator, pumpEventLoop, log, takeReports } = setup();
    const source = sourceToClose(log);
    const task = cooperator.cooperate(
      map(source, () => {
        throw broken;
      }),
    );
    await pumpEventLoop(3);
    task.whenDone().addErrback(({ name }) => log.push(name));
    expect([task.state, log]).toStrictEqual(['waiting', ['closing']]);
    task.stop();
    await pumpEventLoop(2);
    expect([task.state, log, takeReports()]).toStrictEqual(['stopping', ['closing'], [{ error: broken, task }]]);
    source.closing.resolve({ done: true });
    await pumpEventLoop(2);
    expect([task.state, log]).toStrictEqual(['stopped', ['closing', 'TaskStopped']]);
  });

  test('J3: find that is stopped while it closes its items waits for that', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const source = sourceToClose(log);
    const task = cooperator.cooperate(find(source, () => true));
    await pumpEventLoop(3);
    expect([task.state, log]).toStrictEqual(['waiting', ['closing']]);
    task.stop();
    await pumpEventLoop(2);
    expect(task.state).toBe('stopping');
    source.closing.resolve({ done: true });
    await pumpEventLoop(2);
    expect(task.state).toBe('stopped');
  });

  test('other iterators that a callback returns are values', async () => {
    const { cooperator, pumpAsync } = setup();
    const values = [1, 2].values();
    const done = outcome(cooperator.cooperate(map([1], () => values)).whenDone());
    await pumpAsync(2);
    expect(done[0].value[0]).toBe(values);
  });

  test('an async generator has the values of what it yields, as a task has', async () => {
    const { cooperator, pumpEventLoop } = setup();
    async function* work() {
      return [yield Promise.resolve(1), yield 2, yield undefined];
    }
    const done = outcome(cooperator.cooperate(map([0], work)).whenDone());
    await pumpEventLoop(12);
    expect(done).toStrictEqual([{ value: [[1, 2, undefined]] }]);
  });
});

describe('the sources of loops', () => {
  test('length and size are read once, and only if somebody listens for progress', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const items = () => ({
      get length() {
        log.push('length');
        return undefined;
      },
      get size() {
        log.push('size');
        return 3;
      },
      [Symbol.iterator]: () => [1, 2, 3].values(),
    });
    const works = [
      () => forEach(items(), () => {}, { chunk: 1 }),
      () => sort(items(), undefined, { chunk: 1 }),
      () => parallel(items(), 1, () => {}),
    ];
    for (const make of works) {
      outcome(cooperator.cooperate(make()).whenDone());
      outcome(
        cooperator
          .cooperate(function* (context) {
            yield* make()(context);
          })
          .whenDone(),
      );
      await pumpAsync(20);
      expect(log.splice(0)).toStrictEqual([]);
      const progress = [];
      outcome(cooperator.cooperate(make(), { onProgress: ({ done }) => progress.push(done) }).whenDone());
      await pumpAsync(20);
      expect(log.splice(0)).toStrictEqual(['length', 'size']);
      expect(progress.length).toBeGreaterThan(0);
    }
  });

  test('next is read once, and return is not called after a step whose done or value throws', async () => {
    for (const name of ['done', 'value']) {
      const { cooperator, pumpAsync, log } = setup();
      const steps = [
        { done: false, value: 1 },
        {
          done: false,
          get [name]() {
            throw broken;
          },
        },
      ];
      const iterator = {
        get next() {
          log.push('next is read');
          return () => steps.shift();
        },
        return: () => log.push('return'),
      };
      const items = { [Symbol.iterator]: () => iterator };
      const done = outcome(cooperator.cooperate(forEach(items, () => {}, { chunk: 1 })).whenDone());
      await pumpAsync(3);
      expect([done, log]).toStrictEqual([[{ error: broken }], ['next is read']]);
    }
  });

  test('a sync iterator whose next is async is refused', async () => {
    const { cooperator, pumpAsync } = setup();
    const items = { [Symbol.iterator]: () => ({ next: async () => ({ done: true }) }) };
    for (const work of [forEach(items, () => {}), parallel(items, 2, () => {})]) {
      const done = outcome(cooperator.cooperate(work).whenDone());
      await pumpAsync(3);
      expect([done[0].error.constructor, done[0].error.message]).toStrictEqual([
        TypeError,
        expect.stringContaining('not a promise: an async iterator belongs into [Symbol.asyncIterator]'),
      ]);
    }
  });

  test('J3: an error of the clean-up of an async source is reported with its task, and whenDone waits for that', async () => {
    const works = [(items) => forEach(items, () => {}), (items) => parallel(items, 2, () => {})];
    for (const use of works) {
      const { cooperator, pumpEventLoop, log, takeReports } = setup();
      const items = async function* () {
        try {
          for (;;) yield;
        } finally {
          await null;
          log.push('closed');
          throw broken;
        }
      };
      const task = cooperator.cooperate(use(items()));
      task.whenDone().addErrback((error) => log.push(error.name));
      await pumpEventLoop(6);
      task.stop();
      expect(task.state).toBe('stopping');
      await pumpEventLoop(4);
      expect(log).toStrictEqual(['closed', 'TaskStopped']);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });

  test('J3: the stop of a task reaches the code behind yield*, although the loop waits for its source', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const items = async function* () {
      try {
        for (;;) yield;
      } finally {
        await null;
        log.push('closed');
      }
    };
    const task = cooperator.cooperate(function* () {
      try {
        for (;;) yield* forEach(items(), () => {});
      } finally {
        log.push('outer');
        yield;
        log.push('outer again');
      }
    });
    task.whenDone().addErrback((error) => log.push(error.name));
    await pumpEventLoop(6);
    task.stop();
    await pumpEventLoop(6);
    expect(log).toHaveLength(4);
    expect([log[0], new Set(log.slice(1, 3)), log[3]]).toStrictEqual([
      'outer',
      new Set(['closed', 'outer again']),
      'TaskStopped',
    ]);
  });

  test('J3: dispose does not wait for an async source, and reports the error of its clean-up', async () => {
    const { cooperator, pumpEventLoop, log, takeReports } = setup();
    const items = async function* () {
      try {
        for (;;) yield;
      } finally {
        await null;
        log.push('closed');
        throw broken;
      }
    };
    const task = cooperator.cooperate(function* () {
      try {
        yield* forEach(items(), () => {});
      } finally {
        log.push('outer');
      }
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(6);
    cooperator.dispose();
    expect([task.state, log, done[0].error.name]).toStrictEqual(['stopped', ['outer'], 'SchedulerStopped']);
    await flushEventLoop();
    expect(log).toStrictEqual(['outer', 'closed']);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('J3: a silent web stream is cancelled when the task stops, and its lock is released', async () => {
    const works = [(items) => forEach(items, () => {}), (items) => parallel(items, 2, () => {}), (items) => items];
    for (const use of works) {
      const { cooperator, pumpEventLoop, log } = setup();
      const stream = new ReadableStream({ cancel: () => void log.push('cancelled') });
      if (stream[Symbol.asyncIterator] === undefined) return; // Such hosts cannot loop over a stream.
      const task = cooperator.cooperate(use(stream));
      const done = outcome(task.whenDone());
      await pumpEventLoop(3);
      expect([task.state, stream.locked]).toStrictEqual(['waiting', true]);
      task.stop();
      expect(log).toStrictEqual(['cancelled']);
      await pumpEventLoop(3);
      expect([stream.locked, done]).toStrictEqual([false, [{ error: expect.any(Error) }]]);
    }
  });

  test('J3: a web stream of which no chunk is awaited is cancelled and released, too', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue('chunk'),
      cancel: () => void log.push('cancelled'),
    });
    if (stream[Symbol.asyncIterator] === undefined) return; // Such hosts cannot loop over a stream.
    const task = cooperator.cooperate(forEach(stream, () => task.stop()));
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    expect([log, stream.locked, done]).toStrictEqual([['cancelled'], false, [{ error: expect.any(TaskStopped) }]]);
  });

  /** An imitation of a stream of Node: it has chunks and is silent then. */
  const nodeStream = (chunks, { error, destroy }) => {
    let fail;
    return {
      pipe() {},
      on() {},
      off() {},
      destroy() {
        destroy?.();
        fail(error);
      },
      async *[Symbol.asyncIterator]() {
        yield* chunks;
        await new Promise((_, reject) => (fail = reject)); // Its return, too, waits for that.
      },
    };
  };
  const prematureClose = Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });

  test('J3: a silent stream of Node is destroyed when the task stops; only another error of it is reported', async () => {
    const works = [(items) => forEach(items, () => {}), (items) => parallel(items, 2, () => {}), (items) => items];
    for (const use of works) {
      for (const error of [prematureClose, broken]) {
        const { cooperator, pumpEventLoop, log, takeReports } = setup();
        const destroy = () => log.push('destroyed');
        const task = cooperator.cooperate(use(nodeStream([1], { error, destroy })));
        const done = outcome(task.whenDone());
        await pumpEventLoop(4);
        expect([task.state, log]).toStrictEqual(['waiting', []]);
        task.stop();
        expect(log).toStrictEqual(['destroyed']);
        await pumpEventLoop(3);
        expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
        expect(takeReports()).toStrictEqual(error === broken ? [{ error, task }] : []);
      }
    }
  });

  test('a stream of Node that is closed too early fails the task that reads it', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const stream = nodeStream([1], { error: prematureClose });
    const done = outcome(cooperator.cooperate(stream).whenDone());
    await pumpEventLoop(4);
    stream.destroy();
    await pumpEventLoop(2);
    expect(done).toStrictEqual([{ error: prematureClose }]);
  });

  test('an error of a stream of Node before its first step has a listener, and fails the task', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const listeners = [];
    const stream = Object.assign(nodeStream([], {}), {
      on: (event, listener) => listeners.push([event, listener]),
      off: (event, listener) => listeners.splice(listeners.indexOf(listener), 1),
      async *[Symbol.asyncIterator]() {
        yield* [];
        throw broken; // as Node's iterator does for an error that came before
      },
    });
    const done = outcome(cooperator.cooperate(stream).whenDone());
    expect(listeners).toStrictEqual([['error', expect.any(Function)]]);
    listeners[0][1](broken);
    await pumpEventLoop(3);
    expect([done, listeners]).toStrictEqual([[{ error: broken }], []]);
  });

  test('D7: an error of a stream of Node whose task was stopped before its first step is reported', async () => {
    for (const isEarly of [false, true]) {
      const { cooperator, pumpEventLoop, takeReports } = setup();
      const listeners = [];
      let fail;
      const failed = new Promise((_, reject) => (fail = reject));
      failed.catch(() => {});
      const stream = {
        pipe() {},
        on: (event, listener) => listeners.push(listener),
        off: (event, listener) => listeners.splice(listeners.indexOf(listener), 1),
        destroy: () => fail(broken),
        async *[Symbol.asyncIterator]() {
          yield await failed;
        },
      };
      const task = cooperator.cooperate(stream);
      const done = outcome(task.whenDone());
      if (isEarly) fail(broken);
      task.stop();
      await pumpEventLoop(3);
      expect([done, listeners]).toStrictEqual([[{ error: expect.any(TaskStopped) }], []]);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });

  test('a stream of Node whose task is stopped before its first step is not read, nor waited for', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const stream = {
      pipe() {},
      on() {},
      off() {},
      destroy: () => log.push('destroy'),
      [Symbol.asyncIterator]: () => ({
        next() {
          log.push('next');
          return new Promise(() => {}); // as minipass does when it is destroyed
        },
      }),
    };
    const task = cooperator.cooperate(stream);
    const done = outcome(task.whenDone());
    task.stop();
    await pumpEventLoop(3);
    expect([log, done]).toStrictEqual([['destroy', 'next'], [{ error: expect.any(TaskStopped) }]]);
  });

  test('D7: a web stream that has ended while the task was paused needs no clean-up', async () => {
    const works = [(items) => forEach(items, () => {}), (items) => parallel(items, 2, () => {}), (items) => items];
    for (const use of works) {
      const { cooperator, pumpEventLoop } = setup();
      let controller;
      const stream = new ReadableStream({ start: (own) => void (controller = own) });
      if (stream[Symbol.asyncIterator] === undefined) return; // Such hosts cannot loop over a stream.
      const task = cooperator.cooperate(use(stream));
      const done = outcome(task.whenDone());
      await pumpEventLoop(3);
      task.pause();
      controller.close();
      await flushEventLoop();
      task.stop();
      await pumpEventLoop(3);
      expect([stream.locked, done]).toStrictEqual([false, [{ error: expect.any(TaskStopped) }]]);
    }
  });

  test('D7: an error with which a stop ends a web stream is reported once, as is an error of cancelling it', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const streams = [
      (signal) =>
        new ReadableStream({
          start: (controller) => signal.addEventListener('abort', () => controller.error(broken)),
        }),
      () => new ReadableStream({ cancel: () => Promise.reject(broken) }),
    ];
    if (streams[1]()[Symbol.asyncIterator] === undefined) return;
    for (const makeStream of streams) {
      const task = cooperator.cooperate((context) => forEach(makeStream(context.signal), () => {})(context));
      const done = outcome(task.whenDone());
      await pumpEventLoop(3);
      task.stop();
      await pumpEventLoop(3);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });

  test('what only has a method destroy, or only pipe, is no stream of Node', async () => {
    for (const method of ['destroy', 'pipe']) {
      const { cooperator, pumpEventLoop, log } = setup();
      const task = cooperator.cooperate({
        [method]: () => log.push(method),
        async *[Symbol.asyncIterator]() {
          try {
            for (;;) yield;
          } finally {
            log.push('return');
          }
        },
      });
      outcome(task.whenDone());
      await pumpEventLoop(3);
      task.stop();
      await pumpEventLoop(2);
      expect([task.state, log]).toStrictEqual(['stopped', ['return']]);
    }
  });

  test('the chunks of a web stream are read to its end, or to its error', async () => {
    const { cooperator, pumpEventLoop } = setup({ turns: 5 });
    const chunks = (fails) => {
      const items = [1, 2];
      return new ReadableStream({
        pull(controller) {
          if (items.length !== 0) controller.enqueue(items.shift());
          else if (fails) controller.error(broken);
          else controller.close();
        },
      });
    };
    const streams = [chunks(false), chunks(true)];
    if (streams[0][Symbol.asyncIterator] === undefined) return;
    const done = streams.map((stream) => outcome(cooperator.cooperate(map(stream, (x) => x * 2)).whenDone()));
    await pumpEventLoop(10);
    expect(done).toStrictEqual([[{ value: [2, 4] }], [{ error: broken }]]);
    expect(streams.map((stream) => stream.locked)).toStrictEqual([false, false]);
  });
});

describe('find, some and every', () => {
  test('D7: an error of closing is reported once if the task is stopped meanwhile', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    let fail;
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: () => new Promise((_, reject) => (fail = reject)),
      }),
    };
    const task = cooperator.cooperate(find(items, () => true));
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    task.stop();
    expect(done).toStrictEqual([]);
    fail(broken);
    await pumpEventLoop(4);
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  const searches = {
    find: { make: find, at: (x, at) => x === at, found: (at) => at, none: undefined },
    some: { make: some, at: (x, at) => x === at, found: () => true, none: false },
    every: { make: every, at: (x, at) => x !== at, found: () => false, none: true },
  };
  for (const [name, { make, at, found, none }] of Object.entries(searches)) {
    for (const [source, items] of Object.entries(sources)) {
      for (const [how, wrapResult] of Object.entries(resultKinds)) {
        test(`${name} over ${source} ends at the item for which the callback decides, ${how}`, async () => {
          for (const options of [undefined, { chunk: 1 }, { chunk: 3 }, { chunk: 100 }]) {
            for (const [position, number] of [
              [0, 5],
              [3, 1],
              [6, 7],
            ]) {
              const indices = [];
              const work = make(
                items(),
                (x, index) => {
                  indices.push(index);
                  return wrapResult(at(x, number));
                },
                options,
              );
              expect(await resultOf(work)).toStrictEqual([{ value: found(number) }]);
              expect(indices).toStrictEqual(Array.from({ length: position + 1 }, (_, index) => index));
            }
            expect(await resultOf(make(items(), (x) => wrapResult(at(x, 100)), options))).toStrictEqual([
              { value: none },
            ]);
          }
        });
      }
    }

    test(`${name} closes its iterator when it ends early, and an error of that fails it`, async () => {
      const throwBroken = () => {
        throw broken;
      };
      for (const isAsync of [false, true]) {
        for (const fail of [undefined, throwBroken, ...(isAsync ? [() => Promise.reject(broken)] : [])]) {
          const fails = fail !== undefined;
          for (const wrapResult of [resultKinds.directly, resultKinds['in a Promise']]) {
            const log = [];
            const iterator = {
              next: () => ({ done: false, value: log.push('next') }),
              return() {
                log.push('return');
                if (fails) return fail();
                return isAsync ? flushMicrotasks().then(() => log.push('closed')) : {};
              },
              [isAsync ? Symbol.asyncIterator : Symbol.iterator]() {
                return this;
              },
            };
            const done = await resultOf(make(iterator, (x) => wrapResult(at(x, 2))));
            expect(done).toStrictEqual(fails ? [{ error: broken }] : [{ value: found(2) }]);
            expect(log).toStrictEqual(['next', 'next', 'return', ...(isAsync && !fails ? ['closed'] : [])]);
          }
        }
      }
    });
  }

  test('they have few turns over many items, and take arguments and options as the other loops', async () => {
    const { cooperator, pump } = setup({ turns: 1 });
    const task = cooperator.cooperate(find(range(1000), (n) => n === 999, { chunk: 500 }));
    pump(3);
    expect(await task.whenDone()).toBe(999);
    for (const make of [find, some, every, flatMap, groupBy]) {
      expect(() => make(1, () => 1)).toThrow(`${make.name}: iterable must be an iterable or an async iterable, not 1`);
      expect(() => make([], 1)).toThrow(`${make.name}: f must be a function, not 1`);
      expect(() => make([], () => 1, { chunk: 0 })).toThrow(
        `${make.name}: options.chunk must be an integer from 1, not 0`,
      );
    }
  });
});

test('flatMap flattens arrays, one level, and nothing else', async () => {
  const results = ['text', [1, [2]], new Set([3]), undefined, []];
  expect(await resultOf(flatMap(results.keys(), (index) => results[index]))).toStrictEqual([
    { value: ['text', 1, [2], new Set([3]), undefined] },
  ]);
  const long = Array.from({ length: 200_000 }, (_, n) => n);
  expect((await resultOf(flatMap([1], () => long)))[0].value).toHaveLength(200_000);
});

describe('a function that returns ready-made work', () => {
  test('is run as that work: its result and progress are those of the task', async () => {
    const works = [map([1, 2], (n) => n * 10), parallel([1, 2], 2, async (n) => n * 10)];
    for (const work of works) {
      for (const each of [work, () => work, ({ signal }) => signal && work]) {
        const { cooperator, pumpEventLoop } = setup({ turns: 5 });
        const progress = [];
        const task = cooperator.cooperate(each, { onProgress: (state) => progress.push(state) });
        const done = outcome(task.whenDone());
        await pumpEventLoop(4);
        expect(done).toStrictEqual([{ value: [10, 20] }]);
        expect(progress.at(-1)).toStrictEqual({ done: 2, total: 2 });
      }
    }
  });

  test('J4: an error that comes after the stop goes to the cooperator', async () => {
    for (const make of [(f) => map([1], f), (f) => parallel([1], 2, f)]) {
      const { cooperator, pumpEventLoop, takeReports } = setup();
      let fail;
      const task = cooperator.cooperate(() => make(() => new Promise((_, reject) => (fail = reject))));
      const done = outcome(task.whenDone());
      await pumpEventLoop(3);
      task.stop();
      await pumpEventLoop(2);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
      fail(broken);
      await flushEventLoop();
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });
});

describe('in an async generator', () => {
  const never = () => new Promise(() => {});

  test('yield* of work has its result, and its error at the yield*', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const task = cooperator.cooperate(async function* (context) {
      const values = [yield* map([1, 2], async (n) => n + 1), yield* map([1, 2], (n) => n + 1)(context)];
      try {
        yield* forEach([1], () => Promise.reject(broken))(context);
      } catch (error) {
        values.push(error);
      }
      values.push(yield* parallel([3, 4], 2, (n) => n));
      return values;
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(40);
    expect(done).toStrictEqual([{ value: [[2, 3], [2, 3], broken, [3, 4]] }]);
  });

  test('J3: stop ends work that was given the context at once, and its jobs', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const works = [
      (context) => forEach([1], never)(context),
      (context) =>
        parallel([1, 2], 2, (n, index, { signal }) => {
          signal.addEventListener('abort', () => log.push([n, signal.reason.name]));
          return never();
        })(context),
    ];
    for (const use of works) {
      const task = cooperator.cooperate(async function* (context) {
        yield* use(context);
      });
      const done = outcome(task.whenDone());
      await pumpEventLoop(4);
      expect(task.state).toBe('waiting');
      task.stop();
      await pumpEventLoop(2);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    }
    expect(log).toStrictEqual([
      [1, 'TaskStopped'],
      [2, 'TaskStopped'],
    ]);
  });

  test('J3: the task ends after the clean-ups of what the work ran, and reports their errors', async () => {
    for (const given of [false, true]) {
      const { cooperator, pumpEventLoop, log, takeReports } = setup();
      const work = forEach([1], function* () {
        try {
          for (;;) yield Promise.resolve();
        } finally {
          yield flushEventLoop();
          log.push('clean');
          throw broken;
        }
      });
      const task = cooperator.cooperate(async function* (context) {
        yield* given ? work(context) : work;
      });
      task.whenDone().addErrback(() => {
        log.push('end');
      });
      await pumpEventLoop(4);
      task.stop();
      await pumpEventLoop(6);
      expect(log).toStrictEqual(['clean', 'end']);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });

  test('J2: an error that the work waits for is thrown into it', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    function* items() {
      try {
        yield 1;
      } finally {
        log.push('closed');
      }
    }
    const error = new Error('its own');
    const works = [
      forEach(items(), () => Promise.reject(error)),
      map([1], function* () {
        try {
          yield Promise.reject(broken);
        } catch (caught) {
          return caught;
        }
      }),
    ];
    const task = cooperator.cooperate(async function* (context) {
      const seen = [];
      for (const given of [false, true]) {
        try {
          yield* given ? forEach(items(), () => Promise.reject(error))(context) : works[0];
        } catch (caught) {
          seen.push(caught, failedAt(caught));
        }
        seen.push(...(yield* given ? works[1](context) : works[1]));
      }
      return seen;
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(40);
    expect(done).toStrictEqual([{ value: [error, 0, broken, error, 0, broken] }]);
    expect(log).toStrictEqual(['closed', 'closed']);
  });

  test('J3: stop ends the work of an async generator that another function runs', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const inner = async function* (context) {
      try {
        yield* forEach([1], never)(context);
      } finally {
        log.push('inner');
      }
    };
    const works = [
      async (context) => {
        for await (const step of inner(context)) await context.yield(step);
      },
      async (context) => {
        const steps = inner(context);
        await steps.next();
        await steps.next().finally(() => log.push('next'));
      },
      function* (context) {
        yield* forEach([1], () => inner(context))(context);
      },
    ];
    for (const work of works) {
      const task = cooperator.cooperate(work);
      const done = outcome(task.whenDone());
      await pumpEventLoop(4);
      task.stop();
      await pumpEventLoop(4);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    }
    expect(log).toStrictEqual(['inner', 'inner', 'next', 'inner']);
  });

  test('J4: jobs that reject with the reason of the stop are not reported', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const controller = new AbortController();
    const task = cooperator.cooperate(
      async function* (context) {
        const { signal } = context;
        const job = () =>
          new Promise((_, fail) => {
            signal.addEventListener('abort', () => fail(signal.reason));
          });
        yield* parallel([1, 2], 2, job)(context);
      },
      { signal: controller.signal },
    );
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    controller.abort(broken);
    await pumpEventLoop(4);
    expect([done, takeReports()]).toStrictEqual([[{ error: broken }], []]);
  });

  test('J4: an error that comes after the stop is reported, unless it only tells of that', async () => {
    for (const isReason of [false, true]) {
      const { cooperator, pumpEventLoop, takeReports } = setup();
      let rejectLate;
      const task = cooperator.cooperate(async function* (context) {
        yield* forEach([1], () => new Promise((_, fail) => (rejectLate = fail)))(context);
      });
      const done = outcome(task.whenDone());
      await pumpEventLoop(4);
      task.stop();
      await pumpEventLoop(2);
      rejectLate(isReason ? done[0].error : broken);
      await flushMicrotasks();
      expect(takeReports()).toStrictEqual(isReason ? [] : [{ error: broken, task }]);
    }
  });

  test('J4: an error that has come before the stop, and would be thrown in the next turn, is reported', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    let fail;
    const task = cooperator.cooperate(async function* (context) {
      yield* forEach([1], () => new Promise((_, reject) => (fail = reject)))(context);
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    fail(broken);
    await flushMicrotasks();
    task.stop();
    await pumpEventLoop(2);
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('D7: an error of closing the items is reported to the cooperator', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const items = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return() {
          throw broken;
        },
      }),
    };
    for (const callback of [never, () => {}]) {
      const task = cooperator.cooperate(async function* (context) {
        yield* forEach(items, callback, { chunk: 1 })(context);
      });
      const done = outcome(task.whenDone());
      await pumpEventLoop(4);
      task.stop();
      await pumpEventLoop(4);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
      expect(takeReports()).toStrictEqual([{ error: broken, task }]);
    }
  });

  test('J3: a callback that stops the task ends the work, and what it returns is not waited for', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const works = [
      (steps) => steps,
      async function (steps, context) {
        for await (const step of steps) await context.yield(step);
      },
    ];
    for (const use of works) {
      const task = cooperator.cooperate((context) => {
        const steps = (async function* () {
          yield* forEach([1, 2, 3], (n) => {
            log.push(n);
            if (n === 2) task.stop();
            return n === 2 ? never() : Promise.resolve();
          })(context);
        })();
        return use(steps, context);
      });
      const done = outcome(task.whenDone());
      await pumpEventLoop(12);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    }
    expect(log).toStrictEqual([1, 2, 1, 2]);
  });

  test('J3, J4: what a callback leaves that stops its task after an await is reported and waited for by the task', async () => {
    const { cooperator, pumpEventLoop, log, takeReports } = setup();
    let fail;
    let task;
    const stop = () => task.stop();
    const late = () => {
      stop();
      return new Promise((_, reject) => (fail = reject));
    };
    const cleaning = function* () {
      try {
        stop();
        yield never();
      } finally {
        yield flushEventLoop();
        log.push('clean');
      }
    };
    const bad = () => {
      stop();
      return {
        get then() {
          throw broken;
        },
      };
    };
    const steps = (callback) =>
      async function* (context) {
        await null;
        yield* forEach([1], () => {})(context);
        yield* forEach([1, 2], callback)(context);
      };
    const inFunction = (callback) =>
      async function (context) {
        for await (const step of steps(callback)(context)) log.push(step);
      };
    for (const [callback, logged, reports] of [
      [late, ['end'], 1],
      [cleaning, ['clean', 'end'], 0],
      [bad, ['end'], 1],
    ]) {
      for (const use of [steps, inFunction]) {
        task = cooperator.cooperate(use(callback));
        task.whenDone().addErrback(() => log.push('end'));
        await pumpEventLoop(8);
        fail?.(broken);
        await flushEventLoop();
        expect(log.splice(0).filter((entry) => entry !== undefined)).toStrictEqual(logged);
        expect(takeReports()).toStrictEqual(Array(reports).fill({ error: broken, task }));
        fail = undefined;
      }
    }
  });

  test('J3: work that begins after its task was stopped does nothing, unless it is part of a clean-up', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const push = (n) => {
      log.push(n);
      return Promise.resolve();
    };
    let resolve;
    const waited = new Promise((fulfil) => (resolve = fulfil));
    const works = [
      async function* (context) {
        try {
          await waited;
          yield* forEach([1], push)(context);
        } finally {
          yield* forEach([2, 3], push)(context);
        }
      },
      async function* (context) {
        task.stop();
        yield* forEach([1], never)(context);
      },
    ];
    let task;
    for (const work of works) {
      task = cooperator.cooperate(work);
      const done = outcome(task.whenDone());
      await pumpEventLoop(2);
      if (task.state !== 'stopped') task.stop();
      resolve();
      await pumpEventLoop(8);
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    }
    expect(log).toStrictEqual([2, 3]);
  });

  test('J3: work whose task is stopped has the reason as the error of its next step, and then is over', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const task = cooperator.cooperate(async function (context) {
      const steps = forEach([1, 2], never)(context)[Symbol.asyncIterator]();
      log.push(await steps.next());
      await steps.next().catch((error) => log.push(error));
      log.push(await steps.next());
    });
    outcome(task.whenDone());
    await pumpEventLoop(4);
    task.stop();
    await pumpEventLoop(4);
    const end = { done: true, value: undefined };
    expect(log).toStrictEqual([{ done: false, value: undefined }, expect.any(TaskStopped), end]);
  });

  test('a wait that fails, and is handled, ends the turn', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const items = [1, 2, 3];
    const label = (name) => (n) => {
      log.push(name + n);
      return (function* () {
        try {
          yield Promise.reject(broken);
        } catch {
          // Handled.
        }
      })();
    };
    for (const name of ['a', 'b']) {
      void cooperator.cooperate(async function* () {
        yield* forEach(items, label(name));
      });
    }
    await pumpEventLoop(20);
    expect(log).toStrictEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  test('work has the values that it waits for, whoever asks for its steps', async () => {
    const values = [];
    async function* steps() {
      values.push(yield* map([1, 2], async (n) => n * 2));
    }
    for await (const step of steps()) expect(step).toBeUndefined();
    expect(values).toStrictEqual([[2, 4]]);
  });

  test('a promise may have a value that work must not yield', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const list = [Promise.resolve(1)];
    const task = cooperator.cooperate(async function* (context) {
      return [yield* map([1], async () => list), yield* map([1], async () => list)(context)];
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(12);
    expect(done).toStrictEqual([{ value: [[list], [list]] }]);
  });

  test('a yielded value whose then throws is an error at the yield', async () => {
    const { cooperator, pumpEventLoop } = setup();
    const bad = {
      get then() {
        throw broken;
      },
    };
    const task = cooperator.cooperate(async function* () {
      return yield* map([1], function* () {
        try {
          yield bad;
        } catch (error) {
          return error;
        }
      });
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(12);
    expect(done).toStrictEqual([{ value: [broken] }]);
  });

  test('J8: work that is over no longer listens to the signal of its task', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const task = cooperator.cooperate(async function* (context) {
      const { signal } = context;
      for (const name of ['addEventListener', 'removeEventListener']) {
        signal[name] = (...values) => {
          log.push(name);
          EventTarget.prototype[name].apply(signal, values);
        };
      }
      yield* map([1], async (n) => n)(context);
      yield* forEach([1], () => Promise.reject(broken))(context);
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(12);
    expect(done).toStrictEqual([{ error: broken }]);
    expect(log).toStrictEqual(Array(2).fill(['addEventListener', 'removeEventListener']).flat());
  });

  test('steps that are requested at once are made one after another', async () => {
    const { log } = setup();
    const rejects = [];
    const each = (n) => {
      log.push(n);
      return n === 2 ? new Promise((_, reject) => rejects.push(reject)) : Promise.resolve(n * 10);
    };
    const steps = map([1, 2, 3], each)()[Symbol.asyncIterator]();
    const promised = [1, 2, 3, 4].map(() => steps.next());
    await flushEventLoop();
    expect(log).toStrictEqual([1, 2]);
    rejects[0](broken);
    const results = await Promise.allSettled(promised);
    expect(results.map(({ value, reason }) => reason ?? value)).toStrictEqual([
      { done: false, value: undefined },
      { done: false, value: undefined },
      broken,
      { done: true, value: undefined },
    ]);

    const all = map([1, 2], (n) => Promise.resolve(n * 10))()[Symbol.asyncIterator]();
    const [, , last] = await Promise.all([all.next(), all.next(), all.next()]);
    expect(last).toStrictEqual({ done: true, value: [10, 20] });
  });

  test('D7, J8: a wait ends when its steps are closed or thrown into, and its late error is reported', async () => {
    for (const end of ['return', 'throw']) {
      const { log } = setup();
      function* items() {
        try {
          yield* [1, 2];
        } finally {
          log.push('closed');
        }
      }
      let fail;
      const late = () => new Promise((_, reject) => (fail = reject));
      const steps = forEach(items(), late)()[Symbol.asyncIterator]();
      const step = steps.next();
      const after = steps.next();
      const ended = steps[end](broken).then(
        (value) => ({ value }),
        (error) => ({ error }),
      );
      expect(await step).toStrictEqual({ done: false, value: undefined });
      expect(await ended).toStrictEqual(end === 'throw' ? { error: broken } : { value: { done: true, value: broken } });
      expect(await after).toStrictEqual({ done: true, value: undefined });
      expect(log).toStrictEqual(['closed']);
      const error = new Error('late');
      expect(await reportedBy(() => fail(error))).toStrictEqual([error]);
    }
  });

  test('D7: a late error of the items of parallel is reported once, whatever runs the async generator', async () => {
    const late = new Error('late');
    let rejects;
    const items = () => ({
      [Symbol.asyncIterator]() {
        let taken = 0;
        return {
          next: () =>
            taken++ === 0
              ? Promise.resolve({ done: false, value: 1 })
              : new Promise((_, reject) => rejects.push(reject)),
          return: async () => ({ done: true }),
        };
      },
    });
    const jobs = () => new Promise((_, reject) => rejects.push(reject));
    async function* steps(context) {
      yield* context === undefined ? parallel(items(), 2, jobs) : parallel(items(), 2, jobs)(context);
    }
    const loop = async (context) => {
      // eslint-disable-next-line no-unused-vars
      for await (const step of steps(context));
    };
    const uses = {
      'a task': [steps, 'cooperator'],
      'a task that does not pass the context on': [() => steps(), 'cooperator'],
      'a callback': [forEach([1], () => steps()), 'cooperator'],
      'another async generator': [
        async function* (context) {
          yield* steps(context);
        },
        'cooperator',
      ],
      'an async function': [loop, 'host'],
      'no task': [undefined, 'host'],
    };
    for (const [what, [work, reportedTo]] of Object.entries(uses)) {
      rejects = [];
      const { cooperator, pumpEventLoop, takeReports } = setup();
      const done = work === undefined ? [] : outcome(cooperator.cooperate(work).whenDone());
      if (work === undefined) loop().catch((error) => done.push({ error }));
      await pumpEventLoop(12);
      expect([what, rejects.length]).toStrictEqual([what, 2]);
      rejects[0](broken);
      await pumpEventLoop(12);
      expect([what, done]).toStrictEqual([what, [{ error: broken }]]);
      const toHost = await reportedBy(() => rejects[1](late));
      expect([what, toHost]).toStrictEqual([what, reportedTo === 'host' ? [late] : []]);
      expect(takeReports().map(({ error }) => error)).toStrictEqual(reportedTo === 'host' ? [] : [late]);
    }
  });

  test('D7: a task that was given the steps of work loses no error of what its work waited for', async () => {
    const { cooperator, pumpEventLoop } = setup();
    let fail;
    const work = forEach([1], () => new Promise((_, reject) => (fail = reject)))();
    const task = cooperator.cooperate({ [Symbol.asyncIterator]: () => work[Symbol.asyncIterator]() });
    const done = outcome(task.whenDone());
    await pumpEventLoop(2);
    task.stop();
    await pumpEventLoop(2);
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    expect(await reportedBy(() => fail(broken))).toStrictEqual([broken]);
  });

  test('steps that a callback of their own asks for are an error, and change nothing', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const errors = [];
    const task = cooperator.cooperate(async (context) => {
      const ask = (n) => {
        for (const method of ['next', 'throw', 'return']) steps[method]().catch((error) => errors.push(error));
        return n === 1 ? Promise.resolve(n) : never();
      };
      const steps = map([1, 2], ask)(context)[Symbol.asyncIterator]();
      log.push(await steps.next());
      log.push(await steps.next());
      await steps.next();
    });
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    expect(log).toHaveLength(1);
    task.stop(); // It still ends the wait.
    await pumpEventLoop(4);
    expect(log).toStrictEqual(Array(2).fill({ done: false, value: undefined }));
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
    expect(errors).toStrictEqual(Array(6).fill(expect.any(TypeError)));
  });

  test('an error thrown into the steps of work arrives in it', async () => {
    const { log } = setup();
    function* items() {
      try {
        yield* [1, 2];
      } finally {
        log.push('closed');
      }
    }
    const steps = forEach(items(), () => Promise.resolve())()[Symbol.asyncIterator]();
    await steps.next();
    await expect(steps.throw(broken)).rejects.toBe(broken);
    expect([log, failedAt(broken)]).toStrictEqual([['closed'], 0]);
    expect(await steps.next()).toStrictEqual({ done: true, value: undefined });
  });

  test('D7: without a task, errors that come after leaving are reported to the host, unless they tell of that', async () => {
    const rejects = [];
    const steps = parallel([1, 2], 2, () => new Promise((_, fail) => rejects.push(fail)))()[Symbol.asyncIterator]();
    while (rejects.length < 2) await steps.next();
    await steps.return();
    const reported = await reportedBy(() => {
      rejects[0](broken);
      rejects[1](new DOMException('left', 'AbortError'));
    });
    expect(reported).toStrictEqual([broken]);
  });

  test('leaving a loop over the steps of work closes its items, and throws their error', async () => {
    const { log } = setup();
    async function* steps() {
      function* items() {
        try {
          yield 1;
        } finally {
          log.push('closed');
          throw broken;
        }
      }
      yield* forEach(items(), () => Promise.resolve());
    }
    let error;
    try {
      for await (const step of steps()) {
        log.push(step);
        break;
      }
    } catch (caught) {
      error = caught;
    }
    expect([log, error]).toStrictEqual([[undefined, 'closed'], broken]);
  });

  test('the signal of a context that is not of a task does not end a wait', async () => {
    const controller = new AbortController();
    const steps = (async function* () {
      return yield* map([1], () => flushEventLoop().then(() => 'value'))({ progress() {}, signal: controller.signal });
    })();
    const step = steps.next();
    controller.abort();
    expect(await steps.next((await step).value)).toStrictEqual({ done: true, value: ['value'] });
  });
});
