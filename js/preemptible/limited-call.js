// A call with a time limit. It is synchronous, so that it needs no host that can suspend WebAssembly.

import { now } from '../util/platform.js';
import { TimeLimit } from './errors.js';

/** @typedef {import('./guarded-instance.js').Activity} Activity */

/** @implements {Activity} */
export class LimitedCall {
  isOnStack = true;
  isOverdue = false;
  #instance;
  #name;
  #ms;
  #onStop;
  #deadline = Infinity;
  #interrupted = false;
  /** The code was left in the middle. */
  #thrown = false;
  /** @type {TimeLimit | undefined} */
  #limit;

  /**
   * @param {import('./guarded-instance.js').GuardedInstance} instance
   * @param {string} name
   * @param {number} ms
   * @param {import('./call.js').OnStop} onStop
   */
  constructor(instance, name, ms, onStop) {
    this.#instance = instance;
    this.#name = name;
    this.#ms = ms;
    this.#onStop = onStop;
  }

  /**
   * Makes the call.
   * @param {Function} f @param {any[]} args
   * @returns {any}
   */
  run(f, args) {
    const instance = this.#instance;
    if (this.#onStop === 'restore') Array.from(instance.snapshot()); // at once
    instance.current = this;
    instance.beginTurn();
    this.#deadline = now() + this.#ms;
    let result;
    let failure;
    try {
      instance.setBudget();
      result = instance.within(this.#name, f, args);
    } catch (error) {
      failure = { error };
    }
    instance.current = undefined;
    if (this.#thrown) instance.leaveBroken(`${this.#name}, which took too long`);
    if (this.#limit !== undefined) {
      // Glue may have caught the error and thrown one of its own.
      if (failure !== undefined && failure.error !== this.#limit) this.#limit.cause ??= failure.error;
      throw this.#limit;
    }
    if (failure !== undefined) throw failure.error;
    return result;
  }

  /** @type {Activity['check']} */
  check(time) {
    if (time < this.#deadline) return true;
    this.#limit ??= new TimeLimit(`${this.#name} has taken longer than its limit of ${this.#ms} ms`);
    const onStop = this.#onStop;
    if (typeof onStop !== 'function') {
      this.#thrown = true;
      throw this.#limit;
    }
    if (!this.#interrupted) {
      this.#interrupted = true;
      try {
        this.#instance.within('onStop', onStop, [this.#instance.exports]);
      } catch (error) {
        this.#thrown = true;
        this.#limit.cause = error;
      }
    }
    if (this.#thrown) throw this.#limit;
    return true;
  }

  /** Never called, because `check` returns true. @returns {Promise<number>} */
  suspend() {
    return Promise.resolve(0);
  }
}
