// Checks of the arguments that all ready-made work has in common. `name` is that of the called function.

import { describe, mustBe, readOnce } from '../util/argument-errors.js';

/** @param {string} name @param {any} iterable */
export function checkIterable(name, iterable) {
  if (typeof iterable === 'function') {
    throw new TypeError(
      `${name}: iterable must be an iterable, not ${describe(iterable)}; ` +
        `to process the result of other work, write ${name}(yield* work, ...)`,
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

/**
 * @param {string} name @param {any} options @param {string[]} [names]
 * @returns {any}  the options as they were checked
 */
export function checkOptions(name, options, names = ['chunk']) {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw mustBe(`${name}: options`, 'an object', options);
  const read = readOnce(`${name}: options`, options, names);
  const { chunk } = read;
  if (chunk === undefined) return read;
  if (typeof chunk !== 'number') throw mustBe(`${name}: options.chunk`, 'a number', chunk);
  if (!(Number.isInteger(chunk) && chunk >= 1)) {
    throw new RangeError(`${name}: options.chunk must be an integer from 1, not ${chunk}`);
  }
  return read;
}

/**
 * Checks the arguments that loops have in common.
 * @param {string} name @param {any} iterable @param {unknown} f @param {any} options
 * @returns {import('./ready-work.js').ChunkOptions}  the options as they were checked
 */
export function checkLoop(name, iterable, f, options) {
  checkIterable(name, iterable);
  checkFunction(name, 'f', f);
  return checkOptions(name, options);
}

/** @param {string} name @param {unknown} limit */
export function checkLimit(name, limit) {
  if (typeof limit !== 'number') throw mustBe(`${name}: limit`, 'a number', limit);
  if (!(limit >= 1 && (Number.isInteger(limit) || limit === Infinity))) {
    throw new RangeError(`${name}: limit must be an integer from 1, or Infinity, not ${limit}`);
  }
}
