// Queue: items and those who wait for them or for room, close, async iteration.
import { CancelledError, Deferred } from 'cooperator';
import { Queue, QueueClosed } from 'cooperator/sync';
import { forEach } from 'cooperator/work';
import { countListeners } from './support/count-listeners.js';
import { flushMicrotasks, outcome, setup, thrownBy } from './support/setup.js';

const reason = new Error('aborted by the test');

/** Gets an item and logs it, or the error. */
function getAs(log, label, queue, options) {
  return queue.get(options).addCallbacks(
    (item) => {
      log.push(`${label} gets ${item}`);
    },
    (error) => {
      log.push([label, error]);
    },
  );
}

/** Puts an item and logs when it is in. */
function putAs(log, item, queue, options) {
  return queue.put(item, options).addCallbacks(
    () => {
      log.push(`${item} is in`);
    },
    (error) => {
      log.push([item, error]);
    },
  );
}

describe('put and get', () => {
  test('items are got in the order in which they were put, undefined among them', () => {
    const queue = new Queue();
    for (const item of ['a', undefined, 'c']) queue.put(item);
    expect(queue.length).toBe(3);
    const lengths = [];
    const got = [1, 2, 3].map(() => {
      const seen = outcome(queue.get());
      lengths.push(queue.length);
      return seen;
    });
    expect(got).toStrictEqual([[{ value: 'a' }], [{ value: undefined }], [{ value: 'c' }]]);
    expect(lengths).toStrictEqual([2, 1, 0]);
  });

  test('an item goes to the one who has waited longest, before put returns', () => {
    const log = [];
    const queue = new Queue();
    getAs(log, 'first', queue);
    getAs(log, 'second', queue);
    expect(queue.waiting).toBe(2);
    putAs(log, 'a', queue);
    expect(log).toStrictEqual(['first gets a', 'a is in']);
    putAs(log, 'b', queue);
    expect([queue.waiting, queue.length]).toStrictEqual([0, 0]);
  });

  test('who puts into a full queue waits for room, first come, first served', () => {
    const log = [];
    const queue = new Queue(2);
    for (const item of ['a', 'b', 'c', 'd']) putAs(log, item, queue);
    expect(log).toStrictEqual(['a is in', 'b is in']);
    expect(queue.length).toBe(2);
    getAs(log, 'x', queue);
    expect(log.slice(2)).toStrictEqual(['c is in', 'x gets a']);
    for (const label of ['y', 'z', 'w']) getAs(log, label, queue);
    expect(log.slice(4)).toStrictEqual(['d is in', 'y gets b', 'z gets c', 'w gets d']);
  });

  test('callbacks may put and get', () => {
    const log = [];
    const queue = new Queue(1);
    putAs(log, 'a', queue);
    putAs(log, 'b', queue).addCallback(() => {
      getAs(log, 'inner', queue);
      putAs(log, 'd', queue);
    });
    putAs(log, 'c', queue);
    getAs(log, 'outer', queue);
    expect(log).toStrictEqual(['a is in', 'b is in', 'c is in', 'inner gets b', 'outer gets a']);
    for (const label of ['x', 'y']) getAs(log, label, queue);
    expect(log.slice(5)).toStrictEqual(['d is in', 'x gets c', 'y gets d']);
  });

  test('an item that is a promise is got when it has settled', async () => {
    const queue = new Queue();
    queue.put(Promise.resolve('later'));
    expect(await queue.get()).toBe('later');
  });

  test('items pass in linear time, however many wait', () => {
    const queue = new Queue(100_000);
    let sum = 0;
    for (let round = 0; round < 2; round++) {
      for (let item = 0; item < 150_000; item++) queue.put(item);
      for (let item = 0; item < 200_000; item++) queue.get().addCallback((value) => (sum += value));
      for (let item = 150_000; item < 200_000; item++) queue.put(item);
    }
    expect(sum).toBe(2 * ((199_999 * 200_000) / 2));
    expect([queue.length, queue.waiting]).toStrictEqual([0, 0]);
  });

  test('50,000 getters put for one another on a flat stack', () => {
    const queue = new Queue();
    let got = 0;
    for (let count = 0; count < 50_000; count++) {
      queue.get().addCallback((item) => {
        got++;
        queue.put(item);
      });
    }
    queue.put('token');
    expect([got, queue.length, queue.waiting]).toStrictEqual([50_000, 1, 0]);
  });
});

