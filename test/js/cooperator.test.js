// S10: Cooperator.stop; the list of tasks, names, and a cooperator after dispose.
import { Cooperator, Deferred, NotPaused, SchedulerStopped, TaskStopped, predicates } from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { LoggingScheduler, logTurns, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

test('tasks lists the unfinished tasks in the order of adding', () => {
  const { cooperator, pump } = setup();
  expect(cooperator.tasks).toStrictEqual([]);
  const runnable = cooperator.cooperate(logTurns([], 'A'));
  const paused = cooperator.cooperate(logTurns([], 'B'));
  const waiting = cooperator.cooperate(function* () {
    yield new Deferred();
  });
  const ended = cooperator.cooperate([]);
  const stopped = cooperator.cooperate(logTurns([], 'C'));
  const resumed = cooperator.cooperate(logTurns([], 'D'));
  paused.pause();
  stopped.stop();
  pump(3);
  resumed.pause();
  resumed.resume();
  expect(ended.state).toBe('done');
  const { tasks } = cooperator;
  expect(tasks).toHaveLength(4);
  [runnable, paused, waiting, resumed].forEach((task, index) => expect(tasks[index]).toBe(task));
});

test('changing the list that tasks returns does not change the cooperator', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(logTurns(log, 'A'));
  const { tasks } = cooperator;
  tasks.length = 0;
  expect(cooperator.tasks).toHaveLength(1);
  pump();
  expect(log).toStrictEqual(['A1']);
});

test('S10: stop finishes every task, runnable, paused or waiting, in the order of adding', () => {
  const { cooperator, pump, log } = setup();
  const tasks = {
    A: cooperator.cooperate(logTurns([], 'A')),
    B: cooperator.cooperate(logTurns([], 'B')),
    C: cooperator.cooperate(function* () {
      yield new Deferred();
    }),
    D: cooperator.cooperate(logTurns([], 'D')),
    E: cooperator.cooperate(function* () {
      yield new Deferred();
    }),
    F: cooperator.cooperate(logTurns([], 'F')),
  };
  pump(5);
  tasks.B.pause();
  tasks.E.pause();
  tasks.A.pause();
  tasks.A.resume();
  for (const [label, task] of Object.entries(tasks)) {
    task.whenDone().addErrback((error) => {
      log.push([label, error.constructor]);
    });
  }
  cooperator.stop();
  expect(log).toStrictEqual(['A', 'B', 'C', 'D', 'E', 'F'].map((label) => [label, SchedulerStopped]));
  expect(Object.values(tasks).map((task) => task.state)).toStrictEqual(new Array(6).fill('stopped'));
  expect(cooperator.tasks).toStrictEqual([]);
});

test('S10: no task has a turn after stop', () => {
  const { cooperator, pump, log } = setup();
  const iterator = logTurns(log, 'A', 3);
  outcome(cooperator.cooperate(iterator).whenDone());
  cooperator.stop();
  pump(3);
  expect(log).toStrictEqual([]);
});

test('S10: stop finishes a waiting task, and the later result of its wait changes nothing', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  const done = outcome(
    cooperator.coiterate(function* () {
      yield deferred;
      log.push('went on');
    }),
  );
  pump();
  cooperator.stop();
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  deferred.callback('late');
  pump();
  expect(log).toStrictEqual([]);
  expect(done).toHaveLength(1);
});

test('S10: stop without tasks, or twice, is harmless', () => {
  const { cooperator } = setup();
  cooperator.stop();
  cooperator.stop();
  expect(cooperator.running).toBe(false);
});

test('S10: a task added to a stopped cooperator finishes at once with SchedulerStopped', () => {
  const { cooperator, pump, log } = setup();
  cooperator.stop();
  const task = cooperator.cooperate(function* () {
    log.push('ran');
  });
  expect(task.state).toBe('stopped');
  expect(cooperator.tasks).toStrictEqual([]);
  expect(outcome(task.whenDone())).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  expect(thrownBy(() => task.pause())).toBeInstanceOf(SchedulerStopped);
  pump();
  expect(log).toStrictEqual([]);
});

