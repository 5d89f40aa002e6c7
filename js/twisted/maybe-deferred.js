// Deferreds for results that are there already, or may be.

import { Deferred } from './main.js';
import { mustBe } from '../util/argument-errors.js';

/**
 * Creates a Deferred that has fired with a value, or fires with the result of a thenable: `Deferred.succeed`.
 * @template T
 * @param {T | PromiseLike<T>} value
 * @returns {Deferred<T>}
 * @example
 * const cached = (key) => (cache.has(key) ? succeed(cache.get(key)) : load(key));
 */
export function succeed(value) {
  return Deferred.succeed(value);
}

/**
 * Creates a Deferred that has fired with an error: `Deferred.fail`.
 * @param {unknown} error
 * @returns {Deferred<never>}
 * @example
 * const checked = (key) => (key === '' ? fail(new RangeError('key must not be empty')) : load(key));
 */
export function fail(error) {
  return Deferred.fail(error);
}

/**
 * Calls a function that may return a value, a Deferred or a Promise, or may throw, and returns a Deferred in any case:
 * the one that it returned, or one that fires with what it returned or threw.
 * @template {any[]} A
 * @template R
 * @param {(...args: A) => R} f
 * @param {A} args  the arguments of f
 * @returns {Deferred<Awaited<R>>}
 * @throws {TypeError} if f is not a function
 * @example
 * maybeDeferred(handler, request).addCallbacks(send, sendError);
 */
export function maybeDeferred(f, ...args) {
  if (typeof f !== 'function') throw mustBe('maybeDeferred: f', 'a function', f);
  /** @type {any} */
  let result;
  try {
    result = f(...args);
  } catch (error) {
    return Deferred.fail(error);
  }
  return result instanceof Deferred ? result : Deferred.succeed(result);
}
