// Builds what is compared: the package of the working tree, or of a commit, with its modules of bench/core.
import { existsSync } from 'node:fs';
import { cp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../scripts/run.mjs';

/**
 * @typedef {object} Package
 * @property {string} title
 * @property {string} dist  the directory of the built package
 * @property {string} core  the directory of the built modules of bench/core
 */

/**
 * Builds bench/core of a source tree with that tree's library. The modules use the C interface of their own tree, and
 * have had the same exports in every commit.
 */
async function buildCore(tree, directory) {
  const env = { NODE_PATH: `/usr/share/nodejs:${process.env.NODE_PATH ?? ''}` };
  const toolchain = `-DCMAKE_TOOLCHAIN_FILE=${join(tree, 'cmake/emscripten.cmake')}`;
  await run('cmake', ['-S', join(tree, 'bench/core'), '-B', directory, '-G', 'Ninja', toolchain], { env });
  await run('cmake', ['--build', directory], { env });
  return directory;
}

/** @param {{ rebuild?: boolean }} [options]  without `rebuild`, dist/ is used as it is @returns {Promise<Package>} */
export async function buildWorkingTree({ rebuild = true } = {}) {
  if (rebuild) {
    const { build } = await import('../scripts/build.mjs');
    await build({ types: false });
  }
  const core = await buildCore(root, join(root, 'build/bench/core'));
  return { title: 'the working tree', dist: join(root, 'dist'), core };
}

/**
 * Builds in a temporary worktree, with the development packages of this one, and keeps the result in
 * build/bench/packages/<commit>.
 * @param {string} name  anything that git resolves to a commit
 * @returns {Promise<Package>}
 */
export async function buildCommit(name) {
  const resolved = await run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).catch(() => {
    throw new Error(`git knows no commit ${name}`);
  });
  const commit = resolved.trim();
  const title = (await run('git', ['log', '-1', '--format=%h %s', commit])).trim();
  const kept = join(root, 'build/bench/packages', commit);
  const built = { title, dist: join(kept, 'dist'), core: join(kept, 'core') };
  if (existsSync(kept)) return built;

  const worktree = join(root, 'build/bench/worktree');
  const unfinished = `${kept}.unfinished`;
  const cleanUp = async () => {
    await run('git', ['worktree', 'remove', '--force', worktree]).catch(() => {}); // there may be none
    await rm(worktree, { recursive: true, force: true });
    await rm(unfinished, { recursive: true, force: true });
  };
  await cleanUp();
  try {
    await run('git', ['worktree', 'add', '--force', '--detach', worktree, commit]);
    await symlink(join(root, 'node_modules'), join(worktree, 'node_modules'));
    // Calls the function, not the script, which might install packages through the link.
    const program = "import { build } from './scripts/build.mjs'; await build({ types: false });";
    // The last argument stands for the script's path, which the module expects in process.argv.
    await run(process.execPath, ['--input-type=module', '--eval', program, 'build'], { cwd: worktree });
    await cp(join(worktree, 'dist'), join(unfinished, 'dist'), { recursive: true });
    await buildCore(worktree, join(unfinished, 'core'));
    await rename(unfinished, kept);
  } finally {
    await cleanUp();
  }
  return built;
}
