// Where a loop gets its items from: arrays by index, everything else through its iterator.

import { describe } from '../util/argument-errors.js';

/** @template I @typedef {import('./ready-work.js').Items<I>} Items */

/**
 * Returns the number of items if it is known: of arrays, sets, maps, DOM lists and ranges.
 * @param {any} iterable
 * @returns {number | undefined}
 */
export function lengthOf(iterable) {
  if (typeof iterable !== 'object') return undefined; // A string's length may differ from its number of characters.
  const { length, size } = iterable;
  return [length, size].find((count) => typeof count === 'number' && count >= 0 && count < Infinity);
}

const arrayValues = Array.prototype.values;
const typedArrayValues = Uint8Array.prototype.values;

/**
 * Returns true if reading the items by index is the same as iterating: for arrays and typed arrays whose iterator is
 * the built-in one.
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
 * An iterator and its latest item. Like a `for` loop, it closes the iterator if the loop ends before the iterator does.
 * @template I
 */
export class ItemSource {
  #iterator;
  /** The iterator ended or failed by itself, so it must not be closed. */
  #ended = false;
  /** The latest item. @type {I} */
  item = /** @type {any} */ (undefined);

  /** @param {Items<I>} iterable */
  constructor(iterable) {
    const any = /** @type {any} */ (iterable);
    this.isAsync = typeof any[Symbol.asyncIterator] === 'function';
    this.#iterator = this.isAsync ? any[Symbol.asyncIterator]() : any[Symbol.iterator]();
  }

  /** Returns the iterator's next step; a promise of it if the source is async. */
  nextStep() {
    try {
      return this.#iterator.next();
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  /** Notes that the promise of a step was rejected. */
  stepRejected() {
    this.#ended = true;
  }

  /**
   * Takes the item out of a step. Returns false if the step has none because the iterator ended.
   * @param {any} step
   */
  interpretStep(step) {
    if (typeof step !== 'object' || step === null) {
      this.#ended = true;
      throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
    }
    if (step.done) this.#ended = true;
    else this.item = step.value;
    return !this.#ended;
  }

  /** Closes the iterator unless it has ended. @returns {unknown}  a promise if the source is async */
  close() {
    if (this.#ended) return undefined;
    this.#ended = true;
    return this.#iterator.return?.();
  }

  /**
   * A generator for `yield*`. Closes the iterator after an error, and drops errors of closing, as a `for` loop does.
   */
  *closeAfterError() {
    try {
      const closed = this.close();
      if (this.isAsync) yield closed;
    } catch {
      // The first error is the one to report.
    }
  }
}
