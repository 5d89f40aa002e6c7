// Checks that this commit can be released: npm run release:check. Publishes nothing.
// `-- --tag v0.1.0` also checks that the version belongs to that tag.
//
// All checks run, so that one run lists everything that must be changed. The tests, which take minutes, run only if the
// other checks pass.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { packageFiles } from './package/files.mjs';
import { root, run } from './run.mjs';
import { expectSameItems } from './same-items.mjs';
import { needs, setup } from './setup.mjs';
import { checkSize } from './size.mjs';

const { values } = parseArgs({ options: { tag: { type: 'string' } } });
const read = (path) => readFile(join(root, path), 'utf8');
const manifest = JSON.parse(await read('package.json'));
const tag = `v${manifest.version}`;

/** By what each asserts; a failed check throws or rejects. */
const checks = {
  'the working tree is clean': async () => {
    const changes = await run('git', ['status', '--porcelain']);
    if (changes !== '') throw new Error(`commit or remove:\n${changes.trimEnd()}`);
  },
  'package.json, package-lock.json and CMakeLists.txt have the same semantic version': async () => {
    const { version } = manifest;
    if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) throw new Error(`package.json has ${version}`);
    const lock = JSON.parse(await read('package-lock.json'));
    const expected = {
      'package-lock.json': [version, lock.version],
      'the root package in package-lock.json': [version, lock.packages[''].version],
      // CMake's versions are numbers only, without the name of a pre-release.
      'CMakeLists.txt': [
        version.replace(/-.*/, ''),
        (await read('CMakeLists.txt')).match(/^project\([^)]*VERSION (\S+)/m)?.[1],
      ],
    };
    const wrong = Object.entries(expected)
      .filter(([, [wanted, found]]) => wanted !== found)
      .map(([file, [wanted, found]]) => `${file} has ${found}, not ${wanted}`);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  },
  'CHANGELOG.md describes this version, and nothing is unreleased': async () => {
    const { readChangelog } = await import('./changelog.mjs');
    const { unreleased, releases } = await readChangelog();
    if (releases[0]?.version !== manifest.version) {
      throw new Error(
        `the heading below "## [Unreleased]" must be "## [${manifest.version}] - YYYY-MM-DD", with the changes below it`,
      );
    }
    if (!unreleased.isEmpty()) throw new Error(`move the changes below "## [Unreleased]" to ${manifest.version}`);
  },
  'no other commit has the tag of this version': async () => {
    if (values.tag !== undefined && values.tag !== tag) {
      throw new Error(`the tag is ${values.tag}, but package.json has version ${manifest.version}`);
    }
    if ((await run('git', ['tag', '--list', tag])).trim() === '') return;
    const tagged = await run('git', ['rev-parse', `${tag}^{commit}`]);
    if (tagged === (await run('git', ['rev-parse', 'HEAD']))) return;
    throw new Error(`${tag} is ${tagged.trim()}; a version is released only once, so take the next number`);
  },
  'the package is published publicly, with provenance and a license, and without dependencies': () => {
    const { publishConfig, license, dependencies, peerDependencies, optionalDependencies } = manifest;
    if (publishConfig?.access !== 'public' || publishConfig.provenance !== true || !license) {
      throw new Error('package.json must have a license and publishConfig: { "access": "public", "provenance": true }');
    }
    if (dependencies || peerDependencies || optionalDependencies) {
      throw new Error('package.json must not have dependencies other than devDependencies');
    }
  },
  'package.json names the repository, which npm compares with the statement of provenance': () => {
    const { type, url } = manifest.repository ?? {};
    if (type === 'git' && /^git\+https:\/\/[^/\s]+\/\S+\.git$/.test(url)) return;
    throw new Error(
      'package.json must have "repository": { "type": "git", "url": "git+https://<host>/<owner>/<name>.git" }',
    );
  },
  'the package can be built': () => build(),
  'it contains the expected files and no others': async () => {
    const options = ['--dry-run', '--ignore-scripts', '--json', '--loglevel=silent'];
    const [{ files }] = JSON.parse(await run('npm', ['pack', ...options]));
    expectSameItems(
      files.map(({ path }) => path),
      packageFiles,
    );
  },
  'it is within the size limit': checkSize,
};

const failures = [];
async function check(name, body) {
  try {
    await body();
    console.log(`ok: ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAILED: ${name}\n${error.output ?? ''}${error.message}`.replace(/\n/g, '\n    '));
  }
}

await setup(needs.build);
for (const [name, body] of Object.entries(checks)) await check(name, body);
if (failures.length === 0) {
  await check('all tests pass', () => run(process.execPath, ['scripts/test.mjs'], { show: true }));
}
console.log(
  failures.length === 0
    ? `\n${manifest.name} ${manifest.version} can be released, as described in CONTRIBUTING.md.`
    : `\n${failures.length} checks failed.`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
