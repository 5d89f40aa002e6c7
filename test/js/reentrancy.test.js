// J6: calls from inside a turn, a callback, a predicate, a scheduler or a clean-up.
import { Cooperator, Deferred, NotPaused, SchedulerStopped, TaskDone, TaskStopped, predicates } from 'cooperator';
import { LoggingScheduler, logTurns, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';

test('J6: a task that stops itself has no further turn, and the others continue', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const task = cooperator.cooperate(function* () {
    log.push('A1');
    task.stop();
    yield;
    log.push('A2');
  });
  cooperator.cooperate(logTurns(log, 'B', 2));
  pump();
  expect([task.state, log]).toStrictEqual(['stopped', ['A1', 'B1', 'B2']]);
});

test('J6: after a task stopped itself, stop throws TaskStopped, and pauses count, but have no effect', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    task.stop();
    log.push(thrownBy(() => task.stop()).constructor);
    task.pause();
    task.resume();
    log.push(thrownBy(() => task.resume()).constructor);
    task.pause();
  });
  pump();
  expect(log).toStrictEqual([TaskStopped, NotPaused]);
  expect(task.state).toBe('stopped');
});

test('J6: a task that pauses itself finishes its turn and continues when it is resumed', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const task = cooperator.cooperate(function* () {
    log.push('A1');
    task.pause();
    log.push('still');
    yield;
    log.push('A2');
  });
  cooperator.cooperate(logTurns(log, 'B', 1));
  pump();
  expect([task.state, log]).toStrictEqual(['paused', ['A1', 'still', 'B1']]);
  task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['done', ['A1', 'still', 'B1', 'A2']]);
});

test('J6: a task that pauses itself and then waits needs the value and the resume', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const deferred = new Deferred();
  const task = cooperator.cooperate(function* () {
    task.pause();
    log.push(yield deferred);
  });
  pump();
  expect(task.state).toBe('paused');
  deferred.callback('value');
  pump();
  expect([task.state, log]).toStrictEqual(['paused', []]);
  task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['done', ['value']]);
});

test('J6: a task that pauses itself and then returns or throws has finished', () => {
  const { cooperator, pump } = setup();
  const ending = cooperator.cooperate(function* () {
    ending.pause();
    return 'end';
  });
  const error = new Error('broken');
  const failing = cooperator.cooperate(function* () {
    failing.pause();
    throw error;
  });
  const done = [ending, failing].map((task) => outcome(task.whenDone()));
  pump(2);
  expect([ending.state, failing.state]).toStrictEqual(['done', 'failed']);
  expect(done).toStrictEqual([[{ value: 'end' }], [{ error }]]);
  expect(cooperator.tasks).toStrictEqual([]);
  expect(() => ending.pause()).toThrow(TaskDone);
});

test('J6: a task can pause, resume and stop another task', () => {
  const { cooperator, pump, log } = setup();
  const others = {};
  cooperator.cooperate(function* () {
    others.C.pause();
    yield;
    others.B.stop();
    yield;
    others.C.resume();
    yield;
  });
  others.B = cooperator.cooperate(logTurns(log, 'B'));
  others.C = cooperator.cooperate(logTurns(log, 'C'));
  pump(6);
  expect(log).toStrictEqual(['B1', 'C1']);
  expect(cooperator.tasks).toStrictEqual([others.C]);
});

test('J6: a task that another task resumes has its turn before the next turn of that one', () => {
  const { cooperator, pump, log } = setup();
  const paused = cooperator.cooperate(logTurns(log, 'P'));
  paused.pause();
  cooperator.cooperate(function* () {
    log.push('A1');
    paused.resume();
    yield;
    log.push('A2');
    yield;
  });
  cooperator.cooperate(logTurns(log, 'B'));
  pump(5);
  expect(log).toStrictEqual(['A1', 'B1', 'P1', 'A2', 'B2']);
});

test('J6: tasks that a task adds in each turn have turns when they are at the head of the queue', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    for (let turn = 1; ; turn++) {
      log.push(`A${turn}`);
      cooperator.cooperate(logTurns(log, `child${turn}.`, 1));
      yield;
    }
  });
  pump(7);
  expect(log).toStrictEqual(['A1', 'child1.1', 'A2', 'child2.1', 'A3']);
});

test('J6: firing the Deferred that another task waits for does not run that task inside the turn', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield deferred;
    log.push('A2');
  });
  cooperator.cooperate(function* () {
    log.push('B begins');
    deferred.callback();
    log.push('B ends');
    yield;
    log.push('B again');
  });
  pump(4);
  expect(log).toStrictEqual(['A1', 'B begins', 'B ends', 'A2', 'B again']);
});

