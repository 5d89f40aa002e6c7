// The performance targets P1 to P17, as ratios within one run where possible; the last table of the report. P9 and P10
// are checked by `npm run bench:responsiveness`.
import { FAIRNESS_COUNTS, SHARE_CASES } from './benchmarks/support/time-cases.mjs';
import { quantile } from './report/stats.mjs';
import { formatNumber, formatRange } from './report/table.mjs';

const highest = (summaries) => summaries.reduce((worst, next) => (next.value > worst.value ? next : worst));

/** @typedef {import('./report/results.mjs').Results} Results */

const figure = (path) => (results) => results.summary(path);
const ratio = (above, below) => (results) => results.ratio(above, below);
const worst = (measures) => (results) => highest(measures.map((measure) => measure(results)));

const turns = (part, variant, count) => ['turns', part, `${variant} ${count}`];
/** The worst ratio of two variants, over the numbers of tasks. */
const turnRatio = (part, above, below) =>
  worst([1, 10, 1000].map((count) => ratio(turns(part, above, count), turns(part, below, count))));
/** How much longer a turn takes among a million tasks than among a thousand. */
const growth = (part) => ratio(turns(part, 'cooperator', 1_000_000), turns(part, 'cooperator', 1000));

const overrun = (part, fraction) => (results) => {
  const value = quantile(results.values(['overrun', part, 'overrun']), fraction);
  return { value, low: value, high: value };
};
/** The overrun of a loop that reads the clock after each turn: no slice can be expected to do better. */
const clockOverrun = (fraction) => (results) => quantile(results.values(['overrun', 'tiny turns', 'clock']), fraction);
const clockTick = (results) => Math.min(...results.values(['overrun', 'tiny turns', 'tick']));

/** Bytes of a task, without those of its work. */
const bytesOfTask = (part) => (results) => {
  const bytes = (key) => results.summary(['memory', part, key]).value;
  const value = bytes('wasm') + bytes('heap') - bytes('work');
  return { value, low: value, high: value };
};

/**
 * @param {string} id
 * @param {string} what
 * @param {string} benchmark
 * @param {number | ((results: Results) => number)} limit  the highest acceptable value
 * @param {(results: Results) => { value: number, low: number, high: number }} measured
 * @param {object} [options]
 * @param {'node' | 'browser'} [options.platform]  both if absent
 * @param {(results: Results) => number} [options.attainable]  the best value that this machine allows; if it is above
 *   the limit, missing the target proves nothing
 */
const target = (id, what, benchmark, limit, measured, { platform, attainable = () => 0 } = {}) => ({
  id,
  what,
  benchmark,
  limit: typeof limit === 'function' ? limit : () => limit,
  measured,
  platform,
  attainable,
});

/** A target whose limit depends on the platform. */
const platforms = (limits, make) => Object.entries(limits).map(([platform, limit]) => make(limit, { platform }));

const macrotask = (part) => ratio(['macrotask', part, 'auto()'], ['macrotask', part, 'auto() bare']);

const time = (part, key) => ['time', part, key];
/** Fair by time, as a multiple of fair by turns. */
const byTime = (part) =>
  worst(FAIRNESS_COUNTS.map((count) => ratio(time(part, `time ${count}`), time(part, `turns ${count}`))));

