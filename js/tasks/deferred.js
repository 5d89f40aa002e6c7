// Deferreds: the public class, and how callbacks, values and errors pass between JavaScript and the core, which runs
// the chains and implements their rules (D1 to D7).

import { NO_MEMORY, OK, PENDING, RESULT_STATUS, RESULT_VALUE } from '../core/constants.js';
import { WeakReference, put, remove } from '../core/handles.js';
import { rethrowCaught } from '../core/host-imports.js';
import { checkStatus, handleOf, objectOf, statusOf } from '../core/results.js';
import { core } from '../core/wasm.js';
import { AlreadyCalledError, CancelledError } from '../errors.js';
import { mustBe } from '../util/argument-errors.js';
import { INSPECT } from '../util/inside.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { reserveStack } from '../util/stack.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { DeferredState } from './deferred-state.js';
import { Timer, hostClock } from './timeout.js';

/** @typedef {import('../core/host-imports.js').Observer} Observer */
/** @typedef {import('../util/async-context.js').Scope} Scope */
/** @typedef {import('./deferred-state.js').Place} Place */
/** @typedef {import('./timeout.js').Clock} Clock */

// Keys of the internal members.
export const NATIVE = Symbol('native pointer');
export const OBSERVE = Symbol('observe');
export const RUN_IN = Symbol('run in');
export const FIRE = Symbol('fire');
export const SETTLE = Symbol('settle');
export const TAKE_PLACE = Symbol('take place');
const IS_BARE = Symbol('is bare');

/** @param {Deferred<any>} deferred */
function checkBare(deferred) {
  if (Deferred[IS_BARE](deferred)) return;
  throw new TypeError(
    'a Proxy around a Deferred cannot take its place: keep Deferreds out of reactive state ' +
      '(ref() in Valtio, markRaw() in Vue)',
  );
}

/** Called first by the methods that a program calls. @param {Deferred<any>} deferred */
function enter(deferred) {
  checkBare(deferred);
  reserveStack();
}

/** @param {string} what  function and parameter @param {any} d */
export function checkDeferred(what, d) {
  if (d instanceof Deferred) {
    checkBare(d);
    return;
  }
  if (d?.[Symbol.toStringTag] === 'Deferred' && typeof d.addCallbacks === 'function') {
    throw new TypeError(
      `${what} must be a Deferred of this copy of the package, not of another: ` +
        'the program has loaded it twice (import and require, two versions, two bundles)',
    );
  }
  throw mustBe(what, 'a Deferred', d);
}

/** @param {string} method @param {string} name @param {unknown} f @param {boolean} required */
function checkFunction(method, name, f, required) {
  if (typeof f === 'function' || (!required && (f === undefined || f === null))) return;
  throw mustBe(`${method}: ${name}`, 'a function', f);
}

/**
 * The result of an operation that may not have ended yet, with a chain of callbacks through which it will pass:
 * Twisted's Deferred. Also a full thenable.
 *
 * A Deferred that never fires is collected like any object, unless it has a canceller or one of its callbacks refers to
 * it; then it lives until it is fired or cancelled.
 * @template T
 * @implements {Promise<T>}
 * @example
 * const deferred = new Deferred();
 * deferred.addCallback((value) => value + 1).addCallback((value) => console.log(value));
 * deferred.callback(41); // prints 42 before it returns
 */
export class Deferred {
  #state = new DeferredState();
  /** The scope in which callbacks run. @type {Scope | undefined} */
  #scope;
  /**
   * Called with a failure that nobody handles. Not in the state, which is kept alive by its handle, because the user's
   * onError may refer to anything.
   * @type {((error: unknown) => void) | undefined}
   */
  #listener;

  /**
   * @param {(d: Deferred<T>) => void} [canceller]  called by `cancel` before the Deferred has fired; may fire it
   * @throws {TypeError} if canceller is not a function
   * @example
   * const deferred = new Deferred(() => clearTimeout(timer));
   * const timer = setTimeout(() => deferred.callback('late'), 1000);
   * deferred.addErrback((error) => console.log(error.name)); // CancelledError
   * deferred.cancel();
   */
  constructor(canceller) {
    checkFunction('new Deferred', 'canceller', canceller, false);
    // The state keeps the Deferred alive here: perhaps only the canceller can fire it, and others may wait for it.
    if (canceller) this.#state.canceller = () => canceller(this);
  }

