// Changes each operator, condition, literal and block of js/ in turn, with Stryker, and sees whether a test fails.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { root } from '../../scripts/run.mjs';
import { everywhere, inProcesses } from '../hosts/files.js';

const at = (...path) => join(root, ...path);

const inProcess = [...everywhere, ...inProcesses];
const groups = {
  core: { mutate: ['js/*.js', 'js/work/*.js'], tests: inProcess },
};

export async function mutate(files, tests, perTest) {
  const results = await new Stryker({
    mutate: files,
    ignorePatterns: ['**', '!js/**', '!scripts/*.mjs', '!test/js/**', '!test/traces/**', '!test/package.json',
      '!test/verify/mutants/**', '!dist/cooperator.wasm', '!package.json'],
    tempDirName: 'build/mutants/sandbox',
    symlinkNodeModules: false,
    buildCommand: 'node test/verify/mutants/build.mjs',
    plugins: [at('test/verify/mutants/runner.mjs')],
    testRunner: 'jest-filewise',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'],
    jest: {
      enableFindRelatedTests: false,
      config: {
        testEnvironment: './test/verify/mutants/environment.cjs', runner: './test/verify/mutants/files.cjs',
        setupFilesAfterEnv: ['./test/verify/mutants/outside.mjs'], transform: {}, testTimeout: 60_000,
        testMatch: tests.map((name) => `**/test/js/${name}`),
      },
    },
    coverageAnalysis: perTest ? 'perTest' : 'off',
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 4_000,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: 'build/mutants/report.json' },
    logLevel: 'info',
    fileLogLevel: 'off',
    allowConsoleColors: false,
    checkers: [],
    disableTypeChecks: false,
    thresholds: { high: 100, low: 100, break: null },
  }).runMutationTest();
  return results;
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { tests: { type: 'string' }, out: { type: 'string', default: 'results' }, off: { type: 'boolean' } } });
  await mkdir(at('build/mutants'), { recursive: true });
  const results = await mutate(positionals.length ? positionals : groups.core.mutate, values.tests ? values.tests.split(',') : inProcess, !values.off);
  await writeFile(at(`build/mutants/${values.out}.json`), JSON.stringify(results));
}
