// The global cooperator: cooperate, coiterate, getGlobalCooperator.
import { Cooperator, Deferred, SchedulerStopped, coiterate, cooperate, getGlobalCooperator } from 'cooperator';
import { logTurns, outcome } from './support/setup.js';

test('cooperate adds a task to the global cooperator, which runs it', async () => {
  const log = [];
  const task = cooperate(logTurns(log, 'A', 3));
  expect(getGlobalCooperator().tasks).toContain(task);
  expect(await task.whenDone()).toBe('A');
  expect(log).toStrictEqual(['A1', 'A2', 'A3']);
  expect(getGlobalCooperator().tasks).not.toContain(task);
});

test('coiterate adds a task and returns a Deferred, a new or the given one', async () => {
  const given = new Deferred();
  expect(coiterate(logTurns([], 'B', 1), given)).toBe(given);
  const created = coiterate(logTurns([], 'A', 1));
  expect(created).toBeInstanceOf(Deferred);
  expect(await Promise.all([created, given])).toStrictEqual(['A', 'B']);
});

test('there is one global cooperator, and it is started', () => {
  expect(getGlobalCooperator()).toBe(getGlobalCooperator());
  expect(getGlobalCooperator()).toBeInstanceOf(Cooperator);
  expect(getGlobalCooperator().running).toBe(true);
});

test('cooperate accepts task options', () => {
  const task = cooperate(logTurns([], 'A'), { name: 'named', share: 2 });
  expect(task.name).toBe('named');
  task.stop();
});

test('the global cooperator can be stopped and started', async () => {
  const done = outcome(cooperate(logTurns([], 'A')).whenDone());
  getGlobalCooperator().stop();
  expect(done).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
  getGlobalCooperator().start();
  expect(await cooperate(logTurns([], 'B', 1)).whenDone()).toBe('B');
});

test('tasks of the global cooperator take turns with one another', async () => {
  const log = [];
  await Promise.all(['A', 'B', 'C'].map((label) => cooperate(logTurns(log, label, 3)).whenDone()));
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 'A3', 'B3', 'C3']);
});
