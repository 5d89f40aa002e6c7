// The part `js-mutants` of npm run verify: Stryker changes each operator, condition, literal and block of js/ in turn;
// then a test must fail.
//
// Some files only: node test/verify/js-mutants.mjs js/tasks/work-source.js …
//
//   --results <file>   writes what Stryker reports about files that one group has, in this version of Node
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { main } from '../../scripts/main.mjs';
import { root, run } from '../../scripts/run.mjs';
import { everywhere, inProcesses } from '../hosts/files.js';

/**
 * The fraction of the mutants that must be detected. The rest are equivalent to the original, or differ in speed or
 * memory only, or weaken a guard that no test can reach. build/js-mutants/survivors.txt lists them.
 */
const LEAST = 0.85;

/** Files without mutants, and why. */
const notMutated = {
  'js/browser-global.js': 'it only exports',
  'js/cli.js': 'cli.node.test.js covers it, with the built package',
  'js/index.js': 'it only exports',
  'js/preemptible.js': 'it only exports',
  'js/sync.js': 'it only exports',
  'js/twisted.js': 'it only exports',
  'js/work.js': 'it only exports',
  'js/worker.js': 'it only exports',
  'js/without-wasm.js': 'it only exports',
  'js/core/compile.js': 'the tests of test/hosts and test/packaging cover it, in other hosts',
  'js/core/without-wasm.js': 'the step without-wasm tests it',
  'js/core/wasm.js': 'the tests of test/hosts cover most of it, in other hosts',
  'js/util/platform.js': 'the tests of test/hosts cover it, in other hosts',
  'js/core/constants.js': 'it is generated',
  'js/core/names.js': 'the build fills it in, and the tests of test/program cover it',
  'js/worker/thread-source.js': 'the build fills it in',
  'js/worker/thread.js': 'the tests of test/js/worker.test.js cover it, in threads',
  'js/interop/bind.js': 'the tests of test/program cover it, with a C program',
  'js/interop/program-deferreds.js': 'the tests of test/program cover it, with a C program',
  'js/interop/program-imports.js': 'the tests of test/program cover it, with a C program',
  'js/interop/program-values.js': 'the tests of test/program cover it, with a C program',
};

/** Parts of js/ that are built on the others, or serve these: their tests take most of the time and test little else. */
const builtOnOthers = {
  parts: [
    ...['sync/', 'twisted/', 'work/', 'worker/'],
    ...['tasks/in-async-generator.js', 'util/async-iterator.js', 'util/stop-errors.js'],
  ],
  tests: ['parallel', 'preemptible', 'stream', 'sync', 'sync-queue', 'twisted', 'work', 'worker'].map(
    (name) => `${name}.test.js`,
  ),
};

/**
 * Files that are tested by tests which start processes of their own. Stryker cannot see there which tests run which
 * mutants, so all tests of the group run for each mutant.
 */
const testedInProcesses = [
  {
    files: ['js/scheduling/frame-estimator.js', 'js/scheduling/page-scheduler.js'],
    tests: ['frame-estimator.node.test.js', 'page-scheduler.node.test.js'],
  },
  {
    files: ['js/scheduling/macrotask.js', 'js/scheduling/message-scheduler.js'],
    tests: ['schedulers.test.js', 'schedulers.node.test.js'],
  },
  {
    files: ['js/scheduling/schedulers.js'],
    tests: [
      'schedulers.test.js',
      'schedulers.node.test.js',
      'argument-errors.test.js',
      'page-scheduler.node.test.js',
      'fairness.node.test.js',
    ],
  },
  {
    files: ['js/scheduling/predicates.js'],
    tests: ['predicates.test.js', 'predicates.node.test.js', 'argument-errors.test.js'],
  },
  {
    files: ['adaptive-slice', 'one-at-a-time', 'open-slices', 'timer-relief'].map((name) => `js/scheduling/${name}.js`),
    tests: ['schedulers.test.js', 'schedulers.node.test.js', 'fairness.node.test.js', 'suspended-turns.test.js'],
  },
  { files: ['js/work/chunk-size.js'], tests: ['work.test.js', 'work.node.test.js'] },
  { files: ['js/tasks/devtools-track.js'], tests: ['devtools-track.node.test.js'] },
];

const at = (...path) => join(root, ...path);

/** Files that most hosts do not run: those that suspend WebAssembly need Node 24 or later. */
const testedInOtherNode = {
  files: readdirSync(at('js/preemptible')).map((name) => `js/preemptible/${name}`),
  tests: ['preemptible.test.js'],
  node: at('test/hosts/node_modules/node26/bin/node'),
};

/** @returns {{ files: string[], tests: string[], inProcesses: boolean, node?: string }[]} */
function groups() {
  const others = [...testedInProcesses, testedInOtherNode];
  const listed = [...Object.keys(notMutated), ...others.flatMap(({ files }) => files)];
  const missing = listed.find((file) => !existsSync(at(file)));
  if (missing !== undefined) throw new Error(`test/verify/js-mutants.mjs lists ${missing}, which does not exist`);
  const all = readdirSync(at('js'), { recursive: true }).map((name) => `js/${name}`);
  const most = all.filter((file) => file.endsWith('.js') && !listed.includes(file)).sort();
  const isBuiltOnOthers = (file) => builtOnOthers.parts.some((part) => file.startsWith(`js/${part}`));
  const tests = [...everywhere, ...inProcesses];
  return [
    {
      files: most.filter((file) => !isBuiltOnOthers(file)),
      tests: tests.filter((name) => !builtOnOthers.tests.includes(name)),
      inProcesses: false,
    },
    { files: most.filter(isBuiltOnOthers), tests, inProcesses: false },
    ...testedInProcesses.map((group) => ({ ...group, inProcesses: true })),
    { ...testedInOtherNode, inProcesses: false },
  ];
}

