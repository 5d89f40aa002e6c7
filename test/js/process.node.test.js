// The package in processes of its own: loading, the end of the process, and unhandled errors (D7, J7).
import { listenForUnhandled, runNode, runNodeJson, withoutWasm } from './support/run-node.js';

describe('loading', () => {
  test('after an import a task can be added at once, without init', async () => {
    expect(
      await runNodeJson(`
      import { cooperate } from 'cooperator';
      const task = cooperate(function* () { yield; return 42; });
      process.stdout.write(JSON.stringify(await task.whenDone()));
    `),
    ).toBe(42);
  });

  test('any part of the package can be used first', async () => {
    expect(
      await runNodeJson(`
      const uses = {
        callback: ({ deferred }) => deferred.callback(1),
        errback: ({ deferred }) => deferred.errback(1),
        called: ({ deferred }) => deferred.called,
        addCallback: ({ deferred }) => deferred.addCallback(() => {}),
        addTimeout: ({ deferred }) => deferred.addTimeout(0),
        then: ({ deferred }) => deferred.then(() => {}, () => {}),
        pause: ({ deferred }) => deferred.pause(),
        unpause: ({ deferred }) => {
          try { deferred.unpause(); } catch (error) { if (error.name !== 'NotPaused') throw error; }
        },
        cancel: ({ deferred }) => deferred.cancel(),
        chainDeferred: ({ deferred, Deferred }) => deferred.chainDeferred(new Deferred()),
        succeed: ({ Deferred }) => Deferred.succeed(1),
        fail: ({ Deferred }) => Deferred.fail(1).addErrback(() => {}),
        fromPromise: ({ Deferred }) => Deferred.fromPromise(Promise.resolve(1)),
        cooperate: ({ cooperate }) => cooperate([]),
        coiterate: ({ coiterate }) => coiterate([]),
        start: ({ getGlobalCooperator }) => getGlobalCooperator().start(),
        stop: ({ getGlobalCooperator }) => getGlobalCooperator().stop(),
        dispose: ({ getGlobalCooperator }) => getGlobalCooperator().dispose(),
        stats: ({ getGlobalCooperator }) => getGlobalCooperator().stats(),
        tasks: ({ getGlobalCooperator }) => getGlobalCooperator().tasks,
        running: ({ Cooperator }) => new Cooperator({ started: false }).running,
      };
      const address = import.meta.resolve('cooperator');
      const broken = {};
      for (const [name, use] of Object.entries(uses)) {
        // Another URL imports another copy of the package, which nothing has used yet.
        const library = await import(address + '?' + name);
        const deferred = new library.Deferred();
        try {
          use({ ...library, deferred });
          deferred.addErrback(() => {});
        } catch (error) {
          broken[name] = error.message;
        }
      }
      process.stdout.write(JSON.stringify(broken));
    `),
    ).toStrictEqual({});
  });

  test('the package can be required', async () => {
    expect(
      await runNodeJson(
        `
      const { cooperate, Deferred } = require('cooperator');
      const { Clock } = require('cooperator/testing');
      const deferred = new Deferred().addTimeout(5, new Clock());
      cooperate(function* () { return yield deferred; }).whenDone().then((value) => {
        process.stdout.write(JSON.stringify(value));
      });
      deferred.callback('required');
    `,
        { type: 'commonjs' },
      ),
    ).toBe('required');
  });

  test('the required and the imported package work together', async () => {
    expect(
      await runNodeJson(`
      import { createRequire } from 'node:module';
      import { cooperate } from 'cooperator';
      const { Deferred } = createRequire(process.cwd() + '/')('cooperator');
      const deferred = new Deferred();
      const task = cooperate(function* () { return yield deferred; });
      setImmediate(() => deferred.callback('across'));
      process.stdout.write(JSON.stringify(await task.whenDone()));
    `),
    ).toBe('across');
  });

  test('an import leaves nothing in the event loop', async () => {
    expect(
      await runNodeJson(`
      import { getGlobalCooperator } from 'cooperator';
      import 'cooperator/testing';
      getGlobalCooperator();
      const kept = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Message|Worker/.test(name));
      process.stdout.write(JSON.stringify(kept));
    `),
    ).toStrictEqual([]);
  });

  test('a task runs in a worker', async () => {
    expect(
      await runNodeJson(`
      import { Worker } from 'node:worker_threads';
      const source = \`
        import('cooperator').then(async ({ cooperate }) => {
          const { parentPort } = await import('node:worker_threads');
          parentPort.postMessage(await cooperate(function* () { yield; return 'in a worker'; }).whenDone());
        });
      \`;
      const worker = new Worker(source, { eval: true });
      worker.on('message', (value) => process.stdout.write(JSON.stringify(value)));
    `),
    ).toBe('in a worker');
  });

  for (const [kind, source] of Object.entries({
    bytes: 'bytes',
    'an ArrayBuffer': 'bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)',
    'a compiled module': 'new WebAssembly.Module(bytes)',
    'a Response': "new Response(bytes, { headers: { 'content-type': 'application/wasm' } })",
  })) {
    test(`init accepts ${kind}`, async () => {
      expect(
        await runNodeJson(`
        import { readFileSync } from 'node:fs';
        import { createRequire } from 'node:module';
        import { cooperate, init } from 'cooperator';
        const bytes = readFileSync(createRequire(process.cwd() + '/').resolve('cooperator/cooperator.wasm'));
        await init(${source});
        process.stdout.write(JSON.stringify(await cooperate(function* () { yield; return 42; }).whenDone()));
      `),
      ).toBe(42);
    });
  }

  for (const [host, change] of Object.entries({
    'without TextEncoder': 'delete globalThis.TextEncoder;',
    'with a TextEncoder': '',
  })) {
    test(`the core is decoded in a host ${host}`, async () => {
      const { stdout } = await runNode(`
        const { cooperate } = await (async () => { ${change} return import('cooperator'); })();
        console.log(await cooperate(function* () { yield; return 42; }).whenDone());
        process.exit();
      `);
      expect(stdout).toBe('42\n');
    });
  }

  test('without WebAssembly the error names it and the entry that does without; that entry works', async () => {
    const message = await runNodeJson(`
      delete globalThis.WebAssembly;
      let message = 'nothing was thrown';
      try {
        const { cooperate } = await import('cooperator');
        message = await cooperate(function* () { yield; return 'works'; }).whenDone();
      } catch (error) {
        message = error.message;
      }
      process.stdout.write(JSON.stringify(message));
    `);
    expect(message).toMatch(withoutWasm ? /^works$/ : /this host has no WebAssembly; or use cooperator\/without-wasm/);
  });

  test('without WebAssembly, any function can be the step of a native task', async () => {
    const outcome = await runNodeJson(`
      delete globalThis.WebAssembly;
      let outcome;
      try {
        const { cooperate, native } = await import('cooperator');
        const states = [];
        const step = (state) => (states.push(state) < 3 ? 0 : 1);
        outcome = await cooperate(native({ step, state: 5, result: () => states })).whenDone();
        await cooperate(native({ step() { throw new Error('broken'); } })).whenDone();
      } catch (error) {
        outcome = [outcome, error.message];
      }
      process.stdout.write(JSON.stringify(outcome));
    `);
    const refused = [null, expect.stringMatching(/this host has no WebAssembly/)];
    expect(outcome).toStrictEqual(withoutWasm ? [[5, 5, 5], 'broken'] : refused);
  });

  test('if a content security policy forbids WebAssembly, the error names wasm-unsafe-eval', async () => {
    const message = await runNodeJson(`
      WebAssembly.Module = function Module() {
        throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
      };
      let message = 'nothing was thrown';
      try {
        const { cooperate } = await import('cooperator');
        message = await cooperate(function* () { yield; return 'works'; }).whenDone();
      } catch (error) {
        message = error.message;
      }
      process.stdout.write(JSON.stringify(message));
    `);
    const ways = /'wasm-unsafe-eval'.*Cloudflare Workers.*init\(module\).*cooperator\/without-wasm/;
    expect(message).toMatch(withoutWasm ? /^works$/ : ways);
  });
});

