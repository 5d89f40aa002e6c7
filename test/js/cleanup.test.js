// J3, J4, D7: the clean-up of stopped tasks, and the late results of what they waited for.
import { Deferred, NotPaused, SchedulerStopped, TaskStopped } from 'cooperator';
import { forEach, parallel } from 'cooperator/work';
import { logTurns, outcome, setup, flushEventLoop, thrownBy } from './support/setup.js';
import { nextMacrotask } from './support/macrotask.js';

const broken = new Error('broken clean-up');

/** A generator that logs its turns and its clean-up. */
function* logWithFinally(log, label = 'A') {
  try {
    for (let turn = 1; ; turn++) {
      log.push(`${label}${turn}`);
      yield;
    }
  } finally {
    log.push(`${label} finally`);
  }
}

/** An endless iterator that logs a call of return. */
function endlessIterator(log) {
  return {
    next: () => ({ done: false, value: undefined }),
    return() {
      log.push('return');
      return { done: true, value: undefined };
    },
  };
}

test('J3: stop runs the finally blocks of a generator', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(logWithFinally(log));
  pump();
  task.stop();
  expect(log).toStrictEqual(['A1', 'A finally']);
});

test('J3: stop runs the finally blocks of a paused and of a waiting task', () => {
  const { cooperator, pump, log } = setup();
  const paused = cooperator.cooperate(logWithFinally(log));
  const waiting = cooperator.cooperate(function* () {
    try {
      yield new Deferred();
    } finally {
      log.push('B finally');
    }
  });
  pump(2);
  paused.pause();
  paused.stop();
  waiting.stop();
  expect(log).toStrictEqual(['A1', 'A finally', 'B finally']);
});

test('J3: Cooperator.stop runs the finally blocks of every task', () => {
  const { cooperator, pump, log } = setup();
  const tasks = ['A', 'B', 'C'].map((label) => cooperator.cooperate(logWithFinally(log, label)));
  pump(3);
  tasks[1].pause();
  cooperator.stop();
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A finally', 'B finally', 'C finally']);
});

test('J3: dispose runs the finally blocks', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(logWithFinally(log));
  pump();
  cooperator.dispose();
  expect(log).toStrictEqual(['A1', 'A finally']);
});

test('J3: an aborted signal runs the finally blocks, and whenDone fails with its reason', () => {
  const { cooperator, pump, log } = setup();
  const controller = new AbortController();
  const task = cooperator.cooperate(logWithFinally(log), { signal: controller.signal });
  const done = outcome(task.whenDone());
  pump();
  const reason = new Error('enough');
  controller.abort(reason);
  expect(log).toStrictEqual(['A1', 'A finally']);
  expect([task.state, done[0].error === reason]).toStrictEqual(['stopped', true]);
  expect(thrownBy(() => task.pause())).toBeInstanceOf(TaskStopped);
  pump();
  expect(log).toHaveLength(2);
});

test('J3: whenDone fails with the reason of the signal, a default one or any value', () => {
  const { cooperator } = setup();
  const plain = new AbortController();
  const text = new AbortController();
  const done = [plain, text].map(({ signal }) =>
    outcome(cooperator.cooperate(logTurns([], 'A'), { signal }).whenDone()),
  );
  plain.abort();
  text.abort('just text');
  expect(done.map(([{ error }]) => error)).toStrictEqual([plain.signal.reason, 'just text']);
  expect(plain.signal.reason.name).toBe('AbortError');
});

test('J3: an aborted signal stops a paused and a waiting task', () => {
  const { cooperator, pump, log } = setup();
  const controller = new AbortController();
  const { signal } = controller;
  const paused = cooperator.cooperate(logWithFinally(log), { signal });
  const waiting = cooperator.cooperate(
    function* () {
      try {
        yield new Deferred();
      } finally {
        log.push('B finally');
      }
    },
    { signal },
  );
  pump(2);
  paused.pause();
  controller.abort();
  expect([paused.state, waiting.state]).toStrictEqual(['stopped', 'stopped']);
  expect(log.sort()).toStrictEqual(['A finally', 'A1', 'B finally']);
});

test('J3: with a signal that was aborted before, the task stops at once and its function is never called', () => {
  const { cooperator, pump, log } = setup();
  const reason = new Error('too late');
  const task = cooperator.cooperate(
    function* () {
      log.push('called');
    },
    { signal: AbortSignal.abort(reason) },
  );
  expect(task.state).toBe('stopped');
  expect(cooperator.tasks).toStrictEqual([]);
  expect(outcome(task.whenDone())[0].error).toBe(reason);
  pump();
  expect(log).toStrictEqual([]);
});

