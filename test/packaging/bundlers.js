// Bundles a page with each bundler, from the packed package, and runs it in Chromium. Also checks that a bundle contains
// only the parts of the package that it uses.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Parcel } from '@parcel/core';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';
import rollupConfig from './rollup/rollup.config.js';
import viteConfig from './vite/vite.config.js';
import webpackConfig from './webpack/webpack.config.js';
import { outcomeIn } from './browser.js';
import { expected } from './program.js';
import { serve } from './serve.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const built = fileURLToPath(new URL('../../build/packaging/', import.meta.url));

/** Each bundles a script or a page into `directory`, minified as for production, and rejects if the bundler warns. */
const bundlers = {
  esbuild: (script, directory) =>
    esbuild({
      absWorkingDir: here,
      entryPoints: [script],
      outdir: directory,
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'silent',
    }).then(({ warnings }) => rejectWarnings(warnings.map(({ text }) => text))),
  async rollup(script, directory) {
    const warnings = [];
    const bundle = await rollup({ ...rollupConfig, input: script, onwarn: ({ message }) => warnings.push(message) });
    await bundle.write({ dir: directory, format: 'es' });
    await bundle.close();
    rejectWarnings(warnings);
  },
  async webpack(script, directory) {
    const output = { path: directory, filename: 'main.js' };
    const compiler = webpack({ ...webpackConfig, context: here, entry: script, output });
    const stats = await promisify(compiler.run.bind(compiler))();
    await promisify(compiler.close.bind(compiler))();
    const { errors, warnings } = stats.toJson();
    rejectWarnings([...errors, ...warnings].map(({ message }) => message));
  },
  vite: (script, directory) =>
    vite({
      ...viteConfig,
      configFile: false,
      root: join(here, 'vite'),
      build: { outDir: directory, emptyOutDir: true, rollupOptions: { input: script }, modulePreload: false },
    }),
  async parcel(script, directory) {
    const parcel = new Parcel({
      entries: script,
      projectRoot: here,
      defaultConfig: '@parcel/config-default',
      mode: 'production',
      shouldDisableCache: true,
      cacheDir: join(built, 'parcel-cache'),
      defaultTargetOptions: { distDir: directory, publicUrl: '.', sourceMaps: false },
      logLevel: 'none',
    });
    await parcel.run();
  },
};

/** The bundlers that start from an HTML page, not from a script. */
const withPages = ['vite', 'parcel'];

function rejectWarnings(warnings) {
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
}

/** The text of all scripts in a directory. @returns {Promise<string>} */
async function textOf(directory) {
  const files = (await readdir(directory, { recursive: true })).filter((name) => /\.m?js$/.test(name));
  if (files.length === 0) throw new Error(`no script in ${directory}`);
  return (await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')))).join('\n');
}

/** The checks of the step `bundlers`. @param {import('puppeteer-core').Browser} browser */
export function bundlerChecks(browser) {
  const checks = {};
  for (const [name, bundle] of Object.entries(bundlers)) {
    checks[`${name}: a page`] = async () => {
      const directory = join(built, name);
      await rm(directory, { recursive: true, force: true });
      await bundle(join(here, withPages.includes(name) ? `${name}/index.html` : 'page.js'), directory);
      if (!withPages.includes(name)) {
        const [script] = (await readdir(directory)).filter((file) => file.endsWith('.js'));
        const page = `<!doctype html><script type="module" src="${script}"></script>`;
        await writeFile(join(directory, 'index.html'), page);
      }
      const server = await serve(directory);
      try {
        const outcome = await outcomeIn(browser, `${server.url}index.html`);
        if (outcome !== expected) throw new Error(`the outcome is ${outcome}, not ${expected}`);
      } finally {
        await server.close();
      }
    };
    for (const [what, { script, has, hasNot }] of Object.entries(shaken)) {
      checks[`${name}: ${what}`] = async () => {
        const directory = join(built, `${name}-shaken`);
        await rm(directory, { recursive: true, force: true });
        await bundle(join(here, 'shaken', script), directory);
        const text = await textOf(directory);
        for (const part of has) if (!text.includes(part)) throw new Error(`"${part}" is not in the bundle`);
        for (const part of hasNot) if (text.includes(part)) throw new Error(`"${part}" is in the bundle`);
      };
    }
  }
  return checks;
}

/** A text that only one part of the package contains. */
const part = {
  core: 'wasm-unsafe-eval',
  sort: 'compare must',
  parallel: 'limit must',
  range: 'step must not',
  clock: 'callLater',
  loopingCall: 'it is running already',
  inWorker: 'must not be native or bound',
};

/** Scripts that use little of the package, with texts that their bundles must contain and must not contain. */
const shaken = {
  'an unused import adds nothing': { script: 'unused.js', has: ['alone'], hasNot: Object.values(part) },
  'one function of cooperator/work adds no other': {
    script: 'one.js',
    has: [part.range],
    hasNot: [part.core, part.sort, part.parallel, part.clock],
  },
};
