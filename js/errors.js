// The errors of the package, and how the core's statuses become errors.

/** The names of include/cooperator/status.h, each at its number; a test holds the two together. */
export const STATUS_NAMES = [
  'OK',
  'PENDING',
  'FAILURE',
  'NO_MEMORY',
  'INVALID_ARGUMENT',
  'SCHEDULER_STOPPED',
  'TASK_DONE',
  'TASK_FAILED',
  'TASK_STOPPED',
  'NOT_PAUSED',
  'ALREADY_CALLED',
  'CANCELLED',
  'TIMED_OUT',
  'CIRCULAR',
  'HOST_FAILED',
];

export const OK = 0;
export const PENDING = 1;
export const FAILURE = 2;
export const NO_MEMORY = 3;
export const INVALID_ARGUMENT = 4;
export const SCHEDULER_STOPPED = 5;
export const TASK_DONE = 6;
export const TASK_FAILED = 7;
export const TASK_STOPPED = 8;
export const NOT_PAUSED = 9;
export const ALREADY_CALLED = 10;
export const CANCELLED = 11;
export const TIMED_OUT = 12;
export const CIRCULAR = 13;
export const HOST_FAILED = 14;

/** What all errors about the state of a cooperator or a task extend. */
export class SchedulerError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the cooperator or task is in a state that does not allow this', options) {
    super(message, options);
  }
}

/** The cooperator was stopped or disposed: what a task finishes with, and what calls on it throw. */
export class SchedulerStopped extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the cooperator was stopped; call start() before adding more work', options) {
    super(message, options);
  }
}

/** `pause` or `stop` came after the task's end. */
export class TaskFinished extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task has finished; look at task.state before you pause or stop it', options) {
    super(message, options);
  }
}

/** The task's iterator is exhausted. */
export class TaskDone extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task is done; whenDone() has its result', options) {
    super(message, options);
  }
}

/** The task was stopped: what `whenDone` fails with, and what a later `pause` or `stop` throws. */
export class TaskStopped extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task was stopped; to go on with the work, add it as a new task', options) {
    super(message, options);
  }
}

/** The task's iterator failed; `cause` is its own error. */
export class TaskFailed extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task failed; its own error is the cause of this one', options) {
    super(message, options);
  }
}

/** `resume` or `unpause` without a `pause` to take back. */
export class NotPaused extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'it is not paused; resume() or unpause() only what pause() was called on', options) {
    super(message, options);
  }
}

/** A Deferred was fired a second time. */
export class AlreadyCalledError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred has been fired before; call callback() or errback() only once', options) {
    super(message, options);
  }
}

/** A Deferred was cancelled. */
export class CancelledError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred was cancelled before it had a result', options) {
    super(message, options);
  }
}

/** A Deferred was cancelled by its own `addTimeout`. */
export class TimeoutError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred had no result when its time was over', options) {
    super(message, options);
  }
}

const named = {
  SchedulerError,
  SchedulerStopped,
  TaskFinished,
  TaskDone,
  TaskStopped,
  TaskFailed,
  NotPaused,
  AlreadyCalledError,
  CancelledError,
  TimeoutError,
};
for (const [name, { prototype }] of Object.entries(named)) {
  // a string of its own: a minifier may rename the class
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}

/**
 * The error for a status that comes without one.
 * @param {number} status  of the core; not OK or PENDING
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
      return new TypeError('a Deferred cannot wait for itself, directly or round a circle');
    default:
      return new Error(`cooperator: ${STATUS_NAMES[status] ?? `unknown status ${status}`}`);
  }
}
