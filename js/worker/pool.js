// Workers that share one queue of jobs.

import { getBuiltinModule } from '../util/platform.js';
import { mustBe } from '../util/argument-errors.js';
import { WorkerError } from './errors.js';
import { workOn } from './in-worker.js';
import { Thread } from './thread-handle.js';

/** @template T @typedef {import('./in-worker.js').WorkerWork<T>} WorkerWork */
/** @template S @typedef {import('./in-worker.js').JobArguments<S>} JobArguments */
/** @template S @typedef {import('./in-worker.js').JobResult<S>} JobResult */
/** @typedef {import('./in-worker.js').Ticket} Ticket */

/** @type {typeof Symbol.dispose} */
const DISPOSE = Symbol.dispose ?? /** @type {any} */ (Symbol('dispose'));

/**
 * A number of workers that share one queue of jobs. `pool` creates it.
 * @example
 * const workers = pool(4);
 * try {
 *   await Promise.all(images.map((image) => cooperate(workers.inWorker(resize, image))));
 * } finally {
 *   workers.close();
 * }
 */
export class Pool {
  /** The workers that have a job. @type {Set<Thread>} */
  #busy = new Set();
  /** @type {Thread[]} */
  #idle = [];
  /** The jobs that wait for a worker. @type {Set<Ticket & { resolve: () => void, reject: (error: unknown) => void }>} */
  #queue = new Set();
  #closed = false;

  /** @param {number} size  how many workers there are at most */
  constructor(size) {
    if (typeof size !== 'number') throw mustBe('pool: size', 'a number', size);
    if (!(Number.isInteger(size) && size >= 1)) {
      throw new RangeError(`pool: size must be an integer from 1, not ${size}`);
    }
    /** How many workers there are at most. */
    this.size = size;
  }

  /**
   * As the function `inWorker`, with a worker of the pool. The job waits until a worker is free; jobs get workers in the
   * order of the first turns of their tasks. A task that is stopped while its job runs terminates the worker, and the
   * pool starts another one for the next job.
   * @template {string | URL | ((...args: any[]) => any)} S
   * @param {S} source
   * @param {JobArguments<S>} args
   * @returns {WorkerWork<JobResult<S>>}
   * @throws {TypeError} if source is invalid
   * @example
   * const workers = pool(4);
   * const sizes = await cooperate(parallel(images, Infinity, (image) => cooperate(workers.inWorker(compress, image))));
   * workers.close();
   */
  inWorker(source, ...args) {
    return workOn(
      {
        request: () => this.#request(),
        replace: (ticket) => this.#replace(ticket),
        release: (ticket, reusable) => this.#release(ticket, reusable),
      },
      'inWorker',
      source,
      args,
    );
  }

  /** The number of jobs that have a worker. */
  get active() {
    return this.#busy.size;
  }

  /** The number of jobs that wait for a worker. */
  get waiting() {
    return this.#queue.size;
  }

  /**
   * Terminates the workers. Jobs that have not ended fail with a WorkerError, and so do those that begin later. Does
   * nothing the second time.
   */
  close() {
    this.#closed = true;
    for (const thread of this.#idle.splice(0)) thread.terminate();
    for (const ticket of this.#queue) ticket.reject(closed());
    this.#queue.clear();
    for (const thread of this.#busy) thread.terminate(closed());
  }

  /** `close`, for `using`. */
  [DISPOSE]() {
    this.close();
  }

  /** @returns {Ticket} */
  #request() {
    if (this.#closed) throw closed();
    if (this.#busy.size < this.size) return { thread: this.#take() };
    /** @type {any} */
    const ticket = {};
    ticket.ready = new Promise((resolve, reject) => Object.assign(ticket, { resolve, reject }));
    this.#queue.add(ticket);
    return ticket;
  }

  /** Takes an idle worker, or starts one. Until its job begins it keeps no process alive: the task may be paused. */
  #take() {
    let thread = this.#idle.pop();
    while (thread !== undefined && !thread.alive) thread = this.#idle.pop();
    thread ??= new Thread();
    thread.keepAlive(false);
    this.#busy.add(thread);
    return thread;
  }

  /** @param {Ticket} ticket */
  #replace(ticket) {
    this.#busy.delete(/** @type {Thread} */ (ticket.thread));
    if (this.#closed) throw closed();
    ticket.thread = this.#take();
  }

  /** @param {any} ticket @param {boolean} reusable  its job has ended */
  #release(ticket, reusable) {
    this.#queue.delete(ticket);
    /** @type {Thread | undefined} */
    const thread = ticket.thread;
    if (thread === undefined) return;
    this.#busy.delete(thread);
    if (!reusable) thread.terminate();
    if (thread.alive) {
      thread.keepAlive(false);
      this.#idle.push(thread);
    }
    for (const next of this.#queue) {
      this.#queue.delete(next);
      try {
        next.thread = this.#take();
        next.resolve();
        return;
      } catch (error) {
        next.reject(error); // the host refuses to start a worker
      }
    }
  }
}

const closed = () => new WorkerError('the pool was closed');

/**
 * Creates a pool of workers that share one queue of jobs. Workers are started when they are needed, and stay until
 * `close`; idle ones do not keep a process alive.
 * @param {number} [size]  how many workers there are at most; default: the number of processors
 * @returns {Pool}
 * @throws {TypeError | RangeError} if size is no integer from 1
 * @example
 * const workers = pool();
 * const tasks = files.map((file) => cooperate(workers.inWorker(new URL('./parse.js', import.meta.url), file)));
 * console.log(await Promise.all(tasks));
 * workers.close();
 */
export function pool(size = processors()) {
  return new Pool(size);
}

/** @returns {number} */
function processors() {
  const { navigator } = /** @type {any} */ (globalThis);
  return navigator?.hardwareConcurrency ?? getBuiltinModule?.('node:os')?.availableParallelism() ?? 4;
}
