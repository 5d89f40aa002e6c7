// Coverage of js/ by its tests, by those of C programs and by random scripts, in Node. The tests run on an instrumented
// package with an instrumented core, which also writes the counts of src/wasm: see bridge.mjs.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import coverageLibrary from 'istanbul-lib-coverage';
import instrumentLibrary from 'istanbul-lib-instrument';
import { bundle } from '../../../scripts/build.mjs';
import { root, run } from '../../../scripts/run.mjs';
import { writeCounts } from './wasm-counters.js';

/**
 * The fractions that must be run. The rest is for other hosts, in which test/hosts runs the tests, and for results that
 * the core never returns; build/coverage-js/missed.txt lists it.
 */
const LEAST = { lines: 0.95, branches: 0.9 };

const at = (...path) => join(root, ...path);
/** Where processes write their counts when they end. */
export const countsDirectory = at('build/coverage-js/counts');
const programs = 'build/program-coverage';

export async function coverageOfPackage() {
  await buildCountingCore();
  await buildInstrumentedPackage();
  return summarise(await runTests());
}

/** The core that counts, and the programs that link it. */
async function buildCountingCore() {
  const env = { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') };
  const cmake = (...args) => run('cmake', args, { env });
  const installed = at('build/installed-wasm-coverage');
  await cmake('--preset', 'wasm-coverage');
  await cmake('--build', '--preset', 'wasm-coverage', '--target', 'core', 'cooperator_wasm');
  await cmake('--install', 'build/wasm-coverage', '--prefix', installed);
  const toolchain = ['--toolchain', at('cmake/emscripten.cmake')];
  const library = `-Dcooperator_DIR=${installed}/lib/cmake/cooperator`;
  await cmake('-S', 'test/program', '-B', programs, '-G', 'Ninja', ...toolchain, library);
  await cmake('--build', programs);
}

/**
 * Put before every module of the package: keeps the function that writes the counts. When a process exits it is too late
 * to ask for it, because some tests hide `process.getBuiltinModule`.
 */
const keepWriter = `import { writeFileSync as coverageWriter } from 'node:fs';
globalThis.coverageWrite ??= coverageWriter;
`;

/** Appended to js/core/wasm.js: lets `writeCounts` find the counters, once the core is loaded. */
const announceCore = `;(globalThis.countedCores ??= []).push(
  () => core && { profile: core.exports.coop_profile, memory: () => core.exports.memory.buffer });`;

/** Writes the counts of a process when it exits; those of Jest's contexts are collected by Jest. */
const footer = `;if (globalThis.process?.env?.COOPERATOR_COVERAGE && !globalThis.writesCounts) {
  globalThis.writesCounts = true;
  process.on('exit', ${writeCounts});
  process.on('exit', () => globalThis.coverageWrite(
    process.env.COOPERATOR_COVERAGE + '/' + process.pid + '-' + Math.random() + '.json',
    JSON.stringify(globalThis.__coverage__)));
}`;

async function buildInstrumentedPackage() {
  const instrumenter = instrumentLibrary.createInstrumenter({ esModules: true, produceSourceMap: false });
  const sources = at('js/');
  const instrument = {
    name: 'instrument',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!path.startsWith(sources)) return undefined;
        const code = instrumenter.instrumentSync(readFileSync(path, 'utf8'), path);
        const end = path === at('js/core/wasm.js') ? announceCore : '';
        return { contents: keepWriter + code + end, loader: 'js' };
      });
      onResolve({ filter: /^node:fs$/ }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /cooperator\.wasm$/ }, () => ({ path: at('build/wasm-coverage/cooperator.wasm') }));
    },
  };
  await rm(at('build/coverage-js'), { recursive: true, force: true });
  const target = at('build/coverage-js/node_modules/cooperator');
  await mkdir(countsDirectory, { recursive: true });
  await cp(at('build/packed/node_modules/cooperator'), target, { recursive: true });
  await cp(at('build/wasm-coverage/cooperator.wasm'), join(target, 'dist/cooperator.wasm'));
  await bundle({ outdir: join(target, 'dist'), plugins: [instrument], footer: { js: footer } });
}

/** Runs the tests on the instrumented package; resolves to Istanbul's map of what they ran. */
async function runTests() {
  const suites = { 'test/js': 'jest.config.js', 'test/program': 'test/program/jest.config.js' };
  const reportOf = (suite) => at('build/coverage-js/jest', suite);
  const env = { COOPERATOR_COVERAGE: countsDirectory, COOPERATOR_PROGRAMS: programs };
  const link = at('test/node_modules');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'];
  await rm(link, { force: true });
  await symlink('../build/coverage-js/node_modules', link);
  try {
    for (const [suite, config] of Object.entries(suites)) {
      const collect = [
        '--coverage',
        '--coverageProvider=babel',
        '--coverageReporters=json',
        `--coverageDirectory=${reportOf(suite)}`,
        '--collectCoverageFrom=nothing',
      ];
      const setup = ['--setupFilesAfterEnv', at('test/verify/coverage/wasm-counters.js')];
      const jest = [...flags, 'node_modules/jest/bin/jest.js', '--config', config, suite, ...setup, ...collect];
      await run(process.execPath, jest, { env });
    }
    await run(process.execPath, ['test/model/run.mjs', '--scripts', '1000', '--seed', '1', '--only', 'js'], { env });
  } finally {
    await rm(link, { force: true });
    await symlink('../build/packed/node_modules', link);
  }
  const map = coverageLibrary.createCoverageMap();
  const reports = Object.keys(suites).map((suite) => join(reportOf(suite), 'coverage-final.json'));
  const written = readdirSync(countsDirectory).filter((name) => !name.endsWith('.wasm.json'));
  for (const file of [...reports, ...written.map((name) => join(countsDirectory, name))]) {
    if (!existsSync(file)) throw new Error(`Jest has not written ${file}`);
    map.merge(JSON.parse(readFileSync(file, 'utf8')));
  }
  return map;
}

/** @returns {import('./markers.mjs').Coverage} */
function summarise(map) {
  const counts = { lines: 0, linesRun: 0, branches: 0, branchesRun: 0 };
  let missed = '';
  for (const path of map.files().filter((name) => name.startsWith(at('js/')))) {
    const file = map.fileCoverageFor(path);
    const { lines, branches } = file.toSummary().data;
    counts.lines += lines.total;
    counts.linesRun += lines.covered;
    counts.branches += branches.total;
    counts.branchesRun += branches.covered;
    const source = readFileSync(path, 'utf8').split('\n');
    for (const number of missedLines(file.data)) {
      missed += `${path.slice(root.length)}:${number}: ${source[number - 1].trim()}\n`;
    }
  }
  writeFileSync(at('build/coverage-js/missed.txt'), missed);
  const wrong = Object.entries(LEAST)
    .filter(([what, least]) => counts[`${what}Run`] < least * counts[what])
    .map(([what, least]) => `js/: ${least * 100} % of the ${what} must be run: see build/coverage-js/missed.txt`);
  return { counts, wrong };
}

function missedLines({ s, b, statementMap, branchMap }) {
  const numbers = new Set();
  for (const [id, count] of Object.entries(s)) if (count === 0) numbers.add(statementMap[id].start.line);
  for (const [id, ways] of Object.entries(b)) {
    for (const [way, count] of ways.entries()) {
      const { loc, locations } = branchMap[id];
      if (count === 0) numbers.add(locations[way].start.line ?? loc.start.line);
    }
  }
  return numbers;
}
