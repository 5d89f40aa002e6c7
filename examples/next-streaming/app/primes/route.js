// Streams the results of a long computation, a line for each range, as they come.
import { cooperate } from 'cooperator';
import { range, stream } from 'cooperator/work';
import { countPrimes } from '../count-primes.js';

const WIDTH = 250_000;
const encoder = new TextEncoder();

function* line(from) {
  let isDone = false;
  try {
    const primes = yield* countPrimes(from, from + WIDTH);
    isDone = true;
    return encoder.encode(`${from} to ${from + WIDTH}: ${primes} primes\n`);
  } finally {
    if (!isDone) console.log(`${from} to ${from + WIDTH}: stopped`); // the client has gone
  }
}

export function GET() {
  const lines = stream(range(0, 12 * WIDTH, WIDTH), 2, (from) => cooperate(line(from)), { ordered: true });
  return new Response(ReadableStream.from(lines), { headers: { 'content-type': 'text/plain' } });
}
