// The tables of each benchmark: a title, and rows for table().
import {
  LIBRARY_TASK_COUNTS,
  SLOWDOWN_COUNTS,
  SLOWDOWN_TURNS,
  TASK_COUNTS,
  benchmarks,
  libraries,
} from '../benchmarks/index.mjs';
import { ASYNC_COUNTS, FAIRNESS_COUNTS, SHARE_CASES } from '../benchmarks/support/time-cases.mjs';
import { moduleFiles } from '../benchmarks/support/foreign-module-files.mjs';
import { quantile } from './stats.mjs';
import { formatInteger, formatNumber, formatRange } from './table.mjs';

const turnRows = [
  ['C', 'cooperator', 'C task'],
  ['C', 'native', "native task: another module's step"],
  ['C', 'baseline', 'baseline: a wasm loop over function pointers'],
  ['generator', 'cooperator', 'generator task'],
  ['generator', 'baseline', 'baseline: a bare loop over next()'],
  ['generator', 'clock', 'the same, performance.now() after each step'],
  ['iterator', 'cooperator', 'hand-written iterator task'],
  ['iterator', 'baseline', 'baseline: a bare loop over next()'],
  ['iterator', 'clock', 'the same, performance.now() after each step'],
  ['mix', 'cooperator', 'native and generator tasks in turn'],
];

function turns(results) {
  const path = (part, variant, count) => ['turns', part, `${variant} ${count}`];
  const head = ['', ...TASK_COUNTS.map(formatInteger)];
  const nanoseconds = turnRows.map(([part, variant, label]) => [
    label,
    ...TASK_COUNTS.map((count) => formatNumber(results.summary(path(part, variant, count)).value)),
  ]);
  const multiples = turnRows
    .filter(([part, variant]) => variant !== 'baseline' && part !== 'mix')
    .map(([part, variant, label]) => [
      `${part}: ${label}`,
      ...TASK_COUNTS.map((count) =>
        formatRange(results.ratio(path(part, variant, count), path(part, 'baseline', count))),
      ),
    ]);
  return [
    { title: 'Nanoseconds per turn, by number of tasks', rows: [head, ...nanoseconds] },
    { title: 'As a multiple of the baseline in the same round: median (quartiles)', rows: [head, ...multiples] },
  ];
}

function librariesTable(results) {
  const path = (name, count) => ['libraries', `${name} ${count}`, 'turn'];
  return [
    {
      title: 'Nanoseconds per turn of tasks that count, by number of tasks; and as a multiple of cooperator',
      rows: [
        ['', ...LIBRARY_TASK_COUNTS.flatMap((count) => [`${formatInteger(count)} tasks`, '×'])],
        ...Object.entries(libraries).map(([name, { title, note }]) => [
          note === undefined ? title : `${title} (${note})`,
          ...LIBRARY_TASK_COUNTS.flatMap((count) => [
            formatNumber(results.summary(path(name, count)).value),
            formatNumber(results.ratio(path(name, count), path('cooperator', count)).value),
          ]),
        ]),
      ],
    },
  ];
}

function overrun(results, platform) {
  const row = (label, values) => [
    label,
    ...[0.5, 0.99, 0.999, 1].map((fraction) => formatNumber(quantile(values, fraction))),
    formatInteger(values.length),
  ];
  const values = (part, key) => results.values(['overrun', part, key]);
  const tick = formatNumber(1000 * Math.min(...values('tiny turns', 'tick')));
  return [
    {
      title: `Milliseconds by which slices of 2 ms are too long; the clock ticks every ${tick} µs`,
      rows: [
        ['', 'p50', 'p99', 'p99.9', 'max', 'slices'],
        ...benchmarks.overrun.parts(platform).map((part) => row(part, values(part, 'overrun'))),
        row('for comparison: tiny turns, a clock after each', values('tiny turns', 'clock')),
      ],
    },
  ];
}

