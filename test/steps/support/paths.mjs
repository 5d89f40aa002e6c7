// Where the steps find what other steps have made.
import { join } from 'node:path';
import { root } from '../../../scripts/run.mjs';

/** A path below the project's root, made absolute. @param {string[]} path */
export const at = (...path) => join(root, ...path);

/** The C library, as `cmake --install` installs it: made by the step `install`. */
export const installed = 'build/installed';

/** The npm package, packed and unpacked: made by the step `pack`. */
export const packed = 'build/packed/node_modules/cooperator';

/** The tarball that it was unpacked from. */
export const tarball = 'build/packed/cooperator.tgz';
