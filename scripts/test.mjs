// Runs every test of the project and ends with one line of counts: npm test.
// Some of them, with what they need: node scripts/test.mjs <step or group> …
import { createCipheriv } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { needs, setup } from './setup.mjs';
import { build } from './build.mjs';
import { contents } from './contents.mjs';
import { checkSizes } from './size.mjs';
import { root, run } from './run.mjs';
import { staticChecks } from './static.mjs';
import { commandsOf } from '../test/docs/blocks.js';

// Steps run side by side, and so do the compilers within one.
const lanes = Math.min(2, availableParallelism());
process.env.CMAKE_BUILD_PARALLEL_LEVEL ??= String(Math.max(1, Math.floor(availableParallelism() / lanes)));

const at = (...path) => join(root, ...path);
const prefix = at('build/installed');
const packed = 'build/packed/node_modules/cooperator';
const node = (script, ...args) => run(process.execPath, [`node_modules/${script}`, ...args]);

/**
 * A step resolves to the counts of its tests and what there is to say of them, or rejects, which is one failed test.
 * `after` names the steps that must have passed before it; steps that hold the same directory do not run at the same
 * time, and beside one that is `alone` nothing does.
 */
const steps = {
  static: { title: 'static analysis', run: () => checks(staticChecks) },
  gcc: { title: 'C tests, gcc', group: 'c', run: () => ctest('native') },
  build: {
    title: 'npm run build',
    holds: 'build/wasm',
    run: () => checks({ 'dist/ is built without a warning': () => build() }),
  },
  clang: { title: 'C tests, clang', group: 'c', run: () => ctest('clang') },
  sanitize: { title: 'C tests, ASan and UBSan', group: 'c', run: () => ctest('sanitize') },
  wasm: { title: 'C tests as WebAssembly', group: 'c', holds: 'build/wasm', run: () => ctest('wasm') },
  install: { title: 'the installed C library', group: 'c', run: install },
  consumer: { title: 'a C program that uses it', group: 'c', after: ['install'], run: consumer },
  'c-examples': {
    title: 'the examples in C',
    group: 'c',
    after: ['install', 'build'],
    holds: 'build/wasm',
    run: cExamples,
  },
  size: {
    title: 'size limits',
    after: ['build'],
    run: () => checks({ 'the package is within the limits of package.json': () => checkSizes() }),
  },
  pack: { title: 'the packed npm package', after: ['build'], run: pack },
  program: {
    title: 'a C program with tasks beside JavaScript',
    group: 'c',
    after: ['pack'],
    holds: 'build/wasm',
    run: program,
  },
  publint: {
    title: 'publint',
    group: 'lint',
    after: ['pack'],
    run: () => checks({ publint: () => node('publint/src/cli.js', packed, '--strict', '--pack', 'false') }),
  },
  attw: {
    title: 'Are the types wrong?',
    group: 'lint',
    after: ['pack'],
    run: () =>
      checks({
        attw: () =>
          node(
            '@arethetypeswrong/cli/dist/index.js',
            'build/packed/cooperator.tgz',
            '--exclude-entrypoints',
            'cooperator.wasm',
            '--no-emoji',
          ),
      }),
  },
  types: { title: 'the types, as a user sees them', after: ['pack'], run: types },
  architecture: {
    title: 'architecture',
    after: ['build', 'install'],
    run: () => jest('architecture', 'test/architecture'),
  },
  model: { title: 'random scripts on model, package, core and Twisted', after: ['gcc', 'pack'], run: model },
  bridge: {
    title: 'the functions of cores, misused',
    after: ['pack', 'program'],
    run: misuse,
  },
  jest: { title: 'JavaScript tests', after: ['pack'], run: () => jest('js', 'test/js') },
  guides: { title: 'the code in README.md and docs/', after: ['pack'], run: () => jest('guides', 'test/docs') },
  docs: { title: 'the site of the documentation', run: docs },
  bundle: { title: 'the tests, bundled for other hosts', after: ['pack'], run: bundle },
  chromium: {
    title: 'JavaScript tests in Chromium',
    group: 'hosts',
    after: ['bundle'],
    run: () => inBrowser('chromium'),
  },
  firefox: { title: 'JavaScript tests in Firefox', group: 'hosts', after: ['bundle'], run: () => inBrowser('firefox') },
  webkit: { title: 'JavaScript tests in WebKit', group: 'hosts', after: ['bundle'], run: () => inBrowser('webkit') },
  node: { title: 'JavaScript tests in this Node', group: 'hosts', after: ['bundle'], run: () => inRuntime('node') },
  node22: { title: 'JavaScript tests in Node 22', group: 'hosts', after: ['bundle'], run: () => inNode('node22') },
  node24: { title: 'JavaScript tests in Node 24', group: 'hosts', after: ['bundle'], run: () => inNode('node24') },
  node26: { title: 'JavaScript tests in Node 26', group: 'hosts', after: ['bundle'], run: () => inNode('node26') },
  deno: { title: 'JavaScript tests in Deno', group: 'hosts', after: ['bundle'], run: () => inRuntime('deno') },
  bun: { title: 'JavaScript tests in Bun', group: 'hosts', after: ['bundle'], run: () => inRuntime('bun') },
  bundlers: {
    title: 'the package in bundlers',
    group: 'packaging',
    after: ['pack'],
    run: bundlers,
  },
  typescript: {
    title: 'the package in TypeScript',
    group: 'packaging',
    after: ['pack'],
    run: async () => checks((await import('../test/packaging/typescript.js')).typescriptChecks),
  },
  pages: { title: 'the package in pages as it is', group: 'packaging', after: ['pack'], run: pages },
  examples: {
    title: 'the examples',
    after: ['build'],
    run: () => jest('examples', '--config', 'test/examples/jest.config.js'),
  },
  browser: {
    title: 'the demo page and the documented ones in a browser',
    after: ['pack'],
    alone: true,
    // A browser that has ended may leave a pipe open, for which Jest would wait for ever.
    run: () => jest('browser', '--config', 'test/browser/jest.config.js', '--forceExit'),
  },
};

