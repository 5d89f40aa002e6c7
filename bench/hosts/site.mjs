// Everything that a host needs: the benchmarks, the implementations that they compare, the package, and the modules of
// bench/core. In Node these are files in a directory; in a browser they are served.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchmarks, libraries } from '../benchmarks/index.mjs';
import { moduleFiles, sqliteGlue } from '../benchmarks/support/foreign-module-files.mjs';
import { root } from '../../scripts/run.mjs';
import { bundle } from './bundle.mjs';
import { html } from './server.mjs';

/**
 * @param {object} options
 * @param {'browser' | 'node'} options.platform
 * @param {string[]} options.names  of the benchmarks
 * @param {string} options.dist  of the package
 * @param {string} options.core  where the modules of bench/core were built
 * @returns {Promise<Map<string, string | Uint8Array>>}  by path
 */
export async function makeSite({ platform, names, dist, core }) {
  const files = new Map([
    ['/page', html('/run-job.js')],
    ['/run-job.js', await bundle('hosts/run-job.js', { platform })],
    ['/cooperator.js', await readFile(join(dist, 'index.js'))],
  ]);
  for (const name of ['linked.wasm', 'steps.wasm']) files.set(`/${name}`, await readFile(join(core, name)));
  for (const name of names.filter((one) => !benchmarks[one].inThisProcess)) {
    files.set(`/${name}.js`, await bundle(`benchmarks/${name}.js`, { platform, dist }));
  }
  const modules = names.includes('libraries') ? Object.values(libraries).map(({ module }) => module) : [];
  for (const module of modules.filter((one) => one !== undefined)) {
    const path = `implementations/${module}.js`;
    files.set(`/${path}`, await bundle(path, { platform, dist }));
  }
  if (names.includes('preemptible')) {
    const readPackage = (path) => readFile(join(root, 'test/modules/node_modules', path));
    for (const [name, path] of Object.entries(moduleFiles)) files.set(`/${name}.wasm`, await readPackage(path));
    files.set('/sqlite.txt', await readPackage(sqliteGlue));
  }
  return files;
}