describe('a browser that compiles only small modules synchronously', () => {
  /** Tries to run a task after `await ${first}`; resolves to its result or the error's message. */
  const tryAfter = (first) =>
    runNodeJson(`
      import { readFileSync } from 'node:fs';
      import { createRequire } from 'node:module';
      const bytes = readFileSync(createRequire(process.cwd() + '/').resolve('cooperator/cooperator.wasm'));
      const module = new WebAssembly.Module(bytes);
      const { Module, Instance } = WebAssembly;
      const refuse = () => { throw new RangeError('disallowed, if the buffer size is larger than 4KB'); };
      WebAssembly.Module = class extends Module {
        constructor(source) { if (source.byteLength > 4096) refuse(); super(source); }
        static [Symbol.hasInstance](value) { return value instanceof Module; }
      };
      WebAssembly.Instance = class extends Instance {
        constructor(of, imports) { if (of === module) refuse(); super(of, imports); }
      };
      const { cooperate, init } = await import('cooperator');
      let message;
      try {
        await ${first};
        message = await cooperate(function* () { yield; return 'works'; }).whenDone();
      } catch (error) {
        message = error.message;
      }
      process.stdout.write(JSON.stringify(message));
    `);

  test('without init the error names init', async () => {
    const way = /this browser needs await init\(\) first; or use cooperator\/without-wasm/;
    expect(await tryAfter('undefined')).toMatch(withoutWasm ? /^works$/ : way);
  });

  test.each(['init()', 'init(bytes)', 'init(module)', 'Promise.all([init(), init()])'])(
    '%s is enough',
    async (first) => {
      expect(await tryAfter(first)).toBe('works');
    },
  );
});

