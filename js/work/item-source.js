// Where a loop gets its items from: arrays by index, everything else through its iterator.

import { describe } from '../util/argument-errors.js';
import { openAsyncIterator } from '../util/async-iterator.js';
import { thenOf } from '../util/thenable.js';
import { leave } from '../util/work-protocol.js';

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
  /** Read once, as by a `for` loop. */
  #next;
  /** The iterator ended or failed by itself, so it must not be closed. */
  #ended = false;
  /** The last step was requested and has not arrived. */
  #isTaking = false;
  /** The latest item. @type {I} */
  item = /** @type {any} */ (undefined);

  /** @param {Items<I>} iterable */
  constructor(iterable) {
    const any = /** @type {any} */ (iterable);
    this.isAsync = typeof any[Symbol.asyncIterator] === 'function';
    this.#iterator = this.isAsync ? openAsyncIterator(any) : any[Symbol.iterator]();
    this.#next = this.#iterator.next;
  }

  /** Returns the iterator's next step; a promise of it if the source is async. */
  nextStep() {
    this.#isTaking = true;
    try {
      return Reflect.apply(this.#next, this.#iterator, []);
    } catch (error) {
      this.stepRejected();
      throw error;
    }
  }

  /** Notes that a step has failed. */
  stepRejected() {
    this.#isTaking = false;
    this.#ended = true;
  }

  /**
   * Takes the item out of a step. Returns false if the step has none because the iterator ended.
   * @param {any} step
   */
  interpretStep(step) {
    this.#isTaking = false;
    this.#ended = true; // An iterator whose step is unusable is not closed.
    if (typeof step !== 'object' || step === null) {
      throw new TypeError(`the iterator's next() must return an object { done, value }, not ${describe(step)}`);
    }
    const { done } = step;
    if (done === undefined && thenOf(step) !== undefined) {
      throw new TypeError(
        "the iterator's next() must return an object { done, value }, not a promise: " +
          'an async iterator belongs into [Symbol.asyncIterator]',
      );
    }
    if (done) return false;
    this.item = step.value;
    this.#ended = false;
    return true;
  }

  /** Closes the iterator unless it has ended. @returns {unknown}  a promise if the source is async */
  close() {
    if (this.#ended) return undefined;
    this.#ended = true;
    return this.#iterator.return?.();
  }

  /** A generator for `yield*`: closes the iterator because the loop is left, as `break` does. */
  *leave() {
    const closed = this.close();
    if (this.isAsync) yield* waitToClose(closed);
  }

  /** Closes the iterator when the loop was stopped, and lets the task wait for that. */
  closeStopped() {
    const closed = this.close();
    if (this.isAsync) leave(closed, true);
  }

  /**
   * A generator for `yield*`. Closes the iterator after an error, and drops errors of closing, as a `for` loop does. Waits
   * for that unless a step is pending: an async generator is closed only after it.
   * @param {{ error: unknown }} [failure]  is reported if the task is stopped meanwhile
   * @param {PromiseLike<unknown>[]} [others]  what to wait for besides
   */
  *closeAfterError(failure, others = []) {
    const closing = [...others];
    try {
      const isTaking = this.#isTaking;
      const closed = /** @type {PromiseLike<unknown>} */ (this.close());
      if (this.isAsync && !isTaking) closing.push(closed);
      else if (this.isAsync) void Promise.allSettled([closed]);
    } catch {
      // The first error is the one to report.
    }
    if (closing.length !== 0) yield* waitToClose(Promise.allSettled(closing), failure);
  }
}

/**
 * A generator for `yield*`: waits until something is closed. If the task is stopped meanwhile, it waits for that, too.
 * @param {unknown} closed
 * @param {{ error: unknown }} [failure]  the error that would have been thrown after that
 */
function* waitToClose(closed, failure) {
  let isStopped = true;
  try {
    yield closed;
    isStopped = false;
  } catch (error) {
    isStopped = false;
    throw error;
  } finally {
    if (isStopped) {
      leave(Promise.allSettled([closed]), true); // The task reports its error, for which it has waited.
      if (failure !== undefined) leave(Promise.reject(failure.error), false);
    }
  }
}
