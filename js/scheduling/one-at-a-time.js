// One driver for all cooperators that share a scheduler (S14): their slices run one per macrotask, in the order of the
// requests. So a hundred cooperators leave the host as much time as one.

import { endSuspendedTurns, isAnySliceOpen } from './open-slices.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/**
 * Wraps a scheduler so that at most one request is outstanding at it.
 * @param {Scheduler} scheduler
 * @returns {Scheduler}
 */
export function oneAtATime(scheduler) {
  /** @type {{ slice: () => void }[]} */
  const requests = [];
  let isRequested = false;
  /** @type {{ cancel(): void } | void} */
  let outstanding;

  const requestNext = () => {
    if (isRequested || requests.length === 0) return;
    isRequested = true;
    outstanding = scheduler(run);
  };
  const run = () => {
    isRequested = false;
    outstanding = undefined;
    try {
      // An open slice counts: this macrotask is the one that ends its suspended turn, and serves nobody else.
      if (isAnySliceOpen()) endSuspendedTurns();
      else requests.shift()?.slice();
    } finally {
      requestNext();
    }
  };

  return (slice) => {
    const request = { slice };
    requests.push(request);
    requestNext();
    return {
      cancel() {
        const index = requests.indexOf(request);
        if (index === -1) return;
        requests.splice(index, 1);
        if (requests.length !== 0 || !isRequested) return;
        isRequested = false;
        outstanding?.cancel();
        outstanding = undefined;
      },
    };
  };
}
