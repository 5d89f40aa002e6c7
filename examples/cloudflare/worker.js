// A Cloudflare Worker that computes, answers other requests meanwhile, and stops when the client has gone.
import { cooperate, init } from 'cooperator';
// Workers may not compile WebAssembly at run time. Wrangler compiles what is imported.
import core from 'cooperator/cooperator.wasm';

await init(core);

function* countPrimes(limit, { progress }) {
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
    progress(n, limit);
    yield;
  }
  return primes;
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/ping') return new Response('pong\n');
    if (pathname !== '/primes') return new Response('/primes?below=1000000, or /ping\n', { status: 404 });
    const limit = Number(searchParams.get('below') ?? 1_000_000);
    const task = cooperate((context) => countPrimes(limit, context), { signal: request.signal });
    return new Response(`${await task} primes below ${limit}\n`);
  },
};
