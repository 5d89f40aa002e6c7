// Cooperator: the public class, a queue of tasks with a scheduler and a termination predicate.

import {
  COOPERATOR_STATS_BUSY_MS,
  COOPERATOR_STATS_LONGEST_SLICE_MS,
  COOPERATOR_STATS_LONGEST_TURN_MS,
  COOPERATOR_STATS_SLICES,
  COOPERATOR_STATS_TURNS,
  STATE_NAMES,
} from '../core/constants.js';
import { checkStatus } from '../core/results.js';
import { load } from '../core/wasm.js';
import { SchedulerStopped } from '../errors.js';
import { mustBe, readOnce } from '../util/argument-errors.js';
import { INSPECT, insideOf, setInside } from '../util/inside.js';
import { reserveStack } from '../util/stack.js';
import { CREATE_NATIVE, CooperatorHost } from './cooperator-host.js';
import { Deferred, FIRE, SETTLE, checkDeferred } from './deferred.js';
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

const RESOLVED = Promise.resolve();

const OPTIONS = [
  'scheduler',
  'terminationPredicateFactory',
  'started',
  'name',
  'onError',
  'onLongTurn',
  'fairness',
  'quantumMs',
  'traceStarts',
  CREATE_NATIVE,
];

/** @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol('dispose'));

/** Key of a static internal member: returns the core that runs the instances of the class. */
export const CORE = Symbol('core');

/**
 * A queue of tasks that take turns. Turns run in slices, between which the host does its other work.
 * @example
 * const cooperator = new Cooperator({ fairness: 'time' });
 * const total = await cooperator.cooperate(function* () {
 *   let sum = 0;
 *   for (let n = 1; n <= 1000; n++) {
 *     sum += n;
 *     yield;
 *   }
 *   return sum;
 * });
 */
export class Cooperator {
  /** @internal */
  static [CORE] = load;

  /**
   * @param {CooperatorOptions} [options]
   * @throws {TypeError} if an option is of the wrong type
   */
  constructor(options = {}) {
    const read = readOptions(options);
    setInside(this, new CooperatorHost(read, /** @type {typeof Cooperator} */ (new.target)[CORE]()));
  }

  /**
   * Adds work as a task, at the end of the queue.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {import('./task.js').TaskOptions} [options]
   * @returns {CooperativeTask<T>}
   * @throws {TypeError | RangeError} if work or an option is invalid; no task is added then
   * @throws {SchedulerStopped} if the cooperator was disposed
   * @example
   * const task = cooperator.cooperate(forEach(rows, index), { name: 'index', share: 2 });
   * await task;
   */
  cooperate(work, options) {
    reserveStack();
    checkNotDisposed(hostOf(this));
    return CooperativeTask[CREATE](hostOf(this), work, options);
  }

