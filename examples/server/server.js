// An HTTP server with one request that takes long to compute: node server.js <in-one-piece or in-turns>. It listens on
// the loopback address and prints its URL. `/report` computes, and responds with the result and the number of other
// requests answered meanwhile.
import { createServer } from 'node:http';
import { Cooperator, predicates } from 'cooperator';
import { forEach, range } from 'cooperator/work';

/** Shorter than the default of 10 ms, because a request waits for the current slice. */
const SLICE_MS = 2;
const LIMIT = 3_000_000;

const kind = process.argv[2];
const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
let answered = 0;

/** Counts primes by trial division, so that there is enough to do. */
function primeCounter() {
  const count = { primes: 0 };
  const countIfPrime = (n) => {
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return;
    count.primes++;
  };
  return { count, countIfPrime };
}

const kinds = {
  'in-one-piece': async () => {
    const { count, countIfPrime } = primeCounter();
    for (let n = 2; n < LIMIT; n++) countIfPrime(n);
    return count.primes;
  },
  'in-turns': async (signal) => {
    const { count, countIfPrime } = primeCounter();
    await cooperator.cooperate(forEach(range(2, LIMIT), countIfPrime), { signal, name: 'report' }).whenDone();
    return count.primes;
  },
};
if (kinds[kind] === undefined) throw new Error(`usage: node server.js <${Object.keys(kinds).join(' or ')}>`);

const server = createServer(async (request, response) => {
  if (request.url !== '/report') {
    answered++;
    response.end('here');
    return;
  }
  const closed = new AbortController(); // stops the computation when the client disconnects
  response.once('close', () => closed.abort());
  try {
    const before = answered;
    const primes = await kinds[kind](closed.signal);
    response.end(JSON.stringify({ primes, answeredMeanwhile: answered - before }));
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
