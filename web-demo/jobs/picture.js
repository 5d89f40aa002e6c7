// A canvas that shows the picture a C task is drawing, and lets the visitor zoom.

import { fromTemplate, watchSight } from '../display.js';

const STEPS = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.2], ArrowDown: [0, 0.2] };

export class Picture {
  #canvas;
  #context;
  #memory;
  #state = 0;
  #shown = -1;
  #inSight;

  constructor(element, { width, height, label, zoom, crisp = false }) {
    const { element: view, parts } = fromTemplate('picture-template');
    this.#canvas = Object.assign(parts.canvas, { width, height });
    this.#canvas.setAttribute('aria-label', label);
    this.#canvas.classList.toggle('crisp', crisp);
    this.#context = this.#canvas.getContext('2d', { alpha: false });
    parts.in.setAttribute('aria-label', `${label}: closer`);
    parts.out.setAttribute('aria-label', `${label}: farther away`);
    parts.buttons.hidden = !zoom;
    if (zoom) {
      parts.in.addEventListener('click', () => zoom(0.5, 0.5, 0.5));
      parts.out.addEventListener('click', () => zoom(0.5, 0.5, 2));
    }
    element.append(view);
    this.#inSight = watchSight(this.#canvas);
  }

  /**
   * `visit(x, y)` is called with the parts of width and height at which the picture was clicked, or, for Enter, with
   * its centre; `move(x, y)`, for arrow keys, with the parts by which to go.
   */
  onPoint(visit, move = () => {}) {
    this.#canvas.classList.add('clickable');
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('aria-keyshortcuts', 'Enter ArrowLeft ArrowRight ArrowUp ArrowDown');
    this.#canvas.addEventListener('click', (event) => {
      visit(event.offsetX / this.#canvas.clientWidth, event.offsetY / this.#canvas.clientHeight);
    });
    this.#canvas.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (event.key === 'Enter') visit(0.5, 0.5);
      else if (step) move(...step);
      else return;
      event.preventDefault();
    });
  }

  /** From now on this one is shown, until `release`. */
  follow(memory, state) {
    this.#memory = memory;
    this.#state = state;
    this.#shown = -1;
  }

  /** Shows the last of it: its memory is about to be given back. */
  release(state) {
    if (state !== this.#state) return;
    this.#draw();
    this.#state = 0;
  }

  refresh() {
    if (this.#state === 0) return undefined;
    if (this.#inSight()) this.#draw();
    const [, , done, total] = new Uint32Array(this.#memory.buffer, this.#state, 4);
    return { done, total };
  }

  #draw() {
    const { buffer } = this.#memory;
    const [width, height, done, , pixels] = new Uint32Array(buffer, this.#state, 5);
    if (done === this.#shown) return;
    this.#shown = done;
    this.#context.putImageData(
      new ImageData(new Uint8ClampedArray(buffer, pixels, width * height * 4), width, height),
      0,
      0,
    );
  }
}
