// S8, J2, J5, J10: ends are told and errors arrive, whatever signals, names, clocks and nested calls do.
import { Cooperator, Deferred, TaskStopped, TimeoutError, schedulers } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { parallel } from 'cooperator/work';
import { flushEventLoop, logTurns, setup as setUpCooperator, thrownBy } from './support/setup.js';

function setup(options) {
  const made = setUpCooperator(options);
  return { ...made, pumpAll: () => made.pump(20) };
}

/** An object that shows how the Deferred has fired. Handles the error. */
function outcome(deferred) {
  const seen = { called: false };
  deferred.addCallbacks(
    (value) => void Object.assign(seen, { called: true, value }),
    (error) => void Object.assign(seen, { called: true, error }),
  );
  return seen;
}

const forever = () => logTurns([], 'A');

/** An imitation of an AbortSignal that counts its listeners. */
function imitation({ throwsOn = [], reason } = {}) {
  const listeners = new Set();
  const signal = {
    aborted: false,
    reason,
    added: 0,
    listeners,
    addEventListener(type, listener) {
      if (throwsOn.includes('add')) throw new Error('add');
      signal.added++;
      listeners.add(listener);
    },
    removeEventListener(type, listener) {
      if (throwsOn.includes('remove')) throw new Error('remove');
      listeners.delete(listener);
    },
    abort() {
      signal.aborted = true;
      for (const listener of listeners) listener({ type: 'abort' });
    },
  };
  return signal;
}

// ---- nested ends ----

test('S8: every end is told of 10,000 tasks that stop the next one in their clean-up', () => {
  const { cooperator } = setup();
  const tasks = [];
  const ends = [];
  for (let n = 0; n < 10_000; n++) {
    const work = (function* () {
      try {
        for (;;) yield;
      } finally {
        tasks[n + 1]?.stop();
      }
    })();
    work.next();
    tasks.push(cooperator.cooperate(work));
    tasks[n].whenDone().addErrback((error) => ends.push(error instanceof TaskStopped));
  }
  tasks[0].stop();
  expect(ends).toStrictEqual(tasks.map(() => true));
  expect(cooperator.tasks).toStrictEqual([]);
});

test('S8: a task that has failed keeps its error if its signal is aborted before its end is told', async () => {
  const cooperator = new Cooperator({ scheduler: (slice) => slice() });
  const error = new Error('its own');
  const controller = new AbortController();
  let task;
  const failNested = (depth) => {
    if (depth > 0) {
      new Deferred().addCallback(() => failNested(depth - 1)).callback();
      return;
    }
    const fail = function* () {
      throw error;
    };
    task = cooperator.cooperate(fail, { signal: controller.signal });
    controller.abort(new Error('the reason of the signal'));
  };
  failNested(40);
  expect(await task.catch((reason) => reason)).toBe(error);
});

test('D6: 50,000 Deferreds whose callbacks fire the next one keep the stack flat', () => {
  const waiting = [];
  const order = [];
  for (let n = 0; n < 50_000; n++) {
    waiting.push(
      new Deferred().addCallback(() => {
        order.push(n);
        waiting[n + 1]?.callback();
      }),
    );
  }
  waiting[0].callback();
  expect(order.length).toBe(50_000);
  expect(order.every((n, index) => n === index)).toBe(true);
});

test.each(['value', 'error'])('J2: 6,000 thenables that call back at once, the last with a %s', (kind) => {
  const { cooperator, pumpAll } = setup();
  const nested = (depth) => ({
    then(resolve, reject) {
      if (depth > 0) resolve(nested(depth - 1));
      else if (kind === 'value') resolve('it');
      else reject('it');
    },
  });
  const task = cooperator.cooperate(function* () {
    return yield nested(6000);
  });
  const done = outcome(task.whenDone());
  pumpAll();
  expect(done[kind]).toBe('it');
});

test('J2: a thenable that resolves again while the `then` of its value is read is heard once', () => {
  const { cooperator, pumpAll } = setup();
  const values = [];
  const task = cooperator.cooperate(function* () {
    values.push(
      yield {
        then(resolve) {
          resolve({
            get then() {
              resolve('second');
              return undefined;
            },
          });
        },
      },
    );
  });
  const done = outcome(task.whenDone());
  pumpAll();
  expect(values.length).toBe(1);
  expect(done.called).toBe(true);
});