  /**
   * Adds work as a task and returns a Deferred with its outcome.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {Deferred<T>} [doneDeferred]  fired with the outcome, and returned, in place of a new Deferred
   * @returns {Deferred<T>}
   * @throws {TypeError} if an argument is invalid
   * @throws {SchedulerStopped} if the cooperator was disposed
   * @example
   * cooperator.coiterate([1, 2, 3].values()).addCallback(() => console.log('done'));
   */
  coiterate(work, doneDeferred) {
    if (doneDeferred !== undefined && doneDeferred !== null) checkDeferred('coiterate: doneDeferred', doneDeferred);
    reserveStack();
    checkNotDisposed(hostOf(this));
    const done = CooperativeTask[COITERATE](hostOf(this), work, (end) => {
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
   * @example
   * const cooperator = new Cooperator({ started: false });
   * const task = cooperator.cooperate(work); // has no turn yet
   * cooperator.start();
   */
  start() {
    reserveStack();
    checkNotDisposed(hostOf(this));
    const { core, pointer } = hostOf(this);
    core.exports.cooperator_start(pointer);
  }

  /**
   * Finishes every task with SchedulerStopped, in the order in which they were added.
   * @example
   * task.whenDone().addErrback((error) => console.log(error.name)); // SchedulerStopped
   * cooperator.stop();
   */
  stop() {
    reserveStack();
    const { core, pointer } = hostOf(this);
    if (pointer !== 0) core.exports.cooperator_stop(pointer);
  }

  /**
   * Pauses all tasks: no slice runs until `resume` has been called as often as `pause`. An open slice ends after the
   * current turn. `start` and `stop` do not change the pauses: a paused cooperator can be stopped, and its tasks then
   * finish as always.
   * @throws {SchedulerStopped} if the cooperator was disposed
   * @example
   * document.onvisibilitychange = () => (document.hidden ? cooperator.pause() : cooperator.resume());
   */
  pause() {
    setPaused(hostOf(this), 1);
  }

  /**
   * Takes back one `pause`.
   * @throws {NotPaused} if the cooperator is not paused
   * @throws {SchedulerStopped} if it was disposed
   * @example
   * cooperator.pause();
   * try {
   *   measure();
   * } finally {
   *   cooperator.resume();
   * }
   */
  resume() {
    setPaused(hostOf(this), 0);
  }

  /**
   * Returns a new Deferred that fires when no task is left that has not finished: at once, if there is none now. Tasks
   * that are added meanwhile count, those that callbacks of the last task add included, and so do paused and waiting
   * ones; those of a C program do not, as in `tasks`.
   * @returns {Deferred<void>}
   * @example
   * process.on('SIGTERM', async () => {
   *   server.close();
   *   await cooperator.whenIdle();
   *   process.exit();
   * });
   */
  whenIdle() {
    reserveStack();
    // Callbacks that add tasks run first.
    /** @type {import('./deferred-state.js').Place} */
    const place = { deferred: { [SETTLE]: () => void RESOLVED.then(check) }, neighbour: undefined };
    /** @type {Deferred<void>} */
    const idle = new Deferred(() => (place.deferred = undefined));
    const check = () => {
      const run = firstRun(hostOf(this));
      if (run === undefined) idle[SETTLE](false, undefined);
      else run.settleAtEnd(place, false); // The failure of a task is not handled by this (D7).
    };
    check();
    return idle;
  }

  /**
   * Returns the number of tasks that have not finished, or of those that have a state.
   * @param {import('./task.js').TaskState} [state]
   * @returns {number}
   * @throws {TypeError} if state is none
   * @example
   * console.log(`${cooperator.size('waiting')} of ${cooperator.size()} tasks wait`);
   */
  size(state) {
    if (state !== undefined && !STATE_NAMES.includes(state)) {
      throw mustBe('size: state', `one of ${STATE_NAMES.join(', ')}`, state);
    }
    return this.tasks.filter((task) => state === undefined || task.state === state).length;
  }

  /** True if the cooperator was started and was not stopped or disposed since. It may be paused. */
  get running() {
    const { core, pointer } = hostOf(this);
    return pointer !== 0 && core.exports.cooperator_running(pointer) !== 0;
  }

  /**
   * The tasks that have not finished, in the order in which they were added.
   * @returns {CooperativeTask<any>[]}
   * @example
   * for (const task of cooperator.tasks) console.log(task.name, task.state);
   */
  get tasks() {
    const { core, pointer } = hostOf(this);
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
    return hostOf(this).track ?? 'cooperator';
  }

  /**
   * The work done so far. Times are in milliseconds.
   * @returns {CooperatorStats}
   * @example
   * const { turns, slices, longestTurnMs } = cooperator.stats();
   * console.log(`${turns} turns in ${slices} slices, the longest ${longestTurnMs} ms`);
   */
  stats() {
    const host = hostOf(this);
    return { ...(host.finalStats ?? readStats(host)) };
  }

  /**
   * Stops the cooperator for good and releases its resources. Does nothing the second time.
   * @example
   * const cooperator = new Cooperator();
   * try {
   *   await cooperator.cooperate(work);
   * } finally {
   *   cooperator.dispose();
   * }
   */
  dispose() {
    reserveStack();
    const host = hostOf(this);
    if (host.pointer === 0) return;
    host.finalStats = readStats(host);
    host.dispose();
  }

  /** `dispose`, for `using`. */
  [DISPOSE]() {
    this.dispose();
  }

  /** The cooperator's name, state and numbers of tasks and turns, for logs. */
  toString() {
    const { pointer } = hostOf(this);
    const state = pointer === 0 ? 'disposed' : this.running ? 'running' : 'stopped';
    return `Cooperator ${this.name} (${state}, tasks: ${this.tasks.length}, turns: ${this.stats().turns})`;
  }

  /** @internal */
  [INSPECT]() {
    return this.toString();
  }

  get [Symbol.toStringTag]() {
    return 'Cooperator';
  }
}

/** @param {Cooperator} cooperator @returns {CooperatorHost} */
const hostOf = (cooperator) => insideOf(cooperator);

/** The first task of JavaScript that has not finished. @param {CooperatorHost} host */
function firstRun({ core, pointer }) {
  let task = pointer === 0 ? 0 : core.exports.cooperator_first_task(pointer);
  while (task !== 0 && core.taskAt(task) === undefined) task = core.exports.task_next(task);
  return task === 0 ? undefined : core.taskAt(task);
}

/** @param {CooperatorHost} host @param {number} paused  1: pauses; 0: takes back one pause */
function setPaused(host, paused) {
  reserveStack();
  checkNotDisposed(host);
  checkStatus(host.core.exports.cooperator_pause(host.pointer, paused));
}

/** @param {CooperatorHost} host */
function readStats({ core, pointer, longestTurnTask }) {
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

/** @param {CooperatorHost} host */
function checkNotDisposed({ pointer }) {
  if (pointer === 0) throw new SchedulerStopped('the cooperator was disposed; create a new one');
}

/** @param {any} given @returns {CooperatorOptions & { [CREATE_NATIVE]?: (...args: number[]) => number }} */
function readOptions(given) {
  if (given === null || typeof given !== 'object') {
    throw mustBe('new Cooperator: options', 'an object', given);
  }
  const options = readOnce('new Cooperator: options', given, OPTIONS);
  for (const name of ['scheduler', 'terminationPredicateFactory', 'onError', 'onLongTurn']) {
    const f = options[name];
    if (f !== undefined && typeof f !== 'function') {
      throw mustBe(`new Cooperator: options.${name}`, 'a function', f);
    }
  }
  for (const name of ['started', 'traceStarts']) {
    const flag = options[name];
    if (flag !== undefined && typeof flag !== 'boolean') {
      throw mustBe(`new Cooperator: options.${name}`, 'a boolean', flag);
    }
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
  return options;
}
