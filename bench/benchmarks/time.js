// Rules S12 to S17: what fairness by time costs and how exact it is, and whether async functions, several cooperators
// and requests of several hops get their part of the time.
import { Cooperator, predicates } from 'cooperator';
import { median } from '../report/stats.mjs';
import { repeat, rotate } from './support/lists.js';
import { manualCooperator } from './support/manual-cooperator.js';
import { loop, onCooperator, roundRobin, runAtLeast } from './support/runners.js';
import { SAMPLE_MS, costMs, fastest, spin, stepsPerMs } from './support/timing.js';
import { ASYNC_COUNTS, FAIRNESS_COUNTS, SHARE_CASES } from './support/time-cases.mjs';

const WARM_UP_MS = 60;
const byTime = { fairness: 'time' };

const delay = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

function* endless() {
  for (;;) yield;
}

/* ---- what a turn costs ---- */

const longLives = {
  bare: (count) => roundRobin(repeat(count, endless)),
  turns: (count) => onCooperator(repeat(count, endless)),
  time: (count) => onCooperator(repeat(count, endless), byTime),
};

const TURNS_OF_SHORT_LIFE = 8;

/** `count` tasks at a time; each ends after eight turns, and adds its successor in its last one. */
function shortLivesOnCooperator(count, options) {
  const { cooperator, runSlice, turns } = manualCooperator([], options);
  let ended = false;
  function* life() {
    for (let left = TURNS_OF_SHORT_LIFE - 1; left > 0; left--) yield;
    if (!ended) cooperator.cooperate(life());
  }
  for (let left = count; left > 0; left--) cooperator.cooperate(life());
  const runSome = () => {
    const before = turns();
    runSlice();
    return turns() - before;
  };
  const dispose = () => {
    ended = true;
    cooperator.dispose();
  };
  return { ...loop(runSome), dispose };
}

function shortLivesInLoop(count) {
  function* life() {
    for (let left = TURNS_OF_SHORT_LIFE - 1; left > 0; left--) yield;
  }
  const iterators = repeat(count, life);
  let at = 0;
  return loop(() => {
    const TURNS = 10_000;
    for (let left = TURNS; left > 0; left--) {
      if (iterators[at].next().done) iterators[at] = life();
      if (++at === count) at = 0;
    }
    return TURNS;
  });
}

const shortLives = {
  bare: shortLivesInLoop,
  turns: (count) => shortLivesOnCooperator(count),
  time: (count) => shortLivesOnCooperator(count, byTime),
};

/**
 * Nanoseconds per turn; keys are `<variant> <number of tasks>`.
 * @param {Record<string, (count: number) => import('./support/runners.js').Runner>} makers
 * @param {number} turnsOfTask  the least number of turns of each task in a sample; fewer than a life would not contain
 *   the ends of tasks that were added at the same time
 * @param {object} job
 */
async function turnCosts(makers, turnsOfTask, { round, quick }) {
  const figures = {};
  for (const count of FAIRNESS_COUNTS) {
    if (quick && count > 1000) break;
    for (const [variant, make] of rotate(Object.entries(makers), round)) {
      const runner = make(count);
      runAtLeast(2 * turnsOfTask * count, runner, WARM_UP_MS);
      figures[`${variant} ${count}`] = await fastest(quick, () => {
        const begin = costMs();
        const turns = runAtLeast(turnsOfTask * count, runner, SAMPLE_MS);
        return ((costMs() - begin) * 1e6) / turns;
      });
      runner.dispose?.();
      globalThis.gc?.();
    }
  }
  return figures;
}

const asyncTurns = {
  /** As many async functions that await nothing, which never yield to the host. */
  async bare(count, ms) {
    const TURNS = Math.ceil(20_000 / count);
    const run = async () => {
      for (let left = TURNS; left > 0; left--) await null;
    };
    let turns = 0;
    const begin = costMs();
    for (const end = performance.now() + ms; performance.now() < end; turns += TURNS * count) {
      await Promise.all(repeat(count, run));
    }
    return ((costMs() - begin) * 1e6) / turns;
  },
  cooperator: (count, ms) =>
    asyncTurnCost(count, ms, async ({ yield: nextTurn }) => {
      for (;;) await nextTurn();
    }),
  /** A turn is one item; the generator awaits nothing else. */
  iterator: (count, ms) =>
    asyncTurnCost(count, ms, async function* () {
      for (;;) yield;
    }),
};

async function asyncTurnCost(count, ms, work) {
  const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(10) });
  for (let left = count; left > 0; left--) cooperator.cooperate(work);
  while (cooperator.stats().turns < 2 * count) await delay(20);
  const before = cooperator.stats().turns;
  const begin = costMs();
  await delay(ms);
  const cost = costMs() - begin;
  const turns = cooperator.stats().turns - before;
  cooperator.dispose();
  return (cost * 1e6) / turns;
}

