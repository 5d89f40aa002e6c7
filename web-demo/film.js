// The last frames, one column each: time goes upwards from the beginning of the frame, and a turn is a stripe in its
// task's colour. What is empty was left to the page. A frame that was missed has a column too. Columns are drawn once
// and stay where they are; the newest overwrites the oldest, as on a cardiogram.

import { colourOf, colours, onColourChange } from './colours.js';
import { duration, fitCanvas, stillness, watchSight } from './display.js';

const COLUMN = 7,
  SPACE = 1; // CSS pixels
const AHEAD = 3; // columns that are empty before the oldest
const HEADROOM = 1.3; // the canvas is so many frames high
const STILL_MS = 3000; // between two pictures, where motion is to be reduced
const MOST = 0.6; // of the columns, for one frame however long it took

export class Film {
  #canvas;
  #context;
  #frames;
  #recorder;
  #shown = []; // by column: the number of the frame
  #column = 0;
  #heightMs = 0;
  #inSight;
  #redrawnAt = 0;

  constructor(canvas, frames, recorder) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#frames = frames;
    this.#recorder = recorder;
    this.#inSight = watchSight(canvas, () => this.redraw());
    onColourChange(() => this.redraw());
  }

  get #ratio() {
    return devicePixelRatio;
  }

  get columns() {
    return Math.max(1, Math.floor(this.#canvas.width / this.#ratio / (COLUMN + SPACE)));
  }

  /** The number of the frame at a horizontal place, in CSS pixels. */
  frameAt(x) {
    return this.#shown[Math.floor(x / (COLUMN + SPACE))];
  }

  /** The frame before or after another one, among those that are shown. */
  neighbour(number, step) {
    const known = this.#shown.filter((shown) => shown !== undefined).sort((a, b) => a - b);
    const place = known.lastIndexOf(number);
    return step < 0 ? known.findLast((shown) => shown < number) : known[place + 1];
  }

  add(frame) {
    if (!this.#inSight()) return;
    if (stillness.matches) {
      if (frame.ended - this.#redrawnAt < STILL_MS) return;
      this.#redrawnAt = frame.ended;
      this.redraw();
      return;
    }
    const isScaled = Math.abs(this.#frames.intervalMs * HEADROOM - this.#heightMs) < 1;
    if (fitCanvas(this.#canvas) || !isScaled) this.redraw();
    this.#draw(frame);
  }

  #draw(frame) {
    const columns = Math.min(frame.missed + 1, Math.ceil(this.columns * MOST));
    const first = this.#column;
    for (let part = 0; part < columns; part++) {
      const column = this.#column;
      this.#shown[column] = frame.number;
      this.#drawColumn(column, frame, part);
      this.#column = (column + 1) % this.columns;
    }
    if (columns > 1) this.#label(first, columns, frame);
    for (let ahead = 0; ahead < AHEAD; ahead++) {
      const column = (this.#column + ahead) % this.columns;
      this.#shown[column] = undefined;
      this.#clear(column);
    }
  }

  #x(column) {
    return Math.round(column * (COLUMN + SPACE) * this.#ratio);
  }

  #y(ms) {
    return Math.round(this.#canvas.height * (1 - ms / this.#heightMs));
  }

  #clear(column) {
    this.#context.clearRect(this.#x(column), 0, this.#x(column + 1) - this.#x(column), this.#canvas.height);
  }

  #drawColumn(column, frame, part) {
    const context = this.#context;
    this.#clear(column);
    const { intervalMs } = this.#frames;
    const x = this.#x(column),
      width = Math.round(COLUMN * this.#ratio);
    const begin = frame.began + part * intervalMs;
    const highest = part < frame.missed ? intervalMs : this.#heightMs;
    // Stripes of less than a pixel are left out: others are there.
    const stripe = (from, to, colour) => {
      const bottom = this.#y(Math.max(0, from - begin)),
        top = this.#y(Math.min(highest, to - begin));
      if (top >= bottom) return;
      context.fillStyle = colour;
      context.fillRect(x, top, width, bottom - top);
    };
    if (part === 0) stripe(frame.began, frame.began + frame.pageMs, colours['page-work']);
    this.#recorder.eachTurn(frame.firstTurn, frame.endTurn, (slot, from, to) => {
      if (to > begin && from < begin + highest) stripe(from, to, colourOf(slot));
    });
    if (part > 0) {
      context.fillStyle = colours.bad;
      context.fillRect(x, 0, this.#x(column + 1) - x, Math.round(4 * this.#ratio));
    }
  }

  /** In the midst of the frame's columns, if there is room; of those on either side of the edge, the more. */
  #label(first, columns, frame) {
    const context = this.#context;
    const beyond = Math.max(0, first + columns - this.columns);
    const from = this.#x(beyond > columns / 2 ? 0 : first);
    const to = this.#x(beyond > columns / 2 ? beyond : first + columns - beyond);
    const text = duration(frame.gapMs);
    context.font = `600 ${12 * this.#ratio}px "Inter Variable", sans-serif`;
    const padding = 6 * this.#ratio,
      height = 22 * this.#ratio,
      top = (this.#canvas.height - height) / 2;
    const width = context.measureText(text).width + 2 * padding;
    if (width > to - from) return;
    const left = (from + to - width) / 2;
    context.fillStyle = colours.bad;
    context.beginPath();
    context.roundRect(left, top, width, height, 4 * this.#ratio);
    context.fill();
    context.fillStyle = colours.panel;
    context.textBaseline = 'middle';
    context.fillText(text, left + padding, top + height / 2);
  }

  /** All of it anew, with the frames that fit. */
  redraw() {
    this.#heightMs = this.#frames.intervalMs * HEADROOM;
    fitCanvas(this.#canvas);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#shown = [];
    this.#column = 0;
    const { count } = this.#frames;
    let first = count;
    for (let room = this.columns - AHEAD, frame; room > 0 && (frame = this.#frames.get(first - 1)); first--) {
      room -= frame.missed + 1;
    }
    for (let number = first; number < count; number++) {
      const frame = this.#frames.get(number);
      if (frame) this.#draw(frame);
    }
  }
}
