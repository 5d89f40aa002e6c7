// Builds the npm package's dist/ from the sources: npm run build.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkConstants } from './constants.mjs';
import { needs, setup } from './setup.mjs';
import { root, run } from './run.mjs';

const entries = ['index', 'testing', 'work'];
/** Modules of functions that know nothing of one another's copies: these may be in several entries. */
const stateless = ['argument-errors', 'platform', 'thenable'].map((name) => `js/util/${name}.js`);
const at = (path) => join(root, path);

/** Builds into dist/; without `types`, only what runs. Needs what setup installs. */
export async function build({ types = true } = {}) {
  if (types) await rm(at('dist'), { recursive: true, force: true });
  await mkdir(at('dist'), { recursive: true });
  await buildWasm();
  await buildScripts();
  if (types) await buildTypes();
}

async function buildWasm() {
  if (!existsSync(at('build/wasm/build.ninja'))) await run('cmake', ['--preset', 'wasm']);
  const targets = ['core', 'constants', ...(existsSync(at('web-demo/CMakeLists.txt')) ? ['web_demo'] : [])];
  const output = await run('cmake', ['--build', '--preset', 'wasm', '--target', ...targets]);
  // The compiler takes warnings as errors; Emscripten's own, at the link, are only written.
  if (/warning:/.test(output)) throw new Error(output);
  await checkConstants();
  await copyFile(at('build/wasm/cooperator.wasm'), at('dist/cooperator.wasm'));
}

/** Bundles js/ into dist/, where the core is already. */
export async function buildScripts() {
  const bundles = await bundle({});
  bundles.push(
    await bundleOne({
      absWorkingDir: root,
      outdir: 'dist',
      entryPoints: { 'cooperator.global': 'js/browser-global.js' },
      format: 'iife',
      globalName: 'cooperator',
      minify: true,
    }),
  );
  for (const { warnings, metafile } of bundles) {
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    refuseSharedModules(metafile);
  }
}

/**
 * The package's modules, for `import` and for `require`.
 * @param {import('esbuild').BuildOptions} options  `absWorkingDir`: where js/ and dist/cooperator.wasm are;
 *   `outdir`: where the modules go
 */
export function bundle({ absWorkingDir = root, outdir = join(absWorkingDir, 'dist'), ...options }) {
  const entryPoints = entries.map((name) => `js/${name}.js`);
  return Promise.all(
    [
      ['esm', '.js'],
      ['cjs', '.cjs'],
    ].map(([format, extension]) =>
      bundleOne({
        absWorkingDir,
        outdir,
        entryPoints,
        format,
        outExtension: { '.js': extension },
        ...options,
      }),
    ),
  );
}

async function bundleOne({ plugins = [], ...options }) {
  const { build } = await import('esbuild'); // not before setup has seen to it
  const result = await build({
    bundle: true,
    // Neither the browser's nor Node's own ways: one bundle runs everywhere.
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    plugins: [...plugins, wasmInHex],
    ...options,
  });
  for (const file of Object.keys(result.metafile.outputs)) await giveNamesBack(join(options.absWorkingDir, file));
  return result;
}

// Compression finds again in hexadecimal what the bytes repeat; base64, which is shorter as it is, hides that, and is a
// seventh longer when compressed.
const wasmInHex = {
  name: 'wasm in hexadecimal',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({ contents: await readFile(path, 'hex'), loader: 'text' })),
};

// esbuild writes `var Deferred = class _Deferred` where a class names itself, and consoles would show that.
async function giveNamesBack(file) {
  const text = await readFile(file, 'utf8');
  const names = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  await writeFile(
    file,
    names.reduce((all, name) => all.replace(new RegExp(`\\b_${name}\\b`, 'g'), name), text),
  );
}

// A module in two bundles would exist twice: two classes of one name, of which `instanceof` knows only one.
function refuseSharedModules({ outputs }) {
  const seen = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const path of Object.keys(inputs)) {
      if (stateless.includes(path)) continue;
      if (seen.has(path)) throw new Error(`${path} is in more than one entry of the package`);
      seen.add(path);
    }
  }
}

async function buildTypes() {
  const { rollup } = await import('rollup');
  const { dts } = await import('rollup-plugin-dts');
  await rm(at('build/types'), { recursive: true, force: true });
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.', '--pretty', 'false']);
  await stripInternal(at('build/types'));
  for (const name of entries) {
    const bundle = await rollup({
      input: at(`build/types/${name}.d.ts`),
      plugins: [dts()],
      onwarn: ({ message }) => {
        throw new Error(message);
      },
    });
    const {
      output: [{ code }],
    } = await bundle.generate({ format: 'es' });
    await bundle.close();
    // `using` is not in every library that a user's compiler is told of.
    const head = code.includes('Symbol.dispose') ? '/// <reference lib="esnext.disposable" />\n' : '';
    const text = head + withoutAliases(code);
    // The same declarations, once for those who import and once for those who require.
    await writeFile(at(`dist/${name}.d.ts`), text);
    await writeFile(at(`dist/${name}.d.cts`), text);
  }
}

// TypeScript's option stripInternal has no effect on declarations that are generated from JavaScript.
async function stripInternal(directory) {
  const { default: ts } = await import('typescript');
  const isInternal = (node) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const path = join(directory, name);
    let text = await readFile(path, 'utf8');
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const internal = file.statements.flatMap((node) => [node, ...(node.members ?? [])]).filter(isInternal);
    for (const { pos, end } of internal.reverse()) text = text.slice(0, pos) + text.slice(end);
    await writeFile(path, text);
  }
}

// A type that several files know by its name comes as Work$3, Work$2, …, and compilers would speak of these.
function withoutAliases(code) {
  return code.replace(/^type (\w+)(?:\$\d+)?(<\w+>)? = \1(?:\$\d+)?\2;\n/gm, '').replace(/\b(\w+)\$\d+\b/g, '$1');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup(needs.build);
    await build();
    console.log('Built dist/');
  } catch (error) {
    console.error(error.output ?? '');
    console.error(error.message);
    process.exitCode = 1;
  }
}
