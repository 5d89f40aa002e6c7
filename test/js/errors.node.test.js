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

test('J5, S8: near the end of the stack a call is refused and changes nothing, or tells every end', async () => {
  const { code, stdout } = await runNode(`
    import { Cooperator, Deferred } from 'cooperator';
    process.on('unhandledRejection', (error) => console.log('unhandled', error));
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
