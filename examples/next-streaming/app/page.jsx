// A page whose rows come as soon as each is computed.
import { Suspense } from 'react';
import { cooperate } from 'cooperator';
import { countPrimes } from './count-primes.js';

export const dynamic = 'force-dynamic';

async function Primes({ below }) {
  const primes = await cooperate(countPrimes(2, below));
  return `${primes} primes below ${below}`;
}

export default function Page() {
  return (
    <ul>
      {[2_000_000, 500_000, 10_000].map((below) => (
        <li key={below}>
          <Suspense fallback="computing">
            <Primes below={below} />
          </Suspense>
        </li>
      ))}
    </ul>
  );
}