test('S10: coiterate on a stopped cooperator fails its Deferred, a new or a given one', () => {
  const { cooperator } = setup();
  cooperator.stop();
  expect(outcome(cooperator.coiterate([]))).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  const mine = new Deferred();
  expect(outcome(cooperator.coiterate([], mine))).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
});

test('S10: start makes a stopped cooperator usable again; its earlier tasks stay finished', () => {
  const { cooperator, pump, log } = setup();
  const before = cooperator.cooperate(logTurns(log, 'A'));
  cooperator.stop();
  cooperator.start();
  cooperator.cooperate(logTurns(log, 'B'));
  pump(2);
  expect(log).toStrictEqual(['B1', 'B2']);
  expect(before.state).toBe('stopped');
});

test('S10: if a callback of stop calls start, tasks that it adds after that live, earlier ones do not', () => {
  const { cooperator, pump, log } = setup();
  const done = [];
  cooperator
    .cooperate(logTurns(log, 'A'))
    .whenDone()
    .addErrback(() => {
      log.push('A stopped');
      done.push(outcome(cooperator.cooperate(logTurns(log, 'too early')).whenDone()));
      cooperator.start();
      done.push(outcome(cooperator.cooperate(logTurns(log, 'C', 1)).whenDone()));
    });
  cooperator
    .cooperate(logTurns(log, 'B'))
    .whenDone()
    .addErrback((error) => {
      log.push(['B stopped', error.constructor]);
    });
  cooperator.stop();
  expect(log).toStrictEqual(['A stopped', ['B stopped', SchedulerStopped]]);
  expect(done).toStrictEqual([[{ error: expect.any(SchedulerStopped) }], []]);
  expect([cooperator.running, cooperator.tasks.length]).toStrictEqual([true, 1]);
  pump(2);
  expect(log.slice(2)).toStrictEqual(['C1']);
  expect(done[1]).toStrictEqual([{ value: 'C' }]);
});

test('S10: a slice is pending for a task that a callback of stop adds after start', () => {
  const log = [];
  const scheduler = new LoggingScheduler(log);
  const { cooperator } = setup({ scheduler: scheduler.schedule });
  cooperator
    .cooperate(logTurns(log, 'A'))
    .whenDone()
    .addErrback(() => {
      cooperator.start();
      cooperator.cooperate(logTurns(log, 'B'));
    });
  cooperator.stop();
  expect(scheduler.pending).toHaveLength(1);
  scheduler.run();
  expect(log.filter((entry) => entry === 'B1')).toStrictEqual(['B1']);
});

test('S10: a task that a callback of stop stops finishes once, with TaskStopped', () => {
  const { cooperator, log } = setup();
  const tasks = ['A', 'B', 'C'].map((label) => cooperator.cooperate(logTurns(log, label)));
  tasks[0].whenDone().addErrback(() => {
    log.push('A');
    tasks[1].stop();
  });
  tasks[1].whenDone().addErrback((error) => {
    log.push(['B', error.constructor]);
  });
  tasks[2].whenDone().addErrback((error) => {
    log.push(['C', error.constructor]);
  });
  cooperator.stop();
  expect(log).toStrictEqual(['A', ['B', TaskStopped], ['C', SchedulerStopped]]);
});

test('S10: a callback of stop that calls stop again finishes no task twice', () => {
  const { cooperator, log } = setup();
  for (const label of ['A', 'B', 'C']) {
    cooperator
      .cooperate(logTurns(log, label))
      .whenDone()
      .addErrback(() => {
        log.push(label);
        cooperator.stop();
      });
  }
  cooperator.stop();
  expect([...log].sort()).toStrictEqual(['A', 'B', 'C']);
});

