// Slices for hosts without frames (S17). A server's requests go through the event loop many times, and each time they
// wait for the slice that is running. So slices are short while the event loop has other work, and long while it has
// none.

import { now } from '../util/platform.js';
import { DEFAULT_SLICE_MS } from './predicates.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

const SHORTEST_MS = 1;
const LONGEST_MS = DEFAULT_SLICE_MS;
/**
 * A macrotask that arrives later than this after its request has waited for other work. Without other work,
 * setImmediate takes about 1 us in Node, and a message up to 0.05 ms in the workers of browsers.
 */
const BUSY_MS = 0.08;
/** Each slice without other work is longer than the one before by this factor. */
const GROWTH = 1.5;

/**
 * Measures how long each macrotask takes to arrive, and derives the length of the slice from that.
 * @param {Scheduler} macrotask
 * @returns {{ schedule: Scheduler, sliceMs: () => number }}
 */
export function adaptiveSlice(macrotask) {
  let ms = SHORTEST_MS;
  return {
    schedule(slice) {
      const requested = now();
      return macrotask(() => {
        ms = now() - requested > BUSY_MS ? SHORTEST_MS : Math.min(LONGEST_MS, ms * GROWTH);
        slice();
      });
    },
    sliceMs: () => ms,
  };
}
