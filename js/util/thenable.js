// Thenables: promises and any other object with a `then` method.

import { apply } from './platform.js';
import { reserveStack } from './stack.js';

/**
 * Returns true for objects and functions, the values that can have a `then`.
 * @param {unknown} value
 * @returns {value is object}
 */
export function isObject(value) {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}

/**
 * Returns the `then` method of a thenable, undefined for any other value. Reads the property once, as a Promise does,
 * and lets an error of its getter through.
 * @param {any} value
 * @returns {Function | undefined}
 */
export function thenOf(value) {
  if (!isObject(value)) return undefined;
  const { then } = /** @type {any} */ (value);
  return typeof then === 'function' ? then : undefined;
}

const { then: thenOfPromise } = Promise.prototype;

/**
 * Subscribes to a thenable with the guarantees of a Promise: calls exactly one of the callbacks, once, even if the
 * thenable calls both or throws. If the thenable resolves to another thenable, that one is subscribed to in turn.
 * Calls back synchronously if the thenable does.
 * @param {any} thenable
 * @param {Function} then  the result of `thenOf(thenable)`
 * @param {(value: any) => void} onValue
 * @param {(error: unknown) => void} onError
 */
export function subscribe(thenable, then, onValue, onError) {
  if (then === thenOfPromise && thenable instanceof Promise) {
    try {
      apply(then, thenable, [onValue, onError]);
    } catch (error) {
      onError(error); // It only inherits from Promise, or its constructor has thrown.
    }
    return;
  }
  let next = subscribeToOne(thenable, then, onValue, onError);
  // Thenables that call back at once are followed in a loop: each may resolve to the next one, thousands of times.
  while (next !== undefined) next = subscribeToOne(next.thenable, next.then, onValue, onError);
}

/**
 * Returns the thenable to which this one resolved at once, if it did.
 * @param {any} thenable
 * @param {Function} then
 * @param {(value: any) => void} onValue
 * @param {(error: unknown) => void} onError
 * @returns {{ thenable: any, then: Function } | undefined}
 */
function subscribeToOne(thenable, then, onValue, onError) {
  let settled = false;
  let calling = true;
  /** @type {{ thenable: any, then: Function } | undefined} */
  let following;
  /** @param {unknown} error */
  const fail = (error) => {
    if (settled) return;
    reserveStack(); // if it throws, the thenable may call again
    settled = true;
    onError(error);
  };
  try {
    apply(then, thenable, [
      (/** @type {any} */ value) => {
        if (settled) return;
        reserveStack();
        let next;
        try {
          if (value === thenable) throw new TypeError('a thenable cannot resolve to itself');
          next = thenOf(value);
        } catch (error) {
          fail(error);
          return;
        }
        settled = true;
        if (next === undefined) onValue(value);
        else if (calling) following = { thenable: value, then: next };
        else subscribe(value, next, onValue, onError);
      },
      fail,
    ]);
  } catch (error) {
    fail(error);
  }
  calling = false;
  return following;
}
