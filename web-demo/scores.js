// What each mode has done to the page: frames, gaps, delays of input, and how much of the time went into work. Only
// time in which there was work counts.

const DELAYS_KEPT = 200;

class Score {
  frames = 0;
  elapsedMs = 0;
  busyMs = 0;
  longestGapMs = 0;
  delays = [];

  get framesPerSecond() {
    return (this.frames / this.elapsedMs) * 1000;
  }

  get goodput() {
    return Math.min(1, this.busyMs / this.elapsedMs);
  }

  /** Nineteen of twenty inputs wait less. */
  get inputDelayMs() {
    if (this.delays.length === 0) return undefined;
    const sorted = this.delays.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))];
  }
}

export class Scores {
  #scores = new Map();
  #recorder;
  #busyBefore = 0;
  #worked = false;
  #began = 0;
  mode;

  constructor(recorder) {
    this.#recorder = recorder;
  }

  /** From now on it is this mode's score, and a new one. */
  begin(mode) {
    this.mode = mode;
    this.#scores.set(mode, new Score());
    this.#busyBefore = this.#recorder.totalBusyMs();
    this.#began = performance.now();
  }

  get(mode) {
    const score = this.#scores.get(mode);
    return score !== undefined && score.elapsedMs > 0 ? score : undefined;
  }

  /** A frame is over. */
  add(frame) {
    const busy = this.#recorder.totalBusyMs();
    const worked = busy - this.#busyBefore;
    this.#busyBefore = busy;
    this.#worked = worked > 0;
    if (!this.#worked) return;
    const score = this.#scores.get(this.mode);
    // Of a frame that began in another mode, the part since then.
    const ms = frame.ended - Math.max(frame.began, this.#began);
    score.frames++;
    score.elapsedMs += ms;
    score.busyMs += worked;
    score.longestGapMs = Math.max(score.longestGapMs, ms);
  }

  addDelay(ms) {
    if (!this.#worked || performance.now() - ms < this.#began) return;
    const { delays } = this.#scores.get(this.mode);
    delays.push(ms);
    if (delays.length > DELAYS_KEPT) delays.shift();
  }
}
