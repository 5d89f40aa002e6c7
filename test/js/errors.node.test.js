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
      const deferred = new Deferred().addCallback(throughCallbacks);
      deferred.callback();
      deferred.addErrback(() => {});
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
