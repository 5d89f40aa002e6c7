// S4, S5 and S11: what is asked of the scheduler, and when.
import { Cooperator, Deferred, SchedulerStopped, predicates } from 'cooperator';
import { LoggingScheduler, logTurns, outcome, setup } from './support/setup.js';

function logged(options) {
  const log = [];
  const scheduler = new LoggingScheduler(log);
  const { cooperator } = setup({ scheduler: scheduler.schedule, ...options });
  return { log, scheduler, cooperator };
}

test('S4: a new cooperator asks for nothing', () => {
  expect(logged().log).toStrictEqual([]);
});

test('S4: the first task asks for one slice, further ones for none', () => {
  const { cooperator, log } = logged();
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.cooperate(logTurns([], 'B'));
  expect(log).toStrictEqual(['schedule']);
});

test('S4: a slice that leaves runnable tasks asks for the next, after its turns', () => {
  const { cooperator, scheduler, log } = logged({ turns: 2 });
  cooperator.cooperate(logTurns(log, 'A'));
  scheduler.run();
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'A2', 'schedule', 'slice', 'A3', 'A4', 'schedule']);
});

test('S4: a slice that leaves nothing to do asks for nothing', () => {
  const { cooperator, scheduler, log } = logged({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1']);
});

test('S4: a task added from inside a slice does not ask for a second one', () => {
  const { cooperator, scheduler, log } = logged();
  cooperator.cooperate(function* () {
    cooperator.cooperate(logTurns(log, 'B'));
    log.push('A1');
    yield;
  });
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule']);
});

test('S4: stopping the last runnable task cancels the pending slice, stopping another does not', () => {
  const { cooperator, log } = logged();
  const a = cooperator.cooperate(logTurns([], 'A'));
  const b = cooperator.cooperate(logTurns([], 'B'));
  a.stop();
  expect(log.splice(0)).toStrictEqual(['schedule']);
  b.stop();
  expect(log.splice(0)).toStrictEqual(['cancel']);
  cooperator.cooperate(logTurns([], 'C'));
  expect(log.splice(0)).toStrictEqual(['schedule']);
});

test('S4: pausing the last runnable task cancels the pending slice, resuming it asks again', () => {
  const { cooperator, log } = logged();
  const task = cooperator.cooperate(logTurns([], 'A'));
  task.pause();
  expect(log.splice(0)).toStrictEqual(['schedule', 'cancel']);
  task.pause();
  task.resume();
  expect(log.splice(0)).toStrictEqual([]);
  task.resume();
  expect(log.splice(0)).toStrictEqual(['schedule']);
});

test('S4: paused and waiting tasks ask for no slice', () => {
  const { cooperator, scheduler, log } = logged();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield new Deferred();
  });
  const paused = cooperator.cooperate(logTurns(log, 'B'));
  scheduler.run();
  paused.pause();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule', 'cancel']);
});

test('S4: a task whose wait is over asks for a slice', () => {
  const { cooperator, scheduler, log } = logged();
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

test('S4: a paused task whose wait is over asks for nothing before it is resumed', () => {
  const { cooperator, scheduler, log } = logged();
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
  const { cooperator, log } = logged();
  outcome(cooperator.cooperate(logTurns([], 'A')).whenDone());
  cooperator.stop();
  expect(log).toStrictEqual(['schedule', 'cancel']);
});

test('S4: dispose cancels the pending slice', () => {
  const { cooperator, log } = logged();
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.dispose();
  expect(log).toStrictEqual(['schedule', 'cancel']);
});

test('S4: a cooperator in which a slice ran out of tasks asks again for the next task', () => {
  const { cooperator, scheduler, log } = logged({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1));
  scheduler.run();
  cooperator.cooperate(logTurns(log, 'B', 1));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'schedule', 'slice', 'B1']);
});

