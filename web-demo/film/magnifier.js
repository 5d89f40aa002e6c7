// One frame, enlarged: its turns, and above them the slices with the time by which they exceeded their budget.

import { fitCanvas } from '../util/canvas.js';
import { colourOf, colours } from '../util/colours.js';
import { setText } from '../util/dom.js';
import { count, duration, whole } from '../util/format.js';

const AXIS = 18,
  BRACKET = 14; // CSS pixels: below the turns for the axis, and above them for the slices
const LABEL_WIDTH = 46; // CSS pixels between two labels of the axis, at least
const TICKS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const TOLERANCE_MS = 1; // a slice that exceeds its budget by less is not marked

export class Magnifier {
  #canvas;
  #context;
  #caption;
  #frames;
  #recorder;

  constructor(canvas, caption, frames, recorder) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#caption = caption;
    this.#frames = frames;
    this.#recorder = recorder;
  }

  /** @param {number | undefined} budgetMs  of a slice; undefined if slices do not have one */
  show(frame, budgetMs) {
    fitCanvas(this.#canvas);
    const { width, height } = this.#canvas;
    const { intervalMs } = this.#frames;
    const lengthMs = Math.max(intervalMs, frame.gapMs) * 1.02;
    const scale = {
      lengthMs,
      ratio: devicePixelRatio,
      x: (time) => Math.round(((time - frame.began) / lengthMs) * width),
      top: BRACKET * devicePixelRatio,
      bottom: height - AXIS * devicePixelRatio,
    };
    this.#context.clearRect(0, 0, width, height);
    this.#drawAxis(scale);
    this.#drawPageWork(frame, scale);
    const workMs = this.#drawTurns(frame, scale);
    const slices = this.#drawSlices(frame, budgetMs, scale);
    this.#drawDeadline(frame.began + intervalMs, scale);
    setText(
      this.#caption,
      [
        `Frame ${whole(frame.number)}: ${duration(frame.gapMs)}`,
        count(slices.count, 'slice'),
        count(frame.endTurn - frame.firstTurn, 'turn'),
        `${duration(workMs)} of work`,
        ...(slices.overBudget > 0 ? [`${slices.overBudget} over budget`] : []),
        ...(frame.missed > 0 ? [`${frame.missed} missed`] : []),
      ].join(' · '),
    );
  }

  #drawAxis({ lengthMs, ratio }) {
    const context = this.#context;
    const { width, height } = this.#canvas;
    const labels = width / ratio / LABEL_WIDTH;
    const step = TICKS_MS.find((ms) => lengthMs / ms <= labels) ?? TICKS_MS.at(-1);
    context.font = `${11 * ratio}px "Inter Variable", sans-serif`;
    context.textBaseline = 'alphabetic';
    for (let ms = 0; ms < lengthMs; ms += step) {
      const x = Math.round((ms / lengthMs) * width);
      context.fillStyle = colours.line;
      context.fillRect(x, BRACKET * ratio, ratio, height - (BRACKET + AXIS - 4) * ratio);
      context.fillStyle = colours.quiet;
      if (x + 30 * ratio < width) context.fillText(ms === 0 ? '0 ms' : String(ms), x + 3 * ratio, height - 4 * ratio);
    }
  }

  #drawPageWork(frame, { x, top, bottom }) {
    this.#context.fillStyle = colours['page-work'];
    this.#context.fillRect(0, top, Math.max(1, x(frame.began + frame.pageMs)), bottom - top);
  }

  /** @returns {number} the time that the turns took, in ms */
  #drawTurns(frame, { x, top, bottom, ratio }) {
    let workMs = 0;
    this.#recorder.eachTurn(frame.firstTurn, frame.endTurn, (slot, from, to) => {
      workMs += to - from;
      const left = x(from),
        width = x(to) - left;
      if (width <= 0) return;
      const gap = width > 3 * ratio ? ratio : 0; // separates neighbours that are wide enough
      this.#context.fillStyle = colourOf(slot);
      this.#context.fillRect(left, top, width - gap, bottom - top);
    });
    return workMs;
  }

  /** @returns {{ count: number, overBudget: number }} */
  #drawSlices(frame, budgetMs, { x, ratio }) {
    const context = this.#context;
    const slices = { count: 0, overBudget: 0 };
    this.#recorder.eachSlice(frame.firstSlice, frame.endSlice, (from, to) => {
      slices.count++;
      const left = x(from),
        right = Math.max(left + ratio, x(to) - ratio);
      context.fillStyle = colours.text;
      context.fillRect(left, 4 * ratio, right - left, 3 * ratio);
      if (budgetMs === undefined || to - from <= budgetMs + TOLERANCE_MS) return;
      slices.overBudget++;
      context.fillStyle = colours.bad;
      context.fillRect(x(from + budgetMs), 4 * ratio, right - x(from + budgetMs), 3 * ratio);
    });
    return slices;
  }

  /** Marks when the next frame was due. */
  #drawDeadline(time, { x, bottom, ratio }) {
    this.#context.fillStyle = colours.bad;
    this.#context.fillRect(x(time), 0, Math.round(1.5 * ratio), bottom + 4 * ratio);
  }
}
