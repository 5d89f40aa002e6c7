// cooperator/work in processes of its own: the length of turns by a simulated clock, unhandled errors, and require.
import { listenForUnhandled, runNodeJson } from './support/run-node.js';

/** Source to put first: a clock of `tickMs` that only `spend` advances; `turnsOf` returns the length of each turn. */
const simulateClock = (tickMs) => `
  let time = 0;
  const spend = (ms) => { time += ms; };
  performance.now = () => (${tickMs} === 0 ? time : Math.floor(time / ${tickMs}) * ${tickMs});
  const work = await import('cooperator/work');
  const turnsOf = (generator) => {
    const lengths = [];
    for (let done = false; !done;) {
      const begin = time;
      done = generator.next().done;
      lengths.push(time - begin);
    }
    return lengths;
  };
  const print = (value) => process.stdout.write(JSON.stringify(value));
`;

for (const tickMs of [0, 0.1, 1]) {
  for (const itemMs of [0.00001, 0.0005, 0.004, 0.03, 2]) {
    test(`items of ${itemMs} ms make turns of a suitable length, with a clock of ${tickMs} ms`, async () => {
      const { longest, turns, items } = await runNodeJson(`${simulateClock(tickMs)}
        const items = Math.min(1_000_000, Math.round(500 / ${itemMs}));
        const lengths = turnsOf(work.forEach({ * [Symbol.iterator]() {
          for (let index = 0; index < items; index++) yield index;
        } }, () => spend(${itemMs}))());
        print({ longest: Math.max(...lengths), turns: lengths.length, items });
      `);
      // A coarse clock cannot measure less than its tick.
      expect(longest).toBeLessThanOrEqual(Math.max(itemMs, 0.1, 2 * tickMs) * 1.01);
      const enough = Math.max(1, Math.min(4096, 0.05 / itemMs));
      expect(items / turns).toBeGreaterThan(enough / (tickMs === 0 ? 4 : 40));
    });
  }
}

test('when items become slow, turns become shorter', async () => {
  const lengths = await runNodeJson(`${simulateClock(0)}
    print(turnsOf(work.forEach(work.range(10_200), (x) => spend(x < 10_000 ? 0.001 : 1))()).slice(-100));
  `);
  expect(lengths.every((ms) => ms <= 1)).toBe(true);
});

const manyItems = { 'an array': '[...work.range(100_000)]', 'a range': 'work.range(100_000)' };
for (const [kind, items] of Object.entries(manyItems)) {
  for (const tickMs of [0, 1]) {
    test(`when items of ${kind} become slow in a turn, it ends soon, with a clock of ${tickMs} ms`, async () => {
      const longest = await runNodeJson(`${simulateClock(tickMs)}
        print(Math.max(...turnsOf(work.forEach(${items}, (x) => spend(x >= 92_000 && x < 94_000 ? 0.5 : 0))())));
      `);
      expect(longest).toBeLessThanOrEqual(64 * 0.5);
    });
  }
}

test('when comparisons become slow within a merge, the turn ends soon', async () => {
  const longest = await runNodeJson(`${simulateClock(0)}
    const items = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_011);
    let calls = 0;
    const compare = (a, b) => { calls++; spend(calls > 150_000 && calls < 151_000 ? 0.5 : 0); return a - b; };
    print([Math.max(...turnsOf(work.sort(items, compare)())), calls]);
  `);
  expect(longest[0]).toBeLessThanOrEqual(65 * 0.5); // A merge begins with one more comparison.
  expect(longest[1]).toBeGreaterThan(151_000);
});

test('a slow compare does not make long turns', async () => {
  const longest = await runNodeJson(`${simulateClock(0)}
    const items = Array.from({ length: 400 }, (_, index) => (index * 7919) % 401);
    print(Math.max(...turnsOf(work.sort(items, (a, b) => { spend(0.1); return a - b; })())));
  `);
  expect(longest).toBeLessThan(32 * 6 * 0.1); // A run of 32 items is sorted in one turn.
});

