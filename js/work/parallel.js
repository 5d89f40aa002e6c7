// Work that runs a function for many items at a time, up to a limit.

import { inAsyncGenerator } from '../tasks/in-async-generator.js';
import { mustBe } from '../util/argument-errors.js';
import { tellsOfStop } from '../util/stop-errors.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { leave, strays } from '../util/work-protocol.js';
import { checkFunction, checkIterable, checkLimit, checkOptions } from './argument-checks.js';
import { recordFailedAt } from './failed-at.js';
import { ItemSource, lengthOf } from './item-source.js';
import { Jobs } from './jobs.js';
import { readyWork } from './ready-work.js';
import { StreamIterator } from './stream.js';

/** @template O @typedef {import('./callback-result.js').Settled<O>} Settled */
/** @template I @typedef {import('./ready-work.js').Items<I>} Items */
/** @template T @typedef {import('./ready-work.js').ReadyWork<T>} ReadyWork */

/**
 * The options of `parallel`.
 *
 * ```js
 * const results = yield* parallel(urls, 4, load, { settle: true });
 * ```
 * @template {boolean} [S = boolean]
 * @typedef {object} ParallelOptions
 * @property {S} [settle]  true: errors stop nothing, and the results are those of Promise.allSettled, for
 *   `failuresOf` or by themselves; default: false
 */

/**
 * Ready-made work whose results can also be had as they come, with `for await`.
 * @template T
 * @typedef {ReadyWork<T[]> & { [Symbol.asyncIterator](): AsyncIterator<T, T[], any> }} ParallelWork
 */

/**
 * Calls `fn` for each item and waits for the results, for at most `limit` at a time. Collects them in an array, in the
 * order of the items. Items that are promises are awaited first, as p-map and streaming-iterables do. The first error
 * fails the work; later errors are dropped, as in Promise.all. When the work fails or is stopped, it stops what is still
 * running: tasks with `stop`, Deferreds with `cancel`, anything else through the signal. It ends after the clean-ups of
 * the tasks. Errors that come after it was stopped are reported.
 *
 * `for await` over the work, in place of running it as a task, is `stream` with `ordered`.
 * @example
 * const results = yield* parallel(urls, 4, (url, index, { signal }) => fetch(url, { signal }), { settle: true });
 * const loaded = results.filter(({ status }) => status === 'fulfilled');
 * @template I, O
 * @overload
 * @param {Items<I>} iterable
 * @param {number} limit  an integer from 1, or Infinity
 * @param {(item: Awaited<I>, index: number, context: { signal: AbortSignal }) => O} fn
 * @param {ParallelOptions<true> & { settle: true }} options
 * @returns {ParallelWork<PromiseSettledResult<Settled<O>>>}
 */
/**
 * Calls `fn` for each item and waits for the results, for at most `limit` at a time. Collects them in an array, in the
 * order of the items. Items that are promises are awaited first, as p-map and streaming-iterables do. The first error
 * fails the work; later errors are dropped, as in Promise.all. When the work fails or is stopped, it stops what is still
 * running: tasks with `stop`, Deferreds with `cancel`, anything else through the signal. It ends after the clean-ups of
 * the tasks. Errors that come after it was stopped are reported.
 *
 * `for await` over the work, in place of running it as a task, is `stream` with `ordered`.
 * @example
 * const pages = await cooperate(parallel(urls, 4, (url, index, { signal }) => fetch(url, { signal })));
 * @template I, O
 * @overload
 * @param {Items<I>} iterable
 * @param {number} limit  an integer from 1, or Infinity
 * @param {(item: Awaited<I>, index: number, context: { signal: AbortSignal }) => O} fn
 * @param {ParallelOptions<false>} [options]
 * @returns {ParallelWork<Settled<O>>}
 */
/**
 * @param {Items<any>} iterable
 * @param {number} limit
 * @param {(item: any, index: number, context: { signal: AbortSignal }) => any} fn
 * @param {ParallelOptions} [options]
 * @returns {ParallelWork<any>}
 */
