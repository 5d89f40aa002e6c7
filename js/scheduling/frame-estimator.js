// Estimates a display's frame interval from the frames that a page received, and how long work may continue before
// the next frame.

/** Assumed before any frame was seen. Short, so that the first frame is awaited soon. */
const INITIAL_INTERVAL_MS = 8;
/** No display is outside of this range: such an interval means that the page was busy or hidden. */
const MIN_INTERVAL_MS = 3;
const MAX_INTERVAL_MS = 60;
/** How many intervals are kept. */
const INTERVALS_KEPT = 16;
/** An interval longer than this many regular ones contains a missed frame. */
const MISSED_RATIO = 1.5;
/**
 * One frame in so many is a probe: work stops a quarter of the interval early, to detect a display that became faster.
 */
const PROBE_EVERY = 64;
/** A probed frame came early if its interval is shorter than this part of the estimate. */
const EARLY_RATIO = 0.9;
/** The greatest lateness, as a part of the interval. A frame that begins this late is still drawn before the next. */
const MAX_LATENESS = 0.25;
/** A shorter wait for a frame is not worth avoiding. */
const NEGLIGIBLE_WAIT_MS = 0.2;

/**
 * Predicts the next frame so that the browser does not wait for the work, nor the work for the browser.
 *
 * The *interval* is the mean of the last 16 intervals, without those that contain missed frames: intervals longer than
 * 1.5 times the lower quartile, which is a regular interval even if two thirds of the frames were missed. The mean
 * evens out clocks that tick in whole milliseconds and signals that jitter.
 *
 * The *lateness* is how long work may continue after the frame is due, because many browsers begin a frame some time
 * after its timestamp. It is found by trial, as TCP finds its congestion window: it grows by a quarter of each wait
 * between the end of work and the frame, and is halved when a frame is missed.
 *
 * A display that became faster could go unnoticed, since work always continues until the old interval is over. Hence
 * every 64th frame is a *probe*: work stops a quarter of the interval early. A frame that is due in that quarter
 * arrives during the wait; one that was due before arrives at once. If a probed frame comes early, the next one is
 * probed too, and if that confirms it, all older intervals are dropped.
 */
export class FrameEstimator {
  #intervalMs = INITIAL_INTERVAL_MS;
  /** The latest valid intervals, oldest first. @type {number[]} */
  #intervals = [];
  /** The time of the last frame, or of the start of work if `#lastIsStart`. */
  #last = -Infinity;
  #lastIsStart = true;
  #latenessMs = 0;
  #frames = 0;
  /** The last frame was a probe and came early: probe the next one too. */
  #confirming = false;

  /**
   * Notes that work starts. If no frame came for a while, the next is assumed to be a full interval away.
   * @param {number} now
   */
  start(now) {
    if (now - this.#last <= MAX_INTERVAL_MS) return;
    this.#last = now;
    this.#lastIsStart = true;
  }

  #probesEarly() {
    return this.#confirming || this.#frames % PROBE_EVERY === 0;
  }

  /** Returns the time at which work should stop for the next frame. */
  deadline() {
    const early = this.#probesEarly() ? this.#intervalMs / 4 : 0;
    return this.#last + this.#intervalMs + this.#latenessMs - early;
  }

  /**
   * Learns from a frame.
   * @param {number} at  the frame's timestamp: the time of the display's signal
   * @param {number} waitedMs  how long work had stopped for the frame; 0 if it had not
   */
  frame(at, waitedMs) {
    const interval = at - this.#last;
    const isFirst = this.#lastIsStart;
    this.#last = at;
    this.#lastIsStart = false;
    const wasProbe = this.#probesEarly();
    this.#frames++;
    if (isFirst || !(interval > MIN_INTERVAL_MS && interval < MAX_INTERVAL_MS)) return;

    const cameEarly = wasProbe && interval < this.#intervalMs * EARLY_RATIO;
    if (cameEarly && this.#confirming) this.#intervals = this.#intervals.slice(-1);
    this.#confirming = cameEarly && !this.#confirming;

    this.#intervals.push(interval);
    if (this.#intervals.length > INTERVALS_KEPT) this.#intervals.shift();
    const lowerQuartile = [...this.#intervals].sort((a, b) => a - b)[this.#intervals.length >> 2];
    const regular = this.#intervals.filter((ms) => ms < lowerQuartile * MISSED_RATIO);
    this.#intervalMs = regular.reduce((sum, ms) => sum + ms, 0) / regular.length;

    if (interval > this.#intervalMs * MISSED_RATIO) this.#latenessMs /= 2;
    else if (waitedMs > NEGLIGIBLE_WAIT_MS && !wasProbe) {
      this.#latenessMs = Math.min(this.#latenessMs + waitedMs / 4, this.#intervalMs * MAX_LATENESS);
    }
  }
}
