// S6 to S9 and J1: states, pause, resume and stop of a task, its whenDone and its result.
import {
  Deferred,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from 'cooperator';
import { logTurns, outcome, setup, thrownBy, flushEventLoop } from './support/setup.js';

/** Sets up a task whose next turn does `next.do`: 'count', 'wait', 'end' or 'fail'. */
function setupSteered() {
  const deferreds = [];
  const fixture = setup();
  const next = { do: 'count' };
  const task = fixture.cooperator.cooperate(function* () {
    for (let turn = 1; ; turn++) {
      const action = next.do;
      next.do = 'count';
      if (action === 'wait') {
        const deferred = new Deferred();
        deferreds.push(deferred);
        fixture.log.push('wait');
        const value = yield deferred;
        fixture.log.push(['got', value]);
      } else if (action === 'end') {
        return 'the end';
      } else if (action === 'fail') {
        throw next.error;
      } else {
        fixture.log.push(turn);
        yield turn;
      }
    }
  });
  return { ...fixture, task, next, deferreds };
}

test('S6: a task is runnable, paused, waiting and done', () => {
  const { task, next, deferreds, pump } = setupSteered();
  const seen = [task.state];
  const see = () => seen.push(task.state);
  pump();
  see();
  task.pause();
  see();
  task.resume();
  see();
  next.do = 'wait';
  pump();
  see();
  deferreds[0].callback();
  see();
  pump();
  see();
  next.do = 'end';
  pump();
  see();
  expect(seen).toStrictEqual(['runnable', 'runnable', 'paused', 'runnable', 'waiting', 'runnable', 'runnable', 'done']);
});

test("S6: a task that threw is 'failed', a stopped one 'stopped'", () => {
  const { cooperator, pump, takeReports } = setup();
  const failing = cooperator.cooperate(function* () {
    throw new Error('broken');
  });
  outcome(failing.whenDone());
  const stopped = cooperator.cooperate(logTurns([], 'B'));
  stopped.stop();
  pump();
  expect([failing.state, stopped.state]).toStrictEqual(['failed', 'stopped']);
  expect(takeReports()).toStrictEqual([]);
});

test('S6: inside its own turn a task is runnable, or paused if it paused itself', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    log.push(task.state);
    task.pause();
    log.push(task.state);
    task.resume();
    log.push(task.state);
  });
  pump();
  expect(log).toStrictEqual(['runnable', 'paused', 'runnable']);
});

test('S6: a task paused while it waits needs the value and the resume: value first', () => {
  const { task, next, deferreds, pump, log } = setupSteered();
  next.do = 'wait';
  pump();
  task.pause();
  expect(task.state).toBe('paused');
  deferreds[0].callback('value');
  expect(task.state).toBe('paused');
  pump();
  expect(log).toStrictEqual(['wait']);
  task.resume();
  expect(task.state).toBe('runnable');
  pump();
  expect(log).toStrictEqual(['wait', ['got', 'value'], 2]);
});

test('S6: a task paused while it waits needs the value and the resume: resume first', () => {
  const { task, next, deferreds, pump, log } = setupSteered();
  next.do = 'wait';
  pump();
  task.pause();
  task.resume();
  expect(task.state).toBe('waiting');
  pump();
  expect(log).toStrictEqual(['wait']);
  deferreds[0].callback('value');
  expect(task.state).toBe('runnable');
  pump();
  expect(log).toStrictEqual(['wait', ['got', 'value'], 2]);
});

test('S6: resume on a task that only waits throws NotPaused, and the task keeps waiting', () => {
  const { task, next, deferreds, pump, log } = setupSteered();
  next.do = 'wait';
  pump();
  expect(() => task.resume()).toThrow(NotPaused);
  expect(task.state).toBe('waiting');
  pump();
  deferreds[0].callback('value');
  pump();
  expect(log).toStrictEqual(['wait', ['got', 'value'], 2]);
});

test('S7: a paused task has no turn, and resume itself runs none', () => {
  const { task, pump, log } = setupSteered();
  pump(2);
  task.pause();
  pump(2);
  expect(log).toStrictEqual([1, 2]);
  task.resume();
  expect(log).toStrictEqual([1, 2]);
  pump();
  expect(log).toStrictEqual([1, 2, 3]);
});

