// Changes each operator, condition, literal and block of js/ in turn (with Stryker), and sees whether a test fails.
// Some files only: node test/verify/mutants.mjs js/tasks/work-source.js …
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { root } from '../../scripts/run.mjs';
import { everywhere, inProcesses } from '../hosts/files.js';

/**
 * What part of the mutants has to be noticed. The rest are equal to what they were made of, or differ in speed or
 * memory only, or guard against what never comes: docs/reliability.md counts them; build/mutants/survivors.txt lists.
 */
const LEAST = 0.85;

const work = readdirSync(join(root, 'js/work')).map((name) => `js/work/${name}`);
const core = [
  'core/handles',
  'errors',
  'interop/native',
  'scheduling/predicates',
  'tasks/context',
  'tasks/cooperator',
  'tasks/deferred',
  'tasks/run-slice',
  'tasks/task',
  'tasks/unhandled-failures',
  'tasks/work-source',
  'testing',
  'util/argument-errors',
  'util/async-context',
  'util/thenable',
].map((name) => `js/${name}.js`);

/**
 * Which files are told of by which tests. Where those start processes of their own, each test is run for each mutant;
 * else Stryker finds out which of them come across it.
 */
const groups = [
  { files: core, tests: [...everywhere, ...inProcesses] },
  { files: work, tests: ['argument-errors', 'parallel', 'work'].map((name) => `${name}.test.js`) },
  {
    files: ['js/scheduling/frame-estimator.js', 'js/scheduling/page-scheduler.js'],
    tests: ['frame-estimator.node.test.js', 'page-scheduler.node.test.js'],
    processes: true,
  },
  { files: ['js/scheduling/schedulers.js'], tests: ['schedulers.test.js', 'schedulers.node.test.js'], processes: true },
  { files: ['js/tasks/devtools-track.js'], tests: ['devtools-track.node.test.js'], processes: true },
];

const at = (...path) => join(root, ...path);

/** @returns {Promise<import('@stryker-mutator/api/core').MutantResult[]>} */
function stryker({ files, tests, processes = false }) {
  return new Stryker({
    mutate: files,
    ignorePatterns: [
      '**',
      '!js/**',
      '!dist/cooperator.wasm',
      '!package.json',
      '!scripts/*.mjs',
      '!test/package.json',
      '!test/js/**',
      '!test/traces/**',
      '!test/verify/mutants/**',
    ],
    tempDirName: 'build/mutants',
    symlinkNodeModules: false,
    buildCommand: 'node test/verify/mutants/build.mjs',
    plugins: [at('test/verify/mutants/runner.mjs')],
    testRunner: 'jest-filewise',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'],
    jest: {
      enableFindRelatedTests: false,
      config: {
        runner: './test/verify/mutants/files.cjs',
        testEnvironment: './test/verify/mutants/environment.cjs',
        setupFilesAfterEnv: ['./test/verify/mutants/outside.mjs'],
        testMatch: tests.map((name) => `**/test/js/${name}`),
        testTimeout: 60_000,
        transform: {},
      },
    },
    coverageAnalysis: processes ? 'off' : 'perTest',
    ignoreStatic: !processes,
    timeoutMS: 4_000,
    concurrency: 2,
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
    disableTypeChecks: false,
  }).runMutationTest();
}

const NOTICED = ['Killed', 'Timeout', 'RuntimeError'];

/** One line: where it is, what was there and what stood there instead. */
async function tell({ fileName, location: { start, end }, replacement, status }) {
  const lines = (await readFile(fileName, 'utf8')).split('\n');
  const text =
    start.line === end.line
      ? lines[start.line - 1].slice(start.column - 1, end.column - 1)
      : `${lines[start.line - 1].slice(start.column - 1)} ...`;
  const why = status === 'NoCoverage' ? ' (no test in this process runs it)' : '';
  return `${relative(root, fileName)}:${start.line}: ${text.trim()} -> ${replacement.replace(/\s+/g, ' ')}${why}\n`;
}

/**
 * @param {string[]} [only]  files
 * @returns {Promise<{ figures: string[], wrong: string[] }>}
 */
export async function mutants(only) {
  const figures = [];
  const survivors = [];
  let [noticed, judged, notRun] = [0, 0, 0];
  await mkdir(at('build/mutants'), { recursive: true });
  for (const group of groups) {
    const files = group.files.filter((file) => only === undefined || only.includes(file));
    if (files.length === 0) continue;
    // what is made once, when the package is loaded, would need every test for each mutant
    const results = (await stryker({ ...group, files })).filter((one) => group.processes || !one.static);
    for (const file of files) {
      const own = results.filter(({ fileName }) => relative(root, fileName) === file);
      const seen = own.filter(({ status }) => NOTICED.includes(status));
      const missed = own.filter(({ status }) => status === 'Survived');
      const unseen = own.filter(({ status }) => status === 'NoCoverage');
      figures.push(`${file}: ${seen.length} of ${seen.length + missed.length}, ${unseen.length} not run`);
      noticed += seen.length;
      judged += seen.length + missed.length;
      notRun += unseen.length;
      survivors.push(...(await Promise.all([...missed, ...unseen].map(tell))));
    }
    await writeFile(at('build/mutants/survivors.txt'), survivors.join(''));
  }
  figures.push(`${noticed} of ${judged} noticed, ${((noticed / judged) * 100).toFixed(1)} %; ${notRun} not run`);
  const enough = noticed >= LEAST * judged;
  const wrong = enough ? [] : [`${LEAST * 100} % have to be noticed: see build/mutants/survivors.txt`];
  return { figures, wrong };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const only = process.argv.slice(2);
  const { figures, wrong } = await mutants(only.length === 0 ? undefined : only);
  for (const line of [...figures, ...wrong]) console.log(line);
  process.exitCode = wrong.length;
}
