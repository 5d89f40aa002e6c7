// The computation: deliberately by trial division, so that there is something to do.

/** A turn's worth of it: a few hundredths of a millisecond. */
const NUMBERS_PER_TURN = 100;

function isPrime(n) {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/** Counts the primes below `limit`; a generator, which gives the turn back every now and then. */
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
