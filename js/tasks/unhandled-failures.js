// D7: a failure that nobody handles is reported once, and in the way in which the host reports a Promise's.

import { setImmediate, setTimeout } from '../util/platform.js';

/** After the microtasks, which is when hosts look for rejections that nobody has handled. */
const afterMicrotasks = setImmediate ?? ((/** @type {() => void} */ f) => void setTimeout(f, 0));

/**
 * Reports at once, as an unhandled rejection.
 * @param {unknown} error
 */
export function reportUnhandled(error) {
  void Promise.reject(error);
}

/**
 * A failure that waits to be handled until the host would call a Promise's rejection unhandled.
 * Where nobody else is told, a rejected Promise is just that; a listener is told after the microtasks.
 */
export class PendingFailure {
  /** @type {Promise<never> | undefined} */
  #promise;
  #handled = false;

  /**
   * @param {unknown} error
   * @param {((error: unknown) => void) | undefined} listener  told instead of the host
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