test('J3: aborting the signal of a finished task changes nothing', () => {
  const { cooperator, pump } = setup({ turns: Infinity });
  const controller = new AbortController();
  const task = cooperator.cooperate(logTurns([], 'A', 1), { signal: controller.signal });
  pump();
  controller.abort();
  expect(task.state).toBe('done');
  expect(outcome(task.whenDone())).toStrictEqual([{ value: 'A' }]);
});

test('J3: a finished task leaves no listener on its signal, however it finished', () => {
  const { cooperator, pump } = setup({ turns: 10 });
  const { signal } = new AbortController();
  const listeners = new Set();
  for (const [method, note] of [
    ['addEventListener', 'add'],
    ['removeEventListener', 'delete'],
  ]) {
    const real = signal[method];
    signal[method] = function (type, listener, ...rest) {
      if (type === 'abort') listeners[note](listener);
      return real.call(this, type, listener, ...rest);
    };
  }
  cooperator.cooperate(logTurns([], 'A', 1), { signal });
  outcome(
    cooperator
      .cooperate(
        function* () {
          throw new Error('fails');
        },
        { signal },
      )
      .whenDone(),
  );
  const stopped = cooperator.cooperate(logTurns([], 'C'), { signal });
  expect(listeners.size).toBeGreaterThan(0);
  pump();
  stopped.stop();
  expect(listeners.size).toBe(0);
  cooperator.cooperate(logTurns([], 'D'), { signal });
  cooperator.stop();
  expect(listeners.size).toBe(0);
});

test('J3: return is called once, as a method, without an argument', () => {
  const { cooperator, log } = setup();
  const iterator = {
    next: () => ({ done: false, value: undefined }),
    return(...args) {
      log.push([this === iterator, args.filter((argument) => argument !== undefined)]);
      return {};
    },
  };
  const task = cooperator.cooperate(iterator);
  task.stop();
  expect(() => task.stop()).toThrow(TaskStopped);
  cooperator.stop();
  cooperator.dispose();
  expect(log).toStrictEqual([[true, []]]);
});

test('J3: return is not called on an iterator that is exhausted or threw', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  const iterator = (next) => ({ ...endlessIterator(log), next });
  cooperator.cooperate(iterator(() => ({ done: true, value: 1 })));
  let turns = 0;
  const later = () => {
    if (++turns === 3) throw new Error('fails');
    return { done: false, value: undefined };
  };
  outcome(cooperator.cooperate(iterator(later)).whenDone());
  outcome(
    cooperator
      .cooperate(
        iterator(() => {
          throw new Error('fails');
        }),
      )
      .whenDone(),
  );
  pump();
  cooperator.stop();
  expect(log).toStrictEqual([]);
});

test('J3: return is not called on an async iterator that ended or rejected, nor if throw threw', async () => {
  const { cooperator, pumpAsync, log } = setup();
  const iterator = (members) => ({ ...endlessIterator(log), ...members });
  const asynchronous = (next) =>
    iterator({
      next,
      [Symbol.asyncIterator]() {
        return this;
      },
    });
  const works = [
    asynchronous(async () => ({ done: true, value: 'end' })),
    asynchronous(() => Promise.reject(broken)),
    asynchronous(() => {
      throw broken;
    }),
    iterator({
      next: () => ({ done: false, value: Deferred.fail(new Error('caught')) }),
      throw() {
        throw broken;
      },
    }),
  ];
  const done = works.map((work) => outcome(cooperator.cooperate(work).whenDone()));
  await pumpAsync(8);
  expect(done.flat()).toStrictEqual([{ value: 'end' }, { error: broken }, { error: broken }, { error: broken }]);
  expect(log).toStrictEqual([]);
});

test('J3: a task whose iterator has no return can be stopped', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate({
    next() {
      log.push('next');
      return { done: false, value: undefined };
    },
  });
  const done = outcome(task.whenDone());
  task.stop();
  pump();
  expect([task.state, log, done]).toStrictEqual(['stopped', [], [{ error: expect.any(TaskStopped) }]]);
});

test('J3: the function of a task that is stopped before its first turn is never called', () => {
  const { cooperator, pump, log } = setup();
  for (const work of [
    function* () {
      log.push('generator');
    },
    async function* () {
      log.push('async generator');
    },
    async () => {
      log.push('async function');
    },
  ])
    cooperator.cooperate(work).stop();
  pump();
  expect(log).toStrictEqual([]);
});

