// The form of all ready-made work.

import { inAsyncGenerator } from '../tasks/in-async-generator.js';
import { LISTENS, STARTS_WORK } from '../util/work-protocol.js';

/**
 * Work that can be passed to `cooperate` and also used in other work with `yield*`. Each use starts from the beginning.
 * `yield* work(context)` reports its progress as that of the task with this context, and passes on the reason why the
 * task was stopped.
 * @template T
 * @typedef {((context?: Context) => Generator<unknown, T, any>)
 *   & { [Symbol.iterator](): Generator<unknown, T, any> }} ReadyWork
 */

/** @typedef {(done: number, total?: number) => void} Progress */

/**
 * The part of a task's context that ready-made work uses.
 * @typedef {{ progress: Progress, signal?: AbortSignal }} Context
 */

/** @template I @typedef {Iterable<I> | AsyncIterable<I>} Items */

/**
 * The options of a loop.
 *
 * ```js
 * await cooperate(forEach(files, parse, { chunk: 1 })); // one file in each turn
 * ```
 * @typedef {object} ChunkOptions
 * @property {number} [chunk]  the number of items in a turn, an integer from 1; default: as many as keep turns short
 */

/** The property of all ready-made work. */
const iterateAsync = {
  configurable: true,
  /** @this {Iterable<any>} */
  value() {
    return inAsyncGenerator(/** @type {Generator<any, any, any>} */ (this[Symbol.iterator]()));
  },
};

/**
 * @template T
 * @param {string} name
 * @param {(progress?: Progress, context?: Context) => Generator<unknown, T, any>} start
 * @returns {ReadyWork<T>}
 */
export function readyWork(name, start) {
  const work = (/** @type {Context | undefined} */ context) => {
    const isHeard = /** @type {any} */ (context)?.[LISTENS] !== false;
    const generator = start(isHeard ? context?.progress : undefined, context);
    const startsWork = /** @type {any} */ (context)?.[STARTS_WORK];
    if (startsWork === true) return generator; // The next lines would make short work a fifth slower.
    // The signal of a context that is not of a task may not stop what asks for the iterator.
    const ofTask = startsWork === false ? context : undefined;
    /** @type {any} */ (generator)[Symbol.asyncIterator] = () => inAsyncGenerator(generator, ofTask?.signal);
    return generator;
  };
  return Object.defineProperties(/** @type {any} */ (work), {
    name: { value: name },
    [Symbol.iterator]: { value: () => start() },
    [Symbol.asyncIterator]: iterateAsync,
  });
}
