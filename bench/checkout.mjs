// The package as it was at some commit, built once and kept in build/bench/packages/<commit>.
import { existsSync } from 'node:fs';
import { cp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../scripts/run.mjs';
import { buildCore } from './hosts/site.mjs';

/**
 * @param {string} name  of a commit, as git knows it
 * @returns {Promise<{ title: string, dist: string, core: string }>}
 */
export async function buildCommit(name) {
  const commit = (
    await run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).catch(() => {
      throw new Error(`git knows no commit ${name}`);
    })
  ).trim();
  const title = (await run('git', ['log', '-1', '--format=%h %s', commit])).trim();
  const kept = join(root, 'build/bench/packages', commit);
  const parts = { title, dist: join(kept, 'dist'), core: join(kept, 'core') };
  if (existsSync(kept)) return parts;

  const checkout = join(root, 'build/bench/checkout');
  const making = `${kept}.new`;
  const clear = async () => {
    await run('git', ['worktree', 'remove', '--force', checkout]).catch(() => {}); // there may be none
    await rm(checkout, { recursive: true, force: true });
    await rm(making, { recursive: true, force: true });
  };
  await clear();
  try {
    await run('git', ['worktree', 'add', '--force', '--detach', checkout, commit]);
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    // Not the script itself, which would install packages through the link; it asks for the name of the program.
    const program = "import { build } from './scripts/build.mjs'; await build({ types: false });";
    await run(process.execPath, ['--input-type=module', '--eval', program, 'build'], { cwd: checkout });
    await cp(join(checkout, 'dist'), join(making, 'dist'), { recursive: true });
    await buildCore(checkout, join(making, 'core'));
    await rename(making, kept);
  } finally {
    await clear();
  }
  return parts;
}

/** The package as it is now. */
export async function buildHere() {
  const { build } = await import('../scripts/build.mjs');
  await build({ types: false });
  return { title: 'the working tree', dist: join(root, 'dist'), core: await buildCore() };
}
