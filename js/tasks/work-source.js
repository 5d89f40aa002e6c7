// What a task goes through: the work that it was given, its turns, and what goes into the iterator and comes out.
// When it has them, and for how long, is the core's business; how it ends is task.js's.

import { capture, empty } from '../util/async-context.js';
import { Deferred, observe } from './deferred.js';
import { describe } from '../util/argument-errors.js';
import { OK } from '../errors.js';
import { add, indexOf, look, take } from '../core/handles.js';
import { NativeWork } from './native-work.js';
import { subscribe, thenOf } from '../util/thenable.js';

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
 * @typedef {(context: import('./context.js').TaskContext) => Generator<unknown, T, any> | AsyncGenerator<unknown, T, any>
 *   | Iterator<unknown, T, any> | Iterable<unknown, T, any> | AsyncIterable<unknown, T, any> | PromiseLike<T>} WorkFunction
 */

// coop_turn
export const MORE = 0;
export const DONE = 1;
export const FAILED = 2;
export const WAIT = 3;

// what a course is made of; FUNCTION only until the first turn
const FUNCTION = 0;
const ITERATOR = 1;
const ASYNC_ITERATOR = 2;
const ASYNC_FUNCTION = 3;
export const NATIVE = 4;

// what has arrived since the last turn and is to go into the iterator
const NOTHING = 0;
const VALUE = 1;
const ERROR = 2;
const RESULT = 3; // of an async iterator's `next`, or of an async function
const BROKEN = 4; // an async iterator's `next` or `throw` has failed: there is nothing to send the error into

/**
 * By the index of a course's handle: the iterator whose `next` is all that a turn has to call, which is the way of nearly
 * all turns; undefined where there is more to do. A table of its own because it is all that such a turn touches.
 * @type {any[]}
 */
const plainIterators = [];

/** Most courses never have any. @type {any} */
const NO_YIELDS = Object.freeze([]);

/** Iterators that were given as such to courses that have not ended. @type {Set<object>} */
const given = new Set();
/** Of those that several courses have: how many. @type {Map<object, number>} */
const shared = new Map();

/**
 * What a course needs of the life of its task.
 * @typedef {object} Life
 * @property {(task: any) => number} finished  OK, or the status with which it has finished
 * @property {(task: any) => void} wake  it need not wait any longer
 * @property {(task: any) => void} failNative  its next turn is to fail it
 * @property {(task: any, error: unknown) => void} late  an error that comes after the end
 * @property {(task: any, error: unknown) => boolean} isNoNews  is the error only what the stopped task was told?
 * @property {(task: any) => import('./context.js').Context} context  for a function that is given as work
 */

/** @type {Life} */
let life;

/**
 * For task.js, once: the two files know one another in one direction only.
 * @param {Life} functions
 */
export function setLife(functions) {
  life = functions;
}

/** The members are task.js's to read; nobody outside of the package sees a course. */
export class Course {
  kind = ITERATOR;
  /** What the core knows it by; 0 when it has ended. */
  handle = 0;
  /** The function until it is called, or the native work. @type {any} */
  work = undefined;
  /** @type {any} */
  iterator = undefined;
  /** The iterator was given, so other tasks may have been given it too. */
  shareable = false;
  /** The iterator has ended by itself: nothing is to be closed. */
  exhausted = false;
  arrived = NOTHING;
  /** @type {any} */
  arrival = undefined;
  /** With which it is done. @type {any} */
  result = undefined;
  /** What a turn threw. @type {{ error: unknown } | undefined} */
  thrown = undefined;
  /** Calls of context.yield() that wait for the next turn. @type {{ resolve(): void, reject(e: unknown): void }[]} */
  yields = NO_YIELDS;
  /** What people may call it. */
  name = '';

  /**
   * Finds out at once what `work` is, so that bad input is told to who gave it.
   * @param {any} task
   * @param {any} work
   */
  constructor(task, work) {
    this.task = task;
    /** In which the code of the work is called. */
    this.scope = capture();
    if (typeof work === 'function') {
      this.kind = FUNCTION;
      this.work = work;
      this.name = work.name;
    } else if (work instanceof NativeWork) {
      /** @type {any} */ (work).checkUnused();
      this.kind = NATIVE;
      this.work = work;
      this.name = work.name ?? '';
    } else if (!this.#iterate(work, false)) {
      throw new TypeError(
        'cooperate: work must be an iterator, an iterable, their async kinds, a generator function ' +
          `or an async function, not ${describe(work)}`,
      );
    }
  }

  /** It is a task's from now on; `leave`, which `close` calls, ends that. Returns what the core is to know it by. */
  enter() {
    this.handle = add(this);
    // one after another: an array with holes is a slow one
    for (let i = plainIterators.length; i <= indexOf(this.handle); i++) plainIterators.push(undefined);
    if (this.kind === NATIVE) this.work.used = true;
    if (this.shareable) {
      const before = given.size;
      if (given.add(this.iterator).size === before) shared.set(this.iterator, (shared.get(this.iterator) ?? 1) + 1);
    }
    return this.handle;
  }

