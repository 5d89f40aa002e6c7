// Out of memory: errors when the core's memory cannot grow, and memory that is released and used again.
import { runNodeJson, withoutWasm } from './support/run-node.js';

/**
 * Source to put first. `limited(spare, growth)` returns the package's wasm with `spare` more pages of memory, which can
 * grow by no more than `growth` pages. Without WebAssembly it limits the size of ArrayBuffers. `fill(cooperator)` adds tasks until the memory is full.
 */
const limitMemory = `
  import { readFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  import { Cooperator, Deferred, init, native, predicates } from 'cooperator';
  import { FakeScheduler } from 'cooperator/testing';

  const wasm = readFileSync(createRequire(process.cwd() + '/').resolve('cooperator/cooperator.wasm'));

  function leb128(value) {
    const bytes = [];
    do { bytes.push((value & 127) | (value > 127 ? 128 : 0)); value >>>= 7; } while (value > 0);
    return bytes;
  }

  function limited(spare, growth = 0) {
    if (${withoutWasm}) {
      const most = (16 + spare + growth) * 65536;
      globalThis.ArrayBuffer = class extends ArrayBuffer {
        constructor(bytes) {
          if (bytes > most) throw new RangeError('Array buffer allocation failed');
          super(bytes);
        }
      };
      return undefined;
    }
    let at = 8;
    const read = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = wasm[at++];
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < wasm.length) {
      const start = at;
      const id = wasm[at++];
      const size = read();
      const content = at;
      if (id === 5) { // the memory section
        if (read() !== 1) throw new Error('one memory was expected');
        read();
        const pages = read() + spare;
        const section = [1, 1, ...leb128(pages), ...leb128(pages + growth)];
        const patched = Buffer.from([5, section.length, ...section]);
        return Buffer.concat([wasm.subarray(0, start), patched, wasm.subarray(content + size)]);
      }
      at = content + size;
    }
    throw new Error('no memory section');
  }

  const print = (value) => process.stdout.write(JSON.stringify(value));
  const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
  const describe = (error) => ({ isError: error instanceof Error, message: error.message });
  const scheduler = new FakeScheduler();
  const make = () => new Cooperator({
    scheduler: scheduler.schedule,
    terminationPredicateFactory: predicates.turns(1_000_000),
  });
  /** Adds tasks until there is no memory left, and returns them. */
  const fill = (cooperator) => {
    const tasks = [];
    try { for (;;) tasks.push(cooperator.cooperate(function* () { yield; })); } catch { return tasks; }
  };
`;

test('when memory is full, cooperate throws a clear error and the added tasks run', async () => {
  const report = await runNodeJson(`${limitMemory}
    await init(limited(1));
    const cooperator = make();
    let turns = 0;
    let done = 0;
    const tasks = [];
    let error;
    try {
      for (;;) tasks.push(cooperator.cooperate(function* () { turns += 1; yield; turns += 1; }));
    } catch (caught) {
      error = caught;
    }
    const listed = cooperator.tasks.length;
    scheduler.pump();
    for (const task of tasks) if (task.state === 'done') done += 1;
    print({ ...describe(error), added: tasks.length, listed, turns, done, left: cooperator.tasks.length });
  `);
  expect(report.isError).toBe(true);
  expect(report.message).toMatch(/memory/i);
  expect(report.added).toBeGreaterThan(100);
  expect(report).toMatchObject({ listed: report.added, turns: 2 * report.added, done: report.added, left: 0 });
});

