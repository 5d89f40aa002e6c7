// A worker of the host, the same in all hosts.

import { getBuiltinModule } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { WorkerError, decodeError } from './errors.js';
import { threadSource } from './thread-source.js';

/** @type {any} */
const host = globalThis;

/**
 * Receives what a worker sends.
 * @typedef {object} Listener
 * @property {(message: any) => void} onMessage
 * @property {(error: WorkerError) => void} onFailure  the worker has ended; there are no more calls
 */

/** The address of thread.js as a Blob. A worker with a data: URL could not import the page's modules. @type {string} */
let blobUrl;

/** A worker that runs thread.js. */
export class Thread {
  #worker;
  /** False once it has failed or was terminated. */
  alive = true;
  /** Why it has failed. @type {WorkerError | undefined} */
  failure;
  /** @type {Listener | undefined} */
  listener;
  /** The number of the last job. */
  job = 0;

  /** @throws {WorkerError} if the host has no workers, or refuses to start one */
  constructor() {
    try {
      this.#worker = typeof host.Worker === 'function' ? this.#createOfWeb() : this.#createOfNode();
    } catch (error) {
      if (error instanceof WorkerError) throw error;
      throw new WorkerError(`the worker could not be started: ${messageOf(error)}`, { cause: error });
    }
  }

  #createOfWeb() {
    blobUrl ??= URL.createObjectURL(new Blob([threadSource], { type: 'text/javascript' }));
    const worker = new host.Worker(blobUrl, { type: 'module', name: 'cooperator' });
    worker.onmessage = (/** @type {any} */ { data }) => this.#receive(data);
    worker.onmessageerror = () => this.#fail('the worker has sent something that cannot be cloned');
    worker.onerror = (/** @type {any} */ event) => {
      event.preventDefault?.(); // it is reported through the job
      const { error, message = error?.message } = event;
      this.#throw(
        message
          ? `the worker has failed: ${message}`
          : 'the worker could not be started; where a Content-Security-Policy is in force, its worker-src must contain blob:',
        error,
      );
    };
    worker.addEventListener('close', () => this.#fail('the worker has closed itself before the end of its job')); // Bun
    return worker;
  }

  #createOfNode() {
    const NodeWorker = getBuiltinModule?.('node:worker_threads')?.Worker;
    if (NodeWorker === undefined) {
      throw new WorkerError('the host has no workers here; Node needs version 20.16 or later');
    }
    const worker = new NodeWorker(threadSource, { eval: true, name: 'cooperator' });
    worker.on('message', (/** @type {any} */ data) => this.#receive(data));
    worker.on('messageerror', () => this.#fail('the worker has sent something that cannot be cloned'));
    worker.on('error', (/** @type {any} */ error) => this.#throw(`the worker has failed: ${messageOf(error)}`, error));
    worker.on('exit', (/** @type {number} */ code) =>
      this.#fail(`the worker has ended with exit code ${code} before its job`),
    );
    return worker;
  }

  /** @param {any} data */
  #receive(data) {
    const { job, closed, unhandled } = Object(data);
    if (job === this.job) this.listener?.onMessage(data);
    else if (job !== 0)
      return; // the user's function has sent it
    else if (closed) this.#fail('the worker has closed itself before the end of its job');
    else reportUnhandled(decodeError(unhandled));
  }

  /** The worker has thrown an error. Reports it if no job fails with it (D7). @param {string} message @param {unknown} [cause] */
  #throw(message, cause) {
    const isLost = this.alive && this.listener === undefined;
    this.#fail(message, cause);
    if (isLost) reportUnhandled(this.failure);
  }

  /** @param {string} message @param {unknown} [cause] */
  #fail(message, cause) {
    if (!this.alive) return;
    this.terminate(new WorkerError(message, cause === undefined ? undefined : { cause }));
  }

  /**
   * Sends a message.
   * @param {any} message
   * @throws {DOMException} if it cannot be cloned
   */
  post(message) {
    this.#worker.postMessage(message);
  }

  /** Whether the worker keeps the process alive, where hosts ask that. @param {boolean} holds */
  keepAlive(holds) {
    if (holds) this.#worker.ref?.();
    else this.#worker.unref?.();
  }

  /** @param {WorkerError} [failure]  for the job that runs */
  terminate(failure) {
    this.alive = false;
    this.failure = failure;
    void this.#worker.terminate();
    if (failure !== undefined) this.listener?.onFailure(failure);
  }
}

/** @param {any} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
