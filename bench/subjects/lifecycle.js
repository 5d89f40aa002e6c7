// A task's whole life, from `cooperate` to its end in its first turn, beside a Promise that is resolved and awaited.
import { byHand, costMs, repeat, rotated } from './shared.js';

export const title = 'Adding and finishing';
export const onlyInNode = true;
export const parts = () => ['generator'];

const BATCH = 1000;
/** The processor's time contains that of the threads that compile, which is over by then. */
const WARM_UP_MS = 600;

function* empty() {}

function batches() {
  const { cooperator, slice, turns } = byHand([]);
  const add = () => repeat(BATCH, () => cooperator.cooperate(empty()));
  const finish = () => {
    for (const last = turns() + BATCH; turns() < last;) slice();
  };
  let told = 0;
  const tell = () => {
    told++;
  };
  return {
    promise: async () => {
      for (let left = BATCH; left > 0; left--)
        await new Promise((resolve) => {
          resolve(left);
        });
    },
    plain: () => {
      add();
      finish();
    },
    whenDone: () => {
      for (const task of add()) task.whenDone().addCallback(tell);
      finish();
      if (told % BATCH !== 0) throw new Error('not all were told');
    },
    awaited: async () => {
      const done = add().map((task) => task.whenDone());
      finish();
      for (const deferred of done) await deferred;
    },
  };
}

/** Nanoseconds a task. */
export async function measure(part, { round, quick }) {
  const figures = {};
  for (const [name, batch] of rotated(Object.entries(batches()), round)) {
    await during(WARM_UP_MS, batch);
    // Not the least of several pieces: to clear away what lived is a part of it.
    figures[name] = await during(quick ? 60 : 240, batch);
    globalThis.gc?.();
  }
  return figures;
}

async function during(ms, batch) {
  const begin = costMs();
  let elapsed;
  let count = 0;
  do {
    await batch();
    count += BATCH;
    elapsed = costMs() - begin;
  } while (elapsed < ms);
  return (elapsed * 1e6) / count;
}
