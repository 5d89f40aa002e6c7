// A task in a route of the edge runtime, whose hosts may forbid WebAssembly.
import { cooperate } from 'cooperator/without-wasm';
import { map, range } from 'cooperator/work';

export const runtime = 'edge';

export async function GET() {
  const squares = await cooperate(map(range(1000), (n) => n ** 2)).whenDone();
  return new Response(`result ${squares.at(-1) + 5}`);
}
