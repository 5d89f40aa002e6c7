// What the switch does: the same tasks run without a break for two seconds, and then cooperatively again. What the
// visitor reads afterwards is measured: the longest frame, and the longest delay of an input.

/** The page freezes for this long. The frame in which that happens is a little longer. */
const FREEZE_MS = 1900;
/** Loading the files and the modules of a job takes this long at most, or the page freezes without the job. */
const LOADING_MS = 1500;
/** Inputs of the time while the page was frozen arrive up to this long after it. */
const LATE_INPUT_MS = 300;

export class Freezer {
  #cooperator;
  #jobs;
  #freeze; // the current one, or the last one while inputs may still arrive

  constructor({ cooperator, jobs }) {
    this.#cooperator = cooperator;
    this.#jobs = jobs;
  }

  /** Freezes the page once. @returns {Promise<import('../panel/cooperate-switch.js').Freeze>} resolves when the page works again */
  async freeze() {
    await this.#provideWork();
    this.#freeze = { frozenMs: 0, missedFrames: 0, delayMs: 0 };
    await nextFrame();
    this.#cooperator.runWithoutBreak(FREEZE_MS);
    await nextFrame(); // ends the long frame
    await nextFrame();
    await new Promise((resolve) => {
      setTimeout(resolve, LATE_INPUT_MS);
    });
    const freeze = this.#freeze;
    this.#freeze = undefined;
    return freeze;
  }

  addFrame({ gapMs, missed }) {
    if (this.#freeze === undefined || gapMs <= this.#freeze.frozenMs) return;
    this.#freeze.frozenMs = gapMs;
    this.#freeze.missedFrames = missed;
  }

  /** Takes the delay of an input of the visitor. */
  addInputDelay(ms) {
    if (this.#freeze !== undefined) this.#freeze.delayMs = Math.max(this.#freeze.delayMs, ms);
  }

  /** Jobs that are done start again: without work, nothing would freeze. */
  async #provideWork() {
    for (const job of this.#jobs) if (job.state === 'done') job.start();
    const end = performance.now() + LOADING_MS;
    while (this.#jobs.some(({ state }) => state === 'loading') && performance.now() < end) await nextFrame();
  }
}

const nextFrame = () => new Promise(requestAnimationFrame);
