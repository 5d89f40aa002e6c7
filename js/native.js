// Native tasks: steps that are functions of other WebAssembly modules, called by the core with no JavaScript
// between. Their places in the core's function table are given out and taken back here.

import { describe } from './errors.js';
import { core, load } from './wasm.js';

/**
 * What `native` makes, to be given to `cooperate`.
 * @template T
 */
export class NativeWork {
  /** @param {NativeOptions<T>} options */
  constructor({ step, state = 0, result, dispose, name }) {
    this.step = step;
    this.state = state;
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
 * @property {Function} step  an exported WebAssembly function (i32 state) -> i32 status: 0 more, 1 done, 2 failed
 * @property {number} [state]  passed to `step`, an integer of 32 bits; 0 where it is not given
 * @property {(state: number) => T} [result]  called when the step says done: the task's result
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
  const { step, state = 0, result, dispose, name } = options;
  if (typeof step !== 'function' || step.length !== 1) {
    throw new TypeError(`native: step must be an exported WebAssembly function of one parameter, not ${describe(step)}`);
  }
  if (typeof state !== 'number') {
    throw new TypeError(`native: state must be a number, the 32-bit parameter of step, not ${describe(state)}`);
  }
  if (!Number.isInteger(state) || state < -(2 ** 31) || state >= 2 ** 32) {
    throw new RangeError(`native: state must be an integer of 32 bits, not ${state}`);
  }
  for (const [option, f] of Object.entries({ result, dispose })) {
    if (f !== undefined && typeof f !== 'function') {
      throw new TypeError(`native: ${option} must be a function, not ${describe(f)}`);
    }
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`native: name must be a string, not ${describe(name)}`);
  }
  load();
  giveBack(place(step)); // only WebAssembly's own functions find a place in its table
  return new NativeWork(options);
}

/** Places of the table that were used and are free again. @type {number[]} */
const free = [];

/**
 * Puts a step into the core's function table.
 * @param {Function} step
 * @returns {number} its place
 */
export function place(step) {
  const table = core.__indirect_function_table;
  const index = free.pop() ?? table.grow(1);
  try {
    table.set(index, step);
  } catch (cause) {
    free.push(index);
    throw new TypeError('native: step must be a function that a WebAssembly instance exports, not one of JavaScript', { cause });
  }
  return index;
}

/** @param {number} index */
export function giveBack(index) {
  core.__indirect_function_table.set(index, null);
  free.push(index);
}