// ---- signals ----

test('J10: one listener stands on a signal, however many tasks use it, and leaves with the last', () => {
  const { cooperator } = setup();
  const signal = imitation();
  const tasks = Array.from({ length: 20 }, () => cooperator.cooperate(forever(), { signal }));
  expect([signal.added, signal.listeners.size]).toStrictEqual([1, 1]);
  for (const task of tasks.slice(1)) task.stop();
  expect(signal.listeners.size).toBe(1);
  tasks[0].stop();
  expect(signal.listeners.size).toBe(0);
  const later = cooperator.cooperate(forever(), { signal });
  expect(signal.listeners.size).toBe(1);
  signal.abort();
  expect([later.state, signal.listeners.size]).toStrictEqual(['stopped', 0]);
});

test('J10: 20,000 tasks of one signal are added, and stopped in order', () => {
  const { cooperator } = setup();
  const controller = new AbortController();
  const ends = [];
  for (let n = 0; n < 20_000; n++) {
    cooperator
      .cooperate(forever(), { signal: controller.signal })
      .whenDone()
      .addErrback((error) => ends.push(error === controller.signal.reason && n));
  }
  controller.abort();
  expect(ends.length).toBe(20_000);
  expect(ends.every((n, index) => n === index)).toBe(true);
});

test('J10: a signal of AbortSignal.any stops its tasks', () => {
  const { cooperator } = setup();
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, new AbortController().signal]);
  const tasks = [1, 2].map(() => outcome(cooperator.cooperate(forever(), { signal }).whenDone()));
  controller.abort('why');
  expect(tasks.map(({ error }) => error)).toStrictEqual(['why', 'why']);
});

test('J10: each job of parallel has a signal of its own, which is aborted when the work fails', async () => {
  const { cooperator, pumpAll } = setup();
  const signals = [];
  let late;
  const job = (item, index, context) => {
    if (item === 3) late = context;
    else signals.push(context.signal);
    return item === 2 ? Promise.reject(new Error('two')) : new Promise(() => {});
  };
  const done = outcome(cooperator.cooperate(parallel([0, 1, 3, 2], 4, job)).whenDone());
  for (let round = 0; round < 10; round++) {
    pumpAll();
    await flushEventLoop();
  }
  expect(done.error.message).toBe('two');
  expect(new Set(signals).size).toBe(3);
  expect(signals.slice(0, 2).map(({ aborted, reason }) => [aborted, reason])).toStrictEqual([
    [true, done.error],
    [true, done.error],
  ]);
  expect(late.signal.reason).toBe(done.error);
  expect(late.signal).toBe(late.signal);
});

test('J4: a signal without a reason counts as one with an AbortError, before and after the start', () => {
  const { cooperator } = setup();
  const aborted = imitation();
  aborted.abort();
  const signal = imitation();
  const ends = [aborted, signal].map((each) => outcome(cooperator.cooperate(forever(), { signal: each }).whenDone()));
  signal.abort();
  for (const { error } of ends) {
    expect(error.message).toBe('This operation was aborted');
    expect(error.name).toBe('AbortError');
    expect(error).toBeInstanceOf(typeof DOMException === 'function' ? DOMException : Error);
  }
});

test('J4: a reason that cannot be read is replaced by the error of its getter', () => {
  const { cooperator } = setup();
  const signal = imitation();
  const broken = new Error('getter');
  Object.defineProperty(signal, 'reason', {
    get() {
      throw broken;
    },
  });
  const done = outcome(cooperator.cooperate(forever(), { signal }).whenDone());
  signal.abort();
  expect(done.error).toBe(broken);
});

