// How late a slice ends. Slices of 2 ms are given by hand and each is timed; turns of a known length are arithmetic.
import { native, predicates } from 'cooperator';
import { byHand, foreignSteps, interruptions, repeat, spin, stepsPerMs } from './shared.js';

export const title = 'Overrun';
export const SLICE_MS = 2;
const TASKS = 100;
const WARM_UP_SLICES = 30;
const RARE = { ms: 0.2, oneIn: 1000 };
const JUMP = { ms: 0.02, every: 10 };
const DRIFT = { mostMs: 0.05, slices: 100 };

export const parts = () => Object.keys(scenarios);

/** Each gives the works, and what is to be done before each slice of those that count. */
const scenarios = {
  'tiny turns': () => ({ works: repeat(TASKS, tiny) }),
  async 'tiny turns in C'({ read }) {
    return { works: await tinyInC(read, TASKS) };
  },
  async 'C and JavaScript'({ read }) {
    const steps = await tinyInC(read, TASKS / 2);
    return { works: repeat(TASKS, (index) => (index % 2 === 0 ? steps[index / 2] : tiny())) };
  },
  'one in 1,000 of 0.2 ms': () => {
    const steps = stepsPerMs() * RARE.ms;
    let turn = 0;
    return {
      works: repeat(TASKS, function* () {
        for (;;) {
          if (++turn % RARE.oneIn === 0) spin(steps);
          yield;
        }
      }),
    };
  },
  'all jump to 0.02 ms': () => {
    const perMs = stepsPerMs();
    let turn = 0;
    let jumpAt = Infinity;
    let usual = 0;
    return {
      works: repeat(TASKS, function* () {
        for (;;) {
          if (++turn > jumpAt) spin(perMs * JUMP.ms);
          yield;
        }
      }),
      // The jump is put in the last sixth of a slice, each time elsewhere: early ones are over when it ends.
      before(slice) {
        const at = slice % JUMP.every;
        if (at === JUMP.every - 1) jumpAt = usual * (1 - (1 / 6) * (((slice / JUMP.every) * 0.618) % 1));
        else jumpAt = Infinity;
        if (at === JUMP.every - 2) usual = turn; // of the slice before
        turn = 0;
      },
      counts: (slice) => slice % JUMP.every === JUMP.every - 1,
    };
  },
  'drifting to 0.05 ms and back': () => {
    const perMs = stepsPerMs();
    let steps = 0;
    return {
      works: repeat(TASKS, function* () {
        for (;;) {
          spin(steps);
          yield;
        }
      }),
      before(slice) {
        steps = (perMs * DRIFT.mostMs * (1 - Math.cos((2 * Math.PI * slice) / DRIFT.slices))) / 2;
      },
    };
  },
};

function* tiny() {
  for (;;) yield;
}

async function tinyInC(read, count) {
  const { step, states } = await foreignSteps(read, count);
  return states.map((state) => native({ step, state }));
}

/** Milliseconds by which slices were too long: `overrun`; `clock` is of a loop that reads the clock after each turn. */
export async function measure(part, { quick, read }) {
  const slices = quick ? 100 : 300;
  const { works, before = () => {}, counts = () => true } = await scenarios[part]({ read });
  const { slice } = byHand(works, { terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
  const figures = { overrun: timed(slice, slices, before, counts) };
  if (part === 'tiny turns') {
    figures.clock = timed(clockedSlice(repeat(TASKS, tiny)), slices, before, counts);
    figures.tick = tickMs();
  }
  return figures;
}

/** The least by which the clock goes on. */
function tickMs() {
  let least = Infinity;
  for (let last = performance.now(), ticks = 0; ticks < 20;) {
    const now = performance.now();
    if (now === last) continue;
    least = Math.min(least, now - last);
    last = now;
    ticks++;
  }
  return least;
}

/** Without those in which the operating system had others run. */
function timed(slice, slices, before, counts) {
  const overruns = [];
  for (let index = 0; index < WARM_UP_SLICES; index++) slice();
  for (let index = 0; index < slices; index++) {
    before(index);
    const interrupted = interruptions();
    const begin = performance.now();
    slice();
    const overrun = Math.max(0, performance.now() - begin - SLICE_MS);
    if (counts(index) && interruptions() === interrupted) overruns.push(overrun);
  }
  return overruns;
}

function clockedSlice(iterators) {
  let at = 0;
  return () => {
    const end = performance.now() + SLICE_MS;
    do {
      iterators[at].next();
      if (++at === iterators.length) at = 0;
    } while (performance.now() < end);
  };
}
