// How many frames the page has drawn in the last second.

const WINDOW_MS = 1000;

export class FrameRate {
  #ended = []; // when the frames of the last second ended

  addFrame({ ended }) {
    this.#ended.push(ended);
  }

  /** @returns {number} frames per second */
  get() {
    const since = performance.now() - WINDOW_MS;
    while (this.#ended.length > 0 && this.#ended[0] < since) this.#ended.shift();
    return this.#ended.length * (1000 / WINDOW_MS);
  }
}
