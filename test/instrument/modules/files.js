// Where the modules of npm packages are, and a result in few bytes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = new URL('../../modules/', import.meta.url);

/** As the packages in test/modules are required. */
export const require = createRequire(new URL('package.json', folder));

/** Imports a file of a package. @param {string} path  below node_modules */
export const load = (path) => import(new URL(`node_modules/${path}`, folder));

/** A file of a package. */
export const file = (path) => readFileSync(fileURLToPath(new URL(`node_modules/${path}`, folder)));

export const pathOf = (path) => pathToFileURL(fileURLToPath(new URL(`node_modules/${path}`, folder))).href;

/** Bytes that look neither random nor empty. */
export function sample(size) {
  const bytes = new Uint8Array(size);
  let seed = 1;
  for (let i = 0; i < size; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    bytes[i] = i % 7 === 0 ? seed >>> 24 : (i >> 4) & 255;
  }
  return bytes;
}

/** Prints the result of the program. @param {(string | Uint8Array)[]} results */
export function print(...results) {
  const hash = createHash('sha256');
  for (const result of results) hash.update(result);
  console.log(hash.digest('hex'));
}
