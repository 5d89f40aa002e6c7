// Several things at a time, and no more of them than are wanted.

import { mustBe } from '../util/argument-errors.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { endOf } from './callback-result.js';
import { noteFailure } from './failed-at.js';
import { checkFunction, checkItems, checkOptions, ready } from './ready-work.js';
import { Steps, lengthOf } from './item-source.js';

/** @template O @typedef {import('./callback-result.js').Ended<O>} Ended */

/**
 * @template {boolean} [S = boolean]
 * @typedef {object} ParallelOptions
 * @property {S} [settle]  true: an error stops nothing, and the results are those of `Promise.allSettled`
 */

/**
 * Calls `fn` for each item and waits for what it returns, for at most `limit` of them at a time: a list of the results,
 * in the order of the items. The first error is the work's; the others are then stopped, as they are when the work is:
 * tasks by `stop`, Deferreds by `cancel`, all else by the signal.
 * @template I, O
 * @overload
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {number} limit  an integer from 1, or Infinity
 * @param {(item: I, index: number, context: { signal: AbortSignal }) => O} fn
 * @param {ParallelOptions<true> & { settle: true }} options
 * @returns {import('./ready-work.js').ReadyWork<PromiseSettledResult<Ended<O>>[]>}
 */
/**
 * Calls `fn` for each item and waits for what it returns, for at most `limit` of them at a time: a list of the results,
 * in the order of the items. The first error is the work's; the others are then stopped, as they are when the work is:
 * tasks by `stop`, Deferreds by `cancel`, all else by the signal.
 * @template I, O
 * @overload
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {number} limit  an integer from 1, or Infinity
 * @param {(item: I, index: number, context: { signal: AbortSignal }) => O} fn
 * @param {ParallelOptions<false>} [options]
 * @returns {import('./ready-work.js').ReadyWork<Ended<O>[]>}
 */
/**
 * @param {import('./ready-work.js').Items<any>} iterable
 * @param {number} limit
 * @param {(item: any, index: number, context: { signal: AbortSignal }) => any} fn
 * @param {ParallelOptions} [options]
 * @returns {import('./ready-work.js').ReadyWork<any[]>}
 */
export function parallel(iterable, limit, fn, options) {
  checkItems('parallel', iterable);
  if (typeof limit !== 'number') throw mustBe('parallel: limit', 'a number', limit);
  if (!(limit >= 1 && (Number.isInteger(limit) || limit === Infinity))) {
    throw new RangeError(`parallel: limit must be an integer from 1, or Infinity, not ${limit}`);
  }
  checkFunction('parallel', 'fn', fn);
  checkOptions('parallel', options);
  const { settle = false } = options ?? {};
  if (typeof settle !== 'boolean') {
    throw mustBe('parallel: options.settle', 'a boolean', settle);
  }
  return ready('parallel', function* (progress, context) {
    const jobs = new Jobs(fn, settle, progress && ((done) => progress(done, lengthOf(iterable))));
    const steps = new Steps(iterable);
    try {
      for (let index = 0; ; index++) {
        while (jobs.running.size >= limit) yield* nextChange(jobs);
        jobs.check();
        const more = steps.take(yield* nextStep(steps, jobs, index));
        jobs.check(); // the iterator's code may have failed one
        if (!more) break;
        jobs.start(steps.item, index);
        yield;
      }
      while (jobs.running.size > 0) yield* nextChange(jobs);
      return jobs.results;
    } catch (error) {
      jobs.stop(() => error);
      yield* steps.closeQuietly();
      throw error;
    } finally {
      jobs.stop(() => context?.signal?.reason);
      steps.close();
    }
  });
}

/**
 * A generator for `yield*`: the next step, unless one of the jobs fails meanwhile.
 * @param {Steps<any>} steps @param {Jobs} jobs @param {number} index
 */