test('the error of a canceller is reported, and the other jobs are stopped', async () => {
  expect(
    await runNodeJson(`${listenForUnhandled}
    import { cooperate } from 'cooperator';
    import { parallel } from 'cooperator/work';
    const log = [];
    const task = cooperate(parallel([0, 1], 2, (index) => Object.assign(new Promise(() => {}), {
      cancel() { log.push(index); if (index === 0) throw new Error('in the canceller'); },
    })));
    task.whenDone().addErrback(() => {});
    await flushEventLoop();
    task.stop();
    await flushEventLoop();
    print([log, unhandled.map(({ message }) => message)]);
  `),
  ).toStrictEqual([[0, 1], ['in the canceller']]);
});

test('the rejections of stopped jobs are not reported', async () => {
  expect(
    await runNodeJson(`${listenForUnhandled}
    import { cooperate } from 'cooperator';
    import { parallel } from 'cooperator/work';
    let message;
    try {
      await cooperate(parallel([0, 1, 2], 3, (index, _, { signal }) => new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (index === 1) setImmediate(reject, new Error('first'));
      }))).whenDone();
    } catch (error) {
      message = error.message;
    }
    await flushEventLoop();
    print([message, unhandled.length]);
  `),
  ).toStrictEqual(['first', 0]);
});

test('the error of closing an async iterable after stop is reported once', async () => {
  expect(
    await runNodeJson(`${listenForUnhandled}
    import { cooperate } from 'cooperator';
    import { forEach } from 'cooperator/work';
    const items = {
      [Symbol.asyncIterator]() { return this; },
      next: () => new Promise(() => {}),
      return: () => Promise.reject(new Error('not closed')),
    };
    const task = cooperate(forEach(items, () => {}));
    task.whenDone().addErrback(() => {});
    await flushEventLoop();
    task.stop();
    await flushEventLoop();
    print(unhandled.map(({ message }) => message));
  `),
  ).toStrictEqual(['not closed']);
});

test('a stream that a stopped task does not read at that moment is closed before its end, and its error is reported', async () => {
  expect(
    await runNodeJson(`${listenForUnhandled}
    import { Readable } from 'node:stream';
    import { Cooperator } from 'cooperator';
    import { find, forEach, parallel } from 'cooperator/work';
    const never = () => new Promise(() => {});
    const uses = {
      unstarted: (stream) => stream,
      callback: (stream) => forEach(stream, never),
      limit: (stream) => parallel(stream, 1, never),
      reading: (stream) => forEach(stream, () => {}),
    };
    const errors = {
      none: {},
      destroying: { destroy: (error, callback) => setTimeout(callback, 5, new Error('destroying')) },
      before: {},
      silent: { emitClose: false },
    };
    const seen = {};
    for (const [use, work] of Object.entries(uses)) {
      for (const [kind, options] of Object.entries(errors)) {
        const log = (seen[use + ' ' + kind] = []);
        const cooperator = new Cooperator({ onError: ({ message }) => log.push(message) });
        const chunks = ['chunk'];
        const stream = new Readable({
          objectMode: true,
          read() { if (chunks.length !== 0) this.push(chunks.pop()); },
          ...options,
        });
        stream.on('close', () => log.push('closed'));
        const task = cooperator.cooperate(work(stream));
        if (use !== 'unstarted') await new Promise((resolve) => setTimeout(resolve, 10));
        if (kind === 'before') stream.destroy(new Error('before'));
        task.stop();
        await task.whenDone().then(undefined, () => log.sort().push('end'));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    print([seen, unhandled.length]);
  `),
  ).toStrictEqual([
    Object.fromEntries(
      ['unstarted', 'callback', 'limit', 'reading'].flatMap((use) => [
        [`${use} none`, ['closed', 'end']],
        [`${use} destroying`, ['closed', 'destroying', 'end']],
        [`${use} before`, ['before', 'closed', 'end']],
        [`${use} silent`, ['end']],
      ]),
    ),
    0,
  ]);
});

test('the required cooperator/work accepts tasks of the imported package', async () => {
  expect(
    await runNodeJson(
      `
    const { parallel, map, range } = require('cooperator/work');
    import('cooperator').then(async ({ cooperate }) => {
      const task = cooperate(parallel([1, 2], 1, (x) => cooperate(map(range(x), (y) => y))));
      process.stdout.write(JSON.stringify(await task.whenDone()));
    });
  `,
      { type: 'commonjs' },
    ),
  ).toStrictEqual([[0], [0, 1]]);
});
