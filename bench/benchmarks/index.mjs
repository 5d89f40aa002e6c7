// The benchmarks, in the order of the report. This file knows their names and parts without importing the package.
// benchmarks/<name>.js exports measure(part, job), which runs on the host and returns the figures of one round.
import { moduleFiles } from './support/foreign-module-files.mjs';

/**
 * @typedef {'node' | 'browser' | 'workerd'} Platform
 *
 * @typedef {object} Benchmark
 * @property {(platform: Platform, quick: boolean) => string[]} parts  each runs in a process or page of its own
 * @property {boolean} [nodeOnly]
 * @property {boolean} [inWorkerd]
 * @property {boolean} [onRequest]  measured only with --only
 * @property {boolean} [inThisProcess]  runs no code of the package, so it needs no host
 * @property {number} [maxRounds]  for figures that do not vary
 * @property {number} [repeats]  how often to measure a part in one round; 1 by default
 * @property {(part: string) => string[] | undefined} [command]  script and arguments of a part in Python
 * @property {(part: string) => boolean} [inWorker]
 * @property {number} [timeoutMs]  of a part; a minute by default
 */

/** Numbers of tasks in the benchmark `turns`; with --quick, those up to 1,000. */
export const TASK_COUNTS = [1, 10, 1000, 100_000, 1_000_000];

/**
 * Numbers of tasks in the benchmark `libraries`; with --quick, the first. With more tasks the figure would mostly be
 * the cost of adding and finishing them, and lrt's cost per turn grows with the number of tasks.
 */
export const LIBRARY_TASK_COUNTS = [1000, 10_000];

/** The tasks of the benchmarks `lives` and `slowdown` that end have so many turns. */
export const TURNS_OF_SHORT_LIFE = 8;

/** Lengths of a turn in the benchmark `slowdown`, in nanoseconds, by name. */
export const SLOWDOWN_TURNS = { '2 ns': 2, '50 ns': 50, '1 µs': 1000 };
/** Numbers of tasks in it; with --quick, those up to 10,000. */
export const SLOWDOWN_COUNTS = [1, 10_000, 1_000_000];

/** Parts of it are named `<length of a turn>, <number of tasks>`. @param {string} part */
export function parseSlowdownPart(part) {
  const [turn, count] = part.split(', ');
  return { turnNs: SLOWDOWN_TURNS[turn], count: Number(count) };
}

/** Rows of the benchmark `libraries`: a module of ../implementations each, but for Twisted's, which is a script. */
export const libraries = {
  'cooperator': { module: 'cooperator', variant: 'auto', title: 'cooperator' },
  'bare-generators': {
    module: 'bare-generators',
    title: 'a bare loop over generators',
    note: 'never yields to the host',
  },
  'set-timeout': { module: 'set-timeout', title: 'a loop over functions that reads the clock after each turn' },
  'lrt': { module: 'lrt', title: 'lrt' },
  'js-coroutines': { module: 'js-coroutines', title: 'js-coroutines', note: 'one task after another' },
  'react-scheduler': {
    module: 'react-scheduler',
    title: "React's scheduler",
    note: 'one task after another; no generators',
  },
  'main-thread-scheduling': {
    module: 'main-thread-scheduling',
    variant: 'smooth',
    title: 'main-thread-scheduling',
    note: 'awaits a Promise each turn; in Node it never yields to the host',
  },
  'co': { module: 'co', title: 'co', note: 'awaits a Promise each turn; never yields to the host' },
  'effect': {
    module: 'effect',
    title: 'Effect, fibers with yieldNow',
    note: 'a macrotask whenever all fibers have had a turn',
  },
  'twisted': { script: 'twisted-cooperator.py', title: "Twisted's Cooperator in CPython" },
};

/** Parts of the benchmark `libraries` are named `<library> <number of tasks>`. @param {string} part */
export function parseLibraryPart(part) {
  const [name, count] = part.split(' ');
  return { library: libraries[name], count: Number(count) };
}

/** @type {Record<string, Benchmark>} */
export const benchmarks = {
  turns: { parts: () => ['C', 'generator', 'iterator', 'mix'] },
  libraries: {
    nodeOnly: true,
    parts: (platform, quick) =>
      (quick ? LIBRARY_TASK_COUNTS.slice(0, 1) : LIBRARY_TASK_COUNTS).flatMap((count) =>
        Object.keys(libraries).map((name) => `${name} ${count}`),
      ),
    command(part) {
      const { library, count } = parseLibraryPart(part);
      return library.script === undefined ? undefined : [`implementations/${library.script}`, String(count)];
    },
  },
  overrun: {
    parts: () => [
      'tiny turns',
      'tiny turns in C',
      'C and JavaScript',
      'one in 1,000 of 0.2 ms',
      'all jump to 0.02 ms',
      'drifting to 0.05 ms and back',
    ],
  },
  time: {
    inWorkerd: true,
    parts: (platform) => [
      // The clock of workerd stands still during a turn.
      ...(platform === 'workerd' ? [] : ['long lives', 'short lives', 'async turns', 'shares']),
      'beside async functions',
      'equal jobs',
      'several cooperators',
      ...(platform === 'node' ? ['hops'] : []),
    ],
  },
  macrotask: {
    parts: (platform) => (platform === 'node' ? ['node'] : ['page', 'worker']),
    inWorker: (part) => part === 'worker',
  },
  slowdown: {
    nodeOnly: true,
    timeoutMs: 300_000,
    parts: (platform, quick) =>
      Object.keys(SLOWDOWN_TURNS).flatMap((turn) =>
        (quick ? SLOWDOWN_COUNTS.slice(0, 2) : SLOWDOWN_COUNTS).map((count) => `${turn}, ${count}`),
      ),
  },
  lives: { nodeOnly: true, parts: () => ['eight turns'] },
  lifecycle: { nodeOnly: true, parts: () => ['generator'] },
  memory: {
    nodeOnly: true,
    maxRounds: 1,
    parts: () => [
      'runnable, a generator',
      'runnable, native',
      'waiting for a Promise',
      'waiting, given as a function',
      'waiting for a Deferred of its own',
    ],
  },
  startup: { parts: () => ['import to first turn'], repeats: 3 },
  preemptible: {
    onRequest: true,
    parts: (platform) => [
      ...Object.keys(moduleFiles),
      ...['suspension', 'overrun', 'stop', 'beside'],
      ...(platform === 'node' ? ['memory'] : []),
    ],
  },
  size: { nodeOnly: true, maxRounds: 1, inThisProcess: true, parts: () => ['package'] },
};
