// How many items a turn takes.

import { now } from '../util/platform.js';

/** What a turn should last: long beside its own cost, some tenths of a microsecond, and short beside any slice. */
const TURN_MS = 0.05;
/** By a clock that stands still, any number would be quick enough. */
const MOST = 4096;
/**
 * However quick the items were, the next may not be: a turn looks at the clock after this part of its items, and after
 * so many at most. Looking takes as long as some twenty of the quickest.
 */
const STRIDE_PART = 1 / 16;
const MOST_STRIDE = 64;

/** Finds out how many items make a turn of the right length, turn by turn. */
class Adaptive {
  #items = 1;
  #stride = 1;
  #began = 0;

  begin() {
    this.#began = now();
    this.#stride = Math.min(Math.ceil(this.#items * STRIDE_PART), MOST_STRIDE);
    return this.#stride;
  }

  /** @param {number} done */
  goOn(done) {
    const left = this.#items - done;
    return left > 0 && now() - this.#began < TURN_MS ? Math.min(left, this.#stride) : 0;
  }

  /** @param {number} done */
  end(done) {
    const ms = now() - this.#began;
    // A coarse clock says 0 or too much of a single turn, and the truth on average.
    if (ms > 2 * TURN_MS) this.#items = Math.max(1, Math.floor((done * TURN_MS) / ms));
    else if (ms < TURN_MS / 2 && done >= this.#items) this.#items = Math.min(2 * this.#items, MOST);
  }
}

/**
 * To be asked at the begin of a turn and after each stride of it; `done` is how many items the turn has taken.
 * @typedef {object} Pace
 * @property {() => number} begin  how many items make the first stride
 * @property {(done: number) => number} goOn  how many make the next; 0, or less, when the turn is over
 * @property {(done: number) => void} end
 */

/** @param {import('./ready-work.js').ChunkOptions} [options] @returns {Pace} */
export function paceOf({ chunk } = {}) {
  return chunk === undefined ? new Adaptive() : { begin: () => chunk, goOn: (done) => chunk - done, end() {} };
}
