// The page's frames: when each came, what was done until the next, and how long a frame should be.

const KEPT = 1024;
const USUAL_MS = 1000 / 60;
const GAPS = 120;
/** Gaps outside of this are no display's rate. */
const SHORTEST_MS = 3,
  LONGEST_MS = 40;

export class Frames {
  count = 0;
  /** The time from frame to frame that the display has; late frames do not make it longer. */
  intervalMs = USUAL_MS;
  #recorder;
  #frames = [];
  #gaps = [];
  #open;

  constructor(recorder) {
    this.#recorder = recorder;
  }

  /**
   * A frame begins: gives what is now known of the one before, if there was one.
   * @param {number} time  the timestamp that requestAnimationFrame gave to its callback, in ms
   */
  next(time) {
    const now = performance.now();
    const { turns, slices } = this.#recorder;
    const last = this.#open;
    this.#open = { number: ++this.count, time, began: now, firstTurn: turns, firstSlice: slices, pageMs: 0 };
    if (last === undefined) return undefined;
    // The display's own timestamps tell its rate; but after a freeze they may be those of before it.
    this.#learn(time - last.time);
    Object.assign(last, { ended: now, endTurn: turns, endSlice: slices, gapMs: now - last.began });
    last.missed = Math.max(0, Math.round(last.gapMs / this.intervalMs) - 1);
    this.#frames[last.number % KEPT] = last;
    return last;
  }

  /** What the page itself does at the beginning of a frame is done. */
  pageDone() {
    this.#open.pageMs = performance.now() - this.#open.began;
  }

  /** No frames are drawn in a hidden page: that is a gap in what is known, not between frames. */
  interrupt() {
    this.#open = undefined;
  }

  get(number) {
    const frame = this.#frames[number % KEPT];
    return frame?.number === number ? frame : undefined;
  }

  #learn(gap) {
    if (gap < SHORTEST_MS || gap > LONGEST_MS) return;
    this.#gaps.push(gap);
    if (this.#gaps.length > GAPS) this.#gaps.shift();
    if (this.count % 15 !== 0 || this.#gaps.length < GAPS / 4) return;
    const sorted = this.#gaps.toSorted((a, b) => a - b);
    this.intervalMs = sorted[Math.floor(sorted.length / 4)];
  }
}