export function parallel(iterable, limit, fn, options) {
  checkIterable('parallel', iterable);
  checkLimit('parallel', limit);
  checkFunction('parallel', 'fn', fn);
  const { settle = false } = checkOptions('parallel', options, ['settle']);
  if (typeof settle !== 'boolean') {
    throw mustBe('parallel: options.settle', 'a boolean', settle);
  }
  const work = readyWork('parallel', function* (progress, context) {
    const total = progress && lengthOf(iterable);
    /** @type {any[]} */
    const results = [];
    let done = 0;
    const jobs = new Jobs('parallel', fn, settle, (index, result) => {
      results[index] = result;
      progress?.(++done, total);
    });
    const source = new ItemSource(iterable);
    try {
      for (let index = 0; ; index++) {
        while (jobs.running.size >= limit) yield* waitForChange(jobs);
        jobs.throwIfFailed();
        const more = source.interpretStep(yield* awaitStep(source, jobs, index));
        jobs.throwIfFailed(); // The iterator's own code may have caused a job to fail.
        if (!more) break;
        jobs.start(source.item, index);
        yield;
      }
      while (jobs.running.size > 0) yield* waitForChange(jobs);
      return results;
    } catch (error) {
      jobs.failure = { error };
      jobs.stop(() => error);
      if (jobs.strays.length !== 0) yield strays(jobs.strays.splice(0));
      yield* source.closeAfterError(undefined, jobs.closing);
      jobs.failure = undefined;
      throw error;
    } finally {
      // These have an effect only if the work was stopped.
      const late = jobs.stop(() => context?.signal?.reason, true);
      // The work has not thrown it.
      if (jobs.failure && !tellsOfStop(jobs.failure.error, context?.signal?.reason)) {
        late.unshift(Promise.reject(jobs.failure.error));
      }
      for (const promise of [...late, ...jobs.strays]) leave(promise, false);
      if (jobs.closing.length !== 0) leave(Promise.allSettled(jobs.closing), true);
      source.closeStopped(); // last, because it may throw
    }
  });
  const iterate = () => new StreamIterator('parallel', iterable, limit, fn, { ordered: true, settle });
  return Object.defineProperty(/** @type {any} */ (work), Symbol.asyncIterator, {
    value: () => iterateOrRun(iterate, work),
  });
}

/**
 * Returns an iterator for `for await`, which yields the results as they come, and for `yield*` in an async generator, which
 * runs the work. The two differ in that `yield*` passes an argument to the first `next`.
 * @param {() => AsyncIterator<any>} iterate
 * @param {ReadyWork<any>} work
 * @returns {AsyncIterableIterator<any>}
 */
function iterateOrRun(iterate, work) {
  /** @type {any} */
  let inner;
  return {
    next(...args) {
      inner ??= args.length === 0 ? iterate() : inAsyncGenerator(work[Symbol.iterator]());
      return inner.next(...args);
    },
    return(value) {
      inner ??= iterate();
      return inner.return(value);
    },
    async throw(error) {
      if (inner?.throw === undefined) throw error;
      return inner.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * A generator for `yield*`: waits for the source's next step, but throws as soon as a job fails.
 * @param {ItemSource<any>} source @param {Jobs} jobs @param {number} index
 */
function* awaitStep(source, jobs, index) {
  /** @type {{ step: any } | { error: unknown } | undefined} */
  let settled;
  let step;
  let waits = true;
  try {
    step = source.nextStep();
    const then = source.isAsync ? thenOf(step) : undefined;
    if (then === undefined) {
      waits = false;
      return step;
    }
    subscribe(
      step,
      then,
      (value) => {
        settled = { step: value };
        jobs.onChange();
      },
      (error) => {
        source.stepRejected();
        settled = { error };
        jobs.onChange();
      },
    );
    while (settled === undefined) yield* waitForChange(jobs);
    waits = false;
  } catch (error) {
    if (error !== jobs.failure?.error) recordFailedAt(error, index);
    throw error;
  } finally {
    // The work was stopped, or a job has failed.
    if (waits && thenOf(step) !== undefined) jobs.strays.push(step);
  }
  if ('step' in settled) return settled.step;
  recordFailedAt(settled.error, index);
  throw settled.error;
}

/** A generator for `yield*`: waits until `jobs.onChange` is called; throws if a job has failed. @param {Jobs} jobs */
function* waitForChange(jobs) {
  yield new Promise((resolve) => {
    jobs.onChange = () => resolve(undefined);
  });
  jobs.throwIfFailed();
}
