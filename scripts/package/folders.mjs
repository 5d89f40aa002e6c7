// A folder with a package.json for each entry but the main one: `cooperator/work` is then found by tools that do not read
// the `exports` of a package, such as Parcel by default, and TypeScript with moduleResolution node10.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '../run.mjs';

/** @typedef {{ name: string, version: string, exports: Record<string, any> }} Manifest */

/**
 * The package.json files by their paths in the package, made of its `exports`.
 * @param {Manifest} manifest
 * @returns {Record<string, object>}
 */
export function folders({ name, exports }) {
  const entries = Object.entries(exports).filter(([path, { require }]) => path !== '.' && require !== undefined);
  return Object.fromEntries(
    entries.map(([path, { import: module, require, ...conditions }]) => {
      const up = (target) => '../'.repeat(path.split('/').length - 1) + target.slice('./'.length);
      const reactNative = conditions['react-native']?.default.default;
      return [
        `${path.slice('./'.length)}/package.json`,
        {
          name: `${name}${path.slice(1)}`,
          private: true,
          sideEffects: false,
          main: up(require.default),
          module: up(module.default),
          ...(reactNative === undefined ? {} : { 'react-native': up(reactNative) }),
          types: up(require.types),
        },
      ];
    }),
  );
}

/** Writes these files, which git ignores. */
export async function writeFolders() {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const [path, content] of Object.entries(folders(manifest))) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), `${JSON.stringify(content, undefined, 2)}\n`);
  }
}
