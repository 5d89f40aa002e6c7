// Native tasks: steps that are functions of other WebAssembly modules, called by the core with no JavaScript
// between. Their places in the core's function table are given out and taken back here.

import { describe } from './errors.js';
import { core, hasStepType, load } from './wasm.js';

/**
 * What `native` makes, to be given to `cooperate`.
 * @template T
 */
export class NativeWork {
  /** @param {NativeOptions<T>} options */
  constructor({ step, state = 0, wait, result, dispose, name }) {
    this.step = step;
    this.state = state;
    this.wait = wait;
    this.result = result;
    this.dispose = dispose;
    this.name = name;
    /** It is a task that has not finished; its state can be only one's. */
    this.used = false;
  }
}

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
    throw new TypeError(`native: options must be an object, not ${describe(options)}`);
  }
  const { step, state = 0, name } = options;
  if (typeof step !== 'function') throw new TypeError(`${WANTED}, not ${describe(step)}`);
  checkState(state);
  for (const option of /** @type {const} */ (['wait', 'result', 'dispose'])) {
    const f = options[option];
    if (f !== undefined && typeof f !== 'function') {
      throw new TypeError(`native: ${option} must be a function, not ${describe(f)}`);
    }
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`native: name must be a string, not ${describe(name)}`);
  }
  load();
  giveBack(place(step));
  return new NativeWork(options);
}

/** @param {unknown} state */
function checkState(state) {
  if (typeof state === 'bigint') {
    throw new TypeError(
      `native: state must be a number, not ${state}n: modules with addresses of 64 bits (memory64) are not supported`,
    );
  }
  if (typeof state !== 'number') {
    throw new TypeError(`native: state must be a number, the 32-bit parameter of step, not ${describe(state)}`);
  }
  if (!Number.isInteger(state) || state < -(2 ** 31) || state >= 2 ** 32) {
    throw new RangeError(`native: state must be an integer of 32 bits, not ${state}`);
  }
}

const WANTED = 'native: step must be a function that a WebAssembly instance exports';

/** Places of the table that were used and are free again. @type {number[]} */
const free = [];

/**
 * Puts a step into the core's function table.
 * @param {Function} step
 * @returns {number} its place
 * @throws {TypeError} if it is no function of WebAssembly, or of another type
 */
export function place(step) {
  const table = core.__indirect_function_table;
  const index = free.pop() ?? table.grow(1);
  try {
    table.set(index, step);
  } catch (cause) {
    free.push(index);
    throw new TypeError(`${WANTED}, not one of JavaScript`, { cause });
  }
  if (hasStepType(step)) return index;
  giveBack(index);
  throw new TypeError(
    'native: step must be of type (i32) -> i32: its one parameter is the state, its one result the status',
  );
}

/** @param {number} index */
export function giveBack(index) {
  core.__indirect_function_table.set(index, null);
  free.push(index);
}

/** The step that has this place will not be called again, and fails instead. @param {number} index */
export function failNext(index) {
  core.__indirect_function_table.set(index, core.native_failed);
}
