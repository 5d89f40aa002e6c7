// What the other tests come by only now and then: what is refused in odd places, hosts and hooks that fail, defaults.
import {
  Cooperator,
  Deferred,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
  TimeoutError,
  init,
  native,
  predicates,
} from 'cooperator';
import { Clock, FakeScheduler } from 'cooperator/testing';
import { counting, outcome, rig, thrownBy } from './support/rig.js';

const long = 'x'.repeat(50);

test.each([
  ['options', null, /object, not null/],
  ['options', 'auto', /object, not "auto"/],
  ['options', long, /"x{40}\.\.\."/],
])('new Cooperator with %s %p is refused', (_, options, message) => {
  expect(thrownBy(() => new Cooperator(options))).toMatchObject({
    constructor: TypeError,
    message: expect.stringMatching(message),
  });
});

test.each([
  ['started', 1, /boolean, not 1/],
  ['name', 5n, /string, not 5n/],
  ['scheduler', new Date(), /function, not an object of class Date/],
  ['onError', Object.create(null), /function, not an object/],
])('new Cooperator with the option %s of another type is refused', (name, value, message) => {
  const error = thrownBy(() => new Cooperator({ [name]: value }));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(new RegExp(`options\\.${name}`));
  expect(error.message).toMatch(message);
});

test('options of a task that are no object, or of another type, are refused', () => {
  const { cooperator } = rig();
  const work = function* () {};
  expect(thrownBy(() => cooperator.cooperate(work, null)).message).toMatch(/options must be an object, not null/);
  expect(thrownBy(() => cooperator.cooperate(work, 3)).message).toMatch(/options must be an object, not 3/);
  expect(thrownBy(() => cooperator.cooperate(work, { name: () => {} })).message).toMatch(
    /options\.name.*a function named name/,
  );
  expect(cooperator.tasks).toStrictEqual([]);
});

test('an iterable whose iterator has no next is refused', () => {
  const { cooperator } = rig();
  expect(thrownBy(() => cooperator.cooperate({ [Symbol.iterator]: () => ({}) })).message).toMatch(
    /iterator must have a function next/,
  );
});

test('a function that returns nothing to go through fails its task, which says what it returned', () => {
  const { cooperator, pump } = rig();
  const seen = [
    outcome(cooperator.cooperate(() => 5).whenDone()),
    outcome(cooperator.cooperate(function named() {}).whenDone()),
  ];
  pump(2);
  expect(seen[0][0].error.message).toMatch(/the function must return an iterator.*not 5/);
  expect(seen[1][0].error.message).toMatch(/the function named must return.*not undefined/);
});

test('progress and yield refuse what makes no sense, in the task', () => {
  const { cooperator, pump } = rig();
  const errors = [];
  cooperator.cooperate(function* (context) {
    for (const wrong of [
      () => context.progress('1'),
      () => context.progress(NaN),
      () => context.progress(1, '2'),
      () => context.yield(),
    ]) {
      errors.push(thrownBy(wrong).message);
    }
    yield;
  });
  pump(2);
  expect(errors).toStrictEqual([
    expect.stringMatching(/done must be a number/),
    expect.stringMatching(/done must be a number, not NaN/),
    expect.stringMatching(/total must be a number or undefined/),
    expect.stringMatching(/for async functions/),
  ]);
});

test('the fakes for tests refuse what makes no sense', () => {
  const clock = new Clock();
  expect(() => clock.callLater(1, 'f')).toThrow(/f must be a function/);
  expect(() => clock.advance('1')).toThrow(/ms must be a number/);
  expect(() => clock.callLater(-1, () => {})).toThrow(/0 or more and finite/);
  const scheduler = new FakeScheduler();
  expect(() => scheduler.schedule('slice')).toThrow(/slice must be a function/);
  const call = scheduler.schedule(() => {});
  expect(scheduler.pending).toBe(1);
  call.cancel();
  expect(scheduler.pending).toBe(0);
});

test('predicates refuse what makes no sense', () => {
  expect(() => predicates.frame('1')).toThrow(/fraction must be a number/);
  expect(() => predicates.inputPending('f')).toThrow(/inner must be a predicate factory/);
});

