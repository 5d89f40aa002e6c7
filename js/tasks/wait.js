// wait: a typed `yield`, because TypeScript gives the value of `yield promise` the type any, or rejects it.

import { thenOf } from '../util/thenable.js';

/**
 * Waits for a promise inside a generator, as `await` does in an async function: `yield* wait(promise)` evaluates to the
 * promise's value, or throws its error. It does what `yield promise` does, and TypeScript knows the type of the value.
 *
 * Like `await` it also takes a value that is not a promise, and returns it at once, without ending the turn. Use it in
 * generators only: async functions and async generators have `await`.
 * @template T
 * @param {T} value  a Promise, a Deferred, another thenable or any other value
 * @returns {Generator<unknown, Awaited<T>, any>}
 * @example
 * const task = cooperate(function* ({ signal }) {
 *   const response = yield* wait(fetch('/prices.json', { signal }));
 *   const prices = yield* wait(response.json());
 *   return prices.length;
 * });
 */
export function* wait(value) {
  return thenOf(value) === undefined ? /** @type {any} */ (value) : yield value;
}
