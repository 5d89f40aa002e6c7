// The calls that `parallel` and `stream` make: which are running, and what they resulted in.

import { subscribe, thenOf } from '../util/thenable.js';
import { awaitableOf } from './callback-result.js';
import { recordFailedAt } from './failed-at.js';

/** @typedef {{ job: any, controller: AbortController | undefined }} Entry  job: undefined while the item is awaited */

/** A job is what one call of the user's function returned. */
export class Jobs {
  /**
   * The unfinished jobs, and the controllers of their signals: each job that uses its signal has one of its own, because
   * hosts warn about many listeners on one. Each is wrapped, because the function may return the same value twice.
   * @type {Set<Entry>}
   */
  running = new Set();
  /** The first error, unless errors are results too. @type {{ error: unknown } | undefined} */
  failure;
  /** Promises whose errors neither the results nor the work's failure tell of. @type {PromiseLike<unknown>[]} */
  strays = [];
  /** Called whenever a job finishes. @type {() => void} */
  onChange = () => {};
  /** Called with the error of a job that fails after `stop`. @type {(error: unknown) => void} */
  onLateError = () => {};
  #stopped = false;
  /** @type {unknown} */
  #reason;
  #name;
  #fn;
  #settle;
  #store;

  /**
   * @param {string} name  of the function that makes the calls
   * @param {Function} fn
   * @param {boolean} settle  errors are results, which have the form of Promise.allSettled
   * @param {(index: number, result: any) => void} store  called with the result of each job; not after `stop`
   */
  constructor(name, fn, settle, store) {
    this.#name = name;
    this.#fn = fn;
    this.#settle = settle;
    this.#store = store;
  }

  throwIfFailed() {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /**
   * Calls the function for an item, or for the value of a promise, and follows what it returns.
   * @param {unknown} item @param {number} index
   */
  start(item, index) {
    /** @type {Entry} */
    const entry = { job: undefined, controller: undefined };
    let then;
    try {
      then = thenOf(item);
    } catch (error) {
      this.#fail(index, error);
      return;
    }
    if (then === undefined) this.#call(entry, item, index);
    else this.#follow(entry, item, then, index, (value) => !this.#stopped && this.#call(entry, value, index));
  }

  /**
   * @param {Entry} entry @param {any} awaitable @param {Function} then @param {number} index
   * @param {(value: any) => void} onValue
   */
  #follow(entry, awaitable, then, index, onValue) {
    this.running.add(entry);
    subscribe(
      awaitable,
      then,
      (value) => {
        this.running.delete(entry);
        onValue(value);
      },
      (error) => {
        this.running.delete(entry);
        this.#fail(index, error);
      },
    );
  }

  /** @param {Entry} entry @param {unknown} item @param {number} index */
  #call(entry, item, index) {
    let awaitable;
    let then;
    try {
      entry.job = this.#fn(item, index, this.#contextFor(entry));
      awaitable = awaitableOf(entry.job);
      then = thenOf(awaitable);
      if (then === undefined) refuseWork(this.#name, awaitable);
    } catch (error) {
      this.#fail(index, error);
      return;
    }
    if (then === undefined) this.#succeed(index, awaitable);
    else this.#follow(entry, awaitable, then, index, (value) => this.#succeed(index, value));
  }

  /** @param {Entry} entry */
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
    if (this.#stopped) {
      this.onLateError(error);
      return;
    }
    if (this.failure === undefined) recordFailedAt(error, index);
    if (!this.#settle) this.failure ??= { error };
    this.#finish(index, { status: 'rejected', reason: error });
  }

  /** @param {number} index @param {unknown} result */
  #finish(index, result) {
    if (this.#stopped) return;
    this.#store(index, result);
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
        if (typeof job?.whenDone !== 'function') job?.cancel?.();
        else if (['runnable', 'paused', 'waiting'].includes(job.state)) job.stop();
      } catch (error) {
        this.strays.push(Promise.reject(error)); // Stop the other jobs, too.
      }
    }
  }
}

/**
 * Throws if the function returned an iterator or ready-made work: nothing would run it.
 * @param {string} name @param {any} value
 */
function refuseWork(name, value) {
  const isIterable = typeof (value?.[Symbol.iterator] ?? value?.[Symbol.asyncIterator]) === 'function';
  if (isIterable && (typeof value === 'function' || typeof value.next === 'function')) {
    const what = typeof value === 'function' ? `${value.name || 'ready-made'} work` : 'an iterator';
    throw new TypeError(
      `${name}: fn must not return ${what}, which nothing would run; pass it to cooperate() and return the task`,
    );
  }
}
