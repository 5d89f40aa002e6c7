// Nanoseconds to add a task and run it to its end, in its first turn; beside a Promise that is resolved and awaited.
import { repeat, rotate } from './support/lists.js';
import { manualCooperator } from './support/manual-cooperator.js';
import { costMs } from './support/timing.js';

const BATCH = 1000;
/** Processor time includes the compiler's threads, which have finished after this time. */
const WARM_UP_MS = 600;

function* empty() {}

/** By key: a function that runs one batch. */
function batches() {
  const { cooperator, runTurns } = manualCooperator([]);
  const add = () => repeat(BATCH, () => cooperator.cooperate(empty()));
  let calls = 0;
  const callback = () => {
    calls++;
  };
  return {
    async promise() {
      for (let left = BATCH; left > 0; left--) {
        await new Promise((resolve) => {
          resolve(left);
        });
      }
    },
    plain() {
      add();
      runTurns(BATCH);
    },
    whenDone() {
      for (const task of add()) task.whenDone().addCallback(callback);
      runTurns(BATCH);
      if (calls % BATCH !== 0) throw new Error('not every callback was called');
    },
    async awaited() {
      const done = add().map((task) => task.whenDone());
      runTurns(BATCH);
      for (const deferred of done) await deferred;
    },
  };
}

export async function measure(part, { round, quick }) {
  const figures = {};
  for (const [key, runBatch] of rotate(Object.entries(batches()), round)) {
    await nsPerTask(WARM_UP_MS, runBatch);
    // One long sample, not the fastest of several: collecting the garbage is part of the cost.
    figures[key] = await nsPerTask(quick ? 60 : 240, runBatch);
    globalThis.gc?.();
  }
  return figures;
}

async function nsPerTask(ms, runBatch) {
  const begin = costMs();
  let elapsed;
  let count = 0;
  do {
    await runBatch();
    count += BATCH;
    elapsed = costMs() - begin;
  } while (elapsed < ms);
  return (elapsed * 1e6) / count;
}
