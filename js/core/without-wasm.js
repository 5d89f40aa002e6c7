// Loads the core as JavaScript, which the build has made of the WebAssembly module. The build of cooperator/without-wasm
// takes this file in place of wasm.js.

import instantiate from '../../dist/cooperator.wasm?javascript';
import { Core } from './core.js';
import { hostImports } from './host-imports.js';

export { Core } from './core.js';

/**
 * The views come from the core: the old buffer of a memory that has grown is not detached, so that a view of it looks
 * valid.
 */
class JavaScriptCore extends Core {
  #memory;
  /** @type {ArrayBuffer | undefined} */
  #buffer;
  /** @type {any} */
  #views;

  /** @param {any} exports @param {{ buffer: ArrayBuffer }} memory @param {any} table */
  constructor(exports, memory, table) {
    super(exports, () => memory.buffer, table);
    this.#memory = memory;
  }

  #current() {
    const { buffer } = this.#memory;
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#views = {
        words: new Int32Array(buffer),
        doubles: new Float64Array(buffer),
        bytes: new Uint8Array(buffer),
      };
    }
    return this.#views;
  }

  /** @override @returns {Int32Array<ArrayBuffer>} */
  words() {
    return this.#current().words;
  }

  /** @override @returns {Float64Array<ArrayBuffer>} */
  doubles() {
    return this.#current().doubles;
  }

  /** @override @returns {Uint8Array<ArrayBuffer>} */
  bytes() {
    return this.#current().bytes;
  }
}

/** The package's own core, set by the first `load()` or by `init()`. @type {Core} */
export let core;

/** Returns the package's own core, and creates it at the first call. @returns {Core} */
export function load() {
  if (core === undefined) {
    const exports = instantiate({ env: hostImports });
    exports._initialize();
    const { memory, __indirect_function_table: table } = exports;
    core = new JavaScriptCore(exports, memory, table);
  }
  return core;
}

/**
 * Loads the core. There is nothing to fetch or to compile, so `source` is ignored: a program can call it as it does with
 * `cooperator`.
 * @param {unknown} [source]
 * @returns {Promise<void>}
 * @throws {Error} if the core is loaded already
 */
export async function init(source) {
  void source;
  if (core !== undefined) {
    throw new Error('init: the core is loaded already; call init before you use anything else of the package');
  }
  await undefined; // A second call before that is right: it, too, comes before any use.
  load();
}