async function cmake(preset) {
  await run('cmake', ['--preset', preset]);
  await run('cmake', ['--build', '--preset', preset]);
}

async function ctest(preset) {
  await cmake(preset);
  const report = at(`build/${preset}/ctest.xml`);
  await rm(report, { force: true });
  const output = await run('ctest', [
    '--preset',
    preset,
    '--output-junit',
    report,
    // By default the report keeps 1 KB of what a program writes, and the program's own counts are at the end.
    '--test-output-size-passed',
    '1000000',
    '--test-output-size-failed',
    '1000000',
  ]).catch((error) => error.output);
  const programs = [...readFileSync(report, 'utf8').matchAll(/<testcase [^>]*status="(\w+)"[^]*?<\/testcase>/g)];
  if (programs.length === 0) throw new Error('ctest ran no test');
  const counts = { passed: 0, failed: 0, output };
  for (const [text, status] of programs) {
    const summary = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
    const [passed = 0, failed = 0] = summary.slice(1).map(Number);
    const failedItself = status === 'run' ? 0 : 1;
    counts.passed += passed;
    // A program may also fail as a whole: by crashing, by leaking, by running no test.
    counts.failed += Math.max(failed, failedItself, passed === 0 ? 1 : 0);
  }
  return counts;
}

async function install() {
  return checks({
    'the release build has no warning': () => cmake('release'),
    'cmake --install': async () => {
      await rm(prefix, { recursive: true, force: true });
      await run('cmake', ['--install', 'build/release', '--prefix', prefix]);
      // On Debian the library's directory is lib or lib/x86_64-linux-gnu, depending on the prefix.
      const files = listFiles('build/installed').map((path) => path.replace(/^lib\/.*?(?=libcoop|cmake)/, 'lib/'));
      sameList(files, [
        ...['cooperator', 'deferred', 'host', 'iterator', 'status', 'stdhost'].map(
          (name) => `include/cooperator/${name}.h`,
        ),
        ...['Config', 'ConfigVersion', 'Targets', 'Targets-release'].map(
          (name) => `lib/cmake/cooperator/cooperator${name}.cmake`,
        ),
        'lib/libcooperator.a',
        'lib/libcooperator_stdhost.a',
      ]);
    },
  });
}

