// Computes as a task, so that `pause`, `resume` and `stop` arrive between slices and not only at the end.
import { expose } from 'comlink';
import { cooperate } from 'cooperator';
import { range, reduce } from 'cooperator/work';

const LIMIT = 2_000_000;

/** Keeps the start of the longest Collatz sequence. */
function longest(best, start) {
  let steps = 0;
  for (let n = start; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps > best.steps ? { start, steps } : best;
}

let task;

expose({
  /** Returns the number below LIMIT with the most Collatz steps, and how many it takes. */
  search(onProgress) {
    task = cooperate(reduce(range(1, LIMIT), longest, { start: 1, steps: 0 }), { onProgress });
    return task.whenDone();
  },
  pause() {
    task.pause();
  },
  resume() {
    task.resume();
  },
  stop() {
    task.stop();
  },
});
