// The core as the rest of the package sees it: its functions, and views of its memory.

import { get } from './handles.js';

/** @typedef {Record<string, (...numbers: number[]) => number>} CoreFunctions */

/** An instance of the core: the package's own, or that of a C program that links the library. */
export class Core {
  #memory;
  #int32 = new Int32Array(0);
  #float64 = new Float64Array(0);
  #uint8 = new Uint8Array(0);

  /**
   * @param {CoreFunctions} exports  of src/wasm/package.c, or the table of src/wasm/program.c
   * @param {() => ArrayBuffer} memory  returns the current buffer
   * @param {WebAssembly.Table} table  the function table
   * @param {(task: number, error: unknown) => void} [setFailure]  stores the error that the step of a C program's task
   *   has thrown; the package's own core has no such tasks
   */
  constructor(exports, memory, table, setFailure = () => {}) {
    this.exports = exports;
    this.#memory = memory;
    this.table = table;
    this.setFailure = setFailure;
  }

  // When a memory grows, the views of its old buffer get the length 0. So a view must be fetched anew after every call
  // of the core.

  /** The memory as 32-bit integers. The index is pointer >>> 2. */
  words() {
    if (this.#int32.length === 0) this.#int32 = new Int32Array(this.#memory());
    return this.#int32;
  }

  /** The memory as doubles. The index is pointer >>> 3. */
  doubles() {
    if (this.#float64.length === 0) this.#float64 = new Float64Array(this.#memory());
    return this.#float64;
  }

  /** The memory as bytes. The index is pointer >>> 0. */
  bytes() {
    if (this.#uint8.length === 0) this.#uint8 = new Uint8Array(this.#memory());
    return this.#uint8;
  }

  /**
   * Reads an unsigned 64-bit integer, exact up to 2^53.
   * @param {number} pointer
   */
  uint64At(pointer) {
    const words = this.words();
    return (words[pointer >>> 2] >>> 0) + (words[(pointer >>> 2) + 1] >>> 0) * 2 ** 32;
  }

  /**
   * Reads a double.
   * @param {number} pointer
   */
  doubleAt(pointer) {
    return this.doubles()[pointer >>> 3];
  }

  /**
   * Reads a C string.
   * @param {number} pointer
   */
  textAt(pointer) {
    const bytes = this.bytes();
    return new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
  }

  /**
   * Returns the object of a task's handle; undefined for a task of the C program.
   * @param {number} pointer
   * @returns {any}
   */
  taskAt(pointer) {
    return get(this.exports.task_handle(pointer));
  }
}