describe('a host that lacks what others have', () => {
  test.each([
    ['neither FinalizationRegistry nor WeakRef', 'delete globalThis.FinalizationRegistry; delete globalThis.WeakRef;'],
    [
      'a process.getBuiltinModule that throws, as in the edge runtime of Next.js',
      "process.getBuiltinModule = () => { throw new Error('not supported in the Edge Runtime'); };",
    ],
    [
      'a property process.getBuiltinModule that throws',
      "Object.defineProperty(process, 'getBuiltinModule', { get() { throw new Error('not supported'); } });",
    ],
    ['a process.getBuiltinModule that knows no module', 'process.getBuiltinModule = () => undefined;'],
    [
      'the functions of the edge runtime of Next.js, which throw',
      `globalThis.EdgeRuntime = 'edge-runtime';
      const refuse = () => { throw new Error('A Node.js API is used which is not supported in the Edge Runtime'); };
      for (const name of ['setImmediate', 'clearImmediate', 'MessageChannel', 'BroadcastChannel'])
        Object.defineProperty(globalThis, name, { value: refuse });
      process.getBuiltinModule = refuse;`,
    ],
    ['no process', 'process.getBuiltinModule = undefined; delete globalThis.process;'],
  ])('with %s tasks run, wait, stop and fail', async (what, change) => {
    const { code, stdout } = await runNode(`
      ${change}
      const { Cooperator, Deferred, cooperate, schedulers } = await import('cooperator');
      const log = [];
      const reports = []; // of another cooperator, whose slices come before or after those of the global one
      const scheduler = schedulers.timeout();
      const cooperator = new Cooperator({ scheduler, onError: (error) => reports.push(error.message) });
      cooperator.cooperate(function* () { yield; throw new Error('reported'); });
      const stopped = cooperate(function* () { for (;;) yield; });
      log.push(await cooperate(function* () { return yield Deferred.succeed('waited'); }).whenDone());
      stopped.stop();
      log.push(await stopped.whenDone().catch((error) => error.name));
      await cooperator.cooperate(function* () { yield; yield; }).whenDone();
      while (reports.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      cooperator.dispose();
      console.log([...log, ...reports].join());
    `);
    expect([code, stdout.trim()]).toStrictEqual([0, 'waited,TaskStopped,reported']);
  });
});

