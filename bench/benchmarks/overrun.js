// How late slices of 2 ms end. The benchmark starts and times each slice itself; long turns spin for a known time.
import { predicates } from 'cooperator';
import { repeat } from './support/lists.js';
import { manualCooperator } from './support/manual-cooperator.js';
import { preemptions, spin, stepsPerMs } from './support/timing.js';
import { nativeWorks } from './support/wasm-modules.js';

const SLICE_MS = 2;
const TASKS = 100;
const WARM_UP_SLICES = 30;
const RARE = { ms: 0.2, oneIn: 1000 };
const JUMP = { ms: 0.02, every: 10 };
const DRIFT = { maxMs: 0.05, slices: 100 };

function* tiny() {
  for (;;) yield;
}

/**
 * By part: the works of the tasks; optionally, what to do before each slice, and which slices count.
 * @type {Record<string, (tools: { read: Function }) => any>}
 */
const scenarios = {
  'tiny turns': () => ({ works: repeat(TASKS, tiny) }),
  'tiny turns in C': async ({ read }) => ({ works: await nativeWorks(read, TASKS) }),
  async 'C and JavaScript'({ read }) {
    const inC = await nativeWorks(read, TASKS / 2);
    return { works: repeat(TASKS, (index) => (index % 2 === 0 ? inC[index / 2] : tiny())) };
  },
  'one in 1,000 of 0.2 ms'() {
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
  'all jump to 0.02 ms'() {
    const perMs = stepsPerMs();
    let turn = 0;
    let jumpAt = Infinity;
    let usualTurns = 0;
    return {
      works: repeat(TASKS, function* () {
        for (;;) {
          if (++turn > jumpAt) spin(perMs * JUMP.ms);
          yield;
        }
      }),
      // Turns jump somewhere in the last sixth of a slice: after an earlier jump the meter would have adapted in time.
      beforeSlice(slice) {
        const phase = slice % JUMP.every;
        if (phase === JUMP.every - 1) jumpAt = usualTurns * (1 - (1 / 6) * (((slice / JUMP.every) * 0.618) % 1));
        else jumpAt = Infinity;
        if (phase === JUMP.every - 2) usualTurns = turn; // in the previous slice
        turn = 0;
      },
      counts: (slice) => slice % JUMP.every === JUMP.every - 1,
    };
  },
  'drifting to 0.05 ms and back'() {
    const perMs = stepsPerMs();
    let steps = 0;
    return {
      works: repeat(TASKS, function* () {
        for (;;) {
          spin(steps);
          yield;
        }
      }),
      beforeSlice(slice) {
        steps = (perMs * DRIFT.maxMs * (1 - Math.cos((2 * Math.PI * slice) / DRIFT.slices))) / 2;
      },
    };
  },
};

/**
 * Milliseconds by which slices were too long: `overrun`; `clock`, for a loop that reads the clock after each turn; and
 * `tick`, the resolution of the clock.
 */
export async function measure(part, { quick, read }) {
  const slices = quick ? 100 : 300;
  const { works, beforeSlice = () => {}, counts = () => true } = await scenarios[part]({ read });
  const { runSlice } = manualCooperator(works, { terminationPredicateFactory: predicates.timeSlice(SLICE_MS) });
  const figures = { overrun: overruns(runSlice, slices, beforeSlice, counts) };
  if (part === 'tiny turns') {
    figures.clock = overruns(sliceWithClock(repeat(TASKS, tiny)), slices, beforeSlice, counts);
    figures.tick = clockTickMs();
  }
  return figures;
}

/** Leaves out the slices in which the operating system preempted the process. */
function overruns(runSlice, slices, beforeSlice, counts) {
  const found = [];
  for (let index = 0; index < WARM_UP_SLICES; index++) runSlice();
  for (let index = 0; index < slices; index++) {
    beforeSlice(index);
    const preempted = preemptions();
    const begin = performance.now();
    runSlice();
    const overrun = Math.max(0, performance.now() - begin - SLICE_MS);
    if (counts(index) && preemptions() === preempted) found.push(overrun);
  }
  return found;
}

function sliceWithClock(iterators) {
  let at = 0;
  return () => {
    const end = performance.now() + SLICE_MS;
    do {
      iterators[at].next();
      if (++at === iterators.length) at = 0;
    } while (performance.now() < end);
  };
}

function clockTickMs() {
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
