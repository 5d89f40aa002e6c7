// In Stryker's copy of the project: bundles the sources with all mutants, and makes the bundle what the tests import.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buildScripts } from '../../../scripts/build.mjs';
import { root } from '../../../scripts/run.mjs';

await buildScripts();
await mkdir(join(root, 'node_modules'), { recursive: true });
await symlink('..', join(root, 'node_modules/cooperator'));
