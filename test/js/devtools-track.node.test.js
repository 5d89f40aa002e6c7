// The DevTools track: User Timing entries with the fields that Chromium's Performance panel reads. Also stats() with a
// fake clock.

import { runNodeJson } from './support/run-node.js';

/** The name of an entry as it is shown: it ends with a character that tells it from entries of the program. */
const visible = (name) => name.replace(/\u2060$/, '');

/** Runs a short and a long task in a cooperator, and returns its User Timing entries and stats. */
const entriesOf = (options) =>
  runNodeJson(`
  import { PerformanceObserver, performance } from 'node:perf_hooks';
  import { Cooperator, predicates } from 'cooperator';
  const entries = [];
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration, detail } of list.getEntries())
      entries.push({ name, startTime, duration, detail });
  }).observe({ entryTypes: ['measure'] });
  const cooperator = new Cooperator(${options});
  await cooperator.cooperate(function* short() { yield; }).whenDone();
  await cooperator.cooperate(function* long() {
    const end = performance.now() + 100; // longer than any other turn, on a busy machine, too
    while (performance.now() < end) continue;
    yield;
  }).whenDone();
  await new Promise((resolve) => setTimeout(resolve, 0));
  const left = performance.getEntriesByType('measure').length;
  process.stdout.write(JSON.stringify({ entries, left, stats: cooperator.stats() }));
`);

test('a cooperator with a name shows its slices and the turns that exceed a slice', async () => {
  const { entries, left, stats } = await entriesOf(
    `{ name: 'mine', terminationPredicateFactory: predicates.timeSlice(5) }`,
  );
  expect(entries.map(({ name }) => visible(name))).toContain('slice');
  expect(entries.map(({ name }) => visible(name))).toContain('long turn: long');
  expect(
    entries.every(({ detail }) => detail.devtools.track === 'mine' && detail.devtools.dataType === 'track-entry'),
  ).toBe(true);
  expect(entries.find(({ name }) => visible(name) === 'long turn: long').duration).toBeGreaterThanOrEqual(99.9);
  for (const { startTime } of entries) expect(startTime).toBeGreaterThan(0);
  expect(left).toBe(0); // Entries must not accumulate in the host.
  expect(stats.longestTurnTask).toBe('long');
  expect(stats.longestTurnMs).toBeGreaterThanOrEqual(99.9);
});

for (const broken of ['measure', 'clearMeasures']) {
  test(`the work of a named cooperator continues if performance.${broken} throws`, async () => {
    const seen = await runNodeJson(`
      const { performance } = globalThis;
      const calls = [];
      Object.defineProperty(globalThis, 'performance', { value: {
        now: () => performance.now(),
        measure() { calls.push('measure'); },
        clearMeasures() { calls.push('clearMeasures'); },
        ${broken}() { calls.push('broken'); throw new Error('broken'); },
      } });
      const unhandled = [];
      process.on('unhandledRejection', ({ message }) => unhandled.push(message));
      const { Cooperator } = await import('cooperator');
      const errors = [];
      const cooperator = new Cooperator({ name: 'mine', onError: ({ message }) => errors.push(message) });
      const result = await cooperator.cooperate(function* () {
        const end = performance.now() + 12;
        while (performance.now() < end) continue;
        yield;
        return 5;
      }).whenDone();
      await new Promise((resolve) => setTimeout(resolve, 5));
      process.stdout.write(JSON.stringify({ result, errors, unhandled, tried: calls.includes('broken') }));
    `);
    expect(seen).toStrictEqual({ result: 5, errors: [], unhandled: [], tried: true });
  });
}

test('a cooperator without a name shows nothing', async () => {
  const { entries } = await entriesOf('{}');
  expect(entries).toStrictEqual([]);
});

test('stats return the longest slice and turn, and the task of that turn', async () => {
  const stats = await runNodeJson(`
    let time = 0;
    Object.defineProperty(globalThis, 'performance', { value: { now: () => time } });
    const { Cooperator, predicates } = await import('cooperator');
    const requests = [];
    const cooperator = new Cooperator({
      scheduler: (slice) => void requests.push(slice), terminationPredicateFactory: predicates.timeSlice(10),
    });
    for (const [name, turns] of Object.entries({ first: [20, 1], longest: [50, 1], last: [50, 30] })) {
      cooperator.cooperate(function* () { for (const ms of turns) { time += ms; yield; } }, { name });
    }
    while (requests.length !== 0) requests.shift()();
    process.stdout.write(JSON.stringify(cooperator.stats()));
  `);
  expect(stats).toStrictEqual({
    slices: 5,
    turns: 9,
    busyMs: 152,
    longestSliceMs: 50,
    longestTurnMs: 50,
    longestTurnTask: 'longest',
  });
});
