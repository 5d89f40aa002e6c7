// The global cooperator, and what the package exports.
import * as library from 'cooperator';
import * as testing from 'cooperator/testing';
import { Cooperator, Deferred, coiterate, cooperate, getGlobalCooperator } from 'cooperator';
import { counting, outcome } from './support/rig.js';

test('cooperate adds a task to the global cooperator, which runs it', async () => {
  const log = [];
  const task = cooperate(counting(log, 'A', 3));
  expect(getGlobalCooperator().tasks).toContain(task);
  expect(await task.whenDone()).toBe('A');
  expect(log).toStrictEqual(['A1', 'A2', 'A3']);
  expect(getGlobalCooperator().tasks).not.toContain(task);
});

test('coiterate does the same and gives a Deferred, its own or the given one', async () => {
  const given = new Deferred();
  expect(coiterate(counting([], 'B', 1), given)).toBe(given);
  const own = coiterate(counting([], 'A', 1));
  expect(own).toBeInstanceOf(Deferred);
  expect(await Promise.all([own, given])).toStrictEqual(['A', 'B']);
});

test('there is one global cooperator, started', () => {
  expect(getGlobalCooperator()).toBe(getGlobalCooperator());
  expect(getGlobalCooperator()).toBeInstanceOf(Cooperator);
  expect(getGlobalCooperator().running).toBe(true);
});

test('cooperate takes options', () => {
  const task = cooperate(counting([], 'A'), { name: 'named', share: 2 });
  expect(task.name).toBe('named');
  task.stop();
});

test('the global cooperator can be stopped and started', async () => {
  const done = outcome(cooperate(counting([], 'A')).whenDone());
  getGlobalCooperator().stop();
  expect(done).toStrictEqual([{ error: expect.any(library.SchedulerStopped) }]);
  getGlobalCooperator().start();
  expect(await cooperate(counting([], 'B', 1)).whenDone()).toBe('B');
});

test('tasks of the global cooperator take turns with one another', async () => {
  const log = [];
  await Promise.all(['A', 'B', 'C'].map((label) => cooperate(counting(log, label, 3)).whenDone()));
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 'A3', 'B3', 'C3']);
});

test('the package exports what its documentation names', () => {
  for (const name of [
    'cooperate',
    'coiterate',
    'getGlobalCooperator',
    'Cooperator',
    'CooperativeTask',
    'Deferred',
    'init',
    'SchedulerError',
    'SchedulerStopped',
    'TaskFinished',
    'TaskDone',
    'TaskStopped',
    'TaskFailed',
    'NotPaused',
    'AlreadyCalledError',
    'CancelledError',
    'TimeoutError',
  ])
    expect([name, typeof library[name]]).toStrictEqual([name, 'function']);
  for (const name of ['auto', 'timeout', 'animationFrame', 'message', 'immediate', 'postTask', 'idle']) {
    expect([name, typeof library.schedulers[name]]).toStrictEqual([name, 'function']);
  }
  for (const name of ['timeSlice', 'frame', 'turns', 'inputPending']) {
    expect([name, typeof library.predicates[name]]).toStrictEqual([name, 'function']);
  }
  expect(Object.keys(testing).sort()).toStrictEqual(['Clock', 'FakeScheduler']);
});

test('each class is called what it is exported as', () => {
  const classes = Object.entries(library).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function');
  expect(classes.map(([, { name }]) => name)).toStrictEqual(classes.map(([name]) => name));
});

test('a task is a CooperativeTask, which is not to be made by hand', () => {
  const task = cooperate(counting([], 'A'));
  expect(task).toBeInstanceOf(library.CooperativeTask);
  task.stop();
  expect(() => new library.CooperativeTask()).toThrow(TypeError);
});
