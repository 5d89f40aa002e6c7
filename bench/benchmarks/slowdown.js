// How much slower a loop becomes as tasks: nanoseconds per turn of a plain loop, of generators in a bare loop, and of
// tasks that are fair by turns and by time. Tasks with long lives are added before the measurement and do not end; those
// with short lives are added and end within it.
import { TURNS_OF_SHORT_LIFE, parseSlowdownPart } from './index.mjs';
import { repeat, rotate } from './support/lists.js';
import { manualCooperator } from './support/manual-cooperator.js';
import { loop, onCooperator, roundRobin } from './support/runners.js';
import { SAMPLE_MS, costMs, spin } from './support/timing.js';

const byTime = { fairness: 'time' };
/** So that each of a million tasks has several turns in a sample, and a sample of long turns does not take a minute. */
const LEAST_TURNS = 1_000_000;
const SAMPLES = 3;

/** The ways to run long lives: functions that make a runner of `count` of them. */
const longLives = (steps) => {
  function* endless() {
    for (;;) {
      spin(steps);
      yield;
    }
  }
  return {
    bare: (count) => roundRobin(repeat(count, endless)),
    turns: (count) => onCooperator(repeat(count, endless)),
    time: (count) => onCooperator(repeat(count, endless), byTime),
  };
};

/** The ways to run short lives: each run adds `count` of them and runs them to their ends. */
const shortLives = (steps) => {
  function* life() {
    for (let left = TURNS_OF_SHORT_LIFE; left > 1; left--) {
      spin(steps);
      yield;
    }
    spin(steps);
  }
  const onNewTasks = (count, options) => {
    const { cooperator, runTurns } = manualCooperator([], options);
    const run = () => {
      for (let left = count; left > 0; left--) cooperator.cooperate(life());
      runTurns(count * TURNS_OF_SHORT_LIFE);
      return count * TURNS_OF_SHORT_LIFE;
    };
    return { ...loop(run), dispose: () => cooperator.dispose() };
  };
  return {
    bare: (count) =>
      loop(() => {
        let live = repeat(count, life);
        while (live.length > 0) live = live.filter((iterator) => !iterator.next().done);
        return count * TURNS_OF_SHORT_LIFE;
      }),
    turns: (count) => onNewTasks(count),
    time: (count) => onNewTasks(count, byTime),
  };
};

/** The number of steps of `spin` that take so long. */
function stepsOf(ns) {
  const STEPS = 5_000_000;
  let lowest = Infinity;
  for (let left = SAMPLES + 1; left > 0; left--) {
    const begin = costMs();
    spin(STEPS);
    lowest = Math.min(lowest, costMs() - begin);
  }
  return Math.max(1, Math.round((ns * STEPS) / (lowest * 1e6)));
}

const plainLoop = (steps) => () =>
  loop(() => {
    const TURNS = 10_000;
    for (let left = TURNS; left > 0; left--) spin(steps);
    return TURNS;
  });

/** Keys: `plain`, and `<way> <long or short>`. One task after the other would only be the cost of slices. */
export async function measure(part, { round, quick }) {
  const { turnNs, count } = parseSlowdownPart(part);
  const steps = stepsOf(turnNs);
  const named = (ways, lives) => Object.entries(ways).map(([way, make]) => [`${way} ${lives}`, make]);
  const makers = [
    ['plain', plainLoop(steps)],
    ...named(longLives(steps), 'long'),
    ...(count === 1 ? [] : named(shortLives(steps), 'short')),
  ];
  const figures = {};
  for (const [key, make] of rotate(makers, round)) {
    warmUp(make);
    const runner = make(count);
    const leastTurns = turnNs > 100 && count < LEAST_TURNS ? 10_000 : LEAST_TURNS;
    if (key.endsWith('long')) nsPerTurn(runner, count); // the first turns of tasks, which are slower
    let lowest = Infinity;
    for (let left = quick || count === LEAST_TURNS ? 1 : SAMPLES; left > 0; left--) {
      lowest = Math.min(lowest, nsPerTurn(runner, leastTurns));
    }
    figures[key] = lowest;
    runner.dispose?.();
    globalThis.gc?.();
  }
  return figures;
}

/** Compiles the code that is measured, with few tasks. */
function warmUp(make) {
  const runner = make(100);
  for (let left = 10; left > 0; left--) runner.run(SAMPLE_MS);
  runner.dispose?.();
}

function nsPerTurn(runner, leastTurns) {
  const begin = costMs();
  let turns = 0;
  do turns += runner.run(SAMPLE_MS);
  while (turns < leastTurns);
  return ((costMs() - begin) * 1e6) / turns;
}