function time(results, platform) {
  const path = (part, key) => ['time', part, key];
  const value = (part, key) => formatNumber(results.summary(path(part, key)).value);
  const range = (part, key) => formatRange(results.summary(path(part, key)));
  const ratio = (part, above, below) => formatRange(results.ratio(path(part, above), path(part, below)));

  const fairnessRows = ['long lives', 'short lives'].flatMap((part) => [
    ...[
      ['bare', 'a bare loop over next()'],
      ['turns', 'fair by turns'],
      ['time', 'fair by time'],
    ].map(([key, label]) => [`${part}: ${label}`, ...FAIRNESS_COUNTS.map((count) => value(part, `${key} ${count}`))]),
    [`${part}: by time / by turns`, ...FAIRNESS_COUNTS.map((count) => ratio(part, `time ${count}`, `turns ${count}`))],
  ]);
  const asyncRows = [
    ['bare', 'baseline: async functions that await nothing'],
    ['cooperator', 'async function that awaits yield()'],
    ['iterator', 'async generator'],
  ].flatMap(([key, label]) => [
    [label, ...ASYNC_COUNTS.map((count) => value('async turns', `${key} ${count}`))],
    ...(key === 'bare'
      ? []
      : [['× baseline', ...ASYNC_COUNTS.map((count) => ratio('async turns', `${key} ${count}`, `bare ${count}`))]]),
  ]);

  const beside = 'beside async functions';
  const inPages = platform === 'browser';
  const besideRow = (key, label) => [
    label,
    ...(inPages ? [value(beside, `${key} frames`), value(beside, `${key} longestFrame`)] : []),
    ...['median', 'longest'].map((kind) => value(beside, `${key} ${kind}`)),
  ];
  const parts = benchmarks.time.parts(platform);
  const several = 'several cooperators';
  const hopsRows = [
    ['auto', 'auto()'],
    ['10 ms', 'slices of 10 ms'],
    ['1 ms', 'slices of 1 ms'],
  ].map(([key, label]) => [
    label,
    range('hops', key),
    ...['alone', 'beside'].map((when) => ratio('hops', `${key} ${when}`, '10 ms alone')),
  ]);

  const tables = [
    {
      part: results.has('time', 'long lives') ? 'long lives' : 'short lives',
      title: 'Fairness by time: nanoseconds per turn of a generator, by number of tasks; short lives have eight turns',
      rows: [['', ...FAIRNESS_COUNTS.map(formatInteger)], ...fairnessRows],
    },
    {
      part: 'async turns',
      title: 'Nanoseconds per turn of an async function or generator, by number of tasks',
      rows: [['', ...ASYNC_COUNTS.map(formatInteger)], ...asyncRows],
    },
    {
      part: 'shares',
      title: 'Fairness by time with a quantum of 1 ms: how far a task is from its share, and as a part of the bound',
      rows: [
        ['length of the turns', 'ms', '× bound'],
        ...Object.keys(SHARE_CASES).map((name) => [
          name,
          range('shares', `${name} deviation`),
          range('shares', `${name} of bound`),
        ]),
      ],
    },
    {
      part: beside,
      title: `What the host notices of ${inPages ? 50 : 200} tasks with turns of 2 ms; lateness of a timer in milliseconds`,
      rows: [
        ['', ...(inPages ? ['frames per second', 'longest frame, ms'] : []), 'timer, median', 'timer, longest'],
        besideRow('idle', 'no tasks'),
        besideRow('generator', 'generators'),
        besideRow('async', 'async functions'),
      ],
    },
    {
      part: 'equal jobs',
      title: 'Ten equal jobs that yield when shouldYield() returns true: the most rounds / the least',
      rows: [
        ['', '×'],
        ['generators', range('equal jobs', 'generator')],
        ['async functions', range('equal jobs', 'async')],
      ],
    },
    {
      part: several,
      title: 'Cooperators with endless work; lateness of a timer in milliseconds',
      rows: [
        ['', 'median', 'longest', '× one'],
        ...[1, 20].map((count) => [
          `${count} ${count === 1 ? 'cooperator' : 'cooperators'}`,
          ...['median', 'longest'].map((kind) => value(several, `${count} ${kind}`)),
          ratio(several, `${count} median`, '1 median'),
        ]),
        ['two cooperators: the most work / the least', '', '', range(several, 'pair')],
      ],
    },
    {
      part: 'hops',
      title: 'A request of ten hops beside work, and the work done as a part of that with slices of 10 ms alone',
      rows: [
        ['', 'request, ms', 'work alone', 'work beside requests'],
        ['no work', range('hops', 'idle'), '', ''],
        ...hopsRows,
      ],
    },
  ];
  if (platform === 'workerd') {
    tables.push({
      part: beside,
      title: 'Milliseconds that other requests take during a benchmark',
      rows: [
        ['', 'median', 'longest'],
        // The first part measures the speed of the machine in one long turn, for which requests wait.
        ...parts.slice(1).map((part) => [part, range(part, 'request'), range(part, 'longestRequest')]),
      ],
    });
  }
  return tables.filter(({ part }) => parts.includes(part) && results.has('time', part));
}

