// What crosses between JavaScript and a C program that has the library linked in: values, failures, and Deferreds of
// one side that the other waits for. JavaScript's values are odd numbers there (src/wasm/program.c).

import { CANCELLER, Deferred, OBSERVER, observe, settle, statusOf } from '../tasks/deferred.js';
import { mustBe } from '../util/argument-errors.js';
import { CancelledError, INVALID_ARGUMENT, NO_MEMORY, OK, STATUS_NAMES, errorFor } from '../errors.js';
import { add, look, take } from '../core/handles.js';
import { queueMicrotask } from '../util/platform.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { reportUnhandled } from '../tasks/unhandled-failures.js';
import { bytesOf, textAt } from '../core/wasm.js';

/** @typedef {import('../core/wasm.js').Core} Core */

/** What the program has a number of: of all that is in the table of objects, it gets at these alone. */
class Value {
  /** @param {unknown} content */
  constructor(content) {
    this.content = content;
  }
}

/** @param {number} number @returns {any} undefined where it stands for no value of the program's */
function contentAt(number) {
  const value = look(number);
  return value instanceof Value ? value.content : undefined;
}

/**
 * A value as the program has it; 0 if the table of objects is full.
 * @param {unknown} value
 */
export function encode(value) {
  try {
    return add(new Value(value)) * 2 + 1;
  } catch {
    return 0;
  }
}

/** @param {number} number */
const isForeign = (number) => (number & 1) !== 0;

/**
 * What the program's result stands for: JavaScript's own object, or else a number or an error that tells it.
 * @param {Core} core @param {number} status @param {number} number
 */
function decode(core, status, number) {
  if (isForeign(number)) return contentAt(number >>> 1);
  const value = number >>> 0;
  if (status === OK) return value;
  const name = STATUS_NAMES[status] ?? String(status);
  const known = errorFor(status);
  const error =
    known.constructor === Error ? new Error(`${name}: ${textAt(core, core.exports.status_message(status))}`) : known;
  return Object.assign(error, { status: name, value });
}

/** What waits in JavaScript for a Deferred of the program's. */
class Watcher {
  /** @param {Deferred<any>} deferred */
  constructor(deferred) {
    this.deferred = deferred;
    /** The program's part may be gone. */
    this.over = false;
  }

  /** @param {boolean} failed @param {any} value */
  observe(failed, value) {
    this.over = true;
    settle(this.deferred, failed, value);
    return true; // a failure is JavaScript's from here on
  }

  drop() {
    this.over = true;
    settle(this.deferred, true, new Error('the program released its Deferred before that had a result'));
  }
}

/**
 * A Deferred of JavaScript's that has the result of one of the program's.
 * @param {Core} core @param {number} pointer
 * @returns {Deferred<any>}
 */
export function deferredFromC(core, pointer) {
  if (!Number.isInteger(pointer) || pointer === 0) {
    throw mustBe('deferredFromC: pointer', 'the address of a coop_deferred, a number', pointer);
  }
  const address = pointer >>> 0; // one above 2^31 comes from the program as a negative number
  if ((pointer !== address && pointer !== (pointer | 0)) || address % 4 !== 0 || address >= bytesOf(core).length) {
    throw new RangeError(
      `deferredFromC: pointer must be an address in the program's memory, a multiple of 4, not ${pointer}`,
    );
  }
  const watcher = new Watcher(
    new Deferred(() => {
      if (!watcher.over) core.exports.deferred_cancel(pointer, encode(new CancelledError()));
    }),
  );
  const handle = add(watcher);
  const status = core.exports.deferred_observe(pointer, handle);
  if (status !== OK) {
    take(handle);
    throw errorFor(status);
  }
  return watcher.deferred;
}

/**
 * A Deferred of the program's that takes over the result of a Promise, a Deferred or another thenable.
 * @param {Core} core @param {any} promise
 * @returns {number} its address, and a reference to it that is the program's
 */
