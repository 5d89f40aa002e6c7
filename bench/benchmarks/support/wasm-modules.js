// The modules of bench/core.
import { native } from 'cooperator';
import { repeat } from './lists.js';

/** @param {(name: string) => Promise<BufferSource>} read @returns {Promise<any>}  the module's exports */
export async function instantiate(read, name, imports = {}) {
  const env = { emscripten_notify_memory_growth() {}, ...imports };
  const wasi = { clock_time_get: () => 0 }; // linked.wasm imports it with a clock that it does not use
  const module = new WebAssembly.Module(await read(name));
  const { exports } = new WebAssembly.Instance(module, { env, wasi_snapshot_preview1: wasi });
  exports._initialize();
  return exports;
}

/**
 * The step of a separate wasm module.
 * @param {(name: string) => Promise<BufferSource>} read
 * @param {number} count  how many states to allocate
 * @returns {Promise<(index: number) => any>}  makes work for `cooperate` that has the state with this index
 */
export async function nativeWorkMaker(read, count) {
  const { step, states } = await instantiate(read, 'steps.wasm');
  const first = states(count);
  if (first === 0) throw new Error('no memory for the states');
  return (index) => native({ step, state: first + 4 * index });
}

/** Works of a separate wasm module, each with its own state. */
export const nativeWorks = async (read, count) => repeat(count, await nativeWorkMaker(read, count));
