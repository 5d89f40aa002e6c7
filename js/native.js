// Native tasks: steps that are functions of other WebAssembly modules, called by the core with no JavaScript
// between. Their places in the core's function table are given out and taken back here.

import { describe } from './errors.js';
import { hasStepType, isExported } from './wasm.js';

/** @typedef {import('./wasm.js').Core} Core */

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
    /** Its state was given back. */
    this.disposed = false;
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
  checkStep(step);
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
 * Puts a step into a core's function table.
 * @param {Core} core @param {Function} step
 * @returns {number} its place
 */
export function place(core, step) {
  const index = free(core).pop() ?? core.table.grow(1);
  core.table.set(index, step);
  return index;
}

/** @param {Core} core @param {number} index */
export function giveBack(core, index) {
  core.table.set(index, null);
  free(core).push(index);
}

/**
 * The step that has this place will not be called again, and fails instead.
 * @param {Core} core @param {number} index
 */
export function failNext(core, index) {
  core.table.set(index, core.exports.native_failed);
}
