// Deferreds. The chain, its order and its rules (D1 to D7) are the core's; callbacks, values and errors are here.
//
// A Deferred has a part in the core only while there is something to run or to wait for. One that has come to
// rest keeps its result here, where the garbage collector sees it, and is given back to the core when
// something is to be done with it again.

import { mustBe } from '../util/argument-errors.js';
import {
  AlreadyCalledError,
  CANCELLED,
  CancelledError,
  FAILURE,
  NO_MEMORY,
  OK,
  PENDING,
  TimeoutError,
  errorFor,
} from '../errors.js';
import { add, keepNoMore, look, take, whenForgotten } from '../core/handles.js';
import { clearTimeout, setTimeout } from '../util/platform.js';
import { PendingFailure, reportUnhandled } from './unhandled-failures.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { connect, core, load } from '../core/wasm.js';

/** @typedef {import('../util/async-context.js').Scope} Scope */

/**
 * A clock for timeouts; `Clock` of `cooperator/testing` is one.
 * @typedef {object} Clock
 * @property {(ms: number, f: () => void) => { cancel(): void }} callLater  calls f once, in `ms` milliseconds
 */

/**
 * What looks at a result without changing it.
 * @typedef {object} Observer
 * @property {(failed: boolean, value: any) => boolean} observe  true if it takes care of a failure
 */

