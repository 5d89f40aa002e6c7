// The files of the published package, as paths below its root.
export const packageFiles = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package.json',
  'dist/cooperator.wasm',
  'dist/cooperator.global.js',
  ...['index', 'testing', 'work'].flatMap((name) => ['js', 'cjs', 'd.ts', 'd.cts'].map((end) => `dist/${name}.${end}`)),
];
