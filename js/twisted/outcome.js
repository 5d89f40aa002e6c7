// The result of an operation that can handle its own cancellation.

import { Deferred, internals } from './main.js';
import { callWithStack } from '../util/stack.js';

/**
 * Fires a Deferred whose operation decides what a cancellation leads to: it may fail, go on or have a result in spite of
 * it, at once or later.
 *
 * A Deferred that its canceller has not fired fails at once. So the canceller fires it with another Deferred, which has
 * the same canceller and takes its place here; the first one waits for it, and so passes a second cancellation on.
 */
export class Outcome {
  /** @type {any} */
  #deferred;
  #onCancel;

  /** @param {() => void} onCancel  cancels what the operation waits for */
  constructor(onCancel) {
    this.#onCancel = onCancel;
  }

  /** The canceller of the Deferred that `fires` names. @type {(deferred: Deferred<any>) => void} */
  canceller = (deferred) => {
    this.#deferred = new Deferred(this.canceller);
    internals.settle(deferred, false, this.#deferred); // `cancel` has reserved stack; `callback` would ask for more.
    callWithStack(this.#onCancel);
  };

  /** Sets the Deferred to fire, which must have `canceller`. @param {Deferred<any>} deferred */
  fires(deferred) {
    this.#deferred = deferred;
  }

  /** True once it was fired, and not only cancelled. */
  get called() {
    return this.#deferred.called;
  }

  /** @param {any} value */
  callback(value) {
    internals.settle(this.#deferred, false, value);
  }

  /** @param {unknown} error */
  errback(error) {
    internals.settle(this.#deferred, true, error);
  }
}