describe('the end of the process', () => {
  test('runnable tasks keep the process alive', async () => {
    const { code, stdout } = await runNode(`
      import { Cooperator, cooperate, predicates } from 'cooperator';
      cooperate(function* () { for (let turn = 0; turn < 1000; turn++) yield; console.log('global'); });
      new Cooperator({ terminationPredicateFactory: predicates.turns(1) })
        .cooperate(function* () { for (let turn = 0; turn < 100; turn++) yield; console.log('of a cooperator'); });
    `);
    expect([code, stdout.trim().split('\n').sort()]).toStrictEqual([0, ['global', 'of a cooperator']]);
  });

  test('paused and waiting tasks do not keep the process alive', async () => {
    const { code, stdout } = await runNode(`
      import { Deferred, cooperate } from 'cooperator';
      cooperate(function* () { console.log('waits'); yield new Deferred(); console.log('not reached'); });
      cooperate(async () => { await new Promise(() => {}); });
      const paused = cooperate(function* () {
        console.log('paused');
        paused.pause();
        yield;
        console.log('not reached');
      });
      cooperate(function* () { yield; }).stop();
    `);
    expect([code, stdout.trim().split('\n').sort()]).toStrictEqual([0, ['paused', 'waits']]);
  });

  test('a timeout keeps the process alive only until its Deferred fires', async () => {
    const { code, stdout } = await runNode(`
      import { Deferred } from 'cooperator';
      const fired = new Deferred().addTimeout(2 ** 30);
      fired.callback();
      const late = new Deferred().addTimeout(20);
      late.addErrback((error) => { console.log(error.name); });
    `);
    expect([code, stdout.trim()]).toStrictEqual([0, 'TimeoutError']);
  });
});