async function consumer() {
  await rm(at('build/consumer'), { recursive: true, force: true });
  return checks({
    'finds it': () =>
      run('cmake', ['-S', 'test/consumer', '-B', 'build/consumer', '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`]),
    'links it': () => run('cmake', ['--build', 'build/consumer']),
    'runs': () => run(at('build/consumer/consumer'), []),
  });
}

/** The library as it is installed for Emscripten, and a program of somebody else's that links it. */
async function program() {
  const env = { NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') };
  const installed = at('build/installed-wasm');
  const built = await checks({
    'cmake --install for Emscripten': async () => {
      await run('cmake', ['--build', '--preset', 'wasm', '--target', 'cooperator_wasm']);
      await rm(installed, { recursive: true, force: true });
      await run('cmake', ['--install', 'build/wasm', '--prefix', installed]);
      sameList(listFiles('build/installed-wasm'), [
        ...['cooperator', 'deferred', 'host', 'iterator', 'status', 'wasm'].map(
          (name) => `include/cooperator/${name}.h`,
        ),
        ...['Config', 'ConfigVersion', 'Targets', 'Targets-release'].map(
          (name) => `lib/cmake/cooperator/cooperator${name}.cmake`,
        ),
        'lib/libcooperator.a',
        'lib/libcooperator_wasm.a',
        'share/cooperator/program.js',
      ]);
    },
    'a program finds it': async () => {
      await rm(at('build/program'), { recursive: true, force: true });
      await run(
        'cmake',
        [
          '-S',
          'test/program',
          '-B',
          'build/program',
          '-G',
          'Ninja',
          '--toolchain',
          at('cmake/emscripten.cmake'),
          `-Dcooperator_DIR=${installed}/lib/cmake/cooperator`,
        ],
        { env },
      );
    },
    'it is linked without a warning': async () => {
      const output = await run('cmake', ['--build', 'build/program'], { env });
      if (/warning:/.test(output)) throw new Error(output);
    },
  });
  if (built.failed > 0) return built;
  const tested = await jest('program', '--config', 'test/program/jest.config.js');
  return { ...tested, passed: built.passed + tested.passed };
}

/** Runs the commands that an example's README tells, with warnings as errors, and resolves to what each has printed. */
async function follow(name) {
  await rm(at('build/examples', name), { recursive: true, force: true });
  const printed = {};
  for (const command of commandsOf(`examples/${name}/README.md`)) {
    printed[command] = await run('bash', ['-euc', command], { env: { CFLAGS: '-Werror' } });
  }
  return printed;
}

async function cExamples() {
  const file = (name) => at('build/examples', name);
  const program = (name, ...files) => run(at('build/examples/native', name), files.map(file));
  return checks({
    'native/: what its README tells works': async () => {
      const printed = (await follow('native'))['build/examples/native/sha256 README.md LICENSE'];
      if (printed !== (await run('sha256sum', ['README.md', 'LICENSE']))) throw new Error(printed);
    },
    'sha256 says what sha256sum says, and what the standard says': async () => {
      // 24 MB, of which a half can be compressed
      const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(2 << 20));
      const text = Buffer.from('each has its turn '.repeat((2 << 20) / 18));
      await writeFile(file('data'), Buffer.concat(Array(6).fill([noise, text]).flat()));
      await writeFile(file('empty'), '');
      await writeFile(file('abc'), 'abc');
      const files = ['data', 'empty', 'abc'].map(file);
      const digests = await program('sha256', 'data', 'empty', 'abc');
      if (digests !== (await run('sha256sum', files))) throw new Error(digests);
      const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-4, of "abc"
      if (!digests.includes(`\n${known}  ${file('abc')}\n`)) throw new Error(digests);
    },
    'gunzip makes of what gzip makes what it was': async () => {
      for (const name of ['data', 'empty']) {
        await program('gzip', name, `${name}.gz`);
        await run('bash', ['-c', 'gunzip -c "$1" | cmp - "$2"', 'bash', file(`${name}.gz`), file(name)]);
      }
    },
    'libuv/: what its README tells works, and the loop around poll reads while a task runs': async () => {
      const said = (await follow('libuv'))['build/examples/libuv/on_poll < README.md'];
      const { size } = await stat(at('README.md'));
      if (said !== `${size} bytes, 17984 primes\n`) throw new Error(said); // pi(200,000)
    },
  });
}

// Packs what would be published and unpacks it where the other tests, as a user's program would, import it from.
async function pack() {
  return checks({
    'npm pack': async () => {
      await rm(at('build/packed'), { recursive: true, force: true });
      await mkdir(at(packed), { recursive: true });
      const [{ filename }] = JSON.parse(
        await run('npm', [
          'pack',
          '--ignore-scripts',
          '--json',
          '--loglevel=silent',
          '--pack-destination',
          'build/packed',
        ]),
      );
      await cp(at('build/packed', filename), at('build/packed/cooperator.tgz'));
      await run('tar', ['-xzf', 'build/packed/cooperator.tgz', '-C', packed, '--strip-components=1']);
      await writeFile(at('build/packed/package.json'), '{ "private": true, "type": "module" }\n');
      await rm(at('test/node_modules'), { force: true });
      await symlink('../build/packed/node_modules', at('test/node_modules'));
    },
    'it has the files that are needed and no others': () => {
      sameList(listFiles(packed), contents);
    },
    'it needs no other package': () => {
      const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(
        readFileSync(at(packed, 'package.json'), 'utf8'),
      );
      sameList(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }), []);
    },
    'import': () =>
      inPacked(
        '--input-type=module',
        `
      import { cooperate } from 'cooperator';
      import { Clock } from 'cooperator/testing';
      import { range } from 'cooperator/work';
      if (range(3).length !== 3) throw new Error('not 3');
      if (await cooperate(function* () { yield; return 42; }).whenDone() !== 42) throw new Error('not 42');
      new Clock();`,
      ),
    'require': () =>
      inPacked(
        '--input-type=commonjs',
        `
      const { cooperate } = require('cooperator');
      const { Clock } = require('cooperator/testing');
      if (require('cooperator/work').range(3).length !== 3) throw new Error('not 3');
      new Clock();
      cooperate(function* () { yield; return 42; }).whenDone().then((value) => {
        if (value !== 42) throw new Error('not 42');
      });`,
      ),
    'require of the CommonJS build': () =>
      inPacked(
        '--input-type=commonjs',
        `
      const { cooperate } = require('./node_modules/cooperator/dist/index.cjs');
      const { Clock } = require('./node_modules/cooperator/dist/testing.cjs');
      if (require('./node_modules/cooperator/dist/work.cjs').range(3).length !== 3) throw new Error('not 3');
      new Clock();
      cooperate(function* () { yield; return 42; }).whenDone().then((value) => {
        if (value !== 42) throw new Error('not 42');
      });`,
      ),
    'the .wasm file on its own': () =>
      inPacked(
        '--input-type=commonjs',
        `new WebAssembly.Module(require('node:fs').readFileSync(require.resolve('cooperator/cooperator.wasm')));`,
      ),
  });
}