/** Nanoseconds per turn of an async function or generator; keys are `<variant> <number of tasks>`. */
async function asyncTurnCosts({ round, quick }) {
  const figures = {};
  for (const count of ASYNC_COUNTS) {
    for (const [variant, measureOnce] of rotate(Object.entries(asyncTurns), round)) {
      await measureOnce(count, 200);
      figures[`${variant} ${count}`] = await measureOnce(count, quick ? 200 : 500);
      globalThis.gc?.();
    }
  }
  return figures;
}

/* ---- how exact the shares are ---- */

const QUANTUM_MS = 1;

/**
 * Runs endless tasks of a cooperator that is fair by time. Between two turns the clock is read, and the time since the
 * last reading is the task's that had the turn. For each task, the difference between its time and its share of the
 * total is followed from slice to slice.
 *
 * - `deviation`: the longest that a task was behind or ahead of its share, in milliseconds;
 * - `ofBound`: over any stretch of slices, how much the difference changed, as a part of what S13 allows: a quantum and
 *   one turn of each task, in proportion to the shares.
 */
function shareDeviation(tasks, { ms, perMs, tick }) {
  const total = tasks.reduce((sum, { share }) => sum + share, 0);
  const records = tasks.map(({ turnMs, share }) => ({
    share,
    part: share / total,
    steps: turnMs * perMs,
    ms: 0,
    longestTurnMs: 0,
    least: 0,
    most: 0,
  }));
  let last = 0;
  const { cooperator, runSlice } = manualCooperator([], { ...byTime, quantumMs: QUANTUM_MS });
  for (const record of records) {
    const work = function* () {
      for (;;) {
        spin(record.steps);
        const now = performance.now();
        const turnMs = now - last;
        last = now;
        record.ms += turnMs;
        if (turnMs > record.longestTurnMs) record.longestTurnMs = turnMs;
        yield;
      }
    };
    cooperator.cooperate(work(), { share: record.share });
  }
  const begin = performance.now();
  do {
    last = performance.now();
    runSlice();
    const elapsed = records.reduce((sum, record) => sum + record.ms, 0);
    for (const record of records) {
      const difference = record.ms - elapsed * record.part;
      record.least = Math.min(record.least, difference);
      record.most = Math.max(record.most, difference);
    }
  } while (performance.now() < begin + ms);
  cooperator.dispose();

  const rows = records.map(({ share, longestTurnMs }) => QUANTUM_MS * share + longestTurnMs + tick);
  const allRows = rows.reduce((sum, row) => sum + row, 0);
  const bound = ({ part }, index) => (1 - part) * rows[index] + part * (allRows - rows[index]);
  return {
    deviation: Math.max(...records.map(({ least, most }) => Math.max(-least, most))),
    ofBound: Math.max(...records.map((record, index) => (record.most - record.least) / bound(record, index))),
  };
}

/** Keys are `<case> deviation`, in milliseconds, and `<case> of bound`. */
function shareDeviations({ quick }) {
  const perMs = stepsPerMs();
  const tick = clockTickMs();
  const figures = {};
  for (const [name, tasks] of Object.entries(SHARE_CASES)) {
    const { deviation, ofBound } = shareDeviation(tasks, { ms: quick ? 500 : 2000, perMs, tick });
    figures[`${name} deviation`] = deviation;
    figures[`${name} of bound`] = ofBound;
  }
  return figures;
}

function clockTickMs() {
  const begin = performance.now();
  let now;
  do now = performance.now();
  while (now === begin);
  return now - begin;
}

/* ---- what the host notices ---- */

/** So rare that the slices have their usual length, and irregular, so that a timer may end anywhere in a slice. */
const timerMs = (count) => 10 + ((count * 7) % 20);

/**
 * What a host notices for `ms` milliseconds: the lateness of a timer that is set again and again, and in a page the
 * frames.
 */
async function observeHost(ms) {
  const lateness = [];
  const end = performance.now() + ms;
  let frames = 0;
  let longestFrame = 0;
  let lastFrame = performance.now();
  let stopped = false;
  const onFrame = () => {
    if (stopped) return;
    const now = performance.now();
    frames++;
    longestFrame = Math.max(longestFrame, now - lastFrame);
    lastFrame = now;
    requestAnimationFrame(onFrame);
  };
  const inPage = globalThis.document !== undefined;
  if (inPage) requestAnimationFrame(onFrame);
  const begin = performance.now();
  for (let now = begin; now < end;) {
    const timer = timerMs(lateness.length);
    const due = now + timer;
    await delay(timer);
    now = performance.now();
    lateness.push(Math.max(0, now - due));
  }
  stopped = true;
  const seconds = (performance.now() - begin) / 1000;
  return {
    longest: Math.max(...lateness),
    median: median(lateness),
    ...(inPage ? { frames: frames / seconds, longestFrame } : {}),
  };
}

