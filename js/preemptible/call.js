// A call of an instance as work: an async iterator, whose `next` runs the code until it is suspended or ends. So each
// turn of the task is a suspended turn (S12), and the steps end them.

import { now } from '../util/platform.js';
import { InstanceLost } from './errors.js';
import { noteUncut } from './uncut.js';

/** @typedef {import('./guarded-instance.js').GuardedInstance} GuardedInstance */
/** @typedef {import('./guarded-instance.js').Activity} Activity */
/** @typedef {'lose' | 'restore' | ((exports: any) => void)} OnStop */
/** @typedef {{ shouldYield: () => boolean }} TurnContext  of a TaskContext */

/**
 * @typedef {object} CallOptions
 * @property {number | undefined} turnMs
 * @property {OnStop} onStop
 */

/** A turn ends after this time even if the slice goes on: a slice may be bounded by turns, or by the user's predicate. */
const LONGEST_TURN_MS = 4;

const WAITS = 0;
const PREPARES = 1; // takes a snapshot
const RUNS = 2;
const ENDED = 3;

const NEXT_STEP = { done: false, value: undefined };
const lastStep = (/** @type {any} */ value) => ({ done: true, value });

/** Thrown by checks to end a call. */
class Stopped extends Error {}

/** @implements {Activity} */
export class Call {
  #instance;
  /** @type {Function} */
  #f;
  /** The function of WebAssembly that #f is; undefined for a function of JavaScript, which cannot be suspended. */
  #original;
  #args;
  #name;
  #options;
  #onEnd;
  /**
   * Only during a turn. Otherwise the call would keep its own task from being collected: see `abandon`.
   * @type {TurnContext | undefined}
   */
  #context;

  #state = WAITS;
  isOnStack = false;
  /** Resolves when this is the first in the queue. @type {{ promise: Promise<void>, resolve: () => void } | undefined} */
  #place;
  /** @type {Generator<undefined, void> | undefined} */
  #snapshot;
  /** Settles the step that was requested. @type {{ resolve(step: any): void, reject(error: unknown): void } | undefined} */
  #step;
  /** Continues the suspended computation. @type {{ resolve(budget: number): void, reject(e: unknown): void } | undefined} */
  #suspension;
  /** When the turn must end. */
  #turnEnd = 0;
  /** Since when the turn should have ended, if it should. @type {number | undefined} */
  #overdue;
  /** The JavaScript because of which it could not end then. */
  #uncutBy = '';
  /** It was stopped. */
  #stopping = false;
  /** The user's function for stops was called. */
  #interrupted = false;
  /** The code was left in the middle. @type {Stopped | undefined} */
  #thrown;

  /**
   * @param {GuardedInstance} instance
   * @param {{ f: Function, original: Function | undefined, args: any[], name: string }} call
   * @param {CallOptions} options
   * @param {(call: Call) => void} onEnd  called when there is nothing more to do; perhaps several times
   */
  constructor(instance, { f, original, args, name }, options, onEnd) {
    this.#instance = instance;
    this.#f = f;
    this.#original = original;
    this.#args = args;
    this.#name = name;
    this.#options = options;
    this.#onEnd = onEnd;
  }

  // ---- the iterator ----

