// Where the frame stands: what a page's frames tell of the display's rate, and when the next one is due.

/** Until frames have been seen: short, so that the first wait for one comes soon. */
const FIRST_INTERVAL_MS = 8;
/** Frames closer together or further apart than displays make them say that the page was busy or out of sight. */
const SHORTEST_INTERVAL_MS = 3;
const LONGEST_INTERVAL_MS = 60;
/** How many intervals are remembered. */
const MEMORY = 16;
/**
 * Every so many frames the next one is awaited early, by a quarter of the interval, to find out whether the display has
 * become faster: by less, and the frame comes in that time; by more, and it has been waiting.
 */
const LOOK_EARLY = 64;
/** Two frames in a row that come so much sooner when they are looked for early are those of a faster display. */
const SOONER = 0.9;
/** A frame may be kept waiting by a quarter of the interval: it is drawn before the one after it is due. */
const MOST_LATE = 0.25;
/** A wait for a frame that is not worth shortening, in milliseconds. */
const SHORT_WAIT_MS = 0.2;

/**
 * Learns from the frames when the next one is due, and how long after that work may go on, so that the browser
 * neither waits for the work nor the work for the browser.
 *
 * The interval is the mean of those remembered ones that are no longer than one and a half of the shorter ones (the
 * lower quartile): a frame that was missed counts for nothing, and a clock that ticks in whole milliseconds, and
 * signals that come now early and now late, average out. Were most of them missed, the interval is too long until it
 * is looked for early. How late work may go on (`#late`) is found by trial, much as TCP finds its window: it grows by a
 * part of the wait that there was between the end of the work and the frame, and is halved when a frame is missed.
 */
export class Frames {
  /** Milliseconds from one frame to the next. */
  #interval = FIRST_INTERVAL_MS;
  /** @type {number[]} */
  #intervals = [];
  #last = -Infinity;
  /** The last frame was no frame but the beginning of work. */
  #supposed = true;
  #late = 0;
  #count = 0;
  /** The last frame was looked for early, and came sooner: the next one is, too. */
  #sooner = false;

  /**
   * Work begins after a time without frames: none is known to be due before a whole interval is over.
   * @param {number} now
   */
  begin(now) {
    if (now - this.#last <= LONGEST_INTERVAL_MS) return;
    this.#last = now;
    this.#supposed = true;
  }

  #looks() {
    return this.#sooner || this.#count % LOOK_EARLY === 0;
  }

  /** When work should stop for the next frame. */
  due() {
    const early = this.#looks() ? this.#interval / 4 : 0;
    return this.#last + this.#interval + this.#late - early;
  }

  /**
   * A frame has come.
   * @param {number} at  its time as the browser gives it, which is that of the display's signal
   * @param {number} waitedMs  how long nothing was done for it; 0 where it was not waited for
   */
  frame(at, waitedMs) {
    const interval = at - this.#last;
    const supposed = this.#supposed;
    this.#last = at;
    this.#supposed = false;
    const looked = this.#looks();
    this.#count++;
    if (supposed || !(interval > SHORTEST_INTERVAL_MS && interval < LONGEST_INTERVAL_MS)) return;
    const sooner = looked && interval < this.#interval * SOONER;
    if (sooner && this.#sooner) this.#intervals = this.#intervals.slice(-1);
    this.#sooner = sooner && !this.#sooner;
    this.#intervals.push(interval);
    if (this.#intervals.length > MEMORY) this.#intervals.shift();
    const missed = [...this.#intervals].sort((a, b) => a - b)[this.#intervals.length >> 2] * 1.5;
    const regular = this.#intervals.filter((one) => one < missed);
    this.#interval = regular.reduce((sum, one) => sum + one, 0) / regular.length;
    if (interval > this.#interval * 1.5) this.#late /= 2;
    else if (waitedMs > SHORT_WAIT_MS && !looked) {
      this.#late = Math.min(this.#late + waitedMs / 4, this.#interval * MOST_LATE);
    }
  }
}