function inPacked(type, program) {
  return run(process.execPath, [type, '--eval', program], { cwd: at('build/packed') });
}

async function types() {
  const sources = at('test/types');
  if (!existsSync(sources)) throw new Error('test/types/ is not there');
  await rm(at('build/packed/types'), { recursive: true, force: true });
  await cp(sources, at('build/packed/types'), { recursive: true });
  const check = async (name, compilerOptions) => {
    const project = `build/packed/tsconfig.${name}.json`;
    await writeFile(
      at(project),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2022', 'dom'],
          types: [],
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          ...compilerOptions,
        },
        include: ['types'],
      }),
    );
    return node('typescript/bin/tsc', '-p', project, '--pretty', 'false');
  };
  return checks({
    'in Node': () => check('node', { module: 'nodenext', moduleResolution: 'nodenext' }),
    'with a bundler': () => check('bundler', { module: 'esnext', moduleResolution: 'bundler' }),
  });
}

// What runs in other hosts: test/hosts. It needs packages, which may only be imported once they are installed.
async function bundle() {
  const { bundle: bundleTests, unlisted } = await import('../test/hosts/bundle.js');
  return checks({
    'each test file is in test/hosts/files.js': async () => sameList(await unlisted(), []),
    'each can be bundled': async () => {
      await bundleTests();
      await cp(at('test/hosts/programs'), at('build/packed/programs'), { recursive: true });
    },
  });
}

