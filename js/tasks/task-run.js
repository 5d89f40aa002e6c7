// The inside of a task: its turns, what it waits for, and its end. CooperativeTask, in task.js, is the user's view of
// it. The core decides when a task has a turn (S1 to S11); a work source knows how to make a step.

import {
  CIRCULAR,
  DONE,
  FAILED,
  MORE,
  NO_MEMORY,
  OK,
  STATE_DONE,
  STATE_FAILED,
  STATE_STOPPED,
  TASK_DONE,
  TASK_FAILED,
  TASK_STATS_BUSY_MS,
  TASK_STATS_LONGEST_TURN_MS,
  TASK_STATS_TURNS,
  WAIT,
} from '../core/constants.js';
import { WeakReference, put, remove } from '../core/handles.js';
import { errorFor } from '../core/results.js';
import { SchedulerStopped } from '../errors.js';
import { capture, empty } from '../util/async-context.js';
import { insideOf } from '../util/inside.js';
import { isObject, subscribe, thenOf } from '../util/thenable.js';
import { STRAYS, checkYielded, collectLeft } from '../util/work-protocol.js';
import { Context, ContextState } from './context.js';
import { Deferred, OBSERVE, SETTLE } from './deferred.js';
import { NativeWork } from './native-work.js';
import { SUSPENDED, setPlainIterator } from './run-slice.js';
import { listen, reasonOf, unlisten } from './signals.js';
import { PendingFailure } from './unhandled-failures.js';
import { WorkSource } from './work-source.js';

/** @typedef {import('./native-work.js').NativeSource} NativeSource */
/** @typedef {import('./deferred-state.js').Place} Place */
/** @typedef {{ turns: number, busyMs: number, longestTurnMs: number }} TaskStats */

/**
 * The options of a task.
 *
 * ```js
 * const task = cooperate(work, {
 *   name: 'import',
 *   share: 2,
 *   signal: AbortSignal.timeout(10_000),
 *   onProgress: ({ done, total }) => console.log(done, total),
 * });
 * ```
 * @typedef {object} TaskOptions
 * @property {AbortSignal} [signal]  stops the task when it is aborted; `whenDone` then fails with the signal's reason;
 *   default: none
 * @property {number} [share]  the task's weight: how many turns it has in a row, an integer from 1; in a cooperator
 *   with `fairness: 'time'` its part of the time in proportion to other tasks, a number from 0.001; default: 1
 * @property {string} [name]  for diagnostics; default: the name of the work function
 * @property {(progress: { done: number, total?: number }) => void} [onProgress]  called with the latest progress, at
 *   most once per slice and once at the end; default: none
 */

/**
 * The part of a cooperator that its tasks use.
 * @typedef {object} TaskHost
 * @property {import('../core/wasm.js').Core} core
 * @property {number} pointer  of the native cooperator
 * @property {'turns' | 'time'} fairness
 * @property {(error: unknown, task?: any) => void} report  reports an error that has no caller (J7)
 * @property {boolean} traceStarts  errors of tasks show where these were added
 * @property {boolean} hasErrorListener  `report` calls the user's onError
 * @property {(context: ContextState) => void} reportProgressLater
 * @property {() => void} continueSlice  ends the suspended turn if its `turnEndsSoon` is true, and continues the slice
 */

// What has arrived since the last turn, for the next one.
const NOTHING = 0;
const VALUE = 1; // the value of a promise that was yielded
const ERROR = 2; // the error of such a promise
const STEP = 3; // a step of an async source
const BROKEN = 4; // the error of an async source, which has ended: there is nothing to throw the error into
const CLOSED = 5; // what the work has left behind when it was stopped has been closed

/**
 * The clean-up of a task that was stopped.
 * @typedef {object} CleanUp
 * @property {import('../util/work-protocol.js').Left[]} left  what the work has left behind when it was closed
 * @property {boolean} needsTurns  the work has not ended
 * @property {boolean} isGivenUp  the cooperator was disposed, so that there are no turns for the rest
 */

/** In place of the number of a wait: the promise of an async function is waited for until the task ends. */
const WHOLE_TASK = -1;

/** The names of errors that only tell that something else was stopped, too. */
const STOPPED = ['AbortError', 'TaskStopped', 'SchedulerStopped'];

/** An error may be its own cause. */
const MAX_CAUSES = 100;

const RESOLVED = Promise.resolve();

/** The source and the options of every task that has ended. @type {any} */
const GONE = {};

