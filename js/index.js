// The public surface, and the one global of the package: the cooperator that `cooperate` adds to.

import { Cooperator } from './tasks/cooperator.js';
import { frame, inputPending, timeSlice, turns } from './scheduling/predicates.js';
import { animationFrame, auto, idle, immediate, message, postTask, timeout } from './scheduling/schedulers.js';

export { Cooperator } from './tasks/cooperator.js';
export { CooperativeTask } from './tasks/task.js';
export { Deferred } from './tasks/deferred.js';
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

// Objects and not namespaces of modules, which bundlers keep whole: whoever leaves them alone does not get them.

/** Ways of asking the host for the next slice. */
export const schedulers = { auto, timeout, animationFrame, message, immediate, postTask, idle };

/** Termination-predicate factories. */
export const predicates = { timeSlice, frame, turns, inputPending };

/**
 * @typedef {import('./tasks/cooperator.js').CooperatorOptions} CooperatorOptions
 * @typedef {import('./tasks/cooperator.js').CooperatorStats} CooperatorStats
 * @typedef {import('./tasks/cooperator.js').Scheduler} Scheduler
 * @typedef {import('./tasks/cooperator.js').TerminationPredicateFactory} TerminationPredicateFactory
 * @typedef {import('./tasks/deferred.js').Clock} Clock
 * @typedef {import('./tasks/context.js').TaskContext} TaskContext
 * @typedef {import('./tasks/task.js').TaskOptions} TaskOptions
 * @typedef {import('./tasks/task.js').TaskState} TaskState
 */

/** @typedef {import('./interop/bind.js').BoundProgram} BoundProgram */
/** @template T @typedef {import('./tasks/work-source.js').Work<T>} Work */
/** @template T @typedef {import('./tasks/native-work.js').NativeWork<T>} NativeWork */
/** @template T @typedef {import('./interop/native.js').NativeOptions<T>} NativeOptions */

/** @type {Cooperator | undefined} */
let globalCooperator;

/**
 * The cooperator of `cooperate` and `coiterate`. Tasks of different cooperators do not share a queue, so most
 * programs use this one alone.
 */
export function getGlobalCooperator() {
  globalCooperator ??= new Cooperator();
  return globalCooperator;
}

/**
 * Adds work as a task of the global cooperator.
 * @template T
 * @param {import('./tasks/work-source.js').Work<T>} work
 * @param {import('./tasks/task.js').TaskOptions} [options]
 * @returns {import('./tasks/task.js').CooperativeTask<T>}
 */
export function cooperate(work, options) {
  return getGlobalCooperator().cooperate(work, options);
}

/**
 * Adds work to the global cooperator and gives a Deferred of its outcome.
 * @template T
 * @param {import('./tasks/work-source.js').Work<T>} work
 * @param {import('./tasks/deferred.js').Deferred<T>} [doneDeferred]  fired instead of a new one
 * @returns {import('./tasks/deferred.js').Deferred<T>}
 */
export function coiterate(work, doneDeferred) {
  return getGlobalCooperator().coiterate(work, doneDeferred);
}
