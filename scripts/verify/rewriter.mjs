// The part `rewriter`: libFuzzer varies WebAssembly modules under the sanitizers; then random modules of Binaryen are
// rewritten and executed. An input that fails is written to build/fuzz.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../run.mjs';

async function fuzzReader({ minutes, seed }) {
  await run('cmake', ['--preset', 'fuzz']);
  await run('cmake', ['--build', '--preset', 'fuzz', '--target', 'fuzz_instrument']);
  const seeds = join(root, 'build/fuzz/modules');
  await mkdir(seeds, { recursive: true });
  await mkdir(join(root, 'build/fuzz/instrument-corpus'), { recursive: true });
  const { programs } = await import('../../test/instrument/support/assemble.js');
  for (const { name, assemble } of programs) await writeFile(join(seeds, `${name}.wasm`), assemble());
  const output = await run(join(root, 'build/fuzz/test/instrument/fuzz_instrument'), [
    `-max_total_time=${Math.round(minutes * 60)}`,
    '-max_len=20000',
    '-timeout=20',
    '-print_final_stats=1',
    `-seed=${seed}`,
    '-artifact_prefix=build/fuzz/',
    'build/fuzz/instrument-corpus',
    seeds,
  ]);
  return `${output.match(/number_of_executed_units: (\d+)/)?.[1]} inputs`;
}

/** @param {import('../verify.mjs').Options} options */
export async function fuzzRewriter({ minutes, seed }) {
  const inputs = await fuzzReader({ minutes: minutes / 2, seed });
  const node = join(root, 'test/hosts/node_modules/node26/bin/node');
  const output = await run(node, ['test/verify/rewriter.mjs', String(minutes / 2), String(seed)]);
  const { figures, wrong } = JSON.parse(output.trim().split('\n').at(-1));
  return { figures: [inputs, ...figures], wrong };
}