test('J6: a task that stops the cooperator finishes all tasks, itself included; the rest of its turn runs', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const task = cooperator.cooperate(function* () {
    cooperator.stop();
    log.push([task.state, other.state, cooperator.running, cooperator.tasks.length]);
    yield;
    log.push('not reached');
  });
  const other = cooperator.cooperate(logTurns(log, 'B'));
  const done = [task, other].map((each) => outcome(each.whenDone()));
  pump(2);
  expect(log).toStrictEqual([['stopping', 'stopped', false, 1]]);
  expect(done).toStrictEqual(new Array(2).fill([{ error: expect.any(SchedulerStopped) }]));
});

test('J6: after a task stopped the cooperator, no slice is requested', () => {
  const log = [];
  const scheduler = new LoggingScheduler(log);
  const { cooperator } = setup({ scheduler: scheduler.schedule });
  cooperator.cooperate(function* () {
    cooperator.stop();
    yield;
  });
  cooperator.cooperate(logTurns(log, 'B'));
  scheduler.run();
  expect(log).toStrictEqual(['schedule', 'slice']);
});

test('J6: a task that stops and starts the cooperator leaves it running, and can add tasks', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(function* () {
    cooperator.stop();
    cooperator.start();
    cooperator.cooperate(logTurns(log, 'C', 2));
    log.push('A');
    yield;
    log.push('not reached');
  });
  cooperator.cooperate(logTurns(log, 'B'));
  pump(2);
  expect(log).toStrictEqual(['A', 'C1', 'C2']);
  expect(cooperator.running).toBe(true);
});

test('J6: a task that disposes of its cooperator finishes all tasks; the rest of its turn runs', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const task = cooperator.cooperate(function* () {
    try {
      cooperator.dispose();
      log.push([task.state, cooperator.running, cooperator.tasks.length]);
      log.push(thrownBy(() => cooperator.cooperate(logTurns(log, 'C'))).constructor);
      yield;
      log.push('not reached');
    } finally {
      log.push('finally');
    }
  });
  cooperator.cooperate(logTurns(log, 'B'));
  const done = outcome(task.whenDone());
  pump(2);
  expect(log).toStrictEqual([['stopping', false, 0], SchedulerStopped, 'finally']);
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
});

test('J6: a callback of whenDone, or of a Deferred fired in a turn, can stop or dispose of the cooperator', () => {
  for (const use of ['stop', 'dispose']) {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const deferred = new Deferred();
    deferred.addCallback(() => {
      cooperator[use]();
    });
    cooperator.cooperate(function* () {
      deferred.callback();
      log.push('A');
      yield;
      log.push('not reached');
    });
    cooperator.cooperate(logTurns(log, 'B'));
    pump();
    expect(log).toStrictEqual(['A']);

    const second = setup({ turns: Infinity });
    second.cooperator
      .cooperate([])
      .whenDone()
      .addCallback(() => {
        second.cooperator[use]();
      });
    const other = second.cooperator.cooperate(logTurns(second.log, 'B'));
    second.pump();
    expect([other.state, second.log]).toStrictEqual(['stopped', []]);
  }
});

test('J6: an async function can pause itself, add tasks and stop the cooperator', async () => {
  const { cooperator, pumpAsync, log } = setup();
  const task = cooperator.cooperate(async (context) => {
    try {
      task.pause();
      task.resume();
      await context.yield();
      cooperator.cooperate(logTurns(log, 'B'));
      cooperator.stop();
      await context.yield();
      log.push('not reached');
    } finally {
      log.push('finally');
    }
  });
  const done = outcome(task.whenDone());
  await pumpAsync(4);
  await flushEventLoop();
  expect(log).toStrictEqual(['finally']);
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
});

test('J6: calling next of a generator inside its own turn throws, and the generator continues', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const iterator = (function* () {
    log.push(thrownBy(() => iterator.next()).constructor.name);
    yield;
    log.push('went on');
  })();
  cooperator.cooperate(iterator);
  pump();
  expect(log).toStrictEqual(['TypeError', 'went on']);
});

test('J6: the predicate and its factory may stop and add tasks and stop the cooperator', () => {
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory() {
      if (victim.state === 'runnable') victim.stop();
      let calls = 0;
      return () => {
        calls += 1;
        if (calls === 1) cooperator.cooperate(logTurns(log, 'added'));
        if (calls === 3) cooperator.stop();
        return false;
      };
    },
  });
  const victim = cooperator.cooperate(logTurns(log, 'victim'));
  cooperator.cooperate(logTurns(log, 'A'));
  pump(2);
  expect(log).toStrictEqual(['A1', 'A2', 'added1']);
  expect(cooperator.tasks).toStrictEqual([]);
});

test('J6: the predicate and its factory may dispose of the cooperator', () => {
  for (const where of ['factory', 'predicate']) {
    const log = [];
    const scheduler = new LoggingScheduler(log);
    const cooperator = new Cooperator({
      scheduler: scheduler.schedule,
      terminationPredicateFactory() {
        if (where === 'factory') cooperator.dispose();
        return () => {
          if (where === 'predicate') cooperator.dispose();
          return false;
        };
      },
    });
    const task = cooperator.cooperate(logTurns(log, 'A'));
    scheduler.run();
    expect(log.filter((entry) => entry === 'A1').length).toBe(where === 'factory' ? 0 : 1);
    expect([task.state, scheduler.pending.length]).toStrictEqual(['stopped', 0]);
  }
});

