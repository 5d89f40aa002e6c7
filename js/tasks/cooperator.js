// Cooperator: the public class, a queue of tasks with a scheduler and a termination predicate.

import {
  COOPERATOR_STATS_BUSY_MS,
  COOPERATOR_STATS_LONGEST_SLICE_MS,
  COOPERATOR_STATS_LONGEST_TURN_MS,
  COOPERATOR_STATS_SLICES,
  COOPERATOR_STATS_TURNS,
} from '../core/constants.js';
import { load } from '../core/wasm.js';
import { SchedulerStopped } from '../errors.js';
import { mustBe } from '../util/argument-errors.js';
import { reserveStack } from '../util/stack.js';
import { CooperatorHost } from './cooperator-host.js';
import { Deferred, FIRE } from './deferred.js';
import { COITERATE, CREATE, CooperativeTask } from './task.js';

/** @typedef {import('./cooperator-host.js').CooperatorOptions} CooperatorOptions */

/**
 * @typedef {object} CooperatorStats
 * @property {number} slices
 * @property {number} turns
 * @property {number} busyMs  time spent in slices
 * @property {number} longestSliceMs
 * @property {number} longestTurnMs
 * @property {string} [longestTurnTask]  the name of the task with the longest turn, if it is known
 */

/** @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol('dispose'));

/** Key of a static internal member: returns the core that runs the instances of the class. */
export const CORE = Symbol('core');

/**
 * A queue of tasks that take turns. Turns run in slices, between which the host does its other work.
 */
export class Cooperator {
  /** @internal */
  static [CORE] = load;

  #host;
  /** @type {CooperatorStats | undefined} */
  #finalStats;

  /**
   * @param {CooperatorOptions} [options]
   * @throws {TypeError} if an option is of the wrong type
   */
  constructor(options = {}) {
    checkOptions(options);
    this.#host = new CooperatorHost(options, /** @type {typeof Cooperator} */ (new.target)[CORE]());
  }

  /**
   * Adds work as a task, at the end of the queue.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {import('./task.js').TaskOptions} [options]
   * @returns {CooperativeTask<T>}
   * @throws {TypeError | RangeError} if work or an option is invalid; no task is added then
   * @throws {SchedulerStopped} if the cooperator was disposed
   */
  cooperate(work, options) {
    reserveStack();
    this.#checkNotDisposed();
    return CooperativeTask[CREATE](this.#host, work, options);
  }

  /**
   * Adds work as a task and returns a Deferred with its outcome.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {Deferred<T>} [doneDeferred]  fired with the outcome, and returned, in place of a new Deferred
   * @returns {Deferred<T>}
   * @throws {TypeError} if an argument is invalid
   * @throws {SchedulerStopped} if the cooperator was disposed
   */
  coiterate(work, doneDeferred) {
    if (doneDeferred !== undefined && doneDeferred !== null && !(doneDeferred instanceof Deferred)) {
      throw mustBe('coiterate: doneDeferred', 'a Deferred', doneDeferred);
    }
    reserveStack();
    this.#checkNotDisposed();
    const done = CooperativeTask[COITERATE](this.#host, work, (end) => {
      // Not chainDeferred: the callbacks of doneDeferred must run in the scope of the task.
      if (!doneDeferred) return;
      end.addCallbacks(
        (value) => doneDeferred[FIRE](false, value),
        (error) => doneDeferred[FIRE](true, error),
      );
    });
    return doneDeferred ?? done;
  }

  /**
   * Starts running slices. Makes the cooperator usable again after `stop`.
   * @throws {SchedulerStopped} if the cooperator was disposed
   */
  start() {
    reserveStack();
    this.#checkNotDisposed();
    const { core, pointer } = this.#host;
    core.exports.cooperator_start(pointer);
  }

  /** Finishes every task with SchedulerStopped, in the order in which they were added. */
  stop() {
    reserveStack();
    const { core, pointer } = this.#host;
    if (pointer !== 0) core.exports.cooperator_stop(pointer);
  }

  /** True if the cooperator was started and was not stopped or disposed since. */
  get running() {
    const { core, pointer } = this.#host;
    return pointer !== 0 && core.exports.cooperator_running(pointer) !== 0;
  }

  /**
   * The tasks that have not finished, in the order in which they were added.
   * @returns {CooperativeTask<any>[]}
   */
  get tasks() {
    const { core, pointer } = this.#host;
    const tasks = [];
    if (pointer !== 0) {
      const { cooperator_first_task: first, task_next: next } = core.exports;
      for (let task = first(pointer); task !== 0; task = next(task)) {
        const run = core.taskAt(task);
        if (run !== undefined) tasks.push(run.task);
      }
    }
    return tasks;
  }

  /** The option `name`, or 'cooperator'. @returns {string} */
  get name() {
    return this.#host.track ?? 'cooperator';
  }

  /**
   * The work done so far. Times are in milliseconds.
   * @returns {CooperatorStats}
   */
  stats() {
    return { ...(this.#finalStats ?? this.#readStats()) };
  }

  #readStats() {
    const { core, pointer, longestTurnTask } = this.#host;
    const stats = core.exports.cooperator_stats(pointer);
    /** @type {CooperatorStats} */
    const read = {
      slices: core.uint64At(stats + COOPERATOR_STATS_SLICES),
      turns: core.uint64At(stats + COOPERATOR_STATS_TURNS),
      busyMs: core.doubleAt(stats + COOPERATOR_STATS_BUSY_MS),
      longestSliceMs: core.doubleAt(stats + COOPERATOR_STATS_LONGEST_SLICE_MS),
      longestTurnMs: core.doubleAt(stats + COOPERATOR_STATS_LONGEST_TURN_MS),
    };
    if (longestTurnTask !== undefined) read.longestTurnTask = longestTurnTask;
    return read;
  }

  /** Stops the cooperator for good and releases its resources. Does nothing the second time. */
  dispose() {
    reserveStack();
    if (this.#host.pointer === 0) return;
    this.#finalStats = this.#readStats();
    this.#host.dispose();
  }

  /** `dispose`, for `using`. */
  [DISPOSE]() {
    this.dispose();
  }

  #checkNotDisposed() {
    if (this.#host.pointer === 0) throw new SchedulerStopped('the cooperator was disposed; create a new one');
  }
}

/** @param {any} options */
function checkOptions(options) {
  if (options === null || typeof options !== 'object') {
    throw mustBe('new Cooperator: options', 'an object', options);
  }
  for (const name of ['scheduler', 'terminationPredicateFactory', 'onError', 'onLongTurn']) {
    const f = options[name];
    if (f !== undefined && typeof f !== 'function') {
      throw mustBe(`new Cooperator: options.${name}`, 'a function', f);
    }
  }
  if (options.started !== undefined && typeof options.started !== 'boolean') {
    throw mustBe('new Cooperator: options.started', 'a boolean', options.started);
  }
  const { fairness, quantumMs } = options;
  if (fairness !== undefined && fairness !== 'turns' && fairness !== 'time') {
    throw mustBe('new Cooperator: options.fairness', "'turns' or 'time'", fairness);
  }
  if (quantumMs !== undefined && typeof quantumMs !== 'number') {
    throw mustBe('new Cooperator: options.quantumMs', 'a number', quantumMs);
  }
  if (quantumMs !== undefined && !(quantumMs > 0 && quantumMs < Infinity)) {
    throw new RangeError(`new Cooperator: options.quantumMs must be above 0 and finite, not ${quantumMs}`);
  }
  if (options.name !== undefined && typeof options.name !== 'string') {
    throw mustBe('new Cooperator: options.name', 'a string', options.name);
  }
}
