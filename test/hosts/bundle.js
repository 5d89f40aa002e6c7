// Bundles each test file with the runner and a copy of the package of its own, as Jest gives each file its own, for
// hosts that have neither Jest nor files.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { everywhere, inBrowsers, inJestOnly, inProcesses } from './files.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const tests = fileURLToPath(new URL('../js/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

export const directory = join(root, 'build/hosts');

/** Test files that are in no list, in more than one, or not there: a new one must not go unnoticed. */
export async function unlisted() {
  const there = (await readdir(tests)).filter((name) => name.endsWith('.test.js'));
  const listed = [...everywhere, ...inProcesses, ...Object.keys(inJestOnly)];
  return [
    ...there.filter((name) => !listed.includes(name)),
    ...listed.filter((name, index) => !there.includes(name) || listed.indexOf(name) !== index),
  ];
}

/** What modules of test/js/support read from files is put into the bundle in their stead. */
const readNow = {
  name: 'read-now',
  setup(bundler) {
    bundler.onLoad({ filter: /\/support\/(traces|steps)\.js$/ }, async ({ path }) => {
      const made = Object.entries(await import(path));
      return { contents: made.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n') };
    });
  },
};

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
    // Tests look at the names of functions, which the bundler changes where two files have the same.
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
        // Jest's globals become imports: each file has its own.
        inject: [join(here, 'inside/globals.js')],
        plugins: [readNow],
        outfile: join(directory, name),
      }),
    ),
    build({
      ...options,
      entryPoints: ['endless', 'page', 'process', 'worker'].map((name) => join(here, `inside/${name}.js`)),
      outdir: directory,
    }),
  ]);
  const warnings = results.flatMap((result) => result.warnings);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
}