test('each error has a message of its own, whoever makes it', () => {
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

test('a cooperator without a name has one all the same, and can be disposed of by using', () => {
  const { cooperator } = rig();
  expect(cooperator.name).toBe('cooperator');
  const task = cooperator.cooperate(counting([], 'A'));
  if (Symbol.dispose !== undefined) cooperator[Symbol.dispose]();
  else cooperator.dispose();
  expect(task.state).toBe('stopped');
});

test('a cooperator has the name that it is given', () => {
  expect(new Cooperator({ name: 'mine' }).name).toBe('mine');
});

test('a new cooperator has done nothing, and says so', () => {
  expect(new Cooperator().stats()).toStrictEqual({
    slices: 0,
    turns: 0,
    busyMs: 0,
    longestSliceMs: 0,
    longestTurnMs: 0,
  });
});

test('coiterate takes null for no Deferred, and names what is none', () => {
  const { cooperator, pump } = rig();
  const done = outcome(cooperator.coiterate([], null));
  pump();
  expect(done).toStrictEqual([{ value: undefined }]);
  expect(() => cooperator.coiterate([], 5)).toThrow(/coiterate: doneDeferred must be a Deferred, not 5/);
});

test('after dispose there is no time left', () => {
  const { cooperator, pump } = rig();
  let context;
  cooperator.cooperate(function* (given) {
    context = given;
    yield;
  });
  pump();
  cooperator.dispose();
  expect(context.shouldYield()).toBe(true);
});

// ---- Deferreds ----

test('a pair of nothing is no pair', () => {
  const deferred = new Deferred();
  expect(deferred.addCallbacks(undefined, undefined)).toBe(deferred);
  deferred.callback(1);
  expect(outcome(deferred)).toStrictEqual([{ value: 1 }]);
});

test('D4: a clock that throws throws at addTimeout, and the chain is as it was', () => {
  const deferred = new Deferred();
  const broken = new Error('the clock');
  expect(
    thrownBy(() =>
      deferred.addTimeout(1, {
        callLater() {
          throw broken;
        },
      }),
    ),
  ).toBe(broken);
  const seen = outcome(deferred);
  deferred.callback(1);
  expect(seen).toStrictEqual([{ value: 1 }]);
});

test('D4: a timeout comes once, though the clock calls twice', () => {
  const calls = [];
  const deferred = new Deferred().addTimeout(1, {
    callLater: (ms, f) => {
      calls.push(f);
      return { cancel() {} };
    },
  });
  const seen = outcome(deferred);
  calls[0]();
  calls[0]();
  expect(seen).toStrictEqual([{ error: expect.any(TimeoutError) }]);
});

test('D3: a thenable that resolves to itself is an error, as is one whose then cannot be read', () => {
  const itself = {
    then(resolve) {
      resolve(itself);
    },
  };
  const unreadable = {
    get then() {
      throw new Error('unreadable');
    },
  };
  const seen = [
    itself,
    {
      then(resolve) {
        resolve(unreadable);
      },
    },
  ].map((thenable) => outcome(Deferred.succeed(thenable)));
  expect(seen[0]).toStrictEqual([{ error: expect.any(TypeError) }]);
  expect(seen[1][0].error.message).toBe('unreadable');
});

// ---- async iterators ----

test('J2: an async iterator that yields what it waits for gets the value, or the error, at its yield', async () => {
  const { cooperator, log, pumpAsync } = rig();
  const inner = new Deferred();
  const failing = new Deferred();
  const own = {
    at: 0,
    [Symbol.asyncIterator]() {
      return this;
    },
    next(sent) {
      log.push(['next', sent]);
      return { done: this.at === 2, value: this.at++ === 0 ? inner : failing }; // not a Promise: that is allowed, too
    },
    throw(error) {
      log.push(['throw', error]);
      return Promise.resolve({ done: true, value: 'caught' });
    },
  };
  const seen = outcome(cooperator.cooperate(own).whenDone());
  await pumpAsync(3);
  inner.callback('value');
  await pumpAsync(3);
  failing.errback('error');
  await pumpAsync(3);
  expect(log).toStrictEqual([
    ['next', undefined],
    ['next', 'value'],
    ['throw', 'error'],
  ]);
  expect(seen).toStrictEqual([{ value: 'caught' }]);
});

test('an async iterator that does not say that it is one is found out by what next returns', async () => {
  const { cooperator, pumpAsync } = rig();
  let at = 0;
  const seen = outcome(cooperator.cooperate({ next: async () => ({ done: ++at === 3, value: at }) }).whenDone());
  await pumpAsync(8);
  expect(seen).toStrictEqual([{ value: 3 }]);
});

test('an async function that is done is told so when it asks for another turn', async () => {
  const { cooperator, pumpAsync } = rig();
  let context;
  cooperator.cooperate(async (given) => {
    context = given;
  });
  await pumpAsync(3);
  await expect(context.yield()).rejects.toBeInstanceOf(TaskDone);
});

test('turns that an async function still asked for when it was done are given', async () => {
  const { cooperator, log, pumpAsync } = rig();
  cooperator.cooperate(async ({ yield: nextTurn }) => {
    void nextTurn().then(() => log.push('turn'));
    return 1;
  });
  await pumpAsync(4);
  expect(log).toStrictEqual(['turn']);
});

test('init comes too late once anything of the package was used', async () => {
  rig();
  await expect(init(new ArrayBuffer(8))).rejects.toThrow(/loaded already/);
});

// ---- native steps ----

/** A module whose step answers with its state: 0 more, 1 done, 2 failed. */
const { exports: echo } = new WebAssembly.Instance(
  new WebAssembly.Module(
    Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0, // the header
      1,
      6,
      1,
      0x60,
      1,
      0x7f,
      1,
      0x7f, // a type, (i32) -> i32
      3,
      2,
      1,
      0, // one function of it
      7,
      8,
      1,
      4,
      0x73,
      0x74,
      0x65,
      0x70,
      0,
      0, // exported as "step"
      10,
      6,
      1,
      4,
      0,
      0x20,
      0,
      0x0b, // its parameter
    ),
  ),
);

test('a native step says how its task goes on and ends, and its state is given back once', () => {
  const { cooperator, log, pump } = rig();
  const make = (state, name) =>
    native({
      step: echo.step,
      state,
      name,
      result: (own) => `result ${own}`,
      dispose: (own) => {
        log.push(`dispose ${own}`);
      },
    });
  const tasks = [make(0, 'more'), make(1, 'done'), make(2, 'failed')].map((work) => cooperator.cooperate(work));
  const seen = tasks.map((task) => outcome(task.whenDone()));
  expect(cooperator.tasks.map(({ name }) => name)).toStrictEqual(['more', 'done', 'failed']);
  pump(4);
  expect(tasks.map(({ state }) => state)).toStrictEqual(['runnable', 'done', 'failed']);
  tasks[0].stop();
  expect(log).toStrictEqual(['dispose 1', 'dispose 2', 'dispose 0']);
  expect(seen[0]).toStrictEqual([{ error: expect.any(TaskStopped) }]);
  expect(seen[1]).toStrictEqual([{ value: 'result 1' }]);
  expect(seen[2][0].error.message).toMatch(/the native task failed failed/);
});

test('a native work is one task at a time', () => {
  const { cooperator } = rig();
  const work = native({ step: echo.step });
  const task = cooperator.cooperate(work);
  expect(() => cooperator.cooperate(work)).toThrow(/is a task already/);
  task.whenDone().addErrback(() => {});
  task.stop();
  cooperator.cooperate(work).stop();
});

test.each([
  [null, /options must be an object/],
  [{}, /step must be a function/],
  [{ step: () => 0 }, /not one of JavaScript/],
  [{ step: (state) => state }, /that a WebAssembly instance exports/],
  [{ step: echo.step, state: '1' }, /state must be a number/],
  [{ step: echo.step, state: 2 ** 32 }, /state must be an integer of 32 bits/],
  [{ step: echo.step, result: 1 }, /result must be a function/],
  [{ step: echo.step, name: 1 }, /name must be a string/],
])('native(%p) is refused', (options, message) => {
  expect(() => native(options)).toThrow(message);
});
