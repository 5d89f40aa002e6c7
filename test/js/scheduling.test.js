// S4, S5 and S11: requests for slices, their cancellation, and Cooperator.start.
import { Cooperator, Deferred, SchedulerStopped, predicates } from 'cooperator';
import { LoggingScheduler, logTurns, outcome, setup } from './support/setup.js';

function setupLogging(options) {
  const log = [];
  const scheduler = new LoggingScheduler(log);
  const { cooperator } = setup({ scheduler: scheduler.schedule, ...options });
  return { log, scheduler, cooperator };
}

test('S4: a new cooperator requests no slice', () => {
  expect(setupLogging().log).toStrictEqual([]);
});

test('S4: the first task requests a slice, later ones do not', () => {
  const { cooperator, log } = setupLogging();
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.cooperate(logTurns([], 'B'));
  expect(log).toStrictEqual(['schedule']);
});

test('S4: a slice that leaves runnable tasks requests the next one after its turns', () => {
  const { cooperator, scheduler, log } = setupLogging({ turns: 2 });
  cooperator.cooperate(logTurns(log, 'A'));
  scheduler.run();
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'A2', 'schedule', 'slice', 'A3', 'A4', 'schedule']);
});

test('S4: a slice that leaves no runnable task requests none', () => {
  const { cooperator, scheduler, log } = setupLogging({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1']);
});

test('S4: a task added inside a slice does not request a second one', () => {
  const { cooperator, scheduler, log } = setupLogging();
  cooperator.cooperate(function* () {
    cooperator.cooperate(logTurns(log, 'B'));
    log.push('A1');
    yield;
  });
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule']);
});

test('S4: stopping the last runnable task cancels the pending slice, stopping another one does not', () => {
  const { cooperator, log } = setupLogging();
  const a = cooperator.cooperate(logTurns([], 'A'));
  const b = cooperator.cooperate(logTurns([], 'B'));
  a.stop();
  expect(log.splice(0)).toStrictEqual(['schedule']);
  b.stop();
  expect(log.splice(0)).toStrictEqual(['cancel']);
  cooperator.cooperate(logTurns([], 'C'));
  expect(log.splice(0)).toStrictEqual(['schedule']);
});

test('S4: pausing the last runnable task cancels the pending slice, and resuming it requests one', () => {
  const { cooperator, log } = setupLogging();
  const task = cooperator.cooperate(logTurns([], 'A'));
  task.pause();
  expect(log.splice(0)).toStrictEqual(['schedule', 'cancel']);
  task.pause();
  task.resume();
  expect(log.splice(0)).toStrictEqual([]);
  task.resume();
  expect(log.splice(0)).toStrictEqual(['schedule']);
});

test('S4: paused and waiting tasks request no slice', () => {
  const { cooperator, scheduler, log } = setupLogging();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield new Deferred();
  });
  const paused = cooperator.cooperate(logTurns(log, 'B'));
  scheduler.run();
  paused.pause();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule', 'cancel']);
});

test('S4: the end of a wait requests a slice', () => {
  const { cooperator, scheduler, log } = setupLogging();
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield deferred;
    log.push('A2');
  });
  scheduler.run();
  expect(log.splice(0)).toStrictEqual(['schedule', 'slice', 'A1']);
  deferred.callback();
  expect(log.splice(0)).toStrictEqual(['schedule']);
  scheduler.run();
  expect(log).toStrictEqual(['slice', 'A2']);
});

test('S4: the end of the wait of a paused task requests no slice before the task is resumed', () => {
  const { cooperator, scheduler, log } = setupLogging();
  const deferred = new Deferred();
  const task = cooperator.cooperate(function* () {
    yield deferred;
  });
  scheduler.run();
  task.pause();
  log.splice(0);
  deferred.callback();
  expect(log).toStrictEqual([]);
  task.resume();
  expect(log).toStrictEqual(['schedule']);
});

test('S4: Cooperator.stop cancels the pending slice', () => {
  const { cooperator, log } = setupLogging();
  outcome(cooperator.cooperate(logTurns([], 'A')).whenDone());
  cooperator.stop();
  expect(log).toStrictEqual(['schedule', 'cancel']);
});

test('S4: dispose cancels the pending slice', () => {
  const { cooperator, log } = setupLogging();
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.dispose();
  expect(log).toStrictEqual(['schedule', 'cancel']);
});

test('S4: after a slice that ran out of tasks, the next task requests a slice', () => {
  const { cooperator, scheduler, log } = setupLogging({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1));
  scheduler.run();
  cooperator.cooperate(logTurns(log, 'B', 1));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule', 'slice', 'B1']);
});

