// Replays random scripts on the model, the package, the C core and Twisted, and compares what they log. A difference
// is made small and told as a trace, which can be put into test/traces.
import { differences as onPurpose } from './differences.js';
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

/** Replays one batch; gives the differences: [script, side, model's log, side's log]. */
async function compare({ options, sides }, seeds, chosen) {
  const scripts = seeds.map((seed) => generate(seed, options));
  const expected = scripts.map(replayOnModel);
  const differences = [];
  for (const [side, replay] of Object.entries(sides)) {
    if (chosen !== undefined && side !== chosen) continue;
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

/** Tells of a difference, made small. */
async function tell(kind, { seed, script, side }) {
  const [program, ...without] = side.split(', ');
  const args = without.length === 0 ? [] : ['--fail-allocations'];
  const replay = side === 'package' ? replayOnPackage : (text) => replayOne(program, text, args);
  const differs = (text) => endsWell(text) && replayOnModel(text) !== replay(text);
  const slowly = async (text) => endsWell(text) && replayOnModel(text) !== await replay(text);
  const still = await slowly(script);
  const small = !still ? script : side === 'package' ? await shrinkSlowly(script, slowly) : shrink(script, differs);
  return [
    `Seed ${seed} (${kind}): the ${side} differs from the model${still ? '' : ', though not when asked again'}.`,
    '# The model says:', replayOnModel(small), `\n# The ${side} says:`, await replay(small), '',
  ].join('\n');
}

/**
 * Compares so many scripts, or for so many minutes, until there are `most` differences.
 * @param {{ scripts?: number, minutes?: number, seed?: number, only?: string, side?: string, most?: number }} how
 *   `only` one kind of script, or one `side` of it
 * @returns {Promise<{ scripts: Record<string, number>, differences: number, shown: string[] }>}
 */
export async function compareAll({ scripts = Infinity, minutes = Infinity, seed = 1, only, side, most = 5 }) {
  const end = performance.now() + minutes * 60_000;
  const done = {};
  let differences = 0;
  const shown = [];
  const chosen = Object.entries(kinds).filter(([kind]) => only === undefined || only === kind);
  const all = chosen.reduce((sum, [, { part }]) => sum + part, 0);
  const left = new Map(chosen.map(([kind, { part }]) => [kind, Math.ceil(scripts * part / all)]));
  while (left.size !== 0 && performance.now() < end && differences < most) {
    for (const [kind, count] of left) {
      const size = Math.min(count, Math.ceil(BATCH * kinds[kind].part / all));
      const seeds = Array.from({ length: size }, (_, index) => seed + (done[kind] ?? 0) + index);
      const found = await compare(kinds[kind], seeds, side);
      for (const difference of found.slice(0, most - differences)) shown.push(await tell(kind, difference));
      differences += found.length;
      done[kind] = (done[kind] ?? 0) + size;
      if (count <= size) left.delete(kind);
      else left.set(kind, count - size);
    }
  }
  return { scripts: done, differences, shown };
}

/** The events of a log, without those of the end. */
const eventsOf = (log) => log.slice(0, log.lastIndexOf('\nend')).split('\n')
  .filter((line) => line.startsWith('> ')).map((line) => line.slice(2));

/** Replays the scripts of the differences from Twisted that are on purpose; gives what is not as they say. */
export async function checkDifferences() {
  const wrong = [];
  for (const { rule, what, script, here, twisted } of onPurpose) {
    const text = [...script, 'end', ''].join('\n');
    const expected = { model: here, package: here, c: here, twisted };
    const logs = {
      model: replayOnModel(text),
      package: await replayOnPackage(text),
      c: replayOne('c', text),
      twisted: replayOne('twisted', text, ['--as-it-is']),
    };
    for (const [side, log] of Object.entries(logs)) {
      const events = eventsOf(log);
      if (JSON.stringify(events) !== JSON.stringify(expected[side])) {
        wrong.push(`${rule}, ${what}: with the ${side} it was ${events.join(', ')}, not ${expected[side].join(', ')}`);
      }
    }
  }
  return { checked: 4 * onPurpose.length, wrong };
}
