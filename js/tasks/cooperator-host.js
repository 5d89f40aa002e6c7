// The host of one native cooperator: requests slices from the scheduler, limits and runs them, and receives the errors
// that have no caller.

import {
  FAIR_BY_TIME,
  FAIR_BY_TURNS,
  HOST_FAILED,
  NO_MEMORY,
  OK,
  SLICE_LIMIT_ASK,
  SLICE_LIMIT_HINT,
  SLICE_LIMIT_MS,
  SLICE_LIMIT_TURNS,
} from '../core/constants.js';
import { WeakEntry, get, put, remove } from '../core/handles.js';
import { addReleaseFallback, cancelReleaseFallback } from '../core/release-fallback.js';
import { errorFor } from '../core/results.js';
import { closeSlice, openSlice } from '../scheduling/open-slices.js';
import { DEFAULT_SLICE_MS, LIMIT, timeSlice } from '../scheduling/predicates.js';
import { auto, macrotask, predicateFactoryOf } from '../scheduling/schedulers.js';
import { capture, empty } from '../util/async-context.js';
import { describe } from '../util/argument-errors.js';
import { now, queueMicrotask } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { callWithStack } from '../util/stack.js';
import { showSlice, showTurn } from './devtools-track.js';
import { runSlice } from './run-slice.js';

/** @template T @typedef {import('./task.js').CooperativeTask<T>} CooperativeTask */
/** @typedef {import('../scheduling/types.js').Scheduler} Scheduler */
/** @typedef {import('../scheduling/types.js').TerminationPredicateFactory} TerminationPredicateFactory */

/**
 * The options of a cooperator.
 *
 * ```js
 * const cooperator = new Cooperator({
 *   scheduler: schedulers.timeout(),
 *   terminationPredicateFactory: predicates.timeSlice(5),
 *   fairness: 'time',
 *   onError: (error, task) => console.error(task?.name, error),
 *   onLongTurn: ({ task, ms }) => console.warn(`${task?.name}: a turn of ${ms} ms`),
 * });
 * ```
 * @typedef {object} CooperatorOptions
 * @property {Scheduler} [scheduler]  default: schedulers.auto()
 * @property {TerminationPredicateFactory} [terminationPredicateFactory]  default: that of `schedulers.auto()` if it
 *   is the scheduler, otherwise predicates.timeSlice()
 * @property {boolean} [started]  false: tasks are queued, and run after `start()`; default: true
 * @property {string} [name]  gives the cooperator a track of this name in the DevTools timeline, which shows each slice
 *   and every turn that takes longer than its slice should; default: none
 * @property {(error: unknown, task?: CooperativeTask<any>) => void} [onError]  called with errors that have no caller,
 *   and with failures that nobody handles; default: the host reports them as unhandled rejections
 * @property {'turns' | 'time'} [fairness]  what the runnable tasks get in proportion to their shares: turns (S2), as in
 *   Twisted, or time (S13); default: 'turns'
 * @property {number} [quantumMs]  for `fairness: 'time'`: how many milliseconds a task with a share of 1 runs in each
 *   round, above 0; default: the slice divided by the number of tasks, at least 0.01 and at most 1
 * @property {(turn: { task: CooperativeTask<any> | undefined, ms: number }) => void} [onLongTurn]  called after a slice
 *   for each of its turns that took longer than the slice should, and longer than 10 ms; `task` is undefined if turns
 *   of several tasks were timed together; default: none
 * @property {boolean} [traceStarts]  the stack of an error with which a task fails also shows where the task was added;
 *   default: false, because that takes some microseconds for each task
 */

/**
 * Key in the options: creates the native cooperator, in place of the core's `cooperator_create`. The native cooperator
 * is then not destroyed when this host is collected.
 */
export const CREATE_NATIVE = Symbol('create native cooperator');

/** The handle of a cooperator stands for a WeakEntry of this object: see CooperatorEntry in core/host-imports.js. */
export class CooperatorHost {
  /** The native pointer; 0 once disposed. */
  pointer;
  #handle;
  #entry = new WeakEntry(this);

  #scheduler;
  /** @type {import('../scheduling/predicates.js').KnownFactory} */
  #predicateFactory;
  /** The termination predicate of the current slice. @type {() => boolean} */
  #predicate = () => true;
  #onError;

  /** What the scheduler returned for the pending slice. @type {{ cancel(): void } | void} */
  #call = undefined;
  /** Counts requests and cancellations, to detect those that happen inside a call of the scheduler. */
  #requests = 0;
  /** Counts calls of `runPendingSlice`, for the same reason. */
  #slices = 0;
  /** How many calls of `#run` are on the stack. */
  #depth = 0;
  /** The task whose turn is suspended. @type {import('./task-run.js').TaskRun | undefined} */
  #suspended;
  /** The native pointer during a slice. `dispose` does not reset it, because a suspended turn must still end. */
  #openPointer = 0;
  #sliceStart = 0;
  /** The slice is registered in open-slices.js. */
  #isOpen = false;
  /** Turns of this slice to report to onLongTurn. @type {{ task: CooperativeTask<any> | undefined, ms: number }[]} */
  #longTurns = [];
  #onLongTurn;
  /** The length of a turn that is too long, in this slice. */
  #longTurnMs = DEFAULT_SLICE_MS;
  /** Contexts of tasks with progress to report. @type {import('./context.js').ContextState[]} */
  #progressed = [];

