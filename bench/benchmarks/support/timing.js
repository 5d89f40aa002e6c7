// Clocks, and work of a known duration.

const inNode = globalThis.process?.cpuUsage !== undefined;

/**
 * The cost of work in milliseconds: processor time in Node, where other processes do not add to it; wall-clock time in
 * browsers, which do not report processor time.
 */
export const costMs = inNode
  ? () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    }
  : () => performance.now();

/** How long one sample of `fastest` should take: long enough for a clock that may tick in whole milliseconds. */
export const SAMPLE_MS = inNode ? 10 : 30;

/**
 * The lowest of several samples: disturbances only make a sample longer.
 * @param {boolean} quick  take fewer samples
 * @param {() => number | Promise<number>} sample
 */
export async function fastest(quick, sample) {
  let lowest = Infinity;
  for (let left = quick ? 5 : 8; left > 0; left--) lowest = Math.min(lowest, await sample());
  return lowest;
}

/** How often the operating system has preempted this process; always 0 in browsers, which do not report it. */
export const preemptions = inNode ? () => process.resourceUsage().involuntaryContextSwitches : () => 0;

let state = 1;

/** Does `steps` steps of arithmetic that the compiler cannot remove. */
export function spin(steps) {
  for (let step = 0; step < steps; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

/**
 * The number of steps that `spin` does in a millisecond. On a clock that stands still during a turn, as in workerd, it
 * is a fixed number, and `spin` takes longer.
 */
export function stepsPerMs() {
  const STEPS = 2_000_000;
  let best = Infinity;
  for (let attempt = 0; attempt < 8; attempt++) {
    const begin = performance.now();
    spin(STEPS);
    best = Math.min(best, performance.now() - begin);
  }
  return STEPS / Math.max(best, 1);
}
