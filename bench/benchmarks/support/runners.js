// Ways to run endless tasks, for benchmarks that measure the cost of a turn.
import { manualCooperator } from './manual-cooperator.js';

const TURNS_PER_CLOCK_READING = 100_000;

/**
 * What is measured.
 * @typedef {object} Runner
 * @property {(ms: number) => number} run  runs turns for about `ms` milliseconds; returns how many
 * @property {() => void} [dispose]
 */

/** @param {() => number} runSome  runs some turns; returns how many @returns {Runner} */
export const loop = (runSome) => ({
  run(ms) {
    const end = performance.now() + ms;
    let turns = 0;
    do turns += runSome();
    while (performance.now() < end);
    return turns;
  },
});

/** @param {Iterable<any>} works @param {object} [options]  of the Cooperator @returns {Runner} */
export function onCooperator(works, options) {
  const { cooperator, runSlice, turns } = manualCooperator(works, options);
  const runSome = () => {
    const before = turns();
    runSlice();
    return turns() - before;
  };
  return { ...loop(runSome), dispose: () => cooperator.dispose() };
}

/** A bare loop over `next()`. @param {Iterator<any>[]} iterators  endless ones @returns {Runner} */
export function roundRobin(iterators) {
  let at = 0;
  return loop(() => {
    for (let left = TURNS_PER_CLOCK_READING; left > 0; left--) {
      if (iterators[at].next().done) throw new Error('an endless iterator has ended');
      if (++at === iterators.length) at = 0;
    }
    return TURNS_PER_CLOCK_READING;
  });
}

/** Runs turns for `ms` milliseconds at a time until there have been at least `least`; returns how many. */
export function runAtLeast(least, { run }, ms) {
  let turns = 0;
  do turns += run(ms);
  while (turns < least);
  return turns;
}
