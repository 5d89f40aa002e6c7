// The last frames, one column each. Time runs upwards from the beginning of the frame, and each turn is a stripe in the
// colour of its task; empty space is time that was left to the page. Missed frames have columns, too. A column is drawn
// once and stays where it is; the newest one overwrites the oldest, as on a cardiogram.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { colourOf, colours, onColourChange } from '../util/colours.js';
import { duration } from '../util/format.js';
import { reducedMotion } from '../util/media.js';

const COLUMN = 7,
  SPACE = 1; // CSS pixels
const COLUMNS_AHEAD = 3; // left empty between the newest column and the oldest
const HEADROOM = 1.3; // height of the canvas in frame intervals; styles/timeline.css draws a line at 1
const REDRAW_REDUCED_MS = 3000; // with reduced motion the strip stands still for this long
const LONGEST_FRAME = 0.6; // a frame takes at most this fraction of the columns, however long it was

export class FrameStrip {
  #canvas;
  #context;
  #frames;
  #recorder;
  #shown = []; // frame numbers by column; undefined where the column is empty
  #column = 0; // where the next frame goes
  #heightMs = 0; // the time that the height of the canvas stands for
  #isVisible;
  #redrawnAt = 0;

  constructor(canvas, frames, recorder) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#frames = frames;
    this.#recorder = recorder;
    this.#isVisible = watchVisibility(canvas, () => this.redraw());
    onColourChange(() => this.redraw());
  }

  get #ratio() {
    return devicePixelRatio;
  }

  get #columns() {
    return Math.max(1, Math.floor(this.#canvas.width / this.#ratio / (COLUMN + SPACE)));
  }

  /**
   * @param {number} x  horizontal position on the canvas, in CSS pixels
   * @returns {number | undefined} the number of the frame that is drawn there
   */
  frameAt(x) {
    return this.#shown[Math.floor(x / (COLUMN + SPACE))];
  }

  /** The number of the frame before (step < 0) or after another one, among those on the strip. */
  neighbour(number, step) {
    const shown = this.#shown.filter((other) => other !== undefined).sort((a, b) => a - b);
    return step < 0 ? shown.findLast((other) => other < number) : shown[shown.lastIndexOf(number) + 1];
  }

  add(frame) {
    if (!this.#isVisible()) return;
    if (reducedMotion.matches) {
      if (frame.ended - this.#redrawnAt < REDRAW_REDUCED_MS) return;
      this.#redrawnAt = frame.ended;
      this.redraw();
      return;
    }
    const isToScale = Math.abs(this.#frames.intervalMs * HEADROOM - this.#heightMs) < 1;
    if (fitCanvas(this.#canvas) || !isToScale) this.redraw();
    this.#draw(frame);
  }

  /** Clears the strip and draws the last frames that fit. */
  redraw() {
    this.#heightMs = this.#frames.intervalMs * HEADROOM;
    fitCanvas(this.#canvas);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#shown = [];
    this.#column = 0;
    const { count } = this.#frames;
    let first = count;
    for (let room = this.#columns - COLUMNS_AHEAD, frame; room > 0 && (frame = this.#frames.get(first - 1)); first--) {
      room -= frame.missed + 1;
    }
    for (let number = first; number < count; number++) {
      const frame = this.#frames.get(number);
      if (frame) this.#draw(frame);
    }
  }

  #draw(frame) {
    const columns = Math.min(frame.missed + 1, Math.ceil(this.#columns * LONGEST_FRAME));
    const first = this.#column;
    for (let part = 0; part < columns; part++) {
      const column = this.#column;
      this.#shown[column] = frame.number;
      this.#drawColumn(column, frame, part);
      this.#column = (column + 1) % this.#columns;
    }
    if (columns > 1) this.#drawLabel(first, columns, frame);
    for (let ahead = 0; ahead < COLUMNS_AHEAD; ahead++) {
      const column = (this.#column + ahead) % this.#columns;
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

  /** @param {number} part  which frame interval of the frame: 0 for the first, higher ones were missed */
  #drawColumn(column, frame, part) {
    const context = this.#context;
    this.#clear(column);
    const { intervalMs } = this.#frames;
    const x = this.#x(column),
      width = Math.round(COLUMN * this.#ratio);
    const begin = frame.began + part * intervalMs;
    const end = begin + (part < frame.missed ? intervalMs : this.#heightMs);
    // Stripes of less than a pixel are left out.
    const drawStripe = (from, to, colour) => {
      const bottom = this.#y(Math.max(0, from - begin)),
        top = this.#y(Math.min(end, to) - begin);
      if (top >= bottom) return;
      context.fillStyle = colour;
      context.fillRect(x, top, width, bottom - top);
    };
    if (part === 0) drawStripe(frame.began, frame.began + frame.pageMs, colours['page-work']);
    this.#recorder.eachTurn(frame.firstTurn, frame.endTurn, (slot, from, to) => {
      if (to > begin && from < end) drawStripe(from, to, colourOf(slot));
    });
    if (part > 0) {
      context.fillStyle = colours.bad;
      context.fillRect(x, 0, this.#x(column + 1) - x, Math.round(4 * this.#ratio));
    }
  }

  /**
   * Writes the duration of a long frame in the middle of its columns, if there is room. Where they wrap around the edge
   * of the canvas, the larger part gets the label.
   */
  #drawLabel(first, columns, frame) {
    const context = this.#context;
    const wrapped = Math.max(0, first + columns - this.#columns);
    const from = this.#x(wrapped > columns / 2 ? 0 : first);
    const to = this.#x(wrapped > columns / 2 ? wrapped : first + columns - wrapped);
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
}