function macrotask(results, platform) {
  const rows = benchmarks.macrotask.parts(platform).flatMap((part) =>
    ['auto()', 'message()', 'immediate()', 'postTask()', 'timeout()'].flatMap((name) => {
      const [ours, bare, primitives] = [name, `${name} bare`, `${name} primitive`].map((key) => [
        'macrotask',
        part,
        key,
      ]);
      const [primitive] = results.values(primitives);
      if (primitive === undefined) return []; // this host does not have it
      return [
        [
          platform === 'node' ? name : `${part}: ${name}`,
          formatNumber(results.summary(ours).value),
          primitive,
          formatNumber(results.summary(bare).value),
          formatRange(results.ratio(ours, bare)),
        ],
      ];
    }),
  );
  const head = ['', 'µs', 'bare primitive', 'µs', '×'];
  return [{ title: 'Microseconds from one slice to the next, including a slice of one turn', rows: [head, ...rows] }];
}

function slowdown(results) {
  const path = (turn, count, key) => ['slowdown', `${turn}, ${count}`, key];
  const multiples = (turn, key, label) => [
    `${turn}: ${label}`,
    ...SLOWDOWN_COUNTS.map((count) =>
      formatNumber(results.ratio(path(turn, count, key), path(turn, count, 'plain')).value),
    ),
  ];
  const rows = Object.keys(SLOWDOWN_TURNS).flatMap((turn) => [
    [
      `${turn}: a plain loop, ns a turn`,
      ...SLOWDOWN_COUNTS.map((count) => formatNumber(results.summary(path(turn, count, 'plain')).value)),
    ],
    multiples(turn, 'bare long', 'generators in a bare loop'),
    multiples(turn, 'turns long', 'tasks, fair by turns'),
    multiples(turn, 'time long', 'tasks, fair by time'),
    multiples(turn, 'bare short', 'generators of eight turns in a bare loop'),
    multiples(turn, 'turns short', 'tasks of eight turns, fair by turns'),
    multiples(turn, 'time short', 'tasks of eight turns, fair by time'),
  ]);
  const title =
    'How much slower a loop becomes: multiples of a plain loop, by the length of a turn and the number of tasks';
  return [{ title, rows: [['', ...SLOWDOWN_COUNTS.map(formatInteger)], ...rows] }];
}

function lives(results) {
  const path = (key) => ['lives', 'eight turns', key];
  const row = (key, label) => [
    label,
    formatInteger(results.summary(path(key)).value),
    formatRange(results.ratio(path(key), path('async'))),
  ];
  return [
    {
      title: 'Nanoseconds per life of 100,000 tasks of eight turns, with their macrotasks',
      rows: [
        ['', 'ns', '× async function'],
        row('async', 'baseline: async functions that await in each turn'),
        row('whenDone', 'tasks, whenDone awaited'),
        row('task', 'tasks, awaited themselves'),
      ],
    },
  ];
}

function lifecycle(results) {
  const path = (key) => ['lifecycle', 'generator', key];
  const row = (key, label) => [
    label,
    formatInteger(results.summary(path(key)).value),
    formatRange(results.ratio(path(key), path('promise'))),
  ];
  return [
    {
      title: 'Nanoseconds to add and finish a generator task, in batches of 1,000',
      rows: [
        ['', 'ns', '× Promise'],
        row('promise', 'baseline: a Promise, resolved and awaited'),
        row('plain', 'task'),
        row('whenDone', 'task, whenDone with a callback'),
        row('awaited', 'task, whenDone awaited'),
      ],
    },
  ];
}

function memory(results, platform) {
  const cell = (part, key) => formatInteger(results.summary(['memory', part, key]).value);
  return [
    {
      title: 'Bytes per task',
      rows: [
        ['', 'WebAssembly', 'JavaScript, with the work', 'the work alone'],
        ...benchmarks.memory
          .parts(platform)
          .map((part) => [part, ...['wasm', 'heap', 'work'].map((key) => cell(part, key))]),
      ],
    },
  ];
}

