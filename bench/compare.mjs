// Is it slower than it was? npm run bench:compare -- <commit> [<commit>] [--pairs <number>] [--only <subject>,…]
// Measures the key figures of the first commit and of the second, or of the working tree, in pairs of processes that
// run one after the other, A B, B A, A B, … Exit status 1: something has become worse.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import { needs, setup } from '../scripts/setup.mjs';
import { buildCommit, buildHere } from './checkout.mjs';
import { openNode } from './hosts/node.mjs';
import { makeSite } from './hosts/site.mjs';
import { median, medianWithin } from './report/statistics.mjs';
import { number, table } from './report/table.mjs';

const PAIRS = 12;
const SUBJECTS = ['turns', 'overrun', 'hop', 'lifecycle', 'memory', 'startup', 'size'];
/** Less than this is not worth a word, in times; sizes do not vary. */
const TOLERANCE = { time: 0.03, size: 0.005 };

const turns = (kind, contender, size, what) => ({
  subject: 'turns',
  part: kind,
  key: `${contender} ${size}`,
  what: `${what}, ${size.toLocaleString('en')} tasks`,
});
const keyFigures = [
  ...[1, 1000].flatMap((size) => [
    turns('C', 'cooperator', size, 'turn of a C task'),
    turns('C', 'native', size, 'turn of a native task'),
    turns('generator', 'cooperator', size, 'turn of a generator task'),
    turns('iterator', 'cooperator', size, 'turn of an iterator task'),
  ]),
  turns('mix', 'cooperator', 1000, 'turn of native and generator tasks'),
  { subject: 'overrun', part: 'tiny turns', key: 'overrun', what: 'overrun, tiny turns, median' },
  { subject: 'overrun', part: 'one in 1,000 of 0.2 ms', key: 'overrun', what: 'overrun, rare long turns, median' },
  { subject: 'hop', part: 'node', key: 'auto()', what: 'hop of auto()' },
  { subject: 'lifecycle', part: 'generator', key: 'plain', what: 'a task added and finished' },
  { subject: 'lifecycle', part: 'generator', key: 'awaited', what: 'the same, whenDone awaited' },
  { subject: 'startup', part: 'import to first turn', key: 'turn', what: 'import to first turn' },
  { subject: 'memory', part: 'runnable, a generator', key: 'wasm', what: 'a task in wasm, bytes', kind: 'size' },
  { subject: 'memory', part: 'runnable, a generator', key: 'heap', what: 'a task in JavaScript, bytes', kind: 'size' },
  { subject: 'size', part: 'package', key: 'bundle gzip', what: 'bundle, gzip, bytes', kind: 'size' },
  { subject: 'size', part: 'package', key: 'wasm raw', what: 'cooperator.wasm, bytes', kind: 'size' },
];

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { pairs: { type: 'string', default: String(PAIRS) }, only: { type: 'string' } },
  });
  if (positionals.length < 1 || positionals.length > 2) {
    throw new Error('bench:compare needs one or two commits: npm run bench:compare -- <commit> [<commit>]');
  }
  const pairs = Number(values.pairs);
  // Of fewer, no range tells anything.
  if (!(Number.isInteger(pairs) && pairs >= 5)) {
    throw new Error(`--pairs must be an integer from 5, not ${values.pairs}`);
  }
  const names = values.only?.split(',') ?? SUBJECTS;
  const stranger = names.find((name) => !SUBJECTS.includes(name));
  if (stranger !== undefined) throw new Error(`No subject ${stranger}; there are: ${SUBJECTS.join(', ')}`);
  return { commits: positionals, pairs, names };
}

/** @returns {Promise<Map<object, [number, number][]>>}  of each figure the pairs */
async function measurePairs(hosts, figures, pairs, { once, subjects }) {
  const results = new Map(figures.map((figure) => [figure, []]));
  const jobs = new Map(figures.map(({ subject, part }) => [`${subject}, ${part}`, { subject, part, quick: true }]));
  for (let round = 0; round < pairs; round++) {
    for (const [title, job] of jobs) {
      if (round >= (subjects[job.subject].rounds ?? pairs)) continue;
      process.stderr.write(`\r\x1b[Kpair ${round + 1} of ${pairs}: ${title} `);
      const found = [];
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const { host, dist } = hosts[index];
        found[index] = await once(host, { ...job, round }, dist);
        const { error } = found[index];
        if (error !== undefined) throw new Error(`${hosts[index].title}: ${title}: ${error}`);
      }
      for (const figure of figures.filter(({ subject, part }) => `${subject}, ${part}` === title)) {
        const values = found.map((all) => all[figure.key]);
        results.get(figure).push(values.map((value) => (Array.isArray(value) ? median(value) : value)));
      }
    }
  }
  process.stderr.write('\r\x1b[K');
  return results;
}

function judge({ what, kind = 'time' }, pairs) {
  const { value, low, high } = medianWithin(
    pairs.map(([before, after]) => Math.log(after / before)),
    0.99,
  );
  const percent = (log) => `${log < 0 ? '' : '+'}${(100 * Math.expm1(log)).toFixed(1)} %`;
  const verdict = low > Math.log1p(TOLERANCE[kind]) ? 'WORSE' : high < -Math.log1p(TOLERANCE[kind]) ? 'better' : '';
  const [before, after] = [0, 1].map((index) => number(median(pairs.map((pair) => pair[index]))));
  const cells = [what, before, after, percent(value), `${percent(low)} to ${percent(high)}`, verdict];
  return { worse: verdict === 'WORSE', cells };
}

try {
  const { commits, pairs, names } = parse();
  await setup(needs.build);
  console.error('Building …');
  const packages = [];
  for (const commit of commits) packages.push(await buildCommit(commit));
  const here = await buildHere(); // also what the subjects import, which are of the working tree
  if (packages.length < 2) packages.push(here);
  const [{ once }, { subjects }] = await Promise.all([import('./measure.mjs'), import('./subjects/index.mjs')]);
  const hosts = [];
  for (const [index, { title, dist, core }] of packages.entries()) {
    const inside = names.filter((name) => !subjects[name].outside);
    const files = await makeSite({ platform: 'node', subjects: inside, dist, core });
    hosts.push({ title, dist, host: await openNode(files, join(root, 'build/bench', `compare-${index}`)) });
  }
  const figures = keyFigures.filter(({ subject }) => names.includes(subject));
  const results = await measurePairs(hosts, figures, pairs, { once, subjects });
  const judged = [...results].map(([figure, found]) => judge(figure, found));
  console.log(`Before: ${hosts[0].title}\nAfter:  ${hosts[1].title}\n`);
  console.log(
    table([
      ['', 'before', 'after', 'change', 'which lies, with 99 %, within', ''],
      ...judged.map(({ cells }) => cells),
    ]),
  );
  const worse = judged.filter((one) => one.worse).length;
  const counted = `less than ${100 * TOLERANCE.time} % (sizes: ${100 * TOLERANCE.size} %) is not counted`;
  console.log(`\n${worse === 0 ? 'Nothing has' : `${worse} have`} become worse; ${pairs} pairs; ${counted}.`);
  process.exitCode = worse === 0 ? 0 : 1;
} catch (error) {
  console.error(error.output ?? '');
  console.error(error.message);
  process.exitCode = 2;
}
