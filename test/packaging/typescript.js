// Compiles strict TypeScript projects against the packed package: main.ts with each kind of module resolution, which is
// then run, and the programs of test/types with each supported version of TypeScript.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/run.mjs';
import { expected } from './program.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Here the compiled program finds the packed package. */
const built = fileURLToPath(new URL('../../build/packed/typescript/', import.meta.url));

/** The versions of TypeScript in typescript/package.json. The step `types` uses the project's own, 6. */
const versions = ['5.0', '5.4', '5.6', '5.9', '7'];

/** The kinds of module resolution, and the type of module that each compiles to. */
const resolutions = { node16: 'module', bundler: 'module', node10: 'commonjs' };

/** @param {string} name  the kind of module resolution */
async function compileAndRun(name) {
  const directory = join(built, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: resolutions[name] }));
  const project = join(here, `typescript/${name}.json`);
  await run(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    project,
    '--outDir',
    directory,
    '--pretty',
    'false',
  ]);
  const printed = (await run(process.execPath, [join(directory, 'main.js')])).trim();
  if (printed !== String(expected)) throw new Error(`the program printed ${printed}, not ${expected}`);
}

/**
 * Compiles test/types, with the declarations of the package checked too.
 * @param {string} version
 * @param {Record<string, string>} resolution
 */
async function compileTypes(version, resolution) {
  const directory = join(built, `types-${version}-${resolution.moduleResolution}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await cp(fileURLToPath(new URL('../types/', import.meta.url)), directory, { recursive: true });
  if (version === '5.0') await rm(join(directory, 'using.ts')); // a syntax of TypeScript 5.2
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    ...resolution,
  };
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiler = join(here, `typescript/node_modules/typescript-${version}/bin/tsc`);
  await run(process.execPath, [compiler, '-p', directory, '--pretty', 'false']);
}

const asInNode = { module: 'nodenext', moduleResolution: 'nodenext' };
const asWithBundlers = { module: 'esnext', moduleResolution: 'bundler' };

/** The checks of the step `typescript`. */
export const typescriptChecks = Object.fromEntries([
  ...Object.keys(resolutions).map((name) => [`moduleResolution ${name}`, () => compileAndRun(name)]),
  ...versions.flatMap((version) => [
    [`TypeScript ${version}, as in Node`, () => compileTypes(version, asInNode)],
    [`TypeScript ${version}, as with a bundler`, () => compileTypes(version, asWithBundlers)],
  ]),
]);
