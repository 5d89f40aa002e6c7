// Another CMake project, test/consumer, finds the installed library and links it.
import { rm } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { at, installed } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

const build = 'build/consumer';
const shared = 'build/shared';

/** Builds the program with the flags of pkg-config and runs it. */
async function buildWithPkgConfig(prefix, program) {
  const search = ['lib', 'lib/x86_64-linux-gnu', 'lib/aarch64-linux-gnu'].map((path) => at(prefix, path, 'pkgconfig'));
  const env = { PKG_CONFIG_PATH: search.join(':') };
  const flags = (await run('pkg-config', ['--cflags', '--libs', 'cooperator-stdhost'], { env })).trim().split(/ +/);
  const libraries = flags.find((flag) => flag.startsWith('-L')).slice(2);
  await run('gcc', ['-std=c11', '-Werror', 'test/consumer/main.c', '-o', at(program), ...flags]);
  await run(at(program), [], { env: { LD_LIBRARY_PATH: libraries } });
  return libraries;
}

await runStep(async () => {
  await Promise.all([build, shared].map((path) => rm(at(path), { recursive: true, force: true })));
  return runChecks({
    'find_package finds the library': () =>
      run('cmake', ['-S', 'test/consumer', '-B', build, '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${at(installed)}`]),
    'the program is built': () => run('cmake', ['--build', build]),
    'the program runs': () => run(at(build, 'consumer'), []),
    'it contains nothing of sync.h, which it does not use': async () => {
      const symbols = await run('nm', [at(build, 'consumer')]);
      if (!/ T coop_cooperate$/m.test(symbols)) throw new Error(`No coop_cooperate:\n${symbols}`);
      const unused = symbols.match(/ T coop_(semaphore|queue|task_sleep|task_await_)\w*$/gm);
      if (unused) throw new Error(`Linked, but unused: ${unused}`);
    },
    'pkg-config finds the library, wherever it is installed': () =>
      buildWithPkgConfig(installed, `${build}/with-pkg-config`),
    'FetchContent builds it from an archive of the sources, without optimization, too': async () => {
      const archive = at(build, 'cooperator.tar.gz');
      const url = `-DCOOPERATOR_URL=${archive}`;
      await run('tar', ['-czf', archive, 'CMakeLists.txt', 'cmake', 'include', 'src']);
      await run('cmake', [
        '-S',
        'test/consumer',
        '-B',
        `${build}/fetched`,
        '-G',
        'Ninja',
        url,
        '-DCMAKE_BUILD_TYPE=Debug',
      ]);
      await run('cmake', ['--build', `${build}/fetched`, '--target', 'consumer']);
      await run(at(build, 'fetched/consumer'), []);
    },
    'shared libraries have a soname, and export the public functions alone': async () => {
      await run('cmake', ['--preset', 'release', '-B', shared, '-DBUILD_SHARED_LIBS=ON']);
      await run('cmake', ['--build', shared]);
      await run('cmake', ['--install', shared, '--prefix', at(shared, 'installed')]);
      const libraries = await buildWithPkgConfig(`${shared}/installed`, `${shared}/program`);
      const dynamic = await run('readelf', ['-d', at(shared, 'program')]);
      for (const name of ['libcooperator.so.0.1', 'libcooperator_stdhost.so.0.1']) {
        if (!dynamic.includes(`[${name}]`)) throw new Error(`The program does not need ${name}:\n${dynamic}`);
      }
      const symbols = await run('nm', ['-D', '--defined-only', `${libraries}/libcooperator.so`]);
      if (!/ T coop_cooperate$/m.test(symbols)) throw new Error(`No coop_cooperate:\n${symbols}`);
      const internal = symbols.match(/ coop__\w+$/gm);
      if (internal) throw new Error(`Exported though internal: ${internal}`);
    },
  });
});
