// In Stryker's copy of the project: bundles the sources with all mutants, readable and with the core as it was linked, and
// makes the bundle what the tests import.
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../../../scripts/build.mjs';
import { root } from '../../../scripts/run.mjs';

await bundle({});
await copyFile(join(root, 'build/wasm/cooperator.wasm'), join(root, 'dist/cooperator.wasm'));
await mkdir(join(root, 'node_modules'), { recursive: true });
await symlink('..', join(root, 'node_modules/cooperator'));