  /**
   * Fires the Deferred with a value, or with the result of a thenable once that has settled.
   * @param {T | PromiseLike<T>} value
   * @throws {AlreadyCalledError} if it has already fired
   * @example
   * const loaded = new Deferred();
   * image.onload = () => loaded.callback(image);
   */
  callback(value) {
    enter(this);
    this[FIRE](false, value);
  }

  /**
   * `callback` and `errback` for the package's own code, which may be called where stack was reserved already.
   * @internal
   * @param {boolean} failed
   * @param {any} value
   * @throws {AlreadyCalledError} if it has already fired
   */
  [FIRE](failed, value) {
    if (this.#state.called()) {
      // The firing is refused, or swallowed (D2): do not subscribe to a thenable for it.
      checkStatus(core.exports.deferred_fire(this[NATIVE](), OK, 0));
      return;
    }
    let then;
    try {
      if (!failed) then = thenOf(value);
    } catch (error) {
      failed = true; // with the error of the getter, as for Promises
      value = error;
    }
    const status = failed ? statusOf(value) : OK;
    if (then !== undefined) this.#fire(waitFor(value, then));
    else if (!this.#state.fireWithoutNative(status, value)) this.#fire({ status, value: handleOf(value) });
  }

  /**
   * Fires the Deferred with an error.
   * @param {unknown} error
   * @throws {AlreadyCalledError} if it has already fired
   * @example
   * const loaded = new Deferred();
   * image.onerror = () => loaded.errback(new Error(`cannot load ${image.src}`));
   */
  errback(error) {
    enter(this);
    this[FIRE](true, error);
  }

  /**
   * Gets the native pointer only now: the user's code that ran since the Deferred was found unfired (a `then`, or a
   * trap of a Proxy) may have fired or cancelled it, and its native object may have been replaced.
   * @param {Result} result
   */
  #fire({ status, value }) {
    const firing = core.exports.deferred_fire(this[NATIVE](), status, value);
    if (firing === OK) this.#state.fired();
    else if (status !== PENDING) remove(value);
    checkStatus(firing);
  }

  /**
   * Adds a callback for a value and an errback for an error to the end of the chain. What they return is the result for
   * the rest of the chain; what they throw is its error. Runs at once if the result is there.
   * @template [R = T], [E = never]
   * @param {((value: T) => R | PromiseLike<R>) | null | undefined} callback
   * @param {((error: any) => E | PromiseLike<E>) | null} [errback]
   * @returns {Deferred<R | E>} this
   * @throws {TypeError} if an argument is not a function
   * @example
   * deferred.addCallbacks(
   *   (value) => console.log('value', value),
   *   (error) => console.error('error', error),
   * );
   */
  addCallbacks(callback, errback) {
    checkFunction('addCallbacks', 'callback', callback, false);
    checkFunction('addCallbacks', 'errback', errback, false);
    enter(this);
    return this.#add(callback, errback);
  }

  /**
   * Adds a callback for a value; errors pass it.
   * @template R
   * @param {(value: T) => R | PromiseLike<R>} callback
   * @returns {Deferred<R>} this
   * @throws {TypeError} if callback is not a function
   * @example
   * Deferred.succeed(20).addCallback((n) => n * 2).addCallback((n) => console.log(n)); // 40
   */
  addCallback(callback) {
    checkFunction('addCallback', 'callback', callback, true);
    enter(this);
    return this.#add(callback);
  }

  /**
   * Adds an errback for an error; values pass it.
   * @template E
   * @param {(error: any) => E | PromiseLike<E>} errback
   * @returns {Deferred<T | E>} this
   * @throws {TypeError} if errback is not a function
   * @example
   * Deferred.fail(new Error('no network'))
   *   .addErrback(() => 'from the cache')
   *   .addCallback((text) => console.log(text)); // from the cache
   */
  addErrback(errback) {
    checkFunction('addErrback', 'errback', errback, true);
    enter(this);
    return this.#add(undefined, errback);
  }

