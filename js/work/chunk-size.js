// How many items a loop processes in one turn.

import { now } from '../util/platform.js';

/** The desired length of a turn: long beside its overhead (tenths of a microsecond), short beside any slice. */
const TURN_MS = 0.05;
/** The most items in a turn. Without it, a clock too coarse to measure a turn would let the number grow forever. */
const MAX_ITEMS = 4096;
/**
 * Items may become slower at any time, so a turn reads the clock after each stride: a sixteenth of its items, at most
 * 64. Reading the clock takes as long as about twenty of the fastest items.
 */
const STRIDE_RATIO = 1 / 16;
const MAX_STRIDE = 64;

/**
 * Decides how many items a turn processes, stride by stride. `done` is the number of items processed in this turn.
 * @typedef {object} Chunker
 * @property {() => number} begin  starts a turn; returns the number of items in its first stride
 * @property {(done: number) => number} extend  returns the number of items in the next stride; 0 or less ends the turn
 * @property {(done: number) => void} end  ends a turn
 */

/** Learns from each turn how many items take TURN_MS. */
class AdaptiveChunker {
  #items = 1;
  #stride = 1;
  #turnStart = 0;

  begin() {
    this.#turnStart = now();
    this.#stride = Math.min(Math.ceil(this.#items * STRIDE_RATIO), MAX_STRIDE);
    return this.#stride;
  }

  /** @param {number} done */
  extend(done) {
    const left = this.#items - done;
    return left > 0 && now() - this.#turnStart < TURN_MS ? Math.min(left, this.#stride) : 0;
  }

  /** @param {number} done */
  end(done) {
    const ms = now() - this.#turnStart;
    // A coarse clock reports 0 or too much for a single turn, but is right on average.
    if (ms > 2 * TURN_MS) this.#items = Math.max(1, Math.floor((done * TURN_MS) / ms));
    else if (ms < TURN_MS / 2 && done >= this.#items) this.#items = Math.min(2 * this.#items, MAX_ITEMS);
  }
}

/** @param {import('./ready-work.js').ChunkOptions} [options] @returns {Chunker} */
export function chunkerFor({ chunk } = {}) {
  return chunk === undefined ? new AdaptiveChunker() : { begin: () => chunk, extend: (done) => chunk - done, end() {} };
}