/** @type {Clock} */
const hostClock = {
  callLater(ms, f) {
    const timer = setTimeout(f, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

// ---- values and errors as the core has them: a status, and a number for the object ----

/** @param {unknown} value */
const numberOf = (value) => (value === undefined ? 0 : add(value));

/**
 * The core has to know a cancellation when it sees one. Never throws, as `instanceof` does for some Proxies.
 * @param {unknown} error
 */
export function statusOf(error) {
  try {
    return error instanceof CancelledError ? CANCELLED : FAILURE;
  } catch {
    return FAILURE;
  }
}

/**
 * @param {number} status
 * @param {number} number
 * @param {(number: number) => any} get  `take` or `look`
 */
function objectOf(status, number, get) {
  if (number !== 0) return get(number);
  return status === OK || status === FAILURE ? undefined : errorFor(status);
}

/** What a canceller or a clock threw while the core was calling it, for whoever called the core. @type {unknown[]} */
const thrown = [];

function rethrow() {
  if (thrown.length !== 0) throw thrown.pop();
}

/** @param {number} status */
function check(status) {
  if (status !== OK) throw errorFor(status);
}

/** @param {string} where @param {string} name @param {unknown} f @param {boolean} required */
function checkFunction(where, name, f, required) {
  if (typeof f === 'function' || (!required && (f === undefined || f === null))) return;
  throw mustBe(`${where}: ${name}`, 'a function', f);
}

/**
 * What a Deferred knows. The core's part leads here and not to the Deferred itself, which can be collected while that
 * is there, and takes it along.
 */
class State {
  /** The core's part, 0 at rest. */
  pointer = 0;
  #handle = 0;
  // at rest; PENDING: not fired
  #status = PENDING;
  /** @type {any} */
  #value;
  #handled = false;
  #swallowsLate = false;
  /** Calls the canceller. @type {(() => void) | undefined} */
  cancel;
  /** @type {PendingFailure | undefined} */
  #failure;
  /** @type {((error: unknown) => void) | undefined} */
  listener;

  called() {
    return this.pointer === 0 ? this.#status !== PENDING : core.exports.deferred_called(this.pointer) !== 0;
  }

  /**
   * Makes the core's part, which there is not.
   * @param {object} deferred  whose state it is
   */
  wake(deferred) {
    load();
    const handle = add(this);
    const pointer =
      this.#status === PENDING
        ? core.exports.deferred_create(handle, this.cancel === undefined ? 0 : 1)
        : this.#restore(handle);
    if (pointer === 0) {
      take(handle);
      throw errorFor(NO_MEMORY);
    }
    this.#handle = handle;
    this.pointer = pointer;
    whenForgotten(deferred, giveBack(handle, pointer), this);
    return pointer;
  }

  /** @param {number} handle */
  #restore(handle) {
    const number = numberOf(this.#value);
    const pointer = core.exports.deferred_restore(
      handle,
      this.#status,
      number,
      this.#handled ? 1 : 0,
      this.#swallowsLate ? 1 : 0,
    );
    if (pointer === 0) take(number);
    else this.#value = undefined; // the core has it now, and may pass it on
    return pointer;
  }

  /**
   * The core has nothing more to run: the result comes over here.
   * @param {number} status @param {number} number @param {number} handled @param {number} swallowsLate
   */
  rest(status, number, handled, swallowsLate) {
    const { pointer } = this;
    take(this.#handle);
    keepNoMore(this);
    this.pointer = this.#handle = 0;
    core.exports.deferred_release(pointer);
    this.#value = objectOf(status, number, take);
    this.#status = status;
    this.#handled = handled !== 0;
    this.#swallowsLate = swallowsLate !== 0;
    this.cancel = undefined;
    this.#minds();
  }

  /**
   * Fires one that has nothing to run, without the core. Returns false for any other.
   * @param {number} status @param {any} value
   */
  finish(status, value) {
    if (this.pointer !== 0 || this.#status !== PENDING) return false;
    this.#status = status;
    this.#value = value;
    this.cancel = undefined;
    this.#minds();
    return true;
  }

  /** D7: the host hears of a failure at rest, unless it is handled before it would. */
  #minds() {
    const unhandled = this.#status !== OK && !this.#handled;
    if (this.#failure !== undefined && (!unhandled || this.#failure.error !== this.#value)) this.isSeenTo();
    if (unhandled && this.#failure === undefined) {
      this.#failure = new PendingFailure(this.#value, this.listener);
    }
  }

  /** D7: the failure at which it had come to rest has somebody to go to now. */
  isSeenTo() {
    this.#failure?.handled();
    this.#failure = undefined;
  }
}

// The two that follow are out here because no other closure makes them hold on to the Deferred.

/** @param {(value: any) => void} resolve @param {(error: unknown) => void} reject @returns {Observer} */
function settles(resolve, reject) {
  return {
    observe(failed, value) {
      if (failed) reject(value);
      else resolve(value);
      return true; // the Promise's to report from here on
    },
  };
}

/** @param {number} handle @param {number} pointer */
function giveBack(handle, pointer) {
  return () => {
    take(handle);
    core.exports.deferred_release(pointer);
  };
}

// What the class below lends to this file and to task.js, and to nobody else.

/** The core's part of a Deferred. @type {(deferred: Deferred<any>) => number} */
let wake;

/** Adds an observer at the end of the chain. @type {(deferred: Deferred<any>, observer: Observer) => void} */
export let observe;

/** A Deferred that takes over a thenable's result. @type {(thenable: any, then: Function) => Deferred<any>} */
export let follow;

/**
 * A Deferred that has not fired. `listener` is told of a failure that nobody handles, instead of the host.
 * @type {(listener: ((error: unknown) => void) | undefined) => Deferred<any>}
 */
export let createPending;

/** Fires a Deferred, unless its holder has. Never throws. @type {(deferred: Deferred<any>, failed: boolean, value: any) => void} */
export let settle;

/**
 * Callbacks that are added from now on are run in this scope; returns the Deferred.
 * @type {<T>(deferred: Deferred<T>, scope: Scope) => Deferred<T>}
 */
export let runIn;

/**
 * A result that is not there yet, with a chain of callbacks that it will run through (Twisted's Deferred), and a
 * full thenable. One that never fires is collected as other objects are, unless it has a canceller or one of its
 * callbacks refers to it: then it stays until it is fired or cancelled.
 * @template T
 * @implements {Promise<T>}
 */
export class Deferred {
  #state = new State();
  /** @type {Scope | undefined} */
  #scope;
  /** Here and not in the state: it may lead to whatever its user has. @type {((error: unknown) => void) | undefined} */
  #listener;

  /**
   * @param {(d: Deferred<T>) => void} [canceller]  called by `cancel` before the Deferred has fired; may fire it
   */
  constructor(canceller) {
    checkFunction('new Deferred', 'canceller', canceller, false);
    // it can be fired by its canceller alone, so whoever waits for it needs it alive
    if (canceller) this.#state.cancel = () => canceller(this);
  }

  /**
   * Fires with a value, or with what a Deferred or other thenable will have as its result.
   * @param {T | PromiseLike<T>} value
   * @throws {AlreadyCalledError} if it has fired before
   */
  callback(value) {
    this.#fire(value);
  }

  /**
   * Fires with an error.
   * @param {unknown} error
   * @throws {AlreadyCalledError} if it has fired before
   */
  errback(error) {
    this.#wake();
    this.#settle(encodeError(error));
  }

  /** @param {any} value */
  #fire(value) {
    const pointer = this.#wake();
    if (core.exports.deferred_called(pointer)) {
      // refused or swallowed: nothing is to be subscribed to for that
      check(core.exports.deferred_fire(pointer, OK, 0));
      return;
    }
    this.#settle(encode(value));
  }

  /**
   * The core's part is asked for here, as what a value is made of (a `then`, a trap of a Proxy) may have fired or
   * cancelled this Deferred, and its part may have come and gone.
   * @param {{ status: number, number: number }} result
   */
  #settle({ status, number }) {
    const answer = core.exports.deferred_fire(this.#wake(), status, number);
    if (answer !== OK && status !== PENDING) take(number);
    check(answer);
  }

  /**
   * Adds a pair: for a value, and for an error. What it returns goes on down the chain; what it throws goes on
   * as an error. Called at once where the result is there.
   * @template [R = T], [E = never]
   * @param {((value: T) => R | PromiseLike<R>) | null | undefined} callback
   * @param {((error: any) => E | PromiseLike<E>) | null} [errback]
   * @returns {Deferred<R | E>} this
   */
  addCallbacks(callback, errback) {
    checkFunction('addCallbacks', 'callback', callback, false);
    checkFunction('addCallbacks', 'errback', errback, false);
    return /** @type {any} */ (this.#add({ callback, errback }));
  }

  /**
   * @template R
   * @param {(value: T) => R | PromiseLike<R>} callback
   * @returns {Deferred<R>} this
   */
  addCallback(callback) {
    checkFunction('addCallback', 'callback', callback, true);
    return /** @type {any} */ (this.#add({ callback }));
  }

  /**
   * @template E
   * @param {(error: any) => E | PromiseLike<E>} errback
   * @returns {Deferred<T | E>} this
   */
  addErrback(errback) {
    checkFunction('addErrback', 'errback', errback, true);
    return /** @type {any} */ (this.#add({ errback }));
  }

  /**
   * @template R
   * @param {(result: any) => R | PromiseLike<R>} callback  for a value and for an error
   * @returns {Deferred<R>} this
   */
  addBoth(callback) {
    checkFunction('addBoth', 'callback', callback, true);
    return /** @type {any} */ (this.#add({ callback, errback: callback }));
  }

  /** @param {Pair} pair */
  #add(pair) {
    if (!pair.callback && !pair.errback) return this; // every result would pass it
    if (this.#scope !== undefined) pair.scope = this.#scope;
    const pointer = this.#wake();
    const handle = add(pair);
    if (pair.errback) this.#state.isSeenTo();
    const status = core.exports.deferred_add_callbacks(pointer, handle, pair.callback ? 1 : 0, pair.errback ? 1 : 0);
    if (status !== OK) take(handle);
    check(status);
    return this;
  }

  /**
   * Hands the result at this place of the chain on to `d`, by firing it; the chain goes on with undefined.
   * @param {Deferred<T>} d
   * @returns {this}
   */
  chainDeferred(d) {
    if (!(d instanceof Deferred)) throw mustBe('chainDeferred: d', 'a Deferred', d);
    const pointer = this.#wake();
    this.#state.isSeenTo();
    check(core.exports.deferred_chain(pointer, d.#wake()));
    return this;
  }

  /** Holds the chain, until `unpause` has been called as often. */
  pause() {
    const pointer = this.#wake();
    check(core.exports.deferred_pause(pointer));
  }

  /** @throws {NotPaused} */
  unpause() {
    const pointer = this.#wake();
    check(core.exports.deferred_unpause(pointer));
  }

  /**
   * Before it has fired: calls the canceller, then fails with CancelledError unless that has fired it. While it
   * waits for another Deferred: cancels that one. Throws what a canceller throws, after that.
   */
  cancel() {
    const pointer = this.#wake();
    check(core.exports.deferred_cancel(pointer, add(new CancelledError())));
    rethrow();
  }

  /**
   * Cancels in `ms`, unless the chain has come past this place by then, and turns the CancelledError into a
   * TimeoutError.
   * @param {number} ms  0 or more
   * @param {Clock} [clock]  the host's timers where none is given
   * @returns {this}
   */
  addTimeout(ms, clock = hostClock) {
    if (typeof ms !== 'number') throw mustBe('addTimeout: ms', 'a number', ms);
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`addTimeout: ms must be 0 or more and finite, not ${ms}`);
    checkFunction('addTimeout', 'clock.callLater', clock?.callLater, true);
    const pointer = this.#wake();
    const timer = add(new Timer(this, ms, clock));
    const status = core.exports.deferred_add_timeout(pointer, ms, timer);
    if (status !== OK) take(timer);
    rethrow();
    check(status);
    return this;
  }

  /** Has it been fired or cancelled? */
  get called() {
    return this.#state.called();
  }

  /**
   * As a Promise's: asynchronous, and it leaves the chain as it is.
   * @template [R = T], [E = never]
   * @param {((value: T) => R | PromiseLike<R>) | null} [onFulfilled]
   * @param {((error: any) => E | PromiseLike<E>) | null} [onRejected]
   * @returns {Promise<R | E>}
   */
  then(onFulfilled, onRejected) {
    /** @type {Promise<T>} */
    const promise = new Promise((resolve, reject) => {
      observe(this, settles(resolve, reject));
    });
    return promise.then(onFulfilled, onRejected);
  }

  /**
   * @template [E = never]
   * @param {((error: any) => E | PromiseLike<E>) | null} [onRejected]
   * @returns {Promise<T | E>}
   */
  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  /**
   * @param {(() => void) | null} [onFinally]
   * @returns {Promise<T>}
   */
  finally(onFinally) {
    return this.then().finally(onFinally);
  }

  get [Symbol.toStringTag]() {
    return 'Deferred';
  }

  /**
   * A Deferred that has fired with a value.
   * @template T
   * @param {T | PromiseLike<T>} value
   * @returns {Deferred<T>}
   */
  static succeed(value) {
    /** @type {Deferred<T>} */
    const deferred = new Deferred();
    deferred.callback(value);
    return deferred;
  }

  /**
   * A Deferred that has fired with an error.
   * @param {unknown} error
   * @returns {Deferred<never>}
   */
  static fail(error) {
    /** @type {Deferred<never>} */
    const deferred = new Deferred();
    deferred.errback(error);
    return deferred;
  }

  /**
   * A Deferred that fires as the promise settles.
   * @template T
   * @param {PromiseLike<T>} p
   * @returns {Deferred<T>}
   */
  static fromPromise(p) {
    const then = thenOf(p);
    if (then === undefined) throw mustBe('Deferred.fromPromise: p', 'a Promise or thenable', p);
    return follow(p, then);
  }

  /** Makes sure that the core has its part, and returns it. */
  #wake() {
    return this.#state.pointer === 0 ? this.#state.wake(this) : this.#state.pointer;
  }

  // ---- for the other files of the package ----

  static {
    wake = (deferred) => deferred.#wake();
    observe = (deferred, observer) => {
      const pointer = deferred.#wake();
      const handle = add(observer);
      deferred.#state.isSeenTo();
      const status = core.exports.deferred_observe(pointer, handle);
      if (status !== OK) take(handle);
      check(status);
    };
    follow = (thenable, then) => {
      const deferred = new Deferred();
      deferred.#wake();
      subscribe(
        thenable,
        then,
        (value) => deferred.#fire(value),
        (error) => deferred.errback(error),
      );
      return deferred;
    };
    createPending = (listener) => {
      const deferred = new Deferred();
      if (listener !== undefined) {
        deferred.#listener = listener;
        deferred.#state.listener = tells(new WeakRef(deferred));
      }
      return deferred;
    };
    const tells = (/** @type {WeakRef<Deferred<any>>} */ weak) => (/** @type {unknown} */ error) => {
      const deferred = weak.deref();
      const listener = deferred && deferred.#listener;
      (listener ?? reportUnhandled)(error);
    };
    runIn = (deferred, scope) => {
      deferred.#scope = scope;
      return deferred;
    };
    settle = (deferred, failed, value) => {
      const simple = failed || value === null || (typeof value !== 'object' && typeof value !== 'function');
      if (simple && deferred.#state.finish(failed ? statusOf(value) : OK, value)) return;
      try {
        if (failed) deferred.errback(value);
        else deferred.#fire(value); // it may be a thenable
      } catch (error) {
        if (!(error instanceof AlreadyCalledError)) reportUnhandled(error);
      }
    };
    connect({
      /** @type {(handle: number, status: number, value: number, handled: number, swallowsLate: number) => void} */
      host_settled(handle, status, value, handled, swallowsLate) {
        /** @type {State | undefined} */
        const state = look(handle);
        if (state !== undefined) {
          state.rest(status, value, handled, swallowsLate);
        } else {
          const object = objectOf(status, value, take);
          if (status !== OK && handled === 0) reportUnhandled(object);
        }
      },
      /** @type {(what: number, how: number, argument: number, value: number) => number} */
      host_invoke(what, how, argument, value) {
        switch (how) {
          case CALLBACK:
            runPair(take(what), argument);
            return 0;
          case OBSERVER:
            try {
              return take(what).observe(argument !== OK, objectOf(argument, value, look)) ? 1 : 0;
            } catch (error) {
              reportUnhandled(error); // the stack or the memory is at its end
              return 1;
            }
          case CANCELLER:
            try {
              /** @type {State} */ (look(what)).cancel?.();
            } catch (error) {
              thrown.push(error);
            }
            return 0;
          case START_TIMER:
            return look(what).start(what, argument);
          default:
            take(what).stop();
            return 0;
        }
      },
      /** @type {(status: number, value: number) => void} */
      host_unhandled(status, value) {
        reportUnhandled(objectOf(status, value, look)); // the core releases it next
      },
      /** @type {(number: number) => void} */
      host_release(number) {
        take(number);
      },
    });
  }
}

/** What host_invoke is to call: the enum `invocation` of src/wasm/bridge.c. */
const CALLBACK = 0;
export const OBSERVER = 1;
export const CANCELLER = 2;
const START_TIMER = 3;

/**
 * One link of a chain. The result passes by the side that is missing.
 * @typedef {object} Pair
 * @property {((value: any) => unknown) | null} [callback]
 * @property {((error: any) => unknown) | null} [errback]
 * @property {Scope} [scope]  in which they are called
 */

/**
 * Replaces the core's result, which `pointer` points to, by what the pair makes of it.
 * @param {Pair} pair
 * @param {number} pointer
 */
function runPair(pair, pointer) {
  const at = pointer >> 2;
  const status = core.words()[at];
  const f = /** @type {(input: any) => unknown} */ (status === OK ? pair.callback : pair.errback);
  const input = objectOf(status, core.words()[at + 1], take);
  let output;
  try {
    output = encode(pair.scope === undefined ? f(input) : pair.scope.runInAsyncScope(f, undefined, input));
  } catch (error) {
    try {
      output = encodeError(error);
    } catch {
      output = { status: NO_MEMORY, number: 0 }; // the table of objects is full
    }
  }
  const memory = core.words();
  memory[at] = output.status;
  memory[at + 1] = output.number;
}

/**
 * A value as the core takes it; a thenable becomes the Deferred to wait for (D3).
 * @param {any} value
 */
function encode(value) {
  let then;
  try {
    then = thenOf(value);
  } catch (error) {
    return encodeError(error); // the getter's, as for Promises
  }
  if (then === undefined) return { status: OK, number: numberOf(value) };
  return { status: PENDING, number: wake(value instanceof Deferred ? value : follow(value, then)) };
}

/** @param {unknown} error */
function encodeError(error) {
  return { status: statusOf(error), number: numberOf(error) };
}

class Timer {
  /** @type {{ cancel(): void } | undefined} */
  #call;

  /**
   * @param {Deferred<any>} deferred  kept alive by its timeout, which may be all that will ever fire it
   * @param {number} ms @param {Clock} clock
   */
  constructor(deferred, ms, clock) {
    this.deferred = deferred;
    this.ms = ms;
    this.clock = clock;
  }

  /** @param {number} handle @param {number} timeout  the core's */
  start(handle, timeout) {
    try {
      this.#call = this.clock.callLater(this.ms, () => {
        if (take(handle) === undefined) return;
        core.exports.timeout_fire(
          timeout,
          add(new TimeoutError(`the Deferred timed out: it had no result within ${this.ms} ms`)),
        );
        for (const error of thrown.splice(0)) reportUnhandled(error); // nobody is there who called `cancel`
      });
      return 0;
    } catch (error) {
      thrown.push(error);
      return 1;
    }
  }

  stop() {
    try {
      this.#call?.cancel();
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
