// What all ready-made work has in common: its form, and what it accepts.

import { describe, mustBe } from '../util/argument-errors.js';

/**
 * Both a function to be given to `cooperate` and an iterable for `yield*`; each use begins anew. `yield* work(context)`
 * tells its progress as that of the task whose context it is, and hands on why that task was stopped.
 * @template T
 * @typedef {((context?: Context) => Generator<unknown, T, any>)
 *   & { [Symbol.iterator](): Generator<unknown, T, any> }} ReadyWork
 */

/** @typedef {(done: number, total?: number) => void} Progress */

/**
 * What is used of a task's context.
 * @typedef {{ progress: Progress, signal?: AbortSignal }} Context
 */

/** @template I @typedef {Iterable<I> | AsyncIterable<I>} Items */

/**
 * @typedef {object} ChunkOptions
 * @property {number} [chunk]  how many items a turn takes; where it is not given, as many as keep a turn short
 */

/**
 * @template T
 * @param {string} name
 * @param {(progress?: Progress, context?: Context) => Generator<unknown, T, any>} start
 * @returns {ReadyWork<T>}
 */
export function ready(name, start) {
  const work = (/** @type {Context | undefined} */ context) => start(context?.progress, context);
  return Object.defineProperties(/** @type {any} */ (work), {
    name: { value: name },
    [Symbol.iterator]: { value: () => start() },
  });
}

/** @param {string} name @param {any} iterable */
export function checkItems(name, iterable) {
  if (typeof iterable === 'function') {
    throw new TypeError(
      `${name}: iterable must have items, not be ${describe(iterable)}; of work, pass on the result: ` +
        `${name}(yield* work, ...)`,
    );
  }
  if (typeof iterable?.[Symbol.asyncIterator] !== 'function' && typeof iterable?.[Symbol.iterator] !== 'function') {
    throw mustBe(`${name}: iterable`, 'an iterable or an async iterable', iterable);
  }
}

/** @param {string} name @param {string} parameter @param {unknown} f */
export function checkFunction(name, parameter, f) {
  if (typeof f !== 'function') throw mustBe(`${name}: ${parameter}`, 'a function', f);
}

/** @param {string} name @param {any} options */
export function checkOptions(name, options) {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw mustBe(`${name}: options`, 'an object', options);
  }
  const chunk = options?.chunk;
  if (chunk === undefined) return;
  if (typeof chunk !== 'number') throw mustBe(`${name}: options.chunk`, 'a number', chunk);
  if (!(Number.isInteger(chunk) && chunk >= 1)) {
    throw new RangeError(`${name}: options.chunk must be an integer from 1, not ${chunk}`);
  }
}
