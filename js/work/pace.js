// How many items a turn takes.

import { now } from '../host.js';

/** What a turn should last: long beside its own cost, some tenths of a microsecond, and short beside any slice. */
const TURN_MS = 0.05;
/** However quick the items were, the next may not be. */
const MOST = 4096;

/** Finds out how many items make a turn of the right length, turn by turn. */
class Adaptive {
  items = 1;
  #began = 0;

  begin() {
    this.#began = now();
  }

  /** @param {number} done  how many items the turn took */
  end(done) {
    const ms = now() - this.#began;
    // A coarse clock says 0 or too much of a single turn, and the truth on average.
    if (ms > 2 * TURN_MS) this.items = Math.max(1, Math.floor(done * TURN_MS / ms));
    else if (ms < TURN_MS / 2 && done >= this.items) this.items = Math.min(2 * this.items, MOST);
  }
}

/** @typedef {{ readonly items: number, begin(): void, end(done: number): void }} Pace */

/** @param {import('./ready.js').ChunkOptions} [options] @returns {Pace} */
export function paceOf({ chunk } = {}) {
  return chunk === undefined ? new Adaptive() : { items: chunk, begin() {}, end() {} };
}
