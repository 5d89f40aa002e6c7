// The files of the published package, as paths below its root.
export const packageFiles = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package.json',
  'dist/cooperator.wasm',
  'dist/cooperator.global.js',
  'dist/cooperator.global.js.map',
  'dist/cli.js',
  ...['index', 'preemptible', 'sync', 'testing', 'twisted', 'work', 'worker'].flatMap((name) =>
    ['js', 'js.map', 'cjs', 'cjs.map', 'd.ts', 'd.cts'].map((end) => `dist/${name}.${end}`),
  ),
];
