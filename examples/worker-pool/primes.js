// The job, which runs in the workers.

/** Counts the primes from `from` to below `to`. */
export default function* countPrimes(from, to, { progress }) {
  if (from < 2) throw new RangeError(`a range begins at 2 or later, not at ${from}`);
  let primes = 0;
  for (let n = from; n < to; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
    if (n % 1000 === 0) {
      progress(n - from, to - from);
      yield; // a pause takes effect here
    }
  }
  return primes;
}
