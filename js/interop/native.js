// Native tasks: steps that are functions of other WebAssembly modules, called by the core with no JavaScript
// between. Their places in the core's function table are given out and taken back here.

import { DONE, FAILED, WAIT } from '../tasks/work-source.js';
import { describe, mustBe } from '../util/argument-errors.js';
import { NO_MEMORY, OK } from '../errors.js';
import { NativeWork } from '../tasks/native-work.js';
import { thenOf } from '../util/thenable.js';
import { hasStepType, isExported } from '../core/wasm.js';

/** @typedef {import('../core/wasm.js').Core} Core */

/**
 * @template T
 * @typedef {object} NativeOptions
 * @property {Function} step  an exported WebAssembly function (i32 state) -> i32 status: 0 more, 1 done, 2 failed,
 *   3 waiting. What it throws, a trap say, is what the task fails with.
 * @property {number} [state]  passed to `step`, an integer of 32 bits; 0 where it is not given
 * @property {(state: number) => PromiseLike<unknown>} [wait]  called when the step says waiting: its next turn comes
 *   when what this returns is fulfilled, and the task fails if that is rejected
 * @property {(state: number) => T} [result]  called when the step says done: the task's result, or what it fails
 *   with if this throws
 * @property {(state: number) => void} [dispose]  called once when the task has finished, however it did
 * @property {string} [name]  for people
 */

/**
 * Makes work of an exported function of any WebAssembly instance, whatever language it was written in.
 * @template [T = undefined]
 * @param {NativeOptions<T>} options
 * @returns {NativeWork<T>}
 * @throws {TypeError | RangeError} naming the option
 */
export function native(options) {
  if (options === null || typeof options !== 'object') {
    throw mustBe('native: options', 'an object', options);
  }
  const { step, state = 0, name } = options;
  if (typeof step !== 'function') throw new TypeError(`${WANTED}, not ${describe(step)}`);
  checkState(state);
  for (const option of /** @type {const} */ (['wait', 'result', 'dispose'])) {
    const f = options[option];
    if (f !== undefined && typeof f !== 'function') {
      throw mustBe(`native: ${option}`, 'a function', f);
    }
  }
  if (name !== undefined && typeof name !== 'string') {
    throw mustBe('native: name', 'a string', name);
  }
  checkStep(step);
  return new Steps(options);
}

/** @param {unknown} state */
function checkState(state) {
  if (typeof state === 'bigint') {
    throw new TypeError(
      `native: state must be a number, not ${state}n: modules with addresses of 64 bits (memory64) are not supported`,
    );
  }
  if (typeof state !== 'number') {
    throw mustBe('native: state', 'a number, the 32-bit parameter of step', state);
  }
  if (!Number.isInteger(state) || state < -(2 ** 31) || state >= 2 ** 32) {
    throw new RangeError(`native: state must be an integer of 32 bits, not ${state}`);
  }
}

/** Steps that were found to be right. @type {WeakSet<Function>} */
const checked = new WeakSet();

/** @param {Function} step */
function checkStep(step) {
  if (checked.has(step)) return;
  if (!isExported(step)) throw new TypeError(`${WANTED}, not one of JavaScript`);
  if (!hasStepType(step)) {
    throw new TypeError(
      'native: step must be of type (i32) -> i32: its one parameter is the state, its one result the status',
    );
  }
  checked.add(step);
}

const WANTED = 'native: step must be a function that a WebAssembly instance exports';

/** Places of a core's table that were used and are free again. @type {WeakMap<Core, number[]>} */
const freePlaces = new WeakMap();

/** @param {Core} core */
function free(core) {
  let places = freePlaces.get(core);
  if (places === undefined) freePlaces.set(core, (places = []));
  return places;
}

/**
 * @template T
 * @extends NativeWork<T>
 */
class Steps extends NativeWork {
  /** In the core's table; 0 for none. */
  #place = 0;

  /** @throws {TypeError} */
  checkUnused() {
    if (this.used || this.disposed) {
      throw new TypeError(
        'cooperate: this native work is a task already, or was disposed of; make another with native()',
      );
    }
  }

  /**
   * Makes it a task of the core. Returns a status.
   * @param {Core} core @param {number} cooperator @param {number} handle @param {number} share
   */
  addTo(core, cooperator, handle, share) {
    try {
      const place = free(core).pop() ?? core.table.grow(1);
      core.table.set(place, this.step);
      this.#place = place;
    } catch {
      return NO_MEMORY; // the table cannot grow
    }
    const status = core.exports.cooperate_native(cooperator, handle, share, this.#place, this.state);
    if (status !== OK) this.#leave(core);
    return status;
  }

  /** @param {Core} core */
  #leave(core) {
    if (this.#place === 0) return;
    core.table.set(this.#place, null);
    free(core).push(this.#place);
    this.#place = 0;
  }

  /** The step will not be called again: the next turn fails. @param {Core} core */
  failNext(core) {
    core.table.set(this.#place, core.exports.native_failed);
  }

  /**
   * The step has said something else than MORE. May throw, which fails the task.
   * @param {import('../tasks/work-source.js').Course} course  the task's @param {number} said
   */
  turn(course, said) {
    const { state, result, wait } = this;
    switch (said) {
      case DONE:
        course.result = result?.(state);
        return DONE;
      case FAILED:
        throw course.thrown === undefined
          ? new Error(`the native task ${course.task.name} failed: its step returned 2`)
          : course.thrown.error;
      case WAIT: {
        if (wait === undefined) throw new TypeError('native: a step that returns 3, waiting, needs the option wait');
        const promised = wait(state);
        const then = thenOf(promised);
        if (then === undefined) throw new TypeError(`native: wait must return a Promise, not ${describe(promised)}`);
        return course.waitFor(promised, then);
      }
      default:
        throw new TypeError(`native: step must return 0 (more), 1 (done), 2 (failed) or 3 (waiting), not ${said}`);
    }
  }

  /** The task has finished. Throws what `dispose` throws. @param {Core} core */
  end(core) {
    const { state, dispose } = this; // a function of the user's is no method of this
    this.#leave(core);
    this.disposed = dispose !== undefined;
    dispose?.(state);
  }
}
