// The calls that `parallel` makes: which are running, and what they resulted in.

import { subscribe, thenOf } from '../util/thenable.js';
import { awaitableOf } from './callback-result.js';
import { recordFailedAt } from './failed-at.js';

/** A job is what one call of the user's function returned. */
export class Jobs {
  /** The results by the index of the item. @type {any[]} */
  results = [];
  /**
   * The unfinished jobs, and the controllers of their signals: each job that uses its signal has one of its own, because
   * hosts warn about many listeners on one. Each is wrapped, because the function may return the same value twice.
   * @type {Set<{ job: any, controller: AbortController | undefined }>}
   */
  running = new Set();
  /** The first error, unless errors are results too. @type {{ error: unknown } | undefined} */
  failure;
  /** Promises whose errors neither the results nor the work's failure tell of. @type {PromiseLike<unknown>[]} */
  strays = [];
  /** Called whenever a job finishes. @type {() => void} */
  onChange = () => {};
  #stopped = false;
  /** @type {unknown} */
  #reason;
  #done = 0;
  #fn;
  #settle;
  #progress;

  /** @param {Function} fn @param {boolean} settle @param {((done: number) => void) | undefined} progress */
  constructor(fn, settle, progress) {
    this.#fn = fn;
    this.#settle = settle;
    this.#progress = progress;
  }

  throwIfFailed() {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Calls the function for an item and follows what it returns. @param {unknown} item @param {number} index */
  start(item, index) {
    /** @type {{ job: any, controller: AbortController | undefined }} */
    const entry = { job: undefined, controller: undefined };
    let awaitable;
    let then;
    try {
      entry.job = this.#fn(item, index, this.#contextFor(entry));
      awaitable = awaitableOf(entry.job);
      then = thenOf(awaitable);
      if (then === undefined) refuseWork(awaitable);
    } catch (error) {
      this.#fail(index, error);
      return;
    }
    if (then === undefined) {
      this.#succeed(index, awaitable);
      return;
    }
    this.running.add(entry);
    subscribe(
      awaitable,
      then,
      (value) => {
        this.running.delete(entry);
        this.#succeed(index, value);
      },
      (error) => {
        this.running.delete(entry);
        this.#fail(index, error);
      },
    );
  }

  /** @param {{ controller: AbortController | undefined }} entry */
  #contextFor(entry) {
    const signalOf = () => {
      if (entry.controller === undefined) {
        entry.controller = new AbortController();
        if (this.#stopped) entry.controller.abort(this.#reason);
      }
      return entry.controller.signal;
    };
    return {
      get signal() {
        return signalOf();
      },
    };
  }

  /** @param {number} index @param {unknown} value */
  #succeed(index, value) {
    this.#finish(index, this.#settle ? { status: 'fulfilled', value } : value);
  }

  /** @param {number} index @param {unknown} error */
  #fail(index, error) {
    if (!this.#settle && this.failure === undefined && !this.#stopped) {
      recordFailedAt(error, index);
      this.failure = { error };
    }
    this.#finish(index, { status: 'rejected', reason: error });
  }

  /** @param {number} index @param {unknown} result */
  #finish(index, result) {
    if (this.#stopped) return;
    this.results[index] = result;
    this.#progress?.(++this.#done);
    this.onChange();
  }

  /** Stops all running jobs. Only the first call has an effect. @param {() => unknown} getReason  for the signal */
  stop(getReason) {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.running.size === 0) return;
    this.#reason = getReason();
    for (const { controller } of this.running) controller?.abort(this.#reason);
    for (const { job } of this.running) {
      try {
        if (typeof job.whenDone !== 'function') job.cancel?.();
        else if (['runnable', 'paused', 'waiting'].includes(job.state)) job.stop();
      } catch (error) {
        this.strays.push(Promise.reject(error)); // Stop the other jobs, too.
      }
    }
  }
}

/**
 * Throws if the function returned an iterator or ready-made work: nothing would run it.
 * @param {any} value
 */
function refuseWork(value) {
  const isIterable = typeof (value?.[Symbol.iterator] ?? value?.[Symbol.asyncIterator]) === 'function';
  if (isIterable && (typeof value === 'function' || typeof value.next === 'function')) {
    const what = typeof value === 'function' ? `${value.name || 'ready-made'} work` : 'an iterator';
    throw new TypeError(
      `parallel: fn must not return ${what}, which nothing would run; pass it to cooperate() and return the task`,
    );
  }
}