async function docs() {
  const { buildDocs, checkDocs } = await import('./docs.mjs');
  return checks({
    'npm run docs, without a warning': () => buildDocs(),
    'every link in it leads somewhere': () => checkDocs(),
  });
}

async function inBrowser(name) {
  const { runInBrowser } = await import('../test/hosts/hosts.js');
  return runInBrowser(name);
}

async function inRuntime(name) {
  const { runInRuntime } = await import('../test/hosts/hosts.js');
  return runInRuntime(name);
}

async function bundlers() {
  const [{ launchChromium }, { bundlerChecks }] = await Promise.all([
    import('../test/hosts/browsers.js'),
    import('../test/packaging/bundlers.js'),
  ]);
  const browser = await launchChromium();
  return checks(bundlerChecks(browser)).finally(() => browser.close());
}

async function pages() {
  const [{ launchChromium, launchFirefox }, { makeSite, pageChecks }] = await Promise.all([
    import('../test/hosts/browsers.js'),
    import('../test/packaging/pages.js'),
  ]);
  await makeSite();
  const browsers = await Promise.all([launchChromium(), launchFirefox()]);
  return checks({ ...pageChecks(browsers[0], 'Chromium'), ...pageChecks(browsers[1], 'Firefox') }).finally(() =>
    Promise.all(browsers.map((browser) => browser.close())),
  );
}

/** Also what Jest alone can run and each version of Node may do in its own way. */
async function inNode(name) {
  const [{ runtimes }, { perNode }] = await Promise.all([
    import('../test/hosts/hosts.js'),
    import('../test/hosts/files.js'),
  ]);
  const results = [await inRuntime(name), await jestIn(runtimes[name].command, name, ...perNode)];
  const sum = (which) => results.reduce((total, result) => total + result[which], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    output: results
      .filter(({ failed }) => failed > 0)
      .map(({ output }) => output)
      .join('\n'),
  };
}

/** The seed is fixed: what is found here is found again. `npm run verify` takes others. */
async function model() {
  const { checkDifferences, compareAll } = await import('../test/model/compare.js');
  const { checked, wrong } = await checkDifferences();
  const { scripts, differences, shown } = await compareAll({ scripts: 2000, seed: 1, workers: 1 });
  const compared = Object.values(scripts).reduce((sum, count) => sum + count);
  return {
    passed: checked - wrong.length + compared - differences,
    failed: wrong.length + differences,
    output: [...wrong, ...shown].join('\n'),
  };
}

async function misuse() {
  const { life, programOpener } = await import('../test/verify/bridge.mjs');
  const lives = (open) => {
    for (let seed = 1; seed <= 200; seed++) life(seed, 1000, open);
  };
  return checks({
    '200 lives of a core': () => lives(),
    '200 of that of a C program, built with -O0': async () => lives(await programOpener('O0')),
    '200 of that of a C program, built with -O3': async () => lives(await programOpener('O3')),
  });
}

const jest = (name, ...args) => jestIn(process.execPath, name, ...args);

async function jestIn(node, name, ...args) {
  const report = at(`build/jest-${name}.json`);
  await mkdir(at('build'), { recursive: true });
  await rm(report, { force: true });
  const output = await run(node, [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    '--expose-gc',
    'node_modules/jest/bin/jest.js',
    ...args,
    '--json',
    `--outputFile=${report}`,
  ]).catch((error) => error.output);
  if (!existsSync(report)) throw Object.assign(new Error('Jest did not run'), { output });
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const notRun = result.numPendingTests + result.numTodoTests;
  return {
    passed: result.numPassedTests,
    // A file that cannot be loaded has no tests to count; a skipped test has proved nothing.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites + notRun + (result.numTotalTestSuites ? 0 : 1),
    output: notRun > 0 ? `${output}\n${notRun} tests were skipped` : output,
  };
}

