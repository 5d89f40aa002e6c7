// Microseconds from one slice to the next, including a slice of one turn; beside the bare primitive of the host.
import { Cooperator, predicates, schedulers } from 'cooperator';
import { rotate } from './support/lists.js';
import { fastest } from './support/timing.js';

const MACROTASKS = 5000;
const TIMERS = 10;

/** Runs `count` macrotasks, one after another. @param {(callback: () => void) => void} schedule */
const chain = (count, schedule) =>
  new Promise((resolve) => {
    let left = count;
    const next = () => {
      if (left-- > 0) schedule(next);
      else resolve();
    };
    next();
  });

const primitives = {
  MessageChannel: {
    exists: () => typeof MessageChannel === 'function',
    async run(count) {
      const { port1, port2 } = new MessageChannel();
      await chain(count, (callback) => {
        port1.onmessage = callback;
        port2.postMessage(undefined);
      });
      port1.close();
    },
  },
  setImmediate: {
    exists: () => typeof setImmediate === 'function',
    run: (count) => chain(count, setImmediate),
  },
  'scheduler.postTask': {
    exists: () => typeof globalThis.scheduler?.postTask === 'function',
    run: (count) => chain(count, (callback) => void globalThis.scheduler.postTask(callback)),
  },
  setTimeout: {
    exists: () => true,
    run: (count) => chain(count, (callback) => void setTimeout(callback, 0)),
  },
};

/** Schedulers, each with the primitives it is compared with: the first that the host has. */
const comparisons = [
  { name: 'auto()', make: schedulers.auto, bare: ['setImmediate', 'MessageChannel'] },
  { name: 'message()', make: schedulers.message, bare: ['MessageChannel'] },
  { name: 'immediate()', make: schedulers.immediate, bare: ['setImmediate'] },
  { name: 'postTask()', make: schedulers.postTask, bare: ['scheduler.postTask'] },
  { name: 'timeout()', make: schedulers.timeout, bare: ['setTimeout'], count: TIMERS },
];

async function runSlices(scheduler, count) {
  const cooperator = new Cooperator({ scheduler, terminationPredicateFactory: predicates.turns(1) });
  await cooperator
    .cooperate(function* () {
      for (let left = count; left > 0; left--) yield;
    })
    .whenDone();
  cooperator.dispose();
}

/** By scheduler: microseconds per macrotask, `<name>` and `<name> bare`, and the `<name> primitive` that was used. */
export async function measure(part, { round, quick }) {
  const figures = {};
  for (const { name, make, bare, count = MACROTASKS } of comparisons) {
    const primitive = bare.find((other) => primitives[other].exists());
    if (primitive === undefined) continue;
    const scheduler = make();
    const variants = [
      [name, () => runSlices(scheduler, count)],
      [`${name} bare`, () => primitives[primitive].run(count)],
    ];
    for (const [, warmUp] of variants) await warmUp();
    for (const [key, run] of rotate(variants, round)) {
      figures[key] = await fastest(quick, async () => {
        const begin = performance.now();
        await run();
        return ((performance.now() - begin) / count) * 1000;
      });
    }
    figures[`${name} primitive`] = primitive;
  }
  return figures;
}