test('when memory is full, finished tasks make room for new ones', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    await init(limited(1));
    const cooperator = make();
    const rounds = [];
    for (let round = 0; round < 4; round++) {
      rounds.push(fill(cooperator).length);
      scheduler.pump();
      globalThis.gc();
      await nextMacrotask();
      globalThis.gc();
      await nextMacrotask();
    }
    print(rounds);
  `,
    { flags: ['--expose-gc'] },
  );
  for (const added of report) expect(added).toBeGreaterThan(report[0] / 2);
});

test('memory grows to the last page even if it cannot grow by a larger step', async () => {
  const [fixed, growing] = await Promise.all(
    [0, 2].map((growth) =>
      runNodeJson(`${limitMemory}
    await init(limited(1, ${growth}));
    print(fill(make()).length);
  `),
    ),
  );
  expect(growing - fixed).toBeGreaterThan(1000);
});

test('when memory is full, the memory of a finished task is used for Deferreds', async () => {
  const report = await runNodeJson(`${limitMemory}
    await init(limited(1));
    const tasks = fill(make());
    const deferreds = [];
    const add = () => {
      try { for (;;) { const one = new Deferred(); one.addCallback(() => {}); deferreds.push(one); } } catch {}
      return deferreds.length;
    };
    const before = add();
    for (const task of tasks.slice(0, 100)) task.stop();
    print(add() - before);
  `);
  expect(report).toBeGreaterThan(20);
});

test('when memory is full, adding a native task throws a clear error and leaks nothing', async () => {
  const report = await runNodeJson(`${limitMemory}
    import { steps } from './support/steps.js';
    await init(limited(1));
    const module = new WebAssembly.Module(new Uint8Array(steps));
    const { exports } = new WebAssembly.Instance(module, { host: { call() {} } });
    const cooperator = make();
    const small = Array.from({ length: 20 }, () => new Deferred().addCallback(() => {}));
    const tasks = fill(cooperator);
    const messages = new Set();
    const tryNative = (times) => {
      for (let time = 0; time < times; time++) {
        try {
          cooperator.cooperate(native({ step: exports.count_down, state: 64 }));
          messages.add('added');
        } catch (error) {
          messages.add(error.message);
        }
      }
    };
    const replace = () => {
      tasks.pop().stop();
      messages.clear();
      tryNative(1);
      return messages.has('added');
    };
    while (replace()) continue; // uses up the blocks that are too small for a task
    replace(); // and the block of a task, which the last one took for its native part
    messages.clear();
    tryNative(1); // The memory is full.
    for (const each of small) each.callback();
    tryNative(1000); // There is room for the native part, but not for the task.
    let again = 0;
    try { for (; again < small.length; again++) new Deferred().addCallback(() => {}); } catch {} // one block is split
    tasks[0].stop();
    const task = cooperator.cooperate(native({ step: exports.count_down, state: 64 }));
    print({ messages: [...messages], again, state: task.state });
  `);
  expect(report).toMatchObject({ messages: [expect.stringMatching(/memory/i)], state: 'runnable' });
  expect(report.again).toBeGreaterThan(15);
});

test('finished native tasks release their memory', async () => {
  const report = await runNodeJson(`${limitMemory}
    import { steps } from './support/steps.js';
    await init(limited(1));
    const module = new WebAssembly.Module(new Uint8Array(steps));
    const { exports } = new WebAssembly.Instance(module, { host: { call() {} } });
    const cooperator = make();
    const idle = new Cooperator({ scheduler: scheduler.schedule, started: false });
    for (const task of fill(idle).slice(0, 200)) task.stop(); // leaves room for exactly so many
    let done = 0;
    for (let round = 0; round < 20; round++) {
      new Int32Array(exports.memory.buffer).fill(1, 16, 66);
      const tasks = Array.from({ length: 50 }, (_, index) =>
        cooperator.cooperate(native({ step: exports.count_down, state: 64 + 4 * index })));
      scheduler.pump();
      for (const { state } of tasks) if (state === 'done') done += 1;
    }
    print(done);
  `);
  expect(report).toBe(1000);
});

test('when memory is full, a new Deferred throws a clear error and the earlier ones fire', async () => {
  const report = await runNodeJson(`${limitMemory}
    await init(limited(1));
    const deferreds = [];
    let fired = 0;
    let error;
    try {
      for (;;) {
        const deferred = new Deferred();
        deferred.addCallback(() => { fired += 1; });
        deferreds.push(deferred);
        if (deferreds.length > 1_000_000) throw new Error('no limit was met');
      }
    } catch (caught) {
      error = caught;
    }
    for (const deferred of deferreds) deferred.callback();
    print({ ...describe(error), created: deferreds.length, fired });
  `);
  expect(report.isError).toBe(true);
  expect(report.message).toMatch(/memory/i);
  expect(report.fired).toBe(report.created);
});

test('when memory is full, whenDone, addCallback, then and pause work or throw a clear error', async () => {
  const report = await runNodeJson(`${limitMemory}
    await init(limited(1));
    const cooperator = make();
    const tasks = [];
    const deferred = new Deferred();
    let turns = 0;
    try { for (;;) tasks.push(cooperator.cooperate(function* () { turns += 1; yield; turns += 1; })); } catch {}
    const messages = [];
    for (let round = 0; round < 50; round++) {
      for (const use of [
        () => tasks[0].whenDone(), () => deferred.addCallback(() => {}),
        () => { deferred.then(() => {}).catch((error) => messages.push(error.message)); },
        () => new Deferred(), () => { tasks[1].pause(); tasks[1].resume(); }, () => new Cooperator(),
        () => cooperator.cooperate([]),
      ]) {
        try { use(); } catch (error) { messages.push(error.message); }
      }
    }
    scheduler.pump();
    const before = turns;
    cooperator.cooperate(function* () { turns += 1; });
    scheduler.pump();
    const after = turns - before;
    const clear = messages.filter((message) => /memory/i.test(message)).length;
    print({ added: tasks.length, turns: before, after, failed: messages.length, clear });
  `);
  expect(report).toMatchObject({ turns: 2 * report.added, after: 1 });
  expect(report.failed).toBeGreaterThan(0);
  expect(report.clear).toBe(report.failed);
});

test('a task can catch an out-of-memory error in its turn', async () => {
  const report = await runNodeJson(`${limitMemory}
    await init(limited(1));
    const cooperator = make();
    const log = [];
    cooperator.cooperate(function* () {
      try { for (;;) cooperator.cooperate(function* () {}); } catch (error) { log.push(error.message); }
      yield;
      log.push('went on');
    });
    scheduler.pump();
    print(log);
  `);
  expect(report).toStrictEqual([expect.stringMatching(/memory/i), 'went on']);
});

test('finished tasks, fired Deferreds and disposed cooperators release their memory', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    await init(limited(1));
    let finished = 0;
    for (let round = 0; round < 300; round++) {
      const cooperator = make();
      for (let index = 0; index < 100; index++) {
        const deferred = new Deferred();
        const task = cooperator.cooperate(function* () { yield deferred; yield Promise.resolve(); });
        task.whenDone().addCallback(() => { finished += 1; });
        task.whenDone().then(() => {});
        deferred.callback(index);
      }
      scheduler.pump();
      await nextMacrotask();
      scheduler.pump();
      cooperator.dispose();
      if (round % 5 === 0) { globalThis.gc(); await nextMacrotask(); }
    }
    print(finished);
  `,
    { flags: ['--expose-gc'] },
  );
  expect(report).toBe(30_000);
});

