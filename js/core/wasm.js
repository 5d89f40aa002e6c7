// The WebAssembly core: compiling it, its exports, its memory. No other file sees any of these but through here.

import inlined from '../../dist/cooperator.wasm'; // in hexadecimal
import { Buffer } from '../util/platform.js';

/** @typedef {Record<string, (...numbers: number[]) => number>} CoreFunctions */

/** An instance of the core: the package's own, or that of a program which has the library linked in. */
export class Core {
  #memory;
  #int32 = new Int32Array(0);
  #float64 = new Float64Array(0);

  /**
   * @param {CoreFunctions} exports  of src/wasm/package.c, or those that src/wasm/program.c tells
   * @param {() => ArrayBuffer} memory  as it is now
   * @param {WebAssembly.Table} table  of its functions
   * @param {(task: number, error: unknown) => void} [failForeign]  the turn of a task that is not JavaScript's has
   *   thrown; the package's own core has no such tasks
   */
  constructor(exports, memory, table, failForeign = () => {}) {
    this.exports = exports;
    this.#memory = memory;
    this.table = table;
    this.failForeign = failForeign;
  }

  // A memory that has grown detaches its old buffer, which shows as a length of 0.

  /** The memory in words of 32 bits: index by pointer >> 2. To be asked for anew after any call of the core. */
  words() {
    if (this.#int32.length === 0) this.#int32 = new Int32Array(this.#memory());
    return this.#int32;
  }

  /** The memory in doubles: index by pointer >> 3. As `words`. */
  doubles() {
    if (this.#float64.length === 0) this.#float64 = new Float64Array(this.#memory());
    return this.#float64;
  }

  /**
   * An unsigned integer of 64 bits, exact up to 2^53.
   * @param {number} pointer
   */
  uint64At(pointer) {
    const memory = this.words();
    return (memory[pointer >> 2] >>> 0) + (memory[(pointer >> 2) + 1] >>> 0) * 2 ** 32;
  }
}

/**
 * A core's memory in bytes. To be asked for anew after any call of the core.
 * @param {Core} core
 */
export function bytesOf(core) {
  return new Uint8Array(core.words().buffer);
}

/**
 * A string of C's.
 * @param {Core} core @param {number} pointer
 */
export function textAt(core, pointer) {
  const bytes = bytesOf(core);
  return new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
}

/** The package's own. There from the first `load()` on. @type {Core} */
export let core;

/** What the core asks of JavaScript (src/wasm/imports.js); @type {Record<string, Function>} */
export const imports = {};

/**
 * Supplies imports. Each file does so when it is evaluated, which is before anything can be loaded.
 * None of the functions may throw: an exception through WebAssembly frames leaves the core half-done (J5).
 * @param {Record<string, Function>} functions
 */
export function connect(functions) {
  Object.assign(imports, functions);
}

/** Makes the package's own core ready. Cheap when it is. @returns {Core} */
export function load() {
  if (core === undefined) instantiate(compile(decode(inlined)));
  return core;
}

/**
 * For those who would rather fetch the core than have the inlined copy compiled on first use: to be awaited
 * before anything else of the package is used.
 * @param {URL | string | Response | PromiseLike<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module} source
 *   where `cooperator/cooperator.wasm` is to be had, or what is in it
 * @returns {Promise<void>}
 */
export async function init(source) {
  if (core !== undefined) {
    throw new Error('init: the core is loaded already; call init before anything else of the package');
  }
  const module = await moduleFrom(await source);
  if (core === undefined) instantiate(module);
}

/** @param {any} source */
async function moduleFrom(source) {
  if (typeof WebAssembly === 'object' && source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) source = await fetch(source);
  if (typeof source?.arrayBuffer === 'function') {
    if (!source.ok) throw new Error(`init: ${source.url || 'the response'} answered with status ${source.status}`);
    source = await source.arrayBuffer();
  }
  if (!(ArrayBuffer.isView(source) || Object.prototype.toString.call(source) === '[object ArrayBuffer]')) {
    throw new TypeError(
      'init: source must be a URL, a Response, the bytes of cooperator.wasm, or a WebAssembly.Module',
    );
  }
  return compile(source);
}

/** @param {string} hexadecimal @returns {Uint8Array<ArrayBuffer>} */
function decode(hexadecimal) {
  const Bytes = /** @type {any} */ (Uint8Array);
  if (Bytes.fromHex !== undefined) return Bytes.fromHex(hexadecimal);
  if (typeof Buffer?.from === 'function') return Buffer.from(hexadecimal, 'hex');
  const pairs = /** @type {string[]} */ (hexadecimal.match(/../g));
  return Uint8Array.from(pairs, (digits) => Number.parseInt(digits, 16));
}

/** @param {BufferSource} bytes */
function compile(bytes) {
  if (typeof WebAssembly !== 'object') throw new Error('cooperator needs WebAssembly, which this host does not have');
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
  const { exports } = new WebAssembly.Instance(module, { env: /** @type {any} */ (imports) });
  /** @type {any} */ (exports)._initialize?.();
  const { memory, __indirect_function_table: table } = /** @type {any} */ (exports);
  core = new Core(/** @type {any} */ (exports), () => memory.buffer, table);
}

/** (module (import "" "" (func (param i32) (result i32)))): the linker checks the type of what it is given. */
const TYPE_CHECK = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 2, 5, 1, 0, 0, 0, 0];

/** @type {WebAssembly.Module | undefined} */
let typeCheck;

/**
 * Whether an instance of WebAssembly exports it: no other function finds a place in a table.
 * @param {Function} f
 */
export function isExported(f) {
  try {
    new WebAssembly.Table({ element: 'anyfunc', initial: 1 }).set(0, f);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a function of WebAssembly has the type (i32) -> i32. A call would find out too late, and reflection of
 * types is not in every engine.
 * @param {Function} f
 */
export function hasStepType(f) {
  typeCheck ??= compile(new Uint8Array(TYPE_CHECK));
  try {
    new WebAssembly.Instance(typeCheck, { '': { '': /** @type {any} */ (f) } });
    return true;
  } catch {
    return false;
  }
}
