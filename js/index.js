// The public exports, and the package's only global state: the cooperator of `cooperate` and `coiterate`.

import { Cooperator } from './tasks/cooperator.js';
import { internals as sharedInternals } from './tasks/internals.js';
import { frame, inputPending, timeSlice, turns } from './scheduling/predicates.js';
import { animationFrame, auto, idle, immediate, message, postTask, timeout } from './scheduling/schedulers.js';

export { Cooperator } from './tasks/cooperator.js';
export { CooperativeTask } from './tasks/task.js';
export { Deferred } from './tasks/deferred.js';
export { wait } from './tasks/wait.js';
export {
  AlreadyCalledError,
  CancelledError,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
  TimeoutError,
} from './errors.js';
export { native } from './interop/native.js';
export { bind } from './interop/bind.js';
export { init } from './core/wasm.js';

// Plain objects, not module namespaces: bundlers drop an unused object, but keep a namespace whole.

/** Schedulers: ways to request the next slice from the host. */
export const schedulers = { auto, timeout, animationFrame, message, immediate, postTask, idle };

/** Termination-predicate factories: ways to limit a slice. */
export const predicates = { timeSlice, frame, turns, inputPending };

/**
 * For the other entries of the package.
 * @internal
 */
export const internals = sharedInternals;

/**
 * @typedef {import('./tasks/cooperator-host.js').CooperatorOptions} CooperatorOptions
 * @typedef {import('./tasks/cooperator.js').CooperatorStats} CooperatorStats
 * @typedef {import('./scheduling/types.js').Scheduler} Scheduler
 * @typedef {import('./scheduling/types.js').TerminationPredicateFactory} TerminationPredicateFactory
 * @typedef {import('./tasks/timeout.js').Clock} Clock
 * @typedef {import('./tasks/context.js').TaskContext} TaskContext
 * @typedef {import('./tasks/task.js').TaskOptions} TaskOptions
 * @typedef {import('./tasks/task.js').TaskState} TaskState
 */

/** @typedef {import('./interop/bind.js').BoundProgram} BoundProgram */
/** @template T @typedef {import('./tasks/work-source.js').Work<T>} Work */
/** @template T @typedef {import('./tasks/native-work.js').NativeWork<T>} NativeWork */
/** @template T @typedef {import('./tasks/native-work.js').NativeOptions<T>} NativeOptions */

/** @type {Cooperator | undefined} */
let globalCooperator;

/**
 * Returns the cooperator of `cooperate` and `coiterate`, and creates it at the first call. Most programs need no other:
 * tasks take turns only with the tasks of their own cooperator.
 * @example
 * console.log(getGlobalCooperator().tasks.map(({ name }) => name));
 */
export function getGlobalCooperator() {
  globalCooperator ??= new Cooperator();
  return globalCooperator;
}

/**
 * Sets the options of the global cooperator, which all libraries of a program share. Call it once, in the program
 * itself and before anything uses that cooperator.
 * @param {CooperatorOptions} options
 * @returns {void}
 * @throws {Error} if the global cooperator exists already
 * @throws {TypeError | RangeError} if an option is invalid
 * @example
 * configure({ fairness: 'time', onError: (error, task) => console.error(task?.name, error) });
 */
export function configure(options) {
  if (globalCooperator !== undefined) {
    throw new Error(
      'configure: the global cooperator is in use or was configured; call configure once, before cooperate, ' +
        'coiterate and getGlobalCooperator',
    );
  }
  globalCooperator = new Cooperator(options);
}

/**
 * Adds work as a task to the global cooperator.
 * @template T
 * @param {import('./tasks/work-source.js').Work<T>} work
 * @param {import('./tasks/task.js').TaskOptions} [options]
 * @returns {import('./tasks/task.js').CooperativeTask<T>}
 * @throws {TypeError | RangeError} if work or an option is invalid; no task is added then
 * @example
 * const task = cooperate(function* sum({ progress }) {
 *   let total = 0;
 *   for (let n = 1; n <= 1000; n++) {
 *     total += n;
 *     progress(n, 1000);
 *     yield;
 *   }
 *   return total;
 * }, { onProgress: ({ done, total }) => console.log(done, total) });
 * console.log(await task); // 500500
 */
export function cooperate(work, options) {
  return getGlobalCooperator().cooperate(work, options);
}

/**
 * Adds work as a task to the global cooperator and returns a Deferred with its outcome.
 * @template T
 * @param {import('./tasks/work-source.js').Work<T>} work
 * @param {import('./tasks/deferred.js').Deferred<T>} [doneDeferred]  fired with the outcome, and returned, in place of
 *   a new Deferred
 * @returns {import('./tasks/deferred.js').Deferred<T>}
 * @throws {TypeError} if an argument is invalid
 * @example
 * coiterate([1, 2, 3].values()).addCallback(() => console.log('done'));
 */
export function coiterate(work, doneDeferred) {
  return getGlobalCooperator().coiterate(work, doneDeferred);
}