  /** The name of the track in the DevTools timeline, if there is one. */
  track;
  /** What `stats` returns once the cooperator is disposed. @type {any} */
  finalStats;
  longestTurnMs = 0;
  /** @type {string | undefined} */
  longestTurnTask;

  /**
   * Creates the native cooperator.
   * @param {CooperatorOptions & { [CREATE_NATIVE]?: (...args: number[]) => number }} options
   * @param {import('../core/wasm.js').Core} core
   */
  constructor(options, core) {
    this.core = core;
    this.#scheduler = options.scheduler ?? auto();
    this.#predicateFactory = options.terminationPredicateFactory ?? predicateFactoryOf(this.#scheduler) ?? timeSlice();
    this.#onError = options.onError;
    this.#onLongTurn = options.onLongTurn;
    this.fairness = options.fairness ?? 'turns';
    this.track = options.name;
    this.traceStarts = options.traceStarts === true;
    const handle = put(this.#entry);
    const create = options[CREATE_NATIVE];
    const pointer = (create ?? core.exports.cooperator_create)(
      handle,
      options.started === false ? 0 : 1,
      this.fairness === 'time' ? FAIR_BY_TIME : FAIR_BY_TURNS,
      options.quantumMs ?? 0,
    );
    if (pointer === 0) {
      remove(handle);
      throw errorFor(NO_MEMORY);
    }
    this.#handle = handle;
    this.pointer = pointer;
    addReleaseFallback(this, releaseCooperator(create === undefined ? core : undefined, pointer, handle), this);
  }

  /** @type {undefined} see setInside */
  get [Symbol.iterator]() {
    return undefined;
  }

  toJSON() {
    return 'the inside of a Cooperator';
  }

  /** Destroys the native cooperator. */
  dispose() {
    const { pointer } = this;
    this.pointer = 0;
    cancelReleaseFallback(this);
    this.core.exports.cooperator_destroy(pointer);
    remove(this.#handle);
  }

  // ---- slices ----

  /** Requests a slice from the scheduler. Returns a status. */
  requestSlice() {
    const request = ++this.#requests;
    const slices = this.#slices;
    try {
      const scheduler = this.#scheduler; // not called as a method of this object
      const call = scheduler(this.runPendingSlice);
      if (typeof call === 'function') {
        throw new TypeError(
          'new Cooperator: options.scheduler returned a function; was schedulers.message passed without its ()?',
        );
      }
      // The scheduler may have called back before it returned, and the slice was perhaps cancelled or requested again.
      if (request === this.#requests) this.#call = call;
      else if (slices === this.#slices) cancel(call);
      return OK;
    } catch (error) {
      this.report(error);
      return HOST_FAILED; // The core knows if the slice has begun nevertheless, or was cancelled.
    }
  }

  /** Cancels the request. Returns a status. */
  cancelSlice() {
    this.#requests++;
    const call = this.#call;
    this.#call = undefined;
    try {
      cancel(call);
    } catch (error) {
      this.report(error);
    }
    return OK;
  }

  /** The function that the scheduler calls. */
  runPendingSlice = () => callWithStack(this.#runPendingSlice);

  #runPendingSlice = () => {
    this.#requests++;
    this.#slices++;
    this.#call = undefined;
    // A late call of a scheduler that cannot cancel may come while a slice is open.
    if (this.pointer === 0 || this.#suspended !== undefined) return;
    this.#openPointer = this.pointer;
    this.#sliceStart = this.track === undefined ? 0 : now();
    this.#run();
  };

  /**
   * Ends the suspended turn and continues the slice (S12). Called in a microtask after the code of the turn. By then
   * that turn may have ended in another way, and another turn may be suspended, which stays so.
   */
  continueSlice = () => {
    if (this.#suspended?.turnEndsSoon) this.#run();
  };

  /** Called in a macrotask: the code of a turn that is still suspended waits for something else, so the turn ends. */
  endSuspendedTurn() {
    this.#isOpen = false;
    if (this.#suspended !== undefined) this.#run();
  }

  /** Begins the slice, or continues it where a turn was suspended. */
  #run() {
    const suspended = this.#suspended;
    this.#suspended = undefined;
    this.#depth++;
    this.#entry.strong = this;
    let handle = 0;
    try {
      // The scope is not entered twice: Node ends a process if the stack overflows between many nested scopes.
      handle =
        capture() === empty
          ? runSlice(this.core, this.#openPointer, suspended)
          : empty.runInAsyncScope(runSlice, undefined, this.core, this.#openPointer, suspended);
    } finally {
      if (--this.#depth === 0) this.#entry.strong = undefined;
    }
    if (handle !== 0) this.#suspend(handle);
    else if (this.#depth === 0) this.#closeSlice();
  }

  /** @param {number} handle  of the task whose turn is suspended */
  #suspend(handle) {
    this.#suspended = get(handle);
    this.core.exports.cooperator_suspend_turn(this.#openPointer);
    if (this.#isOpen) return;
    this.#isOpen = true;
    openSlice(this, macrotask());
  }

  #closeSlice() {
    this.#openPointer = 0;
    if (this.#isOpen) closeSlice(this);
    this.#isOpen = false;
    if (this.track !== undefined) showSlice(this.track, this.#sliceStart);
    this.#reportLongTurns();
    this.#reportProgress();
  }

  #reportLongTurns() {
    for (const turn of this.#longTurns.splice(0)) {
      try {
        this.#onLongTurn?.(turn);
      } catch (error) {
        this.report(error, turn.task);
      }
    }
  }

  /**
   * Sets the limit of a slice from the predicate factory. Returns a status.
   * @param {number} limit  the address of a coop_slice_limit, preset to no limit
   */
  beginSlice(limit) {
    try {
      const factory = this.#predicateFactory;
      const knownLimit = factory[LIMIT];
      if (knownLimit === undefined) {
        this.#longTurnMs = DEFAULT_SLICE_MS;
        this.#predicate = checkPredicate(factory());
        this.core.bytes()[(limit + SLICE_LIMIT_ASK) >>> 0] = 1;
        return OK;
      }
      const { ms, turns, hint } = knownLimit();
      this.#longTurnMs = ms > DEFAULT_SLICE_MS && ms < Infinity ? ms : DEFAULT_SLICE_MS;
      this.core.doubles()[(limit + SLICE_LIMIT_MS) >>> 3] = ms;
      this.core.words()[(limit + SLICE_LIMIT_TURNS) >>> 2] = turns;
      if (hint !== undefined) {
        this.#predicate = hint;
        this.core.bytes()[(limit + SLICE_LIMIT_HINT) >>> 0] = 1;
      }
      return OK;
    } catch (error) {
      this.report(error);
      return HOST_FAILED;
    }
  }

  shouldEndSlice() {
    try {
      const predicate = this.#predicate; // not called as a method of this object
      return Boolean(predicate());
    } catch (error) {
      this.report(error);
      return true;
    }
  }

  /**
   * @param {import('./task-run.js').TaskRun | undefined} run  undefined: not known, or a task of a C program
   * @param {number} ms
   */
  noteLongTurn(run, ms) {
    const name = run?.task.name;
    if (ms > this.longestTurnMs) {
      this.longestTurnMs = ms;
      this.longestTurnTask = name;
    }
    if (this.track !== undefined) showTurn(this.track, name, ms);
    // The listener is called after the slice: the core must not be called back here.
    if (this.#onLongTurn !== undefined && ms > this.#longTurnMs)
      this.#longTurns.push({ task: /** @type {any} */ (run?.task), ms });
  }

  // ---- reports ----

  /**
   * Reports an error that has no caller (J7).
   * @param {unknown} error
   * @param {CooperativeTask<any>} [task]  the task in which it occurred
   */
  report(error, task) {
    const onError = this.#onError;
    if (onError === undefined) {
      reportUnhandled(error);
      return;
    }
    try {
      onError(error, task);
    } catch (listenerError) {
      reportUnhandled(listenerError);
    }
  }

  /** True if errors go to the user's onError, not to the host. */
  get hasErrorListener() {
    return this.#onError !== undefined;
  }

  /**
   * Lets a task's progress be reported after the slice.
   * @param {import('./context.js').ContextState} context
   */
  reportProgressLater(context) {
    this.#progressed.push(context);
    // The code of an async function also runs outside of slices.
    if (this.#openPointer === 0 && this.#progressed.length === 1) queueMicrotask(() => this.#reportProgress());
  }

  #reportProgress() {
    if (this.#progressed.length === 0) return;
    for (const context of this.#progressed.splice(0)) context.reportProgress();
  }
}

/**
 * Outside of the class, where a closure would keep the host alive.
 * @param {import('../core/wasm.js').Core | undefined} core  undefined: the native cooperator is not destroyed
 * @param {number} pointer
 * @param {number} handle
 */
function releaseCooperator(core, pointer, handle) {
  return () => {
    core?.exports.cooperator_destroy(pointer);
    remove(handle);
  };
}

/** @param {any} call  what a scheduler returned */
function cancel(call) {
  if (typeof call?.cancel === 'function') call.cancel();
}

/** @param {any} predicate  what a user's predicate factory returned @returns {() => boolean} */
function checkPredicate(predicate) {
  if (typeof predicate === 'function' && !(LIMIT in predicate)) return predicate;
  const returned =
    typeof predicate === 'function'
      ? 'another factory; pass predicates.timeSlice() itself, not a function that returns it'
      : describe(predicate);
  throw new TypeError(
    `new Cooperator: options.terminationPredicateFactory must return a termination predicate, a function, not ${returned}`,
  );
}
