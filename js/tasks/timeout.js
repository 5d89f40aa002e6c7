// The timers of Deferred.addTimeout.

import { put, remove } from '../core/handles.js';
import { reportCaught } from '../core/host-imports.js';
import { core } from '../core/wasm.js';
import { TimeoutError } from '../errors.js';
import { clearTimeout, setTimeout } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';

/**
 * A clock for timeouts. `Clock` of `cooperator/testing` is one.
 * @typedef {object} Clock
 * @property {(ms: number, f: () => void) => { cancel(): void }} callLater  calls f once, in `ms` milliseconds
 */

/** @type {Clock} */
export const hostClock = {
  callLater(ms, f) {
    const timer = setTimeout(f, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** One timeout. The core starts it and stops it, by its handle. */
export class Timer {
  /** @type {{ cancel(): void } | undefined} */
  #call;

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
    this.#call = this.clock.callLater(this.ms, () => {
      if (remove(handle) === undefined) return; // a clock may call twice
      const error = new TimeoutError(`the Deferred timed out: it had no result within ${this.ms} ms`);
      core.exports.timeout_fire(timeout, put(error));
      reportCaught(); // a canceller may have thrown
    });
  }

  stop() {
    try {
      this.#call?.cancel();
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