test('J3: the clean-up runs before whenDone fires', () => {
  const { cooperator, pump, log } = setup();
  const stopped = cooperator.cooperate(logWithFinally(log, 'A'));
  const ended = cooperator.cooperate(logWithFinally(log, 'B'));
  stopped.whenDone().addErrback(() => {
    log.push('A done');
  });
  ended.whenDone().addErrback(() => {
    log.push('B done');
  });
  pump(2);
  stopped.stop();
  cooperator.stop();
  expect(log).toStrictEqual(['A1', 'B1', 'A finally', 'A done', 'B finally', 'B done']);
});

test('J3: stop inside its own turn calls return after the turn, and then fires whenDone', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      log.push('before');
      task.stop();
      log.push('after', task.state);
      yield;
      log.push('not reached');
    } finally {
      log.push('finally');
    }
  });
  task.whenDone().addErrback((error) => {
    log.push(error.constructor);
  });
  pump();
  expect(log).toStrictEqual(['before', 'after', 'stopping', 'finally', TaskStopped]);
  expect(task.state).toBe('stopped');
  pump();
  expect(log).toHaveLength(5);
});

test('J3: Cooperator.stop inside a turn cleans up that task after its turn, the others at once', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield;
      cooperator.stop();
      log.push('after');
      yield;
      log.push('not reached');
    } finally {
      log.push('A finally');
    }
  });
  task.whenDone().addErrback((error) => {
    log.push(error.constructor);
  });
  cooperator.cooperate(logWithFinally(log, 'B'));
  pump(3);
  expect(log).toStrictEqual(['B1', 'B finally', 'after', 'A finally', SchedulerStopped]);
});

test('J3: what a task returns or yields in the turn in which it stops itself is ignored', async () => {
  const { cooperator, pumpAsync } = setup();
  const done = [];
  const tasks = [
    function* () {
      tasks[0].stop();
      return 'value';
    },
    function* () {
      tasks[1].stop();
      yield Promise.resolve('value');
    },
    function* () {
      tasks[2].stop();
      yield Deferred.succeed('value');
    },
  ].map((work) => cooperator.cooperate(work));
  for (const task of tasks) done.push(outcome(task.whenDone()));
  await pumpAsync(6);
  expect(tasks.map((task) => task.state)).toStrictEqual(['stopped', 'stopped', 'stopped']);
  expect(done).toStrictEqual(new Array(3).fill([{ error: expect.any(TaskStopped) }]));
});

test('J3: an error that a task throws after stopping itself is reported', async () => {
  const { cooperator, pump, takeReports } = setup();
  const task = cooperator.cooperate(function* () {
    task.stop();
    throw broken;
  });
  const done = outcome(task.whenDone());
  pump();
  await flushEventLoop();
  expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
});