describe('cancelling and aborting', () => {
  test('who has cancelled gets no item', () => {
    const log = [];
    const queue = new Queue();
    getAs(log, 'first', queue).cancel();
    getAs(log, 'second', queue);
    putAs(log, 'a', queue);
    expect(log).toStrictEqual([['first', expect.any(CancelledError)], 'second gets a', 'a is in']);
  });

  test('a put that was cancelled while it waited puts nothing', () => {
    const log = [];
    const queue = new Queue(1);
    putAs(log, 'a', queue);
    const b = putAs(log, 'b', queue);
    putAs(log, 'c', queue);
    b.cancel();
    getAs(log, 'x', queue);
    getAs(log, 'y', queue);
    expect(log.slice(1)).toStrictEqual([['b', expect.any(CancelledError)], 'c is in', 'x gets a', 'y gets c']);
  });

  test('an aborted signal ends the wait of both, with one listener', () => {
    const log = [];
    const { signal, listeners, added, abort } = countListeners();
    const queue = new Queue(1);
    getAs(log, 'x', queue, { signal });
    getAs(log, 'y', queue, { signal });
    const full = new Queue(1);
    full.put('a');
    putAs(log, 'b', full, { signal });
    expect([listeners(), added()]).toStrictEqual([1, 1]);
    abort(reason);
    expect(log).toStrictEqual([
      ['x', reason],
      ['y', reason],
      ['b', reason],
    ]);
    expect([queue.waiting, full.length, listeners()]).toStrictEqual([0, 1, 0]);
  });

  test('with an aborted signal no item is put or taken', () => {
    const log = [];
    const signal = AbortSignal.abort(reason);
    const queue = new Queue();
    putAs(log, 'a', queue, { signal });
    queue.put('b');
    getAs(log, 'x', queue, { signal });
    expect(log).toStrictEqual([
      ['a', reason],
      ['x', reason],
    ]);
    expect(queue.length).toBe(1);
  });

  test('a getter whose Deferred was fired by its holder takes no item', () => {
    const log = [];
    const queue = new Queue();
    queue.get().callback('its own');
    getAs(log, 'x', queue);
    putAs(log, 'a', queue);
    expect(log).toStrictEqual(['x gets a', 'a is in']);
  });
});

describe('close', () => {
  test('the items can still be got; after them get fails, and so does put', () => {
    const log = [];
    const queue = new Queue();
    queue.put('a');
    expect(queue.closed).toBe(false);
    queue.close();
    expect(queue.closed).toBe(true);
    putAs(log, 'b', queue);
    getAs(log, 'x', queue);
    getAs(log, 'y', queue);
    expect(log).toStrictEqual([['b', expect.any(QueueClosed)], 'x gets a', ['y', expect.any(QueueClosed)]]);
    expect(log[0][1].message).toBe('Queue.put: the queue was closed; put items before you call close()');
    expect(log[2][1].message).toBe('Queue.get: the queue was closed, and no item is left');
    expect(log[2][1].name).toBe('QueueClosed');
    queue.close();
  });

  test('nobody is left waiting: neither for an item nor for room', () => {
    const log = [];
    const queue = new Queue(1);
    getAs(log, 'x', queue);
    getAs(log, 'y', queue).addBoth(() => getAs(log, 'z', queue));
    queue.close();
    expect(log).toStrictEqual(['x', 'y', 'z'].map((label) => [label, expect.any(QueueClosed)]));
    log.length = 0;
    const full = new Queue(1);
    full.put('a');
    putAs(log, 'b', full);
    full.close();
    expect(log).toStrictEqual([['b', expect.any(QueueClosed)]]);
    expect(log[0][1].message).toBe('Queue.put: the queue was closed while the item waited for room');
    expect(full.length).toBe(1);
  });

  test('QueueClosed has a default message, and is an Error', () => {
    const error = new QueueClosed();
    expect([error.name, error.message, error instanceof Error]).toStrictEqual([
      'QueueClosed',
      'the queue was closed',
      true,
    ]);
    expect(new QueueClosed('a message', { cause: reason }).cause).toBe(reason);
  });
});