describe('D7: unhandled errors', () => {
  test('D7: an unhandled failure of a task ends Node with code 1 and prints the error', async () => {
    const { code, stderr } = await runNode(`
      import { cooperate } from 'cooperator';
      cooperate(function* computeThePrimes() { yield; throw new RangeError('too many primes'); });
    `);
    expect(code).toBe(1);
    expect(stderr).toMatch(/RangeError: too many primes/);
    expect(stderr).toMatch(/computeThePrimes/);
  });

  test('D7: an unhandled failure of a Deferred ends Node with code 1 and prints the error', async () => {
    const { code, stderr } = await runNode(`
      import { Deferred } from 'cooperator';
      new Deferred().errback(new RangeError('nobody listens'));
    `);
    expect(code).toBe(1);
    expect(stderr).toMatch(/RangeError: nobody listens/);
  });

  test('D7: errors that are handled in time print nothing', async () => {
    const { code, stdout, stderr } = await runNode(`
      import { Deferred, cooperate } from 'cooperator';
      const fails = function* () { throw new Error('handled'); };
      cooperate(fails).whenDone().addErrback(() => {});
      cooperate(fails).whenDone().catch(() => {});
      new Deferred().addErrback(() => {}).errback(new Error('handled'));
      Deferred.fail(new Error('handled')).addErrback(() => {});
      Deferred.fail(new Error('handled')).catch(() => {});
      const late = Deferred.fail(new Error('handled in a microtask'));
      queueMicrotask(() => late.addErrback(() => {}));
      cooperate(function* () { yield; }).stop();
    `);
    expect({ code, stdout, stderr }).toStrictEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('D7: each unhandled failure is one unhandled rejection with the same error', async () => {
    expect(
      await runNodeJson(
        `${listenForUnhandled}
      import { Deferred, cooperate } from 'cooperator';
      const errors = Array.from({ length: 7 }, (_, index) => new Error(String(index)));
      cooperate(function* () { throw errors[0]; });
      cooperate(async () => { throw errors[1]; });
      Deferred.fail(errors[2]);
      Deferred.succeed(1).addCallback(() => { throw errors[3]; }).addCallback(() => 'not called');
      cooperate(function* () { throw errors[4]; }).whenDone();
      Deferred.fail(errors[5]).then(() => {});
      Deferred.succeed(1).addCallback(() => Deferred.fail(errors[6]));
      await flushEventLoop();
      globalThis.gc?.();
      await flushEventLoop();
      print(unhandled.map((error) => errors.indexOf(error)).sort());
    `,
        { flags: ['--expose-gc'] },
      ),
    ).toStrictEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('D7: a failure that another Deferred took over is reported once', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Deferred } from 'cooperator';
      const chained = new Deferred();
      const source = new Deferred().chainDeferred(chained);
      source.errback(new Error('handed on'));
      const inner = new Deferred();
      const outer = Deferred.succeed(1).addCallback(() => inner);
      inner.errback(new Error('taken over'));
      const taken = Deferred.fail(new Error('handled by the one that took over'));
      Deferred.succeed(1).addCallback(() => taken).addErrback(() => {});
      const clearedByChaining = Deferred.fail(new Error('cleared')).addErrback(() => new Deferred());
      await flushEventLoop();
      print(unhandled.map(({ message }) => message).sort());
    `),
    ).toStrictEqual(['handed on', 'taken over']);
  });

  test('D7: the failure of a paused Deferred is reported after unpause if nobody handles it', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Deferred } from 'cooperator';
      const held = new Deferred();
      held.pause();
      held.errback(new Error('held, then handled'));
      const lost = new Deferred();
      lost.pause();
      lost.errback(new Error('held, then lost'));
      await flushEventLoop();
      const before = unhandled.length;
      held.addErrback(() => {});
      held.unpause();
      lost.unpause();
      await flushEventLoop();
      print([before, unhandled.map(({ message }) => message)]);
    `),
    ).toStrictEqual([0, ['held, then lost']]);
  });

  test('D7: a failure in a chain that nobody refers to is reported once', async () => {
    expect(
      await runNodeJson(
        `${listenForUnhandled}
      import { Deferred } from 'cooperator';
      const inner = new Deferred();
      (() => { Deferred.succeed(1).addCallback(() => inner).addCallback(() => 'not called'); })();
      for (let round = 0; round < 5; round++) { globalThis.gc(); await nextMacrotask(); }
      inner.errback(new Error('of the inner one'));
      await flushEventLoop();
      globalThis.gc();
      await flushEventLoop();
      print(unhandled.map(({ message }) => message));
    `,
        { flags: ['--expose-gc'] },
      ),
    ).toStrictEqual(['of the inner one']);
  });

  test('D7: a swallowed late firing and a handled cancellation are not reported', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Deferred } from 'cooperator';
      const deferred = new Deferred().addErrback(() => {});
      deferred.cancel();
      deferred.errback(new Error('late'));
      await flushEventLoop();
      print(unhandled.length);
    `),
    ).toBe(0);
  });

  test('D7: an awaited failure is not reported', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Deferred, cooperate } from 'cooperator';
      const task = cooperate(function* () { throw new Error('caught'); });
      try { await task.whenDone(); } catch {}
      await Promise.allSettled([Deferred.fail(new Error('settled')), Deferred.fail(new Error('too'))]);
      await flushEventLoop();
      // It stays handled when it goes further down the chain later.
      const seen = Deferred.fail(new Error('seen'));
      seen.catch(() => {});
      await flushEventLoop();
      seen.addCallback(() => 'not called');
      seen.pause();
      seen.unpause();
      await flushEventLoop();
      print(unhandled.length);
    `),
    ).toBe(0);
  });

  test('D7: an error in the clean-up of a stopped task is an unhandled rejection', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { cooperate } from 'cooperator';
      const error = new Error('clean-up');
      const task = cooperate(function* () { try { for (;;) yield; } finally { throw error; } });
      cooperate(async function () { await null; });
      await flushEventLoop();
      task.stop();
      await flushEventLoop();
      print(unhandled.map((each) => each === error));
    `),
    ).toStrictEqual([true]);
  });

  test('J7: without onError the error of a hook is an unhandled rejection, and the cooperator continues', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Cooperator } from 'cooperator';
      const error = new Error('hook');
      let fail = true;
      const log = [];
      const cooperator = new Cooperator({
        terminationPredicateFactory: () => () => { if (fail) { fail = false; throw error; } return true; },
      });
      await cooperator.cooperate(function* () { log.push(1); yield; log.push(2); }).whenDone();
      await flushEventLoop();
      print([log, unhandled.map((each) => each === error)]);
    `),
    ).toStrictEqual([[1, 2], [true]]);
  });

  test('J7: the error of an onError that throws is reported, and the cooperator continues', async () => {
    const [log, messages] = await runNodeJson(`${listenForUnhandled}
      import { Cooperator } from 'cooperator';
      process.on('uncaughtException', (error) => unhandled.push(error));
      const log = [];
      let fail = true;
      const cooperator = new Cooperator({
        terminationPredicateFactory: () => () => { if (fail) { fail = false; throw new Error('hook'); } return true; },
        onError() { throw new Error('onError'); },
      });
      await cooperator.cooperate(function* () { log.push(1); yield; log.push(2); }).whenDone();
      await flushEventLoop();
      print([log, unhandled.map(({ message }) => message)]);
    `);
    expect(log).toStrictEqual([1, 2]);
    expect(messages).toContain('onError');
  });

  test('D7: with onError the failure of a task is not an unhandled rejection', async () => {
    const { code, stdout, stderr } = await runNode(`
      import { Cooperator } from 'cooperator';
      const cooperator = new Cooperator({ onError: (error, task) => console.log(error.message, task.name) });
      cooperator.cooperate(function* () { throw new Error('mine'); }, { name: 'task' });
    `);
    expect({ code, stdout, stderr }).toStrictEqual({ code: 0, stdout: 'mine task\n', stderr: '' });
  });
});

