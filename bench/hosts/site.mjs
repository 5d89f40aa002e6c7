// All that a host is given: scripts of the subjects and contenders, the package, and the wasm modules of bench/core.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../../scripts/run.mjs';
import { bundle } from './bundle.mjs';
import { html } from './server.mjs';

/**
 * Builds the modules of bench/core around the library of a checkout; gives the directory where they are.
 * @param {string} source  the checkout
 */
export async function buildCore(source = root, directory = join(root, 'build/bench/core')) {
  const env = { NODE_PATH: `/usr/share/nodejs:${process.env.NODE_PATH ?? ''}` };
  await run(
    'cmake',
    [
      '-S',
      'bench/core',
      '-B',
      directory,
      '-G',
      'Ninja',
      `-DCOOPERATOR_SOURCE=${source}`,
      `-DCMAKE_TOOLCHAIN_FILE=${join(root, 'cmake/emscripten.cmake')}`,
    ],
    { env },
  );
  await run('cmake', ['--build', directory], { env });
  return directory;
}

/**
 * @param {object} what
 * @param {'browser' | 'node'} what.platform
 * @param {string[]} what.subjects
 * @param {string[]} [what.contenders]
 * @param {string} [what.dist]  of the package
 * @param {string} what.core  where buildCore has put its modules
 * @returns {Promise<Map<string, string | Uint8Array>>}  by their paths
 */
export async function makeSite({ platform, subjects, contenders = [], dist = join(root, 'dist'), core }) {
  const files = new Map([
    ['/page', html('/inside.js')],
    ['/inside.js', await bundle('hosts/inside.js', { platform })],
    ['/cooperator.js', await readFile(join(dist, 'index.js'))],
  ]);
  for (const name of ['linked.wasm', 'steps.wasm']) files.set(`/${name}`, await readFile(join(core, name)));
  const scripts = [
    ...subjects.map((name) => [`/${name}.js`, `subjects/${name}.js`]),
    ...contenders.map((name) => [`/contenders/${name}.js`, `contenders/${name}.js`]),
  ];
  for (const [path, module] of scripts) files.set(path, await bundle(module, { platform, dist }));
  return files;
}
