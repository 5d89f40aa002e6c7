// Deferreds that wait in line: for a permit, for an item, or for room.
//
// A circular list of nodes linked in both directions, of which the line itself is one: joining, leaving and being served
// take constant time, however many wait.
//
// Invariant: a waiter is in its line, and listens to its signal, until it is served, cancelled, aborted or rejected.

import { Deferred, internals } from '../index.js';
import { mustBe, readOnce } from '../util/argument-errors.js';
import { reportUnhandled } from '../util/report-unhandled.js';

/**
 * The options of a wait.
 *
 * ```js
 * const permit = await semaphore.acquire({ signal: AbortSignal.timeout(1000) });
 * ```
 * @typedef {object} WaitOptions
 * @property {AbortSignal} [signal]  ends the wait when it is aborted; the Deferred then fails with the signal's reason;
 *   default: none
 */

export class Line {
  /** @type {any} */
  next = this;
  /** @type {any} */
  previous = this;
  length = 0;

  /**
   * Adds a waiter to the end.
   * @param {AbortSignal} [signal]  not aborted
   * @param {unknown} [item]  what the waiter brings along
   * @param {(result: any) => unknown} [callback]  the first one of the Deferred
   * @returns {Deferred<any>}  cancelling it leaves the line
   * @throws what the signal's addEventListener throws; nothing has changed then
   */
  join(signal, item, callback) {
    const waiter = new Waiter(this, signal, item);
    if (callback !== undefined) waiter.deferred.addCallback(callback);
    if (signal !== undefined) internals.listen(signal, waiter);
    waiter.previous = this.previous;
    this.previous = this.previous.next = waiter;
    this.length++;
    return waiter.deferred;
  }

  /**
   * Removes the first waiter and returns it. Drops those whose Deferreds were fired by their holders.
   * @returns {Waiter | undefined}
   */
  shift() {
    while (this.length > 0) {
      const first = /** @type {Waiter} */ (this.next);
      first.leave();
      if (!first.deferred.called) return first;
    }
    return undefined;
  }

  /**
   * Empties the line, and then fails its waiters in turn. Callbacks may join again.
   * @param {() => Error} makeError
   */
  rejectAll(makeError) {
    const all = [];
    for (let first; (first = this.shift()) !== undefined;) all.push(first);
    for (const waiter of all) waiter.settle(true, makeError());
  }
}

export class Waiter {
  /** @type {Line | undefined} */
  #line;
  #signal;
  /** @type {any} */
  next;
  /** @type {any} */
  previous;
  /** @type {Deferred<any>} */
  deferred = new Deferred(() => this.leave());

  /** @param {Line} line @param {AbortSignal | undefined} signal @param {any} item */
  constructor(line, signal, item) {
    this.#line = this.next = line;
    this.#signal = signal;
    this.item = item;
  }

  /** Leaves the line. Only the first call has an effect. */
  leave() {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    line.length--;
    this.previous.next = this.next;
    this.next.previous = this.previous;
    stopListening(this.#signal, this);
  }

  /** @param {boolean} failed @param {any} result */
  settle(failed, result) {
    internals.settle(this.deferred, failed, result);
  }

  /** The signal is aborted. */
  abort() {
    this.leave();
    this.settle(true, internals.reasonOf(/** @type {AbortSignal} */ (this.#signal)));
  }
}

/**
 * Returns a Deferred that has fired. Unlike `Deferred.succeed` it needs no more stack than its caller has reserved, which
 * may have changed something already.
 * @param {unknown} value
 * @returns {Deferred<any>}
 */
export function succeed(value) {
  const deferred = new Deferred();
  internals.settle(deferred, false, value);
  return deferred;
}

/**
 * Undoes `listen`. Never throws, because permits and items would be lost.
 * @param {AbortSignal | undefined} signal
 * @param {{ abort(): void }} listener
 */
export function stopListening(signal, listener) {
  if (signal === undefined) return;
  try {
    internals.unlisten(signal, listener);
  } catch (error) {
    reportUnhandled(error);
  }
}

/**
 * Checks options and returns the signal in them.
 * @param {string} method
 * @param {any} options
 * @returns {AbortSignal | undefined}
 */
export function signalIn(method, options) {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null) throw mustBe(`${method}: options`, 'an object', options);
  const { signal } = readOnce(`${method}: options`, options, ['signal']);
  const isSignal =
    typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function';
  if (signal !== undefined && !isSignal) throw mustBe(`${method}: options.signal`, 'an AbortSignal', signal);
  return signal;
}
