// The hop from one slice to the next, beside the bare primitive.
import { Cooperator, predicates, schedulers } from 'cooperator';

const BATCHES = 7;
const HOPS = 2000;
const SLOW_HOPS = 50;

function repeat(hops, ask) {
  return new Promise((resolve) => {
    let left = hops;
    const hop = () => {
      if (left-- > 0) ask(hop);
      else resolve();
    };
    hop();
  });
}

const bare = {
  MessageChannel: {
    exists: () => typeof MessageChannel === 'function',
    async run(hops) {
      const { port1, port2 } = new MessageChannel();
      await repeat(hops, (hop) => {
        port1.onmessage = hop;
        port2.postMessage(undefined);
      });
      port1.close();
    },
  },
  setImmediate: {
    exists: () => typeof setImmediate === 'function',
    run: (hops) => repeat(hops, setImmediate),
  },
  'scheduler.postTask': {
    exists: () => typeof globalThis.scheduler?.postTask === 'function',
    run: (hops) => repeat(hops, (hop) => { globalThis.scheduler.postTask(hop); }),
  },
  setTimeout: {
    exists: () => true,
    run: (hops) => repeat(hops, (hop) => { setTimeout(hop, 0); }),
  },
};

async function slices(scheduler, hops) {
  const cooperator = new Cooperator({ scheduler, terminationPredicateFactory: predicates.turns(1) });
  await cooperator.cooperate(function* () {
    for (let left = hops; left > 0; left--) yield;
  }).whenDone();
  cooperator.dispose();
}

const pairs = [
  { title: 'auto()', make: schedulers.auto, primitives: ['setImmediate', 'MessageChannel'] },
  { title: 'message()', make: schedulers.message, primitives: ['MessageChannel'] },
  { title: 'immediate()', make: schedulers.immediate, primitives: ['setImmediate'] },
  { title: 'postTask()', make: schedulers.postTask, primitives: ['scheduler.postTask'] },
  { title: 'timeout()', make: schedulers.timeout, primitives: ['setTimeout'], hops: SLOW_HOPS },
];

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function microseconds(run, hops) {
  const begin = performance.now();
  await run(hops);
  return (performance.now() - begin) / hops * 1000;
}

/** Microseconds a hop for each scheduler that the host has, as the median of batches taken in turn. */
export async function measureHops() {
  const results = [];
  for (const { title, make, primitives, hops = HOPS } of pairs) {
    const primitive = primitives.find((name) => bare[name].exists());
    if (primitive === undefined) continue;
    const scheduler = make();
    const ours = [];
    const floor = [];
    await slices(scheduler, hops); // for the compiler
    for (let batch = 0; batch < BATCHES; batch++) {
      floor.push(await microseconds(bare[primitive].run, hops));
      ours.push(await microseconds((count) => slices(scheduler, count), hops));
    }
    results.push({
      scheduler: title, primitive, hopUs: middle(ours), primitiveUs: middle(floor),
      ratio: middle(ours.map((us, batch) => us / floor[batch])),
    });
  }
  return results;
}
