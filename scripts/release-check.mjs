// Is this commit fit to be released? npm run release:check; nothing is published. All checks are made, so that one run
// tells all there is to mend; the tests, which take minutes, only where the others pass.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readChangelog } from './changelog.mjs';
import { contents } from './contents.mjs';
import { build } from './build.mjs';
import { root, run } from './run.mjs';
import { needs, setup } from './setup.mjs';
import { checkSizes } from './size.mjs';

const read = (path) => readFile(join(root, path), 'utf8');
const manifest = JSON.parse(await read('package.json'));

/** By what has to be so; each rejects with what is not. */
const checks = {
  'the working tree is clean': async () => {
    const changes = await run('git', ['status', '--porcelain']);
    if (changes !== '') throw new Error(`commit or remove:\n${changes.trimEnd()}`);
  },
  'the version is a semantic one, and the same in package.json, package-lock.json and CMakeLists.txt': async () => {
    const { version } = manifest;
    if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) throw new Error(`package.json has ${version}`);
    const lock = JSON.parse(await read('package-lock.json'));
    const found = {
      'package-lock.json': lock.version,
      'the root in package-lock.json': lock.packages[''].version,
      // a pre-release has its number only here: CMake knows none
      'CMakeLists.txt': (await read('CMakeLists.txt')).match(/^project\([^)]*VERSION (\S+)/m)?.[1],
    };
    const wrong = Object.entries(found).filter(
      ([place, value]) => value !== (place === 'CMakeLists.txt' ? version.replace(/-.*/, '') : version),
    );
    if (wrong.length > 0) {
      throw new Error(wrong.map(([place, value]) => `${place} has ${value}, package.json ${version}`).join('\n'));
    }
  },
  'CHANGELOG.md says what is new in this version, and has nothing that is unreleased': async () => {
    const {
      unreleased,
      releases: [newest],
    } = await readChangelog();
    if (newest?.version !== manifest.version) {
      throw new Error(
        `below "## [Unreleased]" there must be "## [${manifest.version}] - YYYY-MM-DD", and what is new in it`,
      );
    }
    if (!unreleased.isEmpty()) throw new Error(`move what is below "## [Unreleased]" to ${manifest.version}`);
  },
  'there is no tag of this version on another commit': async () => {
    const tag = `v${manifest.version}`;
    if ((await run('git', ['tag', '--list', tag])).trim() === '') return;
    const tagged = await run('git', ['rev-parse', `${tag}^{commit}`]);
    if (tagged === (await run('git', ['rev-parse', 'HEAD']))) return;
    throw new Error(`${tag} is ${tagged.trim()}; a version is released once: take the next number`);
  },
  'it is published openly and with provenance, and needs no other package': () => {
    const { publishConfig, license, dependencies, peerDependencies, optionalDependencies } = manifest;
    if (publishConfig?.access !== 'public' || publishConfig.provenance !== true || !license) {
      throw new Error('package.json must have a license and publishConfig: { "access": "public", "provenance": true }');
    }
    if (dependencies || peerDependencies || optionalDependencies) throw new Error('package.json has dependencies');
  },
  'package.json says where the sources are, as npm compares with the statement of provenance': () => {
    const { type, url } = manifest.repository ?? {};
    if (type === 'git' && /^git\+https:\/\/[^/\s]+\/\S+\.git$/.test(url)) return;
    throw new Error(
      'add to package.json, below "author", the public address of the repository that publishes it:\n' +
        '"repository": { "type": "git", "url": "git+https://<host>/<owner>/<name>.git" },',
    );
  },
  'the package is built': () => build(),
  'it has the files that it should have, and no others': async () => {
    const [{ files }] = JSON.parse(
      await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json', '--loglevel=silent']),
    );
    const packed = files.map(({ path }) => path);
    const missing = contents.filter((path) => !packed.includes(path));
    const extra = packed.filter((path) => !contents.includes(path));
    if (missing.length + extra.length > 0) {
      throw new Error(`missing: ${missing.join(', ') || 'nothing'}; not expected: ${extra.join(', ') || 'nothing'}`);
    }
  },
  'it is within the limits of size': () => checkSizes(),
};

const failures = [];
async function check(name, f) {
  try {
    await f();
    console.log(`ok: ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`NOT SO: ${name}\n${error.output ?? ''}${error.message}`.replace(/\n/g, '\n    '));
  }
}

await setup(needs.build);
for (const [name, f] of Object.entries(checks)) await check(name, f);
if (failures.length === 0) {
  // among them: the types as a user sees them, what publint and attw say, the site and every program in the guides
  await check('all tests pass', () => run(process.execPath, ['scripts/test.mjs'], { show: true }));
}
console.log(
  failures.length === 0
    ? `\n${manifest.name} ${manifest.version} can be released: CONTRIBUTING.md says how.`
    : `\n${failures.length} to mend.`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
