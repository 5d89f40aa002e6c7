// The failures among settled results, as one error.

import { mustBe } from '../util/argument-errors.js';

/**
 * Returns the failures among the results of `parallel` with `settle`, or of Promise.allSettled, as one AggregateError;
 * undefined if there are none. Its `errors` are in the order of the items, and `failedAt` knows their indices.
 *
 * @example
 * const results = yield* parallel(urls, 4, load, { settle: true });
 * const failures = failuresOf(results);
 * if (failures) throw failures;
 * @param {readonly PromiseSettledResult<unknown>[]} results
 * @returns {AggregateError | undefined}
 * @throws {TypeError} if results is not an array
 */
export function failuresOf(results) {
  if (!Array.isArray(results)) throw mustBe('failuresOf: results', 'an array of settled results', results);
  const rejected = results.filter((result) => result?.status === 'rejected');
  if (rejected.length === 0) return undefined;
  const errors = rejected.map(({ reason }) => reason);
  return new AggregateError(errors, `${errors.length} of ${results.length} items failed`);
}
