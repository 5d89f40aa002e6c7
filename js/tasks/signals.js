// AbortSignals that stop tasks. However many tasks were given a signal, one listener stands on it (J10): hosts warn
// about more than a few, and some remove a listener by a search. `cooperator/work` has a copy of this file, and so a
// listener of its own.
//
// Invariant: a signal is in the registry, and has the listener, exactly while a task listens to it.

import { callWithStack } from '../util/stack.js';

/** @typedef {{ abort(): void }} Stoppable  `abort` never throws */

/** @type {WeakMap<AbortSignal, { tasks: Set<Stoppable>, listener: () => void }>} */
const registry = new WeakMap();

/**
 * Calls `task.abort` when the signal is aborted, for all its tasks in the order of these calls.
 * @param {AbortSignal} signal
 * @param {Stoppable} task
 * @throws what the signal's addEventListener throws; nothing has changed then
 */
export function listen(signal, task) {
  let entry = registry.get(signal);
  if (entry === undefined) {
    /** @type {Set<Stoppable>} */
    const tasks = new Set();
    const abortAll = () => {
      for (const each of tasks) each.abort();
    };
    entry = { tasks, listener: () => callWithStack(abortAll) };
    signal.addEventListener('abort', entry.listener);
    registry.set(signal, entry);
  }
  entry.tasks.add(task);
}

/**
 * Undoes `listen`, if it was called.
 * @param {AbortSignal} signal
 * @param {Stoppable} task
 * @throws what the signal's removeEventListener throws; the task is forgotten nevertheless
 */
export function unlisten(signal, task) {
  const entry = registry.get(signal);
  if (entry === undefined || !entry.tasks.delete(task) || entry.tasks.size !== 0) return;
  registry.delete(signal);
  signal.removeEventListener('abort', entry.listener);
}

/**
 * Returns the reason of an aborted signal. Old hosts and imitations have none: it is an AbortError then, as elsewhere. If
 * an imitation's getter throws, the reason is what it has thrown.
 * @param {AbortSignal} signal
 * @returns {unknown}
 */
export function reasonOf(signal) {
  try {
    const { reason } = signal;
    if (reason !== undefined) return reason;
  } catch (error) {
    return error;
  }
  const message = 'This operation was aborted';
  return typeof DOMException === 'function'
    ? new DOMException(message, 'AbortError')
    : Object.assign(new Error(message), { name: 'AbortError' });
}
