// Cooperators: a scheduler and a termination predicate of the user's around the core's queue.

import { capture, empty } from '../util/async-context.js';
import { Deferred } from './deferred.js';
import { describe, mustBe } from '../util/argument-errors.js';
import { HOST_FAILED, NO_MEMORY, OK, SchedulerStopped, errorFor } from '../errors.js';
import { addWeakly, keepNoMore, lookWeakly, take, whenForgotten } from '../core/handles.js';
import { now, queueMicrotask } from '../util/platform.js';
import { LIMIT, timeSlice } from '../scheduling/predicates.js';
import { auto, suited } from '../scheduling/schedulers.js';
import { giveSlice } from './run-slice.js';
import { showSlice, showTurn } from './devtools-track.js';
import { CooperativeTask, addTo, adopt, flushProgress, taskAt } from './task.js';
import { reportUnhandled } from './unhandled-failures.js';
import { connect, load } from '../core/wasm.js';

/** @typedef {import('../scheduling/types.js').Scheduler} Scheduler */
/** @typedef {import('../scheduling/types.js').TerminationPredicateFactory} TerminationPredicateFactory */

/**
 * @typedef {object} CooperatorOptions
 * @property {Scheduler} [scheduler]  default: schedulers.auto()
 * @property {TerminationPredicateFactory} [terminationPredicateFactory]  default: predicates.timeSlice()
 * @property {boolean} [started]  default: true
 * @property {string} [name]  asks for a track of this name in the DevTools timeline, with each slice and the turns
 *   that were longer than theirs
 * @property {(error: unknown, task?: CooperativeTask<any>) => void} [onError]  default: report as unhandled
 */

/**
 * @typedef {object} CooperatorStats
 * @property {number} slices
 * @property {number} turns
 * @property {number} busyMs  time spent in slices
 * @property {number} longestSliceMs
 * @property {number} longestTurnMs
 * @property {string} [longestTurnTask]  the name of the task that had it, where that is known
 */

/** Where coop_slice_limit has its members; the flags are bytes. */
const LIMIT_TURNS = 8;
const LIMIT_FLAGS = 12;
const ASK = 1;
const HINT = 1 << 8;

/** @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol('dispose'));

/** Of the class: the core in which its instances have their parts. */
export const CORE = Symbol('core');

/** In the options: makes the core's part, for a cooperator that exists there before it does here. */
export const PART = Symbol('part');

/**
 * Whose slice is being given: to follow its weak reference takes longer than a turn.
 * @type {Cooperator | undefined}
 */
let inSlice;

/** A queue of tasks that take turns, in slices that leave the host its time. */
export class Cooperator {
  static [CORE] = load;

  /** @type {import('../core/wasm.js').Core} */
  #core;
  /** Its part, 0 once disposed. */
  #pointer = 0;
  #handle = 0;
  /** @type {Scheduler} */
  #scheduler;
  /** @type {import('../scheduling/predicates.js').KnownFactory} */
  #predicateFactory;
  /** Of this slice. @type {() => boolean} */
  #predicate = () => true;
  /** @type {CooperatorOptions['onError']} */
  #onError;
  /** What the scheduler returned for the pending slice. @type {{ cancel(): void } | void} */
  #call = undefined;
  /** How often a slice was asked for or taken back: tells whether what the scheduler returns is still news. */
  #requests = 0;
  /** How often the slice was called, and how many of these calls are under way. */
  #slices = 0;
  #slicing = 0;
  /** The task that is being added, until it knows its part in the core. @type {CooperativeTask<any> | undefined} */
  #adding;
  /** Tasks with progress to tell. @type {CooperativeTask<any>[]} */
  #progressed = [];
  /** @type {string | undefined} */
  #longestTurnTask;
  #longestTurnMs = 0;
  /** Its track in the DevTools timeline, where it was given a name. @type {string | undefined} */
  #track;
  /** @type {CooperatorStats | undefined} */
  #lastStats;
  #owner;
  #slice;

