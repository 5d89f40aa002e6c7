// The programs of docs/preemptible.md print what stands below them. In hosts that cannot suspend WebAssembly, those that
// need no task do.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { at, blocksOf } from '../docs/blocks.js';

const supported = typeof WebAssembly.Suspending === 'function';
const folder = at(`build/preemptible-docs-${process.versions.node}`);
const { resolve } = createRequire(import.meta.url);
const blocks = blocksOf('docs/preemptible.md');
const programs = blocks.filter(({ language, file }) => language === 'js' && file === undefined);
const needsTasks = ({ code }) => /\.call\(/.test(code);

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const packages = at('test/modules/node_modules');
  for (const name of readdirSync(packages)) {
    if (!name.startsWith('.')) symlinkSync(join(packages, name), join(modules, name));
  }
  const cooperator = dirname(resolve('cooperator/package.json'));
  symlinkSync(cooperator, join(modules, 'cooperator'));
  symlinkSync(join(cooperator, 'dist/cli.js'), join(modules, '.bin/cooperator'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  for (const { file, code } of blocks) if (file !== undefined) writeFileSync(join(folder, file), code);
});

const run = (command, args) =>
  promisify(execFile)(command, args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } });

test('every block is a program, a file or a command', () => {
  expect(programs.length).toBeGreaterThan(5);
  const others = blocks.filter((block) => !programs.includes(block) && block.file === undefined);
  expect(others.map(({ language }) => language)).toStrictEqual(['sh']);
  expect(programs.filter(({ prints }) => prints === undefined)).toStrictEqual([]);
});

test.each(programs.filter((block) => supported || !needsTasks(block)).map((block) => [block.heading, block]))(
  '%s',
  async (heading, { code, line, prints }) => {
    writeFileSync(join(folder, `program-${line}.js`), code);
    expect(await run(process.execPath, [`program-${line}.js`])).toStrictEqual({ stdout: prints, stderr: '' });
  },
);

test('the command', async () => {
  copyFileSync(at('test/modules/node_modules/sql.js/dist/sql-wasm.wasm'), join(folder, 'in.wasm'));
  const [{ code }] = blocks.filter(({ language }) => language === 'sh');
  const { stdout } = await run('bash', ['--norc', '-euc', code]);
  expect(stdout).toMatch(/^bytes before +\d+$/m);
  expect(existsSync(join(folder, 'out.wasm'))).toBe(true);
});