  /**
   * Adds one function for values and errors. Its second argument is true for an error. Only what it throws is an error
   * for the rest of the chain: to pass an error on, throw it.
   * @template R
   * @param {(result: any, failed: boolean) => R | PromiseLike<R>} callback
   * @returns {Deferred<R>} this
   * @throws {TypeError} if callback is not a function
   * @example
   * deferred.addBoth((result, failed) => {
   *   spinner.hidden = true;
   *   if (failed) throw result;
   *   return result;
   * });
   */
  addBoth(callback) {
    checkFunction('addBoth', 'callback', callback, true);
    enter(this);
    return this.#add(
      (value) => callback(value, false),
      (error) => callback(error, true),
    );
  }

  /**
   * @param {((value: any) => any) | null | undefined} callback
   * @param {((error: any) => any) | null} [errback]
   * @returns {any}
   */
  #add(callback, errback) {
    if (!callback && !errback) return this; // every result would pass
    this.#addLink(new Callbacks(callback, errback, this.#scope), Boolean(errback), (pointer, handle) =>
      core.exports.deferred_add_callbacks(pointer, handle, callback ? 1 : 0, errback ? 1 : 0),
    );
    return this;
  }

  /**
   * Adds a link to the chain, with a handle for what it calls. Changes nothing if it throws.
   * @param {object} object  what the handle stands for
   * @param {boolean} handles  the link handles failures
   * @param {(pointer: number, handle: number) => number} add  returns a status
   */
  #addLink(object, handles, add) {
    const handle = put(object);
    let status = NO_MEMORY;
    try {
      const pointer = this[NATIVE]();
      status = handles ? this.#state.addHandler(() => add(pointer, handle)) : add(pointer, handle);
    } finally {
      if (status !== OK) remove(handle);
    }
    rethrowCaught();
    checkStatus(status);
  }

  /**
   * Fires `d` with the result at this place of the chain. The rest of the chain gets undefined.
   * @param {Deferred<T>} d
   * @returns {this}
   * @throws {TypeError} if d is not a Deferred, or is this one
   * @example
   * const copy = new Deferred();
   * Deferred.succeed('text').chainDeferred(copy);
   * copy.addCallback((value) => console.log(value)); // text
   */
  chainDeferred(d) {
    checkDeferred('chainDeferred: d', d);
    enter(this);
    const target = d[NATIVE]();
    const pointer = this[NATIVE]();
    checkStatus(this.#state.addHandler(() => core.exports.deferred_chain(pointer, target)));
    d.#state.firedAfter((observer) => this[OBSERVE](observer));
    return this;
  }

  /** Holds the chain until `unpause` has been called as often as `pause`. */
  pause() {
    enter(this);
    const pointer = this[NATIVE]();
    checkStatus(core.exports.deferred_pause(pointer));
  }

  /**
   * Takes back one `pause`.
   * @throws {NotPaused} if it is not paused
   */
  unpause() {
    enter(this);
    const pointer = this[NATIVE]();
    checkStatus(core.exports.deferred_unpause(pointer));
  }

  /**
   * Cancels the operation. If the Deferred has not fired, calls the canceller, then fails with CancelledError unless
   * the canceller has fired it. If it waits for another Deferred, cancels that one. Otherwise does nothing.
   *
   * Throws the canceller's error, if there is one, after the Deferred has failed.
   * @example
   * button.onclick = () => deferred.cancel();
   * deferred.addErrback((error) => {
   *   if (error.name !== 'CancelledError') throw error;
   * });
   */
  cancel() {
    enter(this);
    const pointer = this[NATIVE]();
    checkStatus(core.exports.deferred_cancel(pointer, handleOf(new CancelledError())));
    rethrowCaught();
  }

  /**
   * Cancels the Deferred after `ms` milliseconds, unless the chain has passed this place by then, and turns the
   * CancelledError into a TimeoutError.
   * @param {number} ms  0 or more; Infinity: no limit
   * @param {Clock} [clock]  default: the host's timers
   * @returns {this}
   * @throws {TypeError | RangeError} if an argument is invalid
   * @example
   * new Deferred().addTimeout(1000).addErrback((error) => console.log(error.name)); // TimeoutError
   */
  addTimeout(ms, clock = hostClock) {
    if (typeof ms !== 'number') throw mustBe('addTimeout: ms', 'a number', ms);
    if (!(ms >= 0)) throw new RangeError(`addTimeout: ms must be 0 or more, not ${ms}`);
    checkFunction('addTimeout', 'clock.callLater', clock?.callLater, true);
    enter(this);
    if (ms === Infinity) return this;
    this.#addLink(new Timer(this, ms, clock), false, (pointer, timer) =>
      core.exports.deferred_add_timeout(pointer, ms, timer),
    );
    return this;
  }

  /** True once the Deferred was fired or cancelled, even if its chain is paused or waits. */
  get called() {
    checkBare(this);
    return this.#state.called();
  }

  /**
   * As a Promise's `then`: calls back asynchronously, and does not change the chain.
   * @template [R = T], [E = never]
   * @param {((value: T) => R | PromiseLike<R>) | null} [onFulfilled]
   * @param {((error: any) => E | PromiseLike<E>) | null} [onRejected]
   * @returns {Promise<R | E>}
   */
  then(onFulfilled, onRejected) {
    enter(this);
    /** @type {Promise<T>} */
    const promise = new Promise((resolve, reject) => {
      const observer = new PromiseSettler(resolve, reject);
      if (!this.#state.observe(observer)) this[OBSERVE](observer);
    });
    return promise.then(onFulfilled, onRejected);
  }

  /**
   * As a Promise's `catch`.
   * @template [E = never]
   * @param {((error: any) => E | PromiseLike<E>) | null} [onRejected]
   * @returns {Promise<T | E>}
   */
  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  /**
   * As a Promise's `finally`.
   * @param {(() => void) | null} [onFinally]
   * @returns {Promise<T>}
   */
  finally(onFinally) {
    return this.then().finally(onFinally);
  }

  /** The state, for logs: not fired; waiting, if its chain waits or is paused; fired; failed. */
  toString() {
    checkBare(this);
    return `Deferred (${this.#state.describe()})`;
  }

  /** @internal */
  [INSPECT]() {
    return this.toString();
  }

  get [Symbol.toStringTag]() {
    return 'Deferred';
  }

  /**
   * Returns false for a Proxy around a Deferred, which hides the private members. Not in a static block, which the
   * compilers of React Native reject.
   * @internal
   * @param {Deferred<any>} deferred
   */
  static [IS_BARE](deferred) {
    return #state in deferred;
  }

  /**
   * Creates a Deferred that has fired with a value, or fires with the result of a thenable.
   * @template T
   * @param {T | PromiseLike<T>} value
   * @returns {Deferred<T>}
   * @example
   * const load = (key) => (cache.has(key) ? Deferred.succeed(cache.get(key)) : request(key));
   */
  static succeed(value) {
    /** @type {Deferred<T>} */
    const deferred = new Deferred();
    deferred.callback(value);
    return deferred;
  }

  /**
   * Creates a Deferred that has fired with an error.
   * @param {unknown} error
   * @returns {Deferred<never>}
   * @example
   * Deferred.fail(new Error('no such file')).addErrback((error) => console.log(error.message)); // no such file
   */
  static fail(error) {
    /** @type {Deferred<never>} */
    const deferred = new Deferred();
    deferred.errback(error);
    return deferred;
  }

  /**
   * Creates a Deferred that fires with the result of a Promise or other thenable.
   * @template T
   * @param {PromiseLike<T>} p
   * @returns {Deferred<T>}
   * @throws {TypeError} if p is not a thenable
   * @example
   * Deferred.fromPromise(fetch('/prices.json')).addCallback((response) => response.json());
   */
  static fromPromise(p) {
    const then = thenOf(p);
    if (then === undefined) throw mustBe('Deferred.fromPromise: p', 'a Promise or thenable', p);
    return follow(p, then);
  }

  /**
   * Returns the native pointer, and creates the native object if there is none.
   * @internal
   * @returns {number}
   */
  [NATIVE]() {
    return this.#state.pointer === 0 ? this.#state.createNative(this) : this.#state.pointer;
  }

  /**
   * Adds an observer at the end of the chain.
   * @internal
   * @param {Observer} observer
   */
  [OBSERVE](observer) {
    checkBare(this);
    this.#addLink(observer, true, (pointer, handle) => core.exports.deferred_observe(pointer, handle));
  }

  /**
   * Fires the Deferred unless its holder already has. Never throws.
   * @internal
   * @param {boolean} failed
   * @param {any} value
   */
  [SETTLE](failed, value) {
    try {
      this[FIRE](failed, value);
    } catch (error) {
      if (!(error instanceof AlreadyCalledError)) reportUnhandled(error);
    }
  }

  /**
   * Runs callbacks that are added from now on in `scope`, and calls `listener` with a failure that nobody handles.
   * @internal
   * @param {Scope} scope
   * @param {((error: unknown) => void) | undefined} listener  undefined: the host reports such failures
   */
  [RUN_IN](scope, listener) {
    this.#scope = scope;
    if (listener !== undefined) {
      this.#listener = listener;
      this.#state.findListener = Deferred.#listenerOf(new WeakReference(this));
    }
  }

  /**
   * Returns what refers to this Deferred until it is known that it has fired, or was cancelled and has settled.
   * @internal
   * @returns {Place}
   */
  [TAKE_PLACE]() {
    this.#state.deferred = this;
    return this.#state;
  }

  /** Returns a function that does not keep the Deferred alive. @param {WeakRef<Deferred<any>>} weak */
  static #listenerOf(weak) {
    return () => {
      const deferred = weak.deref();
      return deferred === undefined ? undefined : deferred.#listener;
    };
  }
}

