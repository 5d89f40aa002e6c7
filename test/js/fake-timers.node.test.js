// Fake timers of test runners: those of Jest, and @sinonjs/fake-timers, on which those of Vitest are built, too.
// Installed after the import of the package they do not concern it. Installed before it, they drive it.
import { runNodeJson } from './support/run-node.js';

const { jest } = import.meta;

/** Imports the package anew: it captures the host's functions as they are now. */
async function importPackage() {
  jest.resetModules();
  return { ...(await import('cooperator')), ...(await import('cooperator/testing')) };
}

function* countTo(last) {
  for (let n = 1; n <= last; n++) yield;
  return last;
}

describe('Jest', () => {
  const kinds = [
    ['modern', {}],
    ['legacy', { legacyFakeTimers: true }],
  ];
  afterEach(() => jest.useRealTimers());

  test.each(kinds)('%s fake timers after the import: tasks run by themselves', async (kind, options) => {
    const { Cooperator, Deferred, TimeoutError, cooperate } = await importPackage();
    jest.useFakeTimers(options);
    let fired = false;
    setTimeout(() => (fired = true), 0);
    expect(await cooperate(() => countTo(1000))).toBe(1000);
    expect(await new Cooperator().cooperate(countTo(10))).toBe(10);
    await expect(new Deferred().addTimeout(1)).rejects.toBeInstanceOf(TimeoutError);
    expect(fired).toBe(false);
  });

  test('modern fake timers before the import: advancing them runs the tasks', async () => {
    jest.useFakeTimers();
    const { Deferred, TimeoutError, cooperate } = await importPackage();
    const task = cooperate(() => countTo(1000));
    const endless = cooperate(() => countTo(Infinity));
    const stopped = endless.whenDone().catch((error) => error.name);
    const timedOut = new Deferred().addTimeout(50).catch((error) => error);
    setTimeout(() => endless.stop(), 100);
    expect(task.state).toBe('runnable');
    await jest.advanceTimersByTimeAsync(200);
    expect(await task).toBe(1000);
    expect(await stopped).toBe('TaskStopped');
    expect(await timedOut).toBeInstanceOf(TimeoutError);
  });

  test('modern fake timers before the import: a limit of thirty days is over then', async () => {
    jest.useFakeTimers();
    const { Deferred } = await importPackage();
    const day = 24 * 3600 * 1000; // A timer of the host has at most 24.8 of them.
    let error;
    new Deferred().addTimeout(30 * day).addErrback((thrown) => (error = thrown));
    jest.advanceTimersByTime(30 * day - 1);
    expect(error).toBe(undefined);
    jest.advanceTimersByTime(1);
    expect(error?.name).toBe('TimeoutError');
  });

  test('legacy fake timers before the import: running them runs the tasks', async () => {
    jest.useFakeTimers({ legacyFakeTimers: true });
    const { cooperate } = await importPackage();
    const task = cooperate(() => countTo(1000));
    expect(task.state).toBe('runnable');
    jest.runAllImmediates();
    expect(task.state).toBe('done');
  });

  describe.each(['before', 'after'])('%s the import', (when) => {
    test.each(kinds)('%s fake timers do not change cooperator/testing', async (kind, options) => {
      if (when === 'before') jest.useFakeTimers(options);
      const { Clock, Cooperator, Deferred, FakeScheduler, predicates } = await importPackage();
      if (when === 'after') jest.useFakeTimers(options);
      const fake = new FakeScheduler();
      const cooperator = new Cooperator({ scheduler: fake.schedule, terminationPredicateFactory: predicates.turns(1) });
      const task = cooperator.cooperate(countTo(2));
      const states = [];
      while (fake.pending > 0) {
        fake.pump();
        states.push(task.state);
      }
      expect(states).toStrictEqual(['runnable', 'runnable', 'done']);

      const clock = new Clock();
      const log = [];
      new Deferred().addTimeout(1000, clock).addErrback((error) => log.push(error.name));
      clock.advance(999);
      expect(log).toStrictEqual([]);
      clock.advance(1);
      expect(log).toStrictEqual(['TimeoutError']);
    });
  });
});

describe('@sinonjs/fake-timers', () => {
  const kinds = [
    ['as Vitest installs them', '{}'],
    ['all of them', '{ toFake: Object.keys(FakeTimers.timers) }'],
  ];
  const start = `
    import FakeTimers from '@sinonjs/fake-timers';
    const countTo = function* (last) {
      for (let n = 1; n <= last; n++) yield;
      return last;
    };
    const nameOf = (error) => error.name;
    const exit = (result) => process.stdout.write(JSON.stringify(result), () => process.exit());
  `;
  const useTesting = `
    const { Clock, FakeScheduler } = await import('cooperator/testing');
    const fake = new FakeScheduler();
    const byHand = new Cooperator({ scheduler: fake.schedule, terminationPredicateFactory: predicates.turns(1) });
    const pumped = byHand.cooperate(countTo(2));
    const states = [];
    for (; fake.pending > 0; states.push(pumped.state)) fake.pump();
    const manual = new Clock();
    let late;
    new Deferred().addTimeout(1000, manual).addErrback((error) => (late = error.name));
    manual.advance(1000);
    results.push(states, late);
  `;
  const tested = [['runnable', 'runnable', 'done'], 'TimeoutError'];

  test.each(kinds)('%s, after the import: tasks run by themselves', async (kind, options) => {
    const results = await runNodeJson(`${start}
      const { Cooperator, Deferred, cooperate, predicates } = await import('cooperator');
      const clock = FakeTimers.install(${options});
      const results = [await cooperate(() => countTo(1000)), await new Deferred().addTimeout(1).catch(nameOf), clock.now];
      ${useTesting}
      clock.uninstall();
      exit(results);
    `);
    expect(results).toStrictEqual([1000, 'TimeoutError', 0, ...tested]);
  });

  test.each(kinds)('%s, before the import: advancing them runs the tasks', async (kind, options) => {
    const results = await runNodeJson(`${start}
      const clock = FakeTimers.install(${options});
      const { Cooperator, Deferred, cooperate, predicates } = await import('cooperator');
      const task = cooperate(() => countTo(1000));
      const endless = cooperate(() => countTo(Infinity));
      const stopped = endless.whenDone().catch(nameOf);
      const timedOut = new Deferred().addTimeout(50).catch(nameOf);
      setTimeout(() => endless.stop(), 100);
      const results = [task.state];
      await clock.tickAsync(200);
      results.push(await task, await stopped, await timedOut);
      ${useTesting}
      clock.uninstall();
      exit(results);
    `);
    expect(results).toStrictEqual(['runnable', 1000, 'TaskStopped', 'TimeoutError', ...tested]);
  });
});
