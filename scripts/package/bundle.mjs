// Bundles js/ with esbuild.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { entries } from './entries.mjs';

/** Modules that several entries may contain, because they have no state and no classes. */
const stateless = ['argument-errors', 'platform', 'stack', 'thenable'].map((name) => `js/util/${name}.js`);

/** Writes all scripts of dist/, where cooperator.wasm must be already. */
export async function buildScripts() {
  const results = await bundle({});
  results.push(
    await bundleWith({
      absWorkingDir: root,
      outdir: 'dist',
      entryPoints: { 'cooperator.global': 'js/browser-global.js' },
      format: 'iife',
      globalName: 'cooperator',
      minify: true,
    }),
  );
  for (const { warnings, metafile } of results) {
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    rejectDuplicates(metafile);
  }
}

/**
 * Bundles each entry of the package twice, for `import` and for `require`.
 * @param {import('esbuild').BuildOptions} options  `absWorkingDir`: the directory that contains js/ and
 *   dist/cooperator.wasm; `outdir`: where the bundles go; others are passed on
 */
export function bundle({ absWorkingDir = root, outdir = join(absWorkingDir, 'dist'), ...options }) {
  const entryPoints = entries.map((name) => `js/${name}.js`);
  const formats = { esm: '.js', cjs: '.cjs' };
  return Promise.all(
    Object.entries(formats).map(([format, extension]) =>
      bundleWith({ absWorkingDir, outdir, entryPoints, format, outExtension: { '.js': extension }, ...options }),
    ),
  );
}

async function bundleWith({ plugins = [], ...options }) {
  const { build } = await import('esbuild'); // installed only after setup
  const result = await build({
    bundle: true,
    platform: 'neutral', // one bundle runs everywhere
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    plugins: [...plugins, wasmAsHexadecimal],
    ...options,
  });
  const files = Object.keys(result.metafile.outputs);
  await Promise.all(files.map((file) => restoreClassNames(join(options.absWorkingDir, file))));
  return result;
}

// Compressors find the repetitions of the bytes in hexadecimal text. Base64 is shorter but hides them, which makes it a
// seventh longer when compressed.
const wasmAsHexadecimal = {
  name: 'wasm as hexadecimal',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({ contents: await readFile(path, 'hex'), loader: 'text' })),
};

/** Undoes `var Deferred = class _Deferred`, which esbuild writes and consoles would show. */
async function restoreClassNames(file) {
  const text = await readFile(file, 'utf8');
  const names = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  await writeFile(
    file,
    names.reduce((all, name) => all.replace(new RegExp(`\\b_${name}\\b`, 'g'), name), text),
  );
}

/** A module that two entries contain exists twice, and `instanceof` fails across the copies of its classes. */
function rejectDuplicates({ outputs }) {
  const seen = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const path of Object.keys(inputs)) {
      if (stateless.includes(path)) continue;
      if (seen.has(path)) throw new Error(`${path} must be in one entry of the package only`);
      seen.add(path);
    }
  }
}