describe('J3: a clean-up that has turns', () => {
  test('J3: a yield inside finally is gone on with, and whenDone fires after it, however often the task is paused', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(function* () {
      try {
        yield;
      } finally {
        log.push('finally');
        yield;
        log.push('next turn');
        log.push(yield Deferred.succeed('value'));
        yield;
      }
    });
    task.whenDone().addErrback((error) => log.push(error.constructor));
    pump();
    task.pause();
    task.stop();
    task.pause();
    expect([task.state, cooperator.tasks.length, log]).toStrictEqual(['stopping', 1, ['finally']]);
    expect(() => task.stop()).toThrow(TaskStopped);
    pump();
    expect([task.state, log]).toStrictEqual(['stopping', ['finally', 'next turn']]);
    pump(2);
    expect([task.state, log]).toStrictEqual(['stopped', ['finally', 'next turn', 'value', TaskStopped]]);
    task.resume();
    task.resume();
    expect(() => task.resume()).toThrow(NotPaused);
  });

  test('J3: a generator that stops itself has the turns of its clean-up after that turn', () => {
    const { cooperator, pump, log } = setup();
    const task = cooperator.cooperate(function* () {
      try {
        task.stop();
        yield;
      } finally {
        yield;
        log.push('cleaned up');
      }
    });
    task.whenDone().addErrback((error) => log.push(error.constructor));
    pump();
    expect([task.state, log]).toStrictEqual(['stopping', []]);
    pump();
    expect(log).toStrictEqual(['cleaned up', TaskStopped]);
  });

  test('J3: the clean-ups of an async generator and an async function are waited for', async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    const tasks = [
      async function* generator() {
        try {
          for (;;) yield;
        } finally {
          yield Deferred.fromPromise(released);
          yield;
          log.push('generator');
        }
      },
      async function f({ yield: nextTurn }) {
        try {
          for (;;) await nextTurn();
        } finally {
          await released;
          await nextTurn(); // rejected once, with the stop; the clean-up has turns
          log.push('function');
        }
      },
    ].map((work) => cooperator.cooperate(work));
    for (const task of tasks) task.whenDone().addErrback((error) => log.push(`${task.name} ${error.name}`));
    await pumpEventLoop(4);
    for (const task of tasks) task.stop();
    await pumpEventLoop(4);
    expect([tasks.map((task) => task.state), log]).toStrictEqual([['stopping', 'stopping'], []]);
    release();
    await pumpEventLoop(8);
    expect(tasks.map((task) => task.state)).toStrictEqual(['stopped', 'stopped']);
    expect(log.sort()).toStrictEqual(['f TaskStopped', 'function', 'generator', 'generator TaskStopped']);
  });

  test('J3: an aborted signal and Cooperator.stop wait for clean-ups, which have slices on a stopped cooperator', () => {
    const { cooperator, pump, log } = setup();
    const controller = new AbortController();
    const work = (name) =>
      function* () {
        try {
          yield;
        } finally {
          yield;
          log.push(name);
        }
      };
    const aborted = outcome(cooperator.cooperate(work('A'), { signal: controller.signal }).whenDone());
    const stopped = outcome(cooperator.cooperate(work('B')).whenDone());
    pump(2);
    controller.abort(broken);
    cooperator.stop();
    expect([cooperator.running, aborted, stopped]).toStrictEqual([false, [], []]);
    const late = outcome(cooperator.cooperate(work('C')).whenDone());
    expect(late).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
    pump(2);
    expect(log).toStrictEqual(['A', 'B']);
    expect([aborted, stopped]).toStrictEqual([[{ error: broken }], [{ error: expect.any(SchedulerStopped) }]]);
  });

  test('J3: an error of a later turn of the clean-up is reported, and an error that it waits for is thrown into it', async () => {
    const { cooperator, pump, log, takeReports } = setup();
    const task = cooperator.cooperate(function* () {
      try {
        yield;
      } finally {
        try {
          yield Deferred.fail(new Error('early'));
        } catch (error) {
          log.push(error.message);
        }
        yield;
        throw broken;
      }
    });
    const done = outcome(task.whenDone());
    pump();
    task.stop();
    pump(2);
    await flushEventLoop();
    expect([log, done]).toStrictEqual([['early'], [{ error: expect.any(TaskStopped) }]]);
    expect(takeReports()).toStrictEqual([{ error: broken, task }]);
  });

  test('J3: dispose gives up on clean-ups that need turns, and reports that', async () => {
    const { cooperator, pumpEventLoop, log, takeReports } = setup();
    const waitsInFinally = function* waits() {
      try {
        for (;;) yield;
      } finally {
        yield new Promise(() => {});
        log.push('not reached');
      }
    };
    const tasks = [
      waitsInFinally,
      waitsInFinally,
      async function* yields() {
        try {
          for (;;) yield;
        } finally {
          yield;
          log.push('not reached');
        }
      },
      async function runsOn({ yield: nextTurn }) {
        try {
          for (;;) await nextTurn();
        } finally {
          await null;
          log.push('goes on by itself');
        }
      },
    ].map((work) => cooperator.cooperate(work));
    const done = tasks.map((task) => outcome(task.whenDone()));
    await pumpEventLoop(8);
    tasks[0].stop();
    cooperator.dispose();
    const error = expect.any(SchedulerStopped);
    expect(done).toStrictEqual([[{ error: expect.any(TaskStopped) }], [{ error }], [{ error }], [{ error }]]);
    await flushEventLoop();
    expect(log).toStrictEqual(['goes on by itself']);
    expect(takeReports()).toStrictEqual([
      { error, task: tasks[0] },
      { error, task: tasks[1] },
      { error, task: tasks[2] },
    ]);
  });

  test('J3: dispose reports a clean-up that has begun only if it needs turns', async () => {
    const { cooperator, pumpEventLoop, log, takeReports } = setup();
    let [goOn, finish] = [];
    const body = new Promise((resolve) => (goOn = resolve));
    const cleanUp = new Promise((resolve) => (finish = resolve));
    const works = {
      async *yields() {
        try {
          for (;;) yield;
        } finally {
          for (;;) yield;
        }
      },
      async *awaitsAndYields() {
        try {
          for (;;) yield;
        } finally {
          await cleanUp;
          yield;
          log.push('not reached');
        }
      },
      async *awaits() {
        try {
          for (;;) yield;
        } finally {
          await cleanUp;
          log.push('awaits');
        }
      },
      async *awaitsTwice() {
        try {
          await body;
          yield;
        } finally {
          await cleanUp;
          log.push('awaitsTwice');
        }
      },
      async function({ yield: nextTurn }) {
        try {
          for (;;) await nextTurn();
        } finally {
          await cleanUp;
          log.push('function');
        }
      },
    };
    const tasks = Object.values(works).map((work) => cooperator.cooperate(work));
    for (const task of tasks) outcome(task.whenDone());
    await pumpEventLoop(10);
    for (const task of tasks) task.stop();
    await flushEventLoop();
    goOn();
    await flushEventLoop();
    cooperator.dispose();
    expect(takeReports()).toStrictEqual([{ error: expect.any(SchedulerStopped), task: tasks[0] }]);
    finish();
    await flushEventLoop();
    expect(new Set(log)).toStrictEqual(new Set(['awaits', 'awaitsTwice', 'function']));
    expect(takeReports()).toStrictEqual([{ error: expect.any(SchedulerStopped), task: tasks[1] }]);
  });

  test('J3, J4: a stopped task ends when its items are closed, and does not wait for its jobs', async () => {
    const aborted = new DOMException('of the clean-up', 'AbortError');
    for (const error of [undefined, aborted]) {
      const { cooperator, pump, pumpEventLoop, takeReports } = setup({ turns: 5 });
      let close;
      let fail;
      const items = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: 1 }),
          return: () => new Promise((resolve, reject) => (close = error === undefined ? resolve : reject)),
        }),
      };
      const task = cooperator.cooperate(parallel(items, 1, () => new Promise((_, reject) => (fail = reject))));
      const done = outcome(task.whenDone());
      await pumpEventLoop(3);
      task.stop();
      await pumpEventLoop(3);
      expect([task.state, done]).toStrictEqual(['stopping', []]);
      close(error);
      await flushEventLoop();
      pump();
      expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
      fail(broken);
      await flushEventLoop();
      const expected = error === undefined ? [broken] : [aborted, broken];
      expect(takeReports()).toStrictEqual(expected.map((each) => ({ error: each, task })));
    }
  });

  test('J3: dispose does not report closings of items, which need no turns, but reports their errors', async () => {
    const uses = [
      (items) => forEach(items, () => {}),
      (items) =>
        async function* (context) {
          yield* forEach(items, () => {})(context);
        },
      (items) =>
        async function (context) {
          // eslint-disable-next-line no-unused-vars
          for await (const step of forEach(items, () => {})(context));
        },
    ];
    for (const use of uses) {
      for (const stopsBefore of [false, true]) {
        const { cooperator, pumpEventLoop, takeReports } = setup();
        let fail;
        const items = {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise(() => {}),
            return: () => new Promise((_, reject) => (fail = reject)),
          }),
        };
        const task = cooperator.cooperate(use(items));
        const done = outcome(task.whenDone());
        await pumpEventLoop(3);
        if (stopsBefore) {
          task.stop();
          await pumpEventLoop(3);
          expect([task.state, done]).toStrictEqual(['stopping', []]);
        }
        cooperator.dispose();
        await flushEventLoop();
        expect(done).toStrictEqual([{ error: expect.any(stopsBefore ? TaskStopped : SchedulerStopped) }]);
        expect(takeReports()).toStrictEqual([]);
        fail(broken);
        await flushEventLoop();
        expect(takeReports()).toStrictEqual([{ error: broken, task }]);
      }
    }
  });

  test('J3: dispose does not report a clean-up whose closings are over', async () => {
    const { cooperator, pump, pumpEventLoop } = setup();
    let close;
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => new Promise((resolve) => (close = resolve)),
      }),
    };
    const task = cooperator.cooperate(forEach(items, () => {}));
    const done = outcome(task.whenDone());
    await pumpEventLoop(2);
    task.stop();
    pump();
    close();
    await flushEventLoop();
    expect(done).toStrictEqual([]);
    cooperator.dispose();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J3: dispose inside a turn of a clean-up ends the task after that turn', async () => {
    const { cooperator, pump, log, takeReports } = setup();
    const task = cooperator.cooperate(function* () {
      try {
        yield;
      } finally {
        yield;
        cooperator.dispose();
        log.push('A disposes');
        yield;
        log.push('not reached');
      }
    });
    const done = outcome(task.whenDone());
    pump();
    task.stop();
    pump();
    await flushEventLoop();
    expect([log, done]).toStrictEqual([['A disposes'], [{ error: expect.any(TaskStopped) }]]);
    expect(takeReports()).toStrictEqual([{ error: expect.any(SchedulerStopped), task }]);
  });
});

