// Coverage of src/ by the C tests and by random scripts in which allocations fail, counted by gcc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../../../scripts/run.mjs';
import { generate } from '../../model/generate.js';
import { checkLines } from './markers.mjs';

const SCRIPTS = 1000;
const build = join(root, 'build/coverage');

export async function coverageOfCore() {
  await run('cmake', ['--preset', 'coverage']);
  await run('cmake', ['--build', '--preset', 'coverage']);
  for (const file of readdirSync(build, { recursive: true })) {
    if (file.endsWith('.gcda')) await rm(join(build, file)); // counts of an earlier run
  }
  await run('ctest', ['--preset', 'coverage']);
  await replayScripts();
  const report = join(build, 'gcovr.json');
  const filters = ['--root', '.', '--filter', 'src/', '--exclude', 'src/wasm/'];
  await run('gcovr', [...filters, '--no-markers', '--json', '-o', report, 'build/coverage']);
  const files = JSON.parse(readFileSync(report, 'utf8')).files.map(({ file, lines }) => [
    file,
    lines
      .filter((line) => !line['gcovr/noncode'])
      .map(({ line_number: number, count, branches }) => ({
        number,
        isRun: count !== 0,
        branches: branches.length,
        branchesLeft: branches.filter((branch) => branch.count === 0).length,
      })),
  ]);
  return checkLines(new Map(files));
}

async function replayScripts() {
  const child = spawn(join(build, 'test/c/replay_scripts'), ['--fail-allocations'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdin.end(Array.from({ length: SCRIPTS }, (_, seed) => generate(seed)).join(''));
  const [code] = await closed;
  if (code !== 0) throw new Error(`replay_scripts: exit code ${code}`);
}
