// Pendulums of slightly different periods. Drawn by script, frame by frame: an animation of CSS might go on
// in another thread while this one hangs, and would prove nothing.

import { colourOf, colours } from './colours.js';
import { fitCanvas, stillness, watchSight } from './display.js';

const CYCLE_MS = 40000; // after this long all are in step again
const SLOWEST_SWINGS = 11; // in a cycle; each next pendulum makes one more
const HUES = [0, 4, 2, 6];

export class Animation {
  pendulums = 24;
  #canvas;
  #inSight;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#inSight = watchSight(canvas);
  }

  /** @param {number} time  in ms */
  draw(time) {
    if (!this.#inSight()) return;
    fitCanvas(this.#canvas);
    const context = this.#canvas.getContext('2d');
    const { width, height } = this.#canvas;
    const still = stillness.matches;
    const phase = (still ? 0.09 : time / CYCLE_MS) * 2 * Math.PI;
    const radius = Math.min(width / this.pendulums / 2.8, height / 14);
    const swing = height / 2 - radius - 2;
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 0.5;
    context.fillStyle = colours.line;
    context.fillRect(0, Math.round(height / 2), width, Math.max(1, devicePixelRatio));
    context.globalAlpha = 1;
    for (let index = 0; index < this.pendulums; index++) {
      const x = ((index + 0.5) / this.pendulums) * width;
      const y = height / 2 + Math.cos(phase * (SLOWEST_SWINGS + index)) * swing;
      context.fillStyle = colourOf(HUES[Math.floor((index / this.pendulums) * HUES.length)]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
