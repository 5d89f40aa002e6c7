// The files of the project as git knows them: without node_modules and whatever else is built or installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * Resolves to the paths, relative to the root, of the files that git tracks or that are new and not ignored.
 * @param {string[]} [patterns]  as for `git ls-files`: `*.c` matches in every folder
 */
export async function sourceFiles(...patterns) {
  // In a container the checkout may belong to another user, which git refuses unless told otherwise.
  const git = ['-c', `safe.directory=${root.replace(/\/$/, '')}`, 'ls-files', '-z'];
  const output = await run('git', [...git, '--cached', '--others', '--exclude-standard', '--', ...patterns]);
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}
