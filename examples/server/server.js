// An HTTP server with a request that takes long to compute: node server.js <in-one-piece or in-turns>. It listens on
// loopback and writes its address. `/report` computes, and answers how many others were answered meanwhile.
import { createServer } from 'node:http';
import { Cooperator, predicates } from 'cooperator';
import { forEach, range } from 'cooperator/work';

/** A request waits for the slice that is going on: shorter than the default of 10 ms. */
const SLICE_MS = 2;
const LIMIT = 3_000_000;

const kind = process.argv[2];
const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
let answered = 0;

/** Counts primes, by trial division so that there is something to do. */
function makeCount() {
  const count = { primes: 0 };
  const look = (n) => {
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return;
    count.primes++;
  };
  return { count, look };
}

const kinds = {
  'in-one-piece': async () => {
    const { count, look } = makeCount();
    for (let n = 2; n < LIMIT; n++) look(n);
    return count.primes;
  },
  'in-turns': async (signal) => {
    const { count, look } = makeCount();
    await cooperator.cooperate(forEach(range(2, LIMIT), look), { signal, name: 'report' }).whenDone();
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
  const gone = new AbortController(); // who no longer waits for the report need not have it computed
  response.once('close', () => gone.abort());
  try {
    const before = answered;
    const primes = await kinds[kind](gone.signal);
    response.end(JSON.stringify({ primes, answeredMeanwhile: answered - before }));
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
