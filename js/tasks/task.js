// CooperativeTask: a task as its user sees it.

import { STATE_NAMES, TASK_FAILED } from '../core/constants.js';
import { checkStatus } from '../core/results.js';
import { NotPaused, TaskFailed } from '../errors.js';
import { describe, mustBe, readOnce } from '../util/argument-errors.js';
import { INSPECT, insideOf, setInside } from '../util/inside.js';
import { reserveStack } from '../util/stack.js';
import { Deferred, PromiseSettler, RUN_IN, TAKE_PLACE } from './deferred.js';
import { TaskRun } from './task-run.js';

/** @template T @typedef {import('./work-source.js').Work<T>} Work */
/** @typedef {import('./task-run.js').TaskHost} TaskHost */
/** @typedef {import('./task-run.js').TaskOptions} TaskOptions */

/** @typedef {'runnable' | 'paused' | 'waiting' | 'stopping' | 'done' | 'failed' | 'stopped'} TaskState */

const MIN_SHARE_BY_TIME = 0.001;
const MAX_SHARE = 2 ** 31 - 1;

/** Keys of internal members. */
export const CREATE = Symbol('create');
export const COITERATE = Symbol('coiterate');

/**
 * One piece of work in a cooperator. `cooperate` returns it. A task is a thenable: `await task` waits for its end, as
 * `whenDone()` does. So an async function that returns a task returns its result, not the task.
 * @template T  the type of its result
 * @implements {PromiseLike<T>}
 * @example
 * const task = cooperate(function* count() {
 *   for (let n = 0; n < 100; n++) yield;
 *   return 'counted';
 * });
 * console.log(task.state); // runnable
 * console.log(await task); // counted
 */
export class CooperativeTask {
  /**
   * @private
   * @param {TaskHost} host
   * @param {Work<T>} work
   * @param {TaskOptions} [options]
   */
  constructor(host, work, options) {
    setInside(this, new TaskRun(host, this, work, readOptions(options, host.fairness)));
  }

  /**
   * Creates a task and starts it.
   * @internal
   * @template T
   * @param {TaskHost} host
   * @param {Work<T>} work
   * @param {TaskOptions} [options]
   * @returns {CooperativeTask<T>}
   */
  static [CREATE](host, work, options) {
    const task = new CooperativeTask(host, work, options);
    runOf(task).start();
    return task;
  }

  /**
   * Creates a task, observes its end and starts it. If it throws, there is no task, and `work` was not touched.
   * @internal
   * @template T
   * @param {TaskHost} host
   * @param {Work<T>} work
   * @param {(done: Deferred<T>) => void} observe
   * @returns {Deferred<T>} the argument of `observe`
   */
  static [COITERATE](host, work, observe) {
    const task = new CooperativeTask(host, work);
    let done;
    try {
      done = task.whenDone();
      observe(done);
    } catch (error) {
      runOf(task).abandon();
      throw error;
    }
    runOf(task).start();
    return done;
  }

  /**
   * Suspends the task until `resume` has been called as often as `pause`.
   * @throws {TaskFinished | SchedulerStopped} if the task has finished
   * @example
   * checkbox.onchange = () => (checkbox.checked ? task.pause() : task.resume());
   */
  pause() {
    reserveStack();
    const run = runOf(this);
    checkFinished(run, run.ended === 0 ? run.exports.task_pause(run.pointer) : run.endStatus());
  }

  /**
   * Takes back one `pause`.
   * @throws {NotPaused} if the task is not paused
   * @example
   * task.pause();
   * setTimeout(() => task.resume(), 1000);
   */
  resume() {
    reserveStack();
    const run = runOf(this);
    if (run.ended !== 0) {
      if (run.pauses === 0) throw new NotPaused();
      run.pauses--;
    } else {
      checkStatus(run.exports.task_resume(run.pointer));
    }
  }

  /**
   * Stops the task: closes its iterator, so that `finally` blocks run. They may wait: the task has turns until its
   * clean-up is over, and only then `whenDone` fails with TaskStopped.
   * @throws {TaskFinished | SchedulerStopped} if the task has finished, or was stopped before
   * @example
   * button.onclick = () => task.stop();
   * await task.catch((error) => {
   *   if (error.name !== 'TaskStopped') throw error;
   * });
   */
  stop() {
    reserveStack();
    const run = runOf(this);
    checkFinished(run, run.ended === 0 ? run.exports.task_stop(run.pointer) : run.endStatus());
  }

  /**
   * Returns a new Deferred that fires with the task's result, or fails: with the error of its work, with TaskStopped or
   * SchedulerStopped, or with the reason of the signal that stopped it.
   * @returns {Deferred<T>}
   * @example
   * task.whenDone().addCallbacks(
   *   (result) => console.log(result),
   *   (error) => console.error(`${task.name}: ${error.message}`),
   * );
   */
  whenDone() {
    reserveStack();
    const run = runOf(this);
    /** @type {Deferred<T>} */
    const deferred = new Deferred();
    deferred[RUN_IN](run.scope, run.failureListener());
    run.settleAtEnd(deferred[TAKE_PLACE]());
    return deferred;
  }