  /**
   * @param {TurnContext} context
   * @returns {Promise<IteratorResult<any, any>>}
   */
  next(context) {
    if (this.#state === ENDED) return Promise.resolve(lastStep(undefined));
    if (this.#state === WAITS) {
      const place = this.#enter();
      // The task waits for what its iterator yields, and is not in the cooperator's queue.
      if (place !== undefined) return Promise.resolve({ done: false, value: place });
    }
    this.#context = context;
    if (this.#state === PREPARES && !this.#prepare()) return Promise.resolve(NEXT_STEP);
    return new Promise((resolve, reject) => {
      this.#step = { resolve, reject };
      this.#instance.stats.turns++;
      this.#instance.beginTurn();
      if (this.#state === RUNS) this.#resume();
      else this.#begin();
    });
  }

  /**
   * The task was stopped.
   * @returns {Promise<IteratorResult<any, any>>} `done` when the code has ended
   */
  async return() {
    if (this.#state !== RUNS) {
      this.#leave();
      return lastStep(undefined);
    }
    this.#stopping = true;
    const { onStop } = this.#options;
    if (this.#suspension === undefined || typeof onStop !== 'function') return this.#ended();
    try {
      this.#interrupt(onStop);
    } catch (error) {
      await this.#ended();
      throw error;
    }
    return NEXT_STEP; // The code goes on in the turns of the clean-up.
  }

  /** Lets the code end. @returns {Promise<any>} resolves then */
  #ended() {
    return new Promise((resolve, reject) => {
      this.#step = { resolve, reject };
      if (this.#suspension !== undefined) this.#throwInto();
    });
  }

  /** Nobody will ask for another turn. Otherwise the suspended computation would never be freed. */
  abandon() {
    if (this.#state !== RUNS) this.#leave();
    else if (this.#suspension !== undefined) this.#throwInto();
  }

  // ---- the queue of the instance ----

  /** Takes the place in the queue. @returns {Promise<void> | undefined}  what to wait for */
  #enter() {
    const queue = /** @type {Call[]} */ (this.#instance.queue);
    if (!queue.includes(this)) queue.push(this);
    if (queue[0] === this) {
      this.#state = PREPARES;
      return undefined;
    }
    if (this.#place === undefined) {
      let resolve = () => {};
      /** @type {Promise<void>} */
      const promise = new Promise((settle) => {
        resolve = settle;
      });
      this.#place = { promise, resolve };
    }
    return this.#place.promise;
  }

  /** Leaves the queue: the next call begins. */
  #leave() {
    const queue = /** @type {Call[]} */ (this.#instance.queue);
    this.#state = ENDED;
    this.#onEnd(this);
    if (this.#instance.current === this) this.#instance.current = undefined;
    const index = queue.indexOf(this);
    if (index === -1) return;
    queue.splice(index, 1);
    if (index === 0 && queue.length > 0) queue[0].#place?.resolve();
  }

  // ---- turns ----

  /** Prepares the call. @returns {boolean} false: it takes another turn */
  #prepare() {
    const instance = this.#instance;
    instance.current = this; // Nobody may change what is copied.
    try {
      if (instance.lost !== undefined) throw new InstanceLost(instance.lost);
      if (this.#options.onStop === 'restore') {
        this.#snapshot ??= instance.snapshot();
        while (!this.#snapshot.next().done) if (this.#shouldYield()) return false;
      }
      return true;
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  #begin() {
    this.#state = RUNS;
    const instance = this.#instance;
    this.isOnStack = true;
    instance.setBudget();
    try {
      if (this.#original !== undefined) {
        const result = instance.promising(this.#original)(...this.#args);
        result.then(this.#succeed, this.#fail);
        return;
      }
      const result = instance.within(this.#name, this.#f, this.#args);
      this.#succeed(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  #resume() {
    const suspension = this.#suspension;
    // Without one it has been suspended by an import of the module's, and continues by itself.
    if (suspension === undefined) return;
    this.#suspension = undefined;
    this.isOnStack = true;
    suspension.resolve(0); // so that the next check is soon: the turn's time begins there
  }

  /** @type {Activity['suspend']} */
  suspend() {
    this.isOnStack = false;
    return new Promise((resolve, reject) => {
      this.#suspension = { resolve, reject };
      this.#takeStep()?.resolve(NEXT_STEP);
    });
  }

  /** The turn is over. */
  #takeStep() {
    const step = this.#step;
    this.#step = this.#context = undefined;
    return step;
  }

  /** @param {any} value */
  #succeed = (value) => {
    const step = this.#takeStep();
    this.#end();
    if (this.#stopping) step?.resolve(lastStep(undefined));
    // Glue may be an async function.
    else step?.resolve(this.#original === undefined ? Promise.resolve(value).then(lastStep) : lastStep(value));
  };

  /** @param {unknown} error */
  #fail = (error) => {
    const step = this.#takeStep();
    this.#end();
    // After a stop the error is the one that was thrown into the code, or what the code has made of it.
    if (this.#stopping) step?.resolve(lastStep(undefined));
    else step?.reject(error);
  };

  #end() {
    this.isOnStack = false;
    this.#noteUncut(now());
    if (this.#thrown !== undefined) this.#instance.leaveBroken(`${this.#name}, which was stopped`);
    this.#leave();
  }

  // ---- checks ----

  #shouldYield() {
    return /** @type {TurnContext} */ (this.#context).shouldYield();
  }

  /** @type {Activity['check']} */
  check(time, isFirst) {
    if (this.#suspension !== undefined) return true; // the user's function for stops calls an export
    if (isFirst) {
      this.#noteUncut(time);
      this.#turnEnd = time + (this.#options.turnMs ?? LONGEST_TURN_MS);
    }
    if (this.#stopping) this.#checkStopped();
    if (!this.#isOver(time)) return true;
    if (this.#instance.depth === 0) {
      this.#noteUncut(time);
      return false;
    }
    if (this.#overdue === undefined) {
      this.#overdue = time;
      this.#uncutBy = this.#instance.between;
    }
    return true;
  }

  get isOverdue() {
    return this.#overdue !== undefined;
  }

  /** @param {number} time */
  #isOver(time) {
    if (time >= this.#turnEnd) return true;
    // After a stop `shouldYield` is always true, and the code would be suspended at each of its checks until it ends.
    return this.#options.turnMs === undefined && !this.#stopping && this.#shouldYield();
  }

  /** The turn ends, which it perhaps could not earlier. @param {number} time  now */
  #noteUncut(time) {
    if (this.#overdue === undefined) return;
    noteUncut(this.#instance.stats, this.#name, this.#uncutBy, time - this.#overdue);
    this.#overdue = undefined;
  }

  // ---- the stop ----

  /** Throws if the code is to be left, again and again if it catches that. */
  #checkStopped() {
    const { onStop } = this.#options;
    if (this.#thrown === undefined && typeof onStop === 'function') {
      if (!this.#interrupted) this.#interrupt(onStop);
      return;
    }
    this.#thrown ??= new Stopped(`${this.#name} was stopped`);
    throw this.#thrown;
  }

  /** Calls the user's function. If it throws, the code is left in the middle. @param {(exports: any) => void} onStop */
  #interrupt(onStop) {
    const instance = this.#instance;
    const wasOnStack = this.isOnStack;
    this.#interrupted = true;
    this.isOnStack = true;
    try {
      instance.within('onStop', onStop, [instance.exports]);
    } catch (error) {
      this.#thrown = new Stopped(`${this.#name} was stopped, and onStop has thrown`, { cause: error });
      throw error;
    } finally {
      this.isOnStack = wasOnStack;
    }
  }

  /** Ends the suspended computation. */
  #throwInto() {
    const suspension = this.#suspension;
    this.#suspension = undefined;
    this.#stopping = true;
    this.isOnStack = true;
    this.#thrown ??= new Stopped(`${this.#name} was stopped`);
    suspension?.reject(this.#thrown);
  }
}