describe('cooperator/twisted', () => {
  test('a LoopingCall waits for the rest when the timer of the host comes early', async () => {
    expect(
      await runNodeJson(`
      let time = 0;
      const timers = [];
      performance.now = () => time;
      globalThis.setTimeout = (f, ms) => { timers.push({ f, ms }); return timers.length; };
      const { LoopingCall } = await import('cooperator/twisted');
      const calls = [];
      new LoopingCall(() => { calls.push(time); }).start(10, false);
      const delays = [];
      for (const at of [9.25, 10, 22, 30]) {
        time = at;
        const { f, ms } = timers.shift();
        delays.push(ms);
        f();
      }
      process.stdout.write(JSON.stringify({ calls, delays }));
    `),
    ).toStrictEqual({ calls: [10, 22, 30], delays: [10, 0.75, 10, 8] });
  });

  test('the error of a canceller in a cancelled list is reported, and the others are cancelled', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { Deferred } from 'cooperator';
      import { DeferredList } from 'cooperator/twisted';
      const list = [new Deferred(() => { throw new Error('broken canceller'); }), new Deferred()];
      const all = new DeferredList(list, { consumeErrors: true });
      all.cancel();
      await flushEventLoop();
      print({ unhandled: unhandled.map(({ message }) => message), called: list[1].called });
    `),
    ).toStrictEqual({ unhandled: ['broken canceller'], called: true });
  });

  test('an error of a list that is not consumed is reported, once for each Deferred', async () => {
    expect(
      await runNodeJson(`${listenForUnhandled}
      import { fail, gatherResults } from 'cooperator/twisted';
      gatherResults([fail(1), fail(2)]).addErrback(() => {});
      gatherResults([fail(3), fail(4)], { consumeErrors: true }).addErrback(() => {});
      await flushEventLoop();
      print(unhandled);
    `),
    ).toStrictEqual([1, 2]);
  });

  test('import and require use the same classes as the main entry', async () => {
    const { stdout, stderr } = await runNode(
      `const { Deferred } = require('cooperator');
      const { succeed, DeferredList } = require('cooperator/twisted');
      console.log(succeed(1) instanceof Deferred, new DeferredList([]) instanceof Deferred);`,
      { type: 'commonjs' },
    );
    expect([stdout, stderr]).toStrictEqual(['true true\n', '']);
  });
});

describe('cooperator/worker', () => {
  test('idle workers of a pool, and a paused task, do not keep the process alive', async () => {
    const { code, stdout } = await runNode(`
      import { cooperate } from 'cooperator';
      import { inWorker, pool } from 'cooperator/worker';
      console.log(await cooperate(pool(1).inWorker(() => 'done')));
      cooperate(inWorker(function* () { for (;;) yield; })).pause();
      const running = cooperate(inWorker(function* ({ progress }) { for (;;) { progress(1); yield; } }), {
        onProgress: () => { if (running.state !== 'paused') running.pause(); },
      });
    `);
    expect([code, stdout]).toStrictEqual([0, 'done\n']);
  });

  test('a task that was paused while it waited for a worker of a pool does not keep the process alive', async () => {
    const { code, stdout } = await runNode(`
      import { cooperate } from 'cooperator';
      import { pool } from 'cooperator/worker';
      const workers = pool(1);
      const first = cooperate(workers.inWorker(() => new Promise((resolve) => setTimeout(resolve, 50, 'done'))));
      const second = cooperate(workers.inWorker(() => 2));
      setTimeout(() => second.pause(), 10);
      console.log(await first, second.state);
    `);
    expect([code, stdout]).toStrictEqual([0, 'done paused\n']);
  });

  test('a job keeps the process alive until it has ended', async () => {
    const { code, stdout } = await runNode(`
      import { cooperate } from 'cooperator';
      import { inWorker } from 'cooperator/worker';
      const wait = () => new Promise((resolve) => { setTimeout(resolve, 100, 'ended'); });
      cooperate(inWorker(wait)).then((value) => console.log(value));
    `);
    expect([code, stdout]).toStrictEqual([0, 'ended\n']);
  });

  test('a module that is a file may import others; an address must be absolute', async () => {
    const { stdout } = await runNode(`
      import { cooperate } from 'cooperator';
      import { inWorker } from 'cooperator/worker';
      import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
      import { pathToFileURL } from 'node:url';
      const folder = mkdtempSync('/tmp/cooperator-');
      writeFileSync(folder + '/job.mjs', 'import { part } from "./part.mjs"; export const job = (n) => n + part;');
      writeFileSync(folder + '/part.mjs', 'export const part = 1;');
      const url = pathToFileURL(folder + '/job.mjs');
      console.log(await cooperate(inWorker(url + '#job', 5)));
      const wrong = [() => inWorker('./job.js'), () => inWorker('/job.js')];
      for (const f of wrong) try { f(); } catch (error) { console.log(error.message); }
      const missing = cooperate(inWorker(new URL('nowhere.mjs', url)));
      console.log(await missing.catch(({ name, message }) => name + ': ' + message.includes('nowhere.mjs could not be loaded')));
      rmSync(folder, { recursive: true });
    `);
    expect(stdout.split('\n')).toStrictEqual([
      '6',
      `inWorker: the URL must be absolute: write new URL('./job.js',import.meta.url), not "./job.js"`,
      `inWorker: the URL must be absolute: write new URL('./job.js',import.meta.url), not "/job.js"`,
      'WorkerError: true',
      '',
    ]);
  });
});
