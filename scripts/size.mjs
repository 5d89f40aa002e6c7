// Compares the package with its size limit, "size-limit" in package.json: npm run size. Measures dist/, so build first.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from './main.mjs';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

/**
 * The script that a page loads if it imports only `cooperate`: bundled and minified, not compressed.
 * @param {string} dist  the directory of the built package
 * @returns {Promise<Uint8Array>}
 */
export async function bundleCooperate(dist) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: "export { cooperate } from 'cooperator';", resolveDir: dist },
    alias: { cooperator: join(dist, 'index.js') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

/** Rejects if the limit is exceeded. @returns {Promise<string>}  the size and the limit */
export async function checkSize() {
  await mkdir(join(root, 'build/size'), { recursive: true });
  await writeFile(join(root, 'build/size/cooperate.js'), await bundleCooperate(join(root, 'dist')));
  return run(process.execPath, ['node_modules/size-limit/bin.js']);
}

await main(import.meta, async () => {
  await setup([]);
  console.log(await checkSize());
});
