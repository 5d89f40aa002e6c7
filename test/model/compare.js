// Runs random scripts on the model, the package, the C core and Twisted in worker processes, and compares their logs. A
// difference is reduced to a small script and printed as a trace for test/traces.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { kinds } from './comparisons.js';
import { differences as intentionalDifferences } from './differences.js';
import { replayOnModel, replayOnPackage, replayOne } from './replayers.js';
import { shrink } from './shrink.js';

/** @typedef {import('./comparisons.js').Difference} Difference */

/** The most scripts in a batch: a few seconds of work for a worker, which starts Twisted once for each batch. */
const BATCH = 500;

/** Shrinks a script with an asynchronous test: runs `shrink` again for each result that it needs next. */
async function shrinkAsync(script, differs) {
  const known = new Map();
  for (;;) {
    let needed;
    const smallest = shrink(script, (candidate) => {
      if (known.has(candidate)) return known.get(candidate);
      if (needed === undefined) needed = candidate;
      throw new Error('not known yet');
    });
    if (needed === undefined) return smallest;
    known.set(needed, await differs(needed).catch(() => false));
    if (known.get(needed)) script = needed;
  }
}

const isComplete = (script) => /^(cooperator|sync) [^]*\nend\n$/.test(script) && !script.includes('\n\n');

/** Describes a difference, with the smallest script found that shows it. */
async function describe(kind, { seed, script, implementation }) {
  const [program, ...withoutMemory] = implementation.split(', ');
  const { reference = replayOnModel } = kinds[kind];
  const other = reference === replayOnModel ? 'model' : 'package';
  const isPackage = implementation === 'package';
  const args = withoutMemory.length === 0 ? [] : ['--fail-allocations'];
  const replay = isPackage ? replayOnPackage : (text) => replayOne(program, text, args);
  const differs = (text) => isComplete(text) && reference(text) !== replay(text);
  const differsAsync = async (text) => isComplete(text) && reference(text) !== (await replay(text));
  const isReproducible = await differsAsync(script);
  let smallest = script;
  if (isReproducible) smallest = isPackage ? await shrinkAsync(script, differsAsync) : shrink(script, differs);
  const note = isReproducible ? '' : ', but not when run again';
  return [
    `Seed ${seed} (${kind}): the ${implementation} differs from the ${other}${note}.`,
    `# The log of the ${other}:`,
    reference(smallest),
    `\n# The log of the ${implementation}:`,
    await replay(smallest),
    '',
  ].join('\n');
}

/** Starts a worker process. It has no stack traces, because errors are many there and nobody reads their stacks. */
function openWorker() {
  const child = fork(fileURLToPath(new URL('worker.js', import.meta.url)), { execArgv: ['--stack-trace-limit=0'] });
  const exited = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`test/model/worker.js ended with ${code ?? signal}`);
  });
  exited.catch(() => {}); // After `close` nobody waits for it.
  return {
    /** @param {object} batch @returns {Promise<Difference[]>} */
    async compare(batch) {
      child.send(batch);
      const [differences] = await Promise.race([once(child, 'message'), exited]);
      return differences;
    },
    close: () => child.connected && child.disconnect(),
  };
}

/**
 * Compares a number of scripts, or as many as fit into a time, until there are `most` differences.
 * @param {object} options
 * @param {number} [options.scripts] how many
 * @param {number} [options.minutes] for how long
 * @param {number} [options.seed] of the first script; each later script has the next seed
 * @param {string} [options.only] one kind of scripts
 * @param {string} [options.implementation] one implementation
 * @param {number} [options.most] differences
 * @param {number} [options.workers] processes
 * @returns {Promise<{ scripts: Record<string, number>, differences: number, shown: string[] }>}
 */
export async function compareAll({
  scripts = Infinity,
  minutes = Infinity,
  seed = 1,
  only,
  implementation,
  most = 5,
  workers = availableParallelism(),
}) {
  const end = performance.now() + minutes * 60_000;
  const chosen = Object.entries(kinds).filter(([kind]) => only === undefined || only === kind);
  const total = chosen.reduce((sum, [, { proportion }]) => sum + proportion, 0);
  const planned = Object.fromEntries(
    chosen.map(([kind, { proportion }]) => [kind, Math.round((scripts * proportion) / total)]),
  );
  const assigned = Object.fromEntries(chosen.map(([kind]) => [kind, 0]));
  const done = { ...assigned };
  const found = [];
  let nextSeed = seed;

  /** The next batch, of the kind that is furthest behind its proportion. */
  const nextBatch = () => {
    const open = chosen.filter(([kind]) => assigned[kind] < planned[kind]);
    if (open.length === 0 || performance.now() >= end || found.length >= most) return undefined;
    const progress = ([kind, { proportion }]) => assigned[kind] / proportion;
    const [kind] = open.reduce((one, other) => (progress(other) < progress(one) ? other : one));
    const count = Math.min(BATCH, planned[kind] - assigned[kind]);
    const batch = { kind, implementation, seed: nextSeed, count };
    assigned[kind] += count;
    nextSeed += count;
    return batch;
  };
  const runWorker = async () => {
    const worker = openWorker();
    try {
      for (let batch = nextBatch(); batch !== undefined; batch = nextBatch()) {
        for (const difference of await worker.compare(batch)) found.push([batch.kind, difference]);
        done[batch.kind] += batch.count;
      }
    } finally {
      worker.close();
    }
  };
  await Promise.all(Array.from({ length: workers }, runWorker));
  const shown = [];
  for (const [kind, difference] of found.slice(0, most)) shown.push(await describe(kind, difference));
  return { scripts: done, differences: found.length, shown };
}

/** The events of a log, without those of its `end` command. */
const eventsOf = (log) =>
  log
    .slice(0, log.lastIndexOf('\nend'))
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2));

/** Replays the intentional differences from Twisted, and returns what is not as differences.js states. */
export async function checkDifferences() {
  const wrong = [];
  for (const { rule, what, script, here, twisted } of intentionalDifferences) {
    const text = [...script, 'end', ''].join('\n');
    const expected = { model: here, package: here, c: here, twisted };
    const logs = {
      model: replayOnModel(text),
      package: await replayOnPackage(text),
      c: replayOne('c', text),
      twisted: replayOne('twisted', text, ['--unmodified']),
    };
    for (const [implementation, log] of Object.entries(logs)) {
      const events = log.startsWith('ended with') ? [log] : eventsOf(log);
      const [actual, wanted] = [events, expected[implementation]].map((list) => list.join(', '));
      if (actual !== wanted) {
        wrong.push(`${rule}, ${what}: on the ${implementation} it is ${actual}, not ${wanted}`);
      }
    }
  }
  return { checked: 4 * intentionalDifferences.length, wrong };
}
