// Packages from npm, unmodified, through cooperator/preemptible: suspended at every check, stopped at any, with limits.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inOnePiece, packages } from './support/packages.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const names = Object.keys(packages);
const namesInOnePiece = Object.keys(inOnePiece);
const supported = typeof WebAssembly.Suspending === 'function';

async function run(name, mode) {
  const args = [at('support/run-package.mjs'), name, mode];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 1e8 });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** The result of a call that was not touched, and a hash of the memory that it has left. */
const plainResults = new Map();
async function plainResult(name) {
  if (!plainResults.has(name)) plainResults.set(name, await run(name, 'plain'));
  return plainResults.get(name);
}

test('there are packages', () => expect(names.length).toBeGreaterThanOrEqual(6));

test.each([...names, ...namesInOnePiece])(
  '%s: a call that has reached its limit leaves nothing behind',
  async (name) => {
    const { result, ...others } = await run(name, 'limited');
    expect(others).toStrictEqual({ error: 'TimeLimit', restored: true, state: 'idle' });
    expect(result).toStrictEqual((await plainResult(name)).result);
  },
);

if (supported) {
  test.each(names)('%s gives the same result when it is suspended at every check', async (name) => {
    const { result, hash, again, turns, state, uncutMs } = await run(name, 'every-check');
    const expected = await plainResult(name);
    expect({ result, hash }).toStrictEqual(expected);
    expect(again).toStrictEqual(expected.result);
    expect(turns).toBeGreaterThan(250);
    expect({ state, uncutMs }).toStrictEqual({ state: 'idle', uncutMs: 0 });
  });

  test.each(names)('%s, stopped at any check, is what it was before', async (name) => {
    const { restored, stopsAt, result, hash } = await run(name, 'stopped');
    expect(restored).toBe(stopsAt.length);
    expect(Math.max(...stopsAt)).toBeGreaterThan(50);
    expect({ result, hash }).toStrictEqual(await plainResult(name));
  });

  test.each(namesInOnePiece)('%s, with JavaScript in between, gives the same result in one turn', async (name) => {
    const { turns, ...others } = await run(name, 'one-piece');
    expect(turns).toBe(1);
    expect(others).toStrictEqual(await plainResult(name));
  });
}
