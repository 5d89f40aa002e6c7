// Tasks: how they are paused, waited for and ended. Their life (S1 to S11) is the core's; what they go through is
// course.js's.

import { empty } from '../util/async-context.js';
import { Context } from './context.js';
import { Course, FAILED, NATIVE, setLife, takeCourse } from './work-source.js';
import { createPending, runIn, settle } from './deferred.js';
import { describe, mustBe } from '../util/argument-errors.js';
import {
  NotPaused,
  OK,
  SCHEDULER_STOPPED,
  TASK_DONE,
  TASK_FAILED,
  TASK_STOPPED,
  TaskFailed,
  errorFor,
} from '../errors.js';
import { add, look, take } from '../core/handles.js';
import { PendingFailure } from './unhandled-failures.js';
import { connect } from '../core/wasm.js';

/**
 * @template T
 * @typedef {import('./work-source.js').Work<T>} Work
 */

/**
 * @typedef {object} TaskOptions
 * @property {AbortSignal} [signal]  aborting it stops the task; `whenDone` then fails with its reason
 * @property {number} [share]  turns in a row, an integer from 1; 1 where it is not given
 * @property {string} [name]  for people; the function's name where it is not given
 * @property {(progress: { done: number, total?: number }) => void} [onProgress]  at most once a slice, and once at the
 *   end
 */

/** @typedef {import('../core/wasm.js').Core} Core */

/** @typedef {'runnable' | 'paused' | 'waiting' | 'done' | 'failed' | 'stopped'} TaskState */

/** The names of coop_state. @type {TaskState[]} */
const STATES = ['runnable', 'paused', 'waiting', 'done', 'failed', 'stopped'];
const STATE_DONE = 3;
const STATE_FAILED = 4;
const STATE_STOPPED = 5;

const MAX_SHARE = 2 ** 31 - 1;

/**
 * What a task needs of its cooperator.
 * @typedef {object} TaskOwner
 * @property {Core} core  where its tasks have their parts
 * @property {(error: unknown, task: CooperativeTask<any>) => void} report  J7: an error that has nobody to go to
 * @property {boolean} listens  is `report` for an onError of the user's?
 * @property {(task: CooperativeTask<any>) => void} progressed  `flushProgress` is to be called after the slice
 * @property {(task: CooperativeTask<any>, handle: number, share: number) => number} enqueue  gives the core its part
 * @property {() => boolean} shouldYield
 */

/**
 * Makes the core's part of a task; returns its status.
 * @type {(cooperator: number, task: CooperativeTask<any>, handle: number, share: number) => number}
 */
export let addTo;

/**
 * The task that has this part in a core; undefined for one of C's.
 * @type {(core: Core, pointer: number) => CooperativeTask<any> | undefined}
 */
export let taskAt;

/**
 * Tells a task that the core's last addition is its part; does nothing when it knows. To be called before any code
 * of a user's can add another.
 * @type {(task: CooperativeTask<any>) => void}
 */
export let adopt;

/**
 * The turn of the task that has this part in a core has thrown.
 * @type {(core: Core, pointer: number, error: unknown) => number}
 */
export let failTurn;

/** Tells a task's latest progress to its user. @type {(task: CooperativeTask<any>) => void} */
export let flushProgress;

/**
 * One piece of work in a cooperator, as `cooperate` returns it.
 * @template T
 */
export class CooperativeTask {
  /** The core's part, until the task finishes. */
  #pointer = 0;
  #core;
  /** @type {TaskOwner} */
  #owner;
  #course;

  /** Index into STATES once finished, before that 0. */
  #ended = 0;
  /** What `pause` and `stop` answer once finished. */
  #answer = OK;
  #pauses = 0;
  /** With which it failed or was stopped. @type {{ error: unknown } | undefined} */
  #outcome;
  /** Why it was stopped, where a signal says so. @type {{ error: unknown } | undefined} */
  #stopReason;
  /** D7: its failure, as long as nobody has asked for it. @type {PendingFailure | undefined} */
  #failure;
  #asked = false;
  /** @type {{ turns: number, busyMs: number, longestTurnMs: number } | undefined} */
  #stats;

