// Compiles a strict TypeScript project against the packed package with each kind of module resolution, and runs it.
import { rm, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/run.mjs';
import { expected } from './program.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Here the compiled program finds the packed package. */
const built = fileURLToPath(new URL('../../build/packed/typescript/', import.meta.url));

/** The kinds of module resolution, and the type of module that each compiles to. */
const resolutions = { node16: 'module', bundler: 'module', node10: 'commonjs' };

/** The checks of the step `typescript`. */
export const typescriptChecks = Object.fromEntries(
  Object.entries(resolutions).map(([name, type]) => [
    `moduleResolution ${name}`,
    async () => {
      const directory = join(built, name);
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'package.json'), JSON.stringify({ type }));
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
    },
  ]),
);
