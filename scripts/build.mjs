// Builds the npm package's dist/: npm run build
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConstants } from './constants.mjs';
import { buildScripts } from './package/bundle.mjs';
import { writeFolders } from './package/folders.mjs';
import { buildTypes } from './package/types.mjs';
import { main } from './main.mjs';
import { root, run } from './run.mjs';
import { needs, setup } from './setup.mjs';

export { buildScripts, bundle } from './package/bundle.mjs';

const at = (path) => join(root, path);

/**
 * Builds dist/, and the demo's wasm modules. Rejects if a tool warns. Needs what setup installs.
 * @param {{ types?: boolean }} [options]  `types: false` keeps type declarations that are up to date, for speed
 */
export async function build({ types = true } = {}) {
  if (types) await rm(at('dist'), { recursive: true, force: true });
  await mkdir(at('dist'), { recursive: true });
  await buildWasm();
  if (types || (await typesAreOld())) await buildTypes();
  await buildScripts();
  await writeFolders();
}

/** Old types lack the names of new members, which would then be taken for internal ones. */
async function typesAreOld() {
  const types = at('dist/index.d.ts');
  if (!existsSync(types)) return true;
  const paths = await readdir(at('js'), { recursive: true });
  const times = await Promise.all(paths.map(async (path) => (await stat(at(join('js', path)))).mtimeMs));
  return Math.max(...times) > (await stat(types)).mtimeMs;
}

async function buildWasm() {
  if (!existsSync(at('build/wasm/build.ninja'))) await run('cmake', ['--preset', 'wasm']);
  const targets = [
    'core',
    'constants',
    'instrument',
    ...(existsSync(at('web-demo/CMakeLists.txt')) ? ['web_demo'] : []),
  ];
  const output = await run('cmake', ['--build', '--preset', 'wasm', '--target', ...targets]);
  // The compiler's warnings are errors, but those that Emscripten itself prints when it links are not.
  if (/warning:/.test(output)) throw new Error(output);
  await checkConstants();
}

await main(import.meta, async () => {
  await setup(needs.build);
  await build();
  console.log('Built dist/');
});