test('J3: an error thrown by the clean-up is reported with its task, which is stopped nevertheless', async () => {
  const { cooperator, pump, takeReports } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield;
    } finally {
      throw broken;
    }
  });
  const done = outcome(task.whenDone());
  pump();
  task.stop();
  await flushEventLoop();
  expect([task.state, done]).toStrictEqual(['stopped', [{ error: expect.any(TaskStopped) }]]);
  const reports = takeReports();
  expect(reports).toHaveLength(1);
  expect(reports[0].error).toBe(broken);
  expect(reports[0].task).toBe(task);
});

test('J3: an error of the return of an async iterator whose task has failed is reported, even if it is the same', async () => {
  const failure = new Error('failed');
  for (const ended of [new Error('ended'), failure, Object.assign(new Error('ended'), { name: 'AbortError' })]) {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const iterator = {
      next: () => ({ done: false, value: Promise.reject(failure) }),
      return: () => Promise.reject(ended),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const task = cooperator.cooperate(iterator); // Without a method throw, the error of the wait fails the task.
    const done = outcome(task.whenDone());
    await pumpEventLoop(4);
    expect(done).toStrictEqual([{ error: failure }]);
    expect(takeReports()).toStrictEqual([{ error: ended, task }]);
  }
});

test('J3: an error thrown by a clean-up that runs after the turn is reported', async () => {
  const { cooperator, pump, takeReports } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      task.stop();
      yield;
    } finally {
      throw broken;
    }
  });
  pump();
  await flushEventLoop();
  expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
});

