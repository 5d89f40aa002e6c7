// What a loop's callback may return: a value, a promise, or a task.

/**
 * @template O
 * @typedef {O | PromiseLike<O> | { whenDone(): PromiseLike<O>, stop(): void, readonly state: string }} CallbackResult
 */

/**
 * The value that such a result settles to.
 * @template O
 * @typedef {O extends { whenDone(): PromiseLike<infer T>, stop(): void } ? T : Awaited<O>} Settled
 */

/**
 * Returns what to wait for: the outcome of a task, or any other result itself.
 * @param {any} result
 */
export function awaitableOf(result) {
  const isObject = typeof result === 'object' && result !== null;
  return isObject && typeof result.whenDone === 'function' ? result.whenDone() : result;
}
