// What the garbage collector may take, and what it may not.

import { runNodeJson } from './support/run-node.js';

const collecting = (source) =>
  runNodeJson(
    `
  import { Cooperator, Deferred, TimeoutError, cooperate } from 'cooperator';
  const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
  const collect = async () => { for (let i = 0; i < 5; i++) { globalThis.gc(); await nextMacrotask(); } };
  const print = (value) => process.stdout.write(JSON.stringify(value));
  ${source}
`,
    { flags: ['--expose-gc'] },
  );

test('D4: a timeout comes, though nobody refers to its Deferred any more', async () => {
  expect(
    await collecting(`
    const seen = [];
    const timers = [];
    const clock = { callLater: (ms, f) => { timers.push(f); return { cancel() { seen.push('cancelled'); } }; } };
    (() => { new Deferred().addTimeout(10, clock).addErrback((error) => { seen.push(error.name); }); })();
    await collect();
    timers[0]();
    print(seen);
  `),
  ).toStrictEqual(['TimeoutError']);
});

test('D4: a canceller is called through who waits for its Deferred, though nobody else refers to that', async () => {
  expect(
    await collecting(`
    const seen = [];
    const outer = new Deferred();
    outer.addCallback(() => new Deferred(() => { seen.push('canceller'); }));
    outer.addErrback((error) => { seen.push(error.name); });
    outer.callback(1);
    await collect();
    outer.cancel();
    print(seen);
  `),
  ).toStrictEqual(['canceller', 'CancelledError']);
});

test('Deferreds and cooperators that nobody refers to are collected', async () => {
  expect(
    await collecting(`
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
  `),
  ).toStrictEqual([true, true]);
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
    expect(
      await collecting(`
      let collected = 0;
      const registry = new FinalizationRegistry(() => { collected++; });
      function never() { return new Deferred(); }
      const live = () => {${life}
      };
      (() => { for (let i = 0; i < 100; i++) registry.register(live()); })();
      await collect();
      print(collected > 90);
    `),
    ).toBe(true);
  });
}

test('what onError refers to is not kept by the whenDone of a task that has ended', async () => {
  expect(
    await collecting(`
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
      await nextMacrotask();
      await nextMacrotask();
    }
    await collect();
    print(collected > 15);
  `),
  ).toBe(true);
});

/** Source: the core's memory in bytes, as it is. */
const watchMemory = `
  const { Instance } = WebAssembly;
  let core;
  WebAssembly.Instance = class extends Instance {
    constructor(...how) { super(...how); core ??= this.exports; }
  };
  const size = () => core.memory.buffer.byteLength;
`;

test('the core gets back what it had of tasks that are over and of what was collected', async () => {
  expect(
    await collecting(`${watchMemory}
    const round = async () => {
      for (let i = 0; i < 20_000; i++) new Deferred().addCallback(() => {});
      for (let i = 0; i < 500; i++) new Cooperator();
      for (let i = 0; i < 5000; i++) cooperate([1]).stop();
      await collect();
    };
    await round();
    const before = size();
    for (let i = 0; i < 5; i++) await round();
    print(size() - before);
  `),
  ).toBe(0);
});

test('what has been given back to the core is not given back once more when the object is collected', async () => {
  expect(
    await collecting(`
    const started = () => new Deferred().addCallback((value) => value + 1);
    for (let i = 0; i < 1000; i++) started().callback(i);
    for (let i = 0; i < 100; i++) new Cooperator().dispose();
    const kept = Array.from({ length: 1000 }, started); // in the same places of the core
    await collect();
    const cooperators = Array.from({ length: 100 }, () => new Cooperator({ started: false }));
    const tasks = cooperators.map((cooperator) => cooperator.cooperate([]));
    const others = Array.from({ length: 1000 }, started);
    let sum = 0;
    for (const deferred of [...kept, ...others]) deferred.addCallback((value) => { sum += value; }).callback(1);
    print([sum, tasks.every(({ state }) => state === 'runnable')]);
  `),
  ).toStrictEqual([4000, true]);
});
