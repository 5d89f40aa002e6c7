// The entry `cooperator/preemptible`: WebAssembly modules that were never written to yield run as tasks.

import { Preemptible } from './preemptible/preemptible.js';
import { rewrite } from './preemptible/rewriter.js';

export { InstanceBusy, InstanceLost, InvalidModule, TimeLimit } from './preemptible/errors.js';
export { Preemptible } from './preemptible/preemptible.js';
export { instrument } from './preemptible/rewriter.js';
export { supported } from './preemptible/guarded-instance.js';

/** @typedef {import('./preemptible/preemptible.js').PreemptibleOptions} PreemptibleOptions */
/** @typedef {import('./preemptible/preemptible.js').PreemptibleStats} PreemptibleStats */
/** @typedef {import('./preemptible/preemptible.js').ModuleSource} ModuleSource */
/** @template T @typedef {import('./preemptible/preemptible.js').CallWork<T>} CallWork */

/**
 * Makes what a module is instantiated with, so that its calls can be tasks.
 * @param {PreemptibleOptions} [options]
 * @returns {Preemptible}
 * @throws {TypeError | RangeError} if an option is invalid
 * @example
 * const instance = preemptible({ onStop: 'restore' });
 * await instance.instantiate(fetch('/library.wasm'), imports);
 * const result = await cooperate(instance.call(instance.exports.compute, 1000));
 */
export function preemptible(options) {
  return new Preemptible(options);
}

/**
 * `instrument` for the command `cooperator instrument`, which prints what was found.
 * @internal
 * @param {Uint8Array} wasm
 */
export function instrumentWithStatistics(wasm) {
  return rewrite(wasm);
}
