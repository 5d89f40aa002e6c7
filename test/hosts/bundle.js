// Bundles the test files for hosts that have neither Jest nor a file system. Each bundle contains the runner and its own
// copy of the package, as each file has its own in Jest.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { everywhere, inBrowsers, inJestOnly, inProcesses } from './files.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const tests = fileURLToPath(new URL('../js/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

export const directory = join(root, 'build/hosts');

/** The test files that are not listed exactly once in files.js, and the listed ones that do not exist. */
export async function unlisted() {
  const existing = (await readdir(tests)).filter((name) => name.endsWith('.test.js'));
  const listed = [...everywhere, ...inProcesses, ...Object.keys(inJestOnly)];
  return [
    ...existing.filter((name) => !listed.includes(name)),
    ...listed.filter((name, index) => !existing.includes(name) || listed.indexOf(name) !== index),
  ];
}

/** Evaluates the modules of test/js/support that read files, and bundles their exports instead of their code. */
const evaluateNow = {
  name: 'evaluate now',
  setup(bundler) {
    bundler.onLoad({ filter: /\/support\/(traces|steps|preemptible-modules)\.js$/ }, async ({ path }) => {
      const exports = Object.entries(await import(path));
      return {
        contents: exports.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n'),
      };
    });
  },
};

/** Bundles the listed files, the files of inside/ that have tests, and the scripts that run them. */
export async function bundle() {
  const paths = Object.fromEntries(
    ['failing.js', ...Object.values(inBrowsers).flat()].map((name) => [name, join(here, 'inside', name)]),
  );
  for (const name of [...everywhere, ...inProcesses]) paths[name] = join(tests, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const options = {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    external: ['node:*'],
    target: 'es2022',
    // Tests check names of functions, which the bundler changes if two files use the same name.
    keepNames: true,
    logLevel: 'silent',
  };
  const results = await Promise.all([
    ...Object.entries(paths).map(([name, path]) =>
      build({
        ...options,
        stdin: {
          contents: `import { runFile } from './run-file.js';
          export default () => runFile(${JSON.stringify(name)}, () => import(${JSON.stringify(path)}));`,
          resolveDir: join(here, 'inside'),
        },
        // Jest's globals become imports.
        inject: [join(here, 'inside/globals.js')],
        plugins: [evaluateNow],
        outfile: join(directory, name),
      }),
    ),
    build({
      ...options,
      entryPoints: ['endless', 'nested', 'page', 'process', 'worker'].map((name) => join(here, `inside/${name}.js`)),
      outdir: directory,
    }),
  ]);
  const warnings = results.flatMap((result) => result.warnings);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
}