  /** @param {CooperatorOptions} [options] */
  constructor(options = {}) {
    checkOptions(options);
    this.#scheduler = options.scheduler ?? auto();
    this.#predicateFactory = options.terminationPredicateFactory ?? suited(this.#scheduler) ?? timeSlice();
    this.#onError = options.onError;
    this.#track = options.name;
    this.#core = /** @type {typeof Cooperator} */ (new.target)[CORE]();
    const handle = addWeakly(this);
    const adoptPart = /** @type {{ [PART]?: (handle: number, started: number) => number }} */ (options)[PART];
    const pointer = (adoptPart ?? this.#core.exports.cooperator_create)(handle, options.started === false ? 0 : 1);
    if (pointer === 0) {
      take(handle);
      throw errorFor(NO_MEMORY);
    }
    this.#handle = handle;
    this.#pointer = pointer;
    // a part that was there before is not the cooperator's to end, and what leads to it leads to the cooperator
    whenForgotten(this, giveBack(adoptPart === undefined ? this.#core : undefined, pointer, handle), this);
    this.#owner = {
      core: this.#core,
      listens: this.#onError !== undefined,
      report: (/** @type {unknown} */ error, /** @type {CooperativeTask<any>} */ task) => this.#report(error, task),
      progressed: (/** @type {CooperativeTask<any>} */ task) => {
        this.#progressed.push(task);
        // an async function's code goes on after the slice
        if (!this.#slicing && this.#progressed.length === 1) queueMicrotask(() => this.#flushProgress());
      },
      enqueue: (
        /** @type {CooperativeTask<any>} */ task,
        /** @type {number} */ handle,
        /** @type {number} */ share,
      ) => {
        this.#adding = task;
        try {
          const status = addTo(this.#pointer, task, handle, share);
          if (status === OK) adopt(task);
          return status;
        } finally {
          this.#adding = undefined;
        }
      },
      shouldYield: () => this.#pointer === 0 || this.#core.exports.cooperator_should_yield(this.#pointer) !== 0,
    };
    this.#slice = () => {
      this.#requests++;
      this.#slices++;
      this.#call = undefined;
      if (this.#pointer === 0) return;
      const began = this.#track === undefined ? 0 : now();
      this.#slicing++;
      const outer = inSlice;
      inSlice = this;
      try {
        // Not into a scope that it is in already: Node ends a process whose stack overflows between many of them.
        if (capture() === empty) giveSlice(this.#core, this.#pointer);
        else empty.runInAsyncScope(giveSlice, undefined, this.#core, this.#pointer);
      } finally {
        inSlice = outer;
        this.#slicing--;
      }
      if (this.#track !== undefined) showSlice(this.#track, began);
      this.#flushProgress();
    };
  }

  /**
   * Adds work as a task at the end of the queue.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {import('./task.js').TaskOptions} [options]
   * @returns {CooperativeTask<T>}
   * @throws {TypeError | RangeError} what is wrong with work or options; nothing has been added then
   */
  cooperate(work, options) {
    this.#live();
    return new CooperativeTask(this.#owner, work, options);
  }

  /**
   * Adds work and gives a Deferred of its outcome.
   * @template T
   * @param {import('./work-source.js').Work<T>} work
   * @param {Deferred<T>} [doneDeferred]  fired instead of a new one
   * @returns {Deferred<T>}
   */
  coiterate(work, doneDeferred) {
    if (doneDeferred !== undefined && doneDeferred !== null && !(doneDeferred instanceof Deferred)) {
      throw mustBe('coiterate: doneDeferred', 'a Deferred', doneDeferred);
    }
    const done = this.cooperate(work).whenDone();
    if (!doneDeferred) return done;
    // as chainDeferred does, but where callbacks of the task are run
    done.addCallbacks(
      (value) => doneDeferred.callback(value),
      (error) => doneDeferred.errback(error),
    );
    return doneDeferred;
  }

  /** Gives slices from now on; after `stop` it makes the cooperator usable again. */
  start() {
    this.#live();
    this.#core.exports.cooperator_start(this.#pointer);
  }

  /** Finishes every task with SchedulerStopped, in the order in which they were added. */
  stop() {
    if (this.#pointer !== 0) this.#core.exports.cooperator_stop(this.#pointer);
  }

  /** Started and not stopped. */
  get running() {
    return this.#pointer !== 0 && this.#core.exports.cooperator_running(this.#pointer) !== 0;
  }

  /**
   * Those that have not finished, in the order added.
   * @returns {CooperativeTask<any>[]}
   */
  get tasks() {
    const tasks = [];
    if (this.#pointer !== 0) {
      const { cooperator_first_task: first, task_next: next } = this.#core.exports;
      for (let task = first(this.#pointer); task !== 0; task = next(task)) {
        const known = taskAt(this.#core, task);
        if (known !== undefined) tasks.push(known);
      }
    }
    return tasks;
  }

  /** @returns {string} */
  get name() {
    return this.#track ?? 'cooperator';
  }

  /**
   * What was done so far, times in milliseconds.
   * @returns {CooperatorStats}
   */
  stats() {
    return { ...(this.#lastStats ?? this.#readStats()) };
  }

  #readStats() {
    const stats = this.#core.exports.cooperator_stats(this.#pointer);
    const memory = this.#core.doubles();
    const at = stats >> 3;
    /** @type {CooperatorStats} */
    const read = {
      slices: this.#core.uint64At(stats),
      turns: this.#core.uint64At(stats + 8),
      busyMs: memory[at + 2],
      longestSliceMs: memory[at + 3],
      longestTurnMs: memory[at + 4],
    };
    if (this.#longestTurnTask !== undefined) read.longestTurnTask = this.#longestTurnTask;
    return read;
  }

  /** `stop`, and gives back what it holds. A second time does nothing. */
  dispose() {
    if (this.#pointer === 0) return;
    const pointer = this.#pointer;
    this.#lastStats = this.#readStats();
    this.#pointer = 0;
    keepNoMore(this);
    this.#core.exports.cooperator_destroy(pointer);
    take(this.#handle);
    this.#handle = 0;
  }

  /** `dispose` for `using`, where the host has it. */
  [DISPOSE]() {
    this.dispose();
  }

  #live() {
    if (this.#pointer === 0) throw new SchedulerStopped('the cooperator was disposed; create a new one');
  }

  /**
   * J7: an error that has no caller to go to.
   * @param {unknown} error
   * @param {CooperativeTask<any>} [task]
   */
  #report(error, task) {
    if (this.#onError === undefined) {
      reportUnhandled(error);
      return;
    }
    try {
      this.#onError(error, task);
    } catch (worse) {
      reportUnhandled(worse);
    }
  }

  #flushProgress() {
    if (this.#progressed.length !== 0) for (const task of this.#progressed.splice(0)) flushProgress(task);
  }

  /** Asks the scheduler for a slice. */
  #request() {
    const request = ++this.#requests;
    const slices = this.#slices;
    if (this.#adding !== undefined) adopt(this.#adding); // the scheduler may well use the task for which it is asked
    this.#adding = undefined;
    try {
      const scheduler = this.#scheduler; // not a method of this
      const call = scheduler(this.#slice);
      if (typeof call === 'function') {
        throw new TypeError('scheduler has returned a function: was it given without its (), as schedulers.message?');
      }
      // it may have called back, or have been taken back or asked again, before it returned
      if (request === this.#requests) this.#call = call;
      else if (slices === this.#slices) cancel(call);
      return OK;
    } catch (error) {
      this.#report(error);
      return request === this.#requests ? HOST_FAILED : OK;
    }
  }

  #cancel() {
    this.#requests++;
    const call = this.#call;
    this.#call = undefined;
    try {
      cancel(call);
    } catch (error) {
      this.#report(error);
    }
    return OK;
  }

  /** @param {number} limit  the core's coop_slice_limit, preset to no bound */
  #begin(limit) {
    try {
      const factory = this.#predicateFactory;
      const known = factory[LIMIT];
      if (known !== undefined) {
        const { ms, turns, hint } = known();
        this.#core.doubles()[limit >>> 3] = ms;
        const memory = this.#core.words();
        memory[(limit + LIMIT_TURNS) >>> 2] = turns;
        if (hint !== undefined) {
          this.#predicate = hint;
          memory[(limit + LIMIT_FLAGS) >>> 2] = HINT;
        }
        return OK;
      }
      const predicate = factory();
      if (typeof predicate !== 'function' || LIMIT in predicate) {
        const made =
          typeof predicate === 'function'
            ? 'another factory: write predicates.timeSlice(), and no function around it'
            : describe(predicate);
        throw new TypeError(
          `terminationPredicateFactory must return a function, the termination predicate, not ${made}`,
        );
      }
      this.#predicate = predicate;
      this.#core.words()[(limit + LIMIT_FLAGS) >>> 2] = ASK;
      return OK;
    } catch (error) {
      this.#report(error);
      return HOST_FAILED;
    }
  }

  /** @param {string | undefined} task  its name @param {number} ms */
  #noteLongTurn(task, ms) {
    if (ms > this.#longestTurnMs) {
      this.#longestTurnMs = ms;
      this.#longestTurnTask = task;
    }
    if (this.#track !== undefined) showTurn(this.#track, task, ms);
  }

  #shouldEnd() {
    try {
      const predicate = this.#predicate;
      return predicate() ? 1 : 0;
    } catch (error) {
      this.#report(error);
      return 1;
    }
  }

  /** @param {number} handle @returns {Cooperator | undefined} */
  static #at(handle) {
    return inSlice !== undefined && inSlice.#handle === handle ? inSlice : lookWeakly(handle);
  }

  static {
    connect({
      host_now_ms: now,
      /** @type {(handle: number, wanted: number) => number} */
      host_want_slice(handle, wanted) {
        const cooperator = Cooperator.#at(handle);
        if (cooperator === undefined) return HOST_FAILED;
        return wanted === 1 ? cooperator.#request() : cooperator.#cancel();
      },
      /** @type {(handle: number, limit: number) => number} */
      host_begin_slice(handle, limit) {
        const cooperator = Cooperator.#at(handle);
        return cooperator === undefined ? HOST_FAILED : cooperator.#begin(limit);
      },
      /** @type {(handle: number) => number} */
      host_should_end_slice(handle) {
        const cooperator = Cooperator.#at(handle);
        return cooperator === undefined ? 1 : cooperator.#shouldEnd();
      },
      /** @type {(handle: number, task: number, ms: number) => void} */
      host_long_turn(handle, task, ms) {
        const cooperator = Cooperator.#at(handle);
        if (cooperator === undefined) return;
        cooperator.#noteLongTurn(task === 0 ? undefined : taskAt(cooperator.#core, task)?.name, ms);
      },
    });
  }
}

/**
 * Out here, where no other closure makes it hold on to the cooperator.
 * @param {import('../core/wasm.js').Core | undefined} core @param {number} pointer @param {number} handle
 */
function giveBack(core, pointer, handle) {
  return () => {
    core?.exports.cooperator_destroy(pointer);
    take(handle);
  };
}

/** @param {any} call  what a scheduler returned */
function cancel(call) {
  if (typeof call?.cancel === 'function') call.cancel();
}

/** @param {any} options */
function checkOptions(options) {
  if (options === null || typeof options !== 'object') {
    throw mustBe('new Cooperator: options', 'an object', options);
  }
  for (const name of ['scheduler', 'terminationPredicateFactory', 'onError']) {
    const f = options[name];
    if (f !== undefined && typeof f !== 'function') {
      throw mustBe(`new Cooperator: options.${name}`, 'a function', f);
    }
  }
  if (options.started !== undefined && typeof options.started !== 'boolean') {
    throw mustBe('new Cooperator: options.started', 'a boolean', options.started);
  }
  if (options.name !== undefined && typeof options.name !== 'string') {
    throw mustBe('new Cooperator: options.name', 'a string', options.name);
  }
}