/**
 * What a task waits for refers to this, and not to the task. A promise cannot be told to forget its callbacks, but a
 * task that has ended must not live as long as a promise that it once waited for (J8).
 */
class Link {
  /** The task, until it ends. @type {TaskRun | undefined} */
  #run;
  /**
   * Set at the end, if an error may still come: `run` finds the task, and `report` reports the error if the task was
   * collected.
   * @type {{ run: WeakRef<TaskRun>, report: LateReport } | undefined}
   */
  #late;
  /** Errors may come that the task does not wait for. */
  watches = false;
  // What the callbacks are for: the same as for the last thing that the task waited for, as a rule.
  #wait = 0;
  #arrived = NOTHING;
  /** @type {any} */
  #onValue;
  /** @type {any} */
  #onError;

  /** @param {TaskRun} run */
  constructor(run) {
    this.#run = run;
  }

  /**
   * Waits for a thenable.
   * @param {any} thenable
   * @param {Function} then  the result of `thenOf(thenable)`
   * @param {number} wait
   * @param {number} arrived  for its value: VALUE or STEP
   */
  subscribe(thenable, then, wait, arrived) {
    if (wait !== this.#wait || arrived !== this.#arrived) {
      this.#wait = wait;
      this.#arrived = arrived;
      this.#onValue = (/** @type {any} */ value) => this.arrive(wait, arrived, value);
      // A constant for the kind of error would cost a second closure context.
      this.#onError = (/** @type {unknown} */ error) => this.arrive(wait, arrived === VALUE ? ERROR : BROKEN, error);
    }
    subscribe(thenable, then, this.#onValue, this.#onError);
  }

  /** @param {Deferred<any>} deferred @param {number} wait */
  observeLater(deferred, wait) {
    deferred[OBSERVE]({ observe: (failed, result) => this.observe(wait, failed, result) });
  }

  /** The task has ended. @param {LateReport} [report]  only if an error may still come */
  cut(report) {
    if (report !== undefined) this.#late = { run: new WeakReference(/** @type {TaskRun} */ (this.#run)), report };
    this.#run = undefined;
  }

  findRun() {
    return this.#run ?? this.#late?.run.deref();
  }

  /** @param {number} wait @param {number} arrived @param {any} arrival */
  arrive(wait, arrived, arrival) {
    const run = this.findRun();
    if (run !== undefined) run.arrive(wait, arrived, arrival);
    else if (arrived === ERROR || arrived === BROKEN) this.#late?.report(arrival, true, true);
  }

  /**
   * Takes the result of a Deferred.
   * @param {number} wait @param {boolean} failed @param {any} result
   * @returns {boolean} false if it comes too late, so that the Deferred must report a failure
   */
  observe(wait, failed, result) {
    const run = this.findRun();
    if (run !== undefined) return run.observe(wait, failed, result);
    return failed && this.#late?.report(result, true, false) === true;
  }

  /** Reports an error that the task does not wait for. @param {unknown} error @param {boolean} waited */
  reportLate(error, waited) {
    const run = this.findRun();
    if (run !== undefined) run.reportLate(error, waited);
    else this.#late?.report(error, waited, true);
  }
}

/** A task, as the core and the other files of the package see it. A task's handle stands for this object. */
export class TaskRun {
  /** The native pointer, until the task finishes. */
  pointer = 0;
  handle = 0;
  /** Created when the work function uses its context for the first time. @type {ContextState | undefined} */
  context;

  #arrived = NOTHING;
  /** @type {any} */
  #arrival;
  /** Created for the first thing that the task waits for. @type {Link | undefined} */
  #link;
  /** The number of the current wait. What arrives for an earlier one is late: the task was stopped since. */
  #wait = 0;
  /** The turn is suspended: its code continues in microtasks (S12). */
  #suspended = false;
  /** The end of the suspended turn is scheduled. */
  turnEndsSoon = false;

  /** The step of an async source was requested and has not arrived. */
  #awaitsStep = false;

  // The end
  /** The clean-up, once it has begun because the task was stopped. @type {CleanUp | undefined} */
  #cleanUp;
  /** The final state, one of STATE_DONE, STATE_FAILED and STATE_STOPPED; 0 until then. */
  ended = 0;
  /** The status with which the task has finished. */
  #status = OK;
  /** How often `resume` may still be called after the end. */
  pauses = 0;
  /** @type {any} */
  result;
  /** The error with which the task has failed, or was stopped. @type {{ error: unknown } | undefined} */
  #outcome;
  /** The task's failure, until its outcome is observed (D7). @type {PendingFailure | undefined} */
  #failure;
  /** The outcome is observed, so a failure is not reported as unhandled (D7). */
  #observed = false;
  /** @type {TaskStats | undefined} */
  #finalStats;
  /** Those that the end settles: a list that begins with the last one. @type {Place | undefined} */
  #lastWaiting;

