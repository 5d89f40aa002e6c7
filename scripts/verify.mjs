// What takes too long for every day: npm run verify.
// Some of it: node scripts/verify.mjs <part> … [--minutes 5] [--seed 1] [--scripts 1000000] [--tasks 10000000]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';
import { needs, setup } from './setup.mjs';
import { staticChecks } from './static.mjs';

const at = (...path) => join(root, ...path);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5', short: 'm' }, // for each part that has no end of its own
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 30)) },
    scripts: { type: 'string' }, // of the model, in place of minutes
    tasks: { type: 'string' }, // of the soak
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const scripts = values.scripts === undefined ? undefined : Number(values.scripts);

/** Two cores side by side on a busy machine are this much alike; lists that grow with time would show as far more. */
const DEARER = 1.5;

/** A part resolves to its figures and to what is wrong. */
const parts = {
  static: async () => {
    const wrong = [];
    for (const [name, check] of Object.entries(staticChecks)) {
      await check().catch((error) => wrong.push(`${name}: ${error.output ?? error.message}`));
    }
    return { figures: [Object.keys(staticChecks).join(', ')], wrong };
  },
  model: async () => {
    const { checkDifferences, compareAll } = await import('../test/model/compare.js');
    const { checked, wrong } = await checkDifferences();
    const began = performance.now();
    const done = await compareAll({ scripts, minutes: scripts === undefined ? minutes : undefined, seed });
    const counts = Object.entries(done.scripts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ');
    const total = Object.values(done.scripts).reduce((sum, count) => sum + count);
    const pace = Math.round((total / (performance.now() - began)) * 1000);
    return {
      figures: [`${total} scripts (${counts}), ${pace} a second; ${checked} looks at the differences from Twisted`],
      wrong: [...wrong, ...done.shown],
    };
  },
  sanitized: async () => {
    const { generate } = await import('../test/model/generate.js');
    const { replayAll, replayOnModel } = await import('../test/model/replayers.js');
    const end = performance.now() + minutes * 60_000;
    let count = 0;
    const wrong = [];
    while (performance.now() < end && wrong.length < 5) {
      const scripts = Array.from({ length: 500 }, (_, index) => generate(seed + count + index));
      const logs = await replayAll('sanitize', scripts, ['--fail-allocations']);
      for (const [index, log] of logs.entries()) {
        if (log !== replayOnModel(scripts[index])) wrong.push(`seed ${seed + count + index}`);
      }
      count += scripts.length;
    }
    return { figures: [`${count} scripts, each with every allocation failing in turn`], wrong };
  },
  enumeration: async () => {
    const output = await run(at('build/native/test/c/test_enumeration'), [], { env: { ENUMERATE_DEPTH: '8' } });
    return { figures: [output.split('\n')[0].trim()], wrong: [] };
  },
  coverage: async () => (await import('../test/verify/coverage.mjs')).coverage(),
  mutations: async () => (await import('../test/verify/mutations.mjs')).mutations(),
  mutants: async () => (await import('../test/verify/mutants.mjs')).mutants(),
  fuzz: async () => {
    await run('cmake', ['--preset', 'fuzz']);
    await run('cmake', ['--build', '--preset', 'fuzz', '--target', 'fuzz_scripts']);
    await mkdir(at('build/fuzz/corpus'), { recursive: true });
    const output = await run(at('build/fuzz/test/c/fuzz_scripts'), [
      '-dict=test/fuzz/script.dict',
      `-max_total_time=${Math.round(minutes * 60)}`,
      '-timeout=20',
      '-print_final_stats=1',
      `-seed=${seed}`,
      '-artifact_prefix=build/fuzz/',
      'build/fuzz/corpus',
      'test/fuzz/corpus',
      'test/traces',
    ]);
    return { figures: [`${output.match(/number_of_executed_units: (\d+)/)?.[1]} inputs`], wrong: [] };
  },
  bridge: async () => {
    const { life, openCore, programOpener } = await import('../test/verify/bridge.mjs');
    const openers = [openCore, await programOpener('O0'), await programOpener('O3')];
    const end = performance.now() + minutes * 60_000;
    let [lives, calls] = [0, 0];
    for (; performance.now() < end; lives++) {
      try {
        calls += life(seed + lives, 2000, openers[lives % openers.length]).made;
      } catch (error) {
        return { figures: [], wrong: [`seed ${seed + lives}: ${error.stack}`] };
      }
    }
    return { figures: [`${calls} calls in ${lives} lives of a core, two thirds of them in C programs`], wrong: [] };
  },
  soak: async () => {
    const wanted = values.tasks ?? String(600_000 * Math.max(1, minutes));
    const output = await run(process.execPath, [
      '--expose-gc',
      'test/verify/soak.mjs',
      '--tasks',
      wanted,
      '--seed',
      String(seed),
    ]);
    const { tasks, wrong: untrue, counts, turns, settled, after, usATurn } = JSON.parse(output);
    const wrong = [];
    if (untrue !== 0) wrong.push(`${untrue} tasks ended in a way that they should not`);
    if (after.handles !== settled.handles) {
      wrong.push(`the table of handles reaches to ${after.handles}, and reached to ${settled.handles}`);
    }
    if (after.address !== settled.address || after.wasm !== settled.wasm) {
      wrong.push(`the core's memory is taken up to ${after.address}, and was to ${settled.address}`);
    }
    if (after.heap > settled.heap * 1.1 + 500_000) {
      wrong.push(`the heap grew from ${settled.heap} to ${after.heap} bytes`);
    }
    if (usATurn.ratio > DEARER) wrong.push(`a turn takes ${usATurn.ratio} times as long as in a young core`);
    const { done, failed, stopped, reported } = counts;
    return {
      figures: [
        `${tasks} tasks (${done} done, ${failed} failed, ${stopped} stopped; ${reported} errors reported), ` +
          `${turns} turns`,
        `core ${settled.wasm} -> ${after.wasm} bytes, heap ${settled.heap} -> ${after.heap} bytes, ` +
          `handles to ${settled.handles} -> ${after.handles}`,
        `${usATurn.old.toFixed(2)} us a turn, all around it included; beside it, in a young core, ` +
          `${usATurn.young.toFixed(2)}: ${usATurn.ratio.toFixed(2)} times`,
      ],
      wrong,
    };
  },
};

/** The package packed and the C tests built, as the parts want them. */
async function prepare() {
  await setup(needs.verify, ['.', 'test/hosts']);
  await run(process.execPath, ['scripts/test.mjs', 'pack', 'gcc', 'sanitize', 'program'], { show: true });
  if (!existsSync(at('test/node_modules/cooperator'))) {
    throw new Error('test/node_modules does not lead to the packed package');
  }
}

const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`);
}
const chosen = positionals.length === 0 ? Object.keys(parts) : positionals;
await prepare();
console.log(`\nSeed ${seed}, ${minutes} minutes for each part that has no end of its own; ${machine()}`);
let failed = 0;
for (const name of chosen) {
  const began = performance.now();
  const { figures, wrong } = await parts[name]().catch((error) => ({
    figures: [],
    wrong: [`${error.output ?? ''}${error.stack}`],
  }));
  failed += wrong.length;
  console.log(
    `== ${name}: ${
      wrong.length === 0 ? 'well' : `${wrong.length} WRONG`
    }, ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  for (const text of [...figures, ...wrong]) console.log(`   ${text}`);
}
process.exitCode = failed === 0 ? 0 : 1;

function machine() {
  const { stdout } = spawnSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' });
  return `Node ${process.version}, gcc ${stdout.trim()}`;
}