test('J6: the scheduler may add tasks', () => {
  const calls = [];
  let requests = 0;
  const { cooperator, log } = setup({
    scheduler(slice) {
      requests += 1;
      if (requests === 1) cooperator.cooperate(logTurns(log, 'B', 1));
      calls.push(slice);
    },
  });
  cooperator.cooperate(logTurns(log, 'A', 1));
  expect(requests).toBe(1);
  while (calls.length > 0) calls.shift()();
  expect([...log].sort()).toStrictEqual(['A1', 'B1']);
});

test('J6: the scheduler finds the new task among the tasks and may pause or stop it', () => {
  for (const [use, state] of [
    ['pause', 'paused'],
    ['stop', 'stopped'],
  ]) {
    const { cooperator, log } = setup({
      scheduler() {
        for (const task of cooperator.tasks) {
          log.push(task.state);
          task[use]();
          log.push(task.state);
        }
      },
    });
    const task = cooperator.cooperate(logTurns(log, 'A'));
    expect([log, task.state]).toStrictEqual([['runnable', state], state]);
  }
});

test('J6: the predicate factory under a synchronous scheduler finds the new task and may stop it', () => {
  const { cooperator, log } = setup({
    scheduler: (slice) => {
      slice();
    },
    terminationPredicateFactory() {
      for (const task of cooperator.tasks) {
        log.push(task.state);
        task.stop();
      }
      return () => false;
    },
  });
  const task = cooperator.cooperate(logTurns(log, 'A'));
  expect([log, task.state]).toStrictEqual([['runnable'], 'stopped']);
});

test('J6: a signal that the scheduler aborts stops the new task', () => {
  const controller = new AbortController();
  const { cooperator, log } = setup({
    scheduler: () => {
      controller.abort('why');
    },
  });
  const task = cooperator.cooperate(logTurns(log, 'A'), { signal: controller.signal });
  expect([task.state, outcome(task.whenDone())]).toStrictEqual(['stopped', [{ error: 'why' }]]);
});

test('J6: a slice of another cooperator may run inside a turn and stop this cooperator', () => {
  const one = setup({ turns: Infinity });
  const other = setup({ turns: Infinity });
  other.cooperator.cooperate(function* () {
    one.cooperator.stop();
    one.log.push('other');
    yield;
    one.log.push('other again');
  });
  one.cooperator.cooperate(function* () {
    other.pump();
    one.log.push('one');
    yield;
    one.log.push('not reached');
  });
  one.pump();
  expect(one.log).toStrictEqual(['other', 'other again', 'one']);
});

test('J6: two cooperators whose tasks run slices of each other do not nest without end', () => {
  const one = setup();
  const other = setup();
  one.cooperator.cooperate(function* () {
    for (let turn = 1; turn <= 3; turn++) {
      one.log.push(`A${turn}`);
      other.pump();
      yield;
    }
  });
  other.cooperator.cooperate(function* () {
    for (let turn = 1; turn <= 3; turn++) {
      one.log.push(`B${turn}`);
      one.pump();
      yield;
    }
  });
  one.pump(3);
  expect(one.log).toStrictEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3']);
});

test('J6: memory that grows inside a turn disturbs nothing', () => {
  const { cooperator, pump } = setup({ terminationPredicateFactory: predicates.turns(60_001) });
  let turns = 0;
  cooperator.cooperate(function* () {
    for (let index = 0; index < 60_000; index++)
      cooperator.cooperate(function* () {
        turns += 1;
      });
    yield;
  });
  pump();
  expect(turns).toBe(60_000);
});

test('J6: the clean-up of a task that is added to a stopped cooperator may add tasks to any cooperator', () => {
  const one = setup();
  const other = setup();
  one.cooperator.stop();
  const added = [];
  const refused = one.cooperator.cooperate({
    next: () => ({ done: false }),
    return() {
      added.push(other.cooperator.cooperate(logTurns(other.log, 'B', 2)));
      added.push(one.cooperator.cooperate(logTurns(one.log, 'C')));
      return {};
    },
  });
  expect([refused, added[1]].map(({ state }) => state)).toStrictEqual(['stopped', 'stopped']);
  expect(other.cooperator.tasks).toStrictEqual([added[0]]);
  const done = outcome(added[0].whenDone());
  // The next task would reuse the memory of a task that was freed too early.
  other.cooperator.cooperate(function* () {
    yield;
    added[0].pause();
    added[0].resume();
  });
  other.pump(8);
  expect(done).toStrictEqual([{ value: 'B' }]);
  expect(other.log).toStrictEqual(['B1', 'B2']);
});
