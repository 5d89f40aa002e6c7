// Replays random scripts on the model, the package, the C core and Twisted, in processes side by side (worker.js), and
// compares what they log. A difference is made small and told as a trace, which can be put into test/traces.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { differences as onPurpose } from './differences.js';
import { kinds } from './kinds.js';
import { replayOnModel, replayOnPackage, replayOne } from './sides.js';
import { shrink } from './shrink.js';

/** @typedef {import('./kinds.js').Found} Found */

/** So many at most are a worker's at a time: few seconds, and few starts of Twisted. */
const BATCH = 500;

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
  const slowly = async (text) => endsWell(text) && replayOnModel(text) !== (await replay(text));
  const still = await slowly(script);
  const small = !still ? script : side === 'package' ? await shrinkSlowly(script, slowly) : shrink(script, differs);
  return [
    `Seed ${seed} (${kind}): the ${side} differs from the model${still ? '' : ', though not when asked again'}.`,
    '# The model says:',
    replayOnModel(small),
    `\n# The ${side} says:`,
    await replay(small),
    '',
  ].join('\n');
}

/** A process that compares what it is given; nobody looks at stacks there, and errors are many. */
function openWorker() {
  const child = fork(fileURLToPath(new URL('worker.js', import.meta.url)), { execArgv: ['--stack-trace-limit=0'] });
  const died = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`test/model/worker.js ended with ${code ?? signal}`);
  });
  died.catch(() => {}); // told to who asks it, and not after it was let go
  return {
    /** @param {object} batch @returns {Promise<Found[]>} */
    async compare(batch) {
      child.send(batch);
      const [found] = await Promise.race([once(child, 'message'), died]);
      return found;
    },
    close: () => child.connected && child.disconnect(),
  };
}

/**
 * Compares so many scripts, or for so many minutes, until there are `most` differences.
 * @param {{ scripts?: number, minutes?: number, seed?: number, only?: string, side?: string, most?: number,
 *   workers?: number }} how  `seed` that of the first script, each further one has the next; `only` one kind of script,
 *   or one `side` of it; `workers` how many processes
 * @returns {Promise<{ scripts: Record<string, number>, differences: number, shown: string[] }>}
 */
export async function compareAll({
  scripts = Infinity,
  minutes = Infinity,
  seed = 1,
  only,
  side,
  most = 5,
  workers = availableParallelism(),
}) {
  const end = performance.now() + minutes * 60_000;
  const chosen = Object.entries(kinds).filter(([kind]) => only === undefined || only === kind);
  const all = chosen.reduce((sum, [, { part }]) => sum + part, 0);
  const wanted = Object.fromEntries(chosen.map(([kind, { part }]) => [kind, Math.round((scripts * part) / all)]));
  const given = Object.fromEntries(chosen.map(([kind]) => [kind, 0]));
  const done = { ...given };
  const found = [];
  let next = seed;

  /** The next batch of the kind that is most behind. */
  const takeBatch = () => {
    const open = chosen.filter(([kind]) => given[kind] < wanted[kind]);
    if (open.length === 0 || performance.now() >= end || found.length >= most) return undefined;
    const behind = ([kind, { part }]) => given[kind] / part;
    const [kind] = open.reduce((one, other) => (behind(other) < behind(one) ? other : one));
    const batch = { kind, side, seed: next, count: Math.min(BATCH, wanted[kind] - given[kind]) };
    given[kind] += batch.count;
    next += batch.count;
    return batch;
  };
  const work = async () => {
    const worker = openWorker();
    try {
      for (let batch = takeBatch(); batch !== undefined; batch = takeBatch()) {
        for (const difference of await worker.compare(batch)) found.push([batch.kind, difference]);
        done[batch.kind] += batch.count;
      }
    } finally {
      worker.close();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const shown = [];
  for (const [kind, difference] of found.slice(0, most)) shown.push(await tell(kind, difference));
  return { scripts: done, differences: found.length, shown };
}

/** The events of a log, without those of the end. */
const eventsOf = (log) =>
  log
    .slice(0, log.lastIndexOf('\nend'))
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2));

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
