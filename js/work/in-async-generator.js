// Ready-made work for `yield*` in an async generator. There, a stop reaches the work only when its promise has settled,
// in a microtask of the host's: so the task cannot collect what the work leaves behind, and this waits for it instead.

import { listen, reasonOf, unlisten } from '../tasks/signals.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { collectLeft } from '../util/work-protocol.js';
import { forgetFrames, tellsOfStop } from './jobs.js';

/**
 * @param {Generator<unknown, any, any>} generator  of the work
 * @param {any} [context]  of the task, if the work was given it: then a stop need not wait for the promise
 * @returns {AsyncIterableIterator<any>}
 */
export function inAsyncGenerator(generator, context) {
  /** A stop has ended a wait. */
  let isStopped = false;
  const onStop = () => {
    isStopped = true;
  };

  /** Waits for what the generator has yielded. Errors of that are thrown into it. */
  const settle = async (/** @type {IteratorResult<any>} */ step) => {
    for (;;) {
      const { done, value } = step;
      try {
        return { done, value: await (done ? value : unlessStopped(value, context, onStop)) };
      } catch (error) {
        if (done) throw error;
        step = generator.throw(error);
      }
    }
  };

  const close = async (/** @type {any} */ value) => {
    /** @type {import('../util/work-protocol.js').Left[]} */
    const left = [];
    const step = collectLeft(() => generator.return(value), left);
    await closingOf(left, context?.signal.aborted ? reasonOf(context.signal) : undefined);
    return settle(step);
  };

  return {
    async next(value) {
      if (!isStopped) return settle(generator.next(value));
      // A task that runs the generator would close it now. This is code of another kind, and the wait has no value.
      await close(undefined);
      throw reasonOf(context.signal);
    },
    throw: async (error) => settle(generator.throw(error)),
    return: close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * Returns a promise that settles as a thenable does, or with undefined when the task is stopped.
 * @param {any} value
 * @param {any} context  undefined: a stop does not end the wait
 * @param {() => void} onStop
 */
function unlessStopped(value, context, onStop) {
  const then = thenOf(value);
  const signal = then === undefined ? undefined : context?.signal;
  if (then === undefined || signal === undefined || signal.aborted) return value;
  return new Promise((resolve, reject) => new Wait(signal, onStop, resolve, reject).follow(value, then));
}

/** A promise that never settles keeps its wait, which must not keep the task (J8). */
class Wait {
  /** Emptied by a stop. @type {any} */
  #open;
  /** @type {unknown} */
  #reason;

  /**
   * @param {AbortSignal} signal
   * @param {() => void} onStop
   * @param {(value: any) => void} resolve
   * @param {(error: unknown) => void} reject
   */
  constructor(signal, onStop, resolve, reject) {
    this.#open = { signal, onStop, resolve, reject };
  }

  /** @param {any} thenable @param {Function} then */
  follow(thenable, then) {
    listen(this.#open.signal, this);
    subscribe(
      thenable,
      then,
      (value) => this.#end()?.resolve(value),
      (error) => {
        const open = this.#end();
        if (open !== undefined) open.reject(error);
        else reportUnlessStop(error, this.#reason);
      },
    );
  }

  /** The task is stopped. */
  abort() {
    const { signal, onStop, resolve } = this.#end();
    this.#reason = reasonOf(signal);
    forgetFrames(this.#reason);
    onStop();
    resolve(undefined);
  }

  #end() {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) unlisten(open.signal, this);
    return open;
  }
}

/**
 * Waits for what is being closed, and throws the first error of that. Other errors are reported.
 * @param {import('../util/work-protocol.js').Left[]} left
 * @param {unknown} reason  of the stop
 */
async function closingOf(left, reason) {
  const closing = [];
  for (const { promise, isClosing } of left) {
    const settled = Promise.resolve(promise);
    if (isClosing) closing.push(settled);
    else settled.catch((error) => reportUnlessStop(error, reason));
  }
  const errors = (await Promise.allSettled(closing)).filter(({ status }) => status === 'rejected');
  for (const { reason: error } of /** @type {PromiseRejectedResult[]} */ (errors.slice(1))) reportUnhandled(error);
  if (errors.length !== 0) throw /** @type {PromiseRejectedResult} */ (errors[0]).reason;
}

/** @param {unknown} error @param {unknown} reason  of the stop */
function reportUnlessStop(error, reason) {
  if (!tellsOfStop(error, reason)) reportUnhandled(error);
}
