// The schedulers that the host has: that each calls back, once, in order, and can be told not to. Never when.
import { Cooperator, schedulers } from 'cooperator';
import { logTurns, flushEventLoop } from './support/setup.js';

/** Each scheduler with what it needs of the host. */
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
  test(`schedulers.${name}() says that this host has no ${primitives[name]}`, () => {
    expect(() => schedulers[name]()).toThrow(primitives[name]);
  });
}

test('schedulers.auto() is one for all, who so know the same of the frames', () => {
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
        log.push('asked');
      });
      await flushEventLoop();
      expect(log).toStrictEqual(['asked', 'slice']);
    });

    test('does not call back after cancel, which may come twice or late', async () => {
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
    });

    test('serves several at a time, in their order', async () => {
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

    test('may be asked again from inside the call, and after a cancel', async () => {
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
