// Remembers at which item a loop failed. The index is kept beside the error, which stays the one that was thrown.

import { isObject } from '../util/thenable.js';

/** @type {WeakMap<object, number>} */
const indices = new WeakMap();

/**
 * Returns the index of the item at which a loop, `parallel` or `stream` failed with this error. In
 * nested loops it is the index in the outermost loop that the error passed through. Returns undefined for all other
 * errors, and for thrown values that are not objects.
 * @param {unknown} error
 * @returns {number | undefined}
 * @example
 * const task = cooperate(map(['{}', '[]', 'oops'], JSON.parse));
 * await task.catch((error) => console.log(`item ${failedAt(error)}: ${error.name}`)); // item 2: SyntaxError
 */
export function failedAt(error) {
  return isObject(error) ? indices.get(error) : undefined;
}

/** @param {unknown} error @param {number} index */
export function recordFailedAt(error, index) {
  if (isObject(error)) indices.set(error, index);
}
