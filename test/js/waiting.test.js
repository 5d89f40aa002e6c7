// J2: waiting for what a task yields, and iterators that several tasks share.
import { Cooperator, Deferred, NotPaused, TaskFailed, TaskStopped } from 'cooperator';
import { forEach } from 'cooperator/work';
import { logTurns, flushMicrotasks, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';
import { nextMacrotask } from './support/macrotask.js';

const broken = new Error('broken');

test('J2: yielding a Promise returns its value from the yield', async () => {
  const { cooperator, pumpAsync, log } = setup();
  const task = cooperator.cooperate(function* () {
    log.push(yield Promise.resolve('one'));
    log.push(yield (async () => 'two')());
    return 'end';
  });
  const done = outcome(task.whenDone());
  await pumpAsync();
  expect(log).toStrictEqual([]);
  await pumpAsync();
  expect(log).toStrictEqual(['one']);
  await pumpAsync();
  expect(log).toStrictEqual(['one', 'two']);
  expect(done).toStrictEqual([{ value: 'end' }]);
});

test('J2: yielding a Deferred returns its value from the yield, without a microtask', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    log.push(yield deferred);
    log.push(yield Deferred.succeed('fired'));
  });
  pump(2);
  deferred.callback('value');
  pump(2);
  expect(log).toStrictEqual(['value', 'fired']);
});

test('J2: yielding any thenable waits for it', async () => {
  const { cooperator, pumpAsync, log } = setup();
  let resolve;
  const task = cooperator.cooperate(function* () {
    log.push(
      yield {
        then(done) {
          resolve = done;
        },
      },
    );
    log.push(
      yield {
        then(done) {
          done('at once');
        },
      },
    );
    log.push(
      yield Object.assign(() => {}, {
        then(done) {
          done('a function');
        },
      }),
    );
  });
  await pumpAsync(2);
  expect(task.state).toBe('waiting');
  resolve('later');
  await pumpAsync(4);
  expect(log).toStrictEqual(['later', 'at once', 'a function']);
});

test('J2: a task that waits has no turn, and the others continue', async () => {
  const { cooperator, pumpAsync, log } = setup();
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  const task = cooperator.cooperate(function* () {
    log.push('A1');
    yield promise;
    log.push('A2');
  });
  cooperator.cooperate(logTurns(log, 'B', 4));
  await pumpAsync(3);
  expect([task.state, log]).toStrictEqual(['waiting', ['A1', 'B1', 'B2']]);
  resolve();
  await flushMicrotasks();
  expect([task.state, log.length]).toStrictEqual(['runnable', 3]);
  await pumpAsync(2);
  expect(log).toStrictEqual(['A1', 'B1', 'B2', 'B3', 'A2']);
});

test('J2: a task whose wait is over goes to the end of the queue', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield deferred;
    log.push('A2');
    yield;
  });
  for (const label of ['B', 'C']) cooperator.cooperate(logTurns(log, label));
  pump();
  deferred.callback();
  pump(4);
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2']);
});

test('J2: the error of a wait is thrown at the yield and can be caught there', async () => {
  const { cooperator, pumpAsync, log } = setup();
  const task = cooperator.cooperate(function* () {
    for (const waitFor of [
      Promise.reject(broken),
      Deferred.fail(broken),
      {
        then(_, fail) {
          fail(broken);
        },
      },
    ]) {
      try {
        yield waitFor;
        log.push('not reached');
      } catch (error) {
        log.push(error === broken);
      }
    }
    return 'survived';
  });
  const done = outcome(task.whenDone());
  await pumpAsync(5);
  expect(log).toStrictEqual([true, true, true]);
  expect(done).toStrictEqual([{ value: 'survived' }]);
});

test('J2: an error of a wait that leaves the generator runs its finally and fails the task', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield Deferred.fail(broken);
    } finally {
      log.push('finally');
    }
  });
  const done = outcome(task.whenDone());
  pump(2);
  expect(log).toStrictEqual(['finally']);
  expect([task.state, done[0].error === broken]).toStrictEqual(['failed', true]);
  expect(thrownBy(() => task.stop())).toBeInstanceOf(TaskFailed);
});

