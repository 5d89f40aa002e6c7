// What the garbage collector may take, and what it may not.

import { reportOf } from './support/child.js';

const collecting = (source) => reportOf(`
  import { Cooperator, Deferred, TimeoutError, cooperate } from 'cooperator';
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const collect = async () => { for (let i = 0; i < 5; i++) { globalThis.gc(); await turn(); } };
  const print = (value) => process.stdout.write(JSON.stringify(value));
  ${source}
`, { flags: ['--expose-gc'] });

test('D4: a timeout comes, though nobody refers to its Deferred any more', async () => {
  expect(await collecting(`
    const seen = [];
    const timers = [];
    const clock = { callLater: (ms, f) => { timers.push(f); return { cancel() { seen.push('cancelled'); } }; } };
    (() => { new Deferred().addTimeout(10, clock).addErrback((error) => { seen.push(error.name); }); })();
    await collect();
    timers[0]();
    print(seen);
  `)).toStrictEqual(['TimeoutError']);
});

test('D4: a canceller is called through who waits for its Deferred, though nobody else refers to that', async () => {
  expect(await collecting(`
    const seen = [];
    const outer = new Deferred();
    outer.addCallback(() => new Deferred(() => { seen.push('canceller'); }));
    outer.addErrback((error) => { seen.push(error.name); });
    outer.callback(1);
    await collect();
    outer.cancel();
    print(seen);
  `)).toStrictEqual(['canceller', 'CancelledError']);
});

test('Deferreds and cooperators that nobody refers to are collected', async () => {
  expect(await collecting(`
    const seen = { Deferred: 0, Cooperator: 0 };
    const registry = new FinalizationRegistry((name) => { seen[name]++; });
    (() => {
      for (let i = 0; i < 100; i++) {
        registry.register(new Deferred().addCallback(() => {}), 'Deferred');
        registry.register(new Cooperator(), 'Cooperator');
      }
    })();
    await collect();
    print([seen.Deferred > 90, seen.Cooperator > 90]);
  `)).toStrictEqual([true, true]);
});

const lives = {
  'one whose failure waits for what never ends': `
    const deferred = new Deferred();
    deferred.cancel();
    deferred.addErrback(never);
    return deferred;`,
  'one that failed in an object which refers to it': `
    const job = new (class {
      constructor() {
        this.done = Deferred.fail(new Error('of a method, whose object V8 keeps with it'));
        this.done.addErrback(never);
      }
    })();
    return job;`,
  'one that has passed on a value that refers to it': `
    const value = {};
    value.deferred = Deferred.succeed(value).addCallback(never);
    return value.deferred;`,
  'one that a Promise follows': `
    const deferred = new Deferred();
    deferred.then(() => {});
    return deferred;`,
};
for (const [kind, life] of Object.entries(lives)) {
  test(`a Deferred that will not fire is collected: ${kind}`, async () => {
    expect(await collecting(`
      let collected = 0;
      const registry = new FinalizationRegistry(() => { collected++; });
      function never() { return new Deferred(); }
      const live = () => {${life}
      };
      (() => { for (let i = 0; i < 100; i++) registry.register(live()); })();
      await collect();
      print(collected > 90);
    `)).toBe(true);
  });
}

test('what onError refers to is not kept by the whenDone of a task that has ended', async () => {
  expect(await collecting(`
    let collected = 0;
    const registry = new FinalizationRegistry(() => { collected++; });
    function never() { return new Deferred(); }
    class App {
      errors = [];
      cooperator = new Cooperator({ onError: (error) => { this.errors.push(error); } });
      done = this.cooperator.cooperate(function* () { yield; }).whenDone().addCallback(never);
    }
    for (let i = 0; i < 20; i++) {
      registry.register(new App());
      await turn();
      await turn();
    }
    await collect();
    print(collected > 15);
  `)).toBe(true);
});
