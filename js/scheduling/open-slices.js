// Open slices: slices in which a turn is suspended, because its code continues in microtasks (S12). The next macrotask
// ends such turns. When it runs, no microtasks are left, so the code of a turn that is still suspended waits for
// something else.

import { reportUnhandled } from '../util/report-unhandled.js';

/** @typedef {{ endSuspendedTurn: () => void }} OpenSlice */

/** @type {Set<OpenSlice>} */
const openSlices = new Set();
/**
 * The request for the macrotask. `isMessage`: it is a message, which arrives even if the request is cancelled.
 * @type {{ cancel(): void, isMessage?: boolean } | void}
 */
let request;

/**
 * Withdraws the request, unless it is a message. A message that was posted when the slice began would then serve the
 * next slice: WebKit delivers it before a frame that became due during this slice.
 */
const withdrawRequest = () => {
  if (request?.isMessage) return;
  request?.cancel();
  request = undefined;
};

/**
 * Adds a slice, until `closeSlice` or the next macrotask.
 * @param {OpenSlice} slice
 * @param {import('./types.js').Scheduler} macrotask  the fastest one, not the cooperator's own scheduler
 */
export function openSlice(slice, macrotask) {
  openSlices.add(slice);
  request ??= macrotask(() => {
    request = undefined;
    endSuspendedTurns();
  });
}

/** @param {OpenSlice} slice */
export function closeSlice(slice) {
  openSlices.delete(slice);
  if (openSlices.size === 0) withdrawRequest();
}

export function isAnySliceOpen() {
  return openSlices.size !== 0;
}

/** Ends the suspended turns of all open slices. Call it in a macrotask. */
export function endSuspendedTurns() {
  withdrawRequest();
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
