// J5: stack overflows, in a process of its own.
import { runNode } from './support/run-node.js';

test('J5: the package still works after stack overflows in nested callbacks and slices', async () => {
  // Node itself writes to stderr when its own code has no stack left.
  const { code, stdout } = await runNode(`
    import { Cooperator, Deferred, predicates } from 'cooperator';
    import { FakeScheduler } from 'cooperator/testing';
    process.on('unhandledRejection', () => {});
    const make = () => {
      const scheduler = new FakeScheduler();
      const cooperator = new Cooperator({
        scheduler: scheduler.schedule,
        terminationPredicateFactory: predicates.turns(9),
      });
      return { scheduler, cooperator };
    };
    function throughCallbacks() {
      const deferred = new Deferred().addCallback(() => {});
      deferred.callback();
      deferred.addErrback(() => {});
      throughCallbacks();
    }
    function throughSlices() {
      const { scheduler, cooperator } = make();
      cooperator.cooperate(function* () { throughSlices(); }).whenDone().addErrback(() => {});
      scheduler.pump();
    }
    for (let round = 0; round < 10; round++) {
      for (const overflow of [throughCallbacks, throughSlices]) try { overflow(); } catch {}
    }
    const log = [];
    const { scheduler, cooperator } = make();
    cooperator.cooperate(function* () { log.push(1); yield; log.push(yield Deferred.succeed(2)); });
    scheduler.pump();
    new Deferred().addCallback((value) => { log.push(value); }).callback(3);
    console.log(log.join());
  `);
  expect([code, stdout.trim()]).toStrictEqual([0, '1,2,3']);
});

const callNearEnd = `
    /** Calls f at a distance from the end of the stack. Returns its error. */
    function callNearEnd(distance, f) {
      let thrown;
      const call = () => { try { f(); } catch (error) { thrown = error; } };
      const dive = () => {
        let left;
        try { left = dive(); } catch { left = distance; }
        if (left === 0) call();
        return left - 1;
      };
      dive();
      return thrown;
    }
`;

test('J5, S8: near the end of the stack a call is refused and changes nothing, or tells every end', async () => {
  const { code, stdout } = await runNode(`
    import { Cooperator, Deferred } from 'cooperator';
    process.on('unhandledRejection', (error) => console.log('unhandled', error));
    ${callNearEnd}
    let ends = 0;
    const count = () => { ends++; };
    const make = () => new Cooperator({ scheduler() {} });
    const endless = function* () { for (;;) yield; };
    const trials = {
      stop() {
        const task = make().cooperate(endless);
        for (let n = 0; n < 3; n++) task.whenDone().addBoth(count);
        return () => task.stop();
      },
      'stop all'() {
        const cooperator = make();
        for (let n = 0; n < 3; n++) cooperator.cooperate(endless).whenDone().addBoth(count);
        return () => cooperator.stop();
      },
      callback() {
        const deferred = new Deferred().addCallback(count).addCallback(count).addCallback(count);
        return () => deferred.callback();
      },
      coiterate() {
        const cooperator = make();
        cooperator.stop();
        const done = new Deferred().addBoth(count).addBoth(count).addBoth(count);
        return () => cooperator.coiterate(endless, done);
      },
    };
    const wrong = [];
    for (const [name, setUp] of Object.entries(trials)) {
      let refused = 0;
      for (let distance = 0; distance < 400; distance++) {
        ends = 0;
        const act = setUp();
        const error = callNearEnd(distance, act);
        if (error !== undefined) {
          refused++;
          if (!(error instanceof RangeError) || ends !== 0) wrong.push([name, distance, String(error), ends]);
          act();
        }
        if (ends !== 3) wrong.push([name, distance, ends]);
      }
      if (refused === 0 || refused === 400) wrong.push([name, refused]);
    }
    console.log(JSON.stringify(wrong));
  `);
  expect([code, stdout.trim()]).toStrictEqual([0, '[]']);
});