test("J2: the error of a wait is thrown in the task's next turn", () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  const task = cooperator.cooperate(function* () {
    try {
      yield deferred;
    } catch {
      log.push('caught');
    }
  });
  pump();
  deferred.errback(broken);
  expect([task.state, log]).toStrictEqual(['runnable', []]);
  pump();
  expect([task.state, log]).toStrictEqual(['done', ['caught']]);
});

test('J2: the error of a wait is thrown into a paused task after resume', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  const task = cooperator.cooperate(function* () {
    try {
      yield deferred;
    } catch (error) {
      log.push(error);
    }
  });
  pump();
  task.pause();
  deferred.errback(broken);
  pump();
  expect([task.state, log]).toStrictEqual(['paused', []]);
  task.resume();
  expect(() => task.resume()).toThrow(NotPaused);
  pump();
  expect(log).toStrictEqual([broken]);
});

test('J2: an uncaught error of a wait is the error of the task, which has no further turn', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    yield Deferred.fail(broken);
    log.push('not reached');
  });
  const done = outcome(task.whenDone());
  pump(3);
  expect(done[0].error).toBe(broken);
  expect(log).toStrictEqual([]);
});

test('J2: a task whose iterator has no throw fails with the error of its wait', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate({
    next() {
      log.push('next');
      return { done: false, value: Deferred.fail(broken) };
    },
  });
  const done = outcome(task.whenDone());
  pump(2);
  expect(log).toStrictEqual(['next']);
  expect([task.state, done[0].error === broken]).toStrictEqual(['failed', true]);
});

test('J2: throw receives the error of a wait, and its result is the step', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  const iterator = {
    next(value) {
      log.push(['next', value]);
      return { done: false, value: log.length === 1 ? deferred : undefined };
    },
    throw(error) {
      log.push(['throw', error, this === iterator]);
      return { done: false, value: Deferred.succeed('more') };
    },
  };
  cooperator.cooperate(iterator);
  pump();
  deferred.errback(broken);
  pump(3);
  expect(log).toStrictEqual([
    ['next', undefined],
    ['throw', broken, true],
    ['next', 'more'],
    ['next', undefined],
  ]);
});

test('J2: throw can end the iterator', () => {
  const { cooperator, pump } = setup();
  const task = cooperator.cooperate({
    next: () => ({ done: false, value: Deferred.fail(broken) }),
    throw: () => ({ done: true, value: 'ended by throw' }),
  });
  const done = outcome(task.whenDone());
  pump(2);
  expect(done).toStrictEqual([{ value: 'ended by throw' }]);
});

test('J2: waiting only observes the Deferred, whose chain stays as it is', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  deferred.addCallback((value) => value + 1);
  cooperator.cooperate(function* () {
    log.push(yield deferred);
  });
  pump();
  const seen = outcome(deferred);
  deferred.callback(1);
  expect(seen).toStrictEqual([{ value: 2 }]);
  pump();
  expect(log).toStrictEqual([2]);
});

test('J2: waiting for a failed Deferred leaves the error in its chain', () => {
  const { cooperator, pump, log } = setup();
  const deferred = Deferred.fail(broken);
  cooperator.cooperate(function* () {
    try {
      yield deferred;
    } catch (error) {
      log.push(error);
    }
  });
  pump(2);
  expect(log).toStrictEqual([broken]);
  expect(outcome(deferred)).toStrictEqual([{ error: broken }]);
});

test('J2: all tasks that wait for one Deferred receive its value, in the order of waiting', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  for (const label of ['A', 'B', 'C']) {
    cooperator.cooperate(function* () {
      log.push([label, yield deferred]);
    });
  }
  pump(3);
  deferred.callback('value');
  pump(3);
  expect(log).toStrictEqual([
    ['A', 'value'],
    ['B', 'value'],
    ['C', 'value'],
  ]);
});

test('J2: all tasks that wait for one Deferred receive its error', () => {
  const { cooperator, pump } = setup();
  const deferred = new Deferred();
  const done = ['A', 'B'].map(() =>
    outcome(
      cooperator
        .cooperate(function* () {
          yield deferred;
        })
        .whenDone(),
    ),
  );
  pump(2);
  deferred.errback(broken);
  pump(2);
  expect(done).toStrictEqual([[{ error: broken }], [{ error: broken }]]);
});

