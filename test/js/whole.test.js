// The cooperator as a whole: pause and resume (S11), whenIdle, size.
import { Cooperator, Deferred, NotPaused, SchedulerStopped, TaskFailed, predicates } from 'cooperator';
import {
  LoggingScheduler,
  flushEventLoop,
  flushMicrotasks,
  logTurns,
  outcome,
  setup,
  thrownBy,
} from './support/setup.js';

describe('pause and resume', () => {
  function setupLogging(options) {
    const fixture = setup({ turns: Infinity });
    const scheduler = new LoggingScheduler(fixture.log);
    const cooperator = new Cooperator({ scheduler: scheduler.schedule, ...options });
    return { cooperator, scheduler, log: fixture.log };
  }

  test('S11: a paused cooperator cancels its slice and keeps its tasks; resume requests a slice', () => {
    const { cooperator, scheduler, log } = setupLogging({ terminationPredicateFactory: predicates.turns(2) });
    const task = cooperator.cooperate(logTurns(log, 'A', 1));
    cooperator.pause();
    cooperator.cooperate(logTurns(log, 'B', 1));
    expect(log).toStrictEqual(['schedule', 'cancel']);
    expect([cooperator.running, cooperator.tasks.length, task.state]).toStrictEqual([true, 2, 'runnable']);
    cooperator.resume();
    scheduler.run();
    expect(log).toStrictEqual(['schedule', 'cancel', 'schedule', 'slice', 'A1', 'B1', 'schedule']);
    cooperator.stop();
  });

  test('S11: each pause needs a resume; one more throws NotPaused', () => {
    const { cooperator, log } = setupLogging();
    expect(thrownBy(() => cooperator.resume())).toBeInstanceOf(NotPaused);
    cooperator.pause();
    cooperator.pause();
    cooperator.resume();
    cooperator.cooperate([]);
    expect(log).toStrictEqual([]);
    cooperator.resume();
    expect(log).toStrictEqual(['schedule']);
    expect(thrownBy(() => cooperator.resume())).toBeInstanceOf(NotPaused);
    cooperator.stop();
  });

  test('S11: a pause in a turn ends the slice after that turn', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    cooperator.cooperate(function* () {
      log.push('A1');
      cooperator.pause();
      log.push('A1 goes on');
      yield;
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 2));
    pump(2);
    expect(log).toStrictEqual(['A1', 'A1 goes on']);
    cooperator.resume();
    pump();
    expect(log).toStrictEqual(['A1', 'A1 goes on', 'B1', 'A2', 'B2']);
  });

  test('S11, S12: a pause while a turn is suspended ends the slice when the turn ends', async () => {
    const { cooperator, pumpAsync, log } = setup({ turns: Infinity });
    cooperator.cooperate(async ({ yield: nextTurn }) => {
      log.push('A1');
      await null;
      cooperator.pause();
      log.push('A1 goes on');
      await nextTurn();
      log.push('A2');
    });
    cooperator.cooperate(logTurns(log, 'B', 1));
    await pumpAsync(2);
    expect(log).toStrictEqual(['A1', 'A1 goes on']);
    cooperator.resume();
    await pumpAsync();
    expect(log).toStrictEqual(['A1', 'A1 goes on', 'B1', 'A2']);
  });

  test('S11: what a task waits for may arrive during the pause', () => {
    const { cooperator, pump, log } = setup();
    const deferred = new Deferred();
    const task = cooperator.cooperate(function* () {
      log.push(yield deferred);
    });
    pump();
    cooperator.pause();
    deferred.callback('value');
    expect(task.state).toBe('runnable');
    pump();
    expect(log).toStrictEqual([]);
    cooperator.resume();
    pump();
    expect(log).toStrictEqual(['value']);
  });

  test('S11, S10: a paused cooperator can be stopped, and stays paused when it is started again', () => {
    const { cooperator, pump, log } = setup();
    const done = outcome(cooperator.coiterate(logTurns(log, 'A')));
    cooperator.pause();
    cooperator.stop();
    expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
    cooperator.start();
    cooperator.cooperate(logTurns(log, 'B', 1));
    pump();
    expect(log).toStrictEqual([]);
    cooperator.resume();
    pump();
    expect(log).toStrictEqual(['B1']);
    cooperator.stop();
  });

  test('after dispose they throw SchedulerStopped', () => {
    const { cooperator } = setup();
    cooperator.dispose();
    for (const method of ['pause', 'resume']) {
      expect(thrownBy(() => cooperator[method]())).toBeInstanceOf(SchedulerStopped);
    }
  });
});

