// The film: the strip of the last frames and, below it, one of them enlarged. That is the frame that the visitor points
// at, or else a recent one.

import { setAttribute } from '../util/dom.js';
import { reducedMotion } from '../util/media.js';
import { FrameStrip } from './frame-strip.js';
import { Magnifier } from './magnifier.js';

const REFRESH_MS = 600;
const REFRESH_REDUCED_MS = 3000; // with reduced motion
const LONG_MS = 100;

export class Film {
  #strip;
  #magnifier;
  #frames;
  #canvas;
  #line;
  #pointed; // number of the frame that the visitor points at
  #enlarged; // number of the enlarged frame
  #refreshedAt = 0;
  #held = false;
  #budgetMs;

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.strip
   * @param {HTMLCanvasElement} parts.magnifier
   * @param {HTMLElement} parts.caption  of the enlarged frame
   * @param {HTMLElement} parts.line  the element on which CSS draws the end of the frame interval
   * @param {HTMLButtonElement} parts.hold  stops the film, and lets it go on
   * @param {object} parts.frames  the `Frames` of measure/
   * @param {object} parts.recorder  the `Recorder` of measure/
   * @param {() => number | undefined} parts.budgetMs  of a slice, in the current mode
   */
  constructor({ strip, magnifier, caption, line, hold, frames, recorder, budgetMs }) {
    this.#canvas = strip;
    this.#line = line;
    this.#frames = frames;
    this.#budgetMs = budgetMs;
    this.#strip = new FrameStrip(strip, frames, recorder);
    this.#magnifier = new Magnifier(magnifier, caption, frames, recorder);
    strip.addEventListener('pointermove', (event) => this.#point(this.#strip.frameAt(event.offsetX)));
    strip.addEventListener('pointerleave', () => this.#point(undefined));
    strip.addEventListener('keydown', (event) => this.#onKey(event));
    strip.addEventListener('blur', () => this.#point(undefined));
    hold.addEventListener('click', () => {
      this.#held = !this.#held;
      hold.setAttribute('aria-pressed', String(this.#held));
    });
  }

  /** Adds a frame that ended. */
  add(frame) {
    if (this.#held) return;
    this.#strip.add(frame);
    if (this.#pointed !== undefined || !this.#isWorthEnlarging(frame)) return;
    this.#refreshedAt = frame.ended;
    this.#enlarge(frame);
    this.#line.style.setProperty('--frame-label', `"${this.#frames.intervalMs.toFixed(1)} ms: next frame due"`);
  }

  /** Skips idle frames, always shows a long one, and changes rarely enough to be read otherwise. */
  #isWorthEnlarging(frame) {
    if (frame.endTurn === frame.firstTurn) return false;
    const refreshMs = reducedMotion.matches ? REFRESH_REDUCED_MS : REFRESH_MS;
    return frame.gapMs >= LONG_MS || frame.ended - this.#refreshedAt >= refreshMs;
  }

  #point(number) {
    this.#pointed = number;
    if (number === undefined) return;
    const frame = this.#frames.get(number);
    if (frame) this.#enlarge(frame);
  }

  #enlarge(frame) {
    this.#enlarged = frame.number;
    this.#magnifier.show(frame, this.#budgetMs());
    setAttribute(this.#canvas, 'aria-valuenow', String(frame.number));
    setAttribute(this.#canvas, 'aria-valuemax', String(this.#frames.count));
    setAttribute(this.#canvas, 'aria-valuetext', `Frame ${frame.number}, ${frame.gapMs.toFixed(1)} ms`);
  }

  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.#strip.neighbour(this.#pointed ?? this.#enlarged, step);
    if (next !== undefined) this.#point(next);
  }
}