test('J3: Cooperator.stop stops the other tasks when a clean-up fails', async () => {
  const { cooperator, pump, log, takeReports } = setup();
  cooperator.cooperate(function* () {
    try {
      yield;
    } finally {
      throw broken;
    }
  });
  cooperator.cooperate(logWithFinally(log, 'B'));
  pump(2);
  cooperator.stop();
  await flushEventLoop();
  expect(log).toStrictEqual(['B1', 'B finally']);
  expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
});

test('J3: the clean-up can use the cooperator', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield;
    } finally {
      log.push([task.state, cooperator.tasks.length]);
      cooperator.cooperate(logTurns(log, 'B'));
      expect(() => task.stop()).toThrow(TaskStopped);
    }
  });
  pump();
  task.stop();
  pump();
  expect(log).toStrictEqual([['stopping', 1], 'B1']);
});

test('J3: a generator inside yield* is cleaned up too', () => {
  const { cooperator, pump, log } = setup();
  const task = cooperator.cooperate(function* () {
    try {
      yield* logWithFinally(log, 'inner');
    } finally {
      log.push('outer finally');
    }
  });
  pump();
  task.stop();
  expect(log).toStrictEqual(['inner1', 'inner finally', 'outer finally']);
});

test('J3: stop runs the finally blocks of an async generator and reports their error', async () => {
  const { cooperator, pumpAsync, log, takeReports } = setup();
  const task = cooperator.cooperate(async function* () {
    try {
      for (;;) {
        log.push('turn');
        yield;
      }
    } finally {
      log.push('finally');
      throw broken;
    }
  });
  const done = outcome(task.whenDone());
  await pumpAsync();
  task.stop();
  await flushEventLoop();
  await pumpAsync();
  expect(log).toStrictEqual(['turn', 'finally']);
  expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  expect(takeReports().map(({ error }) => error)).toStrictEqual([broken]);
});

