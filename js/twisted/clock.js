// Clocks: where the time comes from, and who makes a call at a later time.

import { mustBe } from '../util/argument-errors.js';
import { now } from '../util/platform.js';
import { callLater } from '../util/timers.js';

/**
 * A clock that tells the time. `Clock` of `cooperator/testing` is one.
 *
 * ```js
 * const clock = new Clock(); // of cooperator/testing
 * deferLater(1000, () => console.log('called'), clock);
 * clock.advance(1000);
 * ```
 * @typedef {object} TimingClock
 * @property {() => number} now  returns the time in milliseconds, which never goes back
 * @property {(ms: number, f: () => void) => { cancel(): void }} callLater  calls f once, in `ms` milliseconds
 */

/**
 * The host's clock and timers. Hosts round the delays of timers, and the time: Node calls up to a millisecond early. A
 * call that comes early would be taken for one of the interval before it, so it waits for the rest.
 * @type {TimingClock}
 */
export const hostClock = {
  now,
  callLater(ms, f) {
    const due = now() + ms;
    const call = () => {
      const left = due - now();
      if (left > 0) timer = callLater(left, call);
      else f();
    };
    let timer = callLater(ms, call);
    return { cancel: () => timer.cancel() };
  },
};

/** @param {string} what @param {unknown} ms */
export function checkMs(what, ms) {
  if (typeof ms !== 'number') throw mustBe(what, 'a number', ms);
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`${what} must be 0 or more and finite, not ${ms}`);
}

/** @param {string} what @param {any} clock @param {string[]} methods  those that it must have */
export function checkClock(what, clock, methods) {
  for (const method of methods) {
    if (typeof clock?.[method] !== 'function') throw mustBe(`${what}.${method}`, 'a function', clock?.[method]);
  }
}
