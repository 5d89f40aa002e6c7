// An async iterable that runs a function for many items at a time, up to a limit, and yields the results as they come.

import { listen, reasonOf, unlisten } from '../tasks/signals.js';
import { mustBe } from '../util/argument-errors.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { reserveStack } from '../util/stack.js';
import { tellsOfStop } from '../util/stop-errors.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { checkFunction, checkIterable, checkLimit, checkOptions } from './argument-checks.js';
import { recordFailedAt } from './failed-at.js';
import { ItemSource } from './item-source.js';
import { Jobs } from './jobs.js';

/** @template O @typedef {import('./callback-result.js').Settled<O>} Settled */
/** @template I @typedef {import('./ready-work.js').Items<I>} Items */

/**
 * The options of `stream`.
 *
 * ```js
 * const pages = stream(urls, 4, load, { ordered: true, signal: AbortSignal.timeout(10_000) });
 * ```
 * @typedef {object} StreamOptions
 * @property {boolean} [ordered]  true: the results are in the order of the items; default: false, as they come
 * @property {AbortSignal} [signal]  ends the iteration with its reason when it is aborted; default: none
 */

/**
 * Calls `fn` for each item and yields the results as they come. At most `limit` results are computed, or wait to be
 * taken: so a slow consumer slows the source down. Items that are promises are awaited first, as p-map and
 * streaming-iterables do.
 *
 * Nothing is taken from the items before the iteration begins, and each iteration begins anew. Leaving the loop, aborting
 * the signal, and the first error end it: what still runs is stopped as in `parallel`, and the iterator of the items is
 * closed. Leaving and errors wait for the clean-ups of jobs that are tasks. Later errors are dropped after an error, as
 * in Promise.all; after leaving or aborting they are reported to the host, unless they only tell that their job was
 * stopped.
 *
 * @example
 * for await (const page of stream(urls, 4, (url, index, { signal }) => fetch(url, { signal }))) {
 *   if (page.ok) break; // the other requests are aborted
 * }
 * @template I, O
 * @param {Items<I>} iterable
 * @param {number} limit  an integer from 1, or Infinity
 * @param {(item: Awaited<I>, index: number, context: { signal: AbortSignal }) => O} fn
 * @param {StreamOptions} [options]
 * @returns {AsyncIterable<Settled<O>>}
 * @throws {TypeError | RangeError} if an argument is invalid
 */
export function stream(iterable, limit, fn, options) {
  checkIterable('stream', iterable);
  checkLimit('stream', limit);
  checkFunction('stream', 'fn', fn);
  const { ordered = false, signal } = checkOptions('stream', options, ['ordered', 'signal']);
  if (typeof ordered !== 'boolean') throw mustBe('stream: options.ordered', 'a boolean', ordered);
  const isSignal = typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function';
  if (signal !== undefined && !isSignal) throw mustBe('stream: options.signal', 'an AbortSignal', signal);
  return { [Symbol.asyncIterator]: () => new StreamIterator('stream', iterable, limit, fn, { ordered, signal }) };
}

/** @typedef {{ resolve(step: IteratorResult<any, undefined>): void, reject(error: unknown): void }} Call */

/** @typedef {{ status: string, value?: any, reason?: any, isOfSource?: boolean }} Result  as of Promise.allSettled */

/** @returns {IteratorResult<any, undefined>} */
const done = () => ({ done: true, value: undefined });

/**
 * Invariant: the items taken and the results delivered differ by at most `limit`: so many jobs run, or their results
 * wait.
 *
 * @implements {AsyncIterableIterator<any>}
 */
