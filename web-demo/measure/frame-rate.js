// How many frames the page has drawn in the last second.

const WINDOW_MS = 1000;

export class FrameRate {
  #ended = []; // when the frames of the last second ended
  #began; // when the first frame did

  addFrame({ began, ended }) {
    this.#began ??= began;
    this.#ended.push(ended);
  }

  /** @returns {number | undefined} frames per second; undefined before there was a whole second */
  get() {
    const since = performance.now() - WINDOW_MS;
    if (this.#began === undefined || this.#began > since) return undefined;
    while (this.#ended.length > 0 && this.#ended[0] < since) this.#ended.shift();
    return this.#ended.length * (1000 / WINDOW_MS);
  }
}