describe('J4: late results of what a stopped task waited for', () => {
  test("J4: a rejection with the reason of the task's signal is not reported", async () => {
    const { cooperator, pumpEventLoop, log } = setup();
    const rejectOnAbort = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          log.push('aborted');
          reject(signal.reason);
        });
      });
    const tasks = [
      cooperator.cooperate(function* ({ signal }) {
        yield rejectOnAbort(signal);
      }),
      cooperator.cooperate(async function* ({ signal }) {
        yield rejectOnAbort(signal);
      }),
      cooperator.cooperate(async ({ signal }) => {
        await rejectOnAbort(signal);
      }),
      cooperator.cooperate(function* ({ signal }) {
        yield Deferred.fromPromise(rejectOnAbort(signal));
      }),
    ];
    await pumpEventLoop(4);
    for (const task of tasks) task.stop();
    await flushEventLoop();
    expect(log).toStrictEqual(['aborted', 'aborted', 'aborted', 'aborted']);
  });

  test('J4: a rejection with the reason of options.signal is not reported, even without whenDone', async () => {
    const { cooperator, pumpAsync, pumpEventLoop } = setup();
    const controller = new AbortController();
    const { signal } = controller;
    const rejectOnAbort = () =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const tasks = [
      cooperator.cooperate(
        function* () {
          yield rejectOnAbort();
        },
        { signal },
      ),
      cooperator.cooperate([rejectOnAbort()], { signal }),
      cooperator.cooperate(
        async () => {
          await rejectOnAbort();
        },
        { signal },
      ),
      cooperator.cooperate(
        async function* () {
          await rejectOnAbort();
        },
        { signal },
      ),
    ];
    await pumpAsync(4);
    controller.abort(new Error('enough'));
    await pumpEventLoop(4);
    expect(tasks.map((task) => task.state)).toStrictEqual(new Array(4).fill('stopped'));
  });

  test('J4: a task that stops itself and yields its own whenDone is not reported', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    const ways = [(task) => task.stop(), () => cooperator.stop()];
    const tasks = ways.map((stop) =>
      cooperator.cooperate(function* () {
        const task = tasks[ways.indexOf(stop)];
        const done = task.whenDone();
        stop(task);
        yield done;
      }),
    );
    await pumpAsync(2);
    expect(tasks.map((task) => task.state)).toStrictEqual(['stopped', 'stopped']);
    await flushEventLoop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([]);
  });

  test('J4: a rejection that has the reason as its cause, or is an AbortError, is not reported', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const abortErrors = {
      'the cause': (reason) => new Error('aborted', { cause: reason }),
      'a cause further down': (reason) =>
        new Error('1', { cause: new Error('2', { cause: new Error('3', { cause: reason }) }) }),
      'an AbortError': () => Object.assign(new Error('aborted'), { name: 'AbortError' }),
    };
    for (const makeError of Object.values(abortErrors)) {
      const rejectOnAbort = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(makeError(signal.reason)));
        });
      const tasks = [
        function* ({ signal }) {
          yield rejectOnAbort(signal);
        },
        function* ({ signal }) {
          yield Deferred.fromPromise(rejectOnAbort(signal));
        },
        async function* ({ signal }) {
          yield rejectOnAbort(signal);
        },
        async function* ({ signal }) {
          await rejectOnAbort(signal);
        },
        async ({ signal }) => {
          await rejectOnAbort(signal);
        },
        function* ({ signal }) {
          task.stop();
          yield rejectOnAbort(signal);
        },
      ].map((work) => cooperator.cooperate(work));
      const task = tasks.at(-1);
      for (const each of tasks) outcome(each.whenDone());
      await pumpEventLoop(8);
      for (const each of tasks.slice(0, -1)) each.stop();
      await pumpEventLoop(8);
      expect(tasks.map(({ state }) => state)).toStrictEqual(new Array(6).fill('stopped'));
    }
    expect(takeReports()).toStrictEqual([]);
  });

  test('J4: that what a stopped task waited for was stopped, too, is not reported', async () => {
    for (const clean of [false, true]) {
      const { cooperator, pumpEventLoop, takeReports } = setup();
      const endless = function* () {
        try {
          for (;;) yield;
        } finally {
          if (clean) yield Promise.resolve();
        }
      };
      const waiters = [
        (task) =>
          function* () {
            yield task;
          },
        (task) =>
          function* () {
            yield task.whenDone();
          },
        (task) => async () => {
          await task;
        },
      ];
      const stops = [
        ([first, second]) => {
          first.stop();
          second.stop();
        },
        () => cooperator.stop(),
      ];
      for (const stop of stops) {
        const others = waiters.map(() => cooperator.cooperate(endless));
        const tasks = waiters.map((waits, index) => cooperator.cooperate(waits(others[index])));
        await pumpEventLoop(8);
        tasks.forEach((task, index) => task.state === 'waiting' && stop([task, others[index]]));
        await pumpEventLoop(8);
        const states = [...tasks, ...others].map(({ state }) => state);
        expect(states).toStrictEqual(new Array(6).fill('stopped'));
      }
      expect(takeReports()).toStrictEqual([]);
    }
  });

  test('J4: an AbortError that has arrived before stop, but not at its yield, is not reported', async () => {
    const { cooperator, pumpAsync } = setup();
    const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
    const task = cooperator.cooperate(function* () {
      yield Promise.reject(aborted);
    });
    const done = outcome(task.whenDone());
    await pumpAsync();
    expect(task.state).toBe('runnable');
    task.stop();
    await flushEventLoop();
    expect(done).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  });

  test('J4: an error whose causes are a circle, or whose cause throws, is reported', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    const circular = new Error('circular');
    circular.cause = circular;
    const throwing = new Error('throwing');
    Object.defineProperty(throwing, 'cause', {
      get() {
        throw broken;
      },
    });
    for (const error of [circular, throwing]) {
      const deferred = new Deferred();
      const task = cooperator.cooperate(function* () {
        yield deferred.then();
      });
      const done = outcome(task.whenDone());
      await pumpAsync();
      task.stop();
      expect(done[0].error).toBeInstanceOf(TaskStopped);
      deferred.errback(error);
      await flushEventLoop();
      expect(takeReports()).toStrictEqual([{ error, task }]);
    }
  });

  test('J4: an AbortError that a clean-up throws is reported', async () => {
    const { cooperator, pump, takeReports } = setup();
    const error = Object.assign(new Error('aborted'), { name: 'AbortError' });
    const task = cooperator.cooperate(function* () {
      try {
        yield;
      } finally {
        throw error;
      }
    });
    pump();
    task.stop();
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([{ error, task }]);
  });

  test('J4: a rejection with undefined is reported', async () => {
    const { cooperator, pumpAsync, takeReports } = setup();
    let reject;
    const task = cooperator.cooperate(function* () {
      yield new Promise((_, fail) => {
        reject = fail;
      });
    });
    await pumpAsync();
    task.stop();
    reject(undefined);
    await flushEventLoop();
    expect(takeReports().map(({ error }) => error)).toStrictEqual([undefined]);
  });

  test('J4: a rejection with any other error is reported, whatever the task waited for', async () => {
    const { cooperator, pumpEventLoop, takeReports } = setup();
    const rejections = [];
    const later = () =>
      new Promise((_, reject) => {
        rejections.push(reject);
      });
    const deferred = new Deferred();
    const tasks = [
      cooperator.cooperate(function* () {
        yield later();
      }),
      cooperator.cooperate(function* () {
        yield deferred;
      }),
      cooperator.cooperate(async () => {
        await later();
      }),
      cooperator.cooperate({
        next: later,
        [Symbol.asyncIterator]() {
          return this;
        },
      }),
    ];
    const done = tasks.map((task) => outcome(task.whenDone()));
    await pumpEventLoop(4);
    for (const task of tasks) task.stop();
    const errors = [new Error('late 1'), new Error('late 2'), new Error('late 3')];
    for (const [index, reject] of rejections.entries()) reject(errors[index]);
    deferred.addErrback(() => {});
    deferred.errback(new Error('handled by the errback'));
    await pumpEventLoop(4);
    expect(done).toStrictEqual(new Array(4).fill([{ error: expect.any(TaskStopped) }]));
    const reported = takeReports().map(({ error }) => error);
    expect([reported.length, new Set(reported)]).toStrictEqual([3, new Set(errors)]);
  });

  test('J4: the failure of another task is reported as if nobody waited for it', async () => {
    const { cooperator, pump, takeReports } = setup();
    const failing = cooperator.cooperate(function* () {
      yield;
      yield;
      throw broken;
    });
    const waiting = cooperator.cooperate(function* () {
      yield failing.whenDone();
    });
    pump(2);
    waiting.stop();
    pump(3);
    await flushEventLoop();
    expect(takeReports()).toStrictEqual([{ error: broken, task: failing }]);
  });

  test('J4: a fulfilled Promise changes nothing', async () => {
    const { cooperator, pumpAsync, log } = setup();
    let resolve;
    const task = cooperator.cooperate(function* () {
      yield new Promise((done) => {
        resolve = done;
      });
      log.push('not reached');
    });
    await pumpAsync();
    task.stop();
    resolve();
    await flushEventLoop();
    await pumpAsync();
    expect(log).toStrictEqual([]);
  });
});

