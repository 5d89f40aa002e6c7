// The WebAssembly core: loads and instantiates it, and gives access to its exports and its memory.

import inlined from '../../dist/cooperator.wasm'; // as text
import { TextEncoder } from '../util/platform.js';
import { get } from './handles.js';
import { hostImports } from './host-imports.js';
import { DECODER } from './wasm-text.js';

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

/** The package's own core, set by the first `load()` or by `init()`. @type {Core} */
export let core;

/** Returns the package's own core, and instantiates it at the first call. @returns {Core} */
export function load() {
  if (core === undefined) instantiate(compile(decode(inlined)));
  return core;
}

/**
 * Loads the core from `source`, in place of the copy that is inlined in the package and compiled on first use. Await it
 * before you use anything else of the package.
 * @param {URL | string | Response | PromiseLike<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module} source
 *   the address of `cooperator/cooperator.wasm`, or its contents
 * @returns {Promise<void>}
 * @throws {Error} if the core is loaded already, cannot be fetched or cannot be compiled
 * @throws {TypeError} if source is none of these
 */
export async function init(source) {
  if (core !== undefined) {
    throw new Error('init: the core is loaded already; call init before you use anything else of the package');
  }
  const module = await moduleFrom(await source);
  if (core === undefined) instantiate(module);
}

/** @param {any} source */
async function moduleFrom(source) {
  if (typeof WebAssembly === 'object' && source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) source = await fetch(source);
  if (typeof source?.arrayBuffer === 'function') {
    if (!source.ok) throw new Error(`init: ${source.url || 'the response'} has the HTTP status ${source.status}`);
    source = await source.arrayBuffer();
  }
  if (!(ArrayBuffer.isView(source) || Object.prototype.toString.call(source) === '[object ArrayBuffer]')) {
    throw new TypeError(
      'init: source must be a URL, a Response, the bytes of cooperator.wasm, or a WebAssembly.Module',
    );
  }
  return compile(source);
}

/** @param {string} text */
function decode(text) {
  const { exports } = new WebAssembly.Instance(compile(new Uint8Array(DECODER)));
  const { m: memory, d: decodeInPlace } = /** @type {any} */ (exports);
  const bytes = new Uint8Array(memory.buffer);
  // jsdom has no TextEncoder.
  bytes.set(TextEncoder ? new TextEncoder().encode(text) : Uint8Array.from(text, (digit) => digit.charCodeAt(0)));
  return bytes.subarray(0, decodeInPlace(text.length));
}

/**
 * Compiles a module, with an error that helps where that is forbidden.
 * @param {BufferSource} bytes
 */
export function compile(bytes) {
  if (typeof WebAssembly !== 'object')
    throw new Error('cooperator requires WebAssembly, which this host does not have');
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new Error(
      'cooperator could not compile its WebAssembly core; ' +
        "where a Content-Security-Policy is in force, its script-src must contain 'wasm-unsafe-eval'",
      { cause },
    );
  }
}

/** @param {WebAssembly.Module} module */
function instantiate(module) {
  const { exports } = new WebAssembly.Instance(module, { env: /** @type {any} */ (hostImports) });
  /** @type {any} */ (exports)._initialize?.();
  const { memory, __indirect_function_table: table } = /** @type {any} */ (exports);
  core = new Core(/** @type {any} */ (exports), () => memory.buffer, table);
}
