// Compares the package with its size limit, "size-limit" in package.json: npm run size. Measures dist/, so build first.
//
//   --parts   also prints what each part of the package adds to that size
import { mkdir, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { main } from './main.mjs';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

/**
 * The script that a page loads if it imports only `cooperate`: bundled and minified, not compressed.
 * @param {string} dist  the directory of the built package
 * @returns {Promise<Uint8Array>}
 */
export async function bundleCooperate(dist) {
  const { outputFiles } = await bundleFor(dist, {});
  return outputFiles[0].contents;
}

async function bundleFor(dist, options) {
  const { build } = await import('esbuild');
  return build({
    stdin: { contents: "export { cooperate } from 'cooperator';", resolveDir: dist },
    alias: { cooperator: join(dist, 'index.js') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
    ...options,
  });
}

/** The parts of the package: which sources they are. The first that matches counts. */
const parts = {
  'the core, in WebAssembly': /\.wasm$/,
  'tasks and cooperators': /tasks\/(cooperator|run-slice|task|work-source|native-work|context)/,
  'Deferreds': /tasks\/(deferred|timeout|unhandled)/,
  'schedulers and predicates': /scheduling\//,
  'error classes and messages': /errors\.js$/,
  "the core's loader and imports": /core\//,
  'AsyncLocalStorage': /async-context/,
  'the DevTools timeline': /devtools/,
  'the rest': /(?:)/,
};

/**
 * Measures what each part adds to the script of a page that imports only `cooperate`: the script's size, less its size
 * without the text of the part.
 * @param {string} dist
 * @returns {Promise<{ part: string, raw: number, gzip: number }[]>}
 */
export async function sizesOfParts(dist) {
  const options = { sourcemap: 'external', outfile: 'cooperate.js' };
  const { outputFiles } = await bundleFor(dist, options);
  const [map, script] = outputFiles.map(({ text }) => text).sort((a) => (a.startsWith('{') ? -1 : 1));
  const sources = new SourceMap(JSON.parse(map));
  const partOfSource = (path) => Object.keys(parts).find((part) => parts[part].test(path));
  const owners = script
    .split('\n')
    .map((line, row) =>
      Array.from(line, (_, column) => partOfSource(sources.findEntry(row, column).originalSource ?? '')),
    );
  const without = (part) =>
    script
      .split('\n')
      .map((line, row) =>
        Array.from(line)
          .filter((_, column) => owners[row][column] !== part)
          .join(''),
      )
      .join('\n');
  const sizeOf = (text) => ({ raw: text.length, gzip: gzipSync(text, { level: 9 }).length });
  const whole = sizeOf(script);
  return Object.keys(parts).map((part) => {
    const { raw, gzip } = sizeOf(without(part));
    return { part, raw: whole.raw - raw, gzip: whole.gzip - gzip };
  });
}

/** Rejects if the limit is exceeded. @returns {Promise<string>}  the size and the limit */
export async function checkSize() {
  await mkdir(join(root, 'build/size'), { recursive: true });
  await writeFile(join(root, 'build/size/cooperate.js'), await bundleCooperate(join(root, 'dist')));
  return run(process.execPath, ['node_modules/size-limit/bin.js']);
}

await main(import.meta, async () => {
  await setup([]);
  const { values } = parseArgs({ options: { parts: { type: 'boolean' } } });
  console.log(await checkSize());
  if (values.parts) console.table(await sizesOfParts(join(root, 'dist')));
});
