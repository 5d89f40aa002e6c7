// The kinds of random scripts, and how many of all are of each; what a batch of one kind comes to.
import { generate } from './generate.js';
import { replayAll, replayOnModel, replayOnPackage } from './sides.js';

/**
 * What is compared with the model:
 * - c: what C and JavaScript have in common, on both
 * - js: with what only JavaScript has
 * - twisted: without what is different there on purpose
 * - memory: on the C core, with each allocation failing in turn
 */
export const kinds = {
  c: { part: 0.45, options: {}, sides: { c: (scripts) => replayAll('c', scripts), package: replayOnAll } },
  js: { part: 0.35, options: { js: true }, sides: { package: replayOnAll } },
  twisted: { part: 0.1, options: { twisted: true }, sides: { twisted: (scripts) => replayAll('twisted', scripts) } },
  memory: { part: 0.1, options: {}, sides: { 'c, without memory': replayWithoutMemory } },
};

function replayWithoutMemory(scripts) {
  return replayAll('c', scripts, ['--fail-allocations']);
}

async function replayOnAll(scripts) {
  const logs = [];
  for (const script of scripts) logs.push(await replayOnPackage(script));
  return logs;
}

/** @typedef {{ seed: number, script: string, side: string }} Found  a script that a side logs otherwise than the model */

/**
 * Replays `count` scripts from `seed` on.
 * @param {{ kind: string, side?: string, seed: number, count: number }} batch  `side` if it is to be that one alone
 * @returns {Promise<Found[]>}
 */
export async function compareBatch({ kind, side: chosen, seed, count }) {
  const { options, sides } = kinds[kind];
  const scripts = Array.from({ length: count }, (_, index) => generate(seed + index, options));
  const expected = scripts.map(replayOnModel);
  const found = [];
  for (const [side, replay] of Object.entries(sides)) {
    if (chosen !== undefined && side !== chosen) continue;
    for (const [index, log] of (await replay(scripts)).entries()) {
      if (log !== expected[index]) found.push({ seed: seed + index, script: scripts[index], side });
    }
  }
  return found;
}