/** Adds a prefix to the keys of an object. */
const prefixed = (prefix, figures) =>
  Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${prefix} ${key}`, value]));

/** P14: keys are `<idle, generator or async> <longest, median, frames or longestFrame>`. */
async function besideAsyncFunctions({ round, quick }) {
  const TASKS = globalThis.document === undefined ? 200 : 50;
  const TURN_MS = 2;
  const steps = stepsPerMs() * TURN_MS;
  const ms = quick ? 1000 : 2000;
  const variants = {
    idle: undefined,
    *generator() {
      for (;;) {
        spin(steps);
        yield;
      }
    },
    async async({ yield: nextTurn }) {
      for (;;) {
        spin(steps);
        await nextTurn();
      }
    },
  };
  const figures = {};
  for (const [name, work] of rotate(Object.entries(variants), round)) {
    const cooperator = new Cooperator();
    if (work !== undefined) for (let left = TASKS; left > 0; left--) cooperator.cooperate(work);
    Object.assign(figures, prefixed(name, await observeHost(ms)));
    cooperator.dispose();
    await delay(100);
  }
  return figures;
}

let sum = 0;
/** Work of about a microsecond. */
const compute = () => {
  for (let n = 0; n < 1000; n++) sum += Math.sqrt(n);
};

/** P15: ten equal jobs that yield when `shouldYield()` returns true; the most rounds of one by the least. */
async function equalJobs({ round, quick }) {
  const JOBS = 10;
  const variants = {
    generator: (counts, index) =>
      function* ({ shouldYield }) {
        for (;;) {
          compute();
          counts[index]++;
          if (shouldYield()) yield;
        }
      },
    async:
      (counts, index) =>
      async ({ yield: nextTurn, shouldYield }) => {
        for (;;) {
          compute();
          counts[index]++;
          if (shouldYield()) await nextTurn();
        }
      },
  };
  const figures = {};
  for (const [name, makeWork] of rotate(Object.entries(variants), round)) {
    const cooperator = new Cooperator();
    const counts = Array(JOBS).fill(0);
    for (let index = 0; index < JOBS; index++) cooperator.cooperate(makeWork(counts, index));
    await delay(quick ? 500 : 1500);
    figures[name] = Math.max(...counts) / Math.min(...counts);
    cooperator.dispose();
    await delay(20);
  }
  return figures;
}

/** Cooperators with a task each that never ends. */
function endlessCooperators(count, options) {
  const counts = Array(count).fill(0);
  const cooperators = counts.map((_, index) => {
    const cooperator = new Cooperator(options);
    cooperator.cooperate(function* () {
      for (;;) {
        compute();
        counts[index]++;
        yield;
      }
    });
    return cooperator;
  });
  return { counts, dispose: () => cooperators.forEach((cooperator) => cooperator.dispose()) };
}

/** P16: keys are `1 median`, `20 median` and so on; `pair`, the ratio of the work of two. */
async function severalCooperators({ round, quick }) {
  const ms = quick ? 700 : 1500;
  const figures = {};
  for (const count of rotate([1, 20], round)) {
    const { dispose } = endlessCooperators(count);
    await delay(100);
    Object.assign(figures, prefixed(count, await observeHost(ms)));
    dispose();
    await delay(50);
  }
  const { counts, dispose } = endlessCooperators(2);
  await delay(ms);
  figures.pair = Math.max(...counts) / Math.min(...counts);
  dispose();
  return figures;
}

/**
 * P17: the duration of a request of ten hops, `<idle, auto, 10 ms, 1 ms>`, and the rounds of work per millisecond of
 * processor time, `<variant> alone` and `<variant> beside`. The process is never idle.
 */
async function hops({ round, quick }) {
  const { openHops } = await import('./support/hops.js');
  const { requestMs, close } = await openHops();
  const ms = quick ? 300 : 1000;
  await requestMs();
  const figures = { idle: await requestMs() };
  const variants = {
    'auto': {},
    '10 ms': { terminationPredicateFactory: predicates.timeSlice(10) },
    '1 ms': { terminationPredicateFactory: predicates.timeSlice(1) },
  };
  for (const [name, options] of rotate(Object.entries(variants), round)) {
    const { counts, dispose } = endlessCooperators(1, options);
    const rate = async (run) => {
      const before = counts[0];
      const begin = costMs();
      const result = await run();
      return { result, perMs: (counts[0] - before) / (costMs() - begin) };
    };
    await delay(100);
    figures[`${name} alone`] = (await rate(() => delay(ms))).perMs;
    const { result, perMs } = await rate(requestMs);
    figures[name] = result;
    figures[`${name} beside`] = perMs;
    dispose();
    await delay(20);
  }
  close();
  return figures;
}

const parts = {
  'long lives': (job) => turnCosts(longLives, 1, job),
  'short lives': (job) => turnCosts(shortLives, TURNS_OF_SHORT_LIFE, job),
  'async turns': asyncTurnCosts,
  'shares': shareDeviations,
  'beside async functions': besideAsyncFunctions,
  'equal jobs': equalJobs,
  'several cooperators': severalCooperators,
  hops,
};

export async function measure(part, job) {
  const figures = await parts[part](job);
  if (Number.isNaN(sum)) throw new Error('the work was not done');
  return figures;
}