test('S4: a callback of a finished task that adds another task requests one slice', () => {
  const { cooperator, scheduler, log } = setupLogging();
  cooperator.coiterate([]).addCallback(() => {
    log.push('A done');
    cooperator.coiterate([]).addCallback(() => {
      log.push('B done');
    });
  });
  scheduler.run();
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A done', 'schedule', 'slice', 'B done']);
});

test('S4: a cancelled slice that the host runs nevertheless runs no turn', () => {
  const { cooperator, scheduler, log } = setupLogging();
  cooperator.cooperate(logTurns(log, 'A')).stop();
  log.splice(0);
  scheduler.requests[0].slice();
  expect(log).toStrictEqual([]);
});

test('S4: the second call of a slice that the host runs twice runs no turn', () => {
  const { cooperator, scheduler, log } = setupLogging({ turns: Infinity });
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield deferred;
    log.push('A2');
  });
  scheduler.run();
  scheduler.requests[0].slice();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1']);
});

test('S4: a scheduler may return nothing, and its slices cannot be cancelled', () => {
  const calls = [];
  const { cooperator, log } = setup({
    scheduler: (slice) => {
      calls.push(slice);
    },
  });
  const a = cooperator.cooperate(logTurns(log, 'A'));
  a.stop();
  while (calls.length > 0) calls.shift()();
  expect(log).toStrictEqual([]);
  cooperator.cooperate(logTurns(log, 'B', 2));
  for (let call = 0; calls.length > 0; call++) {
    expect(call).toBeLessThan(10);
    calls.shift()();
  }
  expect(log).toStrictEqual(['B1', 'B2']);
});

test('S4: a scheduler may return a value without cancel, such as a number', () => {
  const calls = [];
  const { cooperator, log } = setup({ scheduler: (slice) => calls.push(slice) });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  calls.shift()();
  task.stop();
  expect(log).toStrictEqual(['A1']);
});

test('S4: cancel is called once, as a method of what the scheduler returned', () => {
  const cancelled = [];
  const { cooperator } = setup({
    scheduler() {
      const request = {
        cancel() {
          cancelled.push(this === request);
        },
      };
      return request;
    },
  });
  const task = cooperator.cooperate(logTurns([], 'A'));
  task.stop();
  cooperator.stop();
  cooperator.dispose();
  expect(cancelled).toStrictEqual([true]);
});

test('S5: a synchronous scheduler runs everything, and slices do not nest', () => {
  let depth = 0;
  let deepest = 0;
  const { cooperator, log } = setup({
    scheduler(slice) {
      deepest = Math.max(deepest, ++depth);
      slice();
      depth -= 1;
    },
  });
  const done = outcome(cooperator.cooperate(logTurns(log, 'A', 3)).whenDone());
  expect(log).toStrictEqual(['A1', 'A2', 'A3']);
  expect(done).toStrictEqual([{ value: 'A' }]);
  expect(deepest).toBeLessThanOrEqual(2);
});

test('S5: a synchronous scheduler can run a hundred thousand slices', () => {
  let turns = 0;
  const { cooperator } = setup({ scheduler: (slice) => slice() });
  const task = cooperator.cooperate(function* () {
    while (turns < 100_000) {
      turns += 1;
      yield;
    }
  });
  expect([turns, task.state]).toStrictEqual([100_000, 'done']);
});

test('S5: with a synchronous scheduler a task added inside a turn runs after that turn', () => {
  const { cooperator, log } = setup({
    scheduler: (slice) => {
      slice();
    },
  });
  cooperator.cooperate(function* () {
    log.push('A begins');
    cooperator.cooperate(function* () {
      log.push('B');
    });
    log.push('A ends');
    yield;
    log.push('A again');
  });
  expect(log).toStrictEqual(['A begins', 'A ends', 'B', 'A again']);
});

test('S5: a slice that is called inside a turn runs no turn there', () => {
  const { cooperator, scheduler, log } = setupLogging();
  cooperator.cooperate(function* () {
    log.push('A begins');
    scheduler.requests[0].slice();
    log.push('A ends');
    yield;
  });
  cooperator.cooperate(logTurns(log, 'B'));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A begins', 'A ends', 'schedule']);
});

test('S5: a slice of another cooperator can run inside a turn, one of the same cooperator cannot', () => {
  const one = setup();
  const other = setup();
  other.cooperator.cooperate(logTurns(one.log, 'B', 1));
  one.cooperator.cooperate(function* () {
    one.log.push('A begins');
    one.pump();
    other.pump();
    one.log.push('A ends');
    yield;
  });
  one.cooperator.cooperate(logTurns(one.log, 'C'));
  one.pump();
  expect(one.log).toStrictEqual(['A begins', 'B1', 'A ends']);
});

