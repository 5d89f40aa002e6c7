// Slices for hosts without frames (S17). A server's requests go through the event loop many times, and each time they
// wait for the slice that is running. So slices are short while the event loop has other work, and long while it has
// none.

import { now } from '../util/platform.js';
import { DEFAULT_SLICE_MS } from './predicates.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

const SHORTEST_MS = 1;
const LONGEST_MS = DEFAULT_SLICE_MS;
/**
 * A macrotask that arrives later than this after its request has waited for other work. Without other work, a message
 * takes up to 0.05 ms in the workers of browsers.
 */
const BUSY_MS = 0.08;
/** The same for setImmediate, which takes 1 or 2 us without other work. Reading from a socket takes 0.02 ms or more. */
export const BUSY_IMMEDIATE_MS = 0.02;
/** Each slice without other work is longer than the one before by this factor. */
const GROWTH = 1.5;

/**
 * Measures how long each macrotask takes to arrive, and derives the length of the slice from that.
 * @param {Scheduler} macrotask
 * @param {number} [busyMs]  how long a macrotask takes at most to arrive while the event loop has no other work
 * @returns {{ schedule: Scheduler, sliceMs: () => number }}
 */
export function adaptiveSlice(macrotask, busyMs = BUSY_MS) {
  let ms = SHORTEST_MS;
  return {
    schedule(slice) {
      const requested = now();
      return macrotask(() => {
        ms = now() - requested > busyMs ? SHORTEST_MS : Math.min(LONGEST_MS, ms * GROWTH);
        slice();
      });
    },
    sliceMs: () => ms,
  };
}
