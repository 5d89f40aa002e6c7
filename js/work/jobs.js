// The calls that `parallel` and `stream` make: which are running, and what they resulted in.

import { forgetFrames, tellsOfStop } from '../util/stop-errors.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { awaitableOf } from './callback-result.js';
import { recordFailedAt } from './failed-at.js';

/**
 * @typedef {object} Entry
 * @property {any} job  undefined while the item is awaited, and during the call
 * @property {boolean} isCalling  the function is on the stack
 * @property {AbortController | undefined} controller
 * @property {() => void} [onCalled]  called after the call, if `stop` was called during it
 * @property {(error: unknown) => void} [onStopError]  called with an error that stopping the job throws then
 * @property {(error: unknown) => void} [onLateError]  called with an error that comes after `stop`
 */

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
  /** The ends of the tasks among the jobs whose clean-up goes on after `stop`. @type {PromiseLike<unknown>[]} */
  closing = [];
  /** Promises whose errors neither the results nor the work's failure tell of. @type {PromiseLike<unknown>[]} */
  strays = [];
  /** Called whenever a job finishes. @type {() => void} */
  onChange = () => {};
  /** Called with the errors that come after `stop`, unless `stop` keeps them. @type {(error: unknown) => void} */
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
    const entry = { job: undefined, isCalling: false, controller: undefined };
    this.running.add(entry);
    let then;
    try {
      then = thenOf(item);
    } catch (error) {
      this.#fail(entry, index, error);
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
    subscribe(awaitable, then, onValue, (error) => this.#fail(entry, index, error));
  }

  /** @param {Entry} entry @param {unknown} item @param {number} index */
  #call(entry, item, index) {
    let awaitable;
    let then;
    try {
      entry.isCalling = true;
      entry.job = this.#fn(item, index, this.#contextFor(entry));
      awaitable = awaitableOf(entry.job);
      then = thenOf(awaitable);
      if (then === undefined) refuseWork(this.#name, awaitable);
    } catch (error) {
      this.#fail(entry, index, error);
      return;
    } finally {
      entry.isCalling = false;
      entry.onCalled?.();
    }
    if (then === undefined) this.#succeed(entry, index, awaitable);
    else this.#follow(entry, awaitable, then, index, (value) => this.#succeed(entry, index, value));
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

  /** @param {Entry} entry @param {number} index @param {unknown} value */
  #succeed(entry, index, value) {
    this.#finish(entry, index, this.#settle ? { status: 'fulfilled', value } : value);
  }

  /** @param {Entry} entry @param {number} index @param {unknown} error */
  #fail(entry, index, error) {
    if (this.#stopped) {
      (entry.onLateError ?? this.onLateError)(error);
      return;
    }
    if (this.failure === undefined) recordFailedAt(error, index);
    if (!this.#settle) this.failure ??= { error };
    this.#finish(entry, index, { status: 'rejected', reason: error });
  }

  /** @param {Entry} entry @param {number} index @param {unknown} result */
  #finish(entry, index, result) {
    this.running.delete(entry);
    if (this.#stopped) return;
    this.#store(index, result);
    this.onChange();
  }

  /**
   * Stops all running jobs. Only the first call has an effect.
   * @param {() => unknown} getReason  for the signal
   * @param {boolean} [keepsErrors]  returns promises of the errors of the jobs that come later
   * @returns {Promise<never>[]}
   */
  stop(getReason, keepsErrors = false) {
    if (this.#stopped) return [];
    this.#stopped = true;
    const running = [...this.running];
    this.#letGo();
    if (running.length === 0) return [];
    const reason = (this.#reason = getReason());
    forgetFrames(reason);
    const late = keepsErrors ? running.flatMap((entry) => lateErrorsOf(entry, reason)) : [];
    for (const { controller } of running) controller?.abort(reason);
    for (const entry of running) {
      const end = this.#stopJob(entry);
      if (end !== undefined) this.closing.push(end);
    }
    return late;
  }

  /** A job that never ends keeps this: it must not keep anything of the user's (J8). */
  #letGo() {
    this.running.clear();
    this.#fn = this.#store = this.onChange = () => {};
  }

  /**
   * Returns the end of the clean-up that goes on; undefined: none does.
   * @param {Entry} entry
   * @returns {PromiseLike<unknown> | undefined}
   */
  #stopJob(entry) {
    if (entry.isCalling) {
      return new Promise((resolve) => (entry.onCalled = () => resolve(this.#stopJob(entry))));
    }
    const { job } = entry;
    try {
      if (typeof job?.whenDone !== 'function') {
        job?.cancel?.();
        return undefined;
      }
      if (['runnable', 'paused', 'waiting'].includes(job.state)) job.stop();
      if (job.state === 'stopping') return job.whenDone();
    } catch (error) {
      // Stop the other jobs, too.
      if (entry.onStopError === undefined) this.strays.push(Promise.reject(error));
      else entry.onStopError(error);
    }
    return undefined;
  }
}

/**
 * Returns promises of the errors that come after the job was stopped and do not only tell of that.
 * @param {Entry} entry @param {unknown} reason
 * @returns {Promise<never>[]}
 */
function lateErrorsOf(entry, reason) {
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    entry.onLateError = (error) => {
      if (!tellsOfStop(error, reason)) reject(error);
    };
  });
  // The job of a call that goes on is stopped after the call, when the strays were read.
  return entry.isCalling ? [late, new Promise((_, reject) => (entry.onStopError = reject))] : [late];
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