test('S7: pause twice needs two resumes', () => {
  const { task, pump, log } = setupSteered();
  task.pause();
  pump();
  task.pause();
  pump();
  task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['paused', []]);
  task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['runnable', [1]]);
});

test('S7: pause a thousand times needs a thousand resumes', () => {
  const { task, pump, log } = setupSteered();
  for (let count = 0; count < 1000; count++) task.pause();
  for (let count = 0; count < 999; count++) task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['paused', []]);
  task.resume();
  expect(() => task.resume()).toThrow(NotPaused);
  pump();
  expect(log).toStrictEqual([1]);
});

test('S7: resume on a task that is not paused throws NotPaused', () => {
  const { task, pump, log } = setupSteered();
  expect(() => task.resume()).toThrow(NotPaused);
  task.pause();
  task.resume();
  expect(() => task.resume()).toThrow(NotPaused);
  pump();
  expect(log).toStrictEqual([1]);
});

test('S7: pause and stop on a task that is done throw TaskDone', () => {
  const { task, next, pump } = setupSteered();
  next.do = 'end';
  pump();
  for (const method of ['pause', 'stop']) expect(() => task[method]()).toThrow(TaskDone);
  expect(() => task.resume()).toThrow(NotPaused);
  expect(task.state).toBe('done');
});

test('S7: pause and stop on a failed task throw TaskFailed, whose cause is the error of the task', () => {
  const { task, next, pump } = setupSteered();
  outcome(task.whenDone());
  next.do = 'fail';
  next.error = new Error('broken');
  pump();
  for (const method of ['pause', 'stop']) {
    const error = thrownBy(() => task[method]());
    expect(error).toBeInstanceOf(TaskFailed);
    expect(error.cause).toBe(next.error);
  }
  expect(() => task.resume()).toThrow(NotPaused);
  expect(task.state).toBe('failed');
});

test('S7: pause and stop on a stopped task throw TaskStopped', () => {
  const { task, pump, log } = setupSteered();
  task.stop();
  for (const method of ['pause', 'stop']) expect(() => task[method]()).toThrow(TaskStopped);
  expect(() => task.resume()).toThrow(NotPaused);
  pump();
  expect([task.state, log]).toStrictEqual(['stopped', []]);
});

test('S7: pause and stop on a task that Cooperator.stop ended throw SchedulerStopped', () => {
  const { cooperator, task } = setupSteered();
  cooperator.stop();
  for (const method of ['pause', 'stop']) {
    const error = thrownBy(() => task[method]());
    expect(error).toBeInstanceOf(SchedulerStopped);
    expect(error).not.toBeInstanceOf(TaskFinished);
  }
  expect(task.state).toBe('stopped');
});

test('S7: TaskDone, TaskFailed and TaskStopped are TaskFinished, and all are SchedulerError', () => {
  for (const [Class, parents] of [
    [TaskDone, [TaskFinished, SchedulerError, Error]],
    [TaskFailed, [TaskFinished, SchedulerError, Error]],
    [TaskStopped, [TaskFinished, SchedulerError, Error]],
    [SchedulerStopped, [SchedulerError, Error]],
    [NotPaused, [SchedulerError, Error]],
  ]) {
    for (const parent of parents) expect(Class.prototype).toBeInstanceOf(parent);
  }
});

test('S7: these errors have names and messages', () => {
  const { task } = setupSteered();
  const notPaused = thrownBy(() => task.resume());
  task.stop();
  const stopped = thrownBy(() => task.pause());
  expect([notPaused.name, stopped.name]).toStrictEqual(['NotPaused', 'TaskStopped']);
  for (const { message } of [notPaused, stopped]) expect(message).toMatch(/\w+ \w+ \w+/);
});

test('S7: resume on a task that was stopped while paused does nothing', () => {
  const { task, pump, log } = setupSteered();
  task.pause();
  task.stop();
  task.resume();
  pump();
  expect([task.state, log]).toStrictEqual(['stopped', []]);
});

test('S7: two resumes on a task that was paused twice and then stopped do nothing', () => {
  const { cooperator, task } = setupSteered();
  task.pause();
  task.pause();
  cooperator.stop();
  task.resume();
  task.resume();
  expect(task.state).toBe('stopped');
});

