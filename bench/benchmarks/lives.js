// Nanoseconds per life: many tasks of eight turns that are added, finish and are awaited; beside as many async functions
// that await in each turn.
import { cooperate } from 'cooperator';
import { TURNS_OF_SHORT_LIFE } from './index.mjs';
import { repeat, rotate } from './support/lists.js';
import { costMs } from './support/timing.js';

const LIVES = 100_000;
/** Processor time includes the compiler's threads, which have finished after so many. */
const WARM_UP_LIVES = 400_000;

function* life() {
  for (let left = TURNS_OF_SHORT_LIFE; left > 0; left--) yield;
}

async function asyncLife() {
  for (let left = TURNS_OF_SHORT_LIFE; left > 0; left--) await undefined;
}

async function awaitEach(thenables) {
  for (const thenable of thenables) await thenable;
}

const ways = {
  async: (count) => awaitEach(repeat(count, asyncLife)),
  whenDone: (count) => awaitEach(repeat(count, () => cooperate(life()).whenDone())),
  task: (count) => awaitEach(repeat(count, () => cooperate(life()))),
};

export async function measure(part, { round, quick }) {
  const count = quick ? LIVES / 10 : LIVES;
  const figures = {};
  for (const [key, run] of rotate(Object.entries(ways), round)) {
    for (let left = WARM_UP_LIVES; left > 0; left -= count) await run(count);
    globalThis.gc?.();
    const begin = costMs();
    await run(count);
    figures[key] = ((costMs() - begin) * 1e6) / count;
  }
  return figures;
}
