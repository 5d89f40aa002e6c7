// What a semaphore gives to those who may go on.

import { reserveStack } from '../util/stack.js';

/** @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol('dispose'));

/** Key of an internal member. */
export const GIVE_BACK = Symbol('give back');

/**
 * The right to be one of those whom a Semaphore or a Lock lets in, until it is released.
 * @example
 * const permit = await semaphore.acquire();
 * try {
 *   await load(url);
 * } finally {
 *   permit.release();
 * }
 */
export class Permit {
  /** @type {(() => void) | undefined} */
  #release;

  /**
   * Not for use: `acquire` creates permits.
   * @param {() => void} release
   */
  constructor(release) {
    this.#release = release;
  }

  /**
   * Gives the permit back. The first Deferred that waits for one fires before this returns.
   * @throws {Error} if it was released already
   */
  release() {
    if (this.#release === undefined) {
      throw new Error('Permit.release: the permit was released already; call release() once for each permit');
    }
    reserveStack();
    this[GIVE_BACK]();
  }

  /**
   * `release` for the package's own code, which has reserved stack.
   * @internal
   */
  [GIVE_BACK]() {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  /** Releases the permit unless it was released already, for `using permit = await lock.acquire()`. */
  [DISPOSE]() {
    if (this.#release !== undefined) this.release();
  }
}
