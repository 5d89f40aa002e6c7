// What a callback's answer is waited for.

/**
 * What a callback may return: something to wait for, a task, or a value.
 * @template O
 * @typedef {O | PromiseLike<O> | { whenDone(): PromiseLike<O>, stop(): void, readonly state: string }} Answer
 */

/**
 * What is made of such an answer.
 * @template O
 * @typedef {O extends { whenDone(): PromiseLike<infer T>, stop(): void } ? T : Awaited<O>} Ended
 */

/**
 * A task's end; anything else as it is.
 * @param {any} made
 */
export function endOf(made) {
  const mayBe = typeof made === 'object' && made !== null;
  return mayBe && typeof made.whenDone === 'function' ? made.whenDone() : made;
}
