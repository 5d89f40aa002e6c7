// The files of the published package, as paths below its root.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { entries, withoutWasm } from './entries.mjs';
import { folders } from './folders.mjs';

export const packageFiles = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package.json',
  ...Object.keys(folders(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))),
  'dist/cooperator.wasm',
  'dist/cooperator.global.js',
  'dist/cooperator.global.js.map',
  'dist/cli.js',
  ...[...entries, ...Object.keys(withoutWasm)].flatMap((name) =>
    ['js', 'js.map', 'cjs', 'cjs.map', 'd.ts', 'd.cts'].map((end) => `dist/${name}.${end}`),
  ),
];