/**
 * Settles a Promise with the result of a Deferred, or with that of a task, which then needs no Deferred.
 * @implements {Observer}
 * @implements {Place}
 */
export class PromiseSettler {
  deferred = this;
  /** @type {Place['neighbour']} */
  neighbour;

  /** @param {(value: any) => void} resolve @param {(error: unknown) => void} reject */
  constructor(resolve, reject) {
    this.resolve = resolve;
    this.reject = reject;
  }

  /** @param {boolean} failed @param {any} value @returns {boolean} */
  observe(failed, value) {
    if (failed) this.reject(value);
    else this.resolve(value);
    return true; // From here on the Promise reports the failure.
  }

  /** @param {boolean} failed @param {any} value */
  [SETTLE](failed, value) {
    this.observe(failed, value);
  }
}

/**
 * Creates a Deferred that takes over the result of a thenable.
 * @param {any} thenable
 * @param {Function} then  the result of `thenOf(thenable)`
 * @returns {Deferred<any>}
 */
function follow(thenable, then) {
  const deferred = new Deferred();
  deferred[NATIVE](); // throws now, if there is no memory
  subscribe(
    thenable,
    then,
    (value) => deferred[SETTLE](false, value),
    (error) => deferred[SETTLE](true, error),
  );
  return deferred;
}

