// Measures the page's frames by the timestamps of requestAnimationFrame, and draws the gaps between them.

import { fitCanvas, themeColours } from './display.js';

const GAPS_KEPT = 400;

export class FrameMeter {
  gaps = [];
  longestGap = 0;
  #recent = [];     // the frames of the last second: { time, gap }
  #firstTime;
  #previousTime;

  /** @param {number} time  the timestamp that requestAnimationFrame gave to its callback, in ms */
  record(time) {
    this.#firstTime ??= time;
    const gap = time - (this.#previousTime ?? time);
    this.#previousTime = time;
    this.#recent.push({ time, gap });
    while (this.#recent[0].time <= time - 1000) this.#recent.shift();
    if (gap === 0) return;
    this.gaps.push(gap);
    if (this.gaps.length > GAPS_KEPT) this.gaps.shift();
    this.longestGap = Math.max(this.longestGap, gap);
  }

  /** Undefined until a whole second has been seen. */
  get framesInLastSecond() {
    return this.#previousTime - this.#firstTime < 1000 ? undefined : this.#recent.length;
  }

  get longestRecentGap() {
    return this.#recent.reduce((longest, frame) => Math.max(longest, frame.gap), 0);
  }

  /** The next frame begins a new measurement; the records stay. */
  interrupt() {
    this.#recent = [];
    this.#firstTime = this.#previousTime = undefined;
  }
}

const BAR_WIDTH = 2;
const HIGHEST_GAP_MS = 50;
const LATE_MS = 25;                 // half a frame late at 60 frames a second: the next one was missed

export class GapChart {
  #canvas;
  #colours = themeColours('accent', 'warning', 'panel');

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** @param {number[]} gaps  in ms, the newest last; as many as fit are drawn */
  draw(gaps) {
    const { context, width, height } = fitCanvas(this.#canvas);
    const y = (gap) => Math.round(height - Math.min(gap, HIGHEST_GAP_MS) / HIGHEST_GAP_MS * height);
    let x = Math.floor(width);
    for (const gap of gaps.slice(-Math.ceil(width / BAR_WIDTH)).reverse()) {
      x -= BAR_WIDTH;
      context.fillStyle = gap > LATE_MS ? this.#colours.warning : this.#colours.accent;
      context.fillRect(x, y(gap), BAR_WIDTH, height);
    }
    context.fillStyle = this.#colours.panel;
    for (const gap of [1000 / 60, 2000 / 60]) context.fillRect(0, y(gap), width, 1);
  }
}