export class StreamIterator {
  #iterable;
  #limit;
  #ordered;
  #signal;
  #settle;
  #jobs;
  /** Undefined before the first `next`. @type {ItemSource<any> | undefined} */
  #source;
  /** Items taken, and results delivered. */
  #taken = 0;
  #delivered = 0;
  #finished = 0;
  /**
   * Results that wait, by the place in which they are delivered: the index of the item, or how many were there before.
   * @type {Map<number, Result>}
   */
  #results = new Map();
  /** Calls of `next` that wait. @type {Call[]} */
  #calls = [];
  /** Waits for the source's next step. */
  #isTaking = false;
  /** No item is taken any more: the source has ended, or something has failed. */
  #isEnding = false;
  #isOver = false;
  /** The clean-ups after an abort or an error. Never rejects. @type {Promise<void> | undefined} */
  #ending;
  #isAdvancing = false;
  /** The reason of a signal that nobody has received yet. @type {{ reason: unknown } | undefined} */
  #abortion;

  /**
   * @param {string} name  of the function that the user called
   * @param {Items<any>} iterable @param {number} limit @param {Function} fn
   * @param {StreamOptions & { settle?: boolean }} options  settle: errors of jobs are results, as in `parallel`
   */
  constructor(name, iterable, limit, fn, { ordered = false, signal, settle = false }) {
    this.#iterable = iterable;
    this.#limit = limit;
    this.#ordered = ordered;
    this.#signal = signal;
    this.#settle = settle;
    this.#jobs = new Jobs(name, fn, true, (index, result) => this.#store(index, result));
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  next() {
    return new Promise((resolve, reject) => {
      reserveStack();
      if (this.#source === undefined && !this.#isOver) this.#open();
      this.#calls.push({ resolve, reject });
      this.#advance();
    });
  }

  #open() {
    const signal = this.#signal;
    if (signal?.aborted) {
      this.abort();
      return;
    }
    try {
      if (signal !== undefined) listen(signal, this);
      this.#source = new ItemSource(this.#iterable);
    } catch (error) {
      this.#finish();
      throw error; // rejects the promise of `next`
    }
  }

  /**
   * Ends the iteration: stops what runs and closes the iterator of the items.
   * @returns {Promise<IteratorResult<any, undefined>>}
   */
  async return() {
    reserveStack();
    if (!this.#isOver) {
      this.#jobs.onLateError = reporter(undefined);
      await this.#end(undefined);
    } else {
      await null; // The call of `next` that gets the error comes first.
      await this.#ending;
    }
    return done();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** The signal is aborted. */
  abort() {
    const reason = reasonOf(/** @type {AbortSignal} */ (this.#signal));
    this.#abortion = { reason };
    this.#jobs.onLateError = reporter(reason);
    this.#ending = this.#end(reason).catch(reportUnhandled);
  }

  /** @param {number} index @param {Result} result */
  #store(index, result) {
    if (this.#isFailure(result)) this.#isEnding = true;
    this.#results.set(this.#ordered ? index : this.#finished, result);
    this.#finished++;
    this.#advance();
  }

  /** Returns true if the iteration ends with this result. @param {Result} result */
  #isFailure(result) {
    return result.status === 'rejected' && (!this.#settle || result.isOfSource);
  }

  /** Delivers results and takes items, as long as there is something to do. */
  #advance() {
    // Jobs may end, and the source may call `next`, while this runs.
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      do this.#deliver();
      while (this.#take());
    } finally {
      this.#isAdvancing = false;
    }
  }

  #deliver() {
    while (this.#calls.length > 0) {
      const result = this.#results.get(this.#delivered);
      const hasEnded = this.#isEnding && !this.#isTaking && this.#delivered === this.#taken;
      if (!this.#isOver && result === undefined && !hasEnded) return;
      const { resolve, reject } = /** @type {Call} */ (this.#calls.shift());
      if (this.#abortion !== undefined) {
        this.#rejectAtEnd(reject, this.#abortion.reason);
        this.#abortion = undefined;
      } else if (this.#isOver || result === undefined) {
        this.#finish();
        resolve(done());
      } else {
        this.#results.delete(this.#delivered++);
        if (this.#isFailure(result)) this.#fail(result.reason, reject);
        else resolve({ done: false, value: this.#settle ? result : result.value });
      }
    }
  }

  /** Takes an item, if there is room for one, and starts its job. Returns true if there may be more to do. */
  #take() {
    if (this.#isOver || this.#isEnding || this.#isTaking || this.#taken - this.#delivered >= this.#limit) return false;
    const source = /** @type {ItemSource<any>} */ (this.#source);
    let step;
    let then;
    try {
      this.#isTaking = true;
      step = source.nextStep();
      then = source.isAsync ? thenOf(step) : undefined;
    } catch (error) {
      this.#sourceFailed(error);
      return true;
    }
    if (then === undefined) {
      this.#start(step);
      return true;
    }
    subscribe(
      step,
      then,
      (value) => {
        this.#start(value);
        this.#advance();
      },
      (error) => {
        source.stepRejected();
        this.#sourceFailed(error);
        this.#advance();
      },
    );
    return !this.#isTaking; // a thenable may call back at once
  }

  /** @param {any} step */
  #start(step) {
    this.#isTaking = false;
    const source = /** @type {ItemSource<any>} */ (this.#source);
    if (this.#isOver && source.isAsync) return;
    try {
      if (!source.interpretStep(step)) {
        this.#isEnding = true;
        return;
      }
      if (this.#isOver) {
        source.close(); // its own code has ended the iteration
        return;
      }
    } catch (error) {
      this.#sourceFailed(error);
      return;
    }
    this.#jobs.start(source.item, this.#taken++);
  }

  /** @param {unknown} error */
  #sourceFailed(error) {
    this.#isTaking = false;
    if (this.#isOver) {
      this.#jobs.onLateError(error);
      return;
    }
    recordFailedAt(error, this.#taken);
    this.#store(this.#taken++, { status: 'rejected', reason: error, isOfSource: true });
  }

  /**
   * Ends the iteration with an error, as soon as the iterator of the items is closed.
   * @param {unknown} error @param {(error: unknown) => void} reject
   */
  #fail(error, reject) {
    this.#ending = this.#end(error).catch(() => {}); // An error of closing is dropped, as in a `for` loop.
    this.#rejectAtEnd(reject, error);
  }

  /** @param {(error: unknown) => void} reject @param {unknown} error */
  async #rejectAtEnd(reject, error) {
    await null; // `abort` sets the promise after this.
    await this.#ending;
    reject(error);
  }

  #finish() {
    this.#isOver = true;
    try {
      if (this.#signal !== undefined) unlisten(this.#signal, this);
    } catch (error) {
      reportUnhandled(error); // The iteration ends nevertheless.
    }
  }

  /**
   * Stops what runs, and closes the iterator of the items. Waits for both, but not for the iterator if its `next` is
   * pending: an async generator is closed only after it.
   * @param {unknown} reason  for the jobs' signals
   */
  async #end(reason) {
    const isTaking = this.#isTaking;
    const waiting = [...this.#results.values()];
    this.#results.clear();
    this.#finish();
    this.#jobs.stop(() => reason);
    for (const result of waiting) if (result.status === 'rejected') this.#jobs.onLateError(result.reason);
    this.#advance();
    try {
      // A source that is not async, and takes, has called this itself: it is closed after its step.
      const closed = isTaking && !this.#source?.isAsync ? undefined : this.#source?.close();
      if (isTaking) Promise.resolve(closed).catch((error) => this.#jobs.onLateError(error));
      else await closed;
    } finally {
      await Promise.allSettled(this.#jobs.closing);
    }
  }
}

/**
 * Returns what reports the errors that come after the iteration. Outside of the class, because a job that never ends would
 * keep the iterator (J8).
 * @param {unknown} reason  for which the jobs were stopped
 */
function reporter(reason) {
  return (/** @type {unknown} */ error) => {
    if (!tellsOfStop(error, reason)) reportUnhandled(error);
  };
}
