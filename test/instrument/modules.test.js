// Modules from npm, unmodified: programs that use them give the same result with instrumented modules.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const programs = readdirSync(at('modules')).filter((name) => name.endsWith('.mjs'));

async function run(program, mode) {
  const preload = new URL('support/every-module.js', import.meta.url).href;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', preload, at(`modules/${program}`)],
    { env: { ...process.env, INSTRUMENT: mode, NODE_OPTIONS: '' }, maxBuffer: 1e8 },
  );
  return { result: stdout.trim(), ...JSON.parse(stderr.slice(stderr.lastIndexOf('\n'))) };
}

test('there are programs', () => expect(programs.length).toBeGreaterThanOrEqual(9));

test.each(programs)(
  '%s gives the same result with checks, and with a call of the host at every check',
  async (program) => {
    const plain = await run(program, 'plain');
    expect(plain.result).toMatch(/^[0-9a-f]{64}$/);
    const checks = await run(program, 'checks');
    expect(checks.result).toBe(plain.result);
    expect(checks.modules.length).toBeGreaterThan(0);
    const everyCheck = await run(program, 'every-check');
    expect(everyCheck.result).toBe(plain.result);
    expect(everyCheck.checks).toBeGreaterThan(10_000);
  },
);
