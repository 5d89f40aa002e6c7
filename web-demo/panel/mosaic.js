// The counters as a mosaic: each tile is a task and fills as it progresses. With pointer or keyboard, the visitor
// selects a tile, and pauses, resumes or stops its task.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { colourOf, colours, onColourChange } from '../util/colours.js';
import { setAttribute, setText } from '../util/dom.js';
import { whole } from '../util/format.js';

export class Mosaic {
  #counters;
  #canvas;
  #readout;
  #selected = 0; // index of a counter; the canvas is a slider with this value
  #columns = 1; // as last drawn
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
    canvas.addEventListener('pointermove', (event) => this.#select(this.#indexAt(event)));
    canvas.addEventListener('click', (event) => {
      this.#select(this.#indexAt(event));
      counters.toggle(this.#selected);
      this.update();
    });
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    this.#isVisible = watchVisibility(canvas, () => this.#draw());
    onColourChange(() => this.#draw());
  }

  update() {
    if (this.#selected >= this.#counters.size) this.#selected = 0;
    this.#describeSelected();
    this.#draw();
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
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns }[event.key];
    if (step !== undefined) this.#select(this.#selected + step);
    else if (event.key === 'Enter' || event.key === ' ') this.#counters.toggle(this.#selected);
    else if (event.key === 'Delete') this.#counters.stopOne(this.#selected);
    else return;
    event.preventDefault();
    this.update();
  }

  #indexAt({ offsetX, offsetY }) {
    const { clientWidth, clientHeight } = this.#canvas;
    const { tileWidth, tileHeight } = this.#tileSize(clientWidth, clientHeight);
    return Math.floor(offsetY / tileHeight) * this.#columns + Math.floor(offsetX / tileWidth);
  }

  #tileSize(width, height) {
    const tileWidth = width / this.#columns;
    const rows = Math.ceil(this.#counters.size / this.#columns);
    return { tileWidth, tileHeight: Math.min(tileWidth, height / rows) };
  }

  #draw() {
    const { size } = this.#counters;
    if (size === 0 || !this.#isVisible()) return;
    fitCanvas(this.#canvas);
    const context = this.#canvas.getContext('2d');
    const { width, height } = this.#canvas;
    this.#columns = Math.ceil(Math.sqrt((size * width) / height));
    const { tileWidth, tileHeight } = this.#tileSize(width, height);
    const space = tileHeight > 6 ? Math.max(1, Math.round(tileHeight / 8)) : tileHeight > 3 ? 1 : 0;
    context.clearRect(0, 0, width, height);
    for (let index = 0; index < size; index++) {
      const column = index % this.#columns,
        row = Math.floor(index / this.#columns);
      this.#drawTile(context, index, {
        left: Math.round(column * tileWidth),
        top: Math.round(row * tileHeight),
        right: Math.round((column + 1) * tileWidth) - space,
        bottom: Math.round((row + 1) * tileHeight) - space,
      });
    }
  }

  #drawTile(context, index, { left, top, right, bottom }) {
    const { state, progress, slot } = this.#counters.get(index);
    const filled = Math.round((bottom - top) * progress);
    context.fillStyle = state === 'stopped' ? colours.panel : colours.line;
    context.fillRect(left, top, right - left, bottom - top);
    context.fillStyle = state === 'paused' ? colours.quiet : colourOf(slot);
    context.globalAlpha = state === 'paused' || state === 'stopped' ? 0.5 : 1;
    context.fillRect(left, bottom - filled, right - left, filled);
    context.globalAlpha = 1;
    if (index === this.#selected && document.activeElement === this.#canvas) {
      context.strokeStyle = colours.accent;
      context.lineWidth = 2 * devicePixelRatio;
      context.strokeRect(left, top, right - left, bottom - top);
    }
  }
}