test('S11: a cooperator that is not started queues its tasks', () => {
  const { cooperator, scheduler, log } = setupLogging({ started: false, turns: 4 });
  cooperator.cooperate(logTurns(log, 'A'));
  cooperator.cooperate(logTurns(log, 'B'));
  expect(log).toStrictEqual([]);
  expect(cooperator.tasks.map((task) => task.state)).toStrictEqual(['runnable', 'runnable']);
  cooperator.start();
  expect(log).toStrictEqual(['schedule']);
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'B1', 'A2', 'B2', 'schedule']);
});

test('S11: start without tasks requests no slice, and a second start no second one', () => {
  const { cooperator, log } = setupLogging({ started: false });
  cooperator.start();
  expect(log).toStrictEqual([]);
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.start();
  expect(log).toStrictEqual(['schedule']);
});

test('S11: tasks can be paused, resumed and stopped before start', () => {
  const { cooperator, scheduler, log } = setupLogging({ started: false, turns: 2 });
  const a = cooperator.cooperate(logTurns(log, 'A'));
  const b = cooperator.cooperate(logTurns(log, 'B'));
  const c = cooperator.cooperate(logTurns(log, 'C'));
  a.pause();
  a.resume();
  b.stop();
  expect(log).toStrictEqual([]);
  cooperator.start();
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'C1', 'A1', 'schedule']);
  expect(cooperator.tasks).toStrictEqual([a, c]);
});

test('S11: stop before start finishes the tasks', () => {
  const { cooperator, log } = setupLogging({ started: false });
  const done = outcome(cooperator.cooperate(logTurns([], 'A')).whenDone());
  cooperator.stop();
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  expect(log).toStrictEqual([]);
});

test('S11: running is true between start and stop', () => {
  expect(setup().cooperator.running).toBe(true);
  const { cooperator } = setup({ started: false });
  const seen = [cooperator.running];
  for (const step of ['start', 'stop', 'start', 'stop', 'stop', 'start']) {
    cooperator[step]();
    seen.push(cooperator.running);
  }
  expect(seen).toStrictEqual([false, true, false, true, false, false, true]);
});

test('S4: a scheduler is called with the slice as its only argument', () => {
  const seen = [];
  const cooperator = new Cooperator({
    scheduler(...args) {
      seen.push([args.length, typeof args[0]]);
    },
    terminationPredicateFactory: predicates.turns(1),
  });
  const task = cooperator.cooperate(logTurns([], 'A'));
  expect(seen).toStrictEqual([[1, 'function']]);
  task.stop();
});

test('S4: what a scheduler returns for a slice that it ran at once does not cancel the next one', () => {
  const log = [];
  const slices = [];
  const { cooperator } = setup({
    scheduler(slice) {
      const number = slices.push(slice);
      log.push(`schedule ${number}`);
      if (number === 1) slice(); // at its end the second one is requested
      return {
        cancel() {
          log.push(`cancel ${number}`);
        },
      };
    },
  });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  task.pause();
  expect(log).toStrictEqual(['schedule 1', 'A1', 'schedule 2', 'cancel 2']);
});

test('S4: a request that is cancelled and renewed inside the scheduler is cancelled when that returns', () => {
  const log = [];
  let requests = 0;
  const { cooperator } = setup({
    scheduler() {
      const number = ++requests;
      log.push(`schedule ${number}`);
      if (number === 1) {
        cooperator.tasks[0].pause();
        cooperator.tasks[0].resume();
      }
      return {
        cancel() {
          log.push(`cancel ${number}`);
        },
      };
    },
  });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  expect(log).toStrictEqual(['schedule 1', 'schedule 2', 'cancel 1']);
  task.pause();
  expect(log).toStrictEqual(['schedule 1', 'schedule 2', 'cancel 1', 'cancel 2']);
});

test('S4: a slice that is cancelled inside the scheduler is cancelled when the scheduler returns', () => {
  let cancelled = 0;
  const holder = {};
  const { cooperator } = setup({
    scheduler: () => {
      holder.task?.pause();
      return {
        cancel() {
          cancelled++;
        },
      };
    },
  });
  holder.task = cooperator.cooperate(logTurns([], 'A'));
  holder.task.pause();
  expect(cancelled).toBe(1);
  holder.task.resume();
  expect(cancelled).toBe(2);
});
