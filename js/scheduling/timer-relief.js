// Keeps timers from starving in hosts that are not known (S16). Some deliver a program's messages to itself before timers
// and input, so that slices that follow each other by messages would stop everything else.

import { clearTimeout, now, setTimeout } from '../util/platform.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/** The delay of the timer that runs beside the slices: long enough to cost nothing. */
const PROBE_MS = 10;
/** A timer that is later than this is starving. */
const OVERDUE_MS = 50;
/** As OVERDUE_MS, for a clock that moves only with timers and input: slices without a movement. */
const OVERDUE_SLICES = 50;

/**
 * Wraps a scheduler. While slices are requested, a timer runs beside them. If it is overdue, the next slice is requested
 * with a timer, which comes after all others that are due.
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
      probe = setTimeout(probeArrived, PROBE_MS);
      probe?.unref?.();
      probeStart = time;
      unmovedSlices = 0;
      return false;
    }
    if (time !== probeStart) return time - probeStart > PROBE_MS + OVERDUE_MS;
    return ++unmovedSlices > OVERDUE_SLICES;
  };

  return (slice) => {
    if (!isOverdue()) return scheduler(slice);
    const timer = setTimeout(slice, 0);
    return { cancel: () => clearTimeout(timer) };
  };
}
