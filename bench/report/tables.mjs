// The tables of what was measured in one host; each is rows for table(), and what is to be known of them.
import { pairs } from '../subjects/hop.js';
import { peers, sizes as peerSizes } from '../subjects/peers.js';
import { sizes } from '../subjects/turns.js';
import { quantile } from './statistics.mjs';
import { number, spread } from './table.mjs';

const count = (value) => value.toLocaleString('en');
const whole = (value) => (Number.isFinite(value) ? count(Math.round(value)) : '-');

const turnRows = [
  ['C', 'cooperator', 'C task'],
  ['C', 'native', "native task: another module's step"],
  ['C', 'floor', 'floor: a bare wasm loop over function pointers'],
  ['generator', 'cooperator', 'generator task'],
  ['generator', 'floor', 'floor: a bare loop over next()'],
  ['generator', 'clock', 'the same, performance.now() after each step'],
  ['iterator', 'cooperator', 'hand-written iterator task'],
  ['iterator', 'floor', 'floor: a bare loop over next()'],
  ['iterator', 'clock', 'the same, performance.now() after each step'],
  ['mix', 'cooperator', 'native and generator tasks by turns'],
];

function turns(figures) {
  const at = (kind, contender, size) => ['turns', kind, `${contender} ${size}`];
  return [
    {
      title: 'Nanoseconds a turn, by number of tasks',
      rows: [
        ['', ...sizes.map(count)],
        ...turnRows.map(([kind, contender, title]) => [
          title,
          ...sizes.map((size) => number(figures.summary(at(kind, contender, size)).value)),
        ]),
      ],
    },
    {
      title: 'The same as a multiple of the floor in the same round: median (middle half of the rounds)',
      rows: [
        ['', ...sizes.map(count)],
        ...turnRows
          .filter(([kind, contender]) => contender !== 'floor' && kind !== 'mix')
          .map(([kind, contender, title]) => [
            `${kind}: ${title}`,
            ...sizes.map((size) => spread(figures.ratio(at(kind, contender, size), at(kind, 'floor', size)))),
          ]),
      ],
    },
  ];
}

function peersTable(figures) {
  const ours = (size) => ['peers', `cooperator-auto ${size}`, 'turn'];
  return [
    {
      title: 'Nanoseconds a turn of tasks that count, by number of tasks; and as a multiple of ours',
      rows: [
        ['', ...peerSizes.flatMap((size) => [`${count(size)} tasks`, '×'])],
        ...Object.entries(peers).map(([name, { title, note }]) => [
          note === undefined ? title : `${title} (${note})`,
          ...peerSizes.flatMap((size) => {
            const place = ['peers', `${name} ${size}`, 'turn'];
            return [number(figures.summary(place).value), number(figures.ratio(place, ours(size)).value)];
          }),
        ]),
      ],
    },
  ];
}

function overrun(figures, platform, subject) {
  const row = (title, values) => [
    title,
    ...[0.5, 0.99, 0.999, 1].map((part) => number(quantile(values, part))),
    whole(values.length),
  ];
  const tick = Math.min(...figures.values(['overrun', 'tiny turns', 'tick']));
  return [
    {
      title: `Milliseconds by which slices of 2 ms are too long; the clock ticks every ${number(tick * 1000)} µs`,
      rows: [
        ['', 'p50', 'p99', 'p99.9', 'max', 'slices'],
        ...subject.parts(platform).map((part) => row(part, figures.values(['overrun', part, 'overrun']))),
        row('for comparison: tiny turns, a clock after each', figures.values(['overrun', 'tiny turns', 'clock'])),
      ],
    },
  ];
}

function hop(figures, platform, subject) {
  return [
    {
      title: 'Microseconds from one slice to the next, a slice of one turn included',
      rows: [
        ['', 'hop', 'bare primitive', 'µs', '×'],
        ...subject.parts(platform).flatMap((part) =>
          pairs.flatMap(({ name }) => {
            const [ours, bare, beside] = [name, `${name} bare`, `${name} beside`].map((key) => ['hop', part, key]);
            const [primitive] = figures.values(beside);
            return primitive === undefined
              ? []
              : [
                  [
                    platform === 'node' ? name : `${part}: ${name}`,
                    number(figures.summary(ours).value),
                    primitive,
                    number(figures.summary(bare).value),
                    spread(figures.ratio(ours, bare)),
                  ],
                ];
          }),
        ),
      ],
    },
  ];
}

function lifecycle(figures) {
  const at = (key) => ['lifecycle', 'generator', key];
  const row = (key, title) => [
    title,
    whole(figures.summary(at(key)).value),
    spread(figures.ratio(at(key), at('promise'))),
  ];
  return [
    {
      title: 'Nanoseconds to add and finish a generator task, in batches of 1,000',
      rows: [
        ['', 'ns', '× Promise'],
        row('promise', 'floor: a Promise, resolved and awaited'),
        row('plain', 'task'),
        row('whenDone', 'task, whenDone with a callback'),
        row('awaited', 'task, whenDone awaited'),
      ],
    },
  ];
}

function memory(figures, platform, subject) {
  return [
    {
      title: 'Bytes a task',
      rows: [
        ['', 'WebAssembly', 'JavaScript, with the work', 'the work alone'],
        ...subject
          .parts(platform)
          .map((part) => [
            part,
            ...['wasm', 'heap', 'work'].map((key) => whole(figures.summary(['memory', part, key]).value)),
          ]),
      ],
    },
  ];
}

function startup(figures) {
  const row = (key, title) => [title, spread(figures.summary(['startup', 'import to first turn', key]))];
  return [
    {
      title: 'Milliseconds after the import began, in a process or page of its own',
      rows: [['', 'ms'], row('imported', 'imported'), row('turn', 'first turn of the first task')],
    },
  ];
}

function size(figures) {
  const bytes = (key) => whole(figures.summary(['size', 'package', key]).value);
  const row = (key, title) => [title, ...['raw', 'gzip', 'brotli'].map((how) => bytes(`${key} ${how}`))];
  return [
    {
      title: 'Bytes',
      rows: [
        ['', 'raw', 'gzip', 'brotli'],
        row('bundle', 'import { cooperate }, bundled and minified, wasm included'),
        row('wasm', 'cooperator.wasm'),
      ],
    },
  ];
}

const makers = { turns, peers: peersTable, overrun, hop, lifecycle, memory, startup, size };

/** What failed, and why. */
export function failures(figures) {
  const rows = figures.errors().map(({ part, error }) => [part, error]);
  return rows.length === 0 ? [] : [{ title: 'Not measured', rows: [['', 'why'], ...rows] }];
}

/** @returns {{ title: string, rows: string[][] }[]} */
export const tablesOf = (name, figures, platform, subject) => makers[name](figures, platform, subject);
