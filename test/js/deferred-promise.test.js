// Deferreds as Promises: then, catch and finally observe the result, asynchronously.
import { CancelledError, Deferred } from 'cooperator';
import { flushMicrotasks, outcome } from './support/setup.js';
import { nextMacrotask } from './support/macrotask.js';

const broken = new Error('broken');

test('await returns the value and throws the error', async () => {
  expect(await Deferred.succeed('value')).toBe('value');
  await expect(Deferred.fail(broken)).rejects.toBe(broken);
  const later = new Deferred();
  nextMacrotask().then(() => later.callback('later'));
  expect(await later).toBe('later');
});

test('Promise.all, race, allSettled and resolve accept Deferreds', async () => {
  const make = () => [Deferred.succeed(1), Promise.resolve(2), Deferred.succeed(3)];
  expect(await Promise.all(make())).toStrictEqual([1, 2, 3]);
  expect(await Promise.race([new Deferred(), Deferred.succeed('fast')])).toBe('fast');
  expect(await Promise.allSettled([Deferred.succeed(1), Deferred.fail(broken)])).toStrictEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: broken },
  ]);
  expect(await Promise.resolve(Deferred.succeed(1))).toBe(1);
});

test('then, catch and finally return Promises', () => {
  const deferred = Deferred.succeed(1);
  for (const derived of [deferred.then(), deferred.catch(() => {}), deferred.finally(() => {})]) {
    expect(derived).toBeInstanceOf(Promise);
  }
});

test('then calls back asynchronously, even on a fired Deferred', async () => {
  const log = [];
  Deferred.succeed('value').then((value) => log.push(value));
  log.push('after');
  await flushMicrotasks();
  expect(log).toStrictEqual(['after', 'value']);
});

test('then calls back in a microtask, before any timer', async () => {
  const log = [];
  const next = nextMacrotask().then(() => log.push('macrotask'));
  await Deferred.succeed(1).then(() => log.push('then'));
  log.push('awaited');
  await next;
  expect(log).toStrictEqual(['then', 'awaited', 'macrotask']);
});

test('then passes its result on like that of a Promise', async () => {
  expect(
    await Deferred.succeed(20)
      .then((value) => value + 1)
      .then((value) => value * 2),
  ).toBe(42);
  expect(
    await Deferred.fail(broken).then(
      () => 'not called',
      (error) => error === broken,
    ),
  ).toBe(true);
  await expect(Deferred.fail(broken).then(() => 'not called')).rejects.toBe(broken);
  await expect(
    Deferred.succeed(1).then(() => {
      throw broken;
    }),
  ).rejects.toBe(broken);
  expect(await Deferred.succeed(1).then(() => Deferred.succeed('inner'))).toBe('inner');
  expect(await Deferred.succeed('through').then(null, null)).toBe('through');
});

test('catch handles errors and passes values on', async () => {
  expect(await Deferred.fail(broken).catch((error) => [error])).toStrictEqual([broken]);
  expect(await Deferred.succeed('value').catch(() => 'not called')).toBe('value');
});

test('finally calls back without an argument and passes the result on', async () => {
  const log = [];
  expect(
    await Deferred.succeed('value').finally((...args) => {
      log.push(args);
      return 'ignored';
    }),
  ).toBe('value');
  await expect(
    Deferred.fail(broken).finally((...args) => {
      log.push(args);
    }),
  ).rejects.toBe(broken);
  await expect(
    Deferred.succeed(1).finally(() => {
      throw broken;
    }),
  ).rejects.toBe(broken);
  expect(log).toStrictEqual([[], []]);
});

test('then leaves the chain as it is: later callbacks receive the same value', async () => {
  const deferred = new Deferred();
  const derived = deferred.then((value) => value + 1000);
  const seen = outcome(deferred);
  deferred.callback(1);
  expect(seen).toStrictEqual([{ value: 1 }]);
  expect(await derived).toBe(1001);
});

test('then receives the result at its place in the chain, which is the end when it is called', async () => {
  const deferred = new Deferred();
  const derived = [deferred.then()];
  deferred.addCallback((value) => value + 1);
  derived.push(deferred.then());
  deferred.addCallback((value) => value * 10);
  derived.push(deferred.then());
  deferred.callback(1);
  deferred.addCallback(() => 'later');
  derived.push(deferred.then());
  expect(await Promise.all(derived)).toStrictEqual([1, 2, 20, 'later']);
});

test('then receives an error only after the callback that throws it', async () => {
  const deferred = new Deferred();
  const before = deferred.then();
  deferred.addCallback(() => {
    throw broken;
  });
  const between = deferred.then(
    () => 'value',
    (error) => error,
  );
  deferred.addErrback(() => 'recovered');
  const after = deferred.then();
  deferred.callback(1);
  expect(await Promise.all([before, between, after])).toStrictEqual([1, broken, 'recovered']);
});

test('an error that catch has handled still goes to the errbacks of the chain', async () => {
  const deferred = new Deferred();
  const derived = deferred.catch((error) => error);
  const seen = outcome(deferred);
  deferred.errback(broken);
  expect(seen).toStrictEqual([{ error: broken }]);
  expect(await derived).toBe(broken);
});

test('then waits while the chain is paused or waits for another', async () => {
  const log = [];
  const inner = new Deferred();
  const deferred = Deferred.succeed(1).addCallback(() => inner);
  deferred.then((value) => log.push(value));
  await flushMicrotasks();
  expect(log).toStrictEqual([]);
  deferred.pause();
  inner.callback('inner');
  await flushMicrotasks();
  expect(log).toStrictEqual([]);
  deferred.unpause();
  await flushMicrotasks();
  expect(log).toStrictEqual(['inner']);
});

test('awaiting a Deferred twice returns the same value', async () => {
  const deferred = Deferred.succeed({ an: 'object' });
  expect(await deferred).toBe(await deferred);
});

test('callbacks of then run in the order of the calls of then', async () => {
  const log = [];
  const deferred = new Deferred();
  deferred.then(() => log.push(1));
  deferred.then(() => log.push(2));
  deferred.callback();
  deferred.then(() => log.push(3));
  await flushMicrotasks();
  expect(log).toStrictEqual([1, 2, 3]);
});

test('an awaited Deferred can be cancelled', async () => {
  const deferred = new Deferred();
  const awaited = expect(deferred).rejects.toBeInstanceOf(CancelledError);
  deferred.cancel();
  await awaited;
});

test('fromPromise fires with the value or the error of the Promise', async () => {
  const value = Deferred.fromPromise(Promise.resolve('value'));
  const error = Deferred.fromPromise(Promise.reject(broken));
  expect(value).toBeInstanceOf(Deferred);
  const seen = [outcome(value), outcome(error)];
  await flushMicrotasks();
  expect(seen).toStrictEqual([[{ value: 'value' }], [{ error: broken }]]);
});

test('fromPromise accepts any thenable', async () => {
  const seen = outcome(
    Deferred.fromPromise({
      then(done) {
        done('value');
      },
    }),
  );
  await flushMicrotasks();
  expect(seen).toStrictEqual([{ value: 'value' }]);
});

test('a Deferred is an instance of its class, which Object.prototype.toString names', () => {
  const deferred = new Deferred();
  expect(deferred).toBeInstanceOf(Deferred);
  expect(Object.prototype.toString.call(deferred)).toMatch(/Deferred|Promise/);
});
