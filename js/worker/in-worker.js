// Work that runs in a worker.

import { placeOf } from './module-url.js';
import { Run } from './run.js';
import { Thread } from './thread-handle.js';

/**
 * What a function in a worker receives after its arguments.
 *
 * ```js
 * export async function count(rows, { progress, shouldYield, yield: nextTurn }) {
 *   for (let n = 0; n < rows.length; n++) {
 *     if (shouldYield()) await nextTurn();
 *     progress(n + 1, rows.length);
 *   }
 *   return rows.length;
 * }
 * ```
 * @typedef {object} WorkerContext
 * @property {AbortSignal} signal  never aborted: stopping the task terminates the worker
 * @property {(done: number, total?: number) => void} progress  reports progress to the task
 * @property {() => boolean} shouldYield  true when it is time to `yield`
 * @property {() => Promise<void>} yield  for async functions: lets a pause take effect
 */

/**
 * Work for `cooperate`.
 * @template T
 * @typedef {(context: { progress(done: number, total?: number): void }) => Generator<unknown, T, any>} WorkerWork
 */

/**
 * The arguments of a job: those of its function, without the context that may come last.
 * @template S
 * @typedef {S extends (...args: infer P) => any
 *   ? P extends [...infer A, infer C] ? 0 extends 1 & C ? P : C extends WorkerContext ? A : P : P
 *   : any[]} JobArguments
 */

/**
 * The result of a job.
 * @template S
 * @typedef {S extends (...args: any[]) => infer R
 *   ? R extends Generator<any, infer T, any> | AsyncGenerator<any, infer T, any> ? T : Awaited<R>
 *   : any} JobResult
 */

/**
 * A request for a worker. `ready` resolves when `thread` is there.
 * @typedef {{ thread?: Thread, ready?: Promise<void> }} Ticket
 */

/**
 * Where jobs get their workers.
 * @typedef {object} Supply
 * @property {() => Ticket} request
 * @property {(ticket: Ticket) => void} [replace]  the worker has failed before its job
 * @property {(ticket: Ticket, reusable: boolean) => void} release  gives the worker back, or withdraws the request
 */

/** A worker for each job. @type {Supply} */
const ownWorkers = {
  request: () => ({ thread: new Thread() }),
  release: ({ thread }) => thread?.terminate(),
};

/**
 * Returns work for `cooperate` that runs in a worker of its own: a function of a module, or a function whose source is
 * sent to the worker, so that it knows nothing of what surrounds it. The worker is started in the task's first turn, and
 * terminated when the task ends or is stopped.
 *
 * The function may be an ordinary one, an async one or a generator function. It receives the arguments, as structured
 * clones, and a WorkerContext. Its result comes back as a structured clone, and an error as an error of the same class
 * of the language, with its name, message, stack, cause and those of its properties that can be cloned. A pause of the
 * task takes effect at the next `yield`.
 * @template {string | URL | ((...args: any[]) => any)} S
 * @param {S} source
 *   the absolute URL of a module, whose default export is the function (`job.js#name`: its export `name`), or the function
 * @param {JobArguments<S>} args
 * @returns {WorkerWork<JobResult<S>>}
 * @throws {TypeError} if source is invalid
 * @example
 * const task = cooperate(inWorker(new URL('./primes.js', import.meta.url), 1_000_000), {
 *   onProgress: ({ done, total }) => { bar.value = done / total; },
 * });
 * console.log(await task.whenDone());
 */
export function inWorker(source, ...args) {
  return workOn(ownWorkers, 'inWorker', source, args);
}

/**
 * @param {Supply} supply
 * @param {string} caller  for errors
 * @param {unknown} source
 * @param {any[]} args
 * @returns {WorkerWork<any>}
 */
export function workOn(supply, caller, source, args) {
  const place = placeOf(caller, source);
  /** @type {WorkerWork<any>} */
  const work = function* ({ progress }) {
    /** @type {Run | undefined} */
    let run;
    const ticket = supply.request();
    try {
      if (ticket.thread === undefined) yield ticket.ready;
      if (!ticket.thread?.alive) supply.replace?.(ticket);
      run = new Run(caller, /** @type {Thread} */ (ticket.thread), place, args);
      for (;;) {
        run.turn();
        if (run.progress !== undefined) progress(...run.progress);
        run.progress = undefined;
        if (run.end !== undefined) break;
        yield run.next();
      }
      if ('error' in run.end) throw run.end.error;
      return run.end.value;
    } finally {
      run?.detach();
      supply.release(ticket, run === undefined || run.end !== undefined);
    }
  };
  return Object.defineProperty(work, 'name', { value: place.label || 'inWorker', configurable: true });
}
