// J2 through wait: `yield* wait(value)` in a generator.
import { Deferred, TaskStopped, wait } from 'cooperator';
import { outcome, setup } from './support/setup.js';

test('J2: wait returns the value of a Promise, of a Deferred and of any thenable', async () => {
  const { cooperator, pumpAsync } = setup();
  const thenable = { then: (onValue) => onValue('thenable') };
  const task = cooperator.cooperate(function* () {
    return [yield* wait(Promise.resolve('Promise')), yield* wait(Deferred.succeed('Deferred')), yield* wait(thenable)];
  });
  const done = outcome(task.whenDone());
  await pumpAsync(4);
  expect(done).toStrictEqual([{ value: ['Promise', 'Deferred', 'thenable'] }]);
});

test('J2: wait ends the turn, and throws the error of what it waits for', async () => {
  const { cooperator, pump, pumpAsync, log } = setup();
  const broken = new Error('broken');
  const deferred = new Deferred();
  const task = cooperator.cooperate(function* () {
    try {
      yield* wait(deferred);
    } catch (error) {
      log.push(error);
    }
    yield* wait(Promise.reject(broken));
  });
  const done = outcome(task.whenDone());
  pump();
  expect([task.state, log]).toStrictEqual(['waiting', []]);
  deferred.errback(broken);
  await pumpAsync(2);
  expect(log).toStrictEqual([broken]);
  expect(done).toStrictEqual([{ error: broken }]);
});

test('J2: wait returns a value that is no thenable in the same turn', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    for (const value of [5, undefined, null, 'text', { then: 5 }]) log.push(yield* wait(value));
  });
  pump();
  expect(log).toStrictEqual([5, undefined, null, 'text', { then: 5 }]);
});

test('J2: wait throws the error of a getter of then', () => {
  const { cooperator, pump } = setup();
  const broken = new Error('broken');
  const task = cooperator.cooperate(function* () {
    yield* wait({
      get then() {
        throw broken;
      },
    });
  });
  const done = outcome(task.whenDone());
  pump();
  expect(done).toStrictEqual([{ error: broken }]);
});

test('J3: stopping a task that waits through wait runs the finally blocks', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield* wait(new Deferred());
    } finally {
      log.push('closed');
    }
  });
  const done = outcome(task.whenDone());
  pump();
  task.stop();
  expect(log).toStrictEqual(['closed']);
  expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
});
