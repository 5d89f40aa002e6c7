// Holds the package to the limits under "size-limit" in package.json: npm run size. Reads dist/, so build it first.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

/** What a page loads that imports nothing but `cooperate`. @param {string} dist @returns {Promise<Uint8Array>} */
export async function bundleCooperate(dist) {
  const { build } = await import('esbuild');
  const {
    outputFiles: [{ contents }],
  } = await build({
    stdin: { contents: "export { cooperate } from 'cooperator';", resolveDir: dist },
    alias: { cooperator: join(dist, 'index.js') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return contents;
}

/** Rejects where something is too large. @returns {Promise<string>}  what is how large */
export async function checkSizes() {
  await mkdir(join(root, 'build/size'), { recursive: true });
  await writeFile(join(root, 'build/size/cooperate.js'), await bundleCooperate(join(root, 'dist')));
  return run(process.execPath, ['node_modules/size-limit/bin.js']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup([]);
    console.log(await checkSizes());
  } catch (error) {
    console.error(error.output ?? '');
    console.error(error.message);
    process.exitCode = 1;
  }
}
