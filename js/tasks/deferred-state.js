// The state of a Deferred, and its native object.
//
// The chain of callbacks runs in the core, but a Deferred has a native object only while there is something to run or
// to wait for. A settled Deferred keeps its result here, where the garbage collector sees it; its native object is
// released, and created again when the Deferred is used again. A Promise that takes over the result needs none.

import { NO_MEMORY, OK, PENDING } from '../core/constants.js';
import { put, putValue, remove } from '../core/handles.js';
import { addReleaseFallback, cancelReleaseFallback } from '../core/release-fallback.js';
import { errorFor, handleOf, objectOf } from '../core/results.js';
import { core, load } from '../core/wasm.js';
import { PendingFailure } from './unhandled-failures.js';

/** @typedef {import('../core/host-imports.js').Observer} Observer */
/**
 * A place among those who wait for a task's end.
 * @typedef {object} Place
 * @property {Settled | undefined} deferred  a Deferred, or what else can be settled
 * @property {Place | undefined} neighbour  the place before this one in the task's list
 */
/**
 * @typedef {Pick<import('./deferred.js').Deferred<any>, typeof import('./deferred.js').SETTLE> & { called?: boolean }} Settled
 */

/**
 * The handle of a native Deferred stands for this object and not for the Deferred, so that the Deferred can be
 * collected while its native object exists; that is then released.
 */
export class DeferredState {
  /** The native pointer; 0 while there is no native object. */
  pointer = 0;
  #handle = 0;
  // The result while there is no native object. PENDING: not fired.
  #status = PENDING;
  /** @type {any} */
  #value;
  #handled = false;
  #swallowsLate = false;
  /** Those that were added before there was anything else in the chain. @type {Observer[] | undefined} */
  #observers;
  /** Until the Deferred fires. @type {(() => void) | undefined} */
  canceller;
  /** The Deferred, while a task refers to it through this object: until it has fired. @type {Place['deferred']} */
  deferred;
  /** @type {Place['neighbour']} */
  neighbour;
  /** @type {PendingFailure | undefined} */
  #failure;
  /**
   * Returns the listener for a failure that nobody handles; undefined: the host reports it. Called as soon as there is
   * a failure, because the Deferred may be collected before the failure is reported.
   * @type {(() => ((error: unknown) => void) | undefined) | undefined}
   */
  findListener;

  called() {
    return this.pointer === 0 ? this.#status !== PENDING : core.exports.deferred_called(this.pointer) !== 0;
  }

  describe() {
    if (!this.called()) return 'not fired';
    if (this.pointer !== 0) return 'waiting';
    return this.#status === OK ? 'fired' : 'failed';
  }

  /**
   * Creates the native object. There must be none.
   * @param {object} deferred  the Deferred of this state
   * @returns {number} the native pointer
   */
  createNative(deferred) {
    load();
    const handle = put(this);
    const pointer = this.#status === PENDING ? this.#createPending(handle) : this.#restoreNative(handle);
    if (pointer === 0) {
      remove(handle);
      throw errorFor(NO_MEMORY);
    }
    this.#handle = handle;
    this.pointer = pointer;
    addReleaseFallback(deferred, releaseDeferred(handle, pointer), this);
    return pointer;
  }