/** Runs checks one after another; each is one test, and after a failed one the rest are not tried. */
async function checks(list) {
  const counts = { passed: 0, failed: 0, output: '' };
  for (const [name, check] of Object.entries(list)) {
    try {
      await check();
      counts.passed += 1;
    } catch (error) {
      const left = Object.keys(list).length - counts.passed - 1;
      counts.failed += 1 + left;
      counts.output += `FAILED: ${name}\n${error.output ?? ''}${error.message}\n`;
      if (left > 0) counts.output += `${left} more not tried\n`;
      break;
    }
  }
  return counts;
}

function listFiles(directory) {
  return readdirSync(at(directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(at(directory), join(entry.parentPath, entry.name)));
}

function sameList(actual, expected) {
  const missing = expected.filter((item) => !actual.includes(item));
  const extra = actual.filter((item) => !expected.includes(item));
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(`missing: ${missing.join(', ') || 'nothing'}; not expected: ${extra.join(', ') || 'nothing'}`);
  }
}

/** The steps that were asked for, with those that they come after. */
function choose(names) {
  if (names.length === 0) return new Set(Object.keys(steps));
  const chosen = new Set();
  const add = (name) => {
    for (const before of steps[name].after ?? []) add(before);
    chosen.add(name);
  };
  for (const name of names) {
    const found = Object.keys(steps).filter((step) => step === name || steps[step].group === name);
    if (found.length === 0) {
      const known = new Set(Object.entries(steps).flatMap(([step, { group }]) => (group ? [group, step] : [step])));
      throw new Error(`There is no step ${name}. There are: ${[...known].join(', ')}`);
    }
    found.forEach(add);
  }
  return chosen;
}

async function runStep(name, results) {
  const { title, after = [], run: test } = steps[name];
  const begin = performance.now();
  let result;
  const broken = after.filter((before) => results.get(before).failed > 0);
  if (broken.length > 0) {
    result = { passed: 0, failed: 1, output: `not run, because this failed: ${broken.join(', ')}` };
  } else {
    result = await test().catch((error) => ({
      passed: 0,
      failed: 1,
      output: `${error.output ?? ''}\n${error.message}`,
    }));
  }
  results.set(name, result);
  const { passed, failed, output } = result;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`== ${title} (${name}): ${passed} passed, ${failed} failed, ${seconds} s`);
  if (failed > 0) console.log(output.trimEnd());
}

/** Runs the steps in their order, as many at a time as there are lanes, each after those that it needs. */
async function runSteps(chosen) {
  const results = new Map();
  const waiting = [...chosen];
  const running = new Map();
  while (waiting.length > 0 || running.size > 0) {
    const held = [...running.keys()].map((name) => steps[name].holds);
    const ready = waiting.find((name) => {
      const { after = [], holds, alone } = steps[name];
      return (
        after.every((before) => results.has(before)) &&
        (holds === undefined || !held.includes(holds)) &&
        (!alone || (running.size === 0 && waiting.length === 1))
      );
    });
    if (ready !== undefined && running.size < lanes) {
      waiting.splice(waiting.indexOf(ready), 1);
      running.set(
        ready,
        runStep(ready, results).finally(() => running.delete(ready)),
      );
    } else {
      await Promise.race(running.values());
    }
  }
  return results;
}

try {
  const chosen = choose(process.argv.slice(2));
  await setup(needs.test, ['.', 'test/hosts', 'test/packaging', 'examples']);
  const begin = performance.now();
  const results = await runSteps(chosen);
  const sum = (which) => [...results.values()].reduce((total, result) => total + result[which], 0);
  console.log(`\nAfter ${Math.round((performance.now() - begin) / 1000)} s:`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
} catch (error) {
  console.error(error.output ?? '');
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