  /**
   * Creates the task, which has no turn before `start`.
   * @param {TaskHost} host
   * @param {{ readonly name: string }} task  the CooperativeTask
   * @param {any} work
   * @param {TaskOptions & { share: number }} options
   * @throws {TypeError} if work cannot be run
   * @throws {RangeError} if there is no memory
   */
  constructor(host, task, work, options) {
    this.host = host;
    this.task = task;
    this.options = options;
    /** The scope in which the task's code runs. */
    this.scope = capture();
    if (host.traceStarts) starts.set(this, new Error());
    /** @type {WorkSource | NativeSource} */
    this.source = work instanceof NativeWork ? /** @type {any} */ (work) : new WorkSource(work);
    this.name = options.name ?? (this.source.name || 'task');
    this.source.acquire();
    try {
      this.#listen();
      this.#create();
    } catch (error) {
      this.source.release();
      this.#forgetSignal();
      throw error;
    }
  }

  /** Undoes the creation of a task that was not started. */
  abandon() {
    remove(this.handle);
    this.exports.task_release(this.pointer);
    this.source.release();
    this.#forgetSignal();
  }

  /** @type {undefined} see setInside */
  get [Symbol.iterator]() {
    return undefined;
  }

  toJSON() {
    return String(this.task);
  }

  /** The functions of the core. */
  get exports() {
    return this.host.core.exports;
  }

  #create() {
    const { source, host, options } = this;
    const handle = put(this);
    this.pointer = source.isNative
      ? source.createTask(host.core, host.pointer, handle, options.share)
      : this.exports.task_create(host.pointer, handle, options.share);
    if (this.pointer === 0) {
      remove(handle);
      throw errorFor(NO_MEMORY);
    }
    this.handle = handle;
    setPlainIterator(handle, undefined);
  }

