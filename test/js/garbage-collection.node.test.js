// What the garbage collector must collect, and what it must not.

import { runNodeJson, withoutWasm } from './support/run-node.js';

/** Runs a program that calls the garbage collector with `collect`, and returns what it passes to `print`. */
const runWithGc = (source) =>
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

test('D4: a timeout happens even if nobody refers to its Deferred', async () => {
  expect(
    await runWithGc(`
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

test('D4: cancel reaches the canceller of an inner Deferred that only the waiting one refers to', async () => {
  expect(
    await runWithGc(`
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
    await runWithGc(`
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

/** Each creates a Deferred that will not run its last callback. */
const neverFinished = {
  'its errback waits for a Deferred that never fires': `
    const deferred = new Deferred();
    deferred.cancel();
    deferred.addErrback(never);
    return deferred;`,
  'its error has a stack that refers to it': `
    const job = new (class {
      constructor() {
        this.done = Deferred.fail(new Error('V8 keeps the object of the method with the stack'));
        this.done.addErrback(never);
      }
    })();
    return job;`,
  'it passed on a value that refers to it': `
    const value = {};
    value.deferred = Deferred.succeed(value).addCallback(never);
    return value.deferred;`,
  'a Promise observes it': `
    const deferred = new Deferred();
    deferred.then(() => {});
    return deferred;`,
};
for (const [how, create] of Object.entries(neverFinished)) {
  test(`a Deferred is collected although ${how}`, async () => {
    expect(
      await runWithGc(`
      let collected = 0;
      const registry = new FinalizationRegistry(() => { collected++; });
      function never() { return new Deferred(); }
      const create = () => {${create}
      };
      (() => { for (let i = 0; i < 100; i++) registry.register(create()); })();
      await collect();
      print(collected > 90);
    `),
    ).toBe(true);
  });
}

test('the whenDone of a finished task does not keep what onError refers to', async () => {
  expect(
    await runWithGc(`
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

/** Source to put first: `size` returns the size of the core's memory in bytes. */
const watchMemory = withoutWasm
  ? `
  let memory;
  globalThis.ArrayBuffer = class extends ArrayBuffer {
    constructor(bytes) { super(bytes); if (bytes >= 2 ** 20) memory = this; }
  };
  const size = () => memory.byteLength;
`
  : `
  const { Instance } = WebAssembly;
  let core;
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) { super(module, imports); if (imports !== undefined) core ??= this.exports; }
  };
  const size = () => core.memory.buffer.byteLength;
`;

test('the memory of finished tasks and of collected objects is used again', async () => {
  expect(
    await runWithGc(`${watchMemory}
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

test('what was released is not released again when its object is collected', async () => {
  expect(
    await runWithGc(`
    const create = () => new Deferred().addCallback((value) => value + 1);
    for (let i = 0; i < 1000; i++) create().callback(i);
    for (let i = 0; i < 100; i++) new Cooperator().dispose();
    const kept = Array.from({ length: 1000 }, create); // at the same addresses
    await collect();
    const cooperators = Array.from({ length: 100 }, () => new Cooperator({ started: false }));
    const tasks = cooperators.map((cooperator) => cooperator.cooperate([]));
    const others = Array.from({ length: 1000 }, create);
    let sum = 0;
    for (const deferred of [...kept, ...others]) deferred.addCallback((value) => { sum += value; }).callback(1);
    print([sum, tasks.every(({ state }) => state === 'runnable')]);
  `),
  ).toStrictEqual([4000, true]);
});
