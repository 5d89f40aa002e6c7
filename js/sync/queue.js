// Items that pass from those who put them to those who get them: Twisted's DeferredQueue.

import { CancelledError, Deferred, internals } from '../index.js';
import { reserveStack } from '../util/stack.js';
import { Line, signalIn, succeed } from './line.js';
import { checkLimit } from './semaphore.js';

/** @typedef {import('./line.js').WaitOptions} WaitOptions */

/**
 * The Queue was closed: nothing can be put into it, and nothing is left to get.
 * @example
 * queue.close();
 * await queue.get().catch((error) => console.log(error instanceof QueueClosed)); // true, if it was empty
 */
export class QueueClosed extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the queue was closed', options) {
    super(message, options);
  }
}
// A minifier may rename the class, but not this string.
Object.defineProperty(QueueClosed.prototype, 'name', { value: 'QueueClosed', configurable: true, writable: true });

/**
 * Items in the order in which they are put. Who gets waits for an item; who puts waits for room. Each item goes to one
 * getter, first come, first served. Twisted's DeferredQueue, except that `put` into a full queue waits.
 *
 * @example
 * const lines = new Queue(100);
 * cooperate(async function produce() {
 *   for await (const line of file) await lines.put(line);
 *   lines.close();
 * });
 * for await (const line of lines) console.log(line);
 * @template T
 * @implements {AsyncIterable<T>}
 */
export class Queue {
  #size;
  #closed = false;
  /**
   * The items are those from `#first` on. Invariant: if somebody waits for an item, there is none, and if somebody waits
   * for room, there is none, except inside of `get`.
   * @type {T[]}
   */
  #items = [];
  #first = 0;
  #getters = new Line();
  #putters = new Line();

  /**
   * @param {number} [size]  how many items it holds at most, an integer from 1, or Infinity
   * @throws {TypeError | RangeError} if size is invalid
   */
  constructor(size = Infinity) {
    this.#size = checkLimit('new Queue: size', size);
  }

  /** The number of items in the queue. */
  get length() {
    return this.#items.length - this.#first;
  }

  /** The number of callers that wait for an item. */
  get waiting() {
    return this.#getters.length;
  }

  /** True once `close` was called. */
  get closed() {
    return this.#closed;
  }

  /**
   * Puts an item at the end. If somebody waits for an item, its Deferred fires before this returns. The Deferred of this
   * call fires when the item is in the queue; cancelling it while it waits for room takes the item back. It fails with
   * QueueClosed if the queue is closed.
   * @param {T} item
   * @param {WaitOptions} [options]
   * @returns {Deferred<void>}
   * @throws {TypeError} if an option is invalid
   */
  put(item, options) {
    const signal = signalIn('Queue.put', options);
    reserveStack();
    if (this.#closed) {
      return Deferred.fail(new QueueClosed('Queue.put: the queue was closed; put items before you call close()'));
    }
    if (signal?.aborted) return Deferred.fail(internals.reasonOf(signal));
    const getter = this.#getters.shift();
    if (getter !== undefined) getter.settle(false, item);
    else if (this.length < this.#size && this.#putters.length === 0) this.#items.push(item);
    else return this.#putters.join(signal, item);
    return succeed(undefined);
  }

  /**
   * Takes the first item. The Deferred has fired when this returns if there is one. Cancelling it leaves the line, and
   * takes no item. It fails with QueueClosed if the queue is closed and empty.
   *
   * A task that may be stopped while it waits gives its signal: an item for which nobody waits any more would be lost.
   * @param {WaitOptions} [options]
   * @returns {Deferred<T>}
   * @throws {TypeError} if an option is invalid
   */
  get(options) {
    const signal = signalIn('Queue.get', options);
    reserveStack();
    if (signal?.aborted) return Deferred.fail(internals.reasonOf(signal));
    if (this.length > 0) {
      const item = this.#shift();
      this.#admit();
      return succeed(item);
    }
    if (this.#closed) return Deferred.fail(isDrained());
    return this.#getters.join(signal);
  }

  #shift() {
    const item = this.#items[this.#first];
    this.#items[this.#first++] = /** @type {any} */ (undefined);
    // Half of the array is unused: each item is moved once, on average.
    if (2 * this.#first >= this.#items.length) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Lets the items in for which there is room. In a loop, whose callbacks may put, get and cancel. */
  #admit() {
    while (this.length < this.#size) {
      const putter = this.#putters.shift();
      if (putter === undefined) return;
      this.#items.push(putter.item);
      putter.settle(false, undefined);
    }
  }

  /**
   * Closes the queue. Its items can still be got. Who waits for an item or for room gets the error QueueClosed. Only the
   * first call has an effect.
   */
  close() {
    reserveStack();
    this.#closed = true;
    this.#getters.rejectAll(isDrained);
    this.#putters.rejectAll(() => new QueueClosed('Queue.put: the queue was closed while the item waited for room'));
  }

  /**
   * Iterates over the items as they come, until the queue is closed and empty. Each item goes to one iterator. Leaving
   * the loop does not close the queue.
   * @returns {AsyncIterableIterator<T>}
   */
  [Symbol.asyncIterator]() {
    return new QueueIterator(this);
  }

  get [Symbol.toStringTag]() {
    return 'Queue';
  }
}

const isDrained = () => new QueueClosed('Queue.get: the queue was closed, and no item is left');

/**
 * @template T
 * @implements {AsyncIterableIterator<T>}
 */
class QueueIterator {
  #queue;
  #over = false;
  /** The calls of `get` that have not ended. @type {Set<Deferred<T>>} */
  #gets = new Set();

  /** @param {Queue<T>} queue */
  constructor(queue) {
    this.#queue = queue;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async next() {
    if (this.#over) return { done: true, value: undefined };
    const got = this.#queue.get();
    this.#gets.add(got);
    try {
      return { done: false, value: await got };
    } catch (error) {
      if (!(error instanceof QueueClosed || (error instanceof CancelledError && this.#over))) throw error;
      this.#over = true;
      return { done: true, value: undefined };
    } finally {
      this.#gets.delete(got);
    }
  }

  /** Ends the iteration. A pending `next` takes no item. @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.#over = true;
    for (const got of this.#gets) got.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
