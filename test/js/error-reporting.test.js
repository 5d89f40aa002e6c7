// J7 and D7: errors that are reported to onError: of hooks that throw, and of tasks whose failure nobody handles.
import { Deferred } from 'cooperator';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop } from './support/setup.js';

const broken = new Error('broken hook');

describe('J7: hooks that throw', () => {
  test('J7: when a predicate throws, the error is reported at once, the slice ends and the next one continues', () => {
    let fail = true;
    const { cooperator, pump, log, takeReports } = setup({
      terminationPredicateFactory: () => () => {
        if (fail) throw broken;
        return false;
      },
    });
    cooperator.cooperate(logTurns(log, 'A', 2));
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    expect(log).toStrictEqual(['A1']);
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    fail = false;
    pump();
    expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
  });

  test('J7: a predicate that always throws gives slices of one turn', () => {
    const { cooperator, pump, log, takeReports } = setup({
      terminationPredicateFactory: () => () => {
        throw broken;
      },
    });
    cooperator.cooperate(logTurns(log, 'A'));
    pump(3);
    expect(log).toStrictEqual(['A1', 'A2', 'A3']);
    expect(takeReports()).toHaveLength(3);
  });

  test('J7: when a predicate factory throws, the error is reported and the slice has one turn', () => {
    let fail = true;
    const { cooperator, pump, log, takeReports } = setup({
      terminationPredicateFactory() {
        if (fail) throw broken;
        return () => false;
      },
    });
    cooperator.cooperate(logTurns(log, 'A', 2));
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump();
    expect(log).toStrictEqual(['A1']);
    pump();
    expect(log).toStrictEqual(['A1', 'B1']);
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken, broken]);
    fail = false;
    pump();
    expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
  });

  for (const result of [undefined, null, true, 5, {}]) {
    test(`J7: when a predicate factory returns ${result}, a TypeError is reported and the slice has one turn`, () => {
      const { cooperator, pump, log, takeReports } = setup({ terminationPredicateFactory: () => result });
      cooperator.cooperate(logTurns(log, 'A'));
      pump(2);
      expect(log).toStrictEqual(['A1', 'A2']);
      const errors = takeReports().map(({ error }) => error);
      expect(errors).toStrictEqual([expect.any(TypeError), expect.any(TypeError)]);
      expect(errors[0].message).toMatch(/terminationPredicateFactory/);
      expect(errors[0].message).toMatch(/function/);
    });
  }

  test('J7: when a scheduler throws, cooperate reports the error, and the next task requests a slice again', () => {
    let fail = true;
    const calls = [];
    const { cooperator, log, takeReports } = setup({
      scheduler(slice) {
        if (fail) throw broken;
        calls.push(slice);
      },
    });
    const task = cooperator.cooperate(logTurns(log, 'A', 1));
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    expect([task.state, cooperator.tasks]).toStrictEqual(['runnable', [task]]);
    fail = false;
    cooperator.cooperate(logTurns(log, 'B', 1));
    expect(calls).toHaveLength(1);
    while (calls.length > 0) calls.shift()();
    expect(log).toStrictEqual(['A1', 'B1']);
  });

  for (const [occasion, act] of Object.entries({
    resume: ({ task }) => {
      task.pause();
      task.resume();
    },
    start: ({ cooperator }) => cooperator.start(),
    'the end of a wait': ({ deferred }) => deferred.callback(),
  })) {
    test(`J7: after a scheduler threw, ${occasion} requests a slice again`, () => {
      let fail = false;
      const calls = [];
      const fixture = setup({
        scheduler(slice) {
          if (fail) throw broken;
          calls.push(slice);
        },
      });
      const deferred = new Deferred();
      fixture.cooperator.cooperate(function* () {
        yield deferred;
      });
      calls.shift()();
      fail = true;
      const task = fixture.cooperator.cooperate(logTurns(fixture.log, 'A', 1));
      expect(fixture.takeReports()).toHaveLength(1);
      fail = false;
      act({ ...fixture, task, deferred });
      expect(calls).toHaveLength(1);
      while (calls.length > 0) calls.shift()();
      expect(fixture.log).toStrictEqual(['A1']);
    });
  }

  test('J7: when a scheduler calls back and then throws, the error is reported and no slice requested twice', () => {
    const calls = [];
    let fail = true;
    const { cooperator, log, takeReports } = setup({
      scheduler(slice) {
        if (!fail) {
          calls.push(slice);
          return;
        }
        fail = false;
        slice();
        throw broken;
      },
    });
    cooperator.cooperate(logTurns(log, 'A', 2));
    expect(log).toStrictEqual(['A1']);
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    cooperator.cooperate(logTurns(log, 'B', 1));
    expect(calls).toHaveLength(1);
    while (calls.length > 0) calls.shift()();
    expect(log).toStrictEqual(['A1', 'A2', 'B1']);
  });

  test('J7: when a scheduler throws after a slice, the error is reported and the next task requests a slice', () => {
    const calls = [];
    let fail = false;
    const { cooperator, log, takeReports } = setup({
      scheduler(slice) {
        if (fail) throw broken;
        calls.push(slice);
      },
    });
    cooperator.cooperate(logTurns(log, 'A'));
    fail = true;
    calls.shift()();
    expect(log).toStrictEqual(['A1']);
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    fail = false;
    cooperator.cooperate(logTurns(log, 'B'));
    calls.shift()();
    expect(log).toStrictEqual(['A1', 'A2']);
  });

  test('J7: when cancel throws, the error is reported and the task stopped', () => {
    const calls = [];
    const { cooperator, log, takeReports } = setup({
      scheduler(slice) {
        calls.push(slice);
        return {
          cancel() {
            throw broken;
          },
        };
      },
    });
    const task = cooperator.cooperate(logTurns(log, 'A'));
    task.stop();
    expect(task.state).toBe('stopped');
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
    cooperator.cooperate(logTurns(log, 'B', 1));
    while (calls.length > 0) calls.shift()();
    expect(log).toStrictEqual(['B1']);
  });

  test('J7: when onProgress throws, the error is reported with its task, and all tasks continue', () => {
    const { cooperator, pump, log, takeReports } = setup();
    const task = cooperator.cooperate(
      function* ({ progress }) {
        for (let turn = 1; ; turn++) {
          progress(turn);
          log.push(turn);
          yield;
        }
      },
      {
        onProgress() {
          throw broken;
        },
      },
    );
    cooperator.cooperate(logTurns(log, 'B'));
    pump(3);
    expect(log).toStrictEqual([1, 'B1', 2]);
    const reports = takeReports();
    expect(reports.map(({ error }) => error)).toStrictEqual([broken, broken]);
    expect(reports[0].task).toBe(task);
  });

  test('J7: onError may add tasks', () => {
    let fail = true;
    const { cooperator, pump, log } = setup({
      terminationPredicateFactory: () => () => {
        if (fail) throw broken;
        return true;
      },
      onError(error) {
        fail = false;
        log.push(error);
        cooperator.cooperate(logTurns(log, 'B'));
      },
    });
    cooperator.cooperate(logTurns(log, 'A'));
    pump(3);
    expect(log).toStrictEqual(['A1', broken, 'A2', 'B1']);
  });
});

