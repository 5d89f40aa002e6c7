// The kinds of random scripts, their proportions, and the implementations that each kind is compared on.
import { generate } from './generate.js';
import { replayAll, replayOnModel, replayOnPackage } from './replayers.js';
import { generateSync, replaySyncOnPackage } from './sync.js';

/**
 * What is compared with the model:
 * - c: scripts that C and JavaScript have in common, on both
 * - js: scripts with features that only JavaScript has
 * - twisted: scripts without the intentional differences from Twisted
 * - memory: on the C core, with each allocation failing in turn
 *
 * Compared with the package: sync, scripts for Semaphore, Lock and Queue, on Twisted
 *
 * `proportion` is that of all scripts; `options` are those of `generate`; `reference` returns the log that the
 * implementations must have.
 */
export const kinds = {
  c: {
    proportion: 0.45,
    options: {},
    implementations: { c: (scripts) => replayAll('c', scripts), package: replayAllOnPackage },
  },
  js: { proportion: 0.35, options: { js: true }, implementations: { package: replayAllOnPackage } },
  twisted: {
    proportion: 0.1,
    options: { twisted: true },
    implementations: { twisted: (scripts) => replayAll('twisted', scripts) },
  },
  memory: { proportion: 0.1, options: {}, implementations: { 'c, without memory': replayWithoutMemory } },
  sync: {
    proportion: 0.1,
    options: {},
    generate: generateSync,
    reference: replaySyncOnPackage,
    implementations: {
      'sync classes of Twisted': (scripts) => replayAll('sync classes of Twisted', scripts),
    },
  },
};

function replayWithoutMemory(scripts) {
  return replayAll('c', scripts, ['--fail-allocations']);
}

async function replayAllOnPackage(scripts) {
  const logs = [];
  for (const script of scripts) logs.push(await replayOnPackage(script));
  return logs;
}

/**
 * A script whose log on `implementation` differs from the model's.
 * @typedef {{ seed: number, script: string, implementation: string }} Difference
 */

/**
 * Generates scripts from `seed` on, one for each seed, and compares their logs with the model's.
 * @param {{ kind: string, implementation?: string, seed: number, count: number }} batch `implementation`: only this one
 * @returns {Promise<Difference[]>}
 */
export async function compareBatch({ kind, implementation: chosen, seed, count }) {
  const { options, implementations, generate: make = generate, reference = replayOnModel } = kinds[kind];
  const scripts = Array.from({ length: count }, (_, index) => make(seed + index, options));
  const expected = scripts.map(reference);
  const differences = [];
  for (const [implementation, replay] of Object.entries(implementations)) {
    if (chosen !== undefined && implementation !== chosen) continue;
    for (const [index, log] of (await replay(scripts)).entries()) {
      if (log !== expected[index]) differences.push({ seed: seed + index, script: scripts[index], implementation });
    }
  }
  return differences;
}
