// Numbers to loop over.

import { mustBe } from '../util/argument-errors.js';

/**
 * An iterable of numbers, which knows how many they are and can be gone through any number of times.
 * @typedef {Iterable<number, void> & { readonly length: number }} Range
 */

/**
 * The numbers from 0, or from `start`, up to but without `end`. Given to `cooperate`, or to `yield*`, each is a turn.
 * @overload
 * @param {number} end  may be Infinity
 * @returns {Range}
 */
/**
 * The numbers from `start` up to but without `end`, or down to it where `step` is below 0.
 * @overload
 * @param {number} start
 * @param {number} end  may be infinite
 * @param {number} [step]  not 0; 1 where it is not given
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
    const finite = Number.isFinite(value) || (name === 'end' && !Number.isNaN(value));
    if (!finite) throw new RangeError(`range: ${name} must be a finite number, not ${value}`);
  }
  if (step === 0) throw new RangeError('range: step must not be 0, or there would be no end');
  const length = Math.max(0, Math.ceil((end - start) / step));
  return {
    length,
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield start + index * step;
    },
  };
}
