// Timers of any length. Hosts count the milliseconds of a timer in 31 bits, and a longer one fires at once.

import { clearTimeout, setTimeout } from './platform.js';

const LONGEST_MS = 2 ** 31 - 1;

/**
 * Calls `f` once, in `ms` milliseconds.
 * @param {number} ms  0 or more, finite
 * @param {() => void} f
 * @returns {{ cancel(): void }}
 */
export function callLater(ms, f) {
  /** @type {any} */
  let timer;
  const arm = (/** @type {number} */ left) => {
    timer = left > LONGEST_MS ? setTimeout(arm, LONGEST_MS, left - LONGEST_MS) : setTimeout(f, left);
  };
  arm(ms);
  return { cancel: () => clearTimeout(timer) };
}