export function deferredToC(core, promise) {
  const then = thenOf(promise);
  if (then === undefined) {
    throw mustBe('deferredToC: promise', 'a Promise, a Deferred or a thenable', promise);
  }
  const handle = add({
    cancel() {
      if (promise instanceof Deferred) promise.cancel();
    },
  });
  const { deferred_fire: fire, deferred_release: release } = core.exports;
  const pointer = core.exports.deferred_create(handle, 1);
  if (pointer === 0) {
    take(handle);
    throw errorFor(NO_MEMORY);
  }
  core.exports.deferred_retain(pointer); // ours, who fire it
  /** @type {(status: number, value: unknown) => void} */
  const settled = (status, value) => {
    take(handle);
    const number = encode(value);
    try {
      if (fire(pointer, number === 0 ? NO_MEMORY : status, number) !== OK) take(number >>> 1); // it was cancelled
      release(pointer);
    } catch (error) {
      reportUnhandled(error); // a trap in a callback of the program's: nobody is there who called it
    }
  };
  try {
    if (promise instanceof Deferred) {
      observe(promise, {
        observe(failed, value) {
          settled(failed ? statusOf(value) : OK, value);
          return true; // the program's to report from here on
        },
      });
    } else {
      subscribe(
        promise,
        then,
        (value) => settled(OK, value),
        (error) => settled(statusOf(error), error),
      );
    }
  } catch (error) {
    take(handle);
    release(pointer);
    release(pointer);
    throw error;
  }
  return pointer;
}

/**
 * The bytes of what has bytes.
 * @param {unknown} value
 * @returns {Uint8Array | undefined}
 */
function contentOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === 'string') return new TextEncoder().encode(value);
  switch (Object.prototype.toString.call(value)) {
    case '[object ArrayBuffer]':
    case '[object SharedArrayBuffer]':
      return new Uint8Array(/** @type {ArrayBuffer} */ (value));
    case '[object Error]':
    case '[object DOMException]':
      return contentOf(String(/** @type {Error} */ (value).message));
    default:
      return undefined;
  }
}

/**
 * What a program's core asks of JavaScript where that differs from what the package's own does.
 * @param {Core} core
 * @returns {Record<string, Function>}
 */
export function importsFor(core) {
  /** Numbers that were given back, but may still be used before the program has returned. @type {number[]} */
  const released = [];
  const takeReleased = () => {
    for (const number of released.splice(0)) take(number);
  };
  /** A getter of the user's may throw. @param {() => number} action */
  const answer = (action) => {
    try {
      return action();
    } catch {
      return INVALID_ARGUMENT;
    }
  };
  return {
    /** @type {(what: number, how: number, status: number, value: number) => number} */
    host_invoke(what, how, status, value) {
      if (how === OBSERVER) return take(what)?.observe(status !== OK, decode(core, status, value)) ? 1 : 0;
      try {
        if (how === CANCELLER) look(what)?.cancel();
      } catch (error) {
        reportUnhandled(error);
      }
      return 0;
    },
    /** @type {(status: number, value: number) => void} */
    host_unhandled(status, value) {
      reportUnhandled(decode(core, status, value));
    },
    /** @type {(number: number) => void} */
    host_release(number) {
      take(number)?.drop?.();
    },
    /** @type {(number: number) => void} */
    host_release_value(number) {
      if (look(number) instanceof Value && released.push(number) === 1) queueMicrotask(takeReleased);
    },
    /** @type {(number: number, out: number) => number} */
    host_number(number, out) {
      const value = contentAt(number);
      if (typeof value !== 'number') return INVALID_ARGUMENT;
      core.doubles()[out >>> 3] = value;
      return OK;
    },
    /** @type {(number: number, out: number) => number} */
    host_size: (number, out) =>
      answer(() => {
        const bytes = contentOf(contentAt(number));
        if (bytes === undefined) return INVALID_ARGUMENT;
        core.words()[out >>> 2] = bytes.length;
        return OK;
      }),
    /** @type {(number: number, buffer: number, size: number) => number} */
    host_read: (number, buffer, size) =>
      answer(() => {
        const bytes = contentOf(contentAt(number));
        if (bytes === undefined || size >>> 0 > bytes.length) return INVALID_ARGUMENT;
        bytesOf(core).set(bytes.subarray(0, size), buffer >>> 0);
        return OK;
      }),
    /** @type {(number: number) => number} */
    host_retain: (number) => (look(number) instanceof Value ? encode(contentAt(number)) >>> 1 : 0),
  };
}
