// What has ended lets go of what it needed (J8).

import { runNodeJson } from './support/run-node.js';

/**
 * Runs a program that prints. In it, `keep(name, object)` marks an object, and `kept()` returns the names of those that
 * were not collected: it calls the garbage collector until all were, or for 50 times. `held` outlives everything.
 */
const runWithGc = (source) =>
  runNodeJson(
    `
  import { Cooperator, Deferred, cooperate, schedulers } from 'cooperator';
  import { map } from 'cooperator/work';
  const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
  const marked = new Map();
  const keep = (name, object = { name, bytes: new Uint8Array(1000) }) => {
    marked.set(name, new WeakRef(object));
    return object;
  };
  const kept = async () => {
    const names = () => [...marked].filter(([, ref]) => ref.deref() !== undefined).map(([name]) => name);
    for (let round = 0; round < 50 && names().length !== 0; round++) {
      await nextMacrotask(); // An object stays until the end of a macrotask that has looked for it.
      globalThis.gc();
    }
    return names();
  };
  const held = [];
  const print = (value) => process.stdout.write(JSON.stringify(value));
  ${source}
  process.on('exit', () => held.length);
`,
    { flags: ['--expose-gc'] },
  );

/** Makes tasks, each of which ends; what they had in hand is marked. */
const ended = {
  'that is done': `
    const local = (() => cooperate(function* () { const mine = keep('local'); yield; return mine.name; }))();
    const closure = ((input) => cooperate(function* () { yield input.name; }))(keep('closure'));
    const items = ((input) => cooperate(map(input, ({ n }) => n)))(keep('items', [{ n: 1 }, { n: 2 }]));
    const waited = ((input) => cooperate(function* () { yield Promise.resolve(input); }))(keep('what was waited for'));
    const iterated = cooperate(keep('iterator', [1, 2][Symbol.iterator]()));
    const listener = ((log) => cooperate(function* ({ progress }) { progress(1); yield; },
      { onProgress: () => log.name }))(keep('onProgress'));
    const async = ((input) => cooperate(async ({ yield: turn }) => { await turn(); return input.name; }))(keep('async'));
    held.push(local, closure, items, waited, iterated, listener, async);
    await Promise.all(held.map((task) => task.whenDone()));`,
  'that failed': `
    const fail = (input) => cooperate(function* () { yield; const { name } = input; throw name; });
    const failAsync = (input) => cooperate(async () => { await null; const { name } = input; throw name; });
    held.push(fail(keep('closure')), failAsync(keep('async')));
    await Promise.allSettled(held.map((task) => task.whenDone()));`,
  'that was stopped': `
    const never = new Promise(() => {});
    const run = (input) => cooperate(function* () { for (;;) yield input.name; });
    const wait = (input) => cooperate(function* () { yield never; yield input.name; });
    const unstarted = (input) => cooperate(function* () { yield input.name; });
    held.push(never, run(keep('running')), wait(keep('waiting')));
    await nextMacrotask();
    held.push(unstarted(keep('without a turn')));
    for (const task of held.slice(1)) { task.whenDone().catch(() => {}); task.stop(); }
    await nextMacrotask();`,
};
for (const [how, source] of Object.entries(ended)) {
  test(`J8: a task ${how} keeps its state and its name, and nothing of its work`, async () => {
    const { states, iterators, names, left } = await runWithGc(`
      await (async () => {${source}
      })();
      const tasks = held.filter((each) => 'state' in each);
      print({ states: [...new Set(tasks.map(({ state }) => state))], iterators: tasks.map(({ iterator }) => typeof iterator),
        names: [...new Set(tasks.map(({ name, stats }) => typeof name))], left: await kept() });
    `);
    expect(left).toStrictEqual([]);
    expect(states).toStrictEqual([how.replace(/that (is|was)? ?/, '')]);
    expect(new Set(iterators)).toStrictEqual(new Set(['undefined']));
    expect(names).toStrictEqual(['string']);
  });
}

test('J8: a native task that has ended keeps no WebAssembly instance', async () => {
  const { states, left } = await runWithGc(`
    import { native } from 'cooperator';
    import { steps } from './support/steps.js';
    const module = new WebAssembly.Module(new Uint8Array(steps));
    const run = (name, status) => {
      const { exports } = keep(name, new WebAssembly.Instance(module, { host: { call() {} } }));
      new Int32Array(exports.memory.buffer).set([0, 0, status], 16);
      const task = cooperate(native({ step: exports.script, state: 64, result: () => typeof exports }));
      task.whenDone().addErrback(({ stack }) => stack); // Until it is read, V8 keeps the objects of its frames.
      return task;
    };
    held.push(run('done', 1), run('failed', 2), run('stopped', 0));
    held[2].stop();
    await Promise.allSettled(held.map((task) => task.whenDone()));
    print({ states: held.map(({ state }) => state), left: await kept() });
  `);
  expect(states).toStrictEqual(['done', 'failed', 'stopped']);
  expect(left).toStrictEqual([]);
});

