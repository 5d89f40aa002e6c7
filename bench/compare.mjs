// npm run bench:compare -- <commit> [<commit>] [--pairs <number>] [--quick] [--only <benchmark>,…]
//
// Compares key figures of the first commit with those of the second, or of the working tree. The benchmarks are always
// those of the working tree; a commit contributes the package that they measure and the modules of bench/core.
// Measures in pairs of processes that run one after the other: A B, B A, A B, …
// --quick measures fewer pairs. Exit status: 1 if something is slower or larger, 2 after an error.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import { needs, setup } from '../scripts/setup.mjs';
import { main, parseCount, parseNames, showProgress } from './cli.mjs';
import { benchmarks } from './benchmarks/index.mjs';
import { openNode } from './hosts/node.mjs';
import { makeSite } from './hosts/site.mjs';
import { buildCommit, buildWorkingTree } from './packages.mjs';
import { median, medianInterval } from './report/stats.mjs';
import { formatNumber, table } from './report/table.mjs';
import { measureOnce } from './rounds.mjs';

/** With fewer pairs a confidence interval means nothing. */
const LEAST_PAIRS = 5;
const PAIRS = { full: 12, quick: LEAST_PAIRS };
const CONFIDENCE = 0.99;
/** Relative changes below these do not count. Sizes do not vary, times do. */
const TOLERANCE = { time: 0.03, size: 0.005 };

/** Measured only with --only time, because it takes minutes. */
const onRequest = ['time', 'slowdown'];

const time = (part, key, what) => ({ benchmark: 'time', part, key, what });
const turns = (part, variant, count, what) => ({
  benchmark: 'turns',
  part,
  key: `${variant} ${count}`,
  what: `${what}, ${count === 1 ? '1 task' : `${count.toLocaleString('en')} tasks`}`,
});
const keyFigures = [
  ...[1, 1000].flatMap((count) => [
    turns('C', 'cooperator', count, 'turn of a C task'),
    turns('C', 'native', count, 'turn of a native task'),
    turns('generator', 'cooperator', count, 'turn of a generator task'),
    turns('iterator', 'cooperator', count, 'turn of an iterator task'),
  ]),
  turns('mix', 'cooperator', 1000, 'turn of native and generator tasks'),
  { benchmark: 'overrun', part: 'tiny turns', key: 'overrun', what: 'overrun, tiny turns, median' },
  { benchmark: 'overrun', part: 'one in 1,000 of 0.2 ms', key: 'overrun', what: 'overrun, rare long turns, median' },
  time('beside async functions', 'async longest', 'timer beside 200 async functions, longest delay'),
  time('beside async functions', 'generator longest', 'timer beside 200 generators, longest delay'),
  time('equal jobs', 'async', 'ten equal async jobs, most / least rounds'),
  time('several cooperators', '20 median', 'timer beside 20 cooperators, median delay'),
  time('several cooperators', 'pair', 'two cooperators, most / least work'),
  time('hops', 'auto', 'request of ten hops beside work'),
  time('async turns', 'cooperator 1', 'turn of an async function, 1 task'),
  time('async turns', 'cooperator 100', 'turn of an async function, 100 tasks'),
  { benchmark: 'macrotask', part: 'node', key: 'auto()', what: 'macrotask of auto()' },
  { benchmark: 'lifecycle', part: 'generator', key: 'plain', what: 'a task added and finished' },
  { benchmark: 'lifecycle', part: 'generator', key: 'awaited', what: 'the same, whenDone awaited' },
  { benchmark: 'lives', part: 'eight turns', key: 'whenDone', what: 'a task of eight turns, awaited' },
  {
    benchmark: 'slowdown',
    part: '50 ns, 10000',
    key: 'turns long',
    what: 'turn of 50 ns, 10,000 tasks',
  },
  { benchmark: 'startup', part: 'import to first turn', key: 'turn', what: 'import to first turn' },
  { benchmark: 'memory', part: 'runnable, a generator', key: 'wasm', what: 'a task in wasm, bytes', kind: 'size' },
  {
    benchmark: 'memory',
    part: 'runnable, a generator',
    key: 'heap',
    what: 'a task in JavaScript, bytes',
    kind: 'size',
  },
  { benchmark: 'size', part: 'package', key: 'bundle gzip', what: 'bundle, gzip, bytes', kind: 'size' },
  { benchmark: 'size', part: 'package', key: 'wasm raw', what: 'cooperator.wasm, bytes', kind: 'size' },
];

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { pairs: { type: 'string' }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  if (positionals.length < 1 || positionals.length > 2) {
    throw new Error('bench:compare needs one or two commits: npm run bench:compare -- <commit> [<commit>]');
  }
  const known = [...new Set(keyFigures.map(({ benchmark }) => benchmark))];
  const usual = known.filter((name) => !onRequest.includes(name)).join(',');
  const pairs = values.pairs ?? String(values.quick ? PAIRS.quick : PAIRS.full);
  return {
    commits: positionals,
    pairs: parseCount('--pairs', pairs, LEAST_PAIRS),
    names: parseNames('--only', values.only ?? usual, known),
  };
}

