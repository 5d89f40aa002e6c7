// A job in a worker, as the task that waits for it sees it.

import { clearTimeout, setTimeout } from '../util/platform.js';
import { WorkerError, decodeError } from './errors.js';

/** @typedef {import('./module-url.js').Place} Place */
/** @typedef {import('./thread-handle.js').Listener} Listener */
/** @typedef {import('./thread-handle.js').Thread} Thread */

/** How often a running task has a turn. One that has had none for that long is paused, and so is its worker. */
const TICK_MS = 25;

/** @implements {Listener} */
export class Run {
  /** What is to be reported. @type {[done: number, total?: number] | undefined} */
  progress;
  /** How the job has ended. @type {{ value: any } | { error: unknown } | undefined} */
  end;
  #thread;
  #place;
  #wake = () => {};
  #hadTurn = true;
  #paused = false;
  /** @type {any} */
  #timer;

  /**
   * Starts the job.
   * @param {string} caller @param {Thread} thread @param {Place} place @param {any[]} args
   * @throws {TypeError} if an argument cannot be cloned
   */
  constructor(caller, thread, place, args) {
    this.#thread = thread;
    this.#place = place;
    thread.listener = this;
    thread.keepAlive(true);
    try {
      thread.post({ job: ++thread.job, url: place.url, name: place.name, what: place.what, args });
    } catch (error) {
      thread.listener = undefined;
      throw uncloneable(caller, args, error);
    }
  }

  /** The task has a turn, so it is not paused. */
  turn() {
    this.#hadTurn = true;
    if (this.end !== undefined) return;
    if (this.#paused) {
      this.#paused = false;
      this.#thread.keepAlive(true);
      this.#thread.post({ pause: false });
    }
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  #tick = () => {
    this.#timer = undefined;
    if (this.#hadTurn) {
      this.#hadTurn = false;
      this.#timer = setTimeout(this.#tick, TICK_MS);
      this.#wake();
    } else {
      this.#paused = true;
      this.#thread.post({ pause: true });
      this.#thread.keepAlive(false);
    }
  };

  /** Resolves when the task is to have a turn. @returns {Promise<void>} */
  next() {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.end !== undefined) resolve();
    });
  }

  /** @param {any} message */
  onMessage(message) {
    this.progress = message.progress ?? this.progress;
    if (message.over) this.#finish(endOf(message, this.#place));
    else this.#wake();
  }

  /** @param {WorkerError} error */
  onFailure(error) {
    this.#finish({ error });
  }

  /** @param {{ value: any } | { error: unknown }} end */
  #finish(end) {
    this.end = end;
    this.detach();
    this.#wake();
  }

  /** The task no longer waits. */
  detach() {
    clearTimeout(this.#timer);
    this.#thread.listener = undefined;
  }
}

/** @param {any} message @param {Place} place */
function endOf({ value, error, unloaded, wrong }, { what }) {
  if (error !== undefined) return { error: decodeError(error) };
  if (wrong !== undefined) return { error: new TypeError(`inWorker: ${wrong}`) };
  if (unloaded === undefined) return { value };
  const cause = decodeError(unloaded);
  return { error: new WorkerError(`inWorker: ${what} could not be loaded: ${cause?.message ?? cause}`, { cause }) };
}

/** @param {string} caller @param {any[]} args @param {any} cause */
function uncloneable(caller, args, cause) {
  const index = args.findIndex((arg) => {
    try {
      structuredClone(arg);
      return false;
    } catch {
      return true;
    }
  });
  const which = index === -1 ? 'the arguments' : `args[${index}]`;
  return new TypeError(`${caller}: ${which} cannot be sent to a worker: ${cause?.message}`, { cause });
}
