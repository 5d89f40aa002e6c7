// One frame, enlarged: its slices with their budget, and the turns in them.

import { colourOf, colours } from './colours.js';
import { duration, fitCanvas, setText, whole } from './display.js';

const AXIS = 18,
  BRACKET = 14; // CSS pixels
const OVER_MS = 1; // a slice that lasted so much longer than its budget is marked

const count = (number, name) => `${whole(number)} ${name}${number === 1 ? '' : 's'}`;

export class Magnifier {
  #canvas;
  #caption;
  #recorder;
  #frames;

  constructor(canvas, caption, frames, recorder) {
    this.#canvas = canvas;
    this.#caption = caption;
    this.#frames = frames;
    this.#recorder = recorder;
  }

  /** @param {number | undefined} budgetMs  of a slice, where there is one */
  show(frame, budgetMs) {
    fitCanvas(this.#canvas);
    const ratio = devicePixelRatio;
    const context = this.#canvas.getContext('2d');
    const { width, height } = this.#canvas;
    const length = Math.max(this.#frames.intervalMs, frame.ended - frame.began) * 1.02;
    const x = (time) => Math.round(((time - frame.began) / length) * width);
    const top = BRACKET * ratio,
      bottom = height - AXIS * ratio;
    context.clearRect(0, 0, width, height);

    this.#drawAxis(context, length, ratio);
    context.fillStyle = colours['page-work'];
    context.fillRect(0, top, Math.max(1, x(frame.began + frame.pageMs)), bottom - top);
    let workMs = 0;
    this.#recorder.eachTurn(frame.firstTurn, frame.endTurn, (slot, from, to) => {
      workMs += to - from;
      const left = x(from),
        right = x(to);
      if (right <= left) return;
      context.fillStyle = colourOf(slot);
      // A pixel between the turns, where there is room for it.
      context.fillRect(left, top, right - left - (right - left > 3 * ratio ? ratio : 0), bottom - top);
    });
    let slices = 0,
      over = 0;
    this.#recorder.eachSlice(frame.firstSlice, frame.endSlice, (from, to) => {
      slices++;
      const left = x(from),
        right = Math.max(left + ratio, x(to) - ratio);
      context.fillStyle = colours.text;
      context.fillRect(left, 4 * ratio, right - left, 3 * ratio);
      if (budgetMs !== undefined && to - from > budgetMs + OVER_MS) {
        over++;
        context.fillStyle = colours.bad;
        context.fillRect(x(from + budgetMs), 4 * ratio, right - x(from + budgetMs), 3 * ratio);
      }
    });
    context.fillStyle = colours.bad; // the next frame is due
    context.fillRect(x(frame.began + this.#frames.intervalMs), 0, Math.round(1.5 * ratio), bottom + 4 * ratio);
    setText(
      this.#caption,
      [
        `Frame ${whole(frame.number)}: ${duration(frame.gapMs)}`,
        count(slices, 'slice'),
        count(frame.endTurn - frame.firstTurn, 'turn'),
        `${duration(workMs)} of work`,
        ...(over > 0 ? [`${over} over the budget`] : []),
        ...(frame.missed > 0 ? [`${frame.missed} missed`] : []),
      ].join(' · '),
    );
  }

  #drawAxis(context, length, ratio) {
    const { width, height } = this.#canvas;
    const fitting = width / ratio / 46;
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((ms) => length / ms <= fitting) ?? 10000;
    context.font = `${11 * ratio}px "Inter Variable", sans-serif`;
    context.textBaseline = 'alphabetic';
    for (let ms = 0; ms < length; ms += step) {
      const x = Math.round((ms / length) * width);
      context.fillStyle = colours.line;
      context.fillRect(x, BRACKET * ratio, ratio, height - (BRACKET + AXIS - 4) * ratio);
      context.fillStyle = colours.quiet;
      if (x + 30 * ratio < width) context.fillText(ms === 0 ? '0 ms' : String(ms), x + 3 * ratio, height - 4 * ratio);
    }
  }
}
