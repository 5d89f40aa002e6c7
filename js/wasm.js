// The WebAssembly core: compiling it, its exports, its memory. No other file sees any of these but through here.

import inlined from '../dist/cooperator.wasm';

/** @typedef {Record<string, (...numbers: number[]) => number>} CoreFunctions */

/**
 * The exports of src/wasm/bridge.c. There from the first `load()` on.
 * @type {CoreFunctions & { memory: WebAssembly.Memory, __indirect_function_table: WebAssembly.Table }}
 */
export let core;

/** What the core asks of JavaScript (src/wasm/imports.js); @type {Record<string, Function>} */
const imports = {};

/**
 * Supplies imports. Each file does so when it is evaluated, which is before anything can be loaded.
 * None of the functions may throw: an exception through WebAssembly frames leaves the core half-done (J5).
 * @param {Record<string, Function>} functions
 */
export function connect(functions) {
  Object.assign(imports, functions);
}

/** Makes the core ready. Cheap when it is. */
export function load() {
  if (core === undefined) instantiate(compile(inlined));
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
    throw new TypeError('init: source must be a URL, a Response, the bytes of cooperator.wasm, or a WebAssembly.Module');
  }
  return compile(source);
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
  core = /** @type {any} */ (exports);
}

// Native steps: what may stand in the function table, and be called as a step is.

/** (module (import "" "" (func (param i32) (result i32)))): the linker checks the type of what it is given. */
const TYPE_CHECK = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 2, 5, 1, 0, 0, 0, 0];

/** @type {WebAssembly.Module | undefined} */
let typeCheck;

/** Steps whose type was found to be right. @type {WeakSet<Function>} */
const checked = new WeakSet();

/**
 * Whether a function that stands in the table has the type (i32) -> i32. A call would find out too late, and
 * reflection of types is not in every engine.
 * @param {Function} step
 */
export function hasStepType(step) {
  if (checked.has(step)) return true;
  typeCheck ??= compile(new Uint8Array(TYPE_CHECK));
  try {
    new WebAssembly.Instance(typeCheck, { '': { '': /** @type {any} */ (step) } });
  } catch {
    return false;
  }
  checked.add(step);
  return true;
}

// Views of the memory: a memory that has grown detaches its old buffer, which shows as a length of 0.

let int32 = new Int32Array(0);
let float64 = new Float64Array(0);

/** The memory in words of 32 bits: index by pointer >> 2. To be asked for anew after any call of the core. */
export function words() {
  if (int32.length === 0) int32 = new Int32Array(core.memory.buffer);
  return int32;
}

/** The memory in doubles: index by pointer >> 3. As `words`. */
export function doubles() {
  if (float64.length === 0) float64 = new Float64Array(core.memory.buffer);
  return float64;
}

/**
 * An unsigned integer of 64 bits, exact up to 2^53.
 * @param {number} pointer
 */
export function uint64At(pointer) {
  const memory = words();
  return (memory[pointer >> 2] >>> 0) + (memory[(pointer >> 2) + 1] >>> 0) * 2 ** 32;
}