test('J5: near the end of the stack no item, permit or end is lost', async () => {
  const { code, stdout } = await runNode(`
    import { Lock, Queue } from 'cooperator/sync';
    import { LoopingCall } from 'cooperator/twisted';
    import { stream } from 'cooperator/work';
    ${callNearEnd}
    /** Each makes an object, an action, and what tells whether the action has taken place. */
    const trials = {
      put() {
        const queue = new Queue();
        return [() => queue.put(1), () => queue.length === 1];
      },
      get() {
        const queue = new Queue();
        queue.put(1);
        return [() => queue.get(), () => queue.length === 0];
      },
      acquire() {
        const lock = new Lock();
        return [() => lock.acquire(), () => lock.active === 1];
      },
      run() {
        const lock = new Lock();
        return [() => lock.run(() => new Promise(() => {})), () => lock.active === 1];
      },
      'stop of a LoopingCall'() {
        const call = new LoopingCall(() => {}, { now: () => 0, callLater: () => ({ cancel() {} }) });
        let ended = false;
        call.start(1).addBoth(() => { ended = true; });
        return [() => call.stop(), () => ended && !call.running];
      },
    };
    const wrong = [];
    for (const setUp of Object.values(trials)) setUp()[0](); // Engines compile a function in its first call.
    for (const [name, setUp] of Object.entries(trials)) {
      let refused = 0;
      for (let distance = 0; distance < 800; distance++) {
        const [act, hasActed] = setUp();
        const error = callNearEnd(distance, act);
        if (error !== undefined) refused++;
        const isRight = error === undefined ? hasActed() : error instanceof RangeError && !hasActed();
        if (!isRight) wrong.push([name, distance, String(error)]);
      }
      if (refused === 0 || refused === 800) wrong.push([name, refused]);
    }
    for (let distance = 0; distance < 400; distance += 5) {
      const steps = stream([1, 2, 3], 2, (n) => n)[Symbol.asyncIterator]();
      let first;
      callNearEnd(distance, () => { first = steps.next(); });
      await first?.catch(() => {});
      const step = await Promise.race([steps.next(), new Promise((resolve) => setTimeout(resolve, 500))]);
      if (step === undefined) wrong.push(['next', distance]);
    }
    console.log(JSON.stringify(wrong));
  `);
  expect([code, stdout.trim()]).toStrictEqual([0, '[]']);
});

test('D4: near the end of the stack a recursion of inlineCallbacks is cancelled in full, or not at all', async () => {
  const { code, stdout } = await runNode(`
    import { Deferred } from 'cooperator';
    import { inlineCallbacks } from 'cooperator/twisted';
    ${callNearEnd}
    const waitFor = inlineCallbacks(function* (leaf, n) {
      return yield n === 0 ? leaf : waitFor(leaf, n - 1);
    });
    const wrong = [];
    let refused = 0;
    for (let distance = -1; distance < 800; distance += 4) {
      let cancelled = 0;
      const leaf = new Deferred(() => { cancelled++; });
      const deferred = waitFor(leaf, 30);
      let outcome;
      deferred.addBoth((result) => { outcome = result.name; });
      const cancel = () => deferred.cancel();
      // Engines compile a function in its first call.
      const error = distance < 0 ? cancel() : callNearEnd(distance, cancel);
      if (error !== undefined) {
        refused++;
        if (!(error instanceof RangeError) || leaf.called) wrong.push([distance, String(error)]);
        cancel();
      }
      await new Promise(setImmediate);
      if (cancelled !== 1 || outcome !== 'CancelledError') wrong.push([distance, cancelled, outcome]);
    }
    if (refused === 0 || refused === 200) wrong.push(refused);
    console.log(JSON.stringify(wrong));
  `);
  expect([code, stdout.trim()]).toStrictEqual([0, '[]']);
});

