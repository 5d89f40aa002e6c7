// Runs the tests that take long: npm run verify
// Some parts of them: node scripts/verify.mjs <part>... [--minutes 5] [--seed 1] [--scripts 1000000] [--tasks 10000000]
//
// A part is a function that resolves to the figures that it measured and the mistakes that it found.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';
import { needs, setup } from './setup.mjs';

/**
 * @typedef {object} Options
 * @property {number} minutes  how long a part without an end of its own runs; the default depends on the part
 * @property {number} seed  of the random parts
 * @property {number} [scripts]  how many scripts `model` compares, instead of `minutes`
 * @property {number} [tasks]  how many tasks `soak` runs, instead of a number derived from `minutes`
 */

/**
 * Loaded only when they run: they import packages that setup installs, and the packed package.
 * @type {Record<string, () => Promise<(options: Options) => Promise<{ figures: string[], wrong: string[] }>>>}
 */
const parts = {
  static: async () => (await import('./verify/static.mjs')).analyse,
  model: async () => (await import('./verify/model.mjs')).compareWithModel,
  sanitized: async () => (await import('./verify/sanitized.mjs')).replaySanitized,
  enumeration: async () => (await import('./verify/enumeration.mjs')).enumerate,
  coverage: async () => (await import('../test/verify/coverage.mjs')).coverage,
  'c-mutants': async () => (await import('../test/verify/c-mutants.mjs')).cMutants,
  'js-mutants': async () => (await import('../test/verify/js-mutants.mjs')).jsMutants,
  fuzz: async () => (await import('./verify/fuzz.mjs')).fuzzScripts,
  reentrant: async () => (await import('./verify/fuzz.mjs')).fuzzReentrant,
  bridge: async () => (await import('./verify/bridge.mjs')).misuse,
  rewriter: async () => (await import('./verify/rewriter.mjs')).fuzzRewriter,
  soak: async () => (await import('./verify/soak.mjs')).soak,
};

const DEFAULT_MINUTES = 5;
/** Parts that take longer to find something. */
const LONGER = { reentrant: 30 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', short: 'm' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 30)) },
    scripts: { type: 'string' },
    tasks: { type: 'string' },
  },
});
const number = (text) => (text === undefined ? undefined : Number(text));
const options = {
  minutes: number(values.minutes),
  seed: Number(values.seed),
  scripts: number(values.scripts),
  tasks: number(values.tasks),
};

/** Packs the package and builds the C tests, which the parts use. */
async function prepare() {
  await setup(needs.verify, ['.', 'test/hosts', 'test/modules']);
  await run(process.execPath, ['scripts/test.mjs', 'pack', 'gcc', 'sanitize', 'program'], { show: true });
  if (!existsSync(join(root, 'test/node_modules/cooperator'))) {
    throw new Error('test/node_modules does not lead to the packed package');
  }
}

/** Resolves to the number of mistakes. */
async function runPart(name) {
  const began = performance.now();
  const { figures, wrong } = await parts[name]()
    .then((part) => part({ ...options, minutes: options.minutes ?? LONGER[name] ?? DEFAULT_MINUTES }))
    .catch((error) => ({ figures: [], wrong: [`${error.output ?? ''}${error.stack}`] }));
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`== ${name}: ${wrong.length === 0 ? 'passed' : `${wrong.length} FAILED`}, ${seconds} s`);
  for (const text of [...figures, ...wrong]) console.log(`   ${text}`);
  return wrong.length;
}

function versions() {
  const { stdout } = spawnSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' });
  return `Node ${process.version}, gcc ${stdout.trim()}`;
}

const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`);
}
await prepare();
const minutes = options.minutes ?? `${DEFAULT_MINUTES} or ${Object.values(LONGER).join(', ')}`;
console.log(`\nSeed ${options.seed}, ${minutes} minutes for each part without an end; ${versions()}`);
let failed = 0;
for (const name of positionals.length === 0 ? Object.keys(parts) : positionals) failed += await runPart(name);
process.exitCode = failed === 0 ? 0 : 1;
