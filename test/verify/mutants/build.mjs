// In Stryker's copy of the project: bundles the sources with all mutants in them, and lets the tests import the bundle.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buildScripts } from '../../../scripts/build.mjs';
import { root } from '../../../scripts/run.mjs';

await buildScripts();
await mkdir(join(root, 'node_modules'), { recursive: true });
await symlink('..', join(root, 'node_modules/cooperator'));