test('Deferreds that never fire release their memory when they are collected', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    await init(limited(1));
    let created = 0;
    for (let round = 0; round < 100; round++) {
      for (let index = 0; index < 200; index++) { new Deferred().addCallback(() => {}); created += 1; }
      globalThis.gc();
      await nextMacrotask();
    }
    print(created);
  `,
    { flags: ['--expose-gc'] },
  );
  expect(report).toBe(20_000);
});

test('chains and tasks continue even if only what will fire them refers to them', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    const log = [];
    const fire = []; // stands for timers
    const later = (value) => {
      const deferred = new Deferred();
      fire.push(() => deferred.callback(value));
      return deferred;
    };
    (() => {
      Deferred.succeed(1).addCallback(() => later('inner')).addCallback((value) => { log.push(value); });
      Deferred.succeed(1).addCallback(() => new Promise((resolve) => { fire.push(() => resolve('promise')); }))
        .addCallback((value) => { log.push(value); });
      later('handed on').chainDeferred(new Deferred().addCallback((value) => { log.push(value); }));
      later('observed').then((value) => { log.push(value); });
      new Cooperator().cooperate(function* () { log.push(yield later('waited for')); });
      new Cooperator().cooperate(async (context) => {
        await later('awaited');
        await context.yield();
        log.push('awaited');
      });
    })();
    for (let round = 0; round < 5; round++) { globalThis.gc(); await nextMacrotask(); }
    for (const each of fire) each();
    for (let round = 0; round < 5; round++) { globalThis.gc(); await nextMacrotask(); }
    print(log.sort());
  `,
    { flags: ['--expose-gc'] },
  );
  expect(report).toStrictEqual(['awaited', 'handed on', 'inner', 'observed', 'promise', 'waited for']);
});

