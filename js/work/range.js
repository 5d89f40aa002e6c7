// Ranges of numbers to loop over.

import { mustBe } from '../util/argument-errors.js';

/**
 * An iterable of numbers that knows its length and can be iterated any number of times.
 * @typedef {{ [Symbol.iterator](): Iterator<number, void>, readonly length: number }} Range
 */

/**
 * The numbers from 0 up to, but not including, `end`. In `cooperate(range(n))` or `yield* range(n)` each is a turn.
 * @example
 * await cooperate(forEach(range(1000), (n) => draw(n)));
 * @overload
 * @param {number} end  may be Infinity
 * @returns {Range}
 */
/**
 * The numbers from `start` up to, but not including, `end`; or down to it if `step` is negative.
 * @example
 * console.log([...range(10, 0, -5)]); // [10, 5]
 * @overload
 * @param {number} start
 * @param {number} end  may be infinite
 * @param {number} [step]  not 0; default: 1
 * @returns {Range}
 */
/**
 * @param {number} first @param {number} [second] @param {number} [step]
 * @returns {Range}
 */
export function range(first, second, step = 1) {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  for (const [name, value] of Object.entries({ start, end, step })) {
    if (typeof value !== 'number') throw mustBe(`range: ${name}`, 'a number', value);
    const valid = Number.isFinite(value) || (name === 'end' && !Number.isNaN(value));
    if (!valid) throw new RangeError(`range: ${name} must be a ${name === 'end' ? '' : 'finite '}number, not ${value}`);
  }
  if (step === 0) throw new RangeError('range: step must not be 0, since the range would never end');
  const length = Math.max(0, Math.ceil((end - start) / step));
  return {
    length,
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield start + index * step;
    },
  };
}
