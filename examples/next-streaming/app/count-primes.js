// The computation of the page and of the route.

/** Counts the primes from `from` to below `to`. */
export function* countPrimes(from, to) {
  let primes = 0;
  for (let n = Math.max(2, from); n < to; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
    yield;
  }
  return primes;
}
