// The inside of public objects, where a Proxy around them does not hide it: stores of reactive state wrap what they
// keep, and a private member cannot be read through the wrapper.

const INSIDE = Symbol('inside');

/**
 * Sets the inside of an object, once. It can be neither enumerated nor replaced, so that no store wraps it, too.
 * @param {object} object @param {object} inside
 */
export function setInside(object, inside) {
  Object.defineProperty(object, INSIDE, { value: inside });
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
