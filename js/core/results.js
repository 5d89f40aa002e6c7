// Results as the core represents them: a status, and the handle of a value or error (0: undefined).

import {
  AlreadyCalledError,
  CancelledError,
  NotPaused,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskStopped,
  TimeoutError,
} from '../errors.js';
import {
  ALREADY_CALLED,
  CANCELLED,
  CIRCULAR,
  FAILURE,
  NOT_PAUSED,
  NO_MEMORY,
  OK,
  SCHEDULER_STOPPED,
  STATUS_NAMES,
  TASK_DONE,
  TASK_FAILED,
  TASK_STOPPED,
  TIMED_OUT,
} from './constants.js';
import { putValue } from './handles.js';

/**
 * Creates the error for a status that has no error object of its own.
 * @param {number} status  not OK or PENDING
 * @returns {Error}
 */
export function errorFor(status) {
  switch (status) {
    case NO_MEMORY:
      return new RangeError('cooperator: the WebAssembly memory cannot grow; let tasks finish before adding more');
    case SCHEDULER_STOPPED:
      return new SchedulerStopped();
    case TASK_DONE:
      return new TaskDone();
    case TASK_FAILED:
      return new TaskFailed();
    case TASK_STOPPED:
      return new TaskStopped();
    case NOT_PAUSED:
      return new NotPaused();
    case ALREADY_CALLED:
      return new AlreadyCalledError();
    case CANCELLED:
      return new CancelledError();
    case TIMED_OUT:
      return new TimeoutError();
    case CIRCULAR:
      return new TypeError('a Deferred or task cannot wait for itself, or in a circle');
    default:
      return new Error(`cooperator: ${STATUS_NAMES[status] ?? `unknown status ${status}`}`);
  }
}

/** Throws the error for a status, unless it is OK. @param {number} status */
export function checkStatus(status) {
  if (status !== OK) throw errorFor(status);
}

/**
 * Returns the status of a failure: the core distinguishes cancellations from other errors. Never throws, although
 * `instanceof` does for some Proxies.
 * @param {unknown} error
 */
export function statusOf(error) {
  try {
    return error instanceof CancelledError ? CANCELLED : FAILURE;
  } catch {
    return FAILURE;
  }
}

/** Returns the handle of a value, 0 for undefined. @param {unknown} value */
export function handleOf(value) {
  return value === undefined ? 0 : putValue(value);
}

/**
 * Returns the value or error of a result.
 * @param {number} status
 * @param {number} handle
 * @param {(handle: number) => any} read  `get`, or `remove` if the core passes the handle on
 */
export function objectOf(status, handle, read) {
  if (handle !== 0) return read(handle);
  return status === OK || status === FAILURE ? undefined : errorFor(status);
}
