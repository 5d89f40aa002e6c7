// The part `bridge`: calls the exported functions of cores at random, with stale and forged handles.
import { misuseCore, openPackageCore, programOpener } from '../../test/verify/bridge.mjs';

const CALLS = 2000;

/** @param {import('../verify.mjs').Options} options */
export async function misuse({ minutes, seed }) {
  const openers = [openPackageCore, await programOpener('O0'), await programOpener('O3')];
  const end = performance.now() + minutes * 60_000;
  let [cores, calls] = [0, 0];
  for (; performance.now() < end; cores++) {
    try {
      calls += misuseCore(seed + cores, CALLS, openers[cores % openers.length]);
    } catch (error) {
      return { figures: [], wrong: [`seed ${seed + cores}: ${error.stack}`] };
    }
  }
  return { figures: [`${calls} calls of ${cores} cores, two thirds of them in C programs`], wrong: [] };
}
