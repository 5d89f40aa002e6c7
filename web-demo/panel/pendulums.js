// Pendulums with slightly different periods, and the slider for their number. A script draws them in every frame: a CSS
// animation could go on in another thread while this one hangs, and would prove nothing.

import { fitCanvas, watchVisibility } from '../util/canvas.js';
import { colourOf, colours } from '../util/colours.js';
import { setText } from '../util/dom.js';
import { reducedMotion } from '../util/media.js';

const CYCLE_MS = 40000; // after this time all pendulums are in step again
const SLOWEST_SWINGS = 11; // of the first pendulum in a cycle; each next one makes one more
const SLOTS = [0, 4, 2, 6]; // the pendulums have the colours of these slots
const STILL_PHASE = 0.09; // with reduced motion the pendulums stand still here, as a fraction of the cycle

export class Pendulums {
  #count = 0;
  #canvas;
  #isVisible;

  constructor({ canvas, slider, readout }) {
    this.#canvas = canvas;
    this.#isVisible = watchVisibility(canvas);
    const update = () => {
      this.#count = Number(slider.value);
      setText(readout, slider.value);
    };
    slider.addEventListener('input', update);
    update();
  }

  /** @param {number} time  in ms */
  draw(time) {
    if (!this.#isVisible()) return;
    fitCanvas(this.#canvas);
    const context = this.#canvas.getContext('2d');
    const { width, height } = this.#canvas;
    const count = this.#count;
    const phase = (reducedMotion.matches ? STILL_PHASE : time / CYCLE_MS) * 2 * Math.PI;
    const radius = Math.min(width / count / 2.8, height / 14);
    const amplitude = height / 2 - radius - 2;
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 0.5;
    context.fillStyle = colours.line;
    context.fillRect(0, Math.round(height / 2), width, Math.max(1, devicePixelRatio));
    context.globalAlpha = 1;
    for (let index = 0; index < count; index++) {
      const x = ((index + 0.5) / count) * width;
      const y = height / 2 + Math.cos(phase * (SLOWEST_SWINGS + index)) * amplitude;
      context.fillStyle = colourOf(SLOTS[Math.floor((index / count) * SLOTS.length)]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
