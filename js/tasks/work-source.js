// Work sources: every kind of work that is made of iterators or functions, as one interface. A work source starts,
// steps and closes an iterator; it knows nothing of tasks.

import { describe, nameOf } from '../util/argument-errors.js';
import { openAsyncIterator } from '../util/async-iterator.js';
import { thenOf } from '../util/thenable.js';
import { isReadyWork } from '../util/work-protocol.js';

/** @template T @typedef {import('./native-work.js').NativeWork<T>} NativeWork */

/**
 * An iterable whose iterator returns a T at its end. `Iterable` has no such parameter before TypeScript 5.6.
 * @template T
 * @typedef {{ [Symbol.iterator](): Iterator<unknown, T, any> }} WorkIterable
 */
/**
 * The same of an async iterable.
 * @template T
 * @typedef {{ [Symbol.asyncIterator](): AsyncIterator<unknown, T, any> }} AsyncWorkIterable
 */

/**
 * What a task can be made of: an iterator, an iterable, an async iterator, an async iterable, a function that returns
 * one of these, an async function, or native work. `T` is the type of the task's result: what the generator or the
 * async function returns.
 * @template T
 * @typedef {Iterator<unknown, T, any> | WorkIterable<T> | AsyncIterator<unknown, T, any> | AsyncWorkIterable<T>
 *   | WorkFunction<T> | NativeWork<T>} Work
 */

/** @typedef {import('./context.js').TaskContext} TaskContext */

/**
 * A function as work. It is called in the task's first turn.
 * @template T
 * @typedef {(context: TaskContext) => Generator<unknown, T, any> | AsyncGenerator<unknown, T, any>
 *   | AsyncWorkIterable<T> | Iterator<unknown, T, any> | WorkIterable<T> | PromiseLike<T>} WorkFunction
 */

/** Constructs what it is given: the members of a class that extends it are added to that. */
class Adopted {
  /** @param {object} object */
  constructor(object) {
    return object;
  }
}

/** @type {WeakMap<object, Users>} */
const usersOfFrozen = new WeakMap();

/**
 * How many sources use an iterator that was given as work: a private member of the iterator, because to add it to a set
 * and delete it again takes a tenth of a task's life.
 */
class Users extends Adopted {
  #count = 0;

  /** @param {object} iterator @param {number} change  1 or -1 @returns {number} */
  static count(iterator, change) {
    let users = /** @type {Users} */ (iterator);
    if (!(#count in iterator)) {
      try {
        new Users(iterator);
      } catch {
        // It is frozen, and the engine adds no private members to such objects.
        users = usersOfFrozen.get(iterator) ?? new Users({});
        usersOfFrozen.set(iterator, users);
      }
    }
    users.#count += change;
    return users.#count;
  }
}

/**
 * Returns true if `next` is computed when it is read. Any other is read in every turn, which costs half of a
 * PlainIterator and differs only if somebody replaces it meanwhile.
 * @param {any} iterator
 */
function hasComputedNext(iterator) {
  let property;
  for (let owner = iterator; owner !== null && property === undefined; owner = Object.getPrototypeOf(owner)) {
    property = Object.getOwnPropertyDescriptor(owner, 'next');
  }
  return property?.get !== undefined;
}

/** Calls the `next` that an iterator had when it was opened. */
class PlainIterator {
  /** @param {any} iterator @param {() => any} next */
  constructor(iterator, next) {
    this.iterator = iterator;
    this.f = next;
  }

  next() {
    return Reflect.apply(this.f, this.iterator, []);
  }
}

/** A work source over an iterator, or over a function until it is started. */
export class WorkSource {
  /** Undefined for a function that was not started, and for an async function. @type {any} */
  iterator = undefined;
  /** An object whose `next` makes a step of the iterator. @type {any} */
  plain = undefined;
  /** Read once, as by a `for` loop. @type {any} */
  #next;
  /** Steps are promised. */
  isAsync = false;
  /** The iterator has ended by itself, so that it must not be closed. */
  exhausted = false;
  /** The iterator was given as work, so that other tasks can have it too. */
  #shareable = false;
  /** The work, if it is a function that has not returned yet. @type {any} */
  #function = undefined;

  /**
   * @param {any} work
   * @throws {TypeError} if work is of no kind that can be run
   */
  constructor(work) {
    if (typeof work === 'function') {
      this.#function = work;
    } else if (this.#iterate(work)) {
      this.#shareable = this.iterator === work;
    } else {
      throw new TypeError(
        'cooperate: work must be an iterator, an iterable, their async kinds, a generator function ' +
          `or an async function, not ${describe(work)}`,
      );
    }
  }