test('S10: a callback of stop can pause and resume tasks that are not finished yet', () => {
  const { cooperator, log } = setup();
  const tasks = ['A', 'B', 'C'].map((label) => cooperator.cooperate(logTurns(log, label)));
  tasks[2].pause();
  tasks[0].whenDone().addErrback(() => {
    log.push('A');
    for (const change of [() => tasks[1].pause(), () => tasks[2].resume()]) {
      // Whether they count as finished is unspecified; they must finish once.
      try {
        change();
      } catch (error) {
        expect(error).toBeInstanceOf(SchedulerStopped);
      }
    }
  });
  tasks[1].whenDone().addErrback(() => {
    log.push('B');
  });
  tasks[2].whenDone().addErrback(() => {
    log.push('C');
  });
  cooperator.stop();
  expect(log).toStrictEqual(['A', 'B', 'C']);
  expect(tasks.map((task) => task.state)).toStrictEqual(['stopped', 'stopped', 'stopped']);
});

test('S10: stop finishes ten thousand tasks in order', () => {
  const { cooperator } = setup();
  const finished = [];
  for (let index = 0; index < 10_000; index++) {
    const task = cooperator.cooperate(logTurns([], 'T'));
    task.whenDone().addErrback(() => {
      finished.push(index);
    });
    if (index % 3 === 0) task.pause();
  }
  cooperator.stop();
  expect(finished).toStrictEqual(Array.from({ length: 10_000 }, (_, index) => index));
});

test('D7: a stopped task whose whenDone was never called is not reported', async () => {
  const { cooperator, takeReports } = setup();
  cooperator.cooperate(logTurns([], 'A')).stop();
  cooperator.cooperate(logTurns([], 'B'));
  cooperator.stop();
  cooperator.cooperate(logTurns([], 'C'));
  await flushEventLoop();
  expect(takeReports()).toStrictEqual([]);
});

test('name is options.name', () => {
  expect(new Cooperator({ name: 'mine' }).name).toBe('mine');
});

test("name is 'cooperator' by default", () => {
  expect(setup().cooperator.name).toBe('cooperator');
});

test('Symbol.dispose disposes of the cooperator, where the host has it', () => {
  const { cooperator } = setup();
  const task = cooperator.cooperate(logTurns([], 'A'));
  if (Symbol.dispose !== undefined) cooperator[Symbol.dispose]();
  else cooperator.dispose();
  expect([task.state, cooperator.running]).toStrictEqual(['stopped', false]);
});

test('a Cooperator without options runs its tasks with the default scheduler and time slice', async () => {
  const cooperator = new Cooperator();
  const log = [];
  await Promise.all(['A', 'B'].map((label) => cooperator.cooperate(logTurns(log, label, 2)).whenDone()));
  expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
});

