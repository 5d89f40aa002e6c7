// Tasks. Their life (S1 to S11) is the core's; the iterator, what it is sent, and its errors are here.

import { Deferred, createFrom, createSettled, observe } from './deferred.js';
import {
  NotPaused, OK, SCHEDULER_STOPPED, TASK_DONE, TASK_FAILED, TASK_STOPPED, TaskFailed, describe,
  errorFor,
} from './errors.js';
import { add, look, take } from './handles.js';
import { NativeWork, giveBack, place } from './native.js';
import { subscribe, thenOf } from './thenable.js';
import { PendingFailure } from './unhandled.js';
import { connect, core, doubles, uint64At } from './wasm.js';

/**
 * What a task can be made of: an iterator, an iterable, their asynchronous kinds, or a function that makes
 * one, or an async function. `T` is the task's result: what a generator or async function returns.
 * @template T
 * @typedef {Iterator<unknown, T, any> | Iterable<unknown, T, any> | AsyncIterator<unknown, T, any>
 *   | AsyncIterable<unknown, T, any> | WorkFunction<T> | NativeWork<T>} Work
 */

/**
 * Called in the task's first turn.
 * @template T
 * @typedef {(context: TaskContext) => Generator<unknown, T, any> | AsyncGenerator<unknown, T, any>
 *   | Iterator<unknown, T, any> | Iterable<unknown, T, any> | AsyncIterable<unknown, T, any> | PromiseLike<T>} WorkFunction
 */

/**
 * What a function that is given as work gets. Its members can be taken out of it:
 * `function* ({ signal, progress }) { ... }`.
 * @typedef {object} TaskContext
 * @property {AbortSignal} signal  aborted when the task finishes early
 * @property {(done: number, total?: number) => void} progress  for `onProgress`
 * @property {() => boolean} shouldYield  is the slice's budget used up?
 * @property {() => Promise<void>} yield  for async functions: resolves in my next turn
 */

/**
 * @typedef {object} TaskOptions
 * @property {AbortSignal} [signal]  aborting it stops the task; `whenDone` then fails with its reason
 * @property {number} [share]  turns in a row, an integer from 1; 1 where it is not given
 * @property {string} [name]  for people; the function's name where it is not given
 * @property {(progress: { done: number, total?: number }) => void} [onProgress]  at most once a slice
 */

/** @typedef {'runnable' | 'paused' | 'waiting' | 'done' | 'failed' | 'stopped'} TaskState */

/** The names of coop_state. @type {TaskState[]} */
const STATES = ['runnable', 'paused', 'waiting', 'done', 'failed', 'stopped'];
const STATE_DONE = 3;
const STATE_FAILED = 4;
const STATE_STOPPED = 5;

// coop_turn
const MORE = 0;
const DONE = 1;
const FAILED = 2;
const WAIT = 3;

// what a task is made of; FUNCTION only until its first turn
const FUNCTION = 0;
const ITERATOR = 1;
const ASYNC_ITERATOR = 2;
const ASYNC_FUNCTION = 3;
const NATIVE = 4;

// what has arrived since the last turn and is to go into the iterator
const NOTHING = 0;
const VALUE = 1;
const ERROR = 2;
const RESULT = 3; // of an async iterator's `next`, or of an async function
const BROKEN = 4; // an async iterator's `next` or `throw` has failed: there is nothing to send the error into

const MAX_SHARE = 2 ** 31 - 1;

/** Native tasks by their part in the core, whose state is not the task's handle. @type {Map<number, CooperativeTask<any>>} */
const natives = new Map();

/** How many tasks that have not finished use an iterator that was given as such. @type {Map<object, number>} */
const users = new Map();

/**
 * What a task needs of its cooperator.
 * @typedef {object} TaskOwner
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

/** The task that has this part in the core. @type {(pointer: number) => CooperativeTask<any>} */
export let taskAt;

/**
 * Tells a task that the core's last addition is its part; does nothing when it knows. To be called before any code
 * of a user's can add another.
 * @type {(task: CooperativeTask<any>) => void}
 */
export let adopt;

/** Tells a task's latest progress to its user. @type {(task: CooperativeTask<any>) => void} */
export let flushProgress;

/**
 * One piece of work in a cooperator, as `cooperate` returns it.
 * @template T
 */
