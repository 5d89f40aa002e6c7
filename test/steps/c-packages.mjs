// The C library through Meson, Conan and vcpkg: meson.build and the recipes in packaging/. Meson is used itself;
// test/c-packages has stand-ins for the other two.
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { run } from '../../scripts/run.mjs';
import { expectSameItems } from '../../scripts/same-items.mjs';
import { at } from './support/paths.mjs';
import { runChecks, runStep } from './support/report.mjs';

const work = 'build/c-packages';
const read = (path) => readFile(at(path), 'utf8');
const sum = '25 and 30\n'; // the end of what the program of test/consumer prints

/** A Meson project with the library as a subproject, as packaging/meson/cooperator.wrap describes it. */
async function writeMesonProject(folder) {
  const wrap = await read('packaging/meson/cooperator.wrap');
  const [directory, archive] = ['directory', 'source_filename'].map(
    (key) => wrap.match(new RegExp(`^${key} = (.*)$`, 'm'))[1],
  );
  await mkdir(at(folder, 'subprojects/packagefiles'), { recursive: true });
  for (const name of ['main.c', 'meson.build']) await cp(at('test/consumer', name), at(folder, name));
  await cp(at('packaging/meson/cooperator.wrap'), at(folder, 'subprojects/cooperator.wrap'));
  await run('tar', [
    ...['-czf', at(folder, 'subprojects/packagefiles', archive), `--transform=s,^,${directory}/,`],
    ...['meson.build', 'cmake', 'include', 'src'],
  ]);
}

async function runConsumer(path, env) {
  const printed = await run(at(path), [], { env });
  if (!printed.endsWith(sum)) throw new Error(printed);
}

await runStep(async () => {
  await rm(at(work), { recursive: true, force: true });
  return runChecks({
    'meson.build and CMakeLists.txt have the same sources and headers': async () => {
      const filesOf = (text) => text.match(/\b(?:src|include)\/[\w/]+\.[ch]\b/g);
      const unique = (list) => [...new Set(list)].sort();
      expectSameItems(unique(filesOf(await read('meson.build'))), unique(filesOf(await read('CMakeLists.txt'))));
    },
    ...Object.fromEntries(
      ['static', 'shared'].map((kind) => [
        `Meson builds the library as a subproject: ${kind}`,
        async () => {
          const folder = `${work}/meson-${kind}`;
          await writeMesonProject(folder);
          const options = [
            '--wrap-mode=forcefallback',
            `-Dcooperator:default_library=${kind}`,
            '-Dcooperator:werror=true',
          ];
          await run('meson', ['setup', ...options, at(folder, 'build'), at(folder)]);
          await run('meson', ['compile', '-C', at(folder, 'build')]);
          await runConsumer(`${folder}/build/consumer`);
        },
      ]),
    ),
    'Meson installs the library, and finds it there': async () => {
      const prefix = at(work, 'installed');
      await run('meson', ['setup', `--prefix=${prefix}`, '--libdir=lib', at(work, 'library'), at('.')]);
      await run('meson', ['install', '-C', at(work, 'library')]);
      const env = { PKG_CONFIG_PATH: `${prefix}/lib/pkgconfig` };
      await run('meson', ['setup', '--wrap-mode=nofallback', at(work, 'consumer'), at('test/consumer')], { env });
      await run('meson', ['compile', '-C', at(work, 'consumer')]);
      await runConsumer(`${work}/consumer/consumer`);
    },
    'the recipe for Conan builds a package, and a program with it': async () => {
      const python = process.env.PYTHON ?? '/usr/bin/python3';
      const printed = await run(python, ['test/c-packages/conan_stand_in.py', at('.'), at(work, 'conan')]);
      if (!printed.includes(sum)) throw new Error(printed);
    },
    'the port for vcpkg builds a package, and a program finds it': async () => {
      const port = at('packaging/vcpkg/cooperator');
      const folder = at(work, 'vcpkg');
      await run('cmake', [`-DPORT_DIR=${port}`, `-DWORK=${folder}`, '-P', 'test/c-packages/vcpkg_stand_in.cmake']);
      for (const name of ['usage', 'copyright']) await read(`${work}/vcpkg/packages/share/cooperator/${name}`);
      const build = at(work, 'vcpkg/consumer');
      const options = [`-DCMAKE_PREFIX_PATH=${folder}/packages`];
      await run('cmake', ['-S', 'test/consumer', '-B', build, '-G', 'Ninja', ...options]);
      await run('cmake', ['--build', build]);
      await runConsumer(`${work}/vcpkg/consumer/consumer`);
    },
    'what vcpkg prints as the usage is what the consumer does': async () => {
      const shown = (await read('packaging/vcpkg/cooperator/usage')).match(/^ {2}.*$/gm);
      const words = (line) => line.trim().replace(/\b0\.\d+ |\bconsumer\b|\bprogram\b/g, '');
      const consumer = (await read('test/consumer/CMakeLists.txt')).split('\n').map(words);
      const others = shown.filter((line) => !consumer.includes(words(line)));
      if (shown.length === 0 || others.length > 0) throw new Error(`not in test/consumer: ${others}`);
    },
  });
});
