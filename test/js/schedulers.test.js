// The schedulers that the host supports: each calls back once, in order, and can be cancelled. Not when they call back.
import { Cooperator, schedulers } from 'cooperator';
import { logTurns, flushEventLoop } from './support/setup.js';

/** What each scheduler needs of the host. */
const primitives = {
  auto: undefined,
  timeout: undefined,
  message: 'MessageChannel',
  immediate: 'setImmediate',
  animationFrame: 'requestAnimationFrame',
  postTask: 'scheduler.postTask',
  idle: 'requestIdleCallback',
};
const has = (primitive) => primitive?.split('.').reduce((object, name) => object?.[name], globalThis) !== undefined;
const usable = Object.keys(primitives).filter((name) => primitives[name] === undefined || has(primitives[name]));

for (const name of Object.keys(primitives).filter((each) => !usable.includes(each))) {
  test(`schedulers.${name}() throws an error that names ${primitives[name]}, which this host lacks`, () => {
    expect(() => schedulers[name]()).toThrow(`schedulers.${name}: this host has no ${primitives[name]}; `);
  });
}

test('schedulers.auto() always returns the same scheduler, so that all know the same about frames', () => {
  expect(schedulers.auto()).toBe(schedulers.auto());
});

for (const name of usable) {
  const make = schedulers[name];
  describe(`schedulers.${name}()`, () => {
    test('calls back later, once', async () => {
      const log = [];
      await new Promise((resolve) => {
        make()(() => {
          log.push('slice');
          resolve();
        });
        log.push('requested');
      });
      await flushEventLoop();
      expect(log).toStrictEqual(['requested', 'slice']);
    });

    test('does not call back after cancel; cancelling twice or late is harmless', async () => {
      const log = [];
      const scheduler = make();
      const cancelled = scheduler(() => log.push('cancelled'));
      cancelled.cancel();
      cancelled.cancel();
      const kept = await new Promise((resolve) => {
        const request = scheduler(() => {
          log.push('kept');
          resolve(request);
        });
      });
      kept.cancel();
      await flushEventLoop();
      expect(log).toStrictEqual(['kept']);
      await new Promise((resolve) => {
        scheduler(resolve);
        kept.cancel(); // not the one that is pending now
      });
    });

    test('calls back in the order of the requests', async () => {
      const log = [];
      const scheduler = make();
      await new Promise((resolve) => {
        scheduler(() => log.push(1));
        const second = scheduler(() => log.push(2));
        scheduler(() => {
          log.push(3);
          resolve();
        });
        second.cancel();
      });
      expect(log).toStrictEqual([1, 3]);
    });

    test('accepts requests inside its callback and after a cancel', async () => {
      const log = [];
      const scheduler = make();
      await new Promise((resolve) => {
        scheduler(() => {
          log.push(1);
          scheduler(() => log.push('cancelled')).cancel();
          scheduler(() => {
            log.push(2);
            resolve();
          });
        });
      });
      expect(log).toStrictEqual([1, 2]);
    });

    test('runs tasks', async () => {
      const log = [];
      const cooperator = new Cooperator({ scheduler: make(), terminationPredicateFactory: () => () => true });
      await Promise.all(['A', 'B'].map((label) => cooperator.cooperate(logTurns(log, label, 2)).whenDone()));
      expect(log).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
    });
  });
}
