// The core in JavaScript, where the policy forbids WebAssembly.
import { cooperate } from './cooperator/dist/without-wasm.js';
import { map, range } from './cooperator/dist/work.js';

async function run() {
  const squares = await cooperate(map(range(1000), (n) => n ** 2)).whenDone();
  return squares.at(-1) + 5;
}

globalThis.outcome = run().catch((error) => error.message);
