// The frames of the page: when each began, what happened until the next one, and the frame interval of the display.

const FRAMES_KEPT = 1024;
const DEFAULT_INTERVAL_MS = 1000 / 60;
const DISPLAY_RATES = [30, 50, 60, 72, 75, 90, 100, 120, 144, 165, 240];
/** The frame interval is estimated from this many gaps between frames. */
const GAPS_KEPT = 120;
/** Shorter and longer gaps are not the interval of any display. */
const SHORTEST_GAP_MS = 3,
  LONGEST_GAP_MS = 40;

/**
 * All times are in ms, those of `began` and `ended` on the clock of `performance.now()`. Turns and slices are numbered
 * by the recorder; the `end` ones are not included.
 * @typedef {object} Frame
 * @property {number} number  1, 2, 3, …
 * @property {number} time  the timestamp of requestAnimationFrame
 * @property {number} began
 * @property {number} ended  when the next frame began
 * @property {number} gapMs  from `began` to `ended`
 * @property {number} missed  how many frames the display could have shown in between
 * @property {number} pageMs  how long the page itself drew, from `began` on
 * @property {number} firstTurn
 * @property {number} endTurn
 * @property {number} firstSlice
 * @property {number} endSlice
 */

export class Frames {
  count = 0;
  /** The frame interval of the display. Late frames do not lengthen it. */
  intervalMs = DEFAULT_INTERVAL_MS;
  #recorder;
  #frames = []; // a ring buffer
  #gaps = [];
  #current; // undefined before the first frame, and while the page was hidden

  constructor(recorder) {
    this.#recorder = recorder;
  }

  /**
   * Begins a frame.
   * @param {number} time  the timestamp that requestAnimationFrame passed to its callback, in ms
   * @returns {Frame | undefined} the frame that ended, if there was one
   */
  next(time) {
    const now = performance.now();
    const { turnCount, sliceCount } = this.#recorder;
    const last = this.#current;
    this.#current = { number: ++this.count, time, began: now, firstTurn: turnCount, firstSlice: sliceCount, pageMs: 0 };
    if (last === undefined) return undefined;
    // Timestamps are more regular than clock reads, so they give the frame interval. They do not give the length of a
    // frame: after a freeze, a timestamp may date from before it.
    this.#learnInterval(time - last.time);
    Object.assign(last, { ended: now, endTurn: turnCount, endSlice: sliceCount, gapMs: now - last.began });
    last.missed = Math.max(0, Math.round(last.gapMs / this.intervalMs) - 1);
    this.#frames[last.number % FRAMES_KEPT] = last;
    return last;
  }

  /** Marks the end of what the page itself does in a frame. */
  pageDone() {
    this.#current.pageMs = performance.now() - this.#current.began;
  }

  /** Drops the current frame: a hidden page draws no frames, and the pause must not count as a long one. */
  interrupt() {
    this.#current = undefined;
  }

  /** How many frames per second the display shows: a usual rate, if one is within 4 % of the estimate. */
  get displayRate() {
    const rate = 1000 / this.intervalMs;
    return DISPLAY_RATES.find((usual) => Math.abs(rate / usual - 1) < 0.04) ?? Math.round(rate);
  }

  /** @returns {Frame | undefined} */
  get(number) {
    const frame = this.#frames[number % FRAMES_KEPT];
    return frame?.number === number ? frame : undefined;
  }

  #learnInterval(gap) {
    if (gap < SHORTEST_GAP_MS || gap > LONGEST_GAP_MS) return;
    this.#gaps.push(gap);
    if (this.#gaps.length > GAPS_KEPT) this.#gaps.shift();
    if (this.count % 15 !== 0 || this.#gaps.length < GAPS_KEPT / 4) return;
    const sorted = this.#gaps.toSorted((a, b) => a - b);
    this.intervalMs = sorted[Math.floor(sorted.length / 4)];
  }
}