/** @returns {Promise<Map<object, [number, number][]>>}  by figure, its pairs */
async function measurePairs(hosts, figures, pairs) {
  const results = new Map(figures.map((figure) => [figure, []]));
  const jobs = new Map(
    figures.map(({ benchmark, part }) => [`${benchmark}, ${part}`, { benchmark, part, quick: true }]),
  );
  for (let round = 0; round < pairs; round++) {
    for (const [title, job] of jobs) {
      if (round >= (benchmarks[job.benchmark].maxRounds ?? pairs)) continue;
      showProgress(`pair ${round + 1} of ${pairs}: ${title} `);
      const pair = [];
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const { host, dist } = hosts[index];
        pair[index] = await measureOnce(host, { ...job, round }, dist);
        const { error } = pair[index];
        if (error !== undefined) throw new Error(`${hosts[index].title}: ${title}: ${error}`);
      }
      for (const figure of figures.filter(({ benchmark, part }) => `${benchmark}, ${part}` === title)) {
        const values = pair.map((all) => all[figure.key]);
        results.get(figure).push(values.map((value) => (Array.isArray(value) ? median(value) : value)));
      }
    }
  }
  showProgress('');
  return results;
}

/** A row of the table, and whether it is worse. */
function compareFigure({ what, kind = 'time' }, pairs) {
  const { value, low, high } = medianInterval(
    pairs.map(([before, after]) => Math.log(after / before)),
    CONFIDENCE,
  );
  const percent = (log) => `${log < 0 ? '' : '+'}${(100 * Math.expm1(log)).toFixed(1)} %`;
  const verdict = low > Math.log1p(TOLERANCE[kind]) ? 'WORSE' : high < -Math.log1p(TOLERANCE[kind]) ? 'better' : '';
  const [before, after] = [0, 1].map((index) => formatNumber(median(pairs.map((pair) => pair[index]))));
  const cells = [what, before, after, percent(value), `${percent(low)} to ${percent(high)}`, verdict];
  return { worse: verdict === 'WORSE', cells };
}

await main(async () => {
  const { commits, pairs, names } = parse();
  await setup(needs.build);
  console.error('Building …');
  const packages = [];
  for (const commit of commits) packages.push(await buildCommit(commit));
  if (packages.length < 2) packages.push(await buildWorkingTree());
  const hosts = [];
  for (const [index, { title, dist, core }] of packages.entries()) {
    const files = await makeSite({ platform: 'node', names, dist, core });
    hosts.push({ title, dist, host: await openNode(files, join(root, 'build/bench', `compare-${index}`)) });
  }
  const figures = keyFigures.filter(({ benchmark }) => names.includes(benchmark));
  const results = await measurePairs(hosts, figures, pairs);
  const compared = [...results].map(([figure, found]) => compareFigure(figure, found));
  console.log(`Before: ${hosts[0].title}\nAfter:  ${hosts[1].title}\n`);
  const head = ['', 'before', 'after', 'change', `${100 * CONFIDENCE} % confidence interval`, ''];
  console.log(table([head, ...compared.map(({ cells }) => cells)]));
  const worse = compared.filter((one) => one.worse).length;
  console.log(
    `\n${worse === 0 ? 'Nothing' : worse} became worse; ${pairs} pairs; changes of less than ` +
      `${100 * TOLERANCE.time} % (sizes: ${100 * TOLERANCE.size} %) do not count.`,
  );
  process.exitCode = worse === 0 ? 0 : 1;
}, 2);
