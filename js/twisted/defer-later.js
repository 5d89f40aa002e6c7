// A call at a later time, as a Deferred.

import { Deferred } from './main.js';
import { mustBe } from '../util/argument-errors.js';
import { checkClock, checkMs, hostClock } from './clock.js';

/** @typedef {import('./main.js').Clock} Clock */

/**
 * Calls a function in `ms` milliseconds, and returns a Deferred with what it returns or throws. Cancelling the Deferred
 * before that prevents the call.
 * @template [R = undefined]
 * @param {number} ms  0 or more, finite
 * @param {(() => R) | null} [f]  default: the Deferred fires with undefined
 * @param {Clock} [clock]  default: the host's timers
 * @returns {Deferred<Awaited<R>>}
 * @throws {TypeError | RangeError} if an argument is invalid
 * @example
 * const reminder = deferLater(60_000, () => notify('a minute has passed'));
 * reminder.cancel();
 */
export function deferLater(ms, f, clock = hostClock) {
  checkMs('deferLater: ms', ms);
  if (f !== undefined && f !== null && typeof f !== 'function') throw mustBe('deferLater: f', 'a function', f);
  checkClock('deferLater: clock', clock, ['callLater']);
  /** @type {Deferred<any>} */
  const deferred = new Deferred(() => call.cancel());
  if (f) deferred.addCallback(() => f());
  const call = clock.callLater(ms, () => {
    // A clock may call although the call was cancelled.
    if (!deferred.called) deferred.callback(undefined);
  });
  return deferred;
}