test('J8: a task keeps its name, result and turns when it has ended', async () => {
  const seen = await runWithGc(`
    const task = cooperate(function* sieve() { yield; return 5; });
    const other = cooperate([1, 2], { name: 'other' });
    await Promise.all([task.whenDone(), other.whenDone()]);
    print([task.name, task.state, await task.whenDone(), task.stats().turns, other.name]);
  `);
  expect(seen).toStrictEqual(['sieve', 'done', 5, 2, 'other']);
});

/** Makes a task that waits for what is in \`held\`. */
const waiting = {
  'a Promise': `const promise = new Promise(() => {}); held.push(promise); return cooperate(function* () { yield promise; });`,
  'a Deferred': `const d = new Deferred(); held.push(d); return cooperate(function* () { yield d; });`,
  'a thenable': `held.push({ then(...f) { this.f = f; } }); return cooperate(function* () { yield held[0]; });`,
  'the step of an async iterator': `const promise = new Promise(() => {}); held.push(promise);
    return cooperate({ [Symbol.asyncIterator]: () => ({ next: () => promise }) });`,
};
for (const [what, source] of Object.entries(waiting)) {
  test(`J8: ${what} that is still pending does not keep a stopped task that waited for it`, async () => {
    const left = await runWithGc(`
      const make = () => {${source}};
      await (async () => {
        const task = keep('task', make());
        task.whenDone().catch(() => {});
        await nextMacrotask();
        await nextMacrotask();
        task.stop();
      })();
      await nextMacrotask();
      await nextMacrotask();
      print(await kept());
    `);
    expect(left).toStrictEqual([]);
  });
}

for (const collected of [false, true]) {
  test(`J8: a late error is reported, and the reason of the stop is not, if the task ${collected ? 'was collected' : 'is kept'}`, async () => {
    const seen = await runWithGc(`
      const seen = [];
      const cooperator = new Cooperator({ onError: (error, task) => { seen.push([error.message, task !== undefined]); } });
      const reason = new Error('reason');
      let started = 0;
      const make = (thing) => {
        const controller = new AbortController();
        const task = cooperator.cooperate(function* () { started++; yield thing; }, { signal: controller.signal });
        task.whenDone().catch(() => {});
        if (${collected}) keep('task' + marked.size, task);
        else held.push(task);
        return () => controller.abort(reason);
      };
      const rejects = [];
      const stops = [];
      (() => {
        for (const error of [new Error('late'), reason]) {
          const deferred = new Deferred();
          stops.push(make(new Promise((_, reject) => { rejects.push(() => reject(error)); })), make(deferred));
          rejects.push(() => deferred.errback(error));
        }
      })();
      while (started < 4) await nextMacrotask(); // On a busy machine a slice may end before that.
      for (const stop of stops.splice(0)) stop();
      const left = await kept();
      process.on('unhandledRejection', ({ message }) => { seen.push(['unhandled', message]); });
      for (const reject of rejects) reject();
      await nextMacrotask();
      await nextMacrotask();
      print({ left, seen: seen.sort() });
    `);
    // The Deferred reports its failure itself.
    expect(seen).toStrictEqual({
      left: [],
      seen: [
        ['late', !collected],
        ['unhandled', 'late'],
      ],
    });
  });
}

test('J8: a Deferred that has fired and waits for another keeps no canceller', async () => {
  const left = await runWithGc(`
    const withCanceller = (name) => ((used) => new Deferred(() => { used.called = true; }))(keep(name));
    const never = new Deferred();
    const wait = (deferred) => { held.push(deferred.addBoth(() => never)); return deferred; };
    (() => {
      wait(withCanceller('callback')).callback(1);
      wait(withCanceller('errback')).errback(new Error('handled'));
      wait(withCanceller('cancel')).cancel();
      held.push(withCanceller('fired with a Deferred'));
      held.at(-1).callback(never);
      Deferred.succeed(1).chainDeferred(wait(withCanceller('chained')));
      const source = new Deferred();
      source.chainDeferred(wait(withCanceller('chained before')));
      source.callback(1);
      Deferred.succeed(1).addCallback(() => { const inner = wait(withCanceller('inner')); inner.callback(2); return inner; });
      wait(withCanceller('timeout')).addTimeout(0, { callLater(ms, f) { f(); return { cancel() {} }; } });
    })();
    print(await kept());
  `);
  expect(left).toStrictEqual([]);
});