test('S4: a callback of a finished task that adds another one asks for a single slice', () => {
  const { cooperator, scheduler, log } = logged();
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

test('S4: a cancelled slice that the host runs all the same gives no turn', () => {
  const { cooperator, scheduler, log } = logged();
  cooperator.cooperate(logTurns(log, 'A')).stop();
  log.splice(0);
  scheduler.requests[0].slice();
  expect(log).toStrictEqual([]);
});

test('S4: a slice that the host runs twice gives the turns of one', () => {
  const { cooperator, scheduler, log } = logged({ turns: Infinity });
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

test('S4: a scheduler that cannot cancel, and answers nothing, serves as well', () => {
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

test('S4: a scheduler that answers with something that has no cancel serves as well, as setTimeout does', () => {
  const calls = [];
  const { cooperator, log } = setup({ scheduler: (slice) => calls.push(slice) });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  calls.shift()();
  task.stop();
  expect(log).toStrictEqual(['A1']);
});

test('S4: cancel is called as a method of what the scheduler gave, once', () => {
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

test('S5: a scheduler that calls back at once runs everything, and slices do not nest', () => {
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

test('S5: a scheduler that calls back at once survives a hundred thousand slices', () => {
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

test('S5: a task added inside a turn, under a scheduler that calls back at once, waits for that turn to end', () => {
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

test('S5: a slice that is called from inside a turn gives no turn there', () => {
  const { cooperator, scheduler, log } = logged();
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

test('S5: pumping from inside a turn runs no slice of the same cooperator, and one of another', () => {
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
  const { cooperator, scheduler, log } = logged({ started: false, turns: 4 });
  cooperator.cooperate(logTurns(log, 'A'));
  cooperator.cooperate(logTurns(log, 'B'));
  expect(log).toStrictEqual([]);
  expect(cooperator.tasks.map((task) => task.state)).toStrictEqual(['runnable', 'runnable']);
  cooperator.start();
  expect(log).toStrictEqual(['schedule']);
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice', 'A1', 'B1', 'A2', 'B2', 'schedule']);
});

test('S11: start without tasks asks for nothing, and a second start for no second slice', () => {
  const { cooperator, log } = logged({ started: false });
  cooperator.start();
  expect(log).toStrictEqual([]);
  cooperator.cooperate(logTurns([], 'A'));
  cooperator.start();
  expect(log).toStrictEqual(['schedule']);
});

test('S11: tasks can be paused, resumed and stopped before the start', () => {
  const { cooperator, scheduler, log } = logged({ started: false, turns: 2 });
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

test('S11: a cooperator that is stopped before it was started ends its tasks', () => {
  const { cooperator, log } = logged({ started: false });
  const done = outcome(cooperator.cooperate(logTurns([], 'A')).whenDone());
  cooperator.stop();
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  expect(log).toStrictEqual([]);
});

test('S11: running is started and not stopped', () => {
  expect(setup().cooperator.running).toBe(true);
  const { cooperator } = setup({ started: false });
  const seen = [cooperator.running];
  for (const step of ['start', 'stop', 'start', 'stop', 'stop', 'start']) {
    cooperator[step]();
    seen.push(cooperator.running);
  }
  expect(seen).toStrictEqual([false, true, false, true, false, false, true]);
});

test('S4: a scheduler is called with the slice alone', () => {
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

test('S4: what a scheduler returns for a slice that it has run at once is not kept for the next', () => {
  const log = [];
  const slices = [];
  const { cooperator } = setup({
    scheduler(slice) {
      const number = slices.push(slice);
      log.push(`ask ${number}`);
      if (number === 1) slice(); // and its end asks for the second
      return {
        cancel() {
          log.push(`cancel ${number}`);
        },
      };
    },
  });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  task.pause();
  expect(log).toStrictEqual(['ask 1', 'A1', 'ask 2', 'cancel 2']);
});

test('S4: nor is what it returns for a slice that was taken back and asked for anew meanwhile', () => {
  const log = [];
  let asked = 0;
  const { cooperator } = setup({
    scheduler() {
      const number = ++asked;
      log.push(`ask ${number}`);
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
  expect(log).toStrictEqual(['ask 1', 'ask 2', 'cancel 1']);
  task.pause();
  expect(log).toStrictEqual(['ask 1', 'ask 2', 'cancel 1', 'cancel 2']);
});

test('S4: a slice that is taken back while the scheduler is being asked is cancelled', () => {
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