export class CooperativeTask {
  /** The core's part, until the task finishes. */
  #pointer = 0;
  /** @type {TaskOwner} */
  #owner;
  #kind = ITERATOR;
  /** Nothing to look at before `next` is called: the way of nearly all turns. */
  #plain = false;
  /** @type {any} */
  #work;
  /** @type {any} */
  #iterator;
  #shareable = false;
  /** A native step's place in the core's function table. */
  #place = 0;
  #arrived = NOTHING;
  /** @type {any} */
  #arrival;
  /** The iterator has ended by itself: it is not to be closed. */
  #exhausted = false;

  /** Index into STATES once finished, before that 0. */
  #ended = 0;
  /** What `pause` and `stop` answer once finished. */
  #answer = OK;
  #pauses = 0;
  /** @type {any} */
  #result;
  /** With which it failed or was stopped. @type {{ error: unknown } | undefined} */
  #outcome;
  /** What the last turn threw. @type {{ error: unknown } | undefined} */
  #thrown;
  /** @type {PendingFailure | undefined} */
  #failure;
  #asked = false;
  /** @type {{ turns: number, busyMs: number, longestTurnMs: number } | undefined} */
  #stats;

  /** @type {TaskOptions | undefined} */
  #options;
  /** @type {(() => void) | undefined} */
  #onAbort;
  /** Why it was stopped, where a signal says so; @type {{ error: unknown } | undefined} */
  #stopReason;
  /** @type {AbortController | undefined} */
  #controller;
  /** Calls of context.yield() that wait for the next turn. @type {{ resolve(): void, reject(e: unknown): void }[]} */
  #yields = [];
  /** @type {{ done: number, total?: number } | undefined} */
  #progress;
  #name;

