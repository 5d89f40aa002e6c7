// The hop from one slice to the next, a slice of one turn included, beside the bare primitive.
import { Cooperator, predicates, schedulers } from 'cooperator';
import { least, rotated } from './shared.js';

export const title = 'Hops';
export const parts = (host) => (host === 'node' ? ['node'] : ['page', 'worker']);
export const inWorker = (part) => part === 'worker';

const HOPS = 5000;
const SLOW_HOPS = 10;

const again = (hops, ask) =>
  new Promise((resolve) => {
    let left = hops;
    const hop = () => {
      if (left-- > 0) ask(hop);
      else resolve();
    };
    hop();
  });

const primitives = {
  MessageChannel: {
    exists: () => typeof MessageChannel === 'function',
    async go(hops) {
      const { port1, port2 } = new MessageChannel();
      await again(hops, (hop) => {
        port1.onmessage = hop;
        port2.postMessage(undefined);
      });
      port1.close();
    },
  },
  setImmediate: {
    exists: () => typeof setImmediate === 'function',
    go: (hops) => again(hops, setImmediate),
  },
  'scheduler.postTask': {
    exists: () => typeof globalThis.scheduler?.postTask === 'function',
    go: (hops) =>
      again(hops, (hop) => {
        globalThis.scheduler.postTask(hop);
      }),
  },
  setTimeout: {
    exists: () => true,
    go: (hops) =>
      again(hops, (hop) => {
        setTimeout(hop, 0);
      }),
  },
};

export const pairs = [
  { name: 'auto()', make: schedulers.auto, beside: ['setImmediate', 'MessageChannel'] },
  { name: 'message()', make: schedulers.message, beside: ['MessageChannel'] },
  { name: 'immediate()', make: schedulers.immediate, beside: ['setImmediate'] },
  { name: 'postTask()', make: schedulers.postTask, beside: ['scheduler.postTask'] },
  { name: 'timeout()', make: schedulers.timeout, beside: ['setTimeout'], hops: SLOW_HOPS },
];

async function slices(scheduler, hops) {
  const cooperator = new Cooperator({ scheduler, terminationPredicateFactory: predicates.turns(1) });
  await cooperator
    .cooperate(function* () {
      for (let left = hops; left > 0; left--) yield;
    })
    .whenDone();
  cooperator.dispose();
}

async function microseconds(go, hops) {
  const begin = performance.now();
  await go(hops);
  return ((performance.now() - begin) / hops) * 1000;
}

/** Microseconds a hop, of each scheduler that the host has and of its primitive; the one first, then the other. */
export async function measure(part, { round, quick }) {
  const figures = {};
  for (const { name, make, beside, hops = HOPS } of pairs) {
    const primitive = beside.find((other) => primitives[other].exists());
    if (primitive === undefined) continue;
    const scheduler = make();
    const { go } = primitives[primitive];
    const ours = (hops) => slices(scheduler, hops);
    const bare = `${name} bare`;
    const contenders = [
      [name, ours],
      [bare, go],
    ];
    for (const [, warmUp] of contenders) await warmUp(hops);
    for (const [key, contender] of rotated(contenders, round)) {
      figures[key] = await least(quick, () => microseconds(contender, hops));
    }
    figures[`${name} beside`] = primitive;
  }
  return figures;
}
