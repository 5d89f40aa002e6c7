// J7 and D7 with onError: hooks that throw, and failures that nobody asked about.
import { Deferred } from 'cooperator';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop } from './support/setup.js';

const broken = new Error('broken hook');

describe('J7: hooks that throw', () => {
  test('J7: a predicate that throws: the slice ends, the error is reported at once, the next slice goes on', () => {
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

  test('J7: a predicate that throws every time slows the cooperator down, and does not stop it', () => {
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

  test('J7: a factory that throws: reported, and the slice gives one turn', () => {
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

  for (const answer of [undefined, null, true, 5, {}]) {
    test(`J7: a factory that gives ${answer}, no function: a TypeError is reported, the slice gives one turn`, () => {
      const { cooperator, pump, log, takeReports } = setup({ terminationPredicateFactory: () => answer });
      cooperator.cooperate(logTurns(log, 'A'));
      pump(2);
      expect(log).toStrictEqual(['A1', 'A2']);
      const errors = takeReports().map(({ error }) => error);
      expect(errors).toStrictEqual([expect.any(TypeError), expect.any(TypeError)]);
      expect(errors[0].message).toMatch(/terminationPredicateFactory/);
      expect(errors[0].message).toMatch(/function/);
    });
  }

  test('J7: a scheduler that throws: cooperate does not, it is reported, and the next occasion asks again', () => {
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
    test(`J7: after a scheduler has thrown, ${occasion} is an occasion to ask again`, () => {
      let fail = false;
      const calls = [];
      const made = setup({
        scheduler(slice) {
          if (fail) throw broken;
          calls.push(slice);
        },
      });
      const deferred = new Deferred();
      made.cooperator.cooperate(function* () {
        yield deferred;
      });
      calls.shift()();
      fail = true;
      const task = made.cooperator.cooperate(logTurns(made.log, 'A', 1));
      expect(made.takeReports()).toHaveLength(1);
      fail = false;
      act({ ...made, task, deferred });
      expect(calls).toHaveLength(1);
      while (calls.length > 0) calls.shift()();
      expect(made.log).toStrictEqual(['A1']);
    });
  }

  test('J7: a scheduler that throws after a slice: reported, and the tasks wait for the next occasion', () => {
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

  test('J7: a cancel that throws: reported, and what was to be done is done', () => {
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

  test('J7: an onProgress that throws: reported with its task, and all go on', () => {
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

  test('J7: onError may use the cooperator', () => {
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
  test('D7: a task that fails while nobody asked for its whenDone is reported once, with its task', async () => {
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

  test('D7: not before the end of the turn of the event loop in which it failed', async () => {
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

  test('D7: a task whose failure is asked for in time is not reported', async () => {
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

  test('D7: several failures are reported one by one, in their order', async () => {
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

  test('D7: a failed async function is reported too, once', async () => {
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

  test('D7: a task that is done, stopped, or whose failure another task waited for, is not reported', async () => {
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

  test('D7: onError of one cooperator does not hear of another', async () => {
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
