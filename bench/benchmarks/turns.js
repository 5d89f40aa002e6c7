// Nanoseconds per turn, for one to a million tasks whose turns do almost nothing. The baselines are loops that call the
// same steps and do nothing else; that of C also reads the clock now and then.
import { TASK_COUNTS } from './index.mjs';
import { repeat, rotate } from './support/lists.js';
import { loop, onCooperator, roundRobin, runAtLeast } from './support/runners.js';
import { SAMPLE_MS, costMs, fastest } from './support/timing.js';
import { instantiate, nativeWorks } from './support/wasm-modules.js';

const TURNS_PER_CLOCK_READING = 100_000;
const WARM_UP_MS = 60;
const SLICE_MS = 10; // the default

function* endless() {
  for (;;) yield;
}

// Returns a new result object for each call, as hand-written iterators usually do and generators always do.
const iterator = () => {
  let value = 0;
  return { next: () => ({ done: false, value: value++ }) };
};

function roundRobinWithClock(iterators) {
  let at = 0;
  return loop(() => {
    const end = performance.now() + SLICE_MS;
    let turns = 0;
    do {
      if (iterators[at].next().done) throw new Error('an endless iterator has ended');
      if (++at === iterators.length) at = 0;
      turns++;
    } while (performance.now() < end);
    return turns;
  });
}

const javascript = (makeWork) => ({
  cooperator: (count) => onCooperator(repeat(count, makeWork)),
  baseline: (count) => roundRobin(repeat(count, makeWork)),
  clock: (count) => roundRobinWithClock(repeat(count, makeWork)),
});

async function linkedProgram(read, count) {
  const program = await instantiate(read, 'linked.wasm', { bench_now_ms: () => performance.now() });
  if (program.create(count) === 0) throw new Error('no memory for the tasks');
  return program;
}

/** By part and variant: makes a Runner of `count` tasks. @type {Record<string, Record<string, Function>>} */
const makers = {
  C: {
    /** A C program that links the library. JavaScript starts the slices and takes no part in the turns. */
    async cooperator(count, read) {
      const { slice, turns } = await linkedProgram(read, count);
      return loop(() => {
        const before = turns();
        slice();
        return turns() - before;
      });
    },
    async baseline(count, read) {
      const { rounds } = await linkedProgram(read, count);
      const number = Math.ceil(TURNS_PER_CLOCK_READING / count);
      return loop(() => {
        if (rounds(number) !== 0) throw new Error('an endless step has ended');
        return number * count;
      });
    },
    native: async (count, read) => onCooperator(await nativeWorks(read, count)),
  },
  generator: javascript(endless),
  iterator: javascript(iterator),
  mix: {
    async cooperator(count, read) {
      const works = await nativeWorks(read, Math.ceil(count / 2));
      return onCooperator(repeat(count, (index) => (index % 2 === 0 ? works[index / 2] : endless())));
    },
  },
};

/** Nanoseconds per turn; keys are `<variant> <number of tasks>`. */
export async function measure(part, { round, quick, read }) {
  const figures = {};
  for (const count of TASK_COUNTS) {
    if (quick && count > 1000) break;
    if (part === 'mix' && count === 1) continue; // there is nothing to mix
    for (const [variant, make] of rotate(Object.entries(makers[part]), round)) {
      const runner = await make(count, read);
      // The first turns of a task cost more: run those first, and then at least one turn of each task per sample.
      runAtLeast(2 * count, runner, quick ? WARM_UP_MS / 2 : WARM_UP_MS);
      figures[`${variant} ${count}`] = await fastest(quick || count > 100_000, () => {
        const begin = costMs();
        const turns = runAtLeast(count, runner, SAMPLE_MS);
        return ((costMs() - begin) * 1e6) / turns;
      });
      if (count === TASK_COUNTS.at(-1)) continue; // exiting the process is faster than ending a million tasks
      runner.dispose?.();
      globalThis.gc?.();
    }
  }
  return figures;
}