/**
 * A result for the core. With the status PENDING, `value` is the native pointer of the Deferred to wait for.
 * @typedef {{ status: number, value: number }} Result
 */

/**
 * Returns the result that stands for a value, which may be a thenable (D3).
 * @param {any} value
 * @returns {Result}
 */
function resultFor(value) {
  let then;
  try {
    then = thenOf(value);
  } catch (error) {
    return failureFor(error); // the error of the getter, as for Promises
  }
  return then === undefined ? { status: OK, value: handleOf(value) } : waitFor(value, then);
}

/** @param {any} thenable @param {Function} then  the result of `thenOf(thenable)` @returns {Result} */
function waitFor(thenable, then) {
  return { status: PENDING, value: (thenable instanceof Deferred ? thenable : follow(thenable, then))[NATIVE]() };
}

/** @param {unknown} error @returns {Result} */
function failureFor(error) {
  return { status: statusOf(error), value: handleOf(error) };
}

/** One link of a chain. A missing function lets the result pass. */
class Callbacks {
  /**
   * @param {((value: any) => unknown) | null | undefined} callback
   * @param {((error: any) => unknown) | null | undefined} errback
   * @param {Scope | undefined} scope  in which they are called
   */
  constructor(callback, errback, scope) {
    this.callback = callback;
    this.errback = errback;
    this.scope = scope;
  }

  /**
   * Replaces a result of the core by what the callback or errback makes of it. Never throws, not even when the stack
   * overflows in the call: so the call is made here, in the `try` itself.
   * @param {number} result  the address of a coop_result
   */
  run(result) {
    const { callback, errback, scope } = this; // The user's functions are not called as methods of this object.
    let words = core.words();
    const status = words[(result + RESULT_STATUS) >>> 2];
    const f = /** @type {(input: any) => unknown} */ (status === OK ? callback : errback);
    const input = objectOf(status, words[(result + RESULT_VALUE) >>> 2], remove);
    let output;
    try {
      output = resultFor(scope === undefined ? f(input) : scope.runInAsyncScope(f, undefined, input));
    } catch (error) {
      try {
        output = failureFor(error);
      } catch {
        output = { status: NO_MEMORY, value: 0 }; // The table of handles is full.
      }
    }
    words = core.words();
    words[(result + RESULT_STATUS) >>> 2] = output.status;
    words[(result + RESULT_VALUE) >>> 2] = output.value;
  }
}