  /** As they were when the task was made. */
  #options;
  /** @type {(() => void) | undefined} */
  #onAbort;
  /** Of context.signal. @type {AbortController | undefined} */
  #controller;
  /** What is still to be told. @type {{ done: number, total?: number } | undefined} */
  #progress;

  /**
   * Not for use: tasks are made by `cooperate`.
   * @param {TaskOwner} owner
   * @param {Work<T>} work
   * @param {TaskOptions | undefined} options
   */
  constructor(owner, work, options) {
    const { signal, share } = (this.#options = readOptions(options));
    this.#owner = owner;
    this.#core = owner.core.exports;
    this.#course = new Course(this, work);
    const handle = this.#course.enter();
    if (signal?.aborted) {
      this.#stopReason = { error: signal.reason };
      takeCourse(handle);
      this.#end(STATE_STOPPED, TASK_STOPPED, 0);
      return;
    }
    if (signal) {
      this.#onAbort = () => {
        if (this.#finished() !== OK) return;
        this.#stopReason = { error: signal.reason };
        this.#core.task_stop(this.#pointer);
      };
      signal.addEventListener('abort', this.#onAbort);
    }
    const status = owner.enqueue(this, handle, share);
    if (status !== OK) {
      takeCourse(handle);
      this.#forgetSignal();
      this.#course.leave();
      throw errorFor(status);
    }
  }

  /** No turns until as many calls of `resume`. Throws a TaskFinished or SchedulerStopped if it has finished. */
  pause() {
    this.#check(this.#ended === 0 ? this.#core.task_pause(this.#pointer) : this.#answer);
  }

  /**
   * Takes back one `pause`.
   * @throws {NotPaused}
   */
  resume() {
    if (this.#ended !== 0) {
      if (this.#pauses === 0) throw new NotPaused();
      this.#pauses--;
    } else if (this.#core.task_resume(this.#pointer) !== OK) {
      throw new NotPaused();
    }
  }

  /** Ends it: closes its iterator, so that `finally` blocks run, and fails `whenDone` with TaskStopped. */
  stop() {
    this.#check(this.#ended === 0 ? this.#core.task_stop(this.#pointer) : this.#answer);
  }

  /**
   * A new Deferred, which fires with the task's result or fails with its error, TaskStopped, SchedulerStopped,
   * or the reason of the signal that stopped it.
   * @returns {import('./deferred.js').Deferred<T>}
   */
  whenDone() {
    this.#asked = true;
    this.#failure?.handled();
    this.#failure = undefined;
    const deferred = runIn(createPending(this.#listener()), this.#course.scope);
    if (this.#finished() !== OK) {
      this.#settle(deferred);
      return deferred;
    }
    const watcher = add({
      observe: () => {
        this.#settle(deferred);
        return true; // the failure is the Deferred's to report
      },
    });
    const status = this.#core.task_when_done(this.#pointer, watcher);
    if (status !== OK) {
      take(watcher);
      throw errorFor(status);
    }
    return deferred;
  }

  /** Fires one that whenDone gave. @param {import('./deferred.js').Deferred<T>} deferred */
  #settle(deferred) {
    const failed = this.#finished() !== TASK_DONE;
    settle(deferred, failed, failed ? this.#outcomeError() : this.#course.result);
  }

  /** @returns {TaskState} */
  get state() {
    return STATES[this.#ended !== 0 ? this.#ended : this.#core.task_state(this.#pointer)];
  }

  /**
   * What it goes through; undefined for an async function, and for a function before its first turn.
   * @returns {Iterator<unknown, T, any> | AsyncIterator<unknown, T, any> | undefined}
   */
  get iterator() {
    return this.#course.iterator;
  }

  /** @returns {string} */
  get name() {
    return this.#options.name ?? (this.#course.name || 'task');
  }

  /**
   * What it cost so far, in milliseconds: measured where turns were timed one by one, else estimated.
   * @returns {{ turns: number, busyMs: number, longestTurnMs: number }}
   */
  stats() {
    return { ...(this.#stats ?? this.#readStats()) };
  }

  #readStats() {
    if (this.#pointer === 0) return { turns: 0, busyMs: 0, longestTurnMs: 0 };
    const stats = this.#core.task_stats(this.#pointer);
    const memory = this.#owner.core.doubles();
    return {
      turns: this.#owner.core.uint64At(stats),
      busyMs: memory[(stats >> 3) + 1],
      longestTurnMs: memory[(stats >> 3) + 2],
    };
  }

  /** @param {number} answer  the core's */
  #check(answer) {
    if (answer === TASK_FAILED) throw new TaskFailed(undefined, { cause: this.#outcome?.error });
    if (answer !== OK) throw errorFor(answer);
  }

  /** OK, or what `pause` answers to a finished task; a task that was stopped in its own turn is one at once. */
  #finished() {
    if (this.#ended !== 0) return this.#answer;
    return this.#core.task_state(this.#pointer) < STATE_DONE ? OK : this.#core.task_pause(this.#pointer);
  }

  #listener() {
    return this.#owner.listens ? (/** @type {unknown} */ error) => this.#tell(error) : undefined;
  }

  /** An error that has nobody else to go to. @param {unknown} error */
  #tell(error) {
    this.#course.scope.runInAsyncScope(this.#owner.report, undefined, error, this);
  }

  /** The error with which it failed or was stopped: made when somebody asks, and the same for all who do. */
  #outcomeError() {
    this.#outcome ??= this.#stopReason ?? { error: errorFor(this.#finished()) };
    return this.#outcome.error;
  }

  // ---- for its code ----

  #context() {
    return new Context({
      signal: () => this.#signal(),
      progress: (done, total) => this.#report(done, total),
      shouldYield: () => this.#owner.shouldYield(),
      yield: () => this.#nextTurn(),
    });
  }

  #signal() {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const answer = this.#finished();
      if (answer === TASK_STOPPED || answer === SCHEDULER_STOPPED) this.#controller.abort(this.#outcomeError());
    }
    return this.#controller.signal;
  }

  /** @returns {Promise<void>} */
  #nextTurn() {
    if (this.#finished() === OK) return this.#course.nextTurn();
    return Promise.reject(this.#outcomeError());
  }

  /** @param {number} done @param {number | undefined} total */
  #report(done, total) {
    if (typeof done !== 'number' || Number.isNaN(done)) {
      throw mustBe('progress: done', 'a number', done);
    }
    if (total !== undefined && (typeof total !== 'number' || Number.isNaN(total))) {
      throw mustBe('progress: total', 'a number or undefined', total);
    }
    if (this.#options.onProgress === undefined || this.#ended !== 0) return;
    if (this.#progress === undefined) this.#owner.progressed(this);
    this.#progress = total === undefined ? { done } : { done, total };
  }

  /** Tells the latest progress to the user, once. */
  #flushProgress() {
    const progress = this.#progress;
    if (progress === undefined) return;
    this.#progress = undefined;
    try {
      /** @type {any} */ (this.#options).onProgress(progress);
    } catch (error) {
      this.#tell(error);
    }
  }

  // ---- the end ----

  /**
   * The core says that it is over.
   * @param {number} state @param {number} answer @param {number} pauses
   */
  #end(state, answer, pauses) {
    const course = this.#course;
    this.#stats = this.#readStats();
    this.#ended = state;
    this.#answer = answer;
    this.#pauses = pauses;
    if (this.#pointer !== 0) this.#core.task_release(this.#pointer);
    this.#pointer = 0;
    this.#forgetSignal();
    // how it ended is known before any code of the user's is called
    if (state === STATE_FAILED) {
      this.#outcome = /** @type {{ error: unknown }} */ (course.thrown);
      if (!this.#asked) this.#failure = new PendingFailure(this.#outcome.error, this.#listener());
    }
    if (course.kind === NATIVE) {
      try {
        course.work.end(this.#owner.core);
      } catch (error) {
        this.#tell(error);
      }
    }
    const waiting = course.takeYields();
    if (state === STATE_STOPPED) {
      // errors that would have gone into the iterator or, thrown in the very turn in which it was stopped, out of it
      for (const lost of [course.takeUndelivered(), course.thrown]) if (lost !== undefined) this.#late(lost.error);
      this.#controller?.abort(this.#outcomeError());
      for (const { reject } of waiting) reject(this.#outcomeError());
    } else {
      for (const { resolve } of waiting) resolve();
    }
    course.close();
    this.#flushProgress();
  }

  #forgetSignal() {
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** Is the error only what the task was stopped with, maybe in the turn that goes on? @param {unknown} error */
  #isNoNews(error) {
    const known = this.#outcome ?? this.#stopReason;
    return this.#ended !== STATE_FAILED && known !== undefined && known.error === error;
  }

  /** An error that comes after the end. @param {unknown} error */
  #late(error) {
    if (!this.#isNoNews(error)) this.#tell(error);
  }

  // ---- for the core and for the other files of the package ----

  static {
    addTo = (cooperator, task, handle, share) => {
      const { kind, work } = task.#course;
      const { core } = task.#owner;
      return kind === NATIVE
        ? work.addTo(core, cooperator, handle, share)
        : core.exports.cooperate(cooperator, handle, share);
    };
    taskAt = (core, pointer) => look(core.exports.task_handle(pointer))?.task;
    failTurn = (core, pointer, error) => {
      const task = taskAt(core, pointer);
      if (task !== undefined) return task.#course.fail(error);
      core.failForeign(pointer, error);
      return FAILED;
    };
    flushProgress = (task) => task.#course.scope.runInAsyncScope(task.#flushProgress, task);
    adopt = (task) => {
      if (task.#pointer !== 0 || task.#ended !== 0) return;
      task.#pointer = task.#core.task_added();
    };
    setLife({
      /** @param {CooperativeTask<any>} task */
      finished: (task) => task.#finished(),
      /** @param {CooperativeTask<any>} task */
      wake: (task) => void task.#core.task_wake(task.#pointer),
      /** @param {CooperativeTask<any>} task */
      failNative: (task) => task.#course.work.failNext(task.#owner.core),
      /** @param {CooperativeTask<any>} task @param {unknown} error */
      late: (task, error) => task.#late(error),
      /** @param {CooperativeTask<any>} task @param {unknown} error */
      isNoNews: (task, error) => task.#isNoNews(error),
      /** @param {CooperativeTask<any>} task */
      context: (task) => task.#context(),
    });
    connect({
      /** @type {(handle: number, said: number) => number} */
      host_native(handle, said) {
        /** @type {Course | undefined} */
        const course = look(handle);
        if (course === undefined) return FAILED;
        try {
          return course.scope.runInAsyncScope(course.work.turn, course.work, course, said);
        } catch (error) {
          return course.fail(error);
        }
      },
      /** @type {(handle: number, state: number, outcome: number, pauses: number) => void} */
      host_close(handle, state, outcome, pauses) {
        const answer = state === STATE_DONE ? TASK_DONE : state === STATE_FAILED ? TASK_FAILED : outcome;
        const course = takeCourse(handle);
        if (course === undefined) return;
        const task = /** @type {CooperativeTask<any>} */ (course.task);
        adopt(task);
        // of itself a task ends in a slice, which is in the empty scope
        if (course.scope === empty && state !== STATE_STOPPED) task.#end(state, answer, pauses);
        else course.scope.runInAsyncScope(task.#end, task, state, answer, pauses);
      },
    });
  }
}

/** @type {TaskOptions & { share: number }} */
const NO_OPTIONS = { share: 1 };

/**
 * @param {any} options
 * @returns {TaskOptions & { share: number }}
 */
function readOptions(options) {
  if (options === undefined) return NO_OPTIONS;
  if (options === null || typeof options !== 'object') {
    throw mustBe('cooperate: options', 'an object', options);
  }
  const { signal, share = 1, name, onProgress } = options;
  const isSignal =
    typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function';
  if (signal !== undefined && !isSignal) {
    throw mustBe('cooperate: options.signal', 'an AbortSignal', signal);
  }
  if (!Number.isInteger(share) || share < 1 || share > MAX_SHARE) {
    const Wrong = typeof share === 'number' ? RangeError : TypeError;
    throw new Wrong(`cooperate: options.share must be an integer from 1 to ${MAX_SHARE}, not ${describe(share)}`);
  }
  if (name !== undefined && typeof name !== 'string') {
    throw mustBe('cooperate: options.name', 'a string', name);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw mustBe('cooperate: options.onProgress', 'a function', onProgress);
  }
  return { signal, share, name, onProgress };
}
