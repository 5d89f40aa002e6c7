// Which lines and branches of the library, of its bridge to JavaScript and of the package the tests run. Every one of C's
// that they do not is listed below with its reason, or fails the check; so does one that is listed and run after all.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import coverageLibrary from 'istanbul-lib-coverage';
import instrumentLibrary from 'istanbul-lib-instrument';
import { bundle } from '../../scripts/build.mjs';
import { root, run } from '../../scripts/run.mjs';
import { generate } from '../model/generate.js';
import { profileOf, writeCounts } from './counts.js';

const at = (...path) => join(root, ...path);

/** C: the line, how many of its branches are not taken, and why. */
const notRunInC = [
  [
    'src/cooperator.c',
    'if (task == cooperator->doomed) COOP__REMOVE(cooperator->doomed, task, members);',
    1,
    'the macro asks once more what was asked before it',
  ],
  [
    'src/cooperator.c',
    'if (finishes) over = coop__meter_skip(cooperator) || over;',
    1,
    'a clock that is put back takes the deadline with it, so what was over stays so',
  ],
  ['src/deferred.c', 'switch (link.kind) {', 1, 'no link is of another kind (twice, in two functions)'],
  ['src/deferred.c', 'return NULL;', 0, 'behind that switch, for compilers that ask for it'],
  [
    'src/task.c',
    '.busy_ms = task->turns == 0 || busy_ms < 0 ? 0 : busy_ms,',
    1,
    'a sum below 0 would take a rounding that nobody has seen',
  ],
];

const notRunInWasm = [
  ['src/wasm/memory.c', 'if (step >= SIZES) return NULL;', 1, 'nothing of the core is larger than 512 bytes'],
  [
    'src/wasm/program.c',
    'if (cooperator != NULL) coop_cooperator_set_context(cooperator, to_pointer(context));',
    1,
    'a program that has just begun has memory for its first cooperator',
  ],
];

async function coverageOfC() {
  await run('cmake', ['--preset', 'coverage']);
  await run('cmake', ['--build', '--preset', 'coverage']);
  for (const file of readdirSync(at('build/coverage'), { recursive: true })) {
    if (file.endsWith('.gcda')) await rm(at('build/coverage', file));
  }
  await run('ctest', ['--preset', 'coverage']);
  const scripts = Array.from({ length: 1000 }, (_, seed) => generate(seed)).join('');
  await new Promise((resolve, reject) => {
    const child = spawn(at('build/coverage/test/c/replay_scripts'), ['--fail-allocations'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child
      .on('error', reject)
      .on('close', (code) => (code === 0 ? resolve() : reject(new Error(`replay_scripts: ${code}`))));
    child.stdin.end(scripts);
  });
  const report = at('build/coverage/gcovr.json');
  await run('gcovr', [
    '--root',
    '.',
    '--filter',
    'src/',
    '--exclude',
    'src/wasm/',
    '--json',
    '-o',
    report,
    'build/coverage',
  ]);
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const counts = { lines: 0, linesRun: 0, branches: 0, branchesRun: 0 };
  const missed = [];
  for (const { file, lines } of files) {
    const source = readFileSync(at(file), 'utf8').split('\n');
    for (const line of lines.filter((one) => !one['gcovr/noncode'])) {
      const left = line.branches.filter(({ count }) => count === 0).length;
      counts.lines++;
      counts.linesRun += line.count === 0 ? 0 : 1;
      counts.branches += line.branches.length;
      counts.branchesRun += line.branches.length - left;
      if (line.count === 0 || left !== 0)
        missed.push({ file, number: line.line_number, text: source[line.line_number - 1].trim(), left });
    }
  }
  return { counts, wrong: compareWithList(missed, notRunInC) };
}

/** What is missed and not listed, and what is listed and not missed. */
function compareWithList(missed, list) {
  const isListed = ({ file, text, left }) =>
    list.some(([where, what, count]) => where === file && what === text && count === left);
  return [
    ...missed
      .filter((one) => !isListed(one))
      .map(({ file, number, text }) => `${file}:${number} is not run, or not in all its branches: ${text}`),
    ...list
      .filter(([file, text]) => !missed.some((one) => one.file === file && one.text === text))
      .map(([file, text]) => `${file} is listed and run after all: ${text}`),
  ];
}

/**
 * JavaScript: what part has to be run. The rest is for hosts that this one is not (test/hosts runs the tests there),
 * and for a core that answers what it never does; build/coverage-js/missed.txt lists it.
 */
const LEAST_IN_JS = { lines: 0.95, branches: 0.9 };

const raw = at('build/coverage-js/raw');
const programs = 'build/program-coverage';

/** Behind js/core/wasm.js: where the core's counts are, once it is there. */
const told = `;(globalThis.countedCores ??= []).push(
  () => core && { profile: core.exports.coop_profile, memory: () => core.words().buffer });`;

/** Writes what was counted in a process of its own; what Jest's contexts count is Jest's to collect. */
const footer = `;if (globalThis.process?.env?.COOPERATOR_COVERAGE && !globalThis.isCounted) {
  globalThis.isCounted = true;
  process.on('exit', ${writeCounts});
  process.on('exit', () => process.getBuiltinModule('node:fs').writeFileSync(
    process.env.COOPERATOR_COVERAGE + '/' + process.pid + '-' + Math.random() + '.json',
      JSON.stringify(globalThis.__coverage__)));
}`;

async function buildInstrumented() {
  const instrumenter = instrumentLibrary.createInstrumenter({ esModules: true, produceSourceMap: false });
  const counting = {
    name: 'counting',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /[\\/]js[\\/](work[\\/])?\w+\.js$/ }, ({ path }) => ({
        contents:
          instrumenter.instrumentSync(readFileSync(path, 'utf8'), path) + (path === at('js/core/wasm.js') ? told : ''),
        loader: 'js',
      }));
      onResolve({ filter: /cooperator\.wasm$/ }, () => ({ path: at('build/wasm-coverage/cooperator.wasm') }));
    },
  };
  await rm(at('build/coverage-js'), { recursive: true, force: true });
  const target = at('build/coverage-js/node_modules/cooperator');
  await mkdir(raw, { recursive: true });
  await cp(at('build/packed/node_modules/cooperator'), target, { recursive: true });
  await cp(at('build/wasm-coverage/cooperator.wasm'), join(target, 'dist/cooperator.wasm'));
  await bundle({ outdir: join(target, 'dist'), plugins: [counting], footer: { js: footer } });
}

