// Open slices: slices in which a turn is suspended, because its code continues in microtasks (S12). The next macrotask
// ends such turns. When it runs, no microtasks are left, so the code of a turn that is still suspended waits for
// something else.

import { reportUnhandled } from '../util/report-unhandled.js';

/** @typedef {{ endSuspendedTurn: () => void }} OpenSlice */

/** @type {Set<OpenSlice>} */
const openSlices = new Set();
/** The request for the macrotask. @type {{ cancel(): void } | void} */
let request;

/**
 * Adds a slice, until `closeSlice` or the next macrotask.
 * @param {OpenSlice} slice
 * @param {import('./types.js').Scheduler} macrotask  the fastest one, not the cooperator's own scheduler
 */
export function openSlice(slice, macrotask) {
  openSlices.add(slice);
  request ??= macrotask(endSuspendedTurns);
}

/** @param {OpenSlice} slice */
export function closeSlice(slice) {
  openSlices.delete(slice);
  if (openSlices.size !== 0) return;
  request?.cancel();
  request = undefined;
}

export function isAnySliceOpen() {
  return openSlices.size !== 0;
}

/** Ends the suspended turns of all open slices. Call it in a macrotask. */
export function endSuspendedTurns() {
  request?.cancel();
  request = undefined;
  const slices = [...openSlices];
  openSlices.clear();
  for (const slice of slices) {
    try {
      slice.endSuspendedTurn();
    } catch (error) {
      reportUnhandled(error); // The other slices must not stay open.
    }
  }
}