test('S8: whenDone returns a new Deferred each time', () => {
  const { task } = setupSteered();
  const deferreds = [task.whenDone(), task.whenDone()];
  expect(deferreds[0]).not.toBe(deferreds[1]);
  for (const deferred of deferreds) expect(deferred).toBeInstanceOf(Deferred);
  task.stop();
  deferreds.forEach(outcome);
});

test('S8: callbacks of one whenDone do not change what another receives', () => {
  const { task, next, pump, log } = setupSteered();
  for (const label of ['one', 'two', 'three']) {
    task
      .whenDone()
      .addCallback((value) => {
        log.push([label, value]);
        return label;
      })
      .addCallback((value) => {
        log.push([label, value]);
      });
  }
  next.do = 'end';
  pump();
  expect(log).toStrictEqual([
    ['one', 'the end'],
    ['one', 'one'],
    ['two', 'the end'],
    ['two', 'two'],
    ['three', 'the end'],
    ['three', 'three'],
  ]);
});

test('S8: an error in a callback of one whenDone does not affect another', () => {
  const { task, next, pump } = setupSteered();
  const broken = new Error('broken callback');
  const one = outcome(
    task.whenDone().addCallback(() => {
      throw broken;
    }),
  );
  const other = outcome(task.whenDone());
  next.do = 'end';
  pump();
  expect([one, other]).toStrictEqual([[{ error: broken }], [{ value: 'the end' }]]);
});

test('S8: whenDone fires when the iterator is exhausted', () => {
  const { task, next, pump } = setupSteered();
  const done = outcome(task.whenDone());
  pump(3);
  expect(done).toStrictEqual([]);
  next.do = 'end';
  pump();
  expect(done).toStrictEqual([{ value: 'the end' }]);
});

test('S8: whenDone fails with the error that the iterator threw', () => {
  const { task, next, pump } = setupSteered();
  const one = outcome(task.whenDone());
  const two = outcome(task.whenDone());
  next.do = 'fail';
  next.error = new RangeError('broken');
  pump();
  expect(one[0].error).toBe(next.error);
  expect(two[0].error).toBe(next.error);
});

test('S8: stop fails whenDone with TaskStopped at once', () => {
  const { task } = setupSteered();
  const done = outcome(task.whenDone());
  task.stop();
  expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
});

test('S8: Cooperator.stop fails whenDone with SchedulerStopped at once', () => {
  const { task, cooperator } = setupSteered();
  const done = outcome(task.whenDone());
  cooperator.stop();
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
});

test('S8: whenDone of a finished task fires at once, each time', () => {
  const { cooperator, pump } = setup();
  const error = new Error('broken');
  const ended = cooperator.cooperate(logTurns([], 'A', 0));
  const failed = cooperator.cooperate(function* () {
    throw error;
  });
  const stopped = cooperator.cooperate(logTurns([], 'C'));
  outcome(failed.whenDone());
  stopped.stop();
  pump(2);
  for (let time = 0; time < 2; time++) {
    expect(outcome(ended.whenDone())).toStrictEqual([{ value: 'A' }]);
    expect(outcome(failed.whenDone())[0].error).toBe(error);
    expect(outcome(stopped.whenDone())).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  }
});

test('S8: a finished task does not fire its whenDone a second time', () => {
  const { task, next, deferreds, pump, cooperator } = setupSteered();
  next.do = 'wait';
  pump();
  const done = outcome(task.whenDone());
  task.stop();
  deferreds[0].callback('late');
  cooperator.stop();
  pump();
  expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
});

test('S8: a task that was stopped while it waited has no turn when the Deferred fires', () => {
  const { task, next, deferreds, pump, log } = setupSteered();
  next.do = 'wait';
  pump();
  task.stop();
  pump();
  const seen = outcome(deferreds[0]);
  deferreds[0].callback(7);
  pump();
  expect([task.state, log]).toStrictEqual(['stopped', ['wait']]);
  expect(seen).toStrictEqual([{ value: 7 }]);
});

test('S9: when whenDone of a done task fires, the task has left the cooperator and has its final state', () => {
  const { task, cooperator, next, pump, log } = setupSteered();
  task.whenDone().addCallback(() => {
    log.push([task.state, cooperator.tasks.length, thrownBy(() => task.stop()).constructor]);
  });
  next.do = 'end';
  pump();
  expect(log).toStrictEqual([['done', 0, TaskDone]]);
});

