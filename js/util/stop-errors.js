// Errors that tell that something was stopped.

import { isObject } from './thenable.js';

const STOPPED = ['AbortError', 'TaskStopped', 'SchedulerStopped', 'CancelledError'];
/** An error may be its own cause. */
const MAX_CAUSES = 8;

/**
 * Returns true if an error only tells that what it comes from was stopped.
 * @param {unknown} error @param {unknown} [reason]  why, if that is known
 */
export function tellsOfStop(error, reason) {
  let cause = error;
  for (let depth = 0; isObject(cause) && depth < MAX_CAUSES; depth++) {
    if (cause === reason || STOPPED.includes(/** @type {Error} */ (cause).name)) return true;
    ({ cause } = /** @type {Error} */ (cause));
  }
  return reason !== undefined && error === reason;
}

/**
 * V8 keeps the functions in the stack of an error, and what they refer to, until the stack is read (J8). Call this with
 * the reason of a stop if a promise that may never settle keeps the reason.
 * @param {any} reason
 */
export function forgetFrames(reason) {
  try {
    void reason?.stack;
  } catch {
    // A getter has thrown.
  }
}