test('J2: a task can wait for whenDone of another task', () => {
  const { cooperator, pump, log } = setup();
  const first = cooperator.cooperate(function* () {
    log.push('first');
    yield;
    return 'result';
  });
  cooperator.cooperate(function* () {
    log.push(yield first.whenDone());
  });
  pump(5);
  expect(log).toStrictEqual(['first', 'result']);
});

test('J2: the rejection of a Promise that a task waits for is not reported as unhandled', async () => {
  const { cooperator, pumpAsync, takeReports } = setup();
  const done = outcome(
    cooperator
      .cooperate(function* () {
        yield Promise.reject(broken);
      })
      .whenDone(),
  );
  await pumpAsync(2);
  await flushEventLoop();
  expect(done[0].error).toBe(broken);
  expect(takeReports()).toStrictEqual([]);
});

test('J2: then of a thenable is read once and called once, as a method', async () => {
  const { cooperator, pumpAsync, log } = setup();
  const thenable = {
    get then() {
      log.push('read');
      return function then(done) {
        log.push(this === thenable);
        done('value');
      };
    },
  };
  cooperator.cooperate(function* () {
    log.push(yield thenable);
  });
  await pumpAsync(2);
  expect(log).toStrictEqual(['read', true, 'value']);
});

test('J2: what reading or calling then throws is thrown at the yield', async () => {
  const { cooperator, pumpAsync, log } = setup();
  cooperator.cooperate(function* () {
    for (const thenable of [
      {
        get then() {
          throw broken;
        },
      },
      {
        then() {
          throw broken;
        },
      },
    ]) {
      try {
        yield thenable;
      } catch (error) {
        log.push(error === broken);
      }
    }
  });
  await pumpAsync(4);
  expect(log).toStrictEqual([true, true]);
});

test.each([
  ['a thenable', () => ({})],
  ['a Promise with a then of its own', () => Promise.resolve()],
])('J2: only the first result of %s counts', async (_, make) => {
  const { cooperator, pumpAsync, log } = setup();
  let settle;
  const task = cooperator.cooperate(function* () {
    log.push(
      yield Object.assign(make(), {
        then(done, fail) {
          settle = { done, fail };
          done('first');
          done('second');
          fail(broken);
          throw broken;
        },
      }),
    );
    yield;
    log.push('end');
  });
  await pumpAsync(2);
  settle.done('third');
  settle.fail(broken);
  await pumpAsync(2);
  expect([task.state, log]).toStrictEqual(['done', ['first', 'end']]);
});

test('J2: only the first error of a thenable counts', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    try {
      yield {
        then(done, fail) {
          fail('first');
          fail('second');
          throw broken;
        },
      };
    } catch (error) {
      log.push(error);
    }
  });
  pump(2);
  expect(log).toStrictEqual(['first']);
});

test('J2: a thenable that resolves to a Promise is followed to the end, as in await', async () => {
  const { cooperator, pumpAsync, log } = setup();
  cooperator.cooperate(function* () {
    log.push(
      yield {
        then(done) {
          done(Promise.resolve('end'));
        },
      },
    );
  });
  await pumpAsync(3);
  expect(log).toStrictEqual(['end']);
});

test('J2: so is one that resolves to another thenable later', async () => {
  const { cooperator, pumpAsync, log } = setup();
  let resolve;
  cooperator.cooperate(function* () {
    log.push(yield { then: (done) => (resolve = done) });
  });
  await pumpAsync();
  resolve({ then: (done) => done('end') });
  await pumpAsync();
  expect(log).toStrictEqual(['end']);
});

test('J2: cancelling a Deferred that a task waits for throws CancelledError at the yield', () => {
  const { cooperator, pump, log } = setup();
  const deferred = new Deferred();
  cooperator.cooperate(function* () {
    try {
      yield deferred;
    } catch (error) {
      log.push(error.name);
    }
  });
  pump();
  deferred.cancel();
  pump();
  expect(log).toStrictEqual(['CancelledError']);
});

