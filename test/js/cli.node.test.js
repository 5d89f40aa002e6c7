// The command `cooperator`, which instruments modules at build time.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { instrument } from 'cooperator/preemptible';
import { program } from './support/preemptible-modules.js';

const { resolve } = createRequire(import.meta.url);
const manifest = resolve('cooperator/package.json');
const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cooperator-'));
  writeFileSync(join(folder, 'in.wasm'), Uint8Array.from(program));
  writeFileSync(join(folder, 'text.wasm'), 'text');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command in the folder. */
const run = (...args) =>
  promisify(execFile)(process.execPath, [join(dirname(manifest), bin.cooperator), ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
  }).catch(({ code, stdout, stderr }) => ({ code, stdout, stderr }));

test('writes the instrumented module, and prints nothing', async () => {
  expect(await run('instrument', 'in.wasm', '-o', 'out.wasm')).toStrictEqual({ stdout: '', stderr: '' });
  expect(new Uint8Array(readFileSync(join(folder, 'out.wasm')))).toStrictEqual(instrument(Uint8Array.from(program)));
});

test('--stats prints what was found', async () => {
  const { stdout, stderr } = await run('instrument', 'in.wasm', '--output', 'stats.wasm', '--stats');
  expect(stderr).toBe('');
  expect(stdout).toMatch(new RegExp(`^bytes before +${program.length}$`, 'm'));
  expect(stdout).toMatch(/^bytes after +\d+ \(\+\d+\.\d %\)$/m);
  expect(stdout).toMatch(/^functions +9$/m);
  expect(stdout).toMatch(/^loops +6$/m);
  expect(stdout).toMatch(/^functions with a check at their start +1$/m);
});

test('--help prints how it is used', async () => {
  const { stdout, stderr } = await run('--help');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Usage: cooperator instrument <in\.wasm> -o <out\.wasm> \[--stats\]\n/);
});

test.each([
  ['no arguments', [], /^Usage: /],
  ['another command', ['optimize', 'in.wasm', '-o', 'wrong.wasm'], /^Usage: /],
  ['no output', ['instrument', 'in.wasm'], /^Usage: /],
  [
    'an unknown option',
    ['instrument', 'in.wasm', '-o', 'wrong.wasm', '--fast'],
    /^Unknown option '--fast'.*\n[^]*\nUsage: /,
  ],
  ['no such file', ['instrument', 'none.wasm', '-o', 'wrong.wasm'], /^ENOENT: .*none\.wasm/],
  ['no module', ['instrument', 'text.wasm', '-o', 'wrong.wasm'], /^instrument: wasm is invalid at offset 0: /],
  ['an instrumented module', ['instrument', 'out.wasm', '-o', 'wrong.wasm'], /^out\.wasm was instrumented before$/m],
])('%s: an error without a stack, and no file', async (name, args, message) => {
  await run('instrument', 'in.wasm', '-o', 'out.wasm');
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toStrictEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(existsSync(join(folder, 'wrong.wasm'))).toBe(false);
});
