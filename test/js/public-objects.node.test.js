// Tasks, Deferreds and cooperators in programs of their own: what console.log shows, two copies of the package, zone.js,
// and the stacks of errors.

import { runNodeJson } from './support/run-node.js';

test('console.log shows what the objects are', async () => {
  const seen = await runNodeJson(`
    import { inspect } from 'node:util';
    import { Cooperator, Deferred } from 'cooperator';
    const cooperator = new Cooperator({ name: 'mine' });
    const task = cooperator.cooperate(function* importFile() { yield; });
    process.stdout.write(JSON.stringify([inspect(task), inspect({ task }), inspect([new Deferred()]), inspect(cooperator)]));
  `);
  expect(seen).toStrictEqual([
    'CooperativeTask importFile (runnable, turns: 0)',
    '{ task: CooperativeTask importFile (runnable, turns: 0) }',
    '[ Deferred (not fired) ]',
    'Cooperator mine (running, tasks: 1, turns: 0)',
  ]);
});

test('a Deferred of a second copy of the package is waited for, and named as that elsewhere', async () => {
  const seen = await runNodeJson(`
    import { createRequire } from 'node:module';
    import { Cooperator, Deferred } from 'cooperator';
    const { Deferred: Other } = createRequire(import.meta.url)('../node_modules/cooperator/dist/index.cjs');
    const seen = [Deferred === Other];
    const cooperator = new Cooperator();
    const fail = new Other();
    const wait = async (work) => { seen.push(await cooperator.coiterate(work).then(String, String)); };
    await wait(function* () { return yield Other.succeed(5); });
    await wait(function* () { setImmediate(() => fail.errback(new Error('of the other copy'))); yield fail; });
    seen.push(await Deferred.succeed(1).addCallback(() => Other.succeed(6)));
    seen.push(await Deferred.fromPromise(Other.succeed(7)));
    try { new Deferred().chainDeferred(new Other()); } catch ({ message }) { seen.push(message); }
    process.stdout.write(JSON.stringify(seen));
  `);
  expect(seen).toStrictEqual([
    false,
    '5',
    'Error: of the other copy',
    6,
    7,
    'chainDeferred: d must be a Deferred of this copy of the package, not of another: the program has loaded it twice ' +
      '(import and require, two versions, two bundles)',
  ]);
});

/** Source to put first: a Zone as that of zone.js, without its patches of the host's functions. */
const defineZone = `
  let current;
  class Zone {
    static get current() { return current; }
    constructor(name) { this.name = name; }
    run(f, self, args) {
      const outer = current;
      current = this;
      try { return Reflect.apply(f, self, args ?? []); } finally { current = outer; }
    }
  }
  Zone.root = current = new Zone('<root>');
  globalThis.Zone = Zone;
`;

for (const stores of ['no store', 'a store']) {
  test(`J11: the code of a task runs in the zone in which the task was made, with ${stores}`, async () => {
    const seen = await runNodeJson(`${defineZone}
      import { AsyncLocalStorage } from 'node:async_hooks';
      const { Cooperator, Deferred, cooperate } = await import('cooperator');
      const storage = new AsyncLocalStorage();
      const seen = {};
      const note = (what) => {
        (seen[what] ??= new Set()).add(Zone.current.name + (storage.getStore() === undefined ? '' : ' with a store'));
      };
      const requests = [];
      const scheduler = (slice) => { note('scheduler'); requests.push(slice); };
      const cooperator = new Cooperator({ scheduler, onError: () => note('onError') });
      const angular = new Zone('angular');
      const make = (where) => {
        const task = cooperator.cooperate(function* ({ progress }) {
          try { for (;;) { note(where + ' turn'); progress(1); yield; yield Deferred.succeed(1); } }
          finally { note(where + ' finally'); }
        }, { onProgress: () => note(where + ' progress') });
        task.whenDone().addErrback(() => note(where + ' errback'));
        return task;
      };
      const makeThere = () => angular.run(() => ${stores === 'a store' ? "storage.run({}, () => make('inside'))" : "make('inside')"});
      const tasks = [make('outside'), makeThere()];
      for (let slice = 0; slice < 5; slice++) {
        if (slice % 2 === 0) requests.shift()();
        else angular.run(() => requests.shift()());
      }
      tasks[1].stop();
      angular.run(() => tasks[0].stop());
      process.stdout.write(JSON.stringify(Object.fromEntries(
        Object.entries(seen).filter(([what]) => what !== 'scheduler').map(([what, zones]) => [what, [...zones].join()]))));
    `);
    const inside = stores === 'a store' ? 'angular with a store' : 'angular';
    const events = ['turn', 'progress', 'finally', 'errback'];
    expect(seen).toStrictEqual(
      Object.fromEntries([
        ...events.map((event) => [`outside ${event}`, '<root>']),
        ...events.map((event) => [`inside ${event}`, inside]),
      ]),
    );
  });
}