test('S9: when whenDone of a stopped task fires, the task has left the cooperator and has its final state', () => {
  const { task, cooperator, log } = setupSteered();
  task.whenDone().addErrback(() => {
    log.push([task.state, cooperator.tasks.length, thrownBy(() => task.stop()).constructor]);
  });
  task.stop();
  expect(log).toStrictEqual([['stopped', 0, TaskStopped]]);
});

test('S9: a callback of whenDone can add, pause, resume and stop tasks', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const victim = cooperator.cooperate(logTurns(log, 'victim'), { share: 2 });
  const held = cooperator.cooperate(logTurns(log, 'held'));
  const released = cooperator.cooperate(logTurns(log, 'released', 1));
  released.pause();
  cooperator
    .cooperate(logTurns(log, 'ends', 0))
    .whenDone()
    .addCallback(() => {
      victim.stop();
      held.pause();
      released.resume();
      cooperator.cooperate(logTurns(log, 'added', 1));
    });
  pump();
  expect(log).toStrictEqual(['victim1', 'victim2', 'held1', 'released1', 'added1']);
  expect(cooperator.tasks).toStrictEqual([held]);
});

test('S9: a callback of whenDone can stop the cooperator, and its own task stays done', () => {
  const { task, cooperator, next, pump, log } = setupSteered();
  const other = outcome(cooperator.cooperate(logTurns([], 'B')).whenDone());
  task.whenDone().addCallback((value) => {
    log.push(value);
    cooperator.stop();
    log.push('stopped');
  });
  next.do = 'end';
  pump();
  expect(log).toStrictEqual(['the end', 'stopped']);
  expect(other).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  expect([task.state, cooperator.running]).toStrictEqual(['done', false]);
});

test('S9: a whenDone that is created while the others fire has the result, once', () => {
  const { task, next, pump } = setupSteered();
  let late;
  task.whenDone().addCallback(() => {
    late = outcome(task.whenDone());
  });
  const after = outcome(task.whenDone());
  next.do = 'end';
  pump();
  expect(late).toStrictEqual([{ value: 'the end' }]);
  expect(after).toStrictEqual([{ value: 'the end' }]);
});

test('S8: whenDone can be called again after all earlier ones were cancelled', () => {
  const { cooperator, pump } = setup();
  const task = cooperator.cooperate(logTurns([], 'A', 1));
  for (let n = 0; n < 2; n++) {
    const cancelled = task.whenDone();
    expect(outcome(cancelled)).toStrictEqual([]);
    cancelled.cancel();
  }
  const seen = outcome(task.whenDone());
  pump(2);
  expect(seen).toStrictEqual([{ value: 'A' }]);
});

test('J1: the result of a task is what its generator returns', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const value = { any: 'object' };
  const done = [
    cooperator.cooperate(function* () {
      yield 1;
      return value;
    }),
    cooperator.cooperate(function* () {
      yield 1;
    }),
    cooperator.cooperate([1, 2, 3]),
    cooperator.cooperate({ next: () => ({ done: true, value: 0 }) }),
  ].map((task) => outcome(task.whenDone()));
  pump();
  expect(done).toStrictEqual([[{ value }], [{ value: undefined }], [{ value: undefined }], [{ value: 0 }]]);
  expect(done[0][0].value).toBe(value);
});

test('J1: whenDone fires with the value of a Promise that a generator returns', async () => {
  const { cooperator, pump } = setup();
  const task = cooperator.cooperate(function* () {
    return Promise.resolve('value');
  });
  const both = Promise.all([task.whenDone(), task.whenDone()]);
  pump();
  expect(await both).toStrictEqual(['value', 'value']);
  expect(await task.whenDone()).toBe('value');
});

test('J2: yielding anything but a thenable gives back undefined', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(function* () {
    for (const value of [undefined, null, 5, 'text', {}, { then: 'not a function' }, () => {}]) log.push(yield value);
  });
  pump();
  expect(log).toStrictEqual(new Array(7).fill(undefined));
});