  /**
   * Not for use: tasks are made by `cooperate`.
   * @param {TaskOwner} owner
   * @param {Work<T>} work
   * @param {TaskOptions | undefined} options
   */
  constructor(owner, work, options) {
    const share = checkOptions(options);
    this.#owner = owner;
    this.#options = options;
    this.#name = options?.name;
    this.#take(work);
    const handle = add(this);
    if (this.#shareable) users.set(this.#iterator, (users.get(this.#iterator) ?? 0) + 1);
    const signal = options?.signal;
    if (signal?.aborted) {
      this.#stopReason = { error: signal.reason };
      take(handle);
      this.#end(STATE_STOPPED, TASK_STOPPED, 0);
      return;
    }
    if (signal) {
      this.#onAbort = () => {
        if (this.#finished() !== OK) return;
        this.#stopReason = { error: signal.reason };
        core.task_stop(this.#pointer);
      };
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    const status = owner.enqueue(this, handle, share);
    if (status !== OK) {
      take(handle);
      this.#forgetOthers();
      throw errorFor(status);
    }
  }

  /** No turns until as many calls of `resume`. Throws a TaskFinished or SchedulerStopped if it has finished. */
  pause() {
    this.#check(this.#ended === 0 ? core.task_pause(this.#pointer) : this.#answer);
  }

  /**
   * Takes back one `pause`.
   * @throws {NotPaused}
   */
  resume() {
    if (this.#ended !== 0) {
      if (this.#pauses === 0) throw new NotPaused();
      this.#pauses--;
    } else if (core.task_resume(this.#pointer) !== OK) {
      throw new NotPaused();
    }
  }

  /** Ends it: closes its iterator, so that `finally` blocks run, and fails `whenDone` with TaskStopped. */
  stop() {
    this.#check(this.#ended === 0 ? core.task_stop(this.#pointer) : this.#answer);
  }

  /**
   * A new Deferred, which fires with the task's result or fails with its error, TaskStopped, SchedulerStopped,
   * or the reason of the signal that stopped it.
   * @returns {Deferred<T>}
   */
  whenDone() {
    this.#asked = true;
    this.#failure?.handled();
    this.#failure = undefined;
    const listener = this.#listener();
    const answer = this.#finished();
    if (answer !== OK) {
      const failed = answer !== TASK_DONE;
      return createSettled(listener, failed, failed ? this.#outcomeError() : this.#result);
    }
    const deferred = createFrom(listener, (handle) => core.task_when_done(this.#pointer, handle));
    // The core knows how the task ended, and this side with what. Its holder may have fired or cancelled it.
    deferred.addCallbacks(
      (value) => (this.#finished() === OK ? value : this.#result),
      (error) => {
        throw this.#finished() === OK ? error : this.#outcomeError(error);
      },
    );
    return deferred;
  }

  /** @returns {TaskState} */
  get state() {
    return STATES[this.#ended !== 0 ? this.#ended : core.task_state(this.#pointer)];
  }

  /**
   * What it goes through; undefined for an async function, and for a function before its first turn.
   * @returns {Iterator<unknown, T, any> | AsyncIterator<unknown, T, any> | undefined}
   */
  get iterator() {
    return this.#iterator;
  }

  /** @returns {string} */
  get name() {
    return this.#name ?? 'task';
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
    const stats = core.task_stats(this.#pointer);
    const memory = doubles();
    return {
      turns: uint64At(stats),
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
    return core.task_state(this.#pointer) < STATE_DONE ? OK : core.task_pause(this.#pointer);
  }

  #listener() {
    return this.#owner.listens
      ? (/** @type {unknown} */ error) => this.#owner.report(error, this)
      : undefined;
  }

  /**
   * The error with which it failed or was stopped: made when somebody asks, and the same for all who do.
   * @param {unknown} [made]
   */
  #outcomeError(made) {
    this.#outcome ??= this.#stopReason ?? { error: made ?? errorFor(this.#finished()) };
    return this.#outcome.error;
  }

  // ---- what it is made of ----

  /**
   * Finds out at once what `work` is, so that bad input is told to who gave it.
   * @param {any} work
   */
  #take(work) {
    if (typeof work === 'function') {
      this.#kind = FUNCTION;
      this.#work = work;
      this.#name ??= work.name || undefined;
    } else if (work instanceof NativeWork) {
      if (work.used) throw new TypeError('cooperate: this native work is a task already; make another with native()');
      this.#kind = NATIVE;
      this.#work = work;
      work.used = true;
      this.#exhausted = true;
      this.#name ??= work.name;
    } else if (!this.#iterate(work, false)) {
      throw new TypeError(
        'cooperate: work must be an iterator, an iterable, their async kinds, a generator function ' +
          `or an async function, not ${describe(work)}`,
      );
    }
  }

  /**
   * @param {any} work
   * @param {boolean} own  made by this task's function, so that nobody else has it
   */
  #iterate(work, own) {
    if (work === null || work === undefined) return false;
    if (typeof work.next === 'function') {
      this.#iterator = work;
      this.#kind = typeof work[Symbol.asyncIterator] === 'function' ? ASYNC_ITERATOR : ITERATOR;
      this.#shareable = !own;
    } else if (typeof work[Symbol.asyncIterator] === 'function') {
      this.#iterator = work[Symbol.asyncIterator]();
      this.#kind = ASYNC_ITERATOR;
    } else if (typeof work[Symbol.iterator] === 'function') {
      this.#iterator = work[Symbol.iterator]();
      this.#kind = ITERATOR;
    } else {
      return false;
    }
    if (typeof this.#iterator?.next !== 'function') {
      throw new TypeError(`cooperate: the iterable's iterator must have a function next, not be ${describe(this.#iterator)}`);
    }
    return true;
  }

  /** Calls the function that was given as work; returns its turn's answer, or undefined to go on with the iterator. */
  #begin() {
    const work = this.#work;
    this.#work = undefined;
    this.#exhausted = true; // until there is something to close
    const made = work(new Context(this.#context()));
    const then = typeof made?.next === 'function' ? undefined : thenOf(made);
    if (then !== undefined) {
      this.#kind = ASYNC_FUNCTION;
      subscribe(
        made, then,
        (value) => this.#arrive(RESULT, value),
        (error) => this.#arrive(ERROR, error),
      );
      return true;
    }
    if (!this.#iterate(made, true)) {
      throw new TypeError(
        `cooperate: the function${this.#name === undefined ? '' : ` ${this.#name}`} must return an iterator (as generator functions do) or ` +
          `a Promise (as async functions do), not ${describe(made)}`,
      );
    }
    this.#exhausted = false;
    return false;
  }

  /** What Context may do to its task. */
  #context() {
    return {
      signal: () => this.#signal(),
      progress: (/** @type {number} */ done, /** @type {number | undefined} */ total) => this.#report(done, total),
      shouldYield: () => this.#owner.shouldYield(),
      yield: () => this.#nextTurn(),
    };
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
    if (this.#kind === ITERATOR) {
      throw new TypeError('context.yield() is for async functions; in a generator write a plain yield');
    }
    return new Promise((resolve, reject) => {
      const answer = this.#finished();
      if (answer !== OK) {
        reject(answer === TASK_DONE ? errorFor(answer) : this.#outcomeError());
        return;
      }
      this.#yields.push({ resolve, reject });
      core.task_wake(this.#pointer);
    });
  }

  /** @param {number} done @param {number | undefined} total */
  #report(done, total) {
    if (typeof done !== 'number' || Number.isNaN(done)) {
      throw new TypeError(`progress: done must be a number, not ${describe(done)}`);
    }
    if (total !== undefined && (typeof total !== 'number' || Number.isNaN(total))) {
      throw new TypeError(`progress: total must be a number or undefined, not ${describe(total)}`);
    }
    if (this.#options?.onProgress === undefined || this.#ended !== 0) return;
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
      this.#owner.report(error, this);
    }
  }

  // ---- turns ----

  /** Anything but a plain turn. May throw, which fails the task. */
  #turn() {
    if (this.#kind === FUNCTION && this.#begin()) return WAIT; // its yield() or its end wakes it
    const arrived = this.#arrived;
    const arrival = this.#arrival;
    this.#arrived = NOTHING;
    this.#arrival = undefined;
    if (this.#kind === ITERATOR) {
      let step;
      if (arrived === ERROR) step = this.#throwInto(arrival);
      else step = arrived === VALUE && !this.#shared() ? this.#next(arrival) : this.#next();
      this.#plain = true;
      return this.#look(step);
    }
    const waiting = this.#yields.splice(0);
    for (const { resolve } of waiting) resolve(); // its code goes on after the slice, in a microtask
    if (this.#kind === ASYNC_FUNCTION) {
      if (arrived === ERROR) throw arrival;
      if (arrived !== RESULT) return WAIT;
      this.#result = arrival;
      return DONE;
    }
    return arrived === NOTHING && waiting.length !== 0 ? WAIT : this.#asyncTurn(arrived, arrival);
  }

  /**
   * One result of an async iterator is looked at, and the next is asked for.
   * @param {number} arrived @param {any} arrival
   */
  #asyncTurn(arrived, arrival) {
    let sent;
    if (arrived === BROKEN) throw arrival;
    if (arrived === ERROR) return this.#await(this.#throwInto(arrival));
    if (arrived === VALUE) sent = arrival;
    if (arrived === RESULT) {
      checkStep(arrival);
      if (arrival.done) {
        this.#exhausted = true;
        this.#result = arrival.value;
        return DONE;
      }
      const then = thenOf(arrival.value);
      if (then !== undefined) return this.#waitFor(arrival.value, then);
      sent = arrival.value; // so that its `yield` gives what was waited for, as a generator's does
    }
    return this.#await(this.#shared() ? this.#next() : this.#next(sent));
  }

  /**
   * Waits for what an async iterator's method returned.
   * @param {any} promised
   */
  #await(promised) {
    const then = thenOf(promised);
    if (then === undefined) {
      this.#arrive(RESULT, promised);
    } else {
      subscribe(
        promised, then,
        (step) => this.#arrive(RESULT, step),
        (error) => {
          this.#exhausted = true;
          this.#arrive(BROKEN, error);
        },
      );
    }
    return WAIT;
  }

  /** @param {any} [sent] */
  #next(...sent) {
    try {
      return this.#iterator.next(...sent);
    } catch (error) {
      this.#exhausted = true;
      throw error;
    }
  }

  /**
   * J2: an error that was waited for is thrown at the `yield`.
   * @param {unknown} error
   */
  #throwInto(error) {
    if (this.#shared() || typeof this.#iterator.throw !== 'function') throw error;
    try {
      return this.#iterator.throw(error);
    } catch (thrown) {
      this.#exhausted = true;
      throw thrown;
    }
  }

  /**
   * What the iterator's step means.
   * @param {any} step
   */
  #look(step) {
    if (this.#kind === ITERATOR && thenOf(step) !== undefined) {
      // an async iterator that does not say so by a Symbol.asyncIterator
      this.#kind = ASYNC_ITERATOR;
      this.#plain = false;
      return this.#await(step);
    }
    checkStep(step);
    if (step.done) {
      this.#exhausted = true;
      this.#result = step.value;
      return DONE;
    }
    return this.#lookAt(step.value);
  }

  /**
   * What it yielded: something to wait for?
   * @param {any} value
   */
  #lookAt(value) {
    let then;
    try {
      then = thenOf(value);
    } catch (error) {
      this.#plain = false;
      this.#arrived = ERROR;
      this.#arrival = error;
      return MORE;
    }
    return then === undefined ? MORE : this.#waitFor(value, then);
  }

  /** @param {any} value @param {Function} then */
  #waitFor(value, then) {
    this.#plain = false;
    if (value instanceof Deferred) {
      observe(value, {
        observe: (failed, result) => {
          const wanted = this.#finished() === OK;
          if (wanted) this.#arrive(failed ? ERROR : VALUE, result);
          return wanted || (failed && this.#isNoNews(result));
        },
      });
    } else {
      subscribe(
        value, then,
        (result) => this.#arrive(VALUE, result),
        (error) => this.#arrive(ERROR, error),
      );
    }
    return WAIT;
  }

  /** @param {number} how @param {any} what */
  #arrive(how, what) {
    if (this.#finished() !== OK) {
      if (how === ERROR || how === BROKEN) this.#late(what);
      return;
    }
    this.#arrived = how;
    this.#arrival = what;
    core.task_wake(this.#pointer);
  }

  /** Is the error only what a stopped task's signal has told it? @param {unknown} error */
  #isNoNews(error) {
    const known = this.#outcome ?? this.#stopReason;
    return this.#ended === STATE_STOPPED && known !== undefined && known.error === error;
  }

  /** An error that comes after the end. @param {unknown} error */
  #late(error) {
    if (!this.#isNoNews(error)) this.#owner.report(error, this);
  }

  /** Is the iterator another task's too? */
  #shared() {
    return this.#shareable && /** @type {number} */ (users.get(this.#iterator)) > 1;
  }

  // ---- the end ----

  /**
   * The core says that it is over.
   * @param {number} state @param {number} answer @param {number} pauses
   */
  #end(state, answer, pauses) {
    this.#stats = this.#readStats();
    this.#ended = state;
    this.#answer = answer;
    this.#pauses = pauses;
    if (this.#kind === NATIVE) natives.delete(this.#pointer);
    if (this.#pointer !== 0) core.task_release(this.#pointer);
    this.#pointer = 0;
    const lastUser = this.#forgetOthers();
    // how it ended is known before any code of the user's is called
    const undelivered = this.#arrived === ERROR || this.#arrived === BROKEN ? { error: this.#arrival } : undefined;
    this.#arrived = NOTHING;
    this.#arrival = undefined;
    if (state === STATE_FAILED) {
      this.#outcome = this.#thrown ?? { error: new Error(`the native task ${this.name} failed: its step said so`) };
      if (!this.#asked) this.#failure = new PendingFailure(this.#outcome.error, this.#listener());
    }
    if (this.#kind === NATIVE) this.#endNative(state);
    if (state === STATE_STOPPED) {
      if (undelivered !== undefined) this.#late(undelivered.error);
      if (this.#thrown !== undefined) this.#late(this.#thrown.error); // in the very turn in which it was stopped
      this.#abandon();
    } else {
      for (const { resolve } of this.#yields.splice(0)) resolve();
    }
    if (!this.#exhausted && lastUser) this.#close();
    this.#flushProgress();
    this.#work = undefined;
  }

  /** @param {number} state */
  #endNative(state) {
    const { state: own, result, dispose } = this.#work;
    if (this.#place !== 0) giveBack(this.#place);
    this.#work.used = false;
    try {
      if (state === STATE_DONE) this.#result = result?.(own);
    } catch (error) {
      this.#owner.report(error, this);
    }
    try {
      dispose?.(own);
    } catch (error) {
      this.#owner.report(error, this);
    }
  }

  /** Leaves what it is known to. Returns whether the iterator is nobody else's now. */
  #forgetOthers() {
    if (this.#onAbort !== undefined) this.#options?.signal?.removeEventListener('abort', this.#onAbort);
    if (!this.#shareable) return true;
    const others = /** @type {number} */ (users.get(this.#iterator)) - 1;
    if (others === 0) users.delete(this.#iterator);
    else users.set(this.#iterator, others);
    return others === 0;
  }

  /** Tells its code that it has been stopped. */
  #abandon() {
    if (this.#controller === undefined && this.#yields.length === 0) return;
    const reason = this.#outcomeError();
    this.#controller?.abort(reason);
    for (const { reject } of this.#yields.splice(0)) reject(reason);
  }

  /** J3: lets `finally` blocks run. */
  #close() {
    this.#exhausted = true;
    try {
      const closed = this.#iterator?.return?.();
      const then = thenOf(closed);
      if (then !== undefined) subscribe(closed, then, () => {}, (error) => this.#late(error));
    } catch (error) {
      this.#late(error);
    }
  }

  // ---- for the core and for cooperator.js ----

  static {
    addTo = (cooperator, task, handle, share) => {
      if (task.#kind !== NATIVE) return core.cooperate(cooperator, handle, share);
      task.#place = place(task.#work.step);
      const status = core.cooperate_native(cooperator, handle, share, task.#place, task.#work.state);
      if (status !== OK) giveBack(task.#place);
      return status;
    };
    taskAt = (pointer) => natives.get(pointer) ?? look(core.task_handle(pointer));
    flushProgress = (task) => task.#flushProgress();
    adopt = (task) => {
      if (task.#pointer !== 0 || task.#ended !== 0) return;
      task.#pointer = core.task_added();
      if (task.#kind === NATIVE) natives.set(task.#pointer, task);
    };
    connect({
      /** @type {(handle: number) => number} */
      host_turn(handle) {
        /** @type {CooperativeTask<any> | undefined} */
        const task = look(handle);
        if (task === undefined) return FAILED; // never, or the two sides have lost one another
        try {
          if (task.#plain) {
            const step = task.#iterator.next();
            if (typeof step !== 'object' || step === null || step.done) return task.#look(step);
            const value = step.value;
            if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return MORE;
            return task.#lookAt(value);
          }
          return task.#turn();
        } catch (error) {
          if (task.#plain) task.#exhausted = true;
          task.#thrown = { error };
          return FAILED;
        }
      },
      /** @type {(handle: number, state: number, outcome: number, pauses: number) => void} */
      host_close(handle, state, outcome, pauses) {
        const answer = state === STATE_DONE ? TASK_DONE : state === STATE_FAILED ? TASK_FAILED : outcome;
        /** @type {CooperativeTask<any> | undefined} */
        const task = take(handle);
        if (task === undefined) return;
        adopt(task);
        task.#end(state, answer, pauses);
      },
    });
  }
}

/** Makes what a work function is given, lazily: most functions ask for nothing of it. */
class Context {
  #task;

  /** @param {{ signal(): AbortSignal, progress: TaskContext['progress'], shouldYield(): boolean, yield(): Promise<void> }} task */
  constructor(task) {
    this.#task = task;
  }

  get signal() {
    return this.#task.signal();
  }

  get progress() {
    return this.#task.progress;
  }

  get shouldYield() {
    return this.#task.shouldYield;
  }

  get yield() {
    return this.#task.yield;
  }
}

/** @param {any} step */
function checkStep(step) {
  if ((typeof step !== 'object' && typeof step !== 'function') || step === null) {
    throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
  }
}

/**
 * @param {any} options
 * @returns {number} the share
 */
function checkOptions(options) {
  if (options === undefined) return 1;
  if (options === null || typeof options !== 'object') {
    throw new TypeError(`cooperate: options must be an object, not ${describe(options)}`);
  }
  const { signal, share = 1, name, onProgress } = options;
  const isSignal = typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' && typeof signal.removeEventListener === 'function';
  if (signal !== undefined && !isSignal) {
    throw new TypeError(`cooperate: options.signal must be an AbortSignal, not ${describe(signal)}`);
  }
  if (!Number.isInteger(share) || share < 1 || share > MAX_SHARE) {
    const Wrong = typeof share === 'number' ? RangeError : TypeError;
    throw new Wrong(`cooperate: options.share must be an integer from 1 to ${MAX_SHARE}, not ${describe(share)}`);
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`cooperate: options.name must be a string, not ${describe(name)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`cooperate: options.onProgress must be a function, not ${describe(onProgress)}`);
  }
  return share;
}