describe('async iteration', () => {
  test('yields the items until the queue is closed and empty', async () => {
    const queue = new Queue(1);
    const seen = [];
    const producer = (async () => {
      for (let item = 0; item < 5; item++) await queue.put(item);
      queue.close();
    })();
    for await (const item of queue) seen.push(item);
    await producer;
    expect(seen).toStrictEqual([0, 1, 2, 3, 4]);
  });

  test('leaving the loop leaves the other items, and does not close the queue', async () => {
    const queue = new Queue();
    for (const item of ['a', 'b', 'c']) queue.put(item);
    for await (const item of queue) if (item === 'b') break;
    expect([queue.length, queue.closed]).toStrictEqual([1, false]);
  });

  test('several loops share the items', async () => {
    const queue = new Queue();
    const seen = [];
    const loop = async (label) => {
      for await (const item of queue) seen.push(label + item);
    };
    const loops = [loop('x'), loop('y')];
    for (const item of [1, 2, 3]) await queue.put(item);
    await flushMicrotasks();
    queue.close();
    await Promise.all(loops);
    expect(seen.map((entry) => entry.slice(1)).sort()).toStrictEqual(['1', '2', '3']);
    expect(seen.slice(0, 2)).toStrictEqual(['x1', 'y2']);
  });

  test('return ends a pending next, which then takes no item', async () => {
    const queue = new Queue();
    const iterator = queue[Symbol.asyncIterator]();
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
    const pending = iterator.next();
    expect(queue.waiting).toBe(1);
    expect(await iterator.return()).toStrictEqual({ done: true, value: undefined });
    expect(await pending).toStrictEqual({ done: true, value: undefined });
    expect(await iterator.next()).toStrictEqual({ done: true, value: undefined });
    queue.put('a');
    expect(queue.length).toBe(1);
  });

  test('an item that fails makes next fail, and the iteration goes on', async () => {
    const queue = new Queue();
    const cancelled = new CancelledError('an item');
    for (const error of [reason, cancelled]) queue.put(Promise.reject(error));
    queue.put('a');
    const iterator = queue[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBe(reason);
    await expect(iterator.next()).rejects.toBe(cancelled);
    expect(await iterator.next()).toStrictEqual({ done: false, value: 'a' });
  });

  test('a task that loops over a queue and is stopped takes no further item', async () => {
    const { cooperator, pumpAsync, log } = setup({ turns: Infinity });
    const queue = new Queue();
    const task = cooperator.cooperate(
      forEach(queue, (item) => {
        log.push(item);
      }),
    );
    outcome(task.whenDone());
    queue.put('a');
    await pumpAsync(3);
    task.stop();
    await flushMicrotasks();
    expect([log, queue.waiting]).toStrictEqual([['a'], 0]);
    queue.put('b');
    expect(queue.length).toBe(1);
  });
});

test.each([
  [0, RangeError],
  [2.5, RangeError],
  [NaN, RangeError],
  ['3', TypeError],
])('%p is no size', (size, ErrorClass) => {
  const error = thrownBy(() => new Queue(size));
  expect(error).toBeInstanceOf(ErrorClass);
  expect(error.message).toMatch(
    /^new Queue: size must be (a number|an integer from 1, or Infinity), not ("3"|[\w.]+)$/,
  );
});

test('options are checked before anything is put or taken', () => {
  const queue = new Queue();
  expect(() => queue.put('a', { signal: 1 })).toThrow(/^Queue\.put: options\.signal must be an AbortSignal, not 1$/);
  expect(() => queue.get(() => {})).toThrow(/^Queue\.get: options must be an object, not a function$/);
  expect([queue.length, queue.waiting]).toStrictEqual([0, 0]);
});

test('what put and get return are Deferreds of the package', () => {
  const queue = new Queue(1);
  for (const deferred of [queue.put('a'), queue.put('b'), queue.get(), queue.get(), queue.get()]) {
    expect(deferred).toBeInstanceOf(Deferred);
  }
});
