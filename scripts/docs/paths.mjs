// Where the documentation site is made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';

/** A path below the project's root, made absolute. @param {string[]} path */
export const at = (...path) => join(root, ...path);

/** The site, and the sources and configurations that are generated for the tools. */
export const site = at('build/docs');
export const work = at('build/docs-source');

export const version = () => JSON.parse(readFileSync(at('package.json'), 'utf8')).version;
