// Failures that nobody handles (D7): each is reported once, at the time when the host would report an unhandled
// rejection.

import { setImmediate, setTimeout } from '../util/platform.js';

/** Calls `f` after the microtasks: hosts look for unhandled rejections then. */
const afterMicrotasks = setImmediate ?? ((/** @type {() => void} */ f) => void setTimeout(f, 0));

/**
 * A failure that is reported unless `handled` is called in time. Without a listener it is a rejected Promise, which the
 * host reports; a listener is called after the microtasks.
 */
export class PendingFailure {
  /** @type {Promise<never> | undefined} */
  #promise;
  #handled = false;

  /**
   * @param {unknown} error
   * @param {((error: unknown) => void) | undefined} listener  called in place of the host's report
   */
  constructor(error, listener) {
    this.error = error;
    if (listener === undefined) {
      this.#promise = Promise.reject(error);
    } else {
      afterMicrotasks(() => {
        if (!this.#handled) listener(error);
      });
    }
  }

  handled() {
    this.#handled = true;
    this.#promise?.catch(() => {});
  }
}
