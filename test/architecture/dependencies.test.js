// Which JavaScript files may import which: the rules of .dependency-cruiser.cjs and circles.cjs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { at } from './sources.js';

const config = at('.dependency-cruiser.cjs');
const circlesConfig = at('test/architecture/circles.cjs');

/** Runs dependency-cruiser in a folder; returns the files that it saw, and the violations, one line each. */
function cruise(config, folder, ...paths) {
  const args = [at('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', config];
  const { stdout, stderr } = spawnSync(process.execPath, [...args, '--output-type', 'json', ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (!stdout.startsWith('{')) throw new Error(stderr || stdout);
  const { modules, summary } = JSON.parse(stdout);
  return {
    files: modules.map(({ source }) => source),
    violations: summary.violations.map(({ rule, from, to, cycle }) => {
      const path = cycle?.map(({ name }) => name) ?? (from === to ? [] : [to]);
      return `${rule.name}: ${[from, ...path].join(' -> ')}`;
    }),
  };
}

const inPackage = readdirSync(at('js'), { recursive: true })
  .filter((name) => name.endsWith('.js'))
  .map((name) => `js/${name}`);

test('every file keeps the rules', () => {
  const folders = ['js', 'test', 'bench', 'examples', 'web-demo', 'scripts'];
  const { files, violations } = cruise(config, at('.'), ...folders);
  expect(violations).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(inPackage));
  for (const folder of folders) expect(files.some((name) => name.startsWith(`${folder}/`))).toBe(true);
});

test('no files of the package import each other', () => {
  const { files, violations } = cruise(circlesConfig, at('.'), 'js');
  expect(violations).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(inPackage));
});

/** A tree of files that contains one import for each way to break the rules. */
const sources = {
  'js/browser-global.js': "export * from './index.js'; export * from './work.js'; import './errors.js';",
  'js/core/handles.js': "import '../../dist/cooperator.wasm'; import '../scheduling/schedulers.js';",
  'js/core/wasm.js': "import '../../dist/cooperator.wasm'; import './handles.js'; import '../util/platform.js';",
  'js/errors.js': "import './interop/native.js';",
  'js/index.js': "import './interop/bind.js'; import './tasks/cooperator.js'; import './work.js';",
  'js/interop/bind.js': "import '../tasks/deferred.js'; import '../scheduling/schedulers.js';",
  'js/interop/native.js': '',
  'js/other/unknown.js': '',
  'js/cli.js': "import './work.js'; import './preemptible.js';",
  'js/preemptible.js': "import './preemptible/call.js'; import './index.js';",
  'js/preemptible/call.js': "import '../util/platform.js'; import '../util/thenable.js';",
  'js/scheduling/schedulers.js': "import '../errors.js';",
  'js/sync.js': "export * from './sync/queue.js'; import './work/loops.js';",
  'js/sync/queue.js': "import '../index.js'; import '../tasks/deferred.js';",
  'js/tasks/cooperator.js': "import '../core/wasm.js';\n/** @typedef {import('../interop/native.js').Step} Step */",
  'js/tasks/deferred.js': '',
  'js/tasks/unused.js': "import './deferred.js';",
  'js/testing.js': "import './util/thenable.js';",
  'js/twisted.js': "import './twisted/list.js'; import './tasks/deferred.js';",
  'js/twisted/list.js': "import '../index.js'; import '../util/platform.js'; import '../tasks/deferred.js';",
  'js/util/async-context.js': "import '../core/handles.js';",
  'js/util/platform.js': '',
  'js/util/thenable.js': "import './platform.js'; import './async-context.js';",
  'js/without-wasm.js': "export * from './index.js'; import './tasks/deferred.js';",
  'js/work.js': "export * from './work/loops.js'; import './interop/native.js';",
  'js/work/loops.js': "import '../util/thenable.js'; import 'node:fs';",
  'test/architecture/any.test.js': "import '../../js/other/unknown.js';",
  'js/worker.js': "import './worker/pool.js'; import './index.js';",
  'js/worker/pool.js': "import '../util/platform.js'; import '../index.js';",
  'web-demo/app/main.js': "import '../../js/work.js'; import '../../dist/index.js'; import 'cooperator';",
  'web-demo/film/film.js': "import '../panel/controls.js';",
  'web-demo/measure/frames.js': "import '../util/dom.js';",
  'web-demo/native/load.js': "import '../util/dom.js';",
  'web-demo/panel/controls.js': "import '../tasks/jobs.js';",
  'web-demo/tasks/jobs.js': "import '../app/main.js';",
  'web-demo/util/dom.js': "import '../native/load.js';",
  'web-demo/app/stray.js': "import '../elsewhere/file.js';",
  'web-demo/elsewhere/file.js': '',
  'dist/cooperator.wasm': '',
  'dist/index.js': '',
  'package.json': '{ "name": "cooperator", "exports": "./dist/index.js" }',
};

const violations = [
  'js/browser-global.js: js/browser-global.js -> js/errors.js',
  'js/cli.js: js/cli.js -> js/work.js',
  'js/core/: js/core/handles.js -> js/scheduling/schedulers.js',
  'js/errors.js: js/errors.js -> js/interop/native.js',
  'js/index.js: js/index.js -> js/work.js',
  'js/interop/: js/interop/bind.js -> js/scheduling/schedulers.js',
  'js/preemptible.js: js/preemptible.js -> js/index.js',
  'js/preemptible/: js/preemptible/call.js -> js/util/thenable.js',
  'js/scheduling/: js/scheduling/schedulers.js -> js/errors.js',
  'js/sync.js: js/sync.js -> js/work/loops.js',
  'js/sync/: js/sync/queue.js -> js/tasks/deferred.js',
  'js/tasks/: js/tasks/cooperator.js -> js/interop/native.js',
  'js/testing.js: js/testing.js -> js/util/thenable.js',
  'js/twisted.js: js/twisted.js -> js/tasks/deferred.js',
  'js/twisted/: js/twisted/list.js -> js/tasks/deferred.js',
  'js/util/: js/util/async-context.js -> js/core/handles.js',
  'js/without-wasm.js: js/without-wasm.js -> js/tasks/deferred.js',
  'js/work.js: js/work.js -> js/interop/native.js',
  'js/work/: js/work/loops.js -> fs',
  'js/worker.js: js/worker.js -> js/index.js',
  'js/worker/: js/worker/pool.js -> js/index.js',
  'no-built-files: js/core/handles.js -> dist/cooperator.wasm',
  'no-built-files: web-demo/app/main.js -> dist/index.js',
  'no-unknown-folders: test/architecture/any.test.js -> js/other/unknown.js',
  'no-unused-files: js/other/unknown.js',
  'no-unused-files: js/tasks/unused.js',
  'only-the-published-package: web-demo/app/main.js -> js/work.js',
  'stateless-modules-stay-small: js/util/async-context.js -> js/core/handles.js',
  'web-demo/app/: web-demo/app/stray.js -> web-demo/elsewhere/file.js',
  'web-demo/film/: web-demo/film/film.js -> web-demo/panel/controls.js',
  'web-demo/measure/: web-demo/measure/frames.js -> web-demo/util/dom.js',
  'web-demo/native/: web-demo/native/load.js -> web-demo/util/dom.js',
  'web-demo/panel/: web-demo/panel/controls.js -> web-demo/tasks/jobs.js',
  'web-demo/tasks/: web-demo/tasks/jobs.js -> web-demo/app/main.js',
  'web-demo/util/: web-demo/util/dom.js -> web-demo/native/load.js',
];

/** Writes the files to a folder of their own. @returns {string} the folder */
function writeTree(name, files) {
  const folder = at(`build/${name}`);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${source}\n`);
  }
  return folder;
}

test('each rule reports the import that breaks it', () => {
  const folder = writeTree('broken-dependencies', sources);
  expect(cruise(config, folder, 'js', 'test', 'web-demo').violations.sort()).toEqual([...violations].sort());
  const broken = violations.map((violation) => violation.slice(0, violation.indexOf(': ')));
  const rules = createRequire(import.meta.url)(config).forbidden.map(({ name }) => name);
  expect(rules.filter((name) => !broken.includes(name))).toEqual([]);
});

test('a circle of imports is reported, also beside types; a circle of types is not', () => {
  const type = (file) => `/** @typedef {import('./${file}').Type} Type */\n`;
  const folder = writeTree('circles', {
    'js/a.js': `import './b.js';\n${type('c.js')}`,
    'js/b.js': `import './c.js';\n${type('a.js')}`,
    'js/c.js': `import './a.js';\n${type('b.js')}`,
    'js/d.js': type('e.js'),
    'js/e.js': `import './d.js';\n`,
    'package.json': '{}',
  });
  expect(cruise(circlesConfig, folder, 'js').violations).toEqual([
    'no-circles: js/a.js -> js/b.js -> js/c.js -> js/a.js',
  ]);
});
