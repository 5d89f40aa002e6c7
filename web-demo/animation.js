// Pendulums of slightly different periods. Drawn by script, frame by frame: an animation of CSS might go on
// in another thread while this one hangs, and would prove nothing.

import { fitCanvas, themeColours } from './display.js';

const PENDULUMS = 24;
const CYCLE_MS = 30000;             // after this long all are in step again
const SLOWEST_SWINGS = 13;          // in a cycle; each next pendulum makes one more

export class Animation {
  #canvas;
  #colours = themeColours('accent');
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** @param {number} time  in ms */
  draw(time) {
    const { context, width, height } = fitCanvas(this.#canvas);
    const phase = (this.#still.matches ? 0.11 : time / CYCLE_MS) * 2 * Math.PI;
    const radius = Math.min(width / PENDULUMS / 2.6, height / 12);
    context.fillStyle = this.#colours.accent;
    for (let index = 0; index < PENDULUMS; index++) {
      const x = (index + 0.5) / PENDULUMS * width;
      const swing = Math.cos(phase * (SLOWEST_SWINGS + index));
      const y = height / 2 + swing * (height / 2 - radius - 2);
      context.globalAlpha = 0.45 + 0.55 * (swing + 1) / 2;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }
}
