// The timers of Deferred.addTimeout.

import { remove } from '../core/handles.js';
import { reportCaught } from '../core/host-imports.js';
import { handleOf } from '../core/results.js';
import { core } from '../core/wasm.js';
import { TimeoutError } from '../errors.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { callWithStack } from '../util/stack.js';
import { callLater } from '../util/timers.js';

/**
 * A clock for timeouts. `Clock` of `cooperator/testing` is one.
 *
 * ```js
 * const clock = {
 *   callLater(ms, f) {
 *     const timer = setTimeout(f, ms);
 *     return { cancel: () => clearTimeout(timer) };
 *   },
 * };
 * ```
 * @typedef {object} Clock
 * @property {(ms: number, f: () => void) => { cancel(): void }} callLater  calls f once, in `ms` milliseconds
 */

/** @type {Clock} */
export const hostClock = { callLater };

/** One timeout. The core starts it and stops it, by its handle. */
export class Timer {
  /** @type {{ cancel(): void } | undefined} */
  #call;
  /**
   * It has fired or was stopped. Not found out by its handle, because a clock may call at any later time: by then the
   * handle can be in use again.
   */
  #over = false;

  /**
   * @param {object} deferred  kept alive by its timeout, which may be all that will ever fire it
   * @param {number} ms
   * @param {Clock} clock
   */
  constructor(deferred, ms, clock) {
    this.deferred = deferred;
    this.ms = ms;
    this.clock = clock;
  }

  /**
   * @param {number} handle  of this timer
   * @param {number} timeout  native pointer
   */
  start(handle, timeout) {
    const fire = () => {
      if (this.#over) return;
      this.#over = true;
      remove(handle);
      const error = new TimeoutError(`the Deferred timed out: it had no result within ${this.ms} ms`);
      core.exports.timeout_fire(timeout, handleOf(error));
      reportCaught(); // a canceller may have thrown
    };
    try {
      this.#call = this.clock.callLater(this.ms, () => callWithStack(fire));
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  stop() {
    this.#over = true;
    try {
      this.#call?.cancel();
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
