// What the package exports: names, classes, errors, init.
import * as library from 'cooperator';
import {
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
  TimeoutError,
  cooperate,
  init,
} from 'cooperator';
import * as sync from 'cooperator/sync';
import * as testing from 'cooperator/testing';
import { logTurns, setup } from './support/setup.js';

test('the package exports what its documentation describes', () => {
  for (const name of [
    'cooperate',
    'coiterate',
    'getGlobalCooperator',
    'Cooperator',
    'CooperativeTask',
    'Deferred',
    'init',
    'wait',
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
  expect(Object.keys(sync).sort()).toStrictEqual(['Lock', 'Queue', 'QueueClosed', 'Semaphore']);
  expect(Object.keys(testing).sort()).toStrictEqual(['Clock', 'FakeScheduler']);
});

test('each class is exported under its own name', () => {
  const classes = Object.entries(library).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function');
  expect(classes.map(([, { name }]) => name)).toStrictEqual(classes.map(([name]) => name));
});

test('a task is a CooperativeTask, whose constructor throws', () => {
  const task = cooperate(logTurns([], 'A'));
  expect(task).toBeInstanceOf(library.CooperativeTask);
  task.stop();
  expect(() => new library.CooperativeTask()).toThrow(TypeError);
});

test('the error classes can be instantiated by a user and have a name and a message', () => {
  const names = [
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
  ];
  for (const name of names) {
    const Class = library[name];
    const error = new Class('a message');
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message]).toStrictEqual([name, 'a message']);
    expect(String(error)).toBe(`${name}: a message`);
  }
});

test('each error class has a default message of its own', () => {
  const messages = [
    SchedulerError,
    SchedulerStopped,
    TaskFinished,
    TaskDone,
    TaskStopped,
    TaskFailed,
    NotPaused,
    TimeoutError,
  ].map((Class) => new Class().message);
  expect(new Set(messages).size).toBe(messages.length);
  expect(messages.every((message) => message.length > 20)).toBe(true);
});

test('init rejects after the package was used', async () => {
  setup();
  await expect(init(new ArrayBuffer(8))).rejects.toThrow(/loaded already/);
});