describe('D7: tasks that fail', () => {
  test('D7: the failure of a task whose whenDone was never called is reported once, with the task', async () => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(function* () {
      throw broken;
    });
    pump();
    await flushEventLoop();
    const reports = takeReports();
    expect(reports).toHaveLength(1);
    expect(reports[0].error).toBe(broken);
    expect(reports[0].task).toBe(task);
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([]);
  });

  test('D7: a failure is reported in a later macrotask', async () => {
    const { cooperator, pump, takeReports } = setup();
    cooperator.cooperate(function* () {
      throw broken;
    });
    pump();
    await flushMicrotasks();
    expect(takeReports()).toStrictEqual([]);
    await flushEventLoop();
    expect(takeReports()).toHaveLength(1);
  });

  test('D7: a failure is not reported if whenDone is called before the next macrotask', async () => {
    const { cooperator, pump, takeReports } = setup();
    const tasks = Array.from({ length: 3 }, () =>
      cooperator.cooperate(function* () {
        throw broken;
      }),
    );
    const before = outcome(tasks[0].whenDone());
    pump(3);
    const after = outcome(tasks[1].whenDone());
    await flushMicrotasks();
    const later = tasks[2].whenDone().catch((error) => error);
    await flushEventLoop();
    expect([before[0].error, after[0].error, await later]).toStrictEqual([broken, broken, broken]);
    expect(takeReports()).toStrictEqual([]);
  });

  test('D7: failures are reported one by one, in order', async () => {
    const { cooperator, pump, takeReports } = setup({ turns: Infinity });
    const errors = [new Error('1'), 'text', undefined];
    for (const error of errors)
      cooperator.cooperate(function* () {
        throw error;
      });
    pump();
    await flushEventLoop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual(errors);
  });

  test('D7: the failure of an async function is reported once', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    cooperator.cooperate(async () => {
      throw broken;
    });
    cooperator.cooperate(async (context) => {
      await context.yield();
      throw broken;
    });
    await pumpAsync(6);
    await flushEventLoop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([broken, broken]);
  });

  test('D7: a task that is done, stopped, or whose failure another task handles, is not reported', async () => {
    const { cooperator, pump, log, takeReports } = setup();
    cooperator.cooperate([]);
    cooperator.cooperate(logTurns([], 'A')).stop();
    const failing = cooperator.cooperate(function* () {
      throw broken;
    });
    cooperator.cooperate(function* () {
      try {
        yield failing.whenDone();
      } catch (error) {
        log.push(error);
      }
    });
    pump(6);
    await flushEventLoop();
    expect(log).toStrictEqual([broken]);
    expect(takeReports()).toStrictEqual([]);
  });

  test('D7: a failure that was awaited stays handled when callbacks are added later', async () => {
    const { cooperator, pump } = setup();
    const done = cooperator
      .cooperate(function* () {
        throw broken;
      })
      .whenDone();
    pump();
    await done.catch(() => {});
    done.addCallback(() => {});
    await flushEventLoop(); // nothing is reported
    expect(done.toString()).toBe('Deferred (failed)');
  });

  test('D7: a failed Deferred that is paused and then awaited is not reported', async () => {
    const { cooperator, pump, log } = setup();
    const done = cooperator
      .cooperate(function* () {
        throw broken;
      })
      .whenDone();
    pump();
    done.pause();
    void done.catch((error) => log.push(error));
    await flushEventLoop(); // nothing is reported
    done.unpause();
    await flushEventLoop();
    expect(log).toStrictEqual([broken]);
  });

  test('D7: onError receives only the errors of its own cooperator', async () => {
    const one = setup();
    const other = setup();
    one.cooperator.cooperate(function* () {
      throw broken;
    });
    one.pump();
    await flushEventLoop();
    expect([one.takeReports().length, other.takeReports().length]).toStrictEqual([1, 0]);
  });
});
