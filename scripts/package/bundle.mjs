// Bundles js/ with esbuild.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { namesFor, rename, shortNames } from './core-names.mjs';
import { entries } from './entries.mjs';
import { internalNames } from './internal-names.mjs';

/** Modules that several entries may contain, because they have no state and no classes. */
const stateless = ['argument-errors', 'platform', 'stack', 'thenable'].map((name) => `js/util/${name}.js`);

/** The core as the linker has made it, with the names of the sources. */
const linkedCore = 'build/wasm/cooperator.wasm';

/**
 * How the published scripts differ from those that tools read: no white space, short names of properties, maps that lead
 * to the sources. Variables, functions and classes keep their names, so that stack traces and consoles show them even
 * without a map; bundlers shorten these anyway.
 * @param {import('./core-names.mjs').Names} names  of properties
 */
const published = (names) => ({
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120, // Node prints the whole line of an error that nobody catches
  mangleProps: new RegExp(`^(${Object.keys(names).join('|')})$`),
  mangleCache: names,
  sourcemap: true,
});

/** Writes dist/cooperator.wasm and all scripts of dist/. The core and the types must be built. */
export async function buildScripts() {
  const linked = await readFile(join(root, linkedCore));
  const names = shortNames(linked);
  await writeFile(join(root, 'dist/cooperator.wasm'), rename(linked, names));
  const options = {
    ...published({ ...names, ...namesFor(await internalNames(), Object.keys(names).length) }),
    plugins: [coreFrom('dist/cooperator.wasm'), namesInPackage(names)],
  };
  const results = await bundle(options);
  results.push(
    await bundleWith({
      absWorkingDir: root,
      outdir: 'dist',
      entryPoints: { 'cooperator.global': 'js/browser-global.js' },
      format: 'iife',
      globalName: 'cooperator',
      ...options,
      minify: true,
    }),
  );
  for (const { warnings, metafile } of results) {
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    rejectDuplicates(metafile);
  }
}

/**
 * Bundles each entry of the package twice, for `import` and for `require`: readable, and with the core's long names.
 * @param {import('esbuild').BuildOptions} options  `absWorkingDir`: the directory that contains js/; `outdir`: where the
 *   bundles go; others are passed on
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
    plugins: [...plugins, coreFrom(linkedCore), wasmAsText],
    ...options,
  });
  const files = Object.keys(result.metafile.outputs).filter((file) => !file.endsWith('.map'));
  await Promise.all(files.map((file) => restoreClassNames(join(options.absWorkingDir, file))));
  return result;
}

/** Inlines this core. The first such plugin counts. @param {string} path  below the root */
const coreFrom = (path) => ({
  name: 'core',
  setup: ({ onResolve }) => onResolve({ filter: /cooperator\.wasm$/ }, () => ({ path: join(root, path) })),
});

/** @param {import('./core-names.mjs').Names} names */
const namesInPackage = (names) => ({
  name: 'names of the core',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\bcore\/names\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('shortNames = {}', `shortNames = ${JSON.stringify(names)}`);
      if (contents === source) throw new Error(`${path} has no place for the names`);
      return { contents };
    }),
});

const wasmAsText = {
  name: 'wasm as text',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({ contents: await readFile(path, 'hex'), loader: 'text' })),
};

/**
 * Undoes `var Deferred = class _Deferred`, which esbuild writes and consoles would show. A space takes the place of the
 * underscore, so that the source map remains right. Another space before the exports lets tools recognize a module.
 */
async function restoreClassNames(file) {
  const text = await readFile(file, 'utf8');
  const names = [...text.matchAll(/\b(\w+) ?= ?class _\1\b/g)].map(([, name]) => name);
  const restored = names.reduce((all, name) => all.replace(new RegExp(`\\b_${name}\\b`, 'g'), `${name} `), text);
  await writeFile(file, restored.replace(/\}export\{(?=[\s\w,]*\};?\s)/, '} export{'));
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
