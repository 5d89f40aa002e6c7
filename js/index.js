// The public surface, and the one global of the package: the cooperator that `cooperate` adds to.

import { Cooperator } from './cooperator.js';
import { frame, inputPending, timeSlice, turns } from './predicates.js';
import { animationFrame, auto, idle, immediate, message, postTask, timeout } from './schedulers.js';

export { Cooperator } from './cooperator.js';
export { CooperativeTask } from './task.js';
export { Deferred } from './deferred.js';
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
export { native } from './native.js';
export { bind } from './bind.js';
export { init } from './wasm.js';

// Objects and not namespaces of modules, which bundlers keep whole: whoever leaves them alone does not get them.

/** Ways of asking the host for the next slice. */
export const schedulers = { auto, timeout, animationFrame, message, immediate, postTask, idle };

/** Termination-predicate factories. */
export const predicates = { timeSlice, frame, turns, inputPending };

/**
 * @typedef {import('./cooperator.js').CooperatorOptions} CooperatorOptions
 * @typedef {import('./cooperator.js').CooperatorStats} CooperatorStats
 * @typedef {import('./cooperator.js').Scheduler} Scheduler
 * @typedef {import('./cooperator.js').TerminationPredicateFactory} TerminationPredicateFactory
 * @typedef {import('./deferred.js').Clock} Clock
 * @typedef {import('./context.js').TaskContext} TaskContext
 * @typedef {import('./task.js').TaskOptions} TaskOptions
 * @typedef {import('./task.js').TaskState} TaskState
 */

/** @typedef {import('./bind.js').BoundProgram} BoundProgram */
/** @template T @typedef {import('./course.js').Work<T>} Work */
/** @template T @typedef {import('./native-work.js').NativeWork<T>} NativeWork */
/** @template T @typedef {import('./native.js').NativeOptions<T>} NativeOptions */

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
 * @param {import('./course.js').Work<T>} work
 * @param {import('./task.js').TaskOptions} [options]
 * @returns {import('./task.js').CooperativeTask<T>}
 */
export function cooperate(work, options) {
  return getGlobalCooperator().cooperate(work, options);
}

/**
 * Adds work to the global cooperator and gives a Deferred of its outcome.
 * @template T
 * @param {import('./course.js').Work<T>} work
 * @param {import('./deferred.js').Deferred<T>} [doneDeferred]  fired instead of a new one
 * @returns {import('./deferred.js').Deferred<T>}
 */
export function coiterate(work, doneDeferred) {
  return getGlobalCooperator().coiterate(work, doneDeferred);
}
