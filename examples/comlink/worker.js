// Computes, and hears `pause`, `resume` and `stop` meanwhile; in one piece it would hear them when all is over.
import { expose } from 'comlink';
import { cooperate } from 'cooperator';
import { range, reduce } from 'cooperator/work';

const LIMIT = 2_000_000;

function longer(best, start) {
  let steps = 0;
  for (let n = start; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps > best.steps ? { start, steps } : best;
}

let task;

expose({
  /** @returns  the number below LIMIT that takes the most steps, with their number */
  search(onProgress) {
    task = cooperate(reduce(range(1, LIMIT), longer, { start: 1, steps: 0 }), { onProgress });
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
