// Termination predicates with a fake clock and fake input, in processes of their own.
import { runNodeJson } from './support/run-node.js';

/** Source to put first: a clock that only the program advances; `slices` returns the number of turns of each slice. */
const fakeClock = `
  let now = 1000;
  Object.defineProperty(globalThis, 'performance', { configurable: true, writable: true, value: { now: () => now } });
  const { Cooperator, predicates } = await import('cooperator');
  const { FakeScheduler } = await import('cooperator/testing');
  function slices(count, cost, terminationPredicateFactory) {
    const scheduler = new FakeScheduler();
    const cooperator = new Cooperator({ scheduler: scheduler.schedule, terminationPredicateFactory });
    let turns = 0;
    cooperator.cooperate(function* () { for (;;) { turns += 1; now += cost; yield; } });
    const counts = [];
    for (let slice = 0; slice < count; slice++) { turns = 0; scheduler.pump(); counts.push(turns); now += 5; }
    cooperator.dispose();
    return counts;
  }
  const print = (value) => process.stdout.write(JSON.stringify(value));
`;

test('timeSlice(ms) ends a slice after that time', async () => {
  expect(
    await runNodeJson(`${fakeClock}
    print({
      long: slices(5, 100, predicates.timeSlice(10)),
      exact: slices(5, 10, predicates.timeSlice(10)),
      three: slices(5, 4, predicates.timeSlice(10)),
      fraction: slices(3, 1, predicates.timeSlice(0.5)),
    });
  `),
  ).toStrictEqual({ long: [1, 1, 1, 1, 1], exact: [1, 1, 1, 1, 1], three: [3, 3, 3, 3, 3], fraction: [1, 1, 1] });
});

test('timeSlice() is 10 ms, and the default of a cooperator', async () => {
  expect(
    await runNodeJson(`${fakeClock}
    print([slices(3, 4, predicates.timeSlice()), slices(3, 4, undefined), slices(3, 6, undefined)]);
  `),
  ).toStrictEqual([
    [3, 3, 3],
    [3, 3, 3],
    [2, 2, 2],
  ]);
});

test('timeSlice does not read the clock after every short turn and still ends in time', async () => {
  const { reads, turns, over } = await runNodeJson(`${fakeClock}
    let reads = 0;
    performance.now = () => { reads += 1; return now; };
    const scheduler = new FakeScheduler();
    const cooperator = new Cooperator({
      scheduler: scheduler.schedule,
      terminationPredicateFactory: predicates.timeSlice(10),
    });
    let turns = 0;
    cooperator.cooperate(function* () { for (;;) { turns += 1; now += 0.001; yield; } });
    scheduler.pump();
    const before = now;
    turns = 0;
    reads = 0;
    scheduler.pump();
    print({ reads, turns, over: now - before - 10 });
  `);
  expect(turns).toBeGreaterThanOrEqual(9_900);
  expect(over).toBeLessThan(1);
  expect(reads).toBeLessThan(turns / 4);
});

test('frame(fraction) ends a slice at that fraction of the frame', async () => {
  const { long, short } = await runNodeJson(`${fakeClock}
    print({ long: slices(3, 100, predicates.frame()), short: slices(3, 0.5, predicates.frame(0.5)) });
  `);
  expect(long).toStrictEqual([1, 1, 1]);
  for (const turns of short) {
    expect(turns).toBeGreaterThanOrEqual(1);
    expect(turns).toBeLessThanOrEqual(40);
  }
});

test('a predicate of timeSlice(ms) is true from then on', async () => {
  expect(
    await runNodeJson(`${fakeClock}
    const predicate = predicates.timeSlice(10)();
    const at = (time) => { now = 1000 + time; return predicate(); };
    print([at(0), at(9), at(10), at(11)]);
  `),
  ).toStrictEqual([false, false, true, true]);
});

test('frame(fraction) counts from the start of the frame in a page, and leaves work a millisecond', async () => {
  const lengths = await runNodeJson(`
    globalThis.document = { hidden: false, timeline: {} };
    ${fakeClock}
    const lengthOf = (fraction, frameStart) => {
      document.timeline.currentTime = frameStart;
      now = 1000;
      const predicate = predicates.frame(fraction)();
      while (!predicate()) now += 0.125;
      return now - 1000;
    };
    const inPage = [lengthOf(1, 1000), lengthOf(0.5, 995), lengthOf(0.5, 989), lengthOf(0.6, 898), lengthOf(0.6, null)];
    delete document.timeline;
    now = 1000;
    print([...inPage, predicates.frame(0.6)()()]);
  `);
  const inFrame = (ms) => Math.ceil(ms / 0.125) * 0.125;
  const frameMs = 1000 / 60;
  expect(lengths.slice(0, 5)).toStrictEqual(
    [frameMs, frameMs / 2 - 5, 1, 0.6 * frameMs - 2, 0.6 * frameMs].map(inFrame),
  );
  expect(lengths[5]).toBe(false); // a document without a timeline
});

test("inputPending of a user's factory asks that, and whether input is pending", async () => {
  const outcomes = await runNodeJson(`
    let pending = false;
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true, value: { userAgent: 'test', scheduling: { isInputPending: () => pending } },
    });
    const { Cooperator, predicates } = await import('cooperator');
    const { FakeScheduler } = await import('cooperator/testing');
    let over = false;
    const outcomes = [];
    for ([over, pending] of [[false, false], [true, false], [false, true], [true, true]]) {
      outcomes.push(predicates.inputPending(() => () => over)()());
    }
    try {
      predicates.inputPending(() => 5)();
    } catch (error) {
      outcomes.push(error.message);
    }
    const scheduler = new FakeScheduler();
    let turns = 0;
    const terminationPredicateFactory = predicates.inputPending(() => () => turns === 3);
    [over, pending] = [false, false];
    new Cooperator({ scheduler: scheduler.schedule, terminationPredicateFactory }).cooperate(function* () {
      for (;;) { turns++; yield; }
    });
    scheduler.pump();
    process.stdout.write(JSON.stringify([...outcomes, turns]));
  `);
  expect(outcomes).toStrictEqual([
    false,
    true,
    true,
    true,
    'predicates.inputPending: inner must return a function, not 5',
    3,
  ]);
});

test('inputPending(inner) ends a slice when input is pending, else when inner does', async () => {
  // isInputPending is called when the clock is read, which is after 64 turns at the latest.
  const [before, ...counts] = await runNodeJson(`
    let pending = false;
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true, value: { userAgent: 'test', scheduling: { isInputPending: () => pending } },
    });
    const { Cooperator, predicates } = await import('cooperator');
    const { FakeScheduler } = await import('cooperator/testing');
    const scheduler = new FakeScheduler();
    const cooperator = new Cooperator({
      scheduler: scheduler.schedule, terminationPredicateFactory: predicates.inputPending(predicates.turns(1000)),
    });
    let turns = 0;
    cooperator.cooperate(function* () { for (;;) { turns += 1; yield; } });
    const counts = [];
    for (const waiting of [false, true, true, false]) {
      pending = waiting;
      turns = 0;
      scheduler.pump();
      counts.push(turns);
    }
    cooperator.dispose();
    process.stdout.write(JSON.stringify(counts));
  `);
  expect([before, counts.at(-1)]).toStrictEqual([1000, 1000]);
  expect(Math.max(...counts.slice(0, 2))).toBeLessThanOrEqual(64);
});
