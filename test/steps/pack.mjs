// Packs the package that would be published, and unpacks it where the other steps import it from, as a user's program
// would: test/node_modules leads there.
import { readFileSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { packageFiles } from '../../scripts/package/files.mjs';
import { run } from '../../scripts/run.mjs';
import { expectSameItems } from '../../scripts/same-items.mjs';
import { listFiles } from './support/list-files.mjs';
import { at, packed, tarball } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

async function pack() {
  await rm(at('build/packed'), { recursive: true, force: true });
  await mkdir(at(packed), { recursive: true });
  const options = ['--ignore-scripts', '--json', '--loglevel=silent', '--pack-destination', 'build/packed'];
  const [{ filename }] = JSON.parse(await run('npm', ['pack', ...options]));
  await cp(at('build/packed', filename), at(tarball));
  await run('tar', ['-xzf', tarball, '-C', packed, '--strip-components=1']);
  await writeFile(at('build/packed/package.json'), '{ "private": true, "type": "module" }\n');
  await rm(at('test/node_modules'), { force: true });
  await symlink('../build/packed/node_modules', at('test/node_modules'));
}

/** Runs a program beside the unpacked package. @param {'module' | 'commonjs'} type @param {string} program */
const runBeside = (type, program) =>
  run(process.execPath, [`--input-type=${type}`, '--eval', program], { cwd: at('build/packed') });

/** A program of CommonJS that requires the package's entries and uses each. */
const requireFrom = (main, preemptible, sync, testing, twisted, work, worker) => `
  if (require('${preemptible}').preemptible().state !== 'idle') throw new Error('not idle');
  const { cooperate, Deferred } = require('${main}');
  const { Lock } = require('${sync}');
  if (!(new Lock().acquire() instanceof Deferred)) throw new Error('another Deferred');
  const { Clock } = require('${testing}');
  if (!(require('${twisted}').succeed(1) instanceof Deferred)) throw new Error('another Deferred');
  if (require('${work}').range(3).length !== 3) throw new Error('not 3');
  new Clock();
  cooperate(function* () { yield; return 42; }).whenDone().then((value) => {
    if (value !== 42) throw new Error('not 42');
  });
  cooperate(require('${worker}').inWorker((a) => a + 1, 1)).then((value) => {
    if (value !== 2) throw new Error('not 2');
  });`;

const names = ['preemptible', 'sync', 'testing', 'twisted', 'work', 'worker'];
const [main, ...others] = ['cooperator', ...names.map((name) => `cooperator/${name}`)];

const withoutWasm = `
  import { cooperate } from 'cooperator/without-wasm';
  import { range } from 'cooperator/work';
  if (typeof WebAssembly !== 'undefined') throw new Error('this Node has WebAssembly');
  const work = cooperate(function* () { yield* range(3); return 42; });
  if (await work.whenDone() !== 42) throw new Error('not 42');`;

await runStep(() =>
  runChecks({
    'npm pack': pack,
    'it contains the expected files and no others': () => expectSameItems(listFiles(packed), packageFiles),
    'it depends on no other package': () => {
      const manifest = JSON.parse(readFileSync(at(packed, 'package.json'), 'utf8'));
      const { dependencies, peerDependencies, optionalDependencies } = manifest;
      expectSameItems(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }), []);
    },
    'import works': () =>
      runBeside(
        'module',
        `
        import { cooperate, Deferred } from 'cooperator';
        import { preemptible } from 'cooperator/preemptible';
        import { Lock } from 'cooperator/sync';
        import { Clock } from 'cooperator/testing';
        import { succeed } from 'cooperator/twisted';
        import { range } from 'cooperator/work';
        import { inWorker } from 'cooperator/worker';
        if (preemptible().state !== 'idle') throw new Error('not idle');
        if (range(3).length !== 3) throw new Error('not 3');
        if (!(new Lock().acquire() instanceof Deferred)) throw new Error('another Deferred');
        if (!(succeed(1) instanceof Deferred)) throw new Error('another Deferred');
        if (await cooperate(function* () { yield; return 42; }).whenDone() !== 42) throw new Error('not 42');
        if (await cooperate(inWorker((a) => a + 1, 1)) !== 2) throw new Error('not 2');
        new Clock();`,
      ),
    'require works': () => runBeside('commonjs', requireFrom(main, ...others)),
    'import of the core without WebAssembly works where there is none': () =>
      run(process.execPath, ['--jitless', '--input-type=module', '--eval', withoutWasm], { cwd: at('build/packed') }),
    'React Native gets the core without WebAssembly': () =>
      run(process.execPath, ['--jitless', '--conditions=react-native', '--eval', requireFrom(main, ...others)], {
        cwd: at('build/packed'),
      }),
    'require of the core without WebAssembly works': () =>
      runBeside(
        'commonjs',
        requireFrom(
          ...[main, ...others].map((entry) =>
            entry.replace(/^cooperator(?=$|[/](?:sync|twisted)$)/, '$&/without-wasm'),
          ),
        ),
      ),
    // Node that supports require of modules takes those above; older ones take these.
    'require of the CommonJS build works': () => {
      const paths = ['index', ...names].map((name) => `./node_modules/cooperator/dist/${name}.cjs`);
      return runBeside('commonjs', requireFrom(...paths));
    },
    'the .wasm file can be compiled': () =>
      runBeside(
        'commonjs',
        `new WebAssembly.Module(require('node:fs').readFileSync(require.resolve('cooperator/cooperator.wasm')));`,
      ),
  }),
);
