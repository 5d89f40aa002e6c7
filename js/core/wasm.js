// Loads the core as WebAssembly.

import inlined from '../../dist/cooperator.wasm'; // as text
import { TextEncoder } from '../util/platform.js';
import { compile, refusal } from './compile.js';
import { Core } from './core.js';
import { hostImports } from './host-imports.js';
import { hasWebAssembly } from './step-type.js';
import { DECODER } from './wasm-text.js';

export { Core } from './core.js';

/** The package's own core, set by the first `load()` or by `init()`. @type {Core} */
export let core;

/** Returns the package's own core, and instantiates it at the first call. @returns {Core} */
export function load() {
  if (core === undefined) {
    const module = compile(decode(inlined));
    use(new WebAssembly.Instance(module, imports()));
  }
  return core;
}

/**
 * Loads the core asynchronously. Without it the core is compiled when it is first needed, which some hosts forbid:
 * Chromium before version 115 on the main thread of a page, and Cloudflare Workers. Await it before you use anything
 * else of the package.
 * @param {URL | string | Response | PromiseLike<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module} [source]
 *   the address of `cooperator/cooperator.wasm`, or its contents; default: the copy that is inlined in the package
 * @returns {Promise<void>}
 * @throws {Error} if the core is loaded already, cannot be fetched or cannot be compiled
 * @throws {TypeError} if source is none of these
 * @example
 * import module from 'cooperator/cooperator.wasm'; // in a Cloudflare Worker: a WebAssembly.Module
 * import { cooperate, init } from 'cooperator';
 *
 * await init(module);
 */
export async function init(source) {
  if (core !== undefined) {
    throw new Error('init: the core is loaded already; call init before you use anything else of the package');
  }
  const bytesOrModule = source === undefined ? decode(inlined) : await contentOf(await source);
  /** @type {any} */
  let result;
  try {
    result = await WebAssembly.instantiate(/** @type {any} */ (bytesOrModule), imports());
  } catch (cause) {
    throw !hasWebAssembly || cause instanceof WebAssembly.CompileError ? refusal(cause) : cause;
  }
  // Of a module, the result is the instance itself.
  if (core === undefined) use(result.instance ?? result);
}

/** @param {any} source  @returns {Promise<BufferSource | WebAssembly.Module>} */
async function contentOf(source) {
  if (hasWebAssembly && source instanceof WebAssembly.Module) return source;
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
  return source;
}

/** @param {string} text */
function decode(text) {
  const decoder = compile(new Uint8Array(DECODER));
  const { exports } = new WebAssembly.Instance(decoder);
  const { m: memory, d: decodeInPlace } = /** @type {any} */ (exports);
  const bytes = new Uint8Array(memory.buffer);
  // jsdom has no TextEncoder.
  bytes.set(TextEncoder ? new TextEncoder().encode(text) : Uint8Array.from(text, (digit) => digit.charCodeAt(0)));
  return bytes.subarray(0, decodeInPlace(text.length));
}

function imports() {
  return { env: /** @type {any} */ (hostImports) };
}

/** @param {WebAssembly.Instance} instance */
function use({ exports }) {
  /** @type {any} */ (exports)._initialize();
  const { memory, __indirect_function_table: table } = /** @type {any} */ (exports);
  core = new Core(/** @type {any} */ (exports), () => memory.buffer, table);
}