function* nextStep(steps, jobs, index) {
  /** @type {{ step: any } | { error: unknown } | undefined} */
  let arrived;
  try {
    const step = steps.ask();
    const then = steps.asynchronous ? thenOf(step) : undefined;
    if (then === undefined) return step;
    subscribe(
      step,
      then,
      (value) => {
        arrived = { step: value };
        jobs.changed();
      },
      (error) => {
        steps.fail();
        arrived = { error };
        jobs.changed();
      },
    );
    while (arrived === undefined) yield* nextChange(jobs);
  } catch (error) {
    if (error !== jobs.failure?.error) noteFailure(error, index);
    throw error;
  }
  if ('step' in arrived) return arrived.step;
  noteFailure(arrived.error, index);
  throw arrived.error;
}

/** A generator for `yield*`: waits until one of the jobs has ended, or failed. @param {Jobs} jobs */
function* nextChange(jobs) {
  yield new Promise((resolve) => {
    jobs.changed = () => resolve(undefined);
  });
  jobs.check();
}

/** Refuses what would do nothing, since nobody asks it for its steps. @param {any} value */
function checkValue(value) {
  const isIterable = typeof (value?.[Symbol.iterator] ?? value?.[Symbol.asyncIterator]) === 'function';
  if (isIterable && (typeof value === 'function' || typeof value.next === 'function')) {
    const what = typeof value === 'function' ? `${value.name || 'such'} work` : 'an iterator';
    throw new TypeError(`parallel: fn must not return ${what}, which nobody would run: return cooperate(...) of it`);
  }
}

/** What was started, and what has become of it. */
class Jobs {
  /** @type {any[]} */
  results = [];
  /** Those that have not ended; `fn` may well return the same thing twice. @type {Set<{ job: any }>} */
  running = new Set();
  /** The first, where they are not to be settled. @type {{ error: unknown } | undefined} */
  failure;
  /** Called when one of them has ended. @type {() => void} */
  changed = () => {};
  #controller = new AbortController();
  #over = false;
  #done = 0;
  #fn;
  #settle;
  #progress;

  /** @param {Function} fn @param {boolean} settle @param {((done: number) => void) | undefined} progress */
  constructor(fn, settle, progress) {
    this.#fn = fn;
    this.#settle = settle;
    this.#progress = progress;
  }

  /** Throws what one of them failed with. */
  check() {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** @param {unknown} item @param {number} index */
  start(item, index) {
    let job;
    let awaited;
    let then;
    try {
      job = this.#fn(item, index, { signal: this.#controller.signal });
      awaited = endOf(job);
      then = thenOf(awaited);
      if (then === undefined) checkValue(awaited);
    } catch (error) {
      this.#fail(index, error);
      return;
    }
    if (then === undefined) {
      this.#succeed(index, awaited);
      return;
    }
    const run = { job };
    this.running.add(run);
    subscribe(
      awaited,
      then,
      (value) => {
        this.running.delete(run);
        this.#succeed(index, value);
      },
      (error) => {
        this.running.delete(run);
        this.#fail(index, error);
      },
    );
  }

  /** @param {number} index @param {unknown} value */
  #succeed(index, value) {
    this.#end(index, this.#settle ? { status: 'fulfilled', value } : value);
  }

  /** @param {number} index @param {unknown} error */
  #fail(index, error) {
    if (!this.#settle && this.failure === undefined && !this.#over) {
      noteFailure(error, index);
      this.failure = { error };
    }
    this.#end(index, { status: 'rejected', reason: error });
  }

  /** @param {number} index @param {unknown} result */
  #end(index, result) {
    if (this.#over) return;
    this.results[index] = result;
    this.#progress?.(++this.#done);
    this.changed();
  }

  /** Stops those that run, once. @param {() => unknown} reasonOf  called if any do */
  stop(reasonOf) {
    if (this.#over) return;
    this.#over = true;
    if (this.running.size === 0) return;
    this.#controller.abort(reasonOf());
    for (const { job } of this.running) {
      try {
        if (typeof job.whenDone !== 'function') job.cancel?.();
        else if (['runnable', 'paused', 'waiting'].includes(job.state)) job.stop();
      } catch (error) {
        void Promise.reject(error); // told as any rejection that nobody handles; the others are still to be stopped
      }
    }
  }
}