describe('D7: an error that reached a task which was stopped before its next turn is reported', () => {
  const error = new Error('undelivered');

  test.each([
    [
      'D7: of an async function',
      async () => {
        for (let count = 0; count < 2; count++) await nextMacrotask(); // The turn ends as a wait (S12).
        throw error;
      },
    ],
    [
      'D7: of an async generator',
      async function* () {
        for (let count = 0; count < 2; count++) await nextMacrotask();
        throw error;
      },
    ],
    [
      'D7: of a Promise',
      function* () {
        yield Promise.reject(error);
      },
    ],
  ])('%s', async (_, work) => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(work);
    pump();
    await flushEventLoop();
    await flushEventLoop();
    task.stop();
    expect(takeReports().map((report) => report.error)).toStrictEqual([error]);
  });

  test('D7: of a Deferred, when the cooperator is stopped', () => {
    const { cooperator, pump, takeReports } = setup();
    const deferred = new Deferred();
    cooperator.cooperate(function* () {
      yield deferred;
    });
    pump();
    deferred.errback(error);
    cooperator.stop();
    expect(takeReports().map((report) => report.error)).toStrictEqual([error]);
  });

  test('D7: of a Promise that the task yields in the turn in which it stops itself', async () => {
    const { cooperator, pump, takeReports } = setup();
    const task = cooperator.cooperate(function* () {
      task.stop();
      yield Promise.reject(error);
    });
    pump();
    await flushEventLoop();
    expect(takeReports().map((report) => report.error)).toStrictEqual([error]);
  });
});
