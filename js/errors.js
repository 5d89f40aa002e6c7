// The error classes of the package.

/**
 * Base class of the errors about the state of a cooperator or a task.
 * @example
 * const isOfState = error instanceof SchedulerError; // not an error of the work itself
 */
export class SchedulerError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the state of the cooperator or task does not allow this', options) {
    super(message, options);
  }
}

/**
 * The cooperator was stopped or disposed: its tasks fail with this error, and calls on it or on them throw it.
 * @example
 * await task.catch((error) => {
 *   if (!(error instanceof SchedulerStopped)) throw error;
 * });
 */
export class SchedulerStopped extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the cooperator was stopped; call start() before adding more work', options) {
    super(message, options);
  }
}

/**
 * Base class of the errors that `pause` and `stop` throw on a task that has finished.
 * @example
 * try {
 *   task.stop();
 * } catch (error) {
 *   if (!(error instanceof TaskFinished)) throw error; // it has finished meanwhile
 * }
 */
export class TaskFinished extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task has finished; check task.state before you call pause() or stop()', options) {
    super(message, options);
  }
}

/**
 * The task's iterator is exhausted.
 * @example
 * await task;
 * task.pause(); // throws TaskDone
 */
export class TaskDone extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task is done; whenDone() provides its result', options) {
    super(message, options);
  }
}

/**
 * The task was stopped: `whenDone` fails with this error, and a later `pause` or `stop` throws it.
 * @example
 * task.stop();
 * await task.catch((error) => console.log(error instanceof TaskStopped)); // true
 */
export class TaskStopped extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task was stopped; to continue the work, add it as a new task', options) {
    super(message, options);
  }
}

/**
 * The task's iterator failed; `cause` is the error that it threw.
 * @example
 * try {
 *   task.stop();
 * } catch (error) {
 *   if (error instanceof TaskFailed) console.error(error.cause);
 * }
 */
export class TaskFailed extends TaskFinished {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the task failed; the cause of this error is the error that it failed with', options) {
    super(message, options);
  }
}

/**
 * `resume` or `unpause` was called more often than `pause`.
 * @example
 * task.pause();
 * task.resume();
 * task.resume(); // throws NotPaused
 */
export class NotPaused extends SchedulerError {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'not paused; call resume() or unpause() only once for each pause()', options) {
    super(message, options);
  }
}

/**
 * The Deferred was already fired.
 * @example
 * const deferred = Deferred.succeed(1);
 * deferred.callback(2); // throws AlreadyCalledError
 */
export class AlreadyCalledError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred was already fired; call callback() or errback() only once', options) {
    super(message, options);
  }
}

/**
 * The Deferred was cancelled.
 * @example
 * deferred.addErrback((error) => console.log(error instanceof CancelledError)); // true
 * deferred.cancel();
 */
export class CancelledError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred was cancelled before it had a result', options) {
    super(message, options);
  }
}

/**
 * The Deferred was cancelled by its `addTimeout`.
 * @example
 * deferred.addTimeout(1000).addErrback((error) => console.log(error instanceof TimeoutError)); // after a second: true
 */
export class TimeoutError extends Error {
  /** @param {string} [message] @param {ErrorOptions} [options] */
  constructor(message = 'the Deferred had no result within its time', options) {
    super(message, options);
  }
}

const classes = {
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
for (const [name, { prototype }] of Object.entries(classes)) {
  // A minifier may rename the classes, but not these strings.
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}
