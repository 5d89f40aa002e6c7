// Many Deferreds as one.

import { Deferred } from './main.js';
import { mustBe, readOnce } from '../util/argument-errors.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { thenOf } from '../util/thenable.js';
import { Outcome } from './outcome.js';

/**
 * The options of a DeferredList.
 *
 * ```js
 * const first = new DeferredList(mirrors.map(load), { fireOnOneCallback: true, consumeErrors: true });
 * ```
 * @typedef {object} DeferredListOptions
 * @property {boolean} [fireOnOneCallback]  fires as soon as one of the Deferreds has a value, with `[value, index]`;
 *   default: false
 * @property {boolean} [fireOnOneErrback]  fails as soon as one of the Deferreds fails, with a FirstError; default: false
 * @property {boolean} [consumeErrors]  a Deferred that fails has the value undefined afterwards, so that its error is
 *   not reported as unhandled; default: false, its error goes on to the errbacks that are added later
 */

const OPTIONS = ['fireOnOneCallback', 'fireOnOneErrback', 'consumeErrors'];

/**
 * How a Deferred ended: `[true, value]` or `[false, error]`.
 * @template T
 * @typedef {[succeeded: true, value: T] | [succeeded: false, error: any]} ListedResult
 */

/**
 * What a DeferredList fires with. With `fireOnOneCallback` these are the errors if all Deferreds fail.
 * @template T, O
 * @typedef {O extends { fireOnOneCallback: true }
 *   ? [value: T, index: number] | [succeeded: false, error: any][]
 *   : ListedResult<T>[]} DeferredListResult
 */

/**
 * The first error of a list of Deferreds; `cause` is the error.
 * @example
 * gatherResults([loadUser(id), loadPosts(id)]).addErrback((error) => {
 *   if (error instanceof FirstError) console.error(error.cause);
 * });
 */
export class FirstError extends Error {
  /** @param {unknown} error @param {number} index  of the Deferred in the list */
  constructor(error, index) {
    super(`the Deferred at index ${index} failed; the cause of this error is the error that it failed with`, {
      cause: error,
    });
    /** The index of the Deferred that failed. */
    this.index = index;
  }
}
// A minifier may rename the class, but not this string.
Object.defineProperty(FirstError.prototype, 'name', { value: 'FirstError', configurable: true, writable: true });

/**
 * A Deferred that fires when all Deferreds of a list have fired, with a list of how each ended: `[true, value]` or
 * `[false, error]`. With the options it can fire at the first value or error.
 *
 * It looks at the place of their chains where they are when it is created: callbacks that were added before change what
 * it receives, and callbacks that are added later receive the result after it. Cancelling it cancels all of them, unless
 * it has fired.
 * @template T
 * @template {DeferredListOptions} [O = {}]
 * @extends {Deferred<DeferredListResult<T, O>>}
 * @example
 * const results = await new DeferredList([loadUser(id), loadPosts(id)], { consumeErrors: true });
 * for (const [succeeded, result] of results) console.log(succeeded ? result : `failed: ${result}`);
 */
export class DeferredList extends Deferred {
  /**
   * @param {Iterable<PromiseLike<T>>} list  Deferreds; Promises and other thenables, too
   * @param {O} [options]
   * @throws {TypeError} if an argument is invalid
   * @throws {RangeError} if the list is empty and fireOnOneCallback is set: it would never fire
   */
  constructor(list, options) {
    const { fireOnOneCallback, fireOnOneErrback, consumeErrors } = optionsOf('DeferredList', OPTIONS, options);
    const deferreds = deferredsOf('DeferredList', list);
    if (fireOnOneCallback && deferreds.length === 0) {
      throw new RangeError('DeferredList: list must not be empty with fireOnOneCallback: it would never fire');
    }
    const outcome = new Outcome(() => cancelAll(deferreds));
    super(outcome.canceller);
    outcome.fires(this);

    /** @type {ListedResult<any>[]} */
    const results = new Array(deferreds.length);
    let missing = deferreds.length;
    /** @param {number} index @param {boolean} succeeded @param {any} result */
    const receive = (index, succeeded, result) => {
      results[index] = [succeeded, result];
      missing--;
      if (outcome.called) return;
      if (succeeded && fireOnOneCallback) outcome.callback([result, index]);
      else if (!succeeded && fireOnOneErrback) outcome.errback(new FirstError(result, index));
      else if (missing === 0) outcome.callback(results);
    };
    if (missing === 0) outcome.callback(results);
    deferreds.forEach((deferred, index) => {
      const consumes = consumeErrors || ours.has(deferred);
      deferred.addBoth((result, failed) => {
        receive(index, !failed, result);
        if (!failed) return result;
        if (!consumes) throw result;
        return undefined;
      });
    });
  }
}

/**
 * Waits for all Deferreds of a list, and returns a Deferred with a list of their values. If one fails, it fails at once
 * with a FirstError, whose `cause` is the error. Cancelling it cancels all of them.
 *
 * `Promise.all` does the same for Promises, but returns one that cannot be cancelled and has no callbacks that run at
 * once.
 * @template {readonly PromiseLike<any>[] | []} L
 * @overload
 * @param {L} list  Deferreds; Promises and other thenables, too
 * @param {{ consumeErrors?: boolean }} [options]  as those of DeferredList
 * @returns {Deferred<{ -readonly [K in keyof L]: Awaited<L[K]> }>}
 * @throws {TypeError} if an argument is invalid
 * @example
 * const [user, posts] = await gatherResults([loadUser(id), loadPosts(id)], { consumeErrors: true });
 */
/**
 * @template T
 * @overload
 * @param {Iterable<PromiseLike<T>>} list  Deferreds; Promises and other thenables, too
 * @param {{ consumeErrors?: boolean }} [options]  as those of DeferredList
 * @returns {Deferred<T[]>}
 */
/**
 * @param {Iterable<PromiseLike<any>>} list
 * @param {{ consumeErrors?: boolean }} [options]
 * @returns {Deferred<any>}
 */
export function gatherResults(list, options) {
  const { consumeErrors } = optionsOf('gatherResults', ['consumeErrors'], options);
  const deferreds = deferredsOf('gatherResults', list);
  return new DeferredList(deferreds, { fireOnOneErrback: true, consumeErrors }).addCallback((results) =>
    results.map(([, value]) => value),
  );
}

/** @param {string} name @param {string[]} names @param {any} options @returns {DeferredListOptions} */
function optionsOf(name, names, options = {}) {
  if (typeof options !== 'object' || options === null) throw mustBe(`${name}: options`, 'an object', options);
  return readOnce(`${name}: options`, options, names);
}

/** Deferreds that stand for another thenable of a list. Nobody else can handle their errors. */
const ours = new WeakSet();

/** @param {string} name @param {any} list @returns {Deferred<any>[]} */
function deferredsOf(name, list) {
  if (typeof list?.[Symbol.iterator] !== 'function') {
    throw mustBe(`${name}: list`, 'an iterable of Deferreds', list);
  }
  const items = [...list];
  items.forEach((item, index) => {
    if (thenOf(item) === undefined) throw mustBe(`${name}: list[${index}]`, 'a Deferred or another thenable', item);
  });
  return items.map((item) => {
    if (item instanceof Deferred) return item;
    const deferred = Deferred.fromPromise(item);
    ours.add(deferred);
    return deferred;
  });
}

/** @param {Deferred<any>[]} deferreds */
function cancelAll(deferreds) {
  for (const deferred of deferreds) {
    try {
      deferred.cancel();
    } catch (error) {
      reportUnhandled(error);
    }
  }
}
