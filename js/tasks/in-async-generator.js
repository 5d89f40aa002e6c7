// A sync generator for `yield*` in an async one. The host would wait there for what the generator yields, but would not
// throw errors into it, and a stop would wait for the promise, too. So this waits in place of the host.

import { reportUnhandled } from '../util/report-unhandled.js';
import { forgetFrames, tellsOfStop } from '../util/stop-errors.js';
import { isObject, subscribe, thenOf } from '../util/thenable.js';
import { STRAYS, collectLeft, currentCollector, leave } from '../util/work-protocol.js';
import { listen, reasonOf, unlisten } from './signals.js';

/** @typedef {import('../util/work-protocol.js').Collector} Collector */
/** @typedef {import('../util/work-protocol.js').Left} Left */

/**
 * @param {Generator<unknown, any, any>} generator
 * @param {AbortSignal} [signal]  of the task: aborting it closes the generator at once, and what that leaves is left to the
 *   task. Without it, or if it is aborted already, the generator runs until the caller closes it: it may belong to a clean-up
 * @returns {AsyncIterableIterator<any>}
 */
export function inAsyncGenerator(generator, signal) {
  return new AsyncSteps(generator, signal);
}

/**
 * The steps of the generator. A step that waits has the value undefined, and its result is for the generator alone.
 * @implements {AsyncIterableIterator<any>}
 */
class AsyncSteps {
  #generator;
  /** @type {AbortSignal | undefined} */
  #signal;
  #isRunning = false;
  /** @type {Wait | undefined} */
  #wait;
  /** The step of the last wait, once that is over. @type {any} */
  #settled;
  /** The result of the last wait, for the generator. @type {{ failed: boolean, result: any } | undefined} */
  #arrived;
  /** Offered to a task that runs this. @type {Strays | undefined} */
  #strays;
  /** The task was stopped. @type {{ reason: unknown, collector: Collector | undefined } | undefined} */
  #stopped;
  /** The task was stopped before: the first step is empty, in which a task that has not begun its clean-up closes this. */
  #isLate = false;

  /** @param {Generator<unknown, any, any>} generator @param {AbortSignal | undefined} signal */
  constructor(generator, signal) {
    this.#generator = generator;
    if (signal?.aborted) {
      this.#isLate = true;
    } else if (signal !== undefined) {
      this.#signal = signal;
      listen(signal, this);
    }
  }

