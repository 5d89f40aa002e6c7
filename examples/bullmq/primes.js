// The computation. Trial division, so that there is enough to do.

/** Keeps a turn at a few hundredths of a millisecond. */
const NUMBERS_PER_TURN = 100;

function isPrime(n) {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/** Counts the primes below `limit`. A generator that yields every `NUMBERS_PER_TURN` numbers. */
export function* countPrimes(limit, progress = () => {}) {
  let count = 0;
  for (let n = 0; n < limit; n++) {
    if (isPrime(n)) count++;
    if (n % NUMBERS_PER_TURN !== 0) continue;
    progress(n, limit);
    yield;
  }
  progress(limit, limit);
  return count;
}
