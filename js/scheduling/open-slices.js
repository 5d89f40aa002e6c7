// Open slices: those in which a turn is suspended, so that its code goes on in microtasks (S12). The next macrotask ends
// such turns: when it runs, all microtasks have run, so what is still suspended waits for something else.

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

/** Ends the suspended turns of all open slices. To be called in a macrotask. */
export function endSuspendedTurns() {
  request?.cancel();
  request = undefined;
  const slices = [...openSlices];
  openSlices.clear();
  for (const slice of slices) slice.endSuspendedTurn();
}