  async next() {
    // As async generators do, this makes one step after another.
    while (this.#wait !== undefined) await this.#settled;
    if (this.#stopped !== undefined) {
      // A task that runs the generator would close it. This is code of another kind.
      const { reason } = this.#stopped;
      this.#stopped = undefined;
      throw reason;
    }
    if (this.#isLate) {
      this.#isLate = false;
      return { done: false, value: undefined };
    }
    const { failed, result } = this.#arrived ?? {};
    this.#arrived = undefined;
    this.#leaveStrays();
    return this.#step(() => (failed ? this.#generator.throw(result) : this.#generator.next(result)));
  }

  /**
   * The error arrives in place of what the work waits for. A loop that waits for an item takes it for an error of its
   * source, which it therefore does not close.
   * @param {unknown} error
   */
  async throw(error) {
    this.#endWait();
    return this.#step(() => this.#generator.throw(error));
  }

  /** @param {any} value */
  async return(value) {
    /** @type {Left[]} */
    const left = [];
    const close = () => {
      this.#endWait();
      return this.#generator.return(value);
    };
    const step = this.#step(() => collectLeft(close, left));
    step.catch(() => {}); // is thrown later
    await closingOf([{ promise: step, isClosing: true }, ...left]);
    return step;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** The task is stopped, and collects what is left. */
  abort() {
    const reason = reasonOf(/** @type {AbortSignal} */ (this.#signal));
    forgetFrames(reason);
    this.#stopped = { reason, collector: currentCollector() };
    if (!this.#isRunning) this.#close();
  }

  #close() {
    this.#endWait();
    try {
      this.#generator.return(undefined);
    } catch (error) {
      leave(Promise.reject(error), true);
    }
  }

  #leaveStrays() {
    this.#strays?.leave();
    this.#strays = undefined;
  }

  /** The generator does not learn what it waits for. Nobody else will see an error of that. */
  #endWait() {
    this.#leaveStrays();
    this.#wait?.end();
    if (this.#arrived?.failed) leave(Promise.reject(this.#arrived.result), false);
    this.#arrived = undefined;
  }

  /**
   * Resumes the generator, and waits for what it yields.
   * @param {() => IteratorResult<unknown, any>} resume
   */
  async #step(resume) {
    if (this.#isRunning) resume(); // throws
    let step;
    try {
      this.#isRunning = true;
      step = resume();
    } finally {
      this.#isRunning = false;
      if (step?.done !== false && this.#signal !== undefined) unlisten(this.#signal, this);
    }
    return step.done ? { done: true, value: await step.value } : this.#settle(step);
  }

  /** @param {IteratorYieldResult<any>} step */
  #settle(step) {
    const { value } = step;
    let promises;
    /** @type {IteratorResult<any> | Promise<IteratorResult<any>>} */
    let settled = step;
    try {
      const then = thenOf(value);
      if (then !== undefined) {
        settled = this.#settled = new Promise((resolve) => this.#waitFor(value, then, resolve));
      } else if (isObject(value) && (promises = /** @type {any} */ (value)[STRAYS]) !== undefined) {
        this.#strays = new Strays(promises);
        settled = { done: false, value: this.#strays };
      }
    } catch (error) {
      this.#arrived = { failed: true, result: error };
      settled = { done: false, value: undefined };
    }
    // The generator itself has stopped the task, which began its clean-up while the generator ran.
    if (this.#stopped !== undefined) collectLeft(() => this.#close(), this.#stopped.collector);
    return settled;
  }

  /** @param {any} thenable @param {Function} then @param {(step: IteratorResult<any>) => void} resolve */
  #waitFor(thenable, then, resolve) {
    this.#wait = new Wait((arrived) => {
      this.#wait = undefined;
      this.#arrived = arrived;
      resolve({ done: false, value: undefined });
    });
    this.#wait.follow(thenable, then);
  }
}

/** Promises whose errors are to be reported. A task that runs the steps takes them; otherwise they are left. */
class Strays {
  #promises;
  #isTaken = false;

  /** @param {PromiseLike<unknown>[]} promises */
  constructor(promises) {
    this.#promises = promises;
    // The next step may come late.
    for (const promise of promises) promise.then(undefined, () => {});
  }

  get [STRAYS]() {
    this.#isTaken = true;
    return this.#promises;
  }

  leave() {
    if (this.#isTaken) return;
    for (const promise of this.#promises) leave(promise, false);
  }
}

/** A promise that never settles keeps its wait, which must not keep what has ended (J8). */
class Wait {
  /** @type {((arrived: { failed: boolean, result: any }) => void) | undefined} */
  #onArrival;
  /** @type {((error: unknown) => void) | undefined} */
  #onLateError;

  /** @param {(arrived: { failed: boolean, result: any }) => void} onArrival */
  constructor(onArrival) {
    this.#onArrival = onArrival;
  }

  /** @param {any} thenable @param {Function} then */
  follow(thenable, then) {
    subscribe(
      thenable,
      then,
      (result) => this.#arrive(false, result),
      (result) => this.#arrive(true, result),
    );
  }

  /** @param {boolean} failed @param {any} result */
  #arrive(failed, result) {
    const onArrival = this.#onArrival;
    this.#onArrival = undefined;
    if (onArrival !== undefined) onArrival({ failed, result });
    else if (failed) this.#onLateError?.(result);
  }

  /** Ends the wait without a result, and leaves its error, if one comes. */
  end() {
    leave(
      new Promise((_, reject) => {
        this.#onLateError = reject;
      }),
      false,
    );
    this.#arrive(false, undefined);
  }
}

/**
 * Waits for what is being closed, and throws the first error of that. Other errors are reported.
 * @param {Left[]} left
 */
async function closingOf(left) {
  const closing = [];
  for (const { promise, isClosing } of left) {
    if (isClosing) closing.push(promise);
    else Promise.resolve(promise).catch(reportUnlessStop);
  }
  const errors = (await Promise.allSettled(closing)).filter(({ status }) => status === 'rejected');
  for (const { reason } of /** @type {PromiseRejectedResult[]} */ (errors.slice(1))) reportUnhandled(reason);
  if (errors.length !== 0) throw /** @type {PromiseRejectedResult} */ (errors[0]).reason;
}

/** @param {unknown} error */
function reportUnlessStop(error) {
  if (!tellsOfStop(error)) reportUnhandled(error);
}
