// The counters as a mosaic, of which each tile is a task. With pointer or keyboard, the visitor selects a tile, and
// pauses, resumes or stops its task.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { setAttribute, setText } from '../util/dom.js';
import { whole } from '../util/format.js';
import { MosaicPainter } from './mosaic-painter.js';

export class Mosaic {
  #counters;
  #canvas;
  #readout;
  #selected = 0; // index of a counter; the canvas is a slider with this value
  #painter;
  #isVisible;

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.canvas
   * @param {HTMLElement} parts.readout  describes the selected counter
   * @param {object} parts.counters  the `Counters` of tasks/
   */
  constructor({ canvas, readout, counters }) {
    this.#counters = counters;
    this.#canvas = canvas;
    this.#readout = readout;
    canvas.addEventListener('pointermove', (event) => this.#select(this.#painter.indexAt(event)));
    canvas.addEventListener('click', (event) => {
      this.#select(this.#painter.indexAt(event));
      counters.toggle(this.#selected);
      this.update();
    });
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    this.#isVisible = watchVisibility(canvas);
    this.#painter = new MosaicPainter(canvas, counters);
  }

  update() {
    if (this.#selected >= this.#counters.size) this.#selected = 0;
    this.#describeSelected();
  }

  #select(index) {
    if (index >= 0 && index < this.#counters.size) this.#selected = index;
    this.#describeSelected();
  }

  #describeSelected() {
    const { size } = this.#counters;
    if (size === 0) return;
    const { state, progress } = this.#counters.get(this.#selected);
    const turns = this.#counters.turns(this.#selected);
    const number = this.#selected + 1;
    const text = `counter ${number}: ${state}, ${Math.round(100 * progress)} %, ${whole(turns)} turns`;
    setText(this.#readout, text);
    setAttribute(this.#canvas, 'aria-valuenow', String(number));
    setAttribute(this.#canvas, 'aria-valuemax', String(size));
    setAttribute(this.#canvas, 'aria-valuetext', text);
  }

  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#painter.columns, ArrowDown: this.#painter.columns }[
      event.key
    ];
    if (step !== undefined) this.#select(this.#selected + step);
    else if (event.key === 'Enter' || event.key === ' ') this.#counters.toggle(this.#selected);
    else if (event.key === 'Delete') this.#counters.stopOne(this.#selected);
    else return;
    event.preventDefault();
    this.update();
  }

  /** Called in every frame. */
  draw() {
    if (this.#counters.size === 0 || !this.#isVisible()) return;
    fitCanvas(this.#canvas);
    this.#painter.draw(document.activeElement === this.#canvas ? this.#selected : undefined);
  }
}
