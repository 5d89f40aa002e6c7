// What a loop's callback may return: a value, a promise, a task, or work.

import { setImmediate, setTimeout } from '../util/platform.js';
import { thenOf } from '../util/thenable.js';
import { isWork, leave } from '../util/work-protocol.js';

/**
 * @template O
 * @typedef {O | PromiseLike<O> | { whenDone(): PromiseLike<O>, stop(): void, readonly state: string }
 *   | Generator<unknown, O, any> | AsyncGenerator<unknown, O, any> | import('./ready-work.js').ReadyWork<O>
 * } CallbackResult
 */

/**
 * The value that such a result settles to.
 * @template O
 * @typedef {O extends { whenDone(): PromiseLike<infer T>, stop(): void } ? T
 *   : O extends import('./ready-work.js').ReadyWork<infer T> ? Awaited<T>
 *   : O extends Generator<any, infer T, any> ? Awaited<T>
 *   : O extends AsyncGenerator<any, infer T, any> ? Awaited<T>
 *   : Awaited<O>} Settled
 */

/**
 * Returns what to wait for: the outcome of a task, or any other result itself.
 * @param {any} result
 */
export function awaitableOf(result) {
  const isObject = typeof result === 'object' && result !== null;
  return isObject && typeof result.whenDone === 'function' ? result.whenDone() : result;
}

/**
 * Returns true for what `settle` waits for or runs.
 * @param {any} result
 */
export function isAwaited(result) {
  return thenOf(result) !== undefined || isWork(result);
}

/**
 * A generator for `yield*`: waits for a thenable, and runs work as `yield*` does. Returns the value.
 * @param {any} result
 * @returns {Generator<unknown, any, any>}
 */
export function* settle(result) {
  let value = result;
  while (isAwaited(value)) {
    if (thenOf(value) !== undefined) return yield value;
    if (typeof value[Symbol.iterator] === 'function') value = yield* stoppable(value);
    else value = yield* runAsync(value);
  }
  return value;
}

/**
 * For `yield*`: an iterator that does what the generator of work does, except that it ends at once when it is stopped. If
 * it had turns after that, the loop would go on with the next item. What the clean-up still has to do is left to the task.
 * @param {Iterable<unknown>} work
 */
function stoppable(work) {
  const generator = /** @type {Generator<unknown, any, any>} */ (work[Symbol.iterator]());
  return {
    next: (/** @type {any} */ value) => generator.next(value),
    throw: (/** @type {unknown} */ error) => generator.throw(error),
    return(/** @type {any} */ value) {
      const step = generator.return(value);
      if (!step.done) leave(cleanUp(generator, step), true);
      return { done: true, value };
    },
    [Symbol.iterator]() {
      return this;
    },
  };
}

/** Runs the rest of a clean-up. @param {Generator<unknown, any, any>} generator @param {IteratorResult<unknown>} step */
async function cleanUp(generator, step) {
  while (!step.done) {
    const isWait = thenOf(step.value) !== undefined;
    try {
      const value = await (isWait ? step.value : new Promise((resolve) => (setImmediate ?? setTimeout)(resolve, 0)));
      step = generator.next(isWait ? value : undefined);
    } catch (error) {
      step = generator.throw(error);
    }
  }
}

/**
 * A generator for `yield*`: runs an async generator.
 * @param {AsyncGenerator<unknown, any, any>} generator
 * @returns {Generator<unknown, any, any>}
 */
function* runAsync(generator) {
  let hasEnded = false;
  /** @type {Promise<IteratorResult<unknown, any>>} */
  let promised = generator.next();
  try {
    for (;;) {
      let step;
      try {
        step = yield promised;
      } catch (error) {
        hasEnded = true;
        throw error;
      }
      if (step.done) {
        hasEnded = true;
        return step.value;
      }
      try {
        const { value } = step;
        const settled = yield value;
        promised = generator.next(thenOf(value) === undefined ? value : settled); // as a task does
      } catch (error) {
        promised = generator.throw(error);
      }
    }
  } finally {
    if (!hasEnded) leave(generator.return(undefined), true); // It was stopped.
  }
}