test('J5: a removeEventListener that throws is reported, and every end is told', () => {
  const errors = [];
  const { cooperator, pumpAll } = setup({ onError: (error) => errors.push(error.message) });
  const signal = imitation({ throwsOn: ['remove'] });
  const log = [];
  const done = outcome(cooperator.cooperate(logTurns(log, 'A', 1), { signal }).whenDone());
  const stopped = cooperator.cooperate(forever(), { signal: imitation({ throwsOn: ['remove'] }) });
  const other = outcome(cooperator.cooperate(logTurns(log, 'B', 2)).whenDone());
  const end = outcome(stopped.whenDone());
  stopped.stop();
  pumpAll();
  expect(errors).toStrictEqual(['remove', 'remove']);
  expect([done.called, other.called, end.error instanceof TaskStopped]).toStrictEqual([true, true, true]);
});

test('J5: an addEventListener that throws leaves the iterator as it was', () => {
  const { cooperator, pumpAll } = setup();
  let returned = 0;
  const iterator = {
    turns: 0,
    next() {
      return { done: ++this.turns === 3, value: undefined };
    },
    return() {
      returned++;
      return { done: true };
    },
  };
  const signal = imitation({ throwsOn: ['add', 'remove'] });
  expect(thrownBy(() => cooperator.cooperate(iterator, { signal })).message).toBe('add');
  // Only an iterator that no other task has gets `return`.
  cooperator.cooperate(iterator).stop();
  expect(returned).toBe(1);
  pumpAll();
  expect(cooperator.tasks).toStrictEqual([]);
});

// ---- names ----

test.each([[Symbol('name')], [{}], [5]])('J5: a work function whose name is %p has a long turn', (name) => {
  let now = 0;
  const turns = [];
  const { cooperator, pumpAll } = setup({ name: 'track', onLongTurn: ({ task }) => turns.push(task.name) });
  const work = function* () {
    const end = performance.now() + 12;
    while (performance.now() < end) now++;
    if (now < 0) yield; // one turn: on a busy machine a second one may be long, too
  };
  Object.defineProperty(work, 'name', { value: name });
  const task = cooperator.cooperate(work);
  const done = outcome(task.whenDone());
  pumpAll();
  expect(now).toBeGreaterThan(0);
  expect([task.name, done.called]).toStrictEqual(['task', true]);
  expect(turns).toStrictEqual(['task']);
});

// ---- numbers ----

test('addTimeout: a limit of thirty days is not over at once, and Infinity is no limit', async () => {
  const clock = new Clock();
  const thirtyDays = 30 * 24 * 3600 * 1000;
  const deferreds = [new Deferred().addTimeout(thirtyDays), new Deferred().addTimeout(Infinity)];
  const unlimited = new Deferred().addTimeout(Infinity, clock);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...deferreds, unlimited].map(({ called }) => called)).toStrictEqual([false, false, false]);
  for (const deferred of deferreds) deferred.callback();
});

test('schedulers.timeout: a slice in thirty days does not run at once', async () => {
  let slices = 0;
  const call = schedulers.timeout(30 * 24 * 3600 * 1000)(() => slices++);
  await new Promise((resolve) => setTimeout(resolve, 20));
  call.cancel();
  expect(slices).toBe(0);
});

test('D4: a clock that calls long after the timeout was over does nothing', () => {
  const { cooperator } = setup();
  const calls = [];
  const clock = { callLater: (ms, f) => (calls.push(f), { cancel() {} }) };
  const first = new Deferred().addTimeout(5, clock);
  const fired = new Deferred().addTimeout(5, clock);
  fired.addErrback((error) => error);
  first.callback();
  calls[1]();
  // More than 256 uses of the handles of both.
  const others = [];
  for (let n = 0; n < 1000; n++) {
    const other = new Deferred();
    other.addCallback(() => {});
    if (n > 900) others.push(other);
    else other.callback();
  }
  const task = cooperator.cooperate(forever());
  for (const call of [...calls, ...calls]) call();
  expect(others.map(({ called }) => called)).toStrictEqual(others.map(() => false));
  expect(task.state).toBe('runnable');
  task.whenDone().addErrback(() => {});
  cooperator.stop();
  expect(task.state).toBe('stopped');
});

test('D4: a timeout still turns the cancellation into a TimeoutError', () => {
  const clock = new Clock();
  const done = outcome(new Deferred().addTimeout(5, clock));
  clock.advance(5);
  expect(done.error).toBeInstanceOf(TimeoutError);
});
