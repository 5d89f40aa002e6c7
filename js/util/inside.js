// The inside of public objects, where a Proxy around them does not hide it: stores of reactive state wrap what they
// keep, and a private member cannot be read through the wrapper.

const INSIDE = Symbol('inside');

/**
 * Sets the inside of an object. An ordinary property, because Object.defineProperty takes an eighth of the time that it
 * takes to add a task.
 * @param {any} object
 * @param {{ [Symbol.iterator]: undefined, toJSON(): string }} inside  stores wrap no iterables, so it has the key of one;
 *   tests that fail print the result of `toJSON`
 */
export function setInside(object, inside) {
  object[INSIDE] = inside;
}

/**
 * @param {object} object  the object or a Proxy around it
 * @returns {any} its inside
 */
export function insideOf(object) {
  return /** @type {any} */ (object)[INSIDE];
}

/** The key of the method that console.log calls in Node, Deno and Bun. @type {symbol} */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');
