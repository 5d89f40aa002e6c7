// Replays random scripts on the model, the package, the C core and Twisted, and compares what they log.
//
//   node test/model/run.mjs [--scripts 2000] [--seed 1] [--minutes 5] [--only c|js|twisted]
//
// A difference is made small and printed as a trace, which can be put into test/traces.
import { parseArgs } from 'node:util';
import { generate } from './generate.js';
import { replayAll, replayOnModel, replayOnPackage, replayOne } from './sides.js';
import { shrink } from './shrink.js';

const BATCH = 500;

/**
 * What is compared with the model: scripts of a kind, in the parts of all.
 * - c: what C and JavaScript have in common, on both
 * - js: with what only JavaScript has
 * - twisted: without what is different there on purpose
 * - memory: on the C core, with each allocation failing in turn
 */
const kinds = {
  c: { part: 0.45, options: {}, sides: { c: (scripts) => replayAll('c', scripts), package: replayOnAll } },
  js: { part: 0.35, options: { js: true }, sides: { package: replayOnAll } },
  twisted: { part: 0.1, options: { twisted: true }, sides: { twisted: (scripts) => replayAll('twisted', scripts) } },
  memory: { part: 0.1, options: {}, sides: { c: (scripts) => replayAll('c', scripts, ['--fail-allocations']) } },
};

async function replayOnAll(scripts) {
  const logs = [];
  for (const script of scripts) logs.push(await replayOnPackage(script));
  return logs;
}

/** Replays one batch; gives the differences: [script, side, model's log, side's log]. */
async function compare({ options, sides }, seeds) {
  const scripts = seeds.map((seed) => generate(seed, options));
  const expected = scripts.map(replayOnModel);
  const differences = [];
  for (const [side, replay] of Object.entries(sides)) {
    const logs = await replay(scripts);
    for (const [index, log] of logs.entries()) {
      if (log !== expected[index]) differences.push({ seed: seeds[index], script: scripts[index], side });
    }
  }
  return differences;
}

/** The package is asked asynchronously, so shrinking one of its differences goes step by step. */
async function shrinkSlowly(script, differs) {
  const known = new Map();
  for (;;) {
    let asked;
    const small = shrink(script, (candidate) => {
      if (known.has(candidate)) return known.get(candidate);
      if (asked === undefined) asked = candidate;
      throw new Error('not known yet');
    });
    if (asked === undefined) return small;
    known.set(asked, await differs(asked).catch(() => false));
    if (known.get(asked)) script = asked;
  }
}

const endsWell = (script) => script.startsWith('cooperator') && script.endsWith('\nend\n');

async function show(kind, { seed, script, side }) {
  const replay = side === 'package' ? replayOnPackage : (text) => replayOne(side, text);
  const differs = (text) => endsWell(text) && replayOnModel(text) !== replay(text);
  const slowly = async (text) => endsWell(text) && replayOnModel(text) !== await replay(text);
  const still = await slowly(script);
  const small = !still ? script : side === 'package' ? await shrinkSlowly(script, slowly) : shrink(script, differs);
  console.log(`\nSeed ${seed} (${kind}): the ${side} differs from the model${still ? '' : ', though not when asked again'}.`);
  console.log(`# The model says:\n${replayOnModel(small)}\n\n# The ${side} says:\n${await replay(small)}`);
}

/**
 * @param {{ scripts?: number, minutes?: number, seed?: number, only?: string, most?: number }} how
 * @returns {Promise<{ scripts: Record<string, number>, differences: number }>}
 */
export async function compareAll({ scripts = Infinity, minutes = Infinity, seed = 1, only, most = 5 }) {
  const end = performance.now() + minutes * 60_000;
  const done = {};
  let differences = 0;
  const chosen = Object.entries(kinds).filter(([kind]) => only === undefined || only === kind);
  const all = chosen.reduce((sum, [, { part }]) => sum + part, 0);
  const left = new Map(chosen.map(([kind, { part }]) => [kind, Math.ceil(scripts * part / all)]));
  while (left.size !== 0 && performance.now() < end && differences < most) {
    for (const [kind, count] of left) {
      const size = Math.min(count, Math.ceil(BATCH * kinds[kind].part / all));
      const seeds = Array.from({ length: size }, (_, index) => seed + (done[kind] ?? 0) + index);
      const found = await compare(kinds[kind], seeds);
      for (const difference of found.slice(0, most - differences)) await show(kind, difference);
      differences += found.length;
      done[kind] = (done[kind] ?? 0) + size;
      if (count <= size) left.delete(kind);
      else left.set(kind, count - size);
    }
  }
  return { scripts: done, differences };
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      scripts: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const { seed, only } = values;
  const began = performance.now();
  const { scripts, differences } = await compareAll({
    scripts: Number(values.scripts ?? (values.minutes === undefined ? 2000 : Infinity)),
    minutes: Number(values.minutes ?? Infinity), seed: Number(seed), only,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = Object.entries(scripts).map(([kind, count]) => `${count} ${kind}`).join(', ');
  console.log(`seed ${seed}: ${counts}; ${differences} differences, ${seconds} s`);
  process.exitCode = differences === 0 ? 0 : 1;
}