  #listen() {
    const { signal } = this.options;
    if (signal !== undefined && !signal.aborted) listen(signal, this);
  }

  /** The signal is aborted. Never throws. */
  abort() {
    // A task that has an outcome has failed, even if the core tells that only later, because its calls nest too deeply.
    if (this.pointer === 0 || this.#outcome !== undefined || this.endStatus() !== OK) return;
    this.#outcome = { error: reasonOf(/** @type {AbortSignal} */ (this.options.signal)) };
    this.exports.task_stop(this.pointer);
  }

  #forgetSignal() {
    const { signal } = this.options;
    try {
      if (signal !== undefined) unlisten(signal, this);
    } catch (error) {
      this.report(error);
    }
  }

  /** Puts the task into its cooperator's queue. Finishes it if its signal is aborted or its cooperator was stopped. */
  start() {
    if (this.options.signal?.aborted) this.abort();
    else this.exports.task_start(this.pointer);
  }

  // ---- turns ----

  /**
   * Runs a turn that does more than call a plain iterator. May throw, which fails the task.
   * @returns {number} a turn code
   */
  turn() {
    // A slice already runs in the scope `empty`.
    return this.scope === empty ? this.#turn() : this.scope.runInAsyncScope(this.#turn, this);
  }

  /** @returns {number} */
  #turn() {
    const source = /** @type {WorkSource} */ (this.source);
    if (this.#arrived === CLOSED) return DONE;
    if (source.isFunction) {
      const promised = source.start(new Context(this));
      if (promised !== undefined) {
        const link = this.#getLink();
        const turn = this.#suspend(); // first: a thenable may call back at once
        subscribe(
          promised.thenable,
          promised.then,
          (value) => link.arrive(WHOLE_TASK, STEP, { done: true, value }),
          (error) => link.arrive(WHOLE_TASK, BROKEN, error),
        );
        return turn;
      }
    }
    const arrived = this.#arrived;
    const arrival = this.#takeArrival();
    if (source.isAsync) return this.#asyncTurn(source, arrived, arrival);
    let step;
    if (arrived === ERROR) step = source.throw(arrival);
    else step = arrived === VALUE ? source.next(arrival) : source.next();
    setPlainIterator(this.handle, this.scope === empty ? source.plain : undefined);
    return this.interpretStep(step, source.stepDone(step));
  }

  /**
   * A turn of an async source: interprets the step that has arrived and requests the next one.
   * @param {WorkSource} source
   * @param {number} arrived
   * @param {any} arrival
   */
  #asyncTurn(source, arrived, arrival) {
    const resumed = this.context !== undefined && this.context.resumeYields();
    switch (arrived) {
      case BROKEN:
        throw arrival;
      case ERROR:
        return this.#awaitStep(source.throw(arrival));
      case VALUE:
        return this.#awaitStep(source.next(arrival));
      case NOTHING:
        // The code after a `context.yield()` continues, or this is the first turn of an iterator.
        if (resumed) return this.#suspend();
        return source.iterator === undefined ? WAIT : this.#awaitStep(source.next());
    }
    const turn = this.#interpretAsyncStep(source, arrival);
    if (turn !== MORE || this.#arrived !== NOTHING) return turn;
    // An async generator awaits what it yields: its `yield` returns the value.
    return this.#awaitStep(source.next(arrival.value));
  }

  /**
   * @param {WorkSource} source
   * @param {any} step
   * @returns {number} a turn code; MORE: send the value into the iterator, unless an error has arrived for it
   */
  #interpretAsyncStep(source, step) {
    if (source.isLast(step)) return this.#finish(step.value);
    return this.interpretValue(source.stepValue(step));
  }

  /** @param {any} value  what was yielded @returns {number} a turn code */
  interpretValue(value) {
    let then;
    try {
      then = thenOf(value);
      if (then !== undefined && value === this.task && !this.#isStoppedInTurn()) {
        throw errorFor(CIRCULAR);
      }
      if (then === undefined && isObject(value)) this.#interpretObject(value);
    } catch (error) {
      setPlainIterator(this.handle, undefined);
      this.#arrived = ERROR;
      this.#arrival = error;
      return MORE;
    }
    return then === undefined ? MORE : this.#waitFor(value, then);
  }

  /** @param {object} value  was yielded, and is no thenable */
  #interpretObject(value) {
    const promises = /** @type {any} */ (value)[STRAYS];
    if (promises === undefined) checkYielded(value);
    else for (const promise of promises) this.#watch(promise, true);
  }

  /** Reports the error of a promise that nobody waits for. @param {any} promise @param {boolean} waited */
  #watch(promise, waited) {
    const link = this.#getLink();
    link.watches = true;
    void promise.then(undefined, (/** @type {unknown} */ error) => link.reportLate(error, waited));
  }

  // ---- suspended turns ----

  /** @returns {number} SUSPENDED, or a turn code if the turn is over already */
  #suspend() {
    if (this.#isStoppedInTurn()) return WAIT;
    if (this.context?.hasYields()) return MORE; // The code called `context.yield()` before it returned.
    this.#suspended = true;
    return SUSPENDED;
  }

  /** Ends a suspended turn in a microtask, because its code is on the stack now. */
  #endTurnSoon() {
    if (!this.#suspended || this.turnEndsSoon) return;
    this.turnEndsSoon = true;
    void RESOLVED.then(this.host.continueSlice); // queueMicrotask takes three times as long in Node.
  }

  /**
   * The suspended turn is over. May throw, which fails the task.
   * @returns {number} a turn code
   */
  endSuspendedTurn() {
    return this.scope === empty ? this.#endSuspendedTurn() : this.scope.runInAsyncScope(this.#endSuspendedTurn, this);
  }

  /** @returns {number} */
  #endSuspendedTurn() {
    this.#suspended = this.turnEndsSoon = false;
    if (this.ended !== 0) return WAIT;
    const arrived = this.#arrived;
    if (arrived === CLOSED) return DONE;
    if (arrived === NOTHING) return this.context?.hasYields() ? MORE : WAIT;
    const arrival = this.#takeArrival();
    if (arrived === BROKEN) throw arrival;
    const turn = this.#interpretAsyncStep(/** @type {WorkSource} */ (this.source), arrival);
    if (turn === MORE && this.#arrived === NOTHING) {
      this.#arrived = VALUE;
      this.#arrival = arrival.value;
    }
    return turn;
  }

  /**
   * @param {any} promised  the step of an async source, or the promise of one
   * @returns {number} a turn code, or SUSPENDED
   */
  #awaitStep(promised) {
    const turn = this.#suspend();
    this.#subscribeToStep(promised);
    return turn;
  }

  /** @param {any} promised  the step of an async source, or the promise of one */
  #subscribeToStep(promised) {
    const link = this.#getLink();
    const then = thenOf(promised);
    this.#awaitsStep = true;
    if (then === undefined) link.arrive(this.#wait, STEP, promised);
    else link.subscribe(promised, then, this.#wait, STEP);
  }

  /**
   * Interprets the step of an iterator.
   * @param {any} step
   * @param {any} done  its `done`
   * @returns {number} a turn code
   */
  interpretStep(step, done) {
    const source = /** @type {WorkSource} */ (this.source);
    if (done === false) {
      const value = source.stepValue(step);
      return isObject(value) ? this.interpretValue(value) : MORE;
    }
    if (thenOf(step) !== undefined) {
      source.isAsync = true; // an async iterator without Symbol.asyncIterator
      setPlainIterator(this.handle, undefined);
      return this.#awaitStep(step);
    }
    if (source.isLast(step, done)) return this.#finish(step.value);
    return this.interpretValue(source.stepValue(step));
  }

  /** May throw, which fails the task. @param {any} result */
  #finish(result) {
    if (this.#cleanUp !== undefined) return this.#endCleanUp(this.#cleanUp);
    // The result of a task that has ended takes its place: a circle of results would be followed without end.
    for (let run; result instanceof this.task.constructor; result = run.result) {
      run = insideOf(result);
      if (run === this && !this.#isStoppedInTurn()) throw errorFor(CIRCULAR);
      if (run.ended !== STATE_DONE) break;
    }
    this.result = result;
    return DONE;
  }

  /**
   * The iterator of a stopped task has ended.
   * @param {CleanUp} cleanUp
   * @returns {number} a turn code: WAIT, until what it has left is closed
   */
  #endCleanUp(cleanUp) {
    const closings = cleanUp.left.filter(({ isClosing }) => isClosing);
    cleanUp.left = [];
    if (closings.length === 0 || cleanUp.isGivenUp) return DONE;
    cleanUp.needsTurns = false;
    const wait = ++this.#wait;
    const link = this.#getLink();
    const arrive = () => link.arrive(wait, CLOSED, undefined);
    void Promise.allSettled(closings.map(({ promise }) => promise)).then(arrive);
    return WAIT;
  }

  /**
   * Interprets a code other than MORE that the step of a native task has returned. Never throws.
   * @param {number} code
   * @returns {number} a turn code
   */
  nativeTurn(code) {
    try {
      return this.scope.runInAsyncScope(this.#nativeTurn, this, code);
    } catch (error) {
      return this.failTurn(error, false);
    }
  }

  /** @param {number} code */
  #nativeTurn(code) {
    if (this.#arrived === ERROR) throw this.#takeArrival();
    const source = /** @type {NativeSource} */ (this.source);
    const { value, then } = source.next(code, this.name);
    return then === undefined ? this.#finish(value) : this.#waitFor(value, then);
  }

  /**
   * A turn has thrown.
   * @param {unknown} error
   * @param {boolean} plain  the iterator's `next` has thrown it, in a plain turn
   * @returns {number} a turn code
   */
  failTurn(error, plain) {
    if (plain) /** @type {WorkSource} */ (this.source).exhausted = true;
    if (this.endStatus() !== OK) {
      // It was stopped, so this is not how it ends. An async function rejects with what it has waited for.
      this.reportLate(error, /** @type {WorkSource} */ (this.source).isAsyncFunction);
      return this.#cleanUp === undefined ? DONE : this.#endCleanUp(this.#cleanUp);
    }
    this.#outcome = { error };
    return FAILED;
  }

  // ---- waiting ----

  /**
   * Waits for a thenable, without changing a Deferred's chain (J2).
   * @param {any} thenable
   * @param {Function} then  the result of `thenOf(thenable)`
   */
  #waitFor(thenable, then) {
    setPlainIterator(this.handle, undefined);
    if (thenable instanceof Deferred) this.#getLink().observeLater(thenable, this.#wait);
    else this.#getLink().subscribe(thenable, then, this.#wait, VALUE);
    return WAIT;
  }

  #getLink() {
    return (this.#link ??= new Link(this));
  }

  /** @type {Link['observe']} */
  observe(wait, failed, result) {
    const inTime = !this.#isLate(wait);
    if (inTime) this.arrive(wait, failed ? ERROR : VALUE, result);
    return inTime || (failed && this.#isStopReason(result, true));
  }

  /** Returns true if the task no longer waits for what it waited for then. @param {number} wait  its number */
  #isLate(wait) {
    return wait !== this.#wait || this.ended !== 0 || this.#isStoppedInTurn();
  }

  /** @type {Link['arrive']} */
  arrive(wait, arrived, arrival) {
    const failed = arrived === ERROR || arrived === BROKEN;
    if (arrived === BROKEN) /** @type {WorkSource} */ (this.source).exhausted = true;
    if (wait === WHOLE_TASK) wait = this.#wait;
    if (wait === this.#wait) this.#awaitsStep = false;
    if (this.#isLate(wait)) {
      if (failed) this.reportLate(arrival, true);
      else if (wait === this.#wait && this.#cleanUp?.isGivenUp && arrival?.done === false) this.#giveUp();
      this.#endTurnSoon();
      return;
    }
    if (failed || !this.source.isNative) {
      // The value that a native task waits for is not used.
      this.#arrived = arrived;
      this.#arrival = arrival;
      if (this.source.isNative) this.source.throw();
    }
    this.requestTurn();
  }

  #takeArrival() {
    const arrival = this.#arrival;
    this.#arrived = NOTHING;
    this.#arrival = undefined;
    return arrival;
  }

  /** Creates the state behind the context of the work function. */
  openContext() {
    const context = new ContextState(this, this.#cleanUp !== undefined);
    if (this.ended === 0) this.context = context;
    return context;
  }

  /** Requests a turn for the task, after the one that is suspended if one is. */
  requestTurn() {
    if (this.#suspended) this.#endTurnSoon();
    else this.exports.task_wake(this.pointer);
  }

  /** Returns true if a turn of the task's code should end: its part of the slice is used up (S12). */
  shouldYield() {
    return this.pointer === 0 || this.exports.task_should_yield(this.pointer) !== 0;
  }

  /** Returns true if the code may call `context.yield()`: generators must use a plain `yield`. */
  mayYield() {
    return /** @type {WorkSource} */ (this.source).isAsync || /** @type {WorkSource} */ (this.source).isFunction;
  }

  // ---- the end ----

  /**
   * Settles what this place refers to, at the end of the task or, if that has come, now.
   * @param {Place} place
   * @param {boolean} [handles]  a failure is handled by that (D7)
   */
  settleAtEnd(place, handles = true) {
    if (this.ended !== 0) {
      this.#settle(place);
    } else {
      let last = this.#lastWaiting;
      // A program that asks again and again with a timeout leaves nothing behind.
      while (last !== undefined && last.deferred === undefined) {
        const { neighbour } = last;
        last.neighbour = undefined;
        last = neighbour;
      }
      place.neighbour = last;
      this.#lastWaiting = place;
    }
    if (!handles) return;
    this.#observed = true;
    this.#failure?.handled();
    this.#failure = undefined;
  }

  /** The task has ended: settles those that wait for that, in the order in which they came. */
  #settleAll() {
    let last = this.#lastWaiting;
    this.#lastWaiting = undefined;
    /** @type {Place | undefined} */
    let first;
    while (last !== undefined) {
      const place = last; // reverses the list, so that each place refers to the next one
      last = place.neighbour;
      place.neighbour = first;
      first = place;
    }
    while (first !== undefined) {
      const place = first;
      first = place.neighbour;
      place.neighbour = undefined;
      this.#settle(place);
    }
  }

  /** @param {Place} place */
  #settle({ deferred }) {
    // Its holder may have fired it (S8). If that was a cancellation, this is not the late firing that is ignored (D2).
    if (deferred === undefined || deferred.called) return;
    const failed = this.endStatus() !== TASK_DONE;
    deferred[SETTLE](failed, failed ? this.outcomeError() : this.result);
  }

  /** OK, or how the task has finished, or will finish because it was stopped. */
  endStatus() {
    return this.ended !== 0 ? this.#status : this.exports.task_stopped_with(this.pointer);
  }

  /** Returns true if the task was stopped in the turn that is under way, so that its clean-up has not begun. */
  #isStoppedInTurn() {
    return this.ended === 0 && this.#cleanUp === undefined && this.endStatus() !== OK;
  }

  /**
   * The core stops the task: begins its clean-up (J3). Never throws.
   * @param {boolean} last  there are no more turns; the clean-up may have begun before
   * @returns {number} a turn code
   */
  stop(last) {
    try {
      return this.scope.runInAsyncScope(this.#stop, this, last);
    } catch (error) {
      this.reportLate(error, false);
      return DONE;
    }
  }

  /** @param {boolean} last @returns {number} */
  #stop(last) {
    const source = /** @type {WorkSource} */ (this.source);
    if (this.#cleanUp !== undefined) {
      this.#cleanUp.isGivenUp = true;
      // Code that waits for itself runs on without turns.
      const runsOn = this.#awaitsStep || source.isAsyncFunction;
      return runsOn || !this.#cleanUp.needsTurns ? DONE : this.#giveUp();
    }
    /** @type {CleanUp} */
    const cleanUp = (this.#cleanUp = { left: [], needsTurns: true, isGivenUp: last });
    this.#wait++;
    setPlainIterator(this.handle, undefined);
    const codeHasEnded = this.#arrived === STEP || this.#arrived === BROKEN;
    this.#reportLostErrors();
    this.#collect(cleanUp, () => this.context?.end(true)); // stops work that listens to the signal
    this.context?.reportProgress();
    if (source.isAsyncFunction) return cleanUp.isGivenUp || codeHasEnded ? this.#endCleanUp(cleanUp) : WAIT;
    const step = this.#collect(cleanUp, () => source.close());
    // Iterators written by hand return anything here.
    if (thenOf(step) !== undefined) source.isAsync = true;
    else if (step?.done !== false) return this.#endCleanUp(cleanUp);
    if (source.isAsync) {
      this.#subscribeToStep(step);
      return cleanUp.isGivenUp ? DONE : WAIT;
    }
    return cleanUp.isGivenUp ? this.#giveUp() : this.interpretStep(step, false);
  }

  /**
   * Calls what closes work. If that throws, it has closed it.
   * @template T
   * @param {CleanUp} cleanUp
   * @param {() => T} close
   * @returns {T | undefined}
   */
  #collect(cleanUp, close) {
    const push = (/** @type {import('../util/work-protocol.js').Left} */ left) => {
      this.#watch(left.promise, !left.isClosing);
      cleanUp.left.push(left);
    };
    try {
      return collectLeft(close, { push });
    } catch (error) {
      this.reportLate(error, false);
      return undefined;
    }
  }

  /** There are no more turns for the clean-up: reports that (D7). @returns {number} a turn code */
  #giveUp() {
    this.report(new SchedulerStopped(`the cooperator was disposed during the clean-up of the task ${this.name}`));
    return DONE;
  }

  /**
   * The core reports that the task has finished.
   * @param {number} state
   * @param {number} outcome  the status of a stopped task
   * @param {number} pauses  how often it is paused
   */
  close(state, outcome, pauses) {
    const status = state === STATE_DONE ? TASK_DONE : state === STATE_FAILED ? TASK_FAILED : outcome;
    setPlainIterator(this.handle, undefined);
    try {
      // A task that is not stopped ends in a slice, which already runs in the scope `empty`.
      if (this.scope === empty && state !== STATE_STOPPED) this.#end(state, status, pauses);
      else this.scope.runInAsyncScope(this.#end, this, state, status, pauses);
    } finally {
      this.#settleAll();
    }
  }

  /** @param {number} state @param {number} status @param {number} pauses */
  #end(state, status, pauses) {
    this.#finalStats = this.readStats();
    this.ended = state;
    this.#status = status;
    this.pauses = pauses;
    this.exports.task_release(this.pointer);
    this.pointer = 0;
    this.#forgetSignal();
    // The outcome is known before any code of the user's runs.
    if (state === STATE_FAILED) {
      const error = this.outcomeError();
      if (this.host.traceStarts) addStart(error, this);
      if (!this.#observed) this.#failure = new PendingFailure(error, this.failureListener());
    }
    const stopped = state === STATE_STOPPED;
    if (stopped) this.#reportLostErrors();
    this.context?.end(stopped);
    if (this.#cleanUp === undefined) this.#closeSource();
    this.context?.reportProgress();
    this.#letGo(stopped);
  }

  /** Lets go of everything but the outcome, the name and the numbers (J8). @param {boolean} stopped */
  #letGo(stopped) {
    this.options = this.source = GONE;
    this.context = undefined;
    const link = this.#link;
    if (link === undefined) return;
    link.cut(stopped || link.watches ? lateReport(this.host, this.scope, stopped, this.#outcome) : undefined);
  }

  /** Closes what the task has run. Nothing waits for that, because the task has not been stopped. */
  #closeSource() {
    try {
      const closed = this.source.close();
      const then = thenOf(closed);
      if (then !== undefined) {
        const link = this.#getLink();
        link.watches = true;
        subscribe(
          closed,
          then,
          () => {},
          (error) => link.reportLate(error, false),
        );
      }
    } catch (error) {
      this.report(error);
    }
  }

  /** Reports the error that would have been thrown into the iterator in the next turn: nobody else will see it. */
  #reportLostErrors() {
    const failed = this.#arrived === ERROR || this.#arrived === BROKEN;
    const arrival = this.#takeArrival();
    if (failed) this.reportLate(arrival, true);
  }

  /** The error with which the task has failed or was stopped: always the same object. */
  outcomeError() {
    this.#outcome ??= { error: errorFor(this.endStatus()) };
    return this.#outcome.error;
  }

  /** See isStopReason. @param {unknown} error @param {boolean} waited */
  #isStopReason(error, waited) {
    const status = this.endStatus();
    return (
      status !== OK && status !== TASK_DONE && status !== TASK_FAILED && isStopReason(this.#outcome, error, waited)
    );
  }

  /**
   * Reports an error that comes after the task was stopped.
   * @param {unknown} error
   * @param {boolean} waited  as for isStopReason
   */
  reportLate(error, waited) {
    if (!this.#isStopReason(error, waited)) this.report(error);
  }

  /** Reports an error that has no caller. @param {unknown} error */
  report(error) {
    this.scope.runInAsyncScope(this.host.report, this.host, error, this.task);
  }

  /** Returns what reports an unhandled failure; undefined: the host does, as for any rejection. */
  failureListener() {
    return this.host.hasErrorListener ? (/** @type {unknown} */ error) => this.report(error) : undefined;
  }

  /** @returns {TaskStats} */
  readStats() {
    if (this.#finalStats !== undefined) return this.#finalStats;
    const { core } = this.host;
    const stats = this.exports.task_stats(this.pointer);
    return {
      turns: core.uint64At(stats + TASK_STATS_TURNS),
      busyMs: core.doubleAt(stats + TASK_STATS_BUSY_MS),
      longestTurnMs: core.doubleAt(stats + TASK_STATS_LONGEST_TURN_MS),
    };
  }
}

/**
 * Returns true if an error only says that a task was stopped (J4): it is the reason, or has it as its cause.
 * @param {{ error: unknown } | undefined} outcome  of the task, which was stopped
 * @param {unknown} error
 * @param {boolean} waited  of what the task waited for, which may have been stopped with an error of its own
 */
function isStopReason(outcome, error, waited) {
  try {
    if (waited && isObject(error) && STOPPED.includes(/** @type {Error} */ (error).name)) return true;
    if (outcome === undefined) return false;
    let cause = /** @type {any} */ (error);
    for (let depth = 0; cause !== outcome.error; depth++) {
      if (!isObject(cause) || depth === MAX_CAUSES) return false;
      cause = /** @type {any} */ (cause).cause;
    }
    return true;
  } catch {
    return false; // a getter of the error has thrown
  }
}

/**
 * @typedef {(error: unknown, waited: boolean, report: boolean) => boolean} LateReport  for an error that comes after the
 *   task has ended and was collected: returns true if it only says that the task was stopped, and otherwise reports it
 *   if `report` is true
 */

/**
 * Outside of the class, where a closure would keep the task alive.
 * @param {TaskHost} host
 * @param {import('../util/async-context.js').Scope} scope
 * @param {boolean} stopped
 * @param {{ error: unknown } | undefined} outcome
 * @returns {LateReport}
 */
function lateReport(host, scope, stopped, outcome) {
  return (error, waited, report) => {
    const isReason = stopped && isStopReason(outcome, error, waited);
    if (report && !isReason) scope.runInAsyncScope(host.report, host, error);
    return isReason;
  };
}

/** Errors with the stacks of the calls that have added tasks, if that is wanted. @type {WeakMap<TaskRun, Error>} */
const starts = new WeakMap();

/** The frames of the package's own functions in the stack of a new TaskRun. */
const OWN_FRAMES = 4;

/**
 * Adds to the stack of an error where the task was added that failed with it.
 * @param {any} error  anything
 * @param {TaskRun} run
 */
function addStart(error, run) {
  try {
    const start = /** @type {Error} */ (starts.get(run));
    const frames = /** @type {string} */ (start.stack).split('\n').filter((line) => /^ +at |@/.test(line));
    const added = `\nThe task ${run.name} was added here:\n${frames.slice(OWN_FRAMES).join('\n')}`;
    // A task may fail with the error of another one. An error that is thrown again and again must not grow.
    if (typeof error.stack === 'string' && !error.stack.includes(added)) error.stack += added;
  } catch {
    // The error has no stack, or one that cannot be changed.
  }
}
