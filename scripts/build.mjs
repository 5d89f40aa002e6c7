// Builds the npm package's dist/ from the sources: npm run build.
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { needs, setup } from './setup.mjs';
import { root, run } from './run.mjs';

const entries = ['index', 'testing'];
const wasmBudget = 11 * 1024;
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
  const targets = ['core', ...(existsSync(at('web-demo/CMakeLists.txt')) ? ['web_demo'] : [])];
  const output = await run('cmake', ['--build', '--preset', 'wasm', '--target', ...targets]);
  // The compiler takes warnings as errors; Emscripten's own, at the link, are only written.
  if (/warning:/.test(output)) throw new Error(output);
  await copyFile(at('build/wasm/cooperator.wasm'), at('dist/cooperator.wasm'));
  const { size } = await stat(at('dist/cooperator.wasm'));
  if (size > wasmBudget) throw new Error(`cooperator.wasm has ${size} bytes; its budget is ${wasmBudget}`);
}

async function buildScripts() {
  const { build } = await import('esbuild');
  const bundle = (format, extension) => build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((name) => [name, `js/${name}.js`])),
    outdir: 'dist',
    outExtension: { '.js': extension },
    bundle: true,
    format,
    // Neither the browser's nor Node's own ways: one bundle runs everywhere.
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    loader: { '.wasm': 'binary' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  for (const { warnings, metafile } of await Promise.all([bundle('esm', '.js'), bundle('cjs', '.cjs')])) {
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    refuseSharedModules(metafile);
  }
}

// A module in two bundles would exist twice: two classes of one name, of which `instanceof` knows only one.
function refuseSharedModules({ outputs }) {
  const seen = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const path of Object.keys(inputs)) {
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
  for (const name of entries) {
    const bundle = await rollup({
      input: at(`build/types/${name}.d.ts`),
      plugins: [dts()],
      onwarn: ({ message }) => { throw new Error(message); },
    });
    const { output: [{ code }] } = await bundle.generate({ format: 'es' });
    await bundle.close();
    // `using` is not in every library that a user's compiler is told of.
    const text = code.includes('Symbol.dispose') ? `/// <reference lib="esnext.disposable" />\n${code}` : code;
    // The same declarations, once for those who import and once for those who require.
    await writeFile(at(`dist/${name}.d.ts`), text);
    await writeFile(at(`dist/${name}.d.cts`), text);
  }
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
