// Applies each deliberate breakage (breakages.js) to a copy of the sources, and sees that a quick check notices it: the
// comparison of random scripts with the model, else the C tests, the JavaScript tests, or those of a program that links
// the library.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../../scripts/build.mjs';
import { root, run } from '../../scripts/run.mjs';
import { breakages } from './breakages.js';

const SCRIPTS = 1000;
/** A breakage may make a loop of something: then the check does not end, which is noticed too. */
const LONGEST_S = 60;

const at = (...path) => join(root, ...path);
const copy = (...path) => at('build/mutated', ...path);
const forEmscripten = { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') };
const link = copy('test/node_modules');
const packed = copy('node_modules/cooperator');

async function copySources() {
  await rm(copy(), { recursive: true, force: true });
  for (const folder of [
    'src',
    'include',
    'js',
    'cmake',
    'examples/native',
    'test/c',
    'test/fuzz',
    'test/js',
    'test/model',
    'test/program',
    'test/traces',
    'test/verify',
  ]) {
    await cp(at(folder), copy(folder), { recursive: true });
  }
  for (const file of ['CMakeLists.txt', 'CMakePresets.json']) await cp(at(file), copy(file));
  await cp(at('build/packed/node_modules/cooperator'), packed, { recursive: true });
  await mkdir(copy('dist'), { recursive: true });
  await cp(at('dist/cooperator.wasm'), copy('dist/cooperator.wasm'));
  await symlink('../node_modules', link);
  await mkdir(copy('build/native/test/c'), { recursive: true });
  await writeFile(copy('package.json'), '{ "private": true, "type": "module" }\n');
}

const sourcesOf = (folder) =>
  readdirSync(copy(folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => copy(folder, name));
const helpers = () => sourcesOf('test/c').filter((name) => !/(test_\w+|check_main|replay_scripts)\.c$/.test(name));

async function compile(output, sources) {
  await run('gcc', [
    '-std=c11',
    '-g',
    '-O1',
    `-I${copy('include')}`,
    `-I${copy('test/c')}`,
    `-DTRACES_DIR="${copy('test/traces')}"`,
    `-DCORPUS_DIR="${copy('test/fuzz/corpus')}"`,
    ...sources,
    ...helpers(),
    copy('build/libcooperator.a'),
    '-lm',
    '-o',
    output,
  ]);
}

async function compileLibrary() {
  const objects = [];
  for (const source of sourcesOf('src')) {
    const object = copy('build', `${source.split('/').at(-1)}.o`);
    await run('gcc', ['-std=c11', '-g', '-O1', `-I${copy('include')}`, '-c', source, '-o', object]);
    objects.push(object);
  }
  await rm(copy('build/libcooperator.a'), { force: true });
  await run('ar', ['rcs', copy('build/libcooperator.a'), ...objects]);
}

/** Does a program fail, or not end? */
async function fails(command, args, seconds = LONGEST_S) {
  return run('timeout', [String(seconds), command, ...args], { cwd: copy() }).then(
    () => false,
    () => true,
  );
}

const notices = (kind, side) => fails(process.execPath, [copy('test/verify/notices.mjs'), kind, side, String(SCRIPTS)]);

/** Which check notices a breakage of the core. @returns {Promise<string | undefined>} */
async function checkC() {
  await compileLibrary();
  await compile(copy('build/native/test/c/replay_scripts'), [copy('test/c/replay_scripts.c')]);
  if (await notices('c', 'c')) return 'the model';
  for (const test of sourcesOf('test/c').filter((name) => /test_\w+\.c$/.test(name))) {
    await compile(copy('build/test'), [test, copy('test/c/check_main.c')]);
    if (await fails(copy('build/test'), [])) return test.split('/').at(-1);
  }
  return undefined;
}

/** Do tests of the copy fail? @param {string} folder @param {string} [only]  those whose names match */
const jestFails = (folder, only = '') =>
  fails(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--expose-gc',
      at('node_modules/jest/bin/jest.js'),
      '--bail',
      '--rootDir',
      copy(),
      '--passWithNoTests',
      '--config',
      JSON.stringify({ transform: {}, testMatch: [`**/${folder}/*.test.js`] }),
      `${copy(folder)}.*(${only})`,
    ],
    10 * LONGEST_S,
  );

/**
 * Which check notices a breakage of the package. Of the tests, those that are named like the file come first.
 * @param {string} [file]
 * @returns {Promise<string | undefined>}
 */
async function checkJs(file) {
  await bundle({ absWorkingDir: copy(), outdir: join(packed, 'dist') });
  const names = file
    ?.replace(/^js\/|\.js$/g, '')
    .split('/')
    .join('|');
  if (await notices('js', 'package')) return 'the model';
  if (file?.startsWith('js/') && (await jestFails('test/js', names))) return 'test/js';
  return (await jestFails('test/js')) ? 'test/js' : undefined;
}

/** Which check notices a breakage of what is between the core and JavaScript. @returns {Promise<string | undefined>} */
async function checkWasm(file) {
  const cmake = (...args) => run('cmake', args, { cwd: copy(), env: forEmscripten });
  if (!existsSync(copy('build/wasm/build.ninja'))) await cmake('--preset', 'wasm', '-DCOOPERATOR_WERROR=OFF');
  await cmake('--build', '--preset', 'wasm', '--target', 'core', 'cooperator_wasm');
  for (const folder of [copy('dist'), join(packed, 'dist')]) {
    await cp(copy('build/wasm/cooperator.wasm'), join(folder, 'cooperator.wasm'));
  }
  const by = await checkJs(file);
  if (by !== undefined) return by;
  const installed = copy('build/installed-wasm');
  await cmake('--install', 'build/wasm', '--prefix', installed);
  await cmake(
    '-S',
    'test/program',
    '-B',
    'build/program',
    '-G',
    'Ninja',
    '--toolchain',
    copy('cmake/emscripten.cmake'),
    `-Dcooperator_DIR=${installed}/lib/cmake/cooperator`,
  );
  await cmake('--build', 'build/program');
  return (await jestFails('test/program')) ? 'test/program' : undefined;
}

/** @param {string} file */
function checkOf(file) {
  if (/^(src\/wasm\/|js\/(bind|exchange)\.)/.test(file)) return checkWasm;
  return file.startsWith('src/') ? checkC : checkJs;
}

/**
 * @param {{ only?: RegExp, tell?: (line: string) => void }} [how]  those whose file, rule and words match; what is
 *   told of each
 * @returns {Promise<{ figures: string[], wrong: string[] }>}
 */
export async function mutations({ only, tell = () => {} } = {}) {
  if (!existsSync(at('build/packed'))) throw new Error('the package is not packed; run: node scripts/test.mjs pack');
  await copySources();
  const noticed = {};
  const wrong = [];
  const chosen = breakages.filter(({ file, rule, what }) => only?.test(`${file} ${rule}, ${what}`) ?? true);
  for (const check of new Set(chosen.map(({ file }) => checkOf(file)))) {
    const by = await check();
    if (by !== undefined) wrong.push(`unbroken, the sources are taken to be broken by ${by}`);
  }
  if (wrong.length !== 0) return { figures: [], wrong };
  for (const { rule, what, file, from, to } of chosen) {
    const source = readFileSync(at(file), 'utf8');
    if (source.split(from).length !== 2) {
      wrong.push(`${rule}, ${what}: what is to be replaced stands ${source.split(from).length - 1} times in ${file}`);
      continue;
    }
    await writeFile(
      copy(file),
      source.replace(from, () => to),
    );
    const by = await checkOf(file)(file).catch((error) => {
      throw new Error(`${what}: ${error.output ?? ''}${error.message}`);
    });
    await writeFile(copy(file), source);
    tell(`${rule}, ${what}: ${by ?? 'NOT NOTICED'}`);
    if (by === undefined) wrong.push(`${rule}, ${what}: no check has noticed it`);
    else noticed[by] = (noticed[by] ?? 0) + 1;
  }
  return { figures: Object.entries(noticed).map(([by, count]) => `noticed by ${by}: ${count}`), wrong };
}
