// One driver for all cooperators that share a scheduler (S14): their slices run one per macrotask, in the order of the
// requests. So a hundred cooperators leave the host as much time as one.

import { endSuspendedTurns, isAnySliceOpen } from './open-slices.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/**
 * Wraps a scheduler so that it never has more than one request at a time.
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
    try {
      outstanding = scheduler(run);
    } catch (error) {
      isRequested = false; // so that the next request tries again
      throw error;
    }
  };
  const run = () => {
    isRequested = false;
    outstanding = undefined;
    try {
      // An open slice counts: this macrotask ends its suspended turn, and runs no other slice.
      if (isAnySliceOpen()) endSuspendedTurns();
      else requests.shift()?.slice();
    } finally {
      requestNext();
    }
  };

  return (slice) => {
    const request = { slice };
    /** Returns false if it has run or was removed. */
    const remove = () => {
      const index = requests.indexOf(request);
      if (index !== -1) requests.splice(index, 1);
      return index !== -1;
    };
    requests.push(request);
    try {
      requestNext();
    } catch (error) {
      remove();
      throw error;
    }
    return {
      cancel() {
        if (!remove() || requests.length !== 0 || !isRequested) return;
        isRequested = false;
        outstanding?.cancel();
        outstanding = undefined;
      },
    };
  };
}
