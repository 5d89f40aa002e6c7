// Native tasks: their steps are functions of other WebAssembly modules, which the core calls through its function
// table, without JavaScript in between.

import { DONE, FAILED, WAIT } from '../core/constants.js';
import { hasStepType, hasWebAssembly, isExported } from '../core/step-type.js';
import { NativeWork } from '../tasks/native-work.js';
import { describe, mustBe, readOnce } from '../util/argument-errors.js';
import { thenOf } from '../util/thenable.js';

/** @typedef {import('../core/wasm.js').Core} Core */

/** @template T @typedef {import('../tasks/native-work.js').NativeOptions<T>} NativeOptions */
/** @typedef {import('../tasks/native-work.js').NativeSource} NativeSourceInterface */

/**
 * Makes work of a function that a WebAssembly instance exports, whatever language it was written in.
 * @template [T = undefined]
 * @param {NativeOptions<T>} options
 * @returns {NativeWork<T>}
 * @throws {TypeError | RangeError} if an option is invalid
 * @example
 * const { instance } = await WebAssembly.instantiateStreaming(fetch('/sieve.wasm'));
 * const { step, count } = instance.exports;
 * console.log(await cooperate(native({ step, result: count })));
 */
export function native(options) {
  if (options === null || typeof options !== 'object') {
    throw mustBe('native: options', 'an object', options);
  }
  const read = readOnce('native: options', options, ['step', 'state', 'wait', 'result', 'dispose', 'name']);
  const { step, state = 0, name } = read;
  if (typeof step !== 'function') throw new TypeError(`${EXPECTED_STEP}, not ${describe(step)}`);
  checkState(state);
  for (const option of /** @type {const} */ (['wait', 'result', 'dispose'])) {
    const f = read[option];
    if (f !== undefined && typeof f !== 'function') {
      throw mustBe(`native: ${option}`, 'a function', f);
    }
  }
  if (name !== undefined && typeof name !== 'string') {
    throw mustBe('native: name', 'a string', name);
  }
  checkStep(step);
  return new NativeSource(read);
}

/** @param {unknown} state */
function checkState(state) {
  if (typeof state === 'bigint') {
    throw new TypeError(
      `native: state must be a number, not ${state}n: modules with 64-bit addresses (memory64) are not supported`,
    );
  }
  if (typeof state !== 'number') {
    throw mustBe('native: state', 'a number, the 32-bit parameter of step', state);
  }
  if (!Number.isInteger(state) || state < -(2 ** 31) || state >= 2 ** 32) {
    throw new RangeError(`native: state must be a 32-bit integer, not ${state}`);
  }
}

const EXPECTED_STEP = 'native: step must be a function that a WebAssembly instance exports';

/** Steps that have passed the check. @type {WeakSet<Function>} */
const checkedSteps = new WeakSet();

/** @param {Function} step */
function checkStep(step) {
  // Without WebAssembly, any function can be in the table of the core in JavaScript.
  if (checkedSteps.has(step) || !hasWebAssembly) return;
  if (!isExported(step)) throw new TypeError(`${EXPECTED_STEP}, not a JavaScript function`);
  if (!hasStepType(step)) {
    throw new TypeError(
      'native: step must be of type (i32) -> i32: its only parameter is the state, its only result the code',
    );
  }
  checkedSteps.add(step);
}

/**
 * For each core, the entries of its function table that were used and are free again.
 * @type {WeakMap<Core, number[]>}
 */
const freeEntries = new WeakMap();

/** @param {Core} core */
function freeEntriesOf(core) {
  let entries = freeEntries.get(core);
  if (entries === undefined) freeEntries.set(core, (entries = []));
  return entries;
}

/**
 * @template T
 * @extends NativeWork<T>
 * @implements {NativeSourceInterface}
 */
class NativeSource extends NativeWork {
  /** The core of the task. @type {Core | undefined} */
  #core;
  /** The index of the step in the core's function table; 0: none. */
  #entry = 0;
  /** A task has this source. Its state can serve only one at a time. */
  #inUse = false;
  #disposed = false;

  /** @returns {true} */
  get isNative() {
    return true;
  }

  get iterator() {
    return undefined;
  }

  acquire() {
    if (this.#inUse || this.#disposed) {
      throw new TypeError(
        'cooperate: this native work is a task already, or was disposed of; make another with native()',
      );
    }
    this.#inUse = true;
  }

  release() {
    this.#inUse = false;
    if (this.#entry === 0) return;
    const core = /** @type {Core} */ (this.#core);
    core.table.set(this.#entry, null);
    freeEntriesOf(core).push(this.#entry);
    this.#entry = 0;
  }

  /** @param {Core} core @param {number} cooperator @param {number} handle @param {number} share */
  createTask(core, cooperator, handle, share) {
    this.#core = core;
    try {
      const entry = freeEntriesOf(core).pop() ?? core.table.grow(1);
      core.table.set(entry, this.step);
      this.#entry = entry;
    } catch {
      return 0; // The table cannot grow.
    }
    return core.exports.native_task_create(cooperator, handle, share, this.#entry, this.state);
  }

  /** @param {number} code @param {string} task */
  next(code, task) {
    const { state, result, wait } = this; // The user's functions are not called as methods of this object.
    switch (code) {
      case DONE:
        return { value: result?.(state) };
      case FAILED:
        throw new Error(`the native task ${task} failed: its step returned 2`);
      case WAIT: {
        if (wait === undefined) {
          throw new TypeError('native: wait must be a function for a step that returns 3 (waiting), not undefined');
        }
        const value = wait(state);
        const then = thenOf(value);
        if (then === undefined) throw new TypeError(`native: wait must return a Promise, not ${describe(value)}`);
        return { value, then };
      }
      default:
        throw new TypeError(`native: step must return 0 (more), 1 (done), 2 (failed) or 3 (waiting), not ${code}`);
    }
  }

  throw() {
    const { table, exports } = /** @type {Core} */ (this.#core);
    table.set(this.#entry, exports.native_failed);
  }

  close() {
    this.release();
    const { state, dispose } = this;
    this.#disposed = dispose !== undefined;
    dispose?.(state);
  }
}
