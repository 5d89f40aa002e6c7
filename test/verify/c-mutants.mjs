// The part `c-mutants` of npm run verify: puts one fault at a time into a copy of the sources, and checks that the tests
// that must detect it fail. The faults are patches: c-mutants/patches.mjs describes them.
//
// Some of them only: node test/verify/c-mutants.mjs <part of a file name> …
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { main } from '../../scripts/main.mjs';
import { root, run } from '../../scripts/run.mjs';
import { generate } from '../model/generate.js';
import { replayOnModel } from '../model/replayers.js';
import { applyPatch, readPatches } from './c-mutants/patches.mjs';

/** A test that takes longer is considered failed: a fault may cause an endless loop. */
const TIMEOUT_S = 120;
const SCRIPTS = 1000;

const tree = join(root, 'build/c-mutants');
const inTree = (...path) => join(tree, ...path);
const emscripten = { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') };

async function copySources() {
  const notNeeded = ['.git', 'build', 'dist', 'node_modules', 'bench', 'docs', 'web-demo'];
  await rm(tree, { recursive: true, force: true });
  for (const name of (await readdir(root)).filter((one) => !notNeeded.includes(one))) {
    await cp(join(root, name), inTree(name), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  await symlink(join(root, 'node_modules'), inTree('node_modules')); // tsc, whose types the build of the package needs
  await mkdir(inTree('test/node_modules'));
  await symlink('../..', inTree('test/node_modules/cooperator')); // the tests import the copy's own package
}

const cmake = (...args) => run('cmake', args, { cwd: tree, env: emscripten });

async function buildNative(target) {
  if (!existsSync(inTree('build/native/build.ninja'))) await cmake('--preset', 'native');
  await cmake('--build', '--preset', 'native', '--target', target);
}

async function buildPackage() {
  const program = "import { build } from './scripts/build.mjs'; await build({ types: false });";
  // The last argument stands for the script's path, which the module expects in process.argv.
  await run(process.execPath, ['--input-type=module', '--eval', program, 'build'], { cwd: tree });
}

async function buildPrograms() {
  const installed = inTree('build/installed-wasm');
  await cmake('--build', '--preset', 'wasm', '--target', 'cooperator_wasm');
  await cmake('--install', 'build/wasm', '--prefix', installed);
  const library = `-Dcooperator_DIR=${installed}/lib/cmake/cooperator`;
  const toolchain = ['--toolchain', inTree('cmake/emscripten.cmake')];
  await cmake('-S', 'test/program', '-B', 'build/program', '-G', 'Ninja', ...toolchain, library);
  await cmake('--build', 'build/program');
}

/** Whether a program ends in time and without an error. */
const succeeds = (command, ...args) =>
  spawnSync(command, args, { cwd: tree, stdio: 'ignore', timeout: TIMEOUT_S * 1000, killSignal: 'SIGKILL' }).status ===
  0;

function jestSucceeds(file, config = 'jest.config.js') {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'];
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  return succeeds(process.execPath, ...flags, jest, '--bail', '--rootDir', tree, '--config', inTree(config), file);
}

/** Random scripts, and what the model makes of them. */
const scripts = Array.from({ length: SCRIPTS }, (_, seed) => generate(seed + 1));
let expectedLogs;

function agreesWithModel() {
  expectedLogs ??= scripts.map((script) => replayOnModel(script).trim()).join('\n\n');
  const { stdout } = spawnSync(inTree('build/native/test/c/replay_scripts'), {
    input: scripts.join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout: TIMEOUT_S * 1000,
    killSignal: 'SIGKILL',
  });
  return stdout.trim() === expectedLogs;
}

/**
 * Builds and runs a test on the copy:
 * - `test_<name>`: that program of test/c
 * - `model`: random scripts on the core, compared with the reference model
 * - `test/js/<file>`: on the package
 * - `test/program/<file>`: on C programs that link the library
 * @returns {Promise<boolean>}  whether it succeeds
 */
async function succeedsOnCopy(test) {
  if (test === 'model') {
    await buildNative('replay_scripts');
    return agreesWithModel();
  }
  if (test.startsWith('test_')) {
    await buildNative(test);
    return succeeds(inTree('build/native/test/c', test));
  }
  if (!existsSync(inTree(test))) throw new Error(`there is no test ${test}`);
  await buildPackage();
  if (!test.startsWith('test/program/')) return jestSucceeds(test);
  await buildPrograms();
  return jestSucceeds(test, 'test/program/jest.config.js');
}

/** @param {import('./c-mutants/patches.mjs').Patch} patch @returns {Promise<string[]>} */
async function findMistakes(patch) {
  const name = basename(patch.file);
  try {
    await applyPatch(patch, tree);
  } catch (error) {
    return [`${name} does not apply: ${error.output}`];
  }
  const mistakes = [];
  try {
    for (const test of patch.tests) {
      if (await succeedsOnCopy(test)) mistakes.push(`${name}: ${test} does not detect that ${patch.fault}`);
    }
  } catch (error) {
    mistakes.push(`${name} does not compile: ${error.output}`);
  }
  await applyPatch(patch, tree, { reverse: true });
  return mistakes;
}

/**
 * @param {{ only?: string[] }} [options]  only the patches whose file names contain one of these
 * @returns {Promise<{ figures: string[], wrong: string[] }>}
 */
export async function cMutants({ only = [''] } = {}) {
  const patches = readPatches().filter(({ file }) => only.some((part) => basename(file).includes(part)));
  if (patches.length === 0) throw new Error(`no patch has ${only.join(' or ')} in its name`);
  await copySources();
  const wrong = [];
  for (const test of new Set(patches.flatMap(({ tests }) => tests))) {
    if (!(await succeedsOnCopy(test))) wrong.push(`${test} fails without a fault`);
  }
  if (wrong.length !== 0) return { figures: [], wrong };
  for (const patch of patches) wrong.push(...(await findMistakes(patch)));
  return { figures: [`${patches.length} faults, each detected by the tests that it names`], wrong };
}

await main(import.meta, async () => {
  const only = process.argv.slice(2);
  const { figures, wrong } = await cMutants(only.length === 0 ? {} : { only });
  for (const line of wrong.length === 0 ? figures : wrong) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
});
