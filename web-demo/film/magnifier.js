// One frame, enlarged: its turns, and above them the slices with the time by which they exceeded their budget.

import { fitCanvas } from '../util/canvas.js';
import { colourOf, colours } from '../util/colours.js';
import { setText } from '../util/dom.js';
import { count, duration, whole } from '../util/format.js';

const AXIS = 18,
  LABELS = 18, // CSS pixels: below the turns for the axis, and above them for the labels and for the slices
  BRACKET = 14;
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
      top: (LABELS + BRACKET) * devicePixelRatio,
      bottom: height - AXIS * devicePixelRatio,
    };
    this.#context.clearRect(0, 0, width, height);
    this.#drawAxis(scale);
    this.#drawPageWork(frame, scale);
    const { workMs, longest: longestTurn } = this.#drawTurns(frame, scale);
    const slices = this.#drawSlices(frame, budgetMs, scale);
    this.#drawDeadline(frame.began + intervalMs, scale);
    this.#drawLabels(frame, slices.longest, longestTurn, scale);
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

  #drawAxis({ lengthMs, ratio, top }) {
    const context = this.#context;
    const { width, height } = this.#canvas;
    const labels = width / ratio / LABEL_WIDTH;
    const step = TICKS_MS.find((ms) => lengthMs / ms <= labels) ?? TICKS_MS.at(-1);
    context.font = `${13 * ratio}px "Inter Variable", sans-serif`;
    context.textBaseline = 'alphabetic';
    for (let ms = 0; ms < lengthMs; ms += step) {
      const x = Math.round((ms / lengthMs) * width);
      context.fillStyle = colours.line;
      context.fillRect(x, top, ratio, height - top - (AXIS - 4) * ratio);
      context.fillStyle = colours.quiet;
      if (x + 30 * ratio < width) context.fillText(ms === 0 ? '0 ms' : String(ms), x + 3 * ratio, height - 4 * ratio);
    }
  }

  #drawPageWork(frame, { x, top, bottom }) {
    this.#context.fillStyle = colours['page-work'];
    this.#context.fillRect(0, top, Math.max(1, x(frame.began + frame.pageMs)), bottom - top);
  }

  /** @returns {{ workMs: number, longest?: { from: number, to: number } }} */
  #drawTurns(frame, { x, top, bottom, ratio }) {
    let workMs = 0,
      longest;
    this.#recorder.eachTurn(frame.firstTurn, frame.endTurn, (slot, from, to) => {
      workMs += to - from;
      if (longest === undefined || to - from > longest.to - longest.from) longest = { from, to };
      const left = x(from),
        width = x(to) - left;
      if (width <= 0) return;
      const gap = width > 3 * ratio ? ratio : 0; // separates neighbours that are wide enough
      this.#context.fillStyle = colourOf(slot);
      this.#context.fillRect(left, top, width - gap, bottom - top);
    });
    return { workMs, longest };
  }

  /** @returns {{ count: number, overBudget: number, longest?: { from: number, to: number } }} */
  #drawSlices(frame, budgetMs, { x, ratio }) {
    const context = this.#context;
    const slices = { count: 0, overBudget: 0, longest: undefined };
    const top = (LABELS + 4) * ratio;
    this.#recorder.eachSlice(frame.firstSlice, frame.endSlice, (from, to) => {
      slices.count++;
      const { longest } = slices;
      if (longest === undefined || to - from > longest.to - longest.from) slices.longest = { from, to };
      const left = x(from),
        right = Math.max(left + ratio, x(to) - ratio);
      context.fillStyle = colours.text;
      context.fillRect(left, top, right - left, 3 * ratio);
      if (budgetMs === undefined || to - from <= budgetMs + TOLERANCE_MS) return;
      slices.overBudget++;
      context.fillStyle = colours.bad;
      context.fillRect(x(from + budgetMs), top, right - x(from + budgetMs), 3 * ratio);
    });
    return slices;
  }

  /** Marks when the next frame was due. */
  #drawDeadline(time, { x, bottom, ratio }) {
    this.#context.fillStyle = colours.bad;
    this.#context.fillRect(x(time), LABELS * ratio, Math.round(1.5 * ratio), bottom + (4 - LABELS) * ratio);
  }

  /** Names what there is to see, as far as there is room: the drawing, a slice, the deadline and a turn. */
  #drawLabels(frame, slice, turn, { x, top, bottom, ratio }) {
    const context = this.#context;
    const { width } = this.#canvas;
    context.font = `${13 * ratio}px "Inter Variable", sans-serif`;
    context.textBaseline = 'middle';
    let free = 0; // the labels end here
    const label = (text, middle, colour) => {
      const half = context.measureText(text).width / 2;
      const left = Math.min(width - 2 * half, Math.max(free, middle - half));
      if (left < free || left > middle) return;
      context.fillStyle = colour;
      context.fillText(text, left, (LABELS / 2) * ratio);
      free = left + 2 * half + 12 * ratio;
    };
    const middle = ({ from, to }) => (x(from) + x(to)) / 2;
    label('drawing', x(frame.began + frame.pageMs / 2), colours.quiet);
    const labels = [
      ['frame due', x(frame.began + this.#frames.intervalMs), colours.bad],
      ...(slice ? [['one slice', middle(slice), colours.text]] : []),
    ];
    for (const [text, at, colour] of labels.sort((a, b) => a[1] - b[1])) label(text, at, colour);
    if (turn === undefined || x(turn.to) - x(turn.from) < context.measureText('one turn').width + 8 * ratio) return;
    context.fillStyle = colours.panel;
    context.textAlign = 'center';
    context.fillText('one turn', middle(turn), (top + bottom) / 2);
    context.textAlign = 'start';
  }
}
