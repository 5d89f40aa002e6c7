// Reads the sources and what was built from them, for the tests of the architecture.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The absolute path of a file or folder of the project. */
export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const read = (path) => readFileSync(at(path), 'utf8');

/** The names of the files in a folder whose names end with one of the extensions. */
export const list = (folder, ...extensions) =>
  readdirSync(at(folder)).filter((name) => extensions.some((extension) => name.endsWith(extension)));

/** What the first group of the pattern matches, everywhere in the text. */
export const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, group]) => group);

export const withoutComments = (source) => source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');

/** The headers that a C file includes itself: '<stdint.h>', '"queue.h"'. */
export const includes = (path) => matches(read(path), /^\s*#\s*include\s+([<"][^>"]+[>"])/gm);