  /** The name of the function, until it has returned; otherwise ''. @returns {string} */
  get name() {
    return this.isFunction ? nameOf(this.#function) : '';
  }

  /** @returns {false} */
  get isNative() {
    return false;
  }

  /** True if the work is a function that was not called yet, or is being called. */
  get isFunction() {
    return this.#function !== undefined;
  }

  /** True if the work is ready-made and was not called yet, or is being called. */
  get startsWork() {
    return isReadyWork(this.#function);
  }

  /** True if the work is an async function that was called. */
  get isAsyncFunction() {
    return this.isAsync && this.iterator === undefined;
  }

  /** Records that the source is in use, until `close` or `release`. */
  acquire() {
    if (this.#shareable) Users.count(this.iterator, 1);
  }

  /** Undoes `acquire`. Returns false if another source still uses the iterator. */
  release() {
    return !this.#shareable || Users.count(this.iterator, -1) === 0;
  }

  #isShared() {
    return this.#shareable && Users.count(this.iterator, 0) > 1;
  }

  /**
   * Calls the function that is the work. For an async function, returns the Promise and its `then`; otherwise there is
   * an iterator now.
   * @param {TaskContext} context
   * @returns {{ thenable: any, then: Function } | undefined}
   * @throws {TypeError} if the function returns neither an iterator nor a thenable; its own error, if it throws
   */
  start(context) {
    const f = this.#function; // not called as a method of this object
    let made = f(context);
    if (isReadyWork(made)) {
      this.#function = made;
      made = made(context);
    }
    this.#function = undefined;
    const then = typeof made?.next === 'function' ? undefined : thenOf(made);
    if (then !== undefined) {
      this.isAsync = true;
      return { thenable: made, then };
    }
    if (this.#iterate(made)) return undefined;
    const name = nameOf(f);
    throw new TypeError(
      `cooperate: the function${name === '' ? '' : ` ${name}`} must return an iterator (as generator ` +
        `functions do) or a Promise (as async functions do), not ${describe(made)}`,
    );
  }

  /**
   * Sets the iterator. Returns false if `work` is neither an iterator nor an iterable.
   * @param {any} work
   */
  #iterate(work) {
    if (work === null || work === undefined) return false;
    let iterator = work;
    let { next } = work;
    let isAsync = typeof work[Symbol.asyncIterator] === 'function';
    if (typeof next === 'function') {
      // The generators of ready-made work are both, for `yield*`.
      isAsync &&= typeof work[Symbol.iterator] !== 'function';
    } else {
      if (isAsync) iterator = openAsyncIterator(work);
      else if (typeof work[Symbol.iterator] === 'function') iterator = work[Symbol.iterator]();
      else return false;
      next = iterator?.next;
      if (typeof next !== 'function') {
        throw new TypeError(`cooperate: the iterable's iterator must have a method next, not be ${describe(iterator)}`);
      }
    }
    this.iterator = iterator;
    this.#next = next;
    this.plain = hasComputedNext(iterator) ? new PlainIterator(iterator, next) : iterator;
    this.isAsync = isAsync;
    return true;
  }

  /**
   * Requests the next step. Nothing is sent into an iterator that is shared (J2).
   * @param {any} [sent]
   * @returns {any} a step, or the promise of one
   */
  next(...sent) {
    try {
      return Reflect.apply(this.#next, this.iterator, this.#isShared() ? [] : sent);
    } catch (error) {
      this.exhausted = true;
      throw error;
    }
  }

  /**
   * Throws an error into the iterator, at its `yield` (J2). If it cannot take errors, throws the error itself.
   * @param {unknown} error
   * @returns {any} a step, or the promise of one
   */
  throw(error) {
    if (this.#isShared() || typeof this.iterator.throw !== 'function') throw error;
    try {
      return this.iterator.throw(error);
    } catch (thrown) {
      this.exhausted = true;
      throw thrown;
    }
  }

  // If a member of a step cannot be read, the iterator is not closed, as by a `for` loop.

  /** @param {any} step */
  stepDone(step) {
    try {
      return step?.done;
    } catch (error) {
      this.exhausted = true;
      throw error;
    }
  }

  /** @param {any} step */
  stepValue(step) {
    try {
      return step.value;
    } catch (error) {
      this.exhausted = true;
      throw error;
    }
  }

  /**
   * Returns true if a step is the last one.
   * @param {any} step
   * @param {any} [done]  its `done`, if that was read already
   * @throws {TypeError} if the step is not an object
   */
  isLast(step, done = this.stepDone(step)) {
    if ((typeof step !== 'object' && typeof step !== 'function') || step === null) {
      this.exhausted = true;
      throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
    }
    if (!done) return false;
    this.exhausted = true;
    return true;
  }

  /**
   * Closes the iterator, so that its `finally` blocks run (J3). An iterator that has ended by itself, or that another
   * source uses, is left alone. May throw the error of the clean-up.
   * @returns {any} what `return` has returned: a step, or the promise of one; undefined: there is nothing to wait for
   */
  close() {
    this.#function = undefined;
    if (!this.release() || this.exhausted) return undefined;
    return this.iterator?.return?.();
  }
}