const targets = [
  ...platforms({ node: 1.5, browser: 2 }, (limit, options) =>
    target(
      'P1',
      'C task / wasm loop that reads a clock, 1 to 1,000 tasks',
      'turns',
      limit,
      turnRatio('C', 'cooperator', 'baseline'),
      options,
    ),
  ),
  ...platforms({ node: 1.5, browser: 1.7 }, (limit, options) =>
    target(
      'P2',
      'generator task / bare loop over next(), 1 to 1,000 tasks',
      'turns',
      limit,
      turnRatio('generator', 'cooperator', 'baseline'),
      options,
    ),
  ),
  target(
    'P2b',
    'hand-written iterator task / bare loop over next(), 1 to 1,000 tasks',
    'turns',
    2.5,
    turnRatio('iterator', 'cooperator', 'baseline'),
  ),
  target(
    'P3',
    'generator task / a clock after each step, 1 to 1,000 tasks',
    'turns',
    1 / 2.2,
    turnRatio('generator', 'cooperator', 'clock'),
  ),
  target(
    'P3',
    'generator task / lrt, 1,000 tasks',
    'libraries',
    1 / 3.5,
    ratio(['libraries', 'cooperator 1000', 'turn'], ['libraries', 'lrt 1000', 'turn']),
  ),
  target('P4', 'C task, 1,000,000 / 1,000 tasks', 'turns', 3, growth('C')),
  target('P4', 'generator task, 1,000,000 / 1,000 tasks', 'turns', 3, growth('generator')),
  target('P4b', 'generator task by time / by turns, 1 to 100,000 tasks', 'time', 1.1, byTime('long lives')),
  target('P4b', 'the same, tasks that end after eight turns', 'time', 1.2, byTime('short lives')),
  target(
    'S13',
    'deviation from the exact share / what S13 allows, worst case',
    'time',
    1,
    worst(Object.keys(SHARE_CASES).map((name) => figure(time('shares', `${name} of bound`)))),
  ),
  target(
    'P5',
    'a task of 8 turns, whenDone awaited / an async function that awaits 8 times',
    'lives',
    1,
    ratio(['lives', 'eight turns', 'whenDone'], ['lives', 'eight turns', 'async']),
  ),
  target('P5b', 'bytes of a waiting task, without its work', 'memory', 600, bytesOfTask('waiting for a Promise')),
  target(
    'P6',
    'overrun, tiny turns: p99, ms',
    'overrun',
    (results) => Math.max(0.05, clockTick(results)),
    worst(['tiny turns', 'tiny turns in C', 'C and JavaScript'].map((part) => overrun(part, 0.99))),
    { attainable: clockOverrun(0.99) },
  ),
  target(
    'P7',
    'overrun, 1 turn in 1,000 of 0.2 ms: p99, ms',
    'overrun',
    (results) => 0.3 + clockTick(results),
    overrun('one in 1,000 of 0.2 ms', 0.99),
    { attainable: clockOverrun(0.99) },
  ),
  target(
    'P7',
    'overrun when all turns jump to 0.02 ms: longest, ms',
    'overrun',
    (results) => 1.5 + clockTick(results),
    overrun('all jump to 0.02 ms', 1),
    { attainable: clockOverrun(1) },
  ),
  target('P8', 'macrotask of auto() / the bare primitive', 'macrotask', 1.4, macrotask('node'), { platform: 'node' }),
  ...['page', 'worker'].map((part) =>
    target('P8', `macrotask of auto() / the bare primitive, ${part}`, 'macrotask', 1.2, macrotask(part), {
      platform: 'browser',
    }),
  ),
  target('P11', 'import { cooperate }, gzip, bytes', 'size', 15_360, figure(['size', 'package', 'bundle gzip'])),
  target('P12', 'import to first turn, ms', 'startup', 4, figure(['startup', 'import to first turn', 'turn'])),
  target(
    'P13',
    'native task / the same step linked into the core, 1 to 1,000 tasks',
    'turns',
    3,
    turnRatio('C', 'native', 'cooperator'),
  ),
  target(
    'P14',
    'frames beside 50 generators / beside 50 async functions of 2 ms a turn',
    'time',
    1.03,
    ratio(time('beside async functions', 'generator frames'), time('beside async functions', 'async frames')),
    { platform: 'browser' },
  ),
  target(
    'P14',
    'longest delay of a timer beside 200 async functions of 2 ms a turn / beside 200 generators',
    'time',
    1.2,
    ratio(time('beside async functions', 'async longest'), time('beside async functions', 'generator longest')),
    { platform: 'node' },
  ),
  target(
    'P15',
    'ten async jobs that ask shouldYield(): most / least rounds',
    'time',
    1.2,
    figure(time('equal jobs', 'async')),
  ),
  target(
    'P16',
    'twenty endless cooperators / one: median delay of a timer',
    'time',
    1.2,
    ratio(time('several cooperators', '20 median'), time('several cooperators', '1 median')),
  ),
  target('P16', 'two endless cooperators: most / least work', 'time', 1.2, figure(time('several cooperators', 'pair'))),
  target('P17', 'a request of ten hops beside work, ms', 'time', 15, figure(time('hops', 'auto')), {
    platform: 'node',
  }),
  target(
    'P17',
    'work in slices of 10 ms / in slices of auto(), without requests',
    'time',
    1 / 0.97,
    ratio(time('hops', '10 ms alone'), time('hops', 'auto alone')),
    { platform: 'node' },
  ),
];

function verdict(value, limit, attainable) {
  if (!Number.isFinite(value)) return 'not measured';
  if (value <= limit) return 'met';
  return attainable > limit ? 'the machine was too busy' : 'NOT met';
}

/**
 * @param {Results} results
 * @param {{ names: string[], platform: 'node' | 'browser' }} what  the benchmarks that were run
 * @returns {{ title: string, rows: string[][] }[]}  one table, or none
 */
export function targetTables(results, { names, platform }) {
  const rows = targets
    .filter((target) => names.includes(target.benchmark) && (target.platform ?? platform) === platform)
    .map(({ id, what, limit, measured, attainable }) => {
      const highestAllowed = limit(results);
      const found = measured(results);
      return [
        `${id}  ${what}`,
        `≤ ${formatNumber(highestAllowed)}`,
        found.low === found.high ? formatNumber(found.value) : formatRange(found),
        verdict(found.value, highestAllowed, attainable(results)),
      ];
    });
  return rows.length === 0 ? [] : [{ title: 'Targets', rows: [['', 'target', 'measured', ''], ...rows] }];
}
