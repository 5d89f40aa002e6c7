// Keeps timers from starving in unknown hosts (S16). Some hosts deliver the messages that a program sends to itself
// before timers and input, so slices that follow one another by messages would stop everything else.

import { clearTimeout, now, setTimeout } from '../util/platform.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/** The delay of the timer that runs beside the slices: so long that the timer costs almost nothing. */
const PROBE_MS = 10;
/** A timer that is late by more than this is starving. */
const OVERDUE_MS = 50;
/** For clocks that move only with timers and input: a timer is starving after this many slices at the same time. */
const OVERDUE_SLICES = 50;

/**
 * Wraps a scheduler. While slices are requested, a timer runs beside them. If it is overdue, the next slice is
 * requested with a timer, which fires after all others that are due.
 * @param {Scheduler} scheduler
 * @returns {Scheduler}
 */
export function withTimerRelief(scheduler) {
  /** @type {any} */
  let probe;
  let probeStart = 0;
  let lastTime = 0;
  let unmovedSlices = 0;

  const probeArrived = () => {
    probe = undefined;
  };
  const isOverdue = () => {
    const time = now();
    unmovedSlices = time === lastTime ? unmovedSlices + 1 : 0;
    lastTime = time;
    if (probe === undefined) {
      probe = setTimeout(probeArrived, PROBE_MS);
      probe?.unref?.();
      probeStart = time;
      unmovedSlices = 0;
      return false;
    }
    return time - probeStart > PROBE_MS + OVERDUE_MS || unmovedSlices > OVERDUE_SLICES;
  };

  return (slice) => {
    if (!isOverdue()) return scheduler(slice);
    const timer = setTimeout(slice, 0);
    return { cancel: () => clearTimeout(timer) };
  };
}
