// Installs what a command needs: Debian packages, if run as root on Debian, and node_modules. It runs on plain Node.
//
//     node scripts/setup.mjs --all           everything that any command needs
//     node scripts/setup.mjs cmake gcc       some tools of tools.mjs, and the root's node_modules
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './main.mjs';
import { root, run } from './run.mjs';
import { onPath, packagesOf, tools } from './tools.mjs';

const building = ['emcc', 'cmake', 'ninja'];

/** What each command needs. What a test step needs is in test/steps/CMakeLists.txt. */
export const needs = {
  build: building,
  start: building,
  docs: ['doxygen'],
  format: ['clang-format', 'git'],
  verify: [...building, 'gcc', 'clang', 'twisted', 'clang-tidy', 'cppcheck', 'gcovr', 'llvm-cov', 'fuzzer'],
};

/** The folders that have a package-lock.json of their own. */
export const npmFolders = [
  '.',
  'test/hosts',
  'test/hosts/others',
  'test/packaging',
  'test/packaging/typescript',
  'test/packaging/next',
  'test/packaging/sveltekit',
  'test/packaging/nuxt',
  'test/modules',
  'examples',
];

/**
 * Installs the tools that are not found, and runs `npm ci` in each folder whose node_modules are older than its
 * package-lock.json. Rejects if a tool is missing and cannot be installed.
 *
 * @param {string[]} names  keys of `tools`
 * @param {string[]} [folders]  some of `npmFolders`
 */
export async function setup(names, folders = ['.']) {
  const missing = names.filter((name) => !tools[name].found());
  if (missing.length > 0) await installPackages(missing);
  for (const folder of folders) {
    if (!isOlder(join(folder, 'node_modules/.package-lock.json'), join(folder, 'package-lock.json'))) continue;
    console.log(`Installing the packages of ${join(folder, 'package-lock.json')}: npm ci`);
    await run('npm', ['ci'], { cwd: join(root, folder), show: true });
  }
}

async function installPackages(missing) {
  const packages = packagesOf(missing);
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    throw new Error(`Not found: ${missing.join(', ')}. On Debian: apt-get install ${packages.join(' ')}`);
  }
  console.log(`Not found: ${missing.join(', ')}. Installing with apt-get: ${packages.join(' ')}`);
  const apt = (...args) =>
    run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      show: true,
    });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...packages);
  const absent = missing.filter((name) => !tools[name].found());
  if (absent.length > 0) {
    throw new Error(`Still not found after installing ${packages.join(' ')}: ${absent.join(', ')}`);
  }
}

/** Whether `made` is missing or older than `source`; false if there is no `source`. */
function isOlder(made, source) {
  const time = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time(made) < time(source);
}

await main(import.meta, async () => {
  const args = process.argv.slice(2);
  const all = args.includes('--all');
  const unknown = args.filter((name) => name !== '--all' && !(name in tools));
  if (args.length === 0 || unknown.length > 0) {
    throw new Error(
      `${unknown.length > 0 ? `No such tool: ${unknown.join(', ')}. ` : ''}` +
        `Usage: node scripts/setup.mjs --all | ${Object.keys(tools).join(' | ')} ...`,
    );
  }
  const folders = all ? npmFolders : ['.'];
  await setup(
    all ? Object.keys(tools) : args,
    folders.filter((folder) => existsSync(join(root, folder, 'package-lock.json'))),
  );
});
