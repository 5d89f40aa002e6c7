// What is to be reached, as ratios within one run where that is possible; the last table of the report.
import { quantile } from './report/statistics.mjs';
import { number, spread } from './report/table.mjs';

const SIZES = [1, 10, 1000];

const highest = (summaries) => summaries.reduce((worst, next) => (next.value > worst.value ? next : worst));
const exact = (value) => ({ value, low: value, high: value });
const turns = (kind, contender) => (size) => ['turns', kind, `${contender} ${size}`];
const worstRatio = (ours, theirs) => (figures) => highest(SIZES.map((size) => figures.ratio(ours(size), theirs(size))));
const growth = (place) => (figures) => figures.ratio(place(1_000_000), place(1000));
const overrun = (part, fraction) => (figures) =>
  exact(quantile(figures.values(['overrun', part, 'overrun']), fraction));
/** What a loop that reads the clock after each turn reached: no slice can be expected to end earlier than that. */
const clocked = (fraction) => (figures) => quantile(figures.values(['overrun', 'tiny turns', 'clock']), fraction);
const tick = (figures) => Math.min(...figures.values(['overrun', 'tiny turns', 'tick']));

/**
 * `limit` is the most that it may be, or a function of the figures. `platform`: only there; `subjects`: what has to
 * have been measured; `least`: where the machine let nobody do better than this, a limit below it tells nothing.
 */
const targets = [
  {
    id: 'P1',
    what: 'C task / bare wasm loop, 1 to 1,000 tasks',
    limit: 1.5,
    subjects: ['turns'],
    measured: worstRatio(turns('C', 'cooperator'), turns('C', 'floor')),
  },
  {
    id: 'P2',
    what: 'generator task / bare loop over next(), 1 to 1,000 tasks',
    limit: 1.4,
    subjects: ['turns'],
    measured: worstRatio(turns('generator', 'cooperator'), turns('generator', 'floor')),
  },
  {
    id: 'P3',
    what: 'generator task / a clock after each step, 1 to 1,000 tasks',
    limit: 1 / 2.5,
    subjects: ['turns'],
    measured: worstRatio(turns('generator', 'cooperator'), turns('generator', 'clock')),
  },
  {
    id: 'P3',
    what: 'generator task / lrt, 1,000 tasks',
    limit: 1 / 4,
    subjects: ['peers'],
    platform: 'node',
    measured: (figures) => figures.ratio(['peers', 'cooperator-auto 1000', 'turn'], ['peers', 'lrt 1000', 'turn']),
  },
  {
    id: 'P4',
    what: 'C task, 1,000,000 / 1,000 tasks',
    limit: 3,
    subjects: ['turns'],
    measured: growth(turns('C', 'cooperator')),
  },
  {
    id: 'P4',
    what: 'generator task, 1,000,000 / 1,000 tasks',
    limit: 3,
    subjects: ['turns'],
    measured: growth(turns('generator', 'cooperator')),
  },
  {
    id: 'P5',
    what: 'a task added and finished / a Promise resolved and awaited',
    limit: 5,
    subjects: ['lifecycle'],
    measured: (figures) => figures.ratio(['lifecycle', 'generator', 'plain'], ['lifecycle', 'generator', 'promise']),
  },
  {
    id: 'P5',
    what: 'bytes of a runnable or waiting task in wasm',
    limit: 96,
    subjects: ['memory'],
    measured: (figures) =>
      highest(
        ['runnable, a generator', 'waiting for a Promise'].map((part) => figures.summary(['memory', part, 'wasm'])),
      ),
  },
  {
    id: 'P6',
    what: 'overrun, tiny turns: p99, ms',
    subjects: ['overrun'],
    limit: (figures) => Math.max(0.05, tick(figures)),
    least: clocked(0.99),
    measured: (figures) =>
      highest(['tiny turns', 'tiny turns in C', 'C and JavaScript'].map((part) => overrun(part, 0.99)(figures))),
  },
  {
    id: 'P7',
    what: 'overrun, 1 turn in 1,000 of 0.2 ms: p99, ms',
    subjects: ['overrun'],
    limit: (figures) => 0.3 + tick(figures),
    least: clocked(0.99),
    measured: overrun('one in 1,000 of 0.2 ms', 0.99),
  },
  {
    id: 'P7',
    what: 'overrun when all turns jump to 0.02 ms: longest, ms',
    subjects: ['overrun'],
    limit: (figures) => 1.5 + tick(figures),
    least: clocked(1),
    measured: overrun('all jump to 0.02 ms', 1),
  },
  {
    id: 'P8',
    what: 'hop of auto() / the raw primitive',
    limit: 1.2,
    subjects: ['hop'],
    platform: 'node',
    measured: (figures) => figures.ratio(['hop', 'node', 'auto()'], ['hop', 'node', 'auto() bare']),
  },
  ...['page', 'worker'].map((part) => ({
    id: 'P8',
    what: `hop of auto() / the raw primitive, ${part}`,
    limit: 1.2,
    subjects: ['hop'],
    platform: 'browser',
    measured: (figures) => figures.ratio(['hop', part, 'auto()'], ['hop', part, 'auto() bare']),
  })),
  {
    id: 'P11',
    what: 'import { cooperate }, gzip, bytes',
    limit: 8192,
    subjects: ['size'],
    measured: (figures) => figures.summary(['size', 'package', 'bundle gzip']),
  },
  {
    id: 'P11',
    what: 'cooperator.wasm, bytes',
    limit: 8192,
    subjects: ['size'],
    measured: (figures) => figures.summary(['size', 'package', 'wasm raw']),
  },
  {
    id: 'P12',
    what: 'import to first turn, ms',
    limit: 3,
    subjects: ['startup'],
    measured: (figures) => figures.summary(['startup', 'import to first turn', 'turn']),
  },
  {
    id: 'P13',
    what: 'native task / the same step linked into the core, 1 to 1,000 tasks',
    limit: 3,
    subjects: ['turns'],
    measured: worstRatio(turns('C', 'native'), turns('C', 'cooperator')),
  },
];

function judge(value, most, least) {
  if (!Number.isFinite(value)) return 'not measured';
  if (value <= most) return 'met';
  return least > most ? 'the machine was too busy' : 'NOT met';
}

/** P9 and P10 are those of `npm run bench:responsiveness`. */
export function targetsTable(figures, { names, platform }) {
  const rows = targets
    .filter(
      ({ subjects, platform: only = platform }) => only === platform && subjects.every((name) => names.includes(name)),
    )
    .map(({ id, what, limit, measured, least }) => {
      const most = typeof limit === 'function' ? limit(figures) : limit;
      const found = measured(figures);
      const verdict = judge(found.value, most, least?.(figures) ?? 0);
      const shown = found.low === found.high ? number(found.value) : spread(found);
      return [`${id}  ${what}`, `≤ ${number(most)}`, shown, verdict];
    });
  return rows.length === 0 ? [] : [{ title: 'Targets', rows: [['', 'target', 'measured', ''], ...rows] }];
}
