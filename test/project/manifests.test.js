// package.json and the lock files.
import { npmFolders } from '../../scripts/setup.mjs';
import { sourceFiles } from '../../scripts/source-files.mjs';
import { read } from './support.js';

const manifest = JSON.parse(read('package.json'));

test('homepage and bugs belong to the repository', () => {
  const address = manifest.repository.url.match(/^git\+(https:\/\/\S+)\.git$/)[1];
  expect(manifest.homepage).toBe(`${address}#readme`);
  expect(manifest.bugs).toBe(`${address}/issues`);
});

test.each([
  ['CMakeLists.txt', /^project\([^)]*VERSION (\S+)/m],
  ['meson.build', /^ {2}version: '(.*)'/m],
  ['packaging/meson/cooperator.wrap', /^directory = cooperator-(.*)$/m],
  ['packaging/meson/cooperator.wrap', /^source_filename = cooperator-(.*)\.tar\.gz$/m],
  ['packaging/vcpkg/cooperator/vcpkg.json', /"version": "(.*)"/],
  ['docs/native.md', /require `cooperator\/(.*?)`/],
])('%s has the version of the package, without the name of a pre-release', (file, version) => {
  expect(read(file).match(version)?.[1]).toBe(manifest.version.replace(/-.*/, ''));
});

test('development dependencies have exact versions', () => {
  const versions = Object.entries(manifest.devDependencies);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('setup knows every folder with a package-lock.json', async () => {
  const locks = await sourceFiles('package-lock.json', '*/package-lock.json');
  const folders = locks.map((path) => path.replace(/(^|\/)package-lock\.json$/, '') || '.');
  expect(new Set(npmFolders)).toEqual(new Set(folders));
});

test.each(npmFolders)('the lock file in %s contains no address of a registry', (folder) => {
  const { packages } = JSON.parse(read(`${folder}/package-lock.json`));
  const entries = Object.entries(packages);
  expect(entries.length).toBeGreaterThan(1);
  expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});
