// Where the items of a loop come from.

import { describe } from '../util/argument-errors.js';

/** @template I @typedef {import('./ready-work.js').Items<I>} Items */

/**
 * How many items there are, where that is known: arrays, sets, maps, the DOM's lists, ranges.
 * @param {any} iterable
 * @returns {number | undefined}
 */
export function lengthOf(iterable) {
  if (typeof iterable !== 'object') return undefined; // a string's length is not the number of its characters
  const { length, size } = iterable;
  return [length, size].find((count) => typeof count === 'number' && count >= 0 && count < Infinity);
}

const arrayValues = Array.prototype.values;
const typedArrayValues = Uint8Array.prototype.values;

/**
 * Can the items be had by their indices, with no iterator between?
 * @param {any} iterable
 * @returns {boolean}
 */
export function isIndexed(iterable) {
  const values = iterable[Symbol.iterator];
  return (
    (values === arrayValues && Array.isArray(iterable)) || (values === typedArrayValues && ArrayBuffer.isView(iterable))
  );
}

/**
 * The iterator of an iterable, which is closed when it is left early, as a `for` loop does.
 * @template I
 */
export class Steps {
  #iterator;
  /** It has ended by itself: there is nothing to close. */
  #ended = false;
  /** The latest. @type {I} */
  item = /** @type {any} */ (undefined);

  /** @param {Items<I>} iterable */
  constructor(iterable) {
    const any = /** @type {any} */ (iterable);
    this.asynchronous = typeof any[Symbol.asyncIterator] === 'function';
    this.#iterator = this.asynchronous ? any[Symbol.asyncIterator]() : any[Symbol.iterator]();
  }

  /** Asks for a step; of an async iterable, for a promise of one. */
  ask() {
    try {
      return this.#iterator.next();
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  /** The promise of a step was broken. */
  fail() {
    this.#ended = true;
  }

  /**
   * Looks at a step: is there an item?
   * @param {any} step
   */
  take(step) {
    if (typeof step !== 'object' || step === null) {
      this.#ended = true;
      throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
    }
    if (step.done) this.#ended = true;
    else this.item = step.value;
    return !this.#ended;
  }

  /** Closes it if it has not ended. @returns {unknown}  of an async iterable, a promise */
  close() {
    if (this.#ended) return undefined;
    this.#ended = true;
    return this.#iterator.return?.();
  }

  /** A generator for `yield*`: closes it after an error, which is the one to be told, whatever closing it throws. */
  *closeQuietly() {
    try {
      const closed = this.close();
      if (this.asynchronous) yield closed;
    } catch {
      // as a `for` loop has it
    }
  }
}
