// Eratosthenes' sieve, a segment in each turn, so that it needs little memory however far it goes.

const SEGMENT = 62500; // odd numbers

function oddPrimesUpTo(limit) {
  const composite = new Uint8Array(limit + 1);
  const primes = [];
  for (let n = 3; n <= limit; n += 2) {
    if (composite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= limit; multiple += 2 * n) composite[multiple] = 1;
  }
  return primes;
}

/** Counts the primes below an even limit; `found` is told of every segment. */
export function* sieve(limit, { progress, found }) {
  // Index i stands for the odd number 2i + 1; the 1 at index 0 is no prime, and makes up for the missing 2.
  const odds = limit / 2;
  const primes = oddPrimesUpTo(Math.floor(Math.sqrt(limit)));
  const nextMultiple = primes.map((prime) => (prime * prime - 1) / 2);
  const composite = new Uint8Array(SEGMENT);
  let count = 0;
  for (let start = 0; start < odds; start += SEGMENT) {
    const length = Math.min(SEGMENT, odds - start);
    composite.fill(0);
    for (let k = 0; k < primes.length; k++) {
      const prime = primes[k];
      if ((prime * prime - 1) / 2 >= start + length) break;
      let index = nextMultiple[k] - start;
      for (; index < length; index += prime) composite[index] = 1;
      nextMultiple[k] = index + start;
    }
    let inSegment = length;
    for (let index = 0; index < length; index++) inSegment -= composite[index];
    count += inSegment;
    found(2 * start, inSegment);
    progress(2 * (start + length), limit);
    yield; // the end of a turn
  }
  return count;
}
