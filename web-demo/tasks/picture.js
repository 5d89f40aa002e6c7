// A canvas that shows the picture that a C task draws, and lets the visitor click, zoom and move in it.

import { watchVisibility } from '../util/canvas.js';
import { fromTemplate } from '../util/dom.js';

const MOVES = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.2], ArrowDown: [0, 0.2] };

export class Picture {
  #canvas;
  #context;
  #memory; // of the module whose task draws
  #state = 0; // address of the task's struct, which begins with a `struct picture`; 0 while there is none
  #drawnAt = -1; // the task's `done` when the canvas was last drawn
  #isVisible;

  /**
   * @param {HTMLElement} element  where the canvas goes
   * @param {object} options
   * @param {number} options.width
   * @param {number} options.height
   * @param {string} options.label
   * @param {(x: number, y: number, factor: number) => void} [options.zoom]  called by the zoom buttons with the centre,
   *   as fractions of width and height, and the factor by which the visible section grows; no buttons without it
   * @param {boolean} [options.crisp]  enlarges pixels without smoothing
   */
  constructor(element, { width, height, label, zoom, crisp = false }) {
    const { element: view, parts } = fromTemplate('picture-template');
    this.#canvas = Object.assign(parts.canvas, { width, height });
    this.#canvas.setAttribute('aria-label', label);
    this.#canvas.classList.toggle('crisp', crisp);
    this.#context = this.#canvas.getContext('2d', { alpha: false });
    parts.in.setAttribute('aria-label', `${label}: zoom in`);
    parts.out.setAttribute('aria-label', `${label}: zoom out`);
    parts.buttons.hidden = !zoom;
    if (zoom) {
      parts.in.addEventListener('click', () => zoom(0.5, 0.5, 0.5));
      parts.out.addEventListener('click', () => zoom(0.5, 0.5, 2));
    }
    element.append(view);
    this.#isVisible = watchVisibility(this.#canvas);
  }

  /**
   * Makes the picture react to clicks and keys.
   * @param {(x: number, y: number) => void} visit  called with the clicked point, as fractions of width and height, or
   *   with the centre for Enter
   * @param {(x: number, y: number) => void} [move]  called for arrow keys with the distance, as fractions likewise
   */
  onPoint(visit, move = () => {}) {
    this.#canvas.classList.add('clickable');
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('aria-keyshortcuts', 'Enter ArrowLeft ArrowRight ArrowUp ArrowDown');
    this.#canvas.addEventListener('click', (event) => {
      visit(event.offsetX / this.#canvas.clientWidth, event.offsetY / this.#canvas.clientHeight);
    });
    this.#canvas.addEventListener('keydown', (event) => {
      const distance = MOVES[event.key];
      if (event.key === 'Enter') visit(0.5, 0.5);
      else if (distance) move(...distance);
      else return;
      event.preventDefault();
    });
  }

  /**
   * Shows the picture of a task until `release`.
   * @param {WebAssembly.Memory} memory
   * @param {number} state  address of the task's struct
   */
  follow(memory, state) {
    this.#memory = memory;
    this.#state = state;
    this.#drawnAt = -1;
  }

  /** Draws the picture of a task for the last time: its memory is about to be freed. */
  release(state) {
    if (state !== this.#state) return;
    this.#draw();
    this.#state = 0;
  }

  /** @returns {{ done: number, total: number } | undefined} the progress of the task, if there is one */
  refresh() {
    if (this.#state === 0) return undefined;
    if (this.#isVisible()) this.#draw();
    const [, , done, total] = new Uint32Array(this.#memory.buffer, this.#state, 4);
    return { done, total };
  }

  /** Draws the picture, scaled down, on the canvas of a thumbnail. */
  drawThumbnail(context) {
    if (this.#state !== 0) this.#draw();
    context.drawImage(this.#canvas, 0, 0, context.canvas.width, context.canvas.height);
  }

  #draw() {
    const { buffer } = this.#memory;
    const [width, height, done, , pixels] = new Uint32Array(buffer, this.#state, 5);
    if (done === this.#drawnAt) return;
    this.#drawnAt = done;
    const image = new ImageData(new Uint8ClampedArray(buffer, pixels, width * height * 4), width, height);
    this.#context.putImageData(image, 0, 0);
  }
}