  /**
   * `whenDone().then(...)`: a Promise of what the callback returns. A generator that yields its own task fails; async code
   * that awaits its own task waits forever.
   * @template [R1=T], [R2=never]
   * @param {((value: T) => R1 | PromiseLike<R1>) | null} [onFulfilled]
   * @param {((error: any) => R2 | PromiseLike<R2>) | null} [onRejected]
   * @returns {Promise<R1 | R2>}
   * @example
   * const [one, other] = await Promise.all([cooperate(work), cooperate(otherWork)]);
   */
  then(onFulfilled, onRejected) {
    reserveStack();
    /** @type {Promise<T>} */
    const promise = new Promise((resolve, reject) => {
      runOf(this).settleAtEnd(new PromiseSettler(resolve, reject));
    });
    return promise.then(onFulfilled, onRejected);
  }

  /**
   * `whenDone().catch(...)`.
   * @template [R=never]
   * @param {((error: any) => R | PromiseLike<R>) | null} [onRejected]
   * @returns {Promise<T | R>}
   */
  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  /**
   * `whenDone().finally(...)`.
   * @param {(() => void) | null} [onFinally]
   * @returns {Promise<T>}
   */
  finally(onFinally) {
    return this.then().finally(onFinally);
  }

  /** @returns {TaskState} */
  get state() {
    const { ended, exports, pointer } = runOf(this);
    return /** @type {TaskState} */ (STATE_NAMES[ended === 0 ? exports.task_state(pointer) : ended]);
  }

  /**
   * The iterator that the task runs; undefined for an async function, for a function before its first turn, for native
   * work, and after the end of the task.
   * @returns {Iterator<unknown, T, any> | AsyncIterator<unknown, T, any> | undefined}
   */
  get iterator() {
    return runOf(this).source.iterator;
  }

  /** The option `name`, or the name of the work function or native work, or 'task'. @returns {string} */
  get name() {
    return runOf(this).name;
  }

  /**
   * The cost of the task so far. Times are in milliseconds: measured if its turns were timed one by one, otherwise
   * estimated.
   * @returns {{ turns: number, busyMs: number, longestTurnMs: number }}
   * @example
   * const { turns, busyMs } = task.stats();
   * console.log(`${task.name}: ${busyMs / turns} ms for each turn`);
   */
  stats() {
    return { ...runOf(this).readStats() };
  }

  /** The task's name, state and number of turns, for logs. */
  toString() {
    return `CooperativeTask ${this.name} (${this.state}, turns: ${this.stats().turns})`;
  }

  /** @internal */
  [INSPECT]() {
    return this.toString();
  }

  get [Symbol.toStringTag]() {
    return 'CooperativeTask';
  }
}

/** @param {CooperativeTask<any>} task @returns {TaskRun} */
const runOf = (task) => insideOf(task);

/**
 * Throws the error for a call on a task that has finished.
 * @param {TaskRun} run
 * @param {number} status  OK, or how it has finished
 */
function checkFinished(run, status) {
  if (status === TASK_FAILED) throw new TaskFailed(undefined, { cause: run.outcomeError() });
  checkStatus(status);
}

/** @type {TaskOptions & { share: number }} */
const NO_OPTIONS = { share: 1 };

/**
 * Validates options and copies them.
 * @param {any} options
 * @param {'turns' | 'time'} fairness  of the cooperator
 * @returns {TaskOptions & { share: number }}
 */
function readOptions(options, fairness) {
  if (options === undefined) return NO_OPTIONS;
  if (options === null || typeof options !== 'object') {
    throw mustBe('cooperate: options', 'an object', options);
  }
  const read = readOnce('cooperate: options', options, ['signal', 'share', 'name', 'onProgress']);
  const { signal, share = 1, name, onProgress } = read;
  const isSignal =
    typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function';
  if (signal !== undefined && !isSignal) {
    throw mustBe('cooperate: options.signal', 'an AbortSignal', signal);
  }
  checkShare(share, fairness);
  if (name !== undefined && typeof name !== 'string') {
    throw mustBe('cooperate: options.name', 'a string', name);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw mustBe('cooperate: options.onProgress', 'a function', onProgress);
  }
  return { signal, share, name, onProgress };
}

/** @param {any} share @param {'turns' | 'time'} fairness */
function checkShare(share, fairness) {
  const byTime = fairness === 'time';
  const isShare =
    typeof share === 'number' &&
    (byTime ? share >= MIN_SHARE_BY_TIME : share >= 1 && Number.isInteger(share)) &&
    share <= MAX_SHARE;
  if (isShare) return;
  const Wrong = typeof share === 'number' ? RangeError : TypeError;
  const range = byTime ? `a number from ${MIN_SHARE_BY_TIME}` : 'an integer from 1';
  const hint = !byTime && share > 0 && share <= MAX_SHARE ? " (fractions need a cooperator with fairness: 'time')" : '';
  throw new Wrong(`cooperate: options.share must be ${range} to ${MAX_SHARE}, not ${describe(share)}${hint}`);
}
