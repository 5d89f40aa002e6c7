// The small tasks, of which one click adds a thousand. They are shown together, as a mosaic: each tile is a task and
// fills as it progresses. A tile can be pointed at, paused and stopped.

import { colourOf, colours, onColourChange } from './colours.js';
import { fitCanvas, setAttribute, setText, watchSight, whole } from './display.js';
import { FIRST_OF_CROWD } from './recorder.js';
import { TURNS, counter } from './work/counter.js';

/** So far apart begin the numbers that they count. */
const APART = 7919;
const ENDED = ['done', 'failed', 'stopped'];

export class Crowd {
  title = 'Counters';
  language = 'JavaScript';
  progress = 0;
  note = '';
  #tasks = [];
  #turns = [];
  #counts = {};
  #pointed = 0;
  #workshop;
  #recorder;
  #canvas;
  #readout;
  #columns = 1;
  #inSight;

  constructor({ recorder, canvas, readout }) {
    this.#recorder = recorder;
    this.#canvas = canvas;
    this.#readout = readout;
    canvas.addEventListener('pointermove', (event) => this.#point(this.#at(event)));
    canvas.addEventListener('click', (event) => {
      this.#point(this.#at(event));
      this.#toggle();
    });
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    this.#inSight = watchSight(canvas, () => this.draw());
    onColourChange(() => this.draw());
  }

  set workshop(workshop) {
    this.#workshop = workshop;
  }

  get size() {
    return this.#tasks.length;
  }

  get state() {
    const { runnable = 0, paused = 0, done = 0 } = this.#counts;
    if (runnable > 0) return 'runnable';
    if (paused > 0) return 'paused';
    return done > 0 ? 'done' : 'stopped';
  }

  get isLively() {
    return this.state === 'runnable';
  }

  get isPaused() {
    return this.state === 'paused';
  }

  /** In a new cooperator, or after the end of all. */
  begin(count) {
    for (const task of this.#tasks) if (!ENDED.includes(task.state)) task.stop();
    this.#tasks = [];
    this.#turns = [];
    this.add(count);
  }

  add(count) {
    for (let added = 0; added < count; added++) {
      const index = this.#tasks.length;
      this.#turns[index] = 0;
      const turns = this.#turns;
      const work = () =>
        counter(1 + index * APART, (turn) => {
          turns[index] = turn;
        });
      this.#tasks.push(
        this.#workshop.cooperate(this.#recorder.generator(FIRST_OF_CROWD + index, work), {
          name: `counter ${index + 1}`,
        }),
      );
    }
    this.#pointed = 0;
    this.look();
  }

  start() {
    this.begin(this.size);
  }

  pause() {
    this.#each('runnable', (task) => task.pause());
  }

  resume() {
    this.#each('paused', (task) => task.resume());
  }

  stop() {
    for (const task of this.#tasks) if (!ENDED.includes(task.state)) task.stop();
    this.look();
  }

  #each(state, act) {
    for (const task of this.#tasks) if (task.state === state) act(task);
    this.look();
  }

  busyMs() {
    let sum = 0;
    for (let index = 0; index < this.size; index++) sum += this.#recorder.busyMs(FIRST_OF_CROWD + index);
    return sum;
  }

  /** Counts the states, sums up the progress. */
  look() {
    this.#counts = {};
    let turns = 0;
    for (const [index, { state }] of this.#tasks.entries()) {
      this.#counts[state] = (this.#counts[state] ?? 0) + 1;
      turns += this.#turns[index];
    }
    this.progress = this.size === 0 ? 0 : turns / (TURNS * this.size);
    this.note = Object.entries(this.#counts)
      .map(([state, count]) => `${whole(count)} ${state}`)
      .join(', ');
    this.#tell();
  }

  draw() {
    const canvas = this.#canvas;
    if (this.size === 0 || !this.#inSight()) return;
    fitCanvas(canvas);
    const context = canvas.getContext('2d');
    const { width, height } = canvas;
    this.#columns = Math.ceil(Math.sqrt((this.size * width) / height));
    const tile = width / this.#columns,
      rows = Math.ceil(this.size / this.#columns);
    const tileHeight = Math.min(tile, height / rows);
    const space = tileHeight > 6 ? Math.max(1, Math.round(tileHeight / 8)) : tileHeight > 3 ? 1 : 0;
    context.clearRect(0, 0, width, height);
    for (const [index, { state }] of this.#tasks.entries()) {
      const column = index % this.#columns,
        row = Math.floor(index / this.#columns);
      const x = Math.round(column * tile),
        y = Math.round(row * tileHeight);
      const right = Math.round((column + 1) * tile) - space;
      const bottom = Math.round((row + 1) * tileHeight) - space;
      const full = Math.round(((bottom - y) * this.#turns[index]) / TURNS);
      context.fillStyle = state === 'stopped' ? colours.panel : colours.line;
      context.fillRect(x, y, right - x, bottom - y);
      context.fillStyle = state === 'paused' ? colours.quiet : colourOf(FIRST_OF_CROWD + index);
      context.globalAlpha = state === 'paused' || state === 'stopped' ? 0.5 : 1;
      context.fillRect(x, bottom - full, right - x, full);
      context.globalAlpha = 1;
      if (index === this.#pointed && document.activeElement === canvas) {
        context.strokeStyle = colours.accent;
        context.lineWidth = 2 * devicePixelRatio;
        context.strokeRect(x, y, right - x, bottom - y);
      }
    }
  }

  #at(event) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const tile = width / this.#columns,
      rows = Math.ceil(this.size / this.#columns);
    const tileHeight = Math.min(tile, height / rows);
    return Math.floor(event.offsetY / tileHeight) * this.#columns + Math.floor(event.offsetX / tile);
  }

  #point(index) {
    if (index >= 0 && index < this.size) this.#pointed = index;
    this.#tell();
  }

  #tell() {
    const task = this.#tasks[this.#pointed];
    if (task === undefined) return;
    const part = Math.round((100 * this.#turns[this.#pointed]) / TURNS);
    const text = `counter ${this.#pointed + 1}: ${task.state}, ${part} %, ${whole(task.stats().turns)} turns`;
    setText(this.#readout, text);
    setAttribute(this.#canvas, 'aria-valuenow', String(this.#pointed + 1));
    setAttribute(this.#canvas, 'aria-valuemax', String(this.size));
    setAttribute(this.#canvas, 'aria-valuetext', text);
  }

  #toggle() {
    const task = this.#tasks[this.#pointed];
    if (task?.state === 'runnable') task.pause();
    else if (task?.state === 'paused') task.resume();
    this.look();
    this.draw();
  }

  #onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns }[event.key];
    if (step !== undefined) {
      this.#point(this.#pointed + step);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.#toggle();
    } else if (event.key === 'Delete') {
      const task = this.#tasks[this.#pointed];
      if (task && !ENDED.includes(task.state)) task.stop();
      this.look();
    } else {
      return;
    }
    event.preventDefault();
    this.draw();
  }
}
