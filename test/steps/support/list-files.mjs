import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { at } from './paths.mjs';

/** The files below a directory, relative to it. @param {string} directory  relative to the root */
export function listFiles(directory) {
  return readdirSync(at(directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(at(directory), join(entry.parentPath, entry.name)));
}