test('J8: a Deferred in the chain of another one that was not fired has its canceller', async () => {
  const seen = await runWithGc(`
    const seen = [];
    const source = new Deferred();
    const target = new Deferred(() => { seen.push('canceller'); });
    source.chainDeferred(target);
    target.addErrback((error) => { seen.push(error.name); });
    globalThis.gc();
    target.cancel();
    source.callback(1);
    source.addErrback((error) => { seen.push(error.name); });
    print(seen);
  `);
  expect(seen).toStrictEqual(['canceller', 'CancelledError', 'AlreadyCalledError']);
});

test('J8: a task does not keep the whenDones that have timed out or were cancelled', async () => {
  const seen = await runWithGc(`
    const cooperator = new Cooperator();
    const task = cooperator.cooperate(function* () { yield new Promise(() => {}); });
    held.push(task);
    const clock = { callLater(ms, f) { setImmediate(f); return { cancel() {} }; } };
    const fired = [];
    (() => {
      const early = task.whenDone().addErrback((error) => { fired.push(['early', error.name]); });
      for (let n = 0; n < 3; n++) keep('timeout ' + n, task.whenDone().addTimeout(5, clock)).addErrback(() => {});
      keep('cancelled', task.whenDone()).addErrback(() => {}).cancel();
      keep('fired', task.whenDone()).callback(5);
      task.whenDone().addErrback((error) => { fired.push(['last', error.name]); });
    })();
    await nextMacrotask();
    await nextMacrotask();
    const left = await kept();
    task.stop();
    print({ left, fired });
  `);
  expect(seen).toStrictEqual({
    left: [],
    fired: [
      ['early', 'TaskStopped'],
      ['last', 'TaskStopped'],
    ],
  });
});

test('J8: a task does not keep the whenIdles that have timed out or were cancelled', async () => {
  const seen = await runWithGc(`
    const cooperator = new Cooperator();
    const task = cooperator.cooperate(function* () { yield new Promise(() => {}); });
    held.push(task);
    const clock = { callLater(ms, f) { setImmediate(f); return { cancel() {} }; } };
    const fired = [];
    (() => {
      cooperator.whenIdle().addCallback(() => { fired.push('early'); });
      for (let n = 0; n < 3; n++) keep('timeout ' + n, cooperator.whenIdle().addTimeout(5, clock)).addErrback(() => {});
      keep('cancelled', cooperator.whenIdle()).addErrback(() => {}).cancel();
      cooperator.whenIdle().addCallback(() => { fired.push('last'); });
    })();
    await nextMacrotask();
    await nextMacrotask();
    const left = await kept();
    task.stop();
    await nextMacrotask();
    print({ left, fired });
  `);
  expect(seen).toStrictEqual({ left: [], fired: ['early', 'last'] });
});

test('J8: a job that never ends keeps nothing of parallel and stream, when these have ended', async () => {
  const left = await runWithGc(`
    const { parallel, stream } = await import('cooperator/work');
    const never = new Promise(() => {});
    held.push(never);
    const job = (input) => (n) => {
      if (n === 2 && input.name === 'failing') throw input.name; // The stack of an error keeps functions.
      return never;
    };
    await (async () => {
      await cooperate(parallel([1, 2], 2, job(keep('failing')))).catch(() => {});
      const steps = stream(keep('items', [1, 2]), 2, job(keep('left')))[Symbol.asyncIterator]();
      void steps.next();
      await steps.return();
    })();
    print(await kept());
  `);
  expect(left).toStrictEqual([]);
});

test('J8: a job that never ends does not keep the stopped task of its work', async () => {
  const left = await runWithGc(`
    const { parallel } = await import('cooperator/work');
    const never = new Promise(() => {});
    held.push(never);
    const works = {
      parallel: parallel([1, 2], 2, () => never),
      'with the context': async function* (context) { yield* map([1], () => never)(context); },
    };
    await (async () => {
      for (const [name, work] of Object.entries(works)) {
        const task = keep(name, cooperate(work));
        task.whenDone().catch(() => {});
        await nextMacrotask();
        await nextMacrotask();
        task.stop();
      }
    })();
    await nextMacrotask();
    await nextMacrotask();
    print(await kept());
  `);
  expect(left).toStrictEqual([]);
});