test('J2: a task can wait a hundred thousand times', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const task = cooperator.cooperate(function* () {
    let sum = 0;
    for (let index = 0; index < 100_000; index++) sum += yield Deferred.succeed(1);
    return sum;
  });
  const done = outcome(task.whenDone());
  pump();
  expect(done).toStrictEqual([{ value: 100_000 }]);
});

describe('J2: an iterator that several tasks share', () => {
  test('J2: the tasks share its items', () => {
    const { cooperator, pump, log } = setup({ turns: Infinity });
    const iterator = logTurns(log, 'item', 5);
    const tasks = [1, 2, 3].map(() => cooperator.cooperate(iterator));
    pump();
    expect(log).toStrictEqual(['item1', 'item2', 'item3', 'item4', 'item5']);
    expect(tasks.map((task) => task.state)).toStrictEqual(['done', 'done', 'done']);
  });

  test('J2: the number of tasks limits how many waits are pending', () => {
    const { cooperator, pump, log } = setup();
    const started = [];
    function* work() {
      for (let index = 0; index < 5; index++) {
        const deferred = new Deferred();
        started.push(deferred);
        yield deferred;
      }
    }
    const iterator = work();
    const done = [1, 2].map(() => outcome(cooperator.coiterate(iterator)));
    for (let index = 0; index < 5; index++) {
      pump(4);
      log.push(started.filter((deferred) => !deferred.called).length);
      started[index].callback();
    }
    pump(4);
    expect(log).toStrictEqual([2, 2, 2, 2, 1]);
    expect(done).toStrictEqual([[{ value: undefined }], [{ value: undefined }]]);
  });

  test('J2: the results of waits are not sent into it', () => {
    const { cooperator, pump, log } = setup();
    const iterator = {
      next(...args) {
        log.push(args.filter((argument) => argument !== undefined));
        return { done: false, value: Deferred.succeed('value') };
      },
    };
    cooperator.cooperate(iterator);
    cooperator.cooperate(iterator);
    pump(6);
    expect(log).toStrictEqual([[], [], [], [], [], []]);
  });

  test('J2: a failed wait fails the task that waited, and the others continue', () => {
    const { cooperator, pump, log } = setup();
    function* work() {
      try {
        log.push(1);
        yield Deferred.fail(broken);
        log.push(2);
        yield;
        log.push(3);
        yield;
      } catch {
        log.push('not reached');
      }
      return 'end';
    }
    const iterator = work();
    const done = [1, 2].map(() => outcome(cooperator.coiterate(iterator)));
    pump(8);
    expect(log).toStrictEqual([1, 2, 3]);
    expect(done).toStrictEqual([[{ error: broken }], [{ value: 'end' }]]);
  });

  test('J3: its return is called when the last task ends', () => {
    const { cooperator, pump, log } = setup();
    const iterator = {
      next: () => ({ done: false, value: undefined }),
      return() {
        log.push('return');
        return { done: true, value: undefined };
      },
    };
    const tasks = [1, 2, 3].map(() => cooperator.cooperate(iterator));
    pump(3);
    tasks[1].stop();
    tasks[0].stop();
    expect(log).toStrictEqual([]);
    tasks[2].stop();
    expect(log).toStrictEqual(['return']);
  });

  test('J3: its return is called when the last task fails with the error of a wait', () => {
    const { cooperator, pump, log } = setup();
    const waits = [];
    const iterator = {
      next() {
        const deferred = new Deferred();
        waits.push(deferred);
        return { done: false, value: deferred };
      },
      return() {
        log.push('return');
        return { done: true, value: undefined };
      },
    };
    const done = [1, 2].map(() => outcome(cooperator.coiterate(iterator)));
    pump(2);
    waits[0].errback(broken);
    pump(2);
    expect([done[0].length, log]).toStrictEqual([1, []]);
    waits[1].errback(broken);
    pump(2);
    expect([done[1].length, log]).toStrictEqual([1, ['return']]);
  });

  test('J3: Cooperator.stop calls its return once', () => {
    const { cooperator, log } = setup();
    const iterator = {
      next: () => ({ done: false, value: undefined }),
      return() {
        log.push('return');
        return { done: true, value: undefined };
      },
    };
    for (let index = 0; index < 3; index++) cooperator.cooperate(iterator);
    cooperator.stop();
    expect(log).toStrictEqual(['return']);
  });

  test('J2: tasks of two cooperators can share it', () => {
    const one = setup();
    const other = setup();
    const iterator = logTurns(one.log, 'item', 4);
    const tasks = [one.cooperator.cooperate(iterator), other.cooperator.cooperate(iterator)];
    one.pump();
    other.pump();
    one.pump();
    tasks[0].stop();
    other.pump(2);
    expect(one.log).toStrictEqual(['item1', 'item2', 'item3', 'item4']);
    expect(tasks.map((task) => task.state)).toStrictEqual(['stopped', 'done']);
  });

  test('J2: an iterable gives each task an iterator of its own', () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const log = [];
    const iterable = {
      *[Symbol.iterator]() {
        log.push('begins');
        yield;
      },
    };
    const tasks = [cooperator.cooperate(iterable), cooperator.cooperate(iterable)];
    expect(tasks[0].iterator).not.toBe(tasks[1].iterator);
    pump();
    expect(log).toStrictEqual(['begins', 'begins']);
  });
});

