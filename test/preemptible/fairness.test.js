// Fairness between calls of modules and generators, on a clock that only the modules and generators move.
import { program } from '../js/support/preemptible-modules.js';

let now = 0;
performance.now = () => now;
// The package takes the clock when it is imported.
const { Cooperator, predicates } = await import('cooperator');
const { FakeScheduler } = await import('cooperator/testing');
const { preemptible, supported } = await import('cooperator/preemptible');

const STEP_MS = 0.05;

/** An instance whose `sum` takes 0.05 ms a number. */
async function open(options) {
  const p = preemptible(options);
  const env = { note: () => (now += STEP_MS), back: () => 0, twice: () => 0 };
  await p.instantiate(Uint8Array.from(program), { env });
  return p;
}

function setup(options) {
  const scheduler = new FakeScheduler();
  const cooperator = new Cooperator({
    scheduler: scheduler.schedule,
    terminationPredicateFactory: predicates.timeSlice(10),
    ...options,
  });
  const run = async (ms) => {
    for (const end = now + ms; now < end;) {
      scheduler.pump();
      for (let flush = 0; flush < 200; flush++) await null;
    }
  };
  return { cooperator, run };
}

function* count() {
  for (;;) {
    now += STEP_MS;
    yield;
  }
}

const busyMsOf = (tasks) => tasks.map((task) => task.stats().busyMs);

if (supported) {
  test('S13: by time, calls and a generator have it in proportion to their shares', async () => {
    const { cooperator, run } = setup({ fairness: 'time' });
    const instances = [await open(), await open(), await open()];
    const shares = [1, 2, 4, 1];
    const tasks = instances.map((p, index) =>
      cooperator.cooperate(p.call(p.exports.sum, 1e6), { share: shares[index] }),
    );
    tasks.push(cooperator.cooperate(count()));
    await run(50);
    const before = busyMsOf(tasks);
    await run(800);
    const [first, ...others] = busyMsOf(tasks).map((ms, index) => (ms - before[index]) / shares[index]);
    for (const ms of others) expect(Math.abs(ms / first - 1)).toBeLessThan(0.05);
    expect(first).toBeGreaterThan(80);
    cooperator.dispose();
  });

  test('S12: by turns, each of several calls has its part of the slice', async () => {
    const { cooperator, run } = setup();
    const instances = [await open(), await open(), await open(), await open()];
    const tasks = instances.map((p) => cooperator.cooperate(p.call(p.exports.sum, 1e6)));
    await run(400);
    for (const { turns, busyMs, longestTurnMs } of tasks.map((task) => task.stats())) {
      // A quarter of a slice of 10 ms, up to the first check after it.
      expect(busyMs / turns).toBeGreaterThan(2);
      expect(busyMs / turns).toBeLessThan(3);
      expect(longestTurnMs).toBeLessThan(4);
    }
    cooperator.dispose();
  });

  test('onLongTurn names the task whose turn JavaScript in between has made too long', async () => {
    const { warn } = console;
    console.warn = () => {};
    const long = [];
    const { cooperator, run } = setup({ onLongTurn: ({ task, ms }) => long.push([task.name, Math.round(ms)]) });
    const p = await open();
    const task = cooperator.cooperate(p.call(() => p.exports.sum(1000)));
    await run(20);
    console.warn = warn;
    expect(await task).toBe(500500);
    expect(long).toStrictEqual([['call', 50]]);
    expect(p.stats().longestUncutMs).toBeGreaterThan(40);
  });
}

test('a limit is by the clock, whether imports take the time or JavaScript that calls exports', async () => {
  const p = await open({ onStop: 'restore' });
  const begin = now;
  expect(() => p.limit(10, p.exports.sum, 1000)).toThrow('sum has taken longer than its limit of 10 ms');
  expect(now - begin).toBeLessThan(11);
  const callOften = () => {
    for (let n = 0; n < 1000; n++) {
      now += 1;
      p.exports.recursive(5);
    }
  };
  expect(() => p.limit(10, callOften)).toThrow('callOften has taken longer than its limit of 10 ms');
  expect(now - begin).toBeLessThan(24);
});
