// At which item a loop failed: told beside the error, which stays the one that was thrown.

import { isObject } from '../util/thenable.js';

/** @type {WeakMap<object, number>} */
const indices = new WeakMap();

/**
 * The index of the item at which `forEach`, `map`, `filter`, `reduce` or `parallel` failed, from the error that it
 * failed with; of nested ones, the index in the outermost that the error has come through. Undefined for any other
 * error, and for what is thrown and is no object.
 * @param {unknown} error
 * @returns {number | undefined}
 */
export function failedAt(error) {
  return isObject(error) ? indices.get(error) : undefined;
}

/** @param {unknown} error @param {number} index */
export function noteFailure(error, index) {
  if (isObject(error)) indices.set(error, index);
}