test('J2: with the default scheduler a task waits for a timer and a macrotask', async () => {
  const cooperator = new Cooperator();
  const task = cooperator.cooperate(function* () {
    const first = yield new Promise((resolve) => setTimeout(resolve, 1, 'timer'));
    const second = yield nextMacrotask('macrotask');
    return [first, second];
  });
  expect(await task.whenDone()).toStrictEqual(['timer', 'macrotask']);
});

describe('J9: tasks are thenables', () => {
  test('J9: yielding a task waits for its end, and two may wait for one', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const inner = cooperator.cooperate(logTurns(log, 'A', 2));
    const waits = function* () {
      return [yield inner];
    };
    const [first, second] = [cooperator.cooperate(waits()), cooperator.cooperate(waits())];
    const done = [outcome(first.whenDone()), outcome(second.whenDone())];
    await pumpAsync(3);
    expect([first.state, second.state]).toStrictEqual(['waiting', 'waiting']);
    await pumpAsync(4);
    expect(done).toStrictEqual([[{ value: ['A'] }], [{ value: ['A'] }]]);
  });

  test('J9: await, Promise.all, catch and finally see the result or the error, which is handled then', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const fails = cooperator.cooperate(function* () {
      yield;
      throw broken;
    });
    const caught = fails.catch((error) => log.push(error));
    const both = Promise.all([
      cooperator.cooperate(logTurns(log, 'A', 1)),
      cooperator.cooperate(logTurns(log, 'B', 1)).finally(() => log.push('finally')),
    ]);
    await pumpAsync(8);
    await caught;
    expect(await both).toStrictEqual(['A', 'B']);
    expect(log).toStrictEqual(['A1', 'B1', broken, 'finally']);
    await expect((async () => fails)()).rejects.toBe(broken);
  });

  test('J9: what is yielded fails at the yield if the task would wait for its own end', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(function* () {
      try {
        yield task;
      } catch (error) {
        log.push(error.constructor, error.message);
      }
    });
    pump(2);
    expect([task.state, log]).toStrictEqual([
      'done',
      [TypeError, 'a Deferred or task cannot wait for itself, or in a circle'],
    ]);
  });

  test('J9: a task fails if its result is the task itself, directly or in a circle', () => {
    for (const length of [1, 2, 3]) {
      const { cooperator, pump } = setup();
      const tasks = Array.from({ length }, (_, n) =>
        cooperator.cooperate(function* () {
          yield;
          return tasks[(n + 1) % length];
        }),
      );
      const last = tasks[length - 1];
      const seen = outcome(last.whenDone());
      pump(3 * length);
      expect(tasks.map(({ state }) => state)).toStrictEqual([...Array(length - 1).fill('done'), 'failed']);
      expect(seen).toStrictEqual([
        { error: new TypeError('a Deferred or task cannot wait for itself, or in a circle') },
      ]);
    }
  });

  test('J9: a task that returns a task has the result of that, however it ends; its own does not count after stop', async () => {
    const { cooperator, pump, pumpAsync, takeReports } = setup();
    const done = cooperator.cooperate(function* () {
      return 'result';
    });
    const fails = cooperator.cooperate(function* () {
      throw broken;
    });
    const returns = (task) =>
      cooperator.cooperate(function* () {
        return task;
      });
    const tasks = [done, fails].map((task) => outcome(returns(returns(task)).whenDone()));
    const stopped = cooperator.cooperate(function* () {
      stopped.stop();
      return stopped;
    });
    tasks.push(outcome(stopped.whenDone()));
    pump(7);
    await pumpAsync(3);
    expect(tasks).toStrictEqual([[{ value: 'result' }], [{ error: broken }], [{ error: expect.any(TaskStopped) }]]);
    expect(takeReports()).toStrictEqual([]);
  });

  test('J9: a callback of a Deferred may return a task, whose result the chain takes over', async () => {
    const { cooperator, pumpAsync, log } = setup();
    const deferred = Deferred.succeed();
    deferred.addCallback(() => cooperator.cooperate(logTurns(log, 'A', 1)));
    const seen = outcome(deferred);
    await pumpAsync(2);
    expect(seen).toStrictEqual([{ value: 'A' }]);
  });
});

