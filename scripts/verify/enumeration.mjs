// The part `enumeration`: every sequence of up to 8 operations; `npm test` tries shorter ones.
import { join } from 'node:path';
import { root, run } from '../run.mjs';

export async function enumerate() {
  const program = join(root, 'build/native/test/c/test_enumeration');
  const output = await run(program, [], { env: { ENUMERATE_DEPTH: '8' } });
  return { figures: [output.split('\n')[0].trim()], wrong: [] };
}