describe('after dispose', () => {
  test('its tasks have finished with SchedulerStopped', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(logTurns(log, 'A'));
    const paused = cooperator.cooperate(logTurns(log, 'B'));
    paused.pause();
    const before = outcome(task.whenDone());
    pump();
    cooperator.dispose();
    pump();
    expect(log).toStrictEqual(['A1']);
    expect(before).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
    for (const each of [task, paused]) {
      expect(each.state).toBe('stopped');
      expect(outcome(each.whenDone())).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
      expect(thrownBy(() => each.pause())).toBeInstanceOf(SchedulerStopped);
      expect(thrownBy(() => each.stop())).toBeInstanceOf(SchedulerStopped);
    }
    expect(thrownBy(() => task.resume())).toBeInstanceOf(NotPaused);
    paused.resume();
    expect(task.stats().turns).toBe(1);
  });

  test('earlier finished tasks keep their outcome', () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const error = new Error('broken');
    const ended = cooperator.cooperate(logTurns([], 'A', 1));
    const failed = cooperator.cooperate(function* () {
      throw error;
    });
    outcome(failed.whenDone());
    pump();
    cooperator.dispose();
    expect([ended.state, failed.state]).toStrictEqual(['done', 'failed']);
    expect(outcome(ended.whenDone())).toStrictEqual([{ value: 'A' }]);
    expect(outcome(failed.whenDone())[0].error).toBe(error);
  });

  test('it is not running and has no tasks', () => {
    const { cooperator } = setup();
    cooperator.cooperate(logTurns([], 'A'));
    cooperator.dispose();
    expect([cooperator.running, cooperator.tasks]).toStrictEqual([false, []]);
  });

  test('stop and dispose are harmless', () => {
    const { cooperator } = setup();
    cooperator.dispose();
    cooperator.stop();
    cooperator.dispose();
    expect(cooperator.running).toBe(false);
  });

  test('dispose once more changes neither its stats nor other cooperators', () => {
    const { cooperator, pump } = setup();
    cooperator.cooperate(logTurns([], 'A'));
    pump();
    cooperator.dispose();
    const later = setup(); // in the memory of the first one
    later.cooperator.cooperate(logTurns(later.log, 'B', 1));
    cooperator.dispose();
    expect(cooperator.stats()).toMatchObject({ slices: 1, turns: 1 });
    later.pump(2);
    expect([later.log, later.cooperator.tasks]).toStrictEqual([['B1'], []]);
  });

  test('cooperate, coiterate and start throw SchedulerStopped with an explanation', () => {
    const { cooperator } = setup();
    cooperator.dispose();
    for (const use of [
      () => cooperator.cooperate(logTurns([], 'A')),
      () => cooperator.coiterate(logTurns([], 'A')),
      () => cooperator.start(),
    ]) {
      const error = thrownBy(use);
      expect(error).toBeInstanceOf(SchedulerStopped);
      expect(error.message).toMatch(/dispose/);
    }
  });

  test('firing a Deferred that a task waited for has no effect on the task', () => {
    const { cooperator, pump, log } = setup();
    const deferred = new Deferred();
    cooperator.cooperate(function* () {
      yield deferred;
      log.push('went on');
    });
    pump();
    cooperator.dispose();
    const seen = outcome(deferred);
    deferred.callback('value');
    expect(seen).toStrictEqual([{ value: 'value' }]);
    expect(log).toStrictEqual([]);
  });

  test('S4: a slice that the host runs late runs no turn', () => {
    const log = [];
    const scheduler = new LoggingScheduler(log);
    const cooperator = new Cooperator({ scheduler: scheduler.schedule });
    cooperator.cooperate(logTurns(log, 'A'));
    cooperator.dispose();
    log.splice(0);
    scheduler.requests[0].slice();
    expect(log).toStrictEqual([]);
  });

  test('its tasks do not affect the tasks of a later cooperator', () => {
    const old = setup();
    const tasks = Array.from({ length: 50 }, () => old.cooperator.cooperate(logTurns(old.log, 'old')));
    old.cooperator.dispose();
    const { cooperator, pump, log } = setup({ turns: 50 });
    Array.from({ length: 50 }, (_, index) => cooperator.cooperate(logTurns(log, `new${index}.`)));
    for (const task of tasks) {
      expect(task.state).toBe('stopped');
      expect(() => task.stop()).toThrow(SchedulerStopped);
    }
    pump();
    expect(log).toHaveLength(50);
    expect(old.log).toStrictEqual([]);
  });

  test('other cooperators are not affected', () => {
    const one = setup();
    const other = setup();
    one.cooperator.cooperate(logTurns(one.log, 'A'));
    other.cooperator.cooperate(logTurns(other.log, 'B'));
    one.cooperator.dispose();
    other.pump(2);
    expect(other.log).toStrictEqual(['B1', 'B2']);
  });

  test('a thousand cooperators can be created and disposed of', () => {
    let turns = 0;
    for (let round = 0; round < 1000; round++) {
      const scheduler = new FakeScheduler();
      const cooperator = new Cooperator({
        scheduler: scheduler.schedule,
        terminationPredicateFactory: predicates.turns(5),
      });
      for (let index = 0; index < 5; index++)
        cooperator.cooperate(function* () {
          turns += 1;
          yield;
        });
      scheduler.pump();
      cooperator.dispose();
    }
    expect(turns).toBe(5000);
  });
});