  /** @param {number} handle */
  #createPending(handle) {
    const pointer = core.exports.deferred_create(handle, this.canceller === undefined ? 0 : 1);
    const observers = this.#observers;
    if (pointer === 0 || observers === undefined) return pointer;
    /** @type {Observer} */
    const all = { observe: (failed, value) => observeWith(observers, failed, value) };
    const first = putValue(all);
    if (core.exports.deferred_observe(pointer, first) === OK) {
      this.#observers = undefined;
      return pointer;
    }
    remove(first);
    core.exports.deferred_release(pointer);
    return 0;
  }

  /** @param {number} handle */
  #restoreNative(handle) {
    const value = handleOf(this.#value);
    const pointer = core.exports.deferred_restore(
      handle,
      this.#status,
      value,
      this.#handled ? 1 : 0,
      this.#swallowsLate ? 1 : 0,
    );
    if (pointer === 0) remove(value);
    else this.#value = undefined; // The core has it now, and may pass it on.
    return pointer;
  }

  /**
   * Takes over the result from the core, where the chain has run to its end, and releases the native object.
   * @param {number} status @param {number} value @param {boolean} handled @param {boolean} swallowsLate
   */
  takeResult(status, value, handled, swallowsLate) {
    const { pointer } = this;
    remove(this.#handle);
    cancelReleaseFallback(this);
    this.pointer = this.#handle = 0;
    core.exports.deferred_release(pointer);
    this.#handled = handled;
    this.#swallowsLate = swallowsLate;
    this.#settle(status, objectOf(status, value, remove));
  }

  /**
   * Adds an observer at the end of the chain, without the core. It must not run the program's code.
   * @param {Observer} observer
   * @returns {boolean} false if that is not possible
   */
  observe(observer) {
    if (this.pointer !== 0) return false;
    if (this.#status === PENDING) {
      if (this.#observers === undefined) this.#observers = [observer];
      else this.#observers.push(observer);
    } else if (observer.observe(this.#status !== OK, this.#value)) {
      this.#handled = true;
      this.failureHandled();
    }
    return true;
  }

  /**
   * Fires a Deferred that has no callbacks, without the core. Returns false for any other.
   * @param {number} status @param {any} value
   */
  fireWithoutNative(status, value) {
    if (this.pointer !== 0 || this.#status !== PENDING) return false;
    this.#settle(status, value);
    return true;
  }

  /** @param {number} status @param {any} value */
  #settle(status, value) {
    this.#status = status;
    this.#value = value;
    this.fired();
    const observers = this.#observers;
    this.#observers = undefined;
    if (observers !== undefined && observeWith(observers, status !== OK, value)) this.#handled = true;
    // D7: a failure is reported, unless it is handled before the host would report a rejection
    const unhandled = status !== OK && !this.#handled;
    if (this.#failure !== undefined && (!unhandled || this.#failure.error !== value)) this.failureHandled();
    if (unhandled && this.#failure === undefined) this.#failure = new PendingFailure(value, this.findListener?.());
  }

  /** Calls the canceller. May throw what that throws. */
  cancel() {
    const { canceller } = this;
    this.canceller = undefined;
    canceller?.();
  }

  /** The Deferred has fired: lets go of what was needed only until then, although its chain may wait for years (J8). */
  fired() {
    this.canceller = this.deferred = undefined;
  }

  /**
   * The Deferred was added to the chain of another one, which will fire it in the core.
   * @param {(observer: Observer) => void} observe  adds a link to that chain
   */
  firedAfter(observe) {
    if (this.canceller === undefined) return;
    const state = this;
    const observer = {
      observe() {
        state.fired();
        return false;
      },
    };
    try {
      observe(observer);
    } catch {
      // There is no memory for it: the canceller stays until the chain of this Deferred is over.
    }
  }

  /** The failure with which the Deferred had settled is handled now (D7). */
  failureHandled() {
    this.#failure?.handled();
    this.#failure = undefined;
  }

  /**
   * Adds a link that handles failures to the chain. What the chain then does with the failure with which the Deferred
   * had settled is a matter of its own; if the link is refused, that failure is still to be reported.
   * @param {() => number} add  returns a status
   * @returns {number} that status
   */
  addHandler(add) {
    const failure = this.#failure;
    this.#failure = undefined;
    const status = add();
    if (status === OK) failure?.handled();
    else this.#failure ??= failure;
    return status;
  }
}

/**
 * @param {Observer[]} observers @param {boolean} failed @param {any} value
 * @returns {boolean} true if one of them handles the failure
 */
function observeWith(observers, failed, value) {
  let handled = false;
  for (const observer of observers) if (observer.observe(failed, value)) handled = true;
  return handled;
}

/**
 * Outside of the class, where a closure could keep the Deferred alive.
 * @param {number} handle @param {number} pointer
 */
function releaseDeferred(handle, pointer) {
  return () => {
    remove(handle);
    core.exports.deferred_release(pointer);
  };
}
