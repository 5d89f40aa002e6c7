// A limit for callers that come one by one: Twisted's DeferredSemaphore.

import { CancelledError, Deferred, internals } from '../index.js';
import { inAsyncGenerator } from '../tasks/in-async-generator.js';
import { mustBe } from '../util/argument-errors.js';
import { reserveStack } from '../util/stack.js';
import { Hold } from './hold.js';
import { Line, signalIn } from './line.js';
import { Permit } from './permit.js';

/** @typedef {import('./hold.js').HoldContext} HoldContext */
/** @template O @typedef {import('./hold.js').Outcome<O>} Outcome */
/** @typedef {import('./line.js').WaitOptions} WaitOptions */

/**
 * Lets at most `limit` callers in at a time; the others wait in line, first come, first served. Twisted's
 * DeferredSemaphore.
 *
 * @example
 * const requests = new Semaphore(4);
 * const pages = await Promise.all(urls.map((url) => requests.run(({ signal }) => fetch(url, { signal }))));
 */
export class Semaphore {
  #limit;
  #active = 0;
  /**
   * Invariant: nobody waits while permits are left, except inside of `#admit`.
   */
  #line = new Line();
  #release = () => {
    this.#active--;
    this.#admit();
  };

  /**
   * @param {number} limit  an integer from 1, or Infinity
   * @throws {TypeError | RangeError} if limit is invalid
   */
  constructor(limit) {
    this.#limit = checkLimit('new Semaphore: limit', limit);
  }

  /**
   * How many may be in at a time. A higher limit lets those in who wait; a lower one takes nothing back, and lets
   * nobody in until enough permits were released.
   * @type {number}
   */
  get limit() {
    return this.#limit;
  }

  set limit(limit) {
    checkLimit('Semaphore.limit', limit);
    reserveStack();
    this.#limit = limit;
    this.#admit();
  }

  /** The number of permits that were acquired and not yet released. */
  get active() {
    return this.#active;
  }

  /** The number of callers that wait in line. */
  get waiting() {
    return this.#line.length;
  }

  /**
   * Waits for a permit. The Deferred has fired when this returns if there is one left. Cancelling it leaves the line.
   *
   * A task that may be stopped while it waits gives its signal, or else uses `hold` or `run`: a permit that nobody
   * receives is never released.
   *
   * @example
   * const permit = await lock.acquire({ signal });
   * try {
   *   await write(file);
   * } finally {
   *   permit.release();
   * }
   * @param {WaitOptions} [options]
   * @returns {Deferred<Permit>}
   * @throws {TypeError} if an option is invalid
   */
  acquire(options) {
    return this.#acquire(signalIn('Semaphore.acquire', options));
  }

  /**
   * @param {AbortSignal | undefined} signal
   * @param {(permit: Permit) => unknown} [callback]  the first one of the Deferred
   * @returns {Deferred<any>}
   */
  #acquire(signal, callback) {
    reserveStack();
    if (signal?.aborted) return Deferred.fail(internals.reasonOf(signal));
    if (this.#active >= this.#limit || this.#line.length > 0) return this.#line.join(signal, undefined, callback);
    const deferred = new Deferred();
    if (callback !== undefined) deferred.addCallback(callback);
    this.#active++;
    internals.settle(deferred, false, new Permit(this.#release));
    return deferred;
  }

  /** Lets in whom the limit allows. In a loop, whose callbacks may acquire, release, cancel and change the limit. */
  #admit() {
    while (this.#active < this.#limit) {
      const first = this.#line.shift();
      if (first === undefined) return;
      this.#active++;
      first.settle(false, new Permit(this.#release));
    }
  }

  /**
   * Waits for a permit, calls `fn`, and releases the permit when what it returned has settled: a promise, a Deferred or
   * a task. `fn` runs with the AsyncLocalStorage stores of this call.
   *
   * Aborting the signal, or cancelling the Deferred that this returns, ends the wait. If `fn` runs already, it aborts
   * the signal that `fn` was given, stops a task and cancels a Deferred that it returned. The permit is released when
   * these have come to their end.
   *
   * @example
   * const row = await connections.run(() => database.query('select 1'), { signal });
   * @template O
   * @param {(context: HoldContext) => O} fn
   * @param {WaitOptions} [options]
   * @returns {Deferred<Outcome<O>>}
   * @throws {TypeError} if an argument is invalid
   */
  run(fn, options) {
    if (typeof fn !== 'function') throw mustBe('Semaphore.run: fn', 'a function', fn);
    const signal = signalIn('Semaphore.run', options);
    const scope = internals.capture();
    return this.#acquire(signal, (permit) => new Hold(permit, signal).run(fn, scope));
  }

  /**
   * For `yield*` in a task: waits for a permit, runs the generator that `fn` returns, and releases the permit, also if
   * the task fails or is stopped at any point.
   *
   * @example
   * const total = yield* lock.hold(function* () {
   *   const text = yield readFile(path);
   *   yield writeFile(path, text + line);
   *   return text.length;
   * });
   * @template T
   * @param {() => { [Symbol.iterator](): Iterator<unknown, T, any> }} fn  usually a generator function
   * @returns {Generator<unknown, T, any>}
   * @throws {TypeError} if fn is not a function
   */
  hold(fn) {
    if (typeof fn !== 'function') throw mustBe('Semaphore.hold: fn', 'a function', fn);
    const generator = this.#hold(fn);
    /** @type {any} */ (generator)[Symbol.asyncIterator] = () => inAsyncGenerator(generator);
    return generator;
  }

  /** @param {() => Iterable<unknown>} fn @returns {Generator<unknown, any, any>} */
  *#hold(fn) {
    const acquiring = this.acquire();
    try {
      if (!acquiring.called) yield acquiring;
      return yield* fn();
    } finally {
      // Releases the permit even if the task was stopped before it received it.
      acquiring.addCallbacks(
        (permit) => permit.release(),
        () => {},
      );
      acquiring.cancel();
    }
  }

  /** Fails the Deferreds of all who wait with CancelledError. Those who are in stay in. */
  clear() {
    reserveStack();
    this.#line.rejectAll(() => new CancelledError(`${this[Symbol.toStringTag]}.clear() was called`));
  }

  /** Also keeps stores of reactive state from wrapping it. */
  get [Symbol.toStringTag]() {
    return 'Semaphore';
  }
}

/** @param {string} what @param {unknown} limit @returns {number} */
export function checkLimit(what, limit) {
  if (typeof limit !== 'number') throw mustBe(what, 'a number', limit);
  if (!(limit >= 1 && (Number.isInteger(limit) || limit === Infinity))) {
    throw new RangeError(`${what} must be an integer from 1, or Infinity, not ${limit}`);
  }
  return limit;
}