test('S8: the clean-up of a deep recursion of inlineCallbacks may call others', async () => {
  const { code, stdout } = await runNode(`
    import { Deferred } from 'cooperator';
    import { inlineCallbacks } from 'cooperator/twisted';
    const clean = inlineCallbacks(function* () {
      return yield 'cleaned';
    });
    const endless = inlineCallbacks(function* () {
      yield endless();
    });
    let reachEnd;
    const deep = inlineCallbacks(function* (n) {
      yield Promise.resolve(); // so that the bound does not count this level
      if (n > 0) return yield deep(n - 1);
      reachEnd();
      try {
        yield new Deferred();
      } finally {
        console.log(yield clean(), (yield endless().addErrback((error) => error)).name);
      }
    });
    for (const depth of [49_999, 50_100]) {
      const endReached = new Promise((resolve) => { reachEnd = resolve; });
      const deferred = deep(depth).addErrback(({ name }) => { console.log(name); });
      await endReached;
      deferred.cancel();
      await deferred;
    }
  `);
  expect([code, stdout.trim().split('\n')]).toStrictEqual([
    0,
    Array(2).fill(['cleaned RangeError', 'CancelledError']).flat(),
  ]);
});

test('S8: a recursion of inlineCallbacks may be deep, and one without end is an error', async () => {
  const { code, stdout } = await runNode(`
    import { inlineCallbacks } from 'cooperator/twisted';
    const count = inlineCallbacks(function* (n) {
      if (n === 0) {
        yield new Promise((resolve) => setTimeout(resolve, 1));
        return 0;
      }
      return (yield count(n - 1)) + 1;
    });
    const fibonacci = inlineCallbacks(function* (n) {
      return n < 2 ? n : (yield fibonacci(n - 1)) + (yield fibonacci(n - 2));
    });
    const seen = [];
    for (const depth of [99, 100, 101, 1000, 20_000]) seen.push(await count(depth));
    fibonacci(15).addCallback((n) => { seen.push(n); });
    for (const depth of [50, 1000]) {
      const cancelled = count(depth);
      cancelled.cancel();
      seen.push(await cancelled.addErrback((error) => error.name));
    }
    for (const depth of [50, 99, 100, 1000, 5000]) {
      const cancelled = count(depth);
      await null; // the whole recursion has started, or some of it
      cancelled.cancel();
      seen.push(await cancelled.addErrback((error) => error.name));
    }
    seen.push(await count(Infinity).addErrback((error) => error.message));
    console.log(seen.join());
  `);
  expect([code, stdout.trim()]).toStrictEqual([
    0,
    [
      ...[99, 100, 101, 1000, 20000, 610],
      ...new Array(7).fill('CancelledError'),
      'inlineCallbacks: a recursion must not be deeper than 50000 levels',
    ].join(),
  ]);
});

test('J5: no import of the core throws, whatever it is called with', async () => {
  const { code, stdout } = await runNode(`
    process.on('unhandledRejection', () => {});
    let env;
    const { fromEntries } = Object;
    Object.fromEntries = (entries) => {
      const made = fromEntries(entries);
      const values = Object.values(made);
      if (values.length > 8 && values.every((value) => typeof value === 'function')) env ??= made; // the imports
      return made;
    };
    const { Cooperator, Deferred } = await import('cooperator');
    new Cooperator({ scheduler() {} }).cooperate(function* () {});
    new Deferred().addCallback(() => {});
    const thrown = [];
    for (const [name, f] of Object.entries(env)) {
      for (const handle of [0, -1, 1 << 22, (1 << 22) + 1, (1 << 22) + 2, (1 << 22) + 3, 99]) {
        for (let kind = -1; kind < 7; kind++) {
          try { f(handle, kind, 5, 7, 9); } catch (error) { thrown.push([name, handle, kind, String(error)]); }
        }
      }
    }
    console.log(Object.keys(env).length > 8, JSON.stringify(thrown));
  `);
  expect([code, stdout.trim()]).toStrictEqual([0, 'true []']);
});