/** Runs Stryker, if need be in the version of Node that the group needs. */
async function runGroup({ node = process.execPath, ...group }) {
  if (node === process.execPath) return runStryker(group);
  const results = at('build/js-mutants/results.json');
  await run(node, [fileURLToPath(import.meta.url), '--results', results, ...group.files], { show: true });
  return JSON.parse(await readFile(results, 'utf8'));
}

/** @returns {Promise<import('@stryker-mutator/api/core').MutantResult[]>} */
function runStryker({ files, tests, inProcesses: startsProcesses }) {
  return new Stryker({
    mutate: files,
    ignorePatterns: [
      '**',
      '!js/**',
      '!build/wasm/*.wasm',
      '!package.json',
      '!scripts/**',
      '!test/package.json',
      '!test/js/**',
      '!test/traces/**',
      '!test/verify/stryker/**',
    ],
    tempDirName: 'build/js-mutants/sandboxes',
    symlinkNodeModules: false,
    buildCommand: 'node test/verify/stryker/build.mjs',
    plugins: [at('test/verify/stryker/runner.mjs')],
    testRunner: 'jest-filewise',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'],
    jest: {
      enableFindRelatedTests: false,
      config: {
        runner: './test/verify/stryker/files.cjs',
        testEnvironment: './test/verify/stryker/environment.cjs',
        setupFilesAfterEnv: ['./test/verify/stryker/no-async-context.mjs'],
        testMatch: tests.map((name) => `**/test/js/${name}`),
        testTimeout: 60_000,
        transform: {},
      },
    },
    coverageAnalysis: startsProcesses ? 'off' : 'perTest',
    ignoreStatic: !startsProcesses,
    timeoutMS: 4_000,
    concurrency: 2,
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
    disableTypeChecks: false,
  }).runMutationTest();
}

const DETECTED = ['Killed', 'Timeout', 'RuntimeError'];

/** One line: the place, the original and the mutant. */
async function describe({ fileName, location: { start, end }, replacement, status }) {
  const lines = (await readFile(fileName, 'utf8')).split('\n');
  const text =
    start.line === end.line
      ? lines[start.line - 1].slice(start.column - 1, end.column - 1)
      : `${lines[start.line - 1].slice(start.column - 1)} ...`;
  const note = status === 'NoCoverage' ? ' (no test in this process runs it)' : '';
  return `${relative(root, fileName)}:${start.line}: ${text.trim()} -> ${replacement.replace(/\s+/g, ' ')}${note}\n`;
}

/**
 * @param {{ only?: string[] }} [options]  only these files
 * @returns {Promise<{ figures: string[], wrong: string[] }>}
 */
export async function jsMutants({ only } = {}) {
  const all = groups();
  const unknown = only?.find((file) => !all.some(({ files }) => files.includes(file)));
  if (unknown !== undefined) throw new Error(`${unknown} is not mutated, or does not exist`);
  const figures = [];
  const survivors = [];
  let [detected, judged, notRun] = [0, 0, 0];
  await mkdir(at('build/js-mutants'), { recursive: true });
  for (const group of all) {
    const files = group.files.filter((file) => only === undefined || only.includes(file));
    if (files.length === 0) continue;
    // Code that runs once, when the package is loaded, would need every test for each mutant.
    const results = (await runGroup({ ...group, files })).filter((one) => group.inProcesses || !one.static);
    for (const file of files) {
      const own = results.filter(({ fileName }) => relative(root, fileName) === file);
      const killed = own.filter(({ status }) => DETECTED.includes(status));
      const survived = own.filter(({ status }) => status === 'Survived');
      const notReached = own.filter(({ status }) => status === 'NoCoverage');
      figures.push(`${file}: ${killed.length} of ${killed.length + survived.length}, ${notReached.length} not run`);
      detected += killed.length;
      judged += killed.length + survived.length;
      notRun += notReached.length;
      survivors.push(...(await Promise.all([...survived, ...notReached].map(describe))));
    }
    await writeFile(at('build/js-mutants/survivors.txt'), survivors.join(''));
  }
  figures.push(`${detected} of ${judged} detected, ${((detected / judged) * 100).toFixed(1)} %; ${notRun} not run`);
  const enough = detected >= LEAST * judged;
  const wrong = enough ? [] : [`${LEAST * 100} % must be detected: see build/js-mutants/survivors.txt`];
  return { figures, wrong };
}

await main(import.meta, async () => {
  const { values, positionals: only } = parseArgs({
    allowPositionals: true,
    options: { results: { type: 'string' } },
  });
  if (values.results !== undefined) {
    const group = groups().find(({ files }) => only.every((file) => files.includes(file)));
    await writeFile(values.results, JSON.stringify(await runStryker({ ...group, files: only })));
    return;
  }
  const { figures, wrong } = await jsMutants(only.length === 0 ? {} : { only });
  for (const line of [...figures, ...wrong]) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
});
