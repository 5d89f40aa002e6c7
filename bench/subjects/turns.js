// Nanoseconds a turn, for one to a million tasks whose turns do next to nothing: beside the floors, which are loops
// that call the same steps and do nothing else.
import { native } from 'cooperator';
import { PIECE_MS, byHand, costMs, foreignSteps, instance, least, repeat, rotated } from './shared.js';

export const title = 'Turns';
export const sizes = [1, 10, 1000, 100_000, 1_000_000];
/** Each in a process of its own: what one kind of iterator teaches the compiler is not another's. */
export const parts = () => Object.keys(kinds);

const TURNS_BETWEEN_READINGS = 100_000;
const WARM_UP_MS = 60;
const SLICE_MS = 10; // the default

function* endless() {
  for (;;) yield;
}

// As people write them: a new result for each call, as a generator makes, too.
const iterator = () => {
  let value = 0;
  return { next: () => ({ done: false, value: value++ }) };
};

/** What to measure: `go(ms)` gives turns for that long, or some slices longer, and returns how many. */
const onCooperator = (works) => {
  const { cooperator, slice, turns } = byHand(works);
  return {
    go(ms) {
      const before = turns();
      const end = performance.now() + ms;
      do slice();
      while (performance.now() < end);
      return turns() - before;
    },
    dispose: () => cooperator.dispose(),
  };
};

const loop = (turn) => ({
  go(ms) {
    const end = performance.now() + ms;
    let turns = 0;
    do turns += turn();
    while (performance.now() < end);
    return turns;
  },
});

const roundRobin = (iterators) => {
  let at = 0;
  return loop(() => {
    for (let left = TURNS_BETWEEN_READINGS; left > 0; left--) {
      if (iterators[at].next().done) throw new Error('an endless iterator has ended');
      if (++at === iterators.length) at = 0;
    }
    return TURNS_BETWEEN_READINGS;
  });
};

const roundRobinWithClock = (iterators) => {
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
};

const javascript = (make) => ({
  cooperator: (size) => onCooperator(repeat(size, make)),
  floor: (size) => roundRobin(repeat(size, make)),
  clock: (size) => roundRobinWithClock(repeat(size, make)),
});

async function linked(read, size) {
  const { exports } = await instance(read, 'linked.wasm', { bench_now_ms: () => performance.now() });
  if (exports.create(size) === 0) throw new Error('no memory for the tasks');
  return exports;
}

async function foreign(read, size) {
  const { step, states } = await foreignSteps(read, size);
  return states.map((state) => native({ step, state }));
}

const kinds = {
  C: {
    /** A C program around the library; the slices are given from JavaScript, the turns are not. */
    async cooperator(size, read) {
      const { slice, turns } = await linked(read, size);
      return loop(() => {
        const before = turns();
        slice();
        return turns() - before;
      });
    },
    async floor(size, read) {
      const { rounds } = await linked(read, size);
      const number = Math.ceil(TURNS_BETWEEN_READINGS / size);
      return loop(() => {
        if (rounds(number) !== 0) throw new Error('an endless step has ended');
        return number * size;
      });
    },
    async native(size, read) {
      return onCooperator(await foreign(read, size));
    },
  },
  generator: javascript(endless),
  iterator: javascript(iterator),
  mix: {
    async cooperator(size, read) {
      const steps = await foreign(read, Math.ceil(size / 2));
      return onCooperator(repeat(size, (index) => (index % 2 === 0 ? steps[index / 2] : endless())));
    },
  },
};

function atLeast(turns, { go }, ms) {
  let given = 0;
  do given += go(ms);
  while (given < turns);
  return given;
}

/** Nanoseconds a turn, by contender and size. */
export async function measure(part, { round, quick, read }) {
  const figures = {};
  for (const size of sizes) {
    if (quick && size > 1000) break;
    if (part === 'mix' && size === 1) continue; // there is nothing to mix
    for (const [name, make] of rotated(Object.entries(kinds[part]), round)) {
      const contender = await make(size, read);
      // Each task has had its first turns, which cost more, and all have as many of those that count.
      atLeast(2 * size, contender, quick ? WARM_UP_MS / 2 : WARM_UP_MS);
      figures[`${name} ${size}`] = await least(quick || size > 100_000, () => {
        const begin = costMs();
        const turns = atLeast(size, contender, PIECE_MS);
        return ((costMs() - begin) * 1e6) / turns;
      });
      if (size === sizes.at(-1)) continue; // to end a million tasks takes longer than to end the process
      contender.dispose?.();
      globalThis.gc?.();
    }
  }
  return figures;
}
