// The rewriter of modules, src/instrument in WebAssembly: include/cooperator/instrument.h describes what it adds.

import inlined from '../../build/wasm/instrument.wasm'; // as text
import { mustBe } from '../util/argument-errors.js';
import { InvalidModule } from './errors.js';

/**
 * What was found and changed: the fields of coop_instrument_statistics.
 * @typedef {{ functions: number, loops: number, localChecks: number, globalChecks: number, shortLoops: number,
 *   entryChecks: number, callChecks: number, savedGlobals: number, unsavedGlobals: number }} Statistics
 */

/**
 * The functions of src/wasm/instrument.c.
 * @typedef {object} Rewriter
 * @property {WebAssembly.Memory} memory
 * @property {(size: number) => number} allocate
 * @property {(bytes: number, size: number, state: number) => number} instrument
 */

// coop_instrument_status
const OK = 0;
const NO_MEMORY = 1;
const INSTRUMENTED = 4;

const MAGIC = [0, 0x61, 0x73, 0x6d];
const HEADER_SIZE = 8;

// The host's own, which a program may replace later.
const { Instance, Module } = globalThis.WebAssembly ?? {};

/** @type {WebAssembly.Module | undefined} */
let rewriter;

/** The text of bytes that scripts/package/wasm-text.mjs writes, which describes it. @param {string} text */
function decode(text) {
  const bytes = [];
  let more = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = code - (code < 97 ? 35 : 40);
    if (digit >= BASE) {
      more = BASE * (digit - BASE + 1);
    } else {
      bytes.push(more + digit);
      more = 0;
    }
  }
  return Uint8Array.from(bytes);
}
const BASE = 84;

/** @returns {Rewriter} functions for one call: their memory is never freed */
function newRewriter() {
  try {
    rewriter ??= new Module(decode(inlined));
  } catch (cause) {
    throw new Error(
      'cooperator/preemptible could not compile its rewriter of modules, which is WebAssembly; ' +
        "where a Content-Security-Policy is in force, its script-src must contain 'wasm-unsafe-eval'",
      { cause },
    );
  }
  return /** @type {any} */ (new Instance(rewriter).exports);
}

/** @param {any} source @returns {source is BufferSource} */
export function isBytes(source) {
  return ArrayBuffer.isView(source) || /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(source));
}

/**
 * @param {string} what  function and parameter, for errors
 * @param {any} source  a BufferSource
 * @returns {Uint8Array}
 */
export function bytesOf(what, source) {
  if (!isBytes(source)) throw mustBe(what, 'the bytes of a WebAssembly module', source);
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/**
 * Instruments a module.
 * @param {Uint8Array} wasm
 * @returns {{ instrumented: boolean, bytes: Uint8Array<ArrayBuffer>, statistics: Statistics }} `instrumented`: it was
 *   already, and there are no new bytes
 * @throws {InvalidModule | RangeError}
 */
export function rewrite(wasm) {
  const isModule = MAGIC.every((byte, index) => wasm[index] === byte);
  const input = isModule ? wasm : wasm.subarray(0, HEADER_SIZE); // Large files of another kind need not be copied.
  const { memory, allocate, instrument } = newRewriter();
  const address = allocate(input.length + 1) >>> 0;
  if (address === 0) throw outOfMemory(wasm);
  new Uint8Array(memory.buffer).set(input, address);
  const outcome = instrument(address, input.length, 1) >>> 2;
  const words = new Uint32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const [status, output, size, offset, message] = words.subarray(outcome, outcome + 5);
  const [
    functions,
    loops,
    localChecks,
    globalChecks,
    shortLoops,
    entryChecks,
    callChecks,
    savedGlobals,
    unsavedGlobals,
  ] = words.subarray(outcome + 5);
  if (status === NO_MEMORY) throw outOfMemory(wasm);
  if (status !== OK && status !== INSTRUMENTED) {
    const text = new TextDecoder().decode(bytes.subarray(message, bytes.indexOf(0, message)));
    throw new InvalidModule(`instrument: wasm is invalid at offset ${offset}: ${text}`, offset);
  }
  return {
    instrumented: status === INSTRUMENTED,
    bytes: bytes.slice(output, output + size),
    statistics: {
      functions,
      loops,
      localChecks,
      globalChecks,
      shortLoops,
      entryChecks,
      callChecks,
      savedGlobals,
      unsavedGlobals,
    },
  };
}

/** @param {Uint8Array} wasm */
function outOfMemory(wasm) {
  return new RangeError(`instrument: there is no memory to instrument a module of ${wasm.length} bytes`);
}

/**
 * Makes a module interruptible: returns the bytes of a module that computes the same, and that asks a `Preemptible` in
 * all of its loops and its recursion whether it may continue.
 * @param {BufferSource} wasm  the bytes of a module; they are not changed
 * @returns {Uint8Array & { buffer: ArrayBuffer }} (before version 5.7 of TypeScript, Uint8Array was not generic)
 * @throws {InvalidModule} if they are not a module, contain something unknown, or were instrumented before
 * @throws {TypeError} if `wasm` is not bytes
 * @throws {RangeError} if there is no memory
 * @example
 * await writeFile('library.wasm', instrument(await readFile('original.wasm')));
 */
export function instrument(wasm) {
  const { instrumented, bytes } = rewrite(bytesOf('instrument: wasm', wasm));
  if (instrumented) throw new InvalidModule('instrument: wasm was instrumented before; use it as it is', 0);
  return bytes;
}
