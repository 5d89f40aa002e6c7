// The part `fuzz`: libFuzzer varies scripts, under the sanitizers. An input that fails is written to build/fuzz.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../run.mjs';

/** @param {import('../verify.mjs').Options} options */
export async function fuzz({ minutes, seed }) {
  await run('cmake', ['--preset', 'fuzz']);
  await run('cmake', ['--build', '--preset', 'fuzz', '--target', 'fuzz_scripts']);
  await mkdir(join(root, 'build/fuzz/corpus'), { recursive: true });
  const output = await run(join(root, 'build/fuzz/test/c/fuzz_scripts'), [
    '-dict=test/fuzz/script.dict',
    `-max_total_time=${Math.round(minutes * 60)}`,
    '-timeout=20',
    '-print_final_stats=1',
    `-seed=${seed}`,
    '-artifact_prefix=build/fuzz/',
    'build/fuzz/corpus',
    'test/fuzz/corpus',
    'test/traces',
  ]);
  return { figures: [`${output.match(/number_of_executed_units: (\d+)/)?.[1]} inputs`], wrong: [] };
}