describe('J9: mistakes at a yield', () => {
  function* generator() {
    yield;
  }
  async function* asyncGenerator() {
    yield;
  }
  const mistakes = {
    'a generator': [() => generator(), /must not yield a generator.*yield\*/],
    'an async generator': [() => asyncGenerator(), /must not yield a generator.*yield\*/],
    'ready-made work': [() => forEach([1], () => {}), /must not yield ready-made work \(forEach\).*yield\*/],
    'a list with a promise in it': [() => [1, Promise.resolve(2)], /list of promises; write yield Promise\.all/],
    'a list with a task in it': [({ cooperator }) => [cooperator.cooperate([])], /list of promises/],
  };
  for (const [name, [make, message]] of Object.entries(mistakes)) {
    test(`J9: yielding ${name} throws a TypeError at that yield`, async () => {
      const fixture = setup();
      const { cooperator, pumpEventLoop, log } = fixture;
      const works = [
        function* () {
          try {
            yield make(fixture);
          } catch (error) {
            log.push(error);
            yield;
          }
          return 'went on';
        },
        function* () {
          yield; // A later turn only calls next.
          try {
            yield make(fixture);
          } catch (error) {
            log.push(error);
          }
          return 'went on';
        },
        async function* () {
          await flushEventLoop(); // The turn ends as a wait.
          try {
            yield make(fixture);
          } catch (error) {
            log.push(error);
          }
          return 'went on';
        },
        async function* () {
          try {
            yield make(fixture);
          } catch (error) {
            log.push(error);
          }
          return 'went on';
        },
      ];
      const done = works.map((work) => outcome(cooperator.cooperate(work).whenDone()));
      await pumpEventLoop(16);
      const seen = log.map((error) => [error.constructor, message.test(error.message)]);
      expect(seen).toStrictEqual(works.map(() => [TypeError, true]));
      expect(done).toStrictEqual(works.map(() => [{ value: 'went on' }]));
    });
  }

  test('J9: an iterator without throw that yields a mistake fails', () => {
    const { cooperator, pump } = setup();
    const done = outcome(cooperator.cooperate([generator()]).whenDone());
    pump(2);
    expect(done).toStrictEqual([{ error: expect.any(TypeError) }]);
  });

  test('J9: lists without thenables, other iterators and functions are yielded as before', () => {
    const { cooperator, pump } = setup({ turns: Infinity });
    const done = outcome(
      cooperator
        .cooperate(function* () {
          yield [1, 'two', { three: 3 }, undefined];
          yield new Map([[1, 2]]).values();
          yield generator;
          return 'end';
        })
        .whenDone(),
    );
    pump();
    expect(done).toStrictEqual([{ value: 'end' }]);
  });
});