/** The core that is counted, and the programs that link it. */
async function buildCounted() {
  const cmake = (...args) =>
    run('cmake', args, {
      env: { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') },
    });
  const installed = at('build/installed-wasm-coverage');
  await cmake('--preset', 'wasm-coverage');
  await cmake('--build', '--preset', 'wasm-coverage', '--target', 'core', 'cooperator_wasm');
  await cmake('--install', 'build/wasm-coverage', '--prefix', installed);
  await cmake(
    '-S',
    'test/program',
    '-B',
    programs,
    '-G',
    'Ninja',
    '--toolchain',
    at('cmake/emscripten.cmake'),
    `-Dcooperator_DIR=${installed}/lib/cmake/cooperator`,
  );
  await cmake('--build', programs);
}

async function coverageOfJs() {
  await buildCounted();
  await buildInstrumented();
  const link = at('test/node_modules');
  const suites = { 'test/js': 'jest.config.js', 'test/program': 'test/program/jest.config.js' };
  const collected = (suite) => at('build/coverage-js/jest', suite);
  await rm(link, { force: true });
  await symlink('../build/coverage-js/node_modules', link);
  try {
    const env = { COOPERATOR_COVERAGE: raw, COOPERATOR_PROGRAMS: programs };
    for (const [suite, config] of Object.entries(suites)) {
      await run(
        process.execPath,
        [
          '--experimental-vm-modules',
          '--disable-warning=ExperimentalWarning',
          '--expose-gc',
          'node_modules/jest/bin/jest.js',
          '--config',
          config,
          suite,
          '--setupFilesAfterEnv',
          at('test/verify/counts.js'),
          '--coverage',
          '--coverageProvider=babel',
          '--coverageReporters=json',
          `--coverageDirectory=${collected(suite)}`,
          '--collectCoverageFrom=nothing',
        ],
        { env },
      );
    }
    await run(process.execPath, ['test/model/run.mjs', '--scripts', '1000', '--seed', '1', '--only', 'js'], { env });
  } finally {
    await rm(link, { force: true });
    await symlink('../build/packed/node_modules', link);
  }
  const map = coverageLibrary.createCoverageMap();
  const ofJest = Object.keys(suites).map((suite) => join(collected(suite), 'coverage-final.json'));
  const written = readdirSync(raw).filter((name) => !name.endsWith('.wasm.json'));
  for (const file of [...ofJest, ...written.map((name) => join(raw, name))]) {
    if (!existsSync(file)) throw new Error(`Jest has not made ${file}`);
    map.merge(JSON.parse(readFileSync(file, 'utf8')));
  }
  return summarise(map);
}

function summarise(map) {
  const missed = [];
  const counts = { lines: 0, linesRun: 0, branches: 0, branchesRun: 0 };
  for (const path of map.files().filter((name) => name.startsWith(at('js')))) {
    const file = path.slice(root.length);
    const source = readFileSync(path, 'utf8').split('\n');
    const one = map.fileCoverageFor(path);
    const { lines, branches } = one.toSummary().data;
    counts.lines += lines.total;
    counts.linesRun += lines.covered;
    counts.branches += branches.total;
    counts.branchesRun += branches.covered;
    const { s, b, statementMap, branchMap } = one.data;
    const numbers = new Set();
    for (const [id, count] of Object.entries(s)) if (count === 0) numbers.add(statementMap[id].start.line);
    for (const [id, ways] of Object.entries(b)) {
      for (const [way, count] of ways.entries()) {
        if (count === 0) numbers.add(branchMap[id].locations[way].start.line ?? branchMap[id].loc.start.line);
      }
    }
    for (const number of numbers) missed.push({ file, number, text: source[number - 1].trim(), left: 0 });
  }
  writeFileSync(
    at('build/coverage-js/missed.txt'),
    missed.map(({ file, number, text }) => `${file}:${number}: ${text}\n`).join(''),
  );
  const wrong = Object.entries(LEAST_IN_JS)
    .filter(([what, least]) => counts[`${what}Run`] < least * counts[what])
    .map(([what, least]) => `js/: of the ${what} ${least * 100} % have to be run: see build/coverage-js/missed.txt`);
  return { counts, wrong };
}

/**
 * Of src/wasm: what the tests of the package and of programs have counted, beside a map of the sources that llvm-cov can
 * read. It reads none of WebAssembly, so the sources are compiled for this machine once more, and never run there.
 */
async function coverageOfWasm() {
  const built = (name) => at('build/coverage-js', name);
  const files = readdirSync(raw).filter((name) => name.endsWith('.wasm.json'));
  if (files.length === 0) throw new Error('no core has written what was counted');
  const written = files.map((name) => JSON.parse(readFileSync(join(raw, name), 'utf8')));
  const stub = built('builtins.h');
  writeFileSync(
    stub,
    `unsigned long __builtin_wasm_memory_size(int);
    unsigned long __builtin_wasm_memory_grow(int, unsigned long);`,
  );
  const sources = ['package', 'program', 'memory'];
  for (const name of sources) {
    await run('clang', [
      '-std=c11',
      '-w',
      '-include',
      stub,
      '-Iinclude',
      '-fprofile-instr-generate',
      '-fcoverage-mapping',
      '-c',
      at(`src/wasm/${name}.c`),
      '-o',
      built(`${name}.o`),
    ]);
  }
  writeFileSync(built('wasm.proftext'), profileOf(written));
  await run('llvm-profdata', ['merge', built('wasm.proftext'), '-o', built('wasm.profdata')]);
  const map = (format) =>
    run('llvm-cov', [
      'export',
      '-format',
      format,
      '-instr-profile',
      built('wasm.profdata'),
      ...sources.flatMap((name) => ['-object', built(`${name}.o`)]),
    ]);
  const {
    data: [{ files: mapped }],
  } = JSON.parse(await map('text'));
  const counts = { lines: 0, linesRun: 0, branches: 0, branchesRun: 0 };
  const missed = [];
  for (const text of (await map('lcov')).split('end_of_record')) {
    const path = /^SF:(.*)$/m.exec(text)?.[1];
    if (!path?.startsWith(at('src/wasm'))) continue;
    const source = readFileSync(path, 'utf8').split('\n');
    // bridge.inc is in two programs: what one of them runs is run
    const ways = new Map();
    for (const [line, column, , , yes, no] of mapped.find(({ filename }) => filename === path).branches) {
      for (const [way, count] of [yes, no].entries()) {
        const key = `${line} ${column} ${way}`;
        ways.set(key, (ways.get(key) ?? 0) + count);
      }
    }
    for (const [, line, count] of text.matchAll(/^DA:(\d+),(\d+)$/gm)) {
      const left = [...ways].filter(([key, taken]) => key.startsWith(`${line} `) && taken === 0).length;
      counts.lines++;
      counts.linesRun += count === '0' ? 0 : 1;
      if (count === '0' || left !== 0) {
        missed.push({ file: path.slice(root.length), number: Number(line), text: source[line - 1].trim(), left });
      }
    }
    counts.branches += ways.size;
    counts.branchesRun += [...ways.values()].filter((count) => count !== 0).length;
  }
  return { counts, wrong: compareWithList(missed, notRunInWasm) };
}

/** @returns {Promise<{ figures: string[], wrong: string[] }>} */
export async function coverage() {
  const results = {
    'src/ without src/wasm/': await coverageOfC(),
    'js/': await coverageOfJs(),
    'src/wasm/': await coverageOfWasm(),
  };
  const figures = Object.entries(results).map(
    ([
      folder,
      {
        counts: { lines, linesRun, branches, branchesRun },
      },
    ]) => `${folder}: ${linesRun} of ${lines} lines, ${branchesRun} of ${branches} branches`,
  );
  return { figures, wrong: Object.values(results).flatMap(({ wrong }) => wrong) };
}