/** Runs a task that fails, and returns the stack of its error, and what else was printed. */
const stackOf = (options) =>
  runNodeJson(`
    import { Cooperator, Deferred } from 'cooperator';
    const cooperator = new Cooperator(${options});
    function* parse() { yield; throw new Error('line 3 is broken'); }
    const startImport = () => cooperator.cooperate(function* importFile() { yield* parse(); }).whenDone();
    const startOther = () => cooperator.coiterate(function* other() { yield startImport(); });
    const error = await startOther().then(undefined, (error) => error);
    const shared = new Error('thrown often');
    const throwShared = () => cooperator.coiterate(function* () { throw shared; }).then(undefined, () => {});
    const lengths = [];
    for (let n = 0; n < 5; n++) {
      await throwShared();
      lengths.push(shared.stack.length);
    }
    const odd = [Object.freeze(new Error('frozen')), null, { stack: 5 }, 'text',
      { get stack() { throw new Error('no stack'); } }];
    const seen = [];
    for (const thrown of odd) {
      seen.push(await cooperator.coiterate(function* () { throw thrown; }).then(undefined, (caught) => caught === thrown));
    }
    process.stdout.write(JSON.stringify({ stack: error.stack.split('\\n'), grown: lengths[4] - lengths[0], seen }));
  `);

test('with traceStarts, the stack of an error shows where its tasks were added', async () => {
  const { stack, grown, seen } = await stackOf('{ traceStarts: true }');
  const lines = stack.map((line) => /^ +at (?:async )?([\w.]+) /.exec(line)?.[1] ?? line);
  const first = lines.indexOf('The task importFile was added here:');
  const second = lines.indexOf('The task other was added here:');
  expect(lines[0]).toBe('Error: line 3 is broken');
  expect(lines).toContain('parse');
  expect(lines[first + 1]).toBe('startImport');
  expect(lines[second + 1]).toBe('startOther');
  expect(first).toBeLessThan(second);
  expect(grown).toBe(0);
  expect(seen).toStrictEqual([true, true, true, true, true]);
});

test('without traceStarts, stacks stay as they are', async () => {
  const { stack } = await stackOf('{}');
  expect(stack.join('\n')).not.toMatch(/was added here|startImport/);
});

test('a named cooperator leaves the measures of the program alone', async () => {
  const seen = await runNodeJson(`
    import { Cooperator } from 'cooperator';
    const own = ['slice', 'long turn', 'long turn: slow'];
    for (const name of own) performance.measure(name, { start: 0, end: 1 });
    const cooperator = new Cooperator({ name: 'mine' });
    await cooperator.cooperate(function* slow() {
      const end = performance.now() + 12;
      while (performance.now() < end) continue;
      yield;
    }).whenDone();
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.stdout.write(JSON.stringify(performance.getEntriesByType('measure').map(({ name }) => name)));
  `);
  expect(seen.sort()).toStrictEqual(['long turn', 'long turn: slow', 'slice']);
});
