// Which JavaScript files may import which: the rules of .dependency-cruiser.cjs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { at } from './sources.js';

const config = at('.dependency-cruiser.cjs');
const rules = createRequire(import.meta.url)(config).forbidden;

/** Runs dependency-cruiser in a folder; returns the files that it saw, and the violations, one line each. */
function cruise(folder, ...paths) {
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
    violations: summary.violations.map(({ rule, from, to, cycle = [] }) =>
      [`${rule.name}: ${from}`, ...(cycle.length > 0 ? cycle.map(({ name }) => name) : from === to ? [] : [to])].join(
        ' -> ',
      ),
    ),
  };
}

test('every file keeps the rules', () => {
  const folders = ['js', 'test', 'bench', 'examples', 'web-demo', 'scripts'];
  const { files, violations } = cruise(at('.'), ...folders);
  expect(violations).toEqual([]);
  const inPackage = readdirSync(at('js'), { recursive: true }).filter((name) => name.endsWith('.js'));
  expect(files).toEqual(expect.arrayContaining(inPackage.map((name) => `js/${name}`)));
  for (const folder of folders) expect(files.some((name) => name.startsWith(`${folder}/`))).toBe(true);
});

/** A tree that keeps the rules, and with it one import for each way to break them. */
const sources = {
  'js/browser-global.js': "export * from './index.js'; export * from './work.js'; import './errors.js';",
  'js/core/handles.js': "import '../../dist/cooperator.wasm'; import '../scheduling/schedulers.js';",
  'js/core/wasm.js': "import '../../dist/cooperator.wasm'; import './handles.js'; import '../util/platform.js';",
  'js/errors.js': "import './interop/native.js';",
  'js/index.js': "import './interop/bind.js'; import './tasks/cooperator.js'; import './work.js';",
  'js/interop/bind.js': "import '../tasks/deferred.js'; import '../scheduling/schedulers.js';",
  'js/interop/native.js': '',
  'js/other/unknown.js': '',
  'js/scheduling/schedulers.js': "import '../errors.js';",
  'js/tasks/cooperator.js': "import '../core/wasm.js';\n/** @typedef {import('../interop/native.js').Step} Step */",
  'js/tasks/deferred.js': "import './task.js';",
  'js/tasks/task.js': "import './deferred.js';",
  'js/tasks/unused.js': "import './task.js';",
  'js/testing.js': "import './util/thenable.js';",
  'js/util/async-context.js': "import '../core/handles.js';",
  'js/util/platform.js': '',
  'js/util/thenable.js': "import './platform.js'; import './async-context.js';",
  'js/work.js': "export * from './work/loops.js'; import './interop/native.js';",
  'js/work/loops.js': "import '../util/thenable.js'; import 'node:fs';",
  'test/architecture/any.test.js': "import '../../js/other/unknown.js';",
  'web-demo/app/main.js': "import '../../js/work.js'; import '../../dist/index.js'; import 'cooperator';",
  'dist/cooperator.wasm': '',
  'dist/index.js': '',
  'package.json': '{ "name": "cooperator", "exports": "./dist/index.js" }',
};

const violations = [
  'js/browser-global.js: js/browser-global.js -> js/errors.js',
  'js/core/: js/core/handles.js -> js/scheduling/schedulers.js',
  'js/errors.js: js/errors.js -> js/interop/native.js',
  'js/index.js: js/index.js -> js/work.js',
  'js/interop/: js/interop/bind.js -> js/scheduling/schedulers.js',
  'js/scheduling/: js/scheduling/schedulers.js -> js/errors.js',
  'js/tasks/: js/tasks/cooperator.js -> js/interop/native.js',
  'js/testing.js: js/testing.js -> js/util/thenable.js',
  'js/util/: js/util/async-context.js -> js/core/handles.js',
  'js/work.js: js/work.js -> js/interop/native.js',
  'js/work/: js/work/loops.js -> fs',
  'no-built-files: js/core/handles.js -> dist/cooperator.wasm',
  'no-built-files: web-demo/app/main.js -> dist/index.js',
  'no-circles: js/tasks/deferred.js -> js/tasks/task.js -> js/tasks/deferred.js',
  'no-unknown-folders: test/architecture/any.test.js -> js/other/unknown.js',
  'no-unused-files: js/other/unknown.js',
  'no-unused-files: js/tasks/unused.js',
  'only-the-published-package: web-demo/app/main.js -> js/work.js',
  'stateless-modules-stay-small: js/util/thenable.js -> js/util/async-context.js',
];

test('each rule reports the import that breaks it', () => {
  const folder = at('build/broken-dependencies');
  rmSync(folder, { recursive: true, force: true });
  for (const [path, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${source}\n`);
  }
  expect(cruise(folder, 'js', 'test', 'web-demo').violations.sort()).toEqual([...violations].sort());
  const broken = violations.map((violation) => violation.slice(0, violation.indexOf(': ')));
  expect(rules.map(({ name }) => name).filter((name) => !broken.includes(name))).toEqual([]);
});
