// Deferreds that pass between JavaScript and a C program. The receiving side gets a new Deferred, which takes over the
// result of the original.

import { NO_MEMORY, OK } from '../core/constants.js';
import { get, put, remove } from '../core/handles.js';
import { checkStatus, errorFor, statusOf } from '../core/results.js';
import { CancelledError } from '../errors.js';
import { Deferred, OBSERVE, SETTLE } from '../tasks/deferred.js';
import { mustBe } from '../util/argument-errors.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { takeBack, toProgram } from './program-values.js';

/** @typedef {import('../core/wasm.js').Core} Core */

/**
 * Creates a JavaScript Deferred that takes over the result of a Deferred of the program.
 * @param {Core} core
 * @param {number} pointer  the address of a coop_deferred
 * @returns {Deferred<any>}
 * @throws {TypeError | RangeError} if pointer cannot be such an address
 */
export function deferredFromC(core, pointer) {
  if (!Number.isInteger(pointer) || pointer === 0) {
    throw mustBe('deferredFromC: pointer', 'the address of a coop_deferred, a number', pointer);
  }
  const address = pointer >>> 0; // A program passes addresses above 2^31 as negative numbers.
  if ((pointer !== address && pointer !== (pointer | 0)) || address % 4 !== 0 || address >= core.bytes().length) {
    throw new RangeError(
      `deferredFromC: pointer must be an address in the program's memory, a multiple of 4, not ${pointer}`,
    );
  }
  const deferred = new Deferred(() => {
    // The handle is in the table until the program's Deferred has a result or is released.
    if (get(handle) !== observer) return;
    core.exports.deferred_cancel(pointer, toProgram(new CancelledError()));
  });
  const observer = {
    observe(/** @type {boolean} */ failed, /** @type {any} */ value) {
      deferred[SETTLE](failed, value);
      return true; // From here on JavaScript reports the failure.
    },
    /** The program has released its Deferred. */
    drop() {
      deferred[SETTLE](true, new Error('the program released its Deferred before it had a result'));
    },
  };
  const handle = put(observer);
  const status = core.exports.deferred_observe(pointer, handle);
  if (status !== OK) remove(handle);
  checkStatus(status);
  return deferred;
}

/**
 * Creates a Deferred in the program that takes over the result of a Promise, a Deferred or another thenable.
 * @param {Core} core
 * @param {any} promise
 * @returns {number} the address of a coop_deferred, with one reference, which the program owns
 * @throws {TypeError} if promise is not a thenable
 */
export function deferredToC(core, promise) {
  const then = thenOf(promise);
  if (then === undefined) {
    throw mustBe('deferredToC: promise', 'a Promise, a Deferred or a thenable', promise);
  }
  const handle = put({
    cancel() {
      if (promise instanceof Deferred) promise.cancel();
    },
  });
  const { deferred_fire: fire, deferred_release: release } = core.exports;
  const pointer = core.exports.deferred_create(handle, 1);
  if (pointer === 0) {
    remove(handle);
    throw errorFor(NO_MEMORY);
  }
  core.exports.deferred_retain(pointer); // This function holds a reference, to fire it.
  /** @type {(status: number, value: unknown) => void} */
  const settle = (status, value) => {
    remove(handle);
    const number = toProgram(value);
    try {
      if (fire(pointer, number === 0 ? NO_MEMORY : status, number) !== OK) takeBack(number); // It was cancelled.
      release(pointer);
    } catch (error) {
      reportUnhandled(error); // A callback of the program has trapped, and there is no caller.
    }
  };
  try {
    if (promise instanceof Deferred) {
      promise[OBSERVE]({
        observe(failed, value) {
          settle(failed ? statusOf(value) : OK, value);
          return true; // From here on the program reports the failure.
        },
      });
    } else {
      subscribe(
        promise,
        then,
        (value) => settle(OK, value),
        (error) => settle(statusOf(error), error),
      );
    }
  } catch (error) {
    remove(handle);
    release(pointer);
    release(pointer);
    throw error;
  }
  return pointer;
}
