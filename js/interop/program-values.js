// Values that pass between JavaScript and a C program that links the library.
//
// The program holds a JavaScript value as an odd number, 2 * handle + 1. Its own values are pointers, which are even:
// JavaScript sees them as numbers. src/wasm/program.c does the same on the other side.

import { OK, STATUS_NAMES } from '../core/constants.js';
import { get, put, remove } from '../core/handles.js';
import { errorFor } from '../core/results.js';

/** @typedef {import('../core/wasm.js').Core} Core */

/** Marks the entries of the handle table that the program may use. */
class ProgramValue {
  /** @param {unknown} content */
  constructor(content) {
    this.content = content;
  }
}

/** Returns true if the handle stands for a value that was passed to the program. @param {number} handle */
export function isProgramValue(handle) {
  return get(handle) instanceof ProgramValue;
}

/**
 * Returns the JavaScript value of a handle, undefined if it stands for none.
 * @param {number} handle
 * @returns {any}
 */
export function contentAt(handle) {
  const value = get(handle);
  return value instanceof ProgramValue ? value.content : undefined;
}

/**
 * Passes a value to the program, which then owns it.
 * @param {unknown} value
 * @returns {number} an odd number; 0 if the table of handles is full
 */
export function toProgram(value) {
  try {
    return put(new ProgramValue(value)) * 2 + 1;
  } catch {
    return 0;
  }
}

/** Takes back a value that `toProgram` passed and the program did not accept. @param {number} number */
export function takeBack(number) {
  remove(number >>> 1);
}

/**
 * Returns what a result of the program stands for in JavaScript: a JavaScript value as it is; another value as a
 * number, or if it is a failure, an error with `status`, the name of its status, and `value`.
 * @param {Core} core @param {number} status @param {number} number
 */
export function fromProgram(core, status, number) {
  if ((number & 1) !== 0) return contentAt(number >>> 1);
  const value = number >>> 0;
  if (status === OK) return value;
  const name = STATUS_NAMES[status] ?? String(status);
  const known = errorFor(status);
  const error =
    known.constructor === Error ? new Error(`${name}: ${core.textAt(core.exports.status_message(status))}`) : known;
  return Object.assign(error, { status: name, value });
}
