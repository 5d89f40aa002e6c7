// The sieve of Eratosthenes, one segment in each turn. Segments keep the memory small, however far it counts.

const SEGMENT = 62500; // odd numbers, and so 125,000 numbers

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

/**
 * Counts the primes below a limit.
 * @param {number} limit  an even number
 * @param {object} callbacks
 * @param {(done: number, total: number) => void} callbacks.progress
 * @param {(from: number, primes: number) => void} callbacks.onSegment  called with the first number of each segment and
 *   how many primes it contains
 */
export function* sieve(limit, { progress, onSegment }) {
  // Index i stands for the odd number 2i + 1. Index 0 is the 1, which is not prime; it is counted in place of the 2.
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
    onSegment(2 * start, inSegment);
    progress(2 * (start + length), limit);
    yield; // ends the turn
  }
  return count;
}
