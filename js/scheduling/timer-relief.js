// Keeps timers from starving in hosts that are not known (S16). Some deliver a program's messages to itself before timers
// and input, so that slices that follow each other by messages would stop everything else.

import { clearTimeout, now, setTimeout } from '../util/platform.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/** A timer without delay that has not come after this time is starving. */
const OVERDUE_MS = 50;
/** The same for a clock that moves only with timers and input: slices without a movement. */
const OVERDUE_SLICES = 50;

/**
 * Wraps a scheduler. While slices are requested, a timer without delay runs beside them; if it is overdue, the next slice
 * is requested with a timer, which comes after all others that are due.
 * @param {Scheduler} scheduler
 * @returns {Scheduler}
 */
export function withTimerRelief(scheduler) {
  /** @type {any} */
  let probe;
  let probeStart = 0;
  let unmovedSlices = 0;

  const probeArrived = () => {
    probe = undefined;
  };
  const isOverdue = () => {
    const time = now();
    if (probe === undefined) {
      probe = setTimeout(probeArrived, 0);
      probe?.unref?.();
      probeStart = time;
      unmovedSlices = 0;
      return false;
    }
    if (time !== probeStart) return time - probeStart > OVERDUE_MS;
    return ++unmovedSlices > OVERDUE_SLICES;
  };

  return (slice) => {
    if (!isOverdue()) return scheduler(slice);
    const timer = setTimeout(slice, 0);
    return { cancel: () => clearTimeout(timer) };
  };
}
