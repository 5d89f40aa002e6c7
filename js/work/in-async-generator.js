// Ready-made work for `yield*` in an async generator. There, a stop reaches the work only when its promise has settled,
// in a microtask of the host's: so the task cannot collect what the work leaves behind, and this waits for it instead.

import { listen, reasonOf, unlisten } from '../tasks/signals.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { collectLeft } from '../util/work-protocol.js';
import { tellsOfStop } from './jobs.js';

/**
 * @param {Generator<unknown, any, any>} generator  of the work
 * @param {any} [context]  of the task, if the work was given it: then a stop need not wait for the promise
 * @returns {AsyncIterableIterator<any>}
 */
export function inAsyncGenerator(generator, context) {
  const settle = async (/** @type {IteratorResult<any>} */ { done, value }) => ({
    done,
    value: await (done ? value : unlessStopped(value, context)),
  });
  return {
    next: async (/** @type {any} */ value) => settle(generator.next(value)),
    throw: async (/** @type {unknown} */ error) => settle(generator.throw(error)),
    async return(/** @type {any} */ value) {
      /** @type {import('../util/work-protocol.js').Left[]} */
      const left = [];
      const step = collectLeft(() => generator.return(value), left);
      await closingOf(left);
      return settle(step);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * Returns a promise that settles as a thenable does, or when the task is stopped. Then nobody takes the value, because the
 * task has asked for the end of its generator.
 * @param {any} value
 * @param {any} context
 */
function unlessStopped(value, context) {
  const then = thenOf(value);
  const signal = then === undefined ? undefined : context?.signal;
  if (then === undefined || signal === undefined || signal.aborted) return value;
  return new Promise((resolve, reject) => {
    const waiting = { abort: () => resolve(undefined) };
    listen(signal, waiting);
    subscribe(
      value,
      then,
      (result) => {
        unlisten(signal, waiting);
        resolve(result);
      },
      (error) => {
        unlisten(signal, waiting);
        if (signal.aborted) reportUnlessStop(error, reasonOf(signal));
        else reject(error);
      },
    );
  });
}

/**
 * Waits for what is being closed, and throws the first error of that. Other errors are reported.
 * @param {import('../util/work-protocol.js').Left[]} left
 */
async function closingOf(left) {
  const closing = [];
  for (const { promise, isClosing } of left) {
    const settled = Promise.resolve(promise);
    if (isClosing) closing.push(settled);
    else settled.catch(reportUnlessStop);
  }
  const errors = (await Promise.allSettled(closing)).filter(({ status }) => status === 'rejected');
  for (const { reason } of /** @type {PromiseRejectedResult[]} */ (errors.slice(1))) reportUnhandled(reason);
  if (errors.length !== 0) throw /** @type {PromiseRejectedResult} */ (errors[0]).reason;
}

/** @param {unknown} error @param {unknown} [reason] */
function reportUnlessStop(error, reason) {
  if (!tellsOfStop(error, reason)) reportUnhandled(error);
}
