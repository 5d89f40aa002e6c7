// Draws the counters as tiles, on a canvas of any size. A tile fills as its task progresses, and lights up in the frame
// in which the task had a turn: the turns run through the mosaic as they run through the queue.

import { colourOf, colours } from '../util/colours.js';
import { reducedMotion } from '../util/media.js';

const LIGHT_FRAMES = 3; // a tile is lit for this many frames after a turn

export class MosaicPainter {
  columns = 1; // as last drawn
  #canvas;
  #counters;
  #turns = []; // of each counter, when the mosaic was last drawn
  #lit = []; // for how many frames each tile is still lit

  constructor(canvas, counters) {
    this.#canvas = canvas;
    this.#counters = counters;
  }

  /** The index of the counter at a point of the canvas, in CSS pixels. */
  indexAt({ offsetX, offsetY }) {
    const { clientWidth, clientHeight } = this.#canvas;
    const { tileWidth, tileHeight } = this.#tileSize(clientWidth, clientHeight);
    return Math.floor(offsetY / tileHeight) * this.columns + Math.floor(offsetX / tileWidth);
  }

  /** @param {number} [selected]  the index of a counter to outline */
  draw(selected) {
    const { size } = this.#counters;
    const context = this.#canvas.getContext('2d');
    const { width, height } = this.#canvas;
    this.columns = Math.ceil(Math.sqrt((size * width) / height));
    const { tileWidth, tileHeight } = this.#tileSize(width, height);
    const space = tileHeight > 6 ? Math.max(1, Math.round(tileHeight / 8)) : tileHeight > 3 ? 1 : 0;
    context.clearRect(0, 0, width, height);
    for (let index = 0; index < size; index++) {
      const column = index % this.columns,
        row = Math.floor(index / this.columns);
      const tile = {
        left: Math.round(column * tileWidth),
        top: Math.round(row * tileHeight),
        right: Math.round((column + 1) * tileWidth) - space,
        bottom: Math.round((row + 1) * tileHeight) - space,
      };
      this.#drawTile(context, index, tile);
      if (index === selected) outline(context, tile);
    }
  }

  #tileSize(width, height) {
    const tileWidth = width / this.columns;
    const rows = Math.ceil(this.#counters.size / this.columns);
    return { tileWidth, tileHeight: Math.min(tileWidth, height / rows) };
  }

  #drawTile(context, index, { left, top, right, bottom }) {
    const { state, progress, slot, turns } = this.#counters.get(index);
    if (turns !== this.#turns[index]) this.#lit[index] = LIGHT_FRAMES;
    this.#turns[index] = turns;
    const isLit = state === 'runnable' && this.#lit[index]-- > 0 && !reducedMotion.matches;
    const filled = Math.round((bottom - top) * progress);
    context.fillStyle = isLit ? colours.lit : state === 'stopped' ? colours.panel : colours.line;
    context.fillRect(left, top, right - left, bottom - top);
    context.fillStyle = state === 'paused' ? colours.quiet : isLit ? colours.accent : colourOf(slot);
    context.globalAlpha = state === 'paused' || state === 'stopped' ? 0.5 : 1;
    context.fillRect(left, bottom - filled, right - left, filled);
    context.globalAlpha = 1;
  }
}

function outline(context, { left, top, right, bottom }) {
  context.strokeStyle = colours.accent;
  context.lineWidth = 2 * devicePixelRatio;
  context.strokeRect(left, top, right - left, bottom - top);
}