function startup(results) {
  const row = (key, label) => [label, formatRange(results.summary(['startup', 'import to first turn', key]))];
  return [
    {
      title: 'Milliseconds from the start of the import, in a new process or page',
      rows: [['', 'ms'], row('imported', 'imported'), row('turn', 'first turn of the first task')],
    },
  ];
}

function size(results) {
  const cell = (key) => formatInteger(results.summary(['size', 'package', key]).value);
  const row = (key, label) => [label, ...['raw', 'gzip', 'brotli'].map((encoding) => cell(`${key} ${encoding}`))];
  return [
    {
      title: 'Bytes',
      rows: [
        ['', 'raw', 'gzip', 'brotli'],
        row('bundle', 'import { cooperate }, bundled and minified, including wasm'),
        row('wasm', 'cooperator.wasm'),
      ],
    },
  ];
}

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function preemptibleTables(results, platform) {
  const path = (part, key) => ['preemptible', part, key];
  const modules = Object.keys(moduleFiles).filter((name) => results.values(path(name, 'plain')).length > 0);
  const first = (name, key) => results.values(path(name, key))[0];
  const slowdown = (name) => results.ratio(path(name, 'instrumented'), path(name, 'plain'));
  const growth = (name) => first(name, 'after') / first(name, 'before');
  const speed = (name) => {
    const { value } = results.summary(path(name, 'rewriteMs'));
    return first(name, 'before') / 1000 / value;
  };
  const worst = (values) => formatNumber(Math.max(...values));
  const slowdowns = modules.map((name) => slowdown(name).value);
  const growths = modules.map(growth);
  const ms = (part, key) => {
    const values = results.values(path(part, key));
    return [0.5, 0.99, 1].map((fraction) => formatNumber(quantile(values, fraction)));
  };
  const row = (label, part, key) => [label, ...ms(part, key)];
  const frames = platform === 'browser';
  return [
    {
      title: 'Modules that were never written to yield: with checks, as a multiple of the plain module',
      rows: [
        ['', 'time: median (quartiles)', 'size', 'rewriting, MB per second'],
        ...modules.map((name) => [
          name,
          formatRange(slowdown(name)),
          formatNumber(growth(name)),
          formatNumber(speed(name)),
        ]),
        ['geometric mean', formatNumber(geometricMean(slowdowns)), formatNumber(geometricMean(growths)), ''],
        ['worst', worst(slowdowns), worst(growths), ''],
      ],
    },
    {
      title: 'Tasks of SQLite',
      rows: [
        ['', 'median', 'p99', 'longest'],
        ['a suspension, µs', formatNumber(results.summary(path('suspension', 'microseconds')).value), '', ''],
        ...(frames
          ? []
          : [['bytes of a suspended call', formatInteger(results.summary(path('memory', 'bytes')).value), '', '']]),
        row('a turn of 1 ms, longer by ms', 'overrun', 'overrun'),
        row('stop, instance lost, ms', 'stop', 'lose'),
        row('stop, 16 MB put back, ms', 'stop', 'restore'),
        row('timer beside eight queries and a generator, late by ms', 'beside', 'late'),
        ...(frames
          ? [
              ['frames per second beside them', formatNumber(results.summary(path('beside', 'frames')).value), '', ''],
              ['longest frame, ms', formatNumber(results.summary(path('beside', 'longestFrame')).value), '', ''],
            ]
          : []),
        [
          'fair by time: the most time of the eight / the least',
          formatNumber(results.summary(path('beside', 'shares')).value),
          '',
          '',
        ],
        ['part of the time that they have', formatNumber(results.summary(path('beside', 'work')).value), '', ''],
      ],
    },
  ];
}

const makers = {
  preemptible: preemptibleTables,
  turns,
  libraries: librariesTable,
  overrun,
  time,
  macrotask,
  slowdown,
  lives,
  lifecycle,
  memory,
  startup,
  size,
};

/**
 * The tables of these benchmarks, and one of what failed, if anything did.
 * @param {import('./results.mjs').Results} results
 * @param {{ names: string[], platform: import('../benchmarks/index.mjs').Platform }} what
 * @returns {{ title: string, rows: string[][] }[]}
 */
export function benchmarkTables(results, { names, platform }) {
  const failed = results.errors().map(({ name, error }) => [name, error]);
  return [
    ...names.flatMap((name) => makers[name](results, platform)),
    ...(failed.length === 0 ? [] : [{ title: 'Not measured', rows: [['', 'why'], ...failed] }]),
  ];
}
