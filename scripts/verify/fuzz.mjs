// The parts `fuzz` and `reentrant`: libFuzzer varies inputs of the core, under the sanitizers. An input that fails is
// written to build/fuzz.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../run.mjs';

/**
 * @param {string} target  a program of test/fuzz/
 * @param {import('../verify.mjs').Options} options
 * @param {string[]} flags  options of libFuzzer, and the folders with the inputs to start with
 */
async function fuzz(target, { minutes, seed }, flags) {
  const found = join(root, 'build/fuzz', `${target}-corpus`);
  await run('cmake', ['--preset', 'fuzz']);
  await run('cmake', ['--build', '--preset', 'fuzz', '--target', target]);
  await mkdir(found, { recursive: true });
  const output = await run(join(root, 'build/fuzz/test/c', target), [
    `-max_total_time=${Math.round(minutes * 60)}`,
    '-timeout=20',
    '-print_final_stats=1',
    `-seed=${seed}`,
    '-artifact_prefix=build/fuzz/',
    found,
    ...flags,
  ]);
  return { figures: [`${output.match(/number_of_executed_units: (\d+)/)?.[1]} inputs`], wrong: [] };
}

/** Scripts of test/traces and what mutations make of them. @param {import('../verify.mjs').Options} options */
export const fuzzScripts = (options) =>
  fuzz('fuzz_scripts', options, ['test/fuzz/corpus', 'test/traces', '-dict=test/fuzz/script.dict']);

/** Any public function from any callback and hook. @param {import('../verify.mjs').Options} options */
export const fuzzReentrant = (options) =>
  fuzz('fuzz_reentrant', options, ['test/fuzz/reentrant-corpus', '-max_len=2000']);
