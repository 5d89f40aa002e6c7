// The film of the last frames and, below it, one of them enlarged: the one that is pointed at, else a recent one.

import { setAttribute, stillness } from './display.js';
import { Film } from './film.js';
import { Magnifier } from './magnifier.js';

const REFRESH_MS = 600;
const REFRESH_STILL_MS = 3000;
const LONG_MS = 100;

export class Timeline {
  #film;
  #magnifier;
  #frames;
  #canvas;
  #line;
  #pointed; // the number of the frame that the visitor points at
  #current;
  #refreshed = 0;
  #held = false;
  #budgetMs = () => undefined;

  constructor({ film, magnified, caption, line, hold, frames, recorder, budgetMs }) {
    this.#canvas = film;
    this.#line = line;
    this.#frames = frames;
    this.#budgetMs = budgetMs;
    this.#film = new Film(film, frames, recorder);
    this.#magnifier = new Magnifier(magnified, caption, frames, recorder);
    film.addEventListener('pointermove', (event) => this.#point(this.#film.frameAt(event.offsetX)));
    film.addEventListener('pointerleave', () => this.#point(undefined));
    film.addEventListener('keydown', (event) => this.#onKey(event));
    film.addEventListener('blur', () => this.#point(undefined));
    hold.addEventListener('click', () => {
      this.#held = !this.#held;
      hold.setAttribute('aria-pressed', String(this.#held));
    });
  }

  /** A frame is over. */
  add(frame) {
    if (this.#held) return;
    this.#film.add(frame);
    if (this.#pointed !== undefined || !this.#isNews(frame)) return;
    this.#refreshed = frame.ended;
    this.#show(frame);
    this.#line.style.setProperty('--frame-label', `"${this.#frames.intervalMs.toFixed(1)} ms: the next frame is due"`);
  }

  /** An idle frame says nothing; one that was long in coming must not go by unseen. */
  #isNews(frame) {
    if (frame.endTurn === frame.firstTurn) return false;
    const every = stillness.matches ? REFRESH_STILL_MS : REFRESH_MS;
    return frame.gapMs >= LONG_MS || frame.ended - this.#refreshed >= every;
  }

  #point(number) {
    this.#pointed = number;
    if (number === undefined) return;
    const frame = this.#frames.get(number);
    if (frame) this.#show(frame);
  }

  #show(frame) {
    this.#current = frame.number;
    this.#magnifier.show(frame, this.#budgetMs());
    setAttribute(this.#canvas, 'aria-valuenow', String(frame.number));
    setAttribute(this.#canvas, 'aria-valuemax', String(this.#frames.count));
    setAttribute(this.#canvas, 'aria-valuetext', `Frame ${frame.number}, ${frame.gapMs.toFixed(1)} ms`);
  }

  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.#film.neighbour(this.#pointed ?? this.#current, step);
    if (next !== undefined) this.#point(next);
  }
}