describe('whenIdle', () => {
  test('fires at once if there is no task, and each time with a new Deferred', () => {
    const { cooperator } = setup();
    const idle = cooperator.whenIdle();
    expect(idle).toBeInstanceOf(Deferred);
    expect(outcome(idle)).toStrictEqual([{ value: undefined }]);
    expect(cooperator.whenIdle()).not.toBe(idle);
  });

  test('fires when the last task has finished, in whatever way and order', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    const deferred = new Deferred();
    const waiting = cooperator.cooperate(function* () {
      yield deferred;
    });
    const stopped = cooperator.cooperate(logTurns([], 'stopped'));
    const broken = new Error('broken');
    const failing = cooperator.cooperate(function* () {
      throw broken;
    });
    const paused = cooperator.cooperate(logTurns([], 'paused', 1));
    const seen = outcome(cooperator.whenIdle());
    const seenToo = outcome(cooperator.whenIdle());
    paused.pause();
    await pumpAsync(5);
    expect(thrownBy(() => failing.pause())).toBeInstanceOf(TaskFailed);
    stopped.stop();
    deferred.callback();
    await pumpAsync(2);
    expect([waiting.state, seen]).toStrictEqual(['done', []]);
    paused.resume();
    await pumpAsync(2);
    expect([seen, seenToo]).toStrictEqual([[{ value: undefined }], [{ value: undefined }]]);
    // D7: waiting for the end of all does not handle the failure of one.
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([{ error: broken, task: failing }]);
  });

  test('tasks that tasks add count, and so do those that callbacks of the last one add', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const seen = outcome(cooperator.whenIdle().addCallback(() => log.push('was idle')));
    const first = cooperator.cooperate(function* () {
      yield;
      cooperator.cooperate(logTurns(log, 'B', 1)).whenDone();
    });
    const idle = cooperator.whenIdle().addCallback(() => {
      log.push('idle');
    });
    first.whenDone().addCallback(() => {
      log.push('A ends');
    });
    await pumpAsync(2);
    cooperator.tasks[0].whenDone().addCallback(() => {
      cooperator.cooperate(logTurns(log, 'C', 1));
    });
    await pumpAsync(5);
    expect(log).toStrictEqual(['was idle', 'A ends', 'B1', 'C1', 'idle']);
    expect([seen.length, outcome(idle).length]).toStrictEqual([1, 1]);
  });

  test('J3: waits for clean-ups', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const closed = new Deferred();
    const task = cooperator.cooperate(function* () {
      try {
        yield;
        yield;
      } finally {
        yield closed;
        log.push('closed');
      }
    });
    outcome(task.whenDone());
    await pumpAsync();
    task.stop();
    const seen = outcome(cooperator.whenIdle());
    await pumpAsync(2);
    expect([task.state, seen]).toStrictEqual(['stopping', []]);
    closed.callback();
    await pumpAsync(2);
    expect([log, seen.length]).toStrictEqual([['closed'], 1]);
  });

  test('fires when the cooperator is stopped or disposed', async () => {
    for (const method of ['stop', 'dispose']) {
      const { cooperator } = setup();
      const tasks = ['A', 'B'].map((label) => outcome(cooperator.coiterate(logTurns([], label))));
      const seen = outcome(cooperator.whenIdle());
      cooperator[method]();
      await flushMicrotasks();
      expect([tasks.flat().length, seen]).toStrictEqual([2, [{ value: undefined }]]);
      expect(outcome(cooperator.whenIdle()).length).toBe(1);
    }
  });

  test('D7: does not handle the failure of a task, which is reported', async () => {
    const broken = new Error('broken');
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(function* () {
      throw broken;
    });
    const seen = outcome(cooperator.whenIdle());
    pump();
    await flushEventLoop();
    expect(seen).toStrictEqual([{ value: undefined }]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('waits for thousands of tasks in linear time, and may be cancelled', async () => {
    const { cooperator, pumpAsync } = setup({ turns: Infinity });
    for (let n = 0; n < 20_000; n++) cooperator.cooperate(logTurns([], 'A', 1));
    const cancelled = cooperator.whenIdle();
    const seen = [outcome(cancelled), outcome(cooperator.whenIdle())];
    cancelled.cancel();
    await pumpAsync();
    for (let n = 0; n < 3 && seen[1].length === 0; n++) await flushMicrotasks();
    expect(seen).toStrictEqual([[{ error: expect.any(Error) }], [{ value: undefined }]]);
  });
});

test('size is the number of unfinished tasks, or of those that have a state', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  expect(cooperator.size()).toBe(0);
  for (let n = 0; n < 3; n++) {
    cooperator.cooperate(function* () {
      yield new Deferred();
    });
  }
  cooperator.cooperate([]);
  pump();
  cooperator.cooperate([1, 2]).pause();
  cooperator.cooperate([1, 2]);
  expect(cooperator.size()).toBe(5);
  expect(['runnable', 'paused', 'waiting', 'stopping', 'done'].map((state) => cooperator.size(state))).toStrictEqual([
    1, 1, 3, 0, 0,
  ]);
  cooperator.dispose();
  expect(cooperator.size()).toBe(0);
});

test('size throws for what is no state, and names the states', () => {
  const { cooperator } = setup();
  for (const [bad, text] of [
    ['runable', '"runable"'],
    ['', '""'],
    [null, 'null'],
    [0, '0'],
    ['toString', '"toString"'],
  ]) {
    expect(thrownBy(() => cooperator.size(bad))).toEqual(
      new TypeError(
        `size: state must be one of runnable, paused, waiting, done, failed, stopped, stopping, not ${text}`,
      ),
    );
  }
  expect(['done', 'failed', 'stopped', undefined].map((state) => cooperator.size(state))).toStrictEqual([0, 0, 0, 0]);
});
