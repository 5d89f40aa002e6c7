// A generator as a task: counts the primes below a limit with a segmented sieve, a segment per turn.

import { svg, whole } from '../display.js';

const LIMIT = 1e9;
const KNOWN_COUNT = 50847534;       // pi(10^9), sequence A006880 of the OEIS
const SEGMENT = 1 << 16;            // odd numbers in a turn, a byte each: they stay in the processor's cache
const BARS = 50;

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
 * @param {number} limit  even, from 4
 * @param {(from: number, to: number, count: number) => void} found  told of every segment
 */
export function* countPrimes(limit, found) {
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
    found(2 * start, 2 * (start + length), inSegment);
    yield;
  }
  return count;
}

export const primes = {
  id: 'primes',
  title: 'Prime numbers',
  language: 'JavaScript generator',
  about: `Counts the primes below ${whole(LIMIT)}. Bars: how dense they are, by ${whole(LIMIT / BARS)} numbers.`,

  start({ cooperator, view, report }) {
    const bars = Array.from({ length: BARS }, (_, index) => svg('rect', { x: index + 0.1, width: 0.8 }));
    view.append(svg('svg', { viewBox: `0 0 ${BARS} 20`, preserveAspectRatio: 'none', 'aria-hidden': true }, ...bars));
    const primesPerBar = new Float64Array(BARS);
    let count = 0;
    let shownBars = 0;

    function* work({ progress }) {
      const result = yield* countPrimes(LIMIT, (from, to, found) => {
        count += found;
        primesPerBar[Math.floor(from / LIMIT * BARS)] += found;
        progress(to, LIMIT);
      });
      if (result !== KNOWN_COUNT) throw new Error(`counted ${result}, where ${KNOWN_COUNT} would be right`);
      return `${whole(result)} primes: the count that is known to be right.`;
    }

    const task = cooperator.cooperate(work, {
      name: 'primes',
      onProgress({ done, total }) {
        const fullBars = Math.floor(done / total * BARS);
        for (; shownBars < fullBars; shownBars++) showBar(bars[shownBars], primesPerBar[shownBars]);
        report({ done, total, text: `${whole(count)} primes below ${whole(done)}` });
      },
    });
    return { task };
  },
};

/** The first bar is the highest: about one number in sixteen is a prime there. */
function showBar(bar, count) {
  const height = count / (LIMIT / BARS) * 16 * 18;
  bar.setAttribute('y', 20 - height);
  bar.setAttribute('height', height);
}