test('a Deferred whose clock throws in addTimeout can be collected', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    const seen = [];
    const registry = new FinalizationRegistry((name) => seen.push(name));
    (() => {
      const deferred = new Deferred();
      registry.register(deferred, 'collected');
      try {
        deferred.addTimeout(5, { callLater() { throw new Error('no timers'); } });
      } catch (error) {
        seen.push(error.message);
      }
    })();
    for (let round = 0; round < 20 && seen.length === 1; round++) { globalThis.gc(); await nextMacrotask(); }
    print(seen);
  `,
    { flags: ['--expose-gc'] },
  );
  expect(report).toStrictEqual(['no timers', 'collected']);
});

test('what a finished task referred to can be collected', async () => {
  const report = await runNodeJson(
    `${limitMemory}
    await init(limited(1));
    const seen = [];
    const registry = new FinalizationRegistry((name) => seen.push(name));
    (() => {
      const heavy = { name: 'held by a finished task' };
      registry.register(heavy, 'finished');
      const cooperator = make();
      cooperator.cooperate(function* () { yield; return heavy.name; });
      scheduler.pump();
      cooperator.dispose();
    })();
    for (let round = 0; round < 20 && seen.length === 0; round++) { globalThis.gc(); await nextMacrotask(); }
    print(seen);
  `,
    { flags: ['--expose-gc'] },
  );
  expect(report).toStrictEqual(['finished']);
});

test('4,194,304 objects can be in use at a time, each under its own handle', async () => {
  const { accepted, message, result } = await runNodeJson(`
    import { Deferred } from 'cooperator';
    const add = (n) => n + 1;
    const full = new Deferred(); // in use itself
    let accepted = 0;
    let message;
    try { for (;;) { full.addCallback(add); accepted++; } } catch (error) { ({ message } = error); }
    full.callback(0);
    process.stdout.write(JSON.stringify({ accepted, message, result: await full }));
  `);
  expect(accepted).toBe(4_194_303);
  expect(message).toBe('cooperator: more than 4194304 objects are in use at a time');
  expect(result).toBe(accepted);
});

test('with a full table of handles results still arrive, and refused calls change nothing', async () => {
  const result = await runNodeJson(`
    ${limitMemory}
    const unhandled = [];
    process.on('unhandledRejection', (error) => unhandled.push(String(error)));
    const cooperator = make();
    const log = [];
    const waiting = new Deferred().addCallback((value) => { log.push(value); return { second: true }; })
      .addCallback((value) => { log.push(value); });
    const plain = new Deferred();
    const refuse = (f) => { try { f(); return 'accepted'; } catch (error) { return error.constructor.name; } };
    const task = cooperator.cooperate(function* () { throw new Error('of the task'); });
    const failed = Deferred.fail(new Error('of the Deferred'));
    const iterator = { next: () => ({ done: false }), returned: 0, return() { this.returned++; return { done: true }; } };
    const full = new Deferred();
    try { for (;;) full.addCallback(() => {}); } catch (error) { log.push(error.constructor.name); }
    const refusals = [
      () => task.whenDone(),
      () => failed.addErrback(() => {}),
      () => failed.chainDeferred(new Deferred()),
      () => cooperator.coiterate(iterator),
      () => cooperator.cooperate(iterator),
      () => new Deferred().addTimeout(5),
    ].map(refuse);
    waiting.callback({ first: true });
    plain.callback(5);
    scheduler.pump();
    await nextMacrotask();
    await nextMacrotask();
    print({ log, called: plain.called, refusals, tasks: cooperator.tasks.length, returned: iterator.returned,
      unhandled: unhandled.sort() });
  `);
  expect(result).toStrictEqual({
    log: ['RangeError', { first: true }, { second: true }],
    called: true,
    refusals: ['accepted', ...Array(5).fill('RangeError')],
    tasks: 0,
    returned: 0,
    unhandled: ['Error: of the Deferred', 'Error: of the task'],
  });
});