  /** @param {boolean} plain  has a turn nothing to do but to call `next`? */
  #setPlain(plain) {
    plainIterators[indexOf(this.handle)] = plain ? this.iterator : undefined;
  }

  /** It is no task's any more. Returns whether the iterator is nobody else's now. */
  leave() {
    if (this.kind === NATIVE) this.work.used = false;
    if (!this.shareable) return true;
    const users = shared.get(this.iterator);
    if (users === undefined) return given.delete(this.iterator);
    if (users === 2) shared.delete(this.iterator);
    else shared.set(this.iterator, users - 1);
    return false;
  }

  /** Is the iterator another task's too? */
  #shared() {
    return this.shareable && shared.has(this.iterator);
  }

  /** @returns {Promise<void>} */
  nextTurn() {
    if (this.kind === ITERATOR) {
      throw new TypeError('context.yield() is for async functions; in a generator write a plain yield');
    }
    return new Promise((resolve, reject) => {
      if (this.yields === NO_YIELDS) this.yields = [];
      this.yields.push({ resolve, reject });
      life.wake(this.task);
    });
  }

  takeYields() {
    const yields = this.yields;
    this.yields = NO_YIELDS;
    return yields;
  }

  /** An error that has arrived and will not be delivered any more. @returns {{ error: unknown } | undefined} */
  takeUndelivered() {
    const error = this.arrived === ERROR || this.arrived === BROKEN ? { error: this.arrival } : undefined;
    this.arrived = NOTHING;
    this.arrival = undefined;
    return error;
  }

  /**
   * @param {any} work
   * @param {boolean} own  made by this task's function, so that nobody else has it
   */
  #iterate(work, own) {
    if (work === null || work === undefined) return false;
    if (typeof work.next === 'function') {
      this.iterator = work;
      this.kind = typeof work[Symbol.asyncIterator] === 'function' ? ASYNC_ITERATOR : ITERATOR;
      this.shareable = !own;
    } else if (typeof work[Symbol.asyncIterator] === 'function') {
      this.iterator = work[Symbol.asyncIterator]();
      this.kind = ASYNC_ITERATOR;
    } else if (typeof work[Symbol.iterator] === 'function') {
      this.iterator = work[Symbol.iterator]();
      this.kind = ITERATOR;
    } else {
      return false;
    }
    if (typeof this.iterator?.next !== 'function') {
      throw new TypeError(
        `cooperate: the iterable's iterator must have a function next, not be ${describe(this.iterator)}`,
      );
    }
    return true;
  }

  /** Calls the function that was given as work. Returns true if there is no iterator to go on with. */
  #begin() {
    const work = this.work;
    this.work = undefined;
    this.exhausted = true; // until there is something to close
    const made = work(life.context(this.task));
    const then = typeof made?.next === 'function' ? undefined : thenOf(made);
    if (then !== undefined) {
      this.kind = ASYNC_FUNCTION;
      subscribe(
        made,
        then,
        (value) => this.#arrive(RESULT, value),
        (error) => this.#arrive(ERROR, error),
      );
      return true;
    }
    if (!this.#iterate(made, true)) {
      throw new TypeError(
        `cooperate: the function${this.name === '' ? '' : ` ${this.name}`} must return an iterator (as generator ` +
          `functions do) or a Promise (as async functions do), not ${describe(made)}`,
      );
    }
    this.exhausted = false;
    return false;
  }

  /** Anything but a plain turn. May throw, which fails the task. */
  turn() {
    return this.scope === empty ? this.#turn() : this.scope.runInAsyncScope(this.#turn, this);
  }

  /** A slice is in the empty scope. @returns {number} */
  #turn() {
    if (this.kind === FUNCTION && this.#begin()) return WAIT; // its yield() or its end wakes it
    const arrived = this.arrived;
    const arrival = this.arrival;
    this.arrived = NOTHING;
    this.arrival = undefined;
    if (this.kind === ITERATOR) {
      let step;
      if (arrived === ERROR) step = this.#throwInto(arrival);
      else step = arrived === VALUE && !this.#shared() ? this.#next(arrival) : this.#next();
      this.#setPlain(this.scope === empty);
      return this.look(step);
    }
    const waiting = this.takeYields();
    for (const { resolve } of waiting) resolve(); // its code goes on after the slice, in a microtask
    if (this.kind === ASYNC_FUNCTION) {
      if (arrived === ERROR) throw arrival;
      if (arrived !== RESULT) return WAIT;
      this.result = arrival;
      return DONE;
    }
    return arrived === NOTHING && waiting.length !== 0 ? WAIT : this.#asyncTurn(arrived, arrival);
  }

  /**
   * One result of an async iterator is looked at, and the next is asked for.
   * @param {number} arrived @param {any} arrival
   */
  #asyncTurn(arrived, arrival) {
    let sent = arrival;
    if (arrived === BROKEN) throw arrival;
    if (arrived === ERROR) return this.#await(this.#throwInto(arrival));
    if (arrived === RESULT) {
      checkStep(arrival);
      if (arrival.done) {
        this.exhausted = true;
        this.result = arrival.value;
        return DONE;
      }
      const then = thenOf(arrival.value);
      if (then !== undefined) return this.waitFor(arrival.value, then);
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
        promised,
        then,
        (step) => this.#arrive(RESULT, step),
        (error) => {
          this.exhausted = true;
          this.#arrive(BROKEN, error);
        },
      );
    }
    return WAIT;
  }

  /** @param {any} [sent] */
  #next(...sent) {
    try {
      return this.iterator.next(...sent);
    } catch (error) {
      this.exhausted = true;
      throw error;
    }
  }

  /**
   * J2: an error that was waited for is thrown at the `yield`.
   * @param {unknown} error
   */
  #throwInto(error) {
    if (this.#shared() || typeof this.iterator.throw !== 'function') throw error;
    try {
      return this.iterator.throw(error);
    } catch (thrown) {
      this.exhausted = true;
      throw thrown;
    }
  }

  /**
   * Its turn has thrown.
   * @param {unknown} error
   */
  fail(error) {
    if (plainIterators[indexOf(this.handle)] !== undefined) this.exhausted = true; // by its own error
    this.thrown = { error };
    return FAILED;
  }

  /**
   * What the iterator's step means.
   * @param {any} step
   * @param {any} [done]  its `done`, where that was read
   */
  look(step, done = step?.done) {
    if (this.kind === ITERATOR && thenOf(step) !== undefined) {
      // an async iterator that does not say so by a Symbol.asyncIterator
      this.kind = ASYNC_ITERATOR;
      this.#setPlain(false);
      return this.#await(step);
    }
    checkStep(step);
    if (done) {
      this.exhausted = true;
      this.result = step.value;
      return DONE;
    }
    return this.lookAt(step.value);
  }

  /**
   * What it yielded: something to wait for?
   * @param {any} value
   */
  lookAt(value) {
    let then;
    try {
      then = thenOf(value);
    } catch (error) {
      this.#setPlain(false);
      this.arrived = ERROR;
      this.arrival = error;
      return MORE;
    }
    return then === undefined ? MORE : this.waitFor(value, then);
  }

  /** @param {any} value @param {Function} then */
  waitFor(value, then) {
    this.#setPlain(false);
    if (value instanceof Deferred) {
      observe(value, {
        observe: (failed, result) => {
          const wanted = life.finished(this.task) === OK;
          if (wanted) this.#arrive(failed ? ERROR : VALUE, result);
          return wanted || (failed && life.isNoNews(this.task, result));
        },
      });
    } else {
      subscribe(
        value,
        then,
        (result) => this.#arrive(VALUE, result),
        (error) => this.#arrive(ERROR, error),
      );
    }
    return WAIT;
  }

  /** @param {number} how @param {any} what */
  #arrive(how, what) {
    if (life.finished(this.task) !== OK) {
      if (how === ERROR || how === BROKEN) life.late(this.task, what);
      return;
    }
    if (this.kind !== NATIVE) {
      this.arrived = how;
      this.arrival = what;
    } else if (how === ERROR) {
      this.thrown = { error: what };
      life.failNative(this.task);
    }
    life.wake(this.task);
  }

  /** J3: lets `finally` blocks run, unless the iterator has ended by itself or is another task's too. */
  close() {
    if (!this.leave() || this.exhausted) return;
    try {
      const closed = this.iterator?.return?.();
      const then = thenOf(closed);
      if (then !== undefined)
        subscribe(
          closed,
          then,
          () => {},
          (error) => life.late(this.task, error),
        );
    } catch (error) {
      life.late(this.task, error);
    }
  }
}

/**
 * Gives courses their turns until the core says that the slice is over. Throws what a turn throws; that turn has not
 * ended then.
 * @param {number} cooperator  the core's
 * @param {number} handle  of the course that has the first turn; 0 for none
 * @param {(cooperator: number, turn: number) => number} endTurn  tells what the turn came to; returns the next handle
 */
export function giveTurns(cooperator, handle, endTurn) {
  while (handle !== 0) {
    const iterator = plainIterators[indexOf(handle)];
    let turn = MORE;
    if (iterator === undefined) {
      turn = look(handle).turn();
    } else {
      const step = iterator.next();
      const done = step?.done;
      if (done !== false || step.value !== undefined) turn = look(handle).look(step, done);
    }
    handle = endTurn(cooperator, turn);
  }
}

/**
 * The course that the core has done with.
 * @param {number} handle
 * @returns {Course | undefined}
 */
export function takeCourse(handle) {
  plainIterators[indexOf(handle)] = undefined;
  return take(handle);
}

/** @param {any} step */
function checkStep(step) {
  if ((typeof step !== 'object' && typeof step !== 'function') || step === null) {
    throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
  }
}