test('coiterate returns a Deferred that fires with the result or the error', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const error = new Error('broken');
  const value = cooperator.coiterate(function* () {
    yield;
    return 5;
  });
  const failure = cooperator.coiterate(function* () {
    yield;
    throw error;
  });
  expect(value).toBeInstanceOf(Deferred);
  const seen = [outcome(value), outcome(failure)];
  pump();
  expect(seen).toStrictEqual([[{ value: 5 }], [{ error }]]);
});

test('coiterate fires the given Deferred and returns it', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const given = new Deferred();
  expect(
    cooperator.coiterate(function* () {
      return 5;
    }, given),
  ).toBe(given);
  const failing = new Deferred();
  const error = new Error('broken');
  cooperator.coiterate(function* () {
    throw error;
  }, failing);
  const seen = [outcome(given), outcome(failing)];
  pump();
  expect(seen).toStrictEqual([[{ value: 5 }], [{ error }]]);
});

test('a task has its name and its iterator', () => {
  const { cooperator, pump } = setup();
  const iterator = logTurns([], 'A');
  const named = cooperator.cooperate(iterator, { name: 'sieve' });
  expect(named.name).toBe('sieve');
  expect(named.iterator).toBe(iterator);
  const unnamed = cooperator.cooperate(function* () {
    yield;
  });
  expect(typeof unnamed.name).toBe('string');
  pump(2);
  expect(typeof unnamed.iterator.next).toBe('function');
});

test('J1: a whenDone that is created before the returned Promise is settled fires with its value', async () => {
  const { cooperator, pump } = setup();
  const task = cooperator.cooperate(function* () {
    return Promise.resolve(5);
  });
  const before = outcome(task.whenDone());
  pump();
  const after = outcome(task.whenDone());
  await flushEventLoop();
  expect([before, after]).toStrictEqual([[{ value: 5 }], [{ value: 5 }]]);
});

test('S7: a finished task can be resumed as often as it was paused; one more throws NotPaused', () => {
  const { cooperator } = setup();
  const task = cooperator.cooperate(logTurns([], 'A'));
  task.pause();
  task.pause();
  task.stop();
  task.resume();
  task.resume();
  expect(() => task.resume()).toThrow(NotPaused);
});

test('S8: a whenDone that its holder fired keeps that result, however the task ends', async () => {
  const { cooperator, pump } = setup();
  const tasks = [
    cooperator.cooperate(function* () {
      return {};
    }),
    cooperator.cooperate(function* () {
      throw new Error('fails');
    }),
    cooperator.cooperate(function* () {
      return 1;
    }),
  ];
  const done = tasks.map((task) => task.whenDone());
  for (const deferred of done) deferred.callback("the holder's");
  pump(3);
  await flushEventLoop();
  expect(done.flatMap(outcome)).toStrictEqual(Array(3).fill({ value: "the holder's" }));
});

test('an object of options can be changed and used for the next task', () => {
  const { cooperator, pump } = setup({ turns: 1 });
  const progressed = [];
  const options = {};
  const tasks = ['a', 'b'].map((name) => {
    Object.assign(options, { name, onProgress: () => progressed.push(name) });
    return cooperator.cooperate(function* ({ progress }) {
      progress(1);
      yield;
    }, options);
  });
  pump(2);
  expect([tasks.map(({ name }) => name), progressed]).toStrictEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('S8: in the last onProgress the task has its final state and error', () => {
  const { cooperator, pump } = setup({ turns: 4 });
  const error = new Error('own');
  const seen = [];
  const task = cooperator.cooperate(
    function* ({ progress }) {
      progress(1);
      throw error;
    },
    {
      onProgress() {
        seen.push(task.state, thrownBy(() => task.stop()).cause);
        task.whenDone().addErrback((failure) => {
          seen.push(failure);
        });
      },
    },
  );
  pump();
  expect(seen).toStrictEqual(['failed', error, error]);
});

test('S8: an abort after stop in the same turn does not change the error of whenDone', () => {
  const { cooperator, pump } = setup();
  const controller = new AbortController();
  const task = cooperator.cooperate(
    function* () {
      task.stop();
      controller.abort(new Error('too late'));
      yield;
    },
    { signal: controller.signal },
  );
  pump();
  expect(outcome(task.whenDone())).toStrictEqual([{ error: expect.any(TaskStopped) }]);
});
