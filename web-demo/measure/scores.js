// What each mode does to the page: frames, gaps between them, input delay, and the fraction of time spent in turns.
// Frames without any work do not count.

const DELAYS_KEPT = 200;

class Score {
  frames = 0;
  elapsedMs = 0;
  busyMs = 0;
  longestGapMs = 0;
  /** The longest delay of an input; undefined if there was none. */
  longestDelayMs;
  #delays = []; // the last ones

  addDelay(ms) {
    this.longestDelayMs = Math.max(this.longestDelayMs ?? 0, ms);
    this.#delays.push(ms);
    if (this.#delays.length > DELAYS_KEPT) this.#delays.shift();
  }

  /** The 95th percentile of the delays; undefined if there was none. */
  get usualDelayMs() {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))];
  }

  get framesPerSecond() {
    return (this.frames / this.elapsedMs) * 1000;
  }

  /** The fraction of the time that was spent in turns. It does not tell how fast these were. */
  get inTurns() {
    return Math.min(1, this.busyMs / this.elapsedMs);
  }
}

export class Scores {
  mode;
  #scores = new Map();
  #recorder;
  #busyMsBefore = 0;
  #hadWork = false; // in the last frame
  #began = 0;

  constructor(recorder) {
    this.#recorder = recorder;
  }

  /** Starts a new score for a mode, which becomes the current one. */
  begin(mode) {
    this.mode = mode;
    this.#scores.set(mode, new Score());
    this.#busyMsBefore = this.#recorder.totalBusyMs();
    this.#began = performance.now();
  }

  /** @returns {Score | undefined} undefined if nothing was measured yet */
  get(mode) {
    const score = this.#scores.get(mode);
    return score !== undefined && score.elapsedMs > 0 ? score : undefined;
  }

  /** Counts a frame that ended, for the current mode. */
  addFrame(frame) {
    const busyMs = this.#recorder.totalBusyMs();
    const workMs = busyMs - this.#busyMsBefore;
    this.#busyMsBefore = busyMs;
    this.#hadWork = workMs > 0;
    if (!this.#hadWork) return;
    const score = this.#scores.get(this.mode);
    // The frame may have begun in the previous mode.
    const ms = frame.ended - Math.max(frame.began, this.#began);
    score.frames++;
    score.elapsedMs += ms;
    score.busyMs += workMs;
    score.longestGapMs = Math.max(score.longestGapMs, ms);
  }

  /** Counts the delay of an input that is handled now. An input from before this mode does not count. */
  addDelay(ms) {
    const hasWork = this.#hadWork || this.#recorder.totalBusyMs() > this.#busyMsBefore;
    if (!hasWork || performance.now() - ms < this.#began) return;
    this.#scores.get(this.mode).addDelay(ms);
  }
}
