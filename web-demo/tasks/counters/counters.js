// The counters: small tasks, which one click adds by the thousand. They are one row of the task list and one mosaic.

import { whole } from '../../util/format.js';
import { FIRST_COUNTER_SLOT } from '../../util/slots.js';
import { TURNS, sumCollatzLengths } from './collatz.js';

const NUMBERS_APART = 7919; // from the first number of one counter to that of the next
const ENDED = ['done', 'failed', 'stopped'];

const stopTask = (task) => {
  if (!ENDED.includes(task.state)) task.stop();
};

export class Counters {
  title = 'Counters';
  language = 'JavaScript';
  /** Of all counters together: 0 to 1. Like `note` and `state`, as of the last update(). */
  progress = 0;
  note = '';
  #tasks = [];
  #turns = []; // by task: how many of its TURNS are done
  #countByState = {};
  #cooperator;
  #recorder;

  constructor({ cooperator, recorder }) {
    this.#cooperator = cooperator;
    this.#recorder = recorder;
  }

  get size() {
    return this.#tasks.length;
  }

  get state() {
    const { runnable = 0, paused = 0, done = 0 } = this.#countByState;
    if (runnable > 0) return 'runnable';
    if (paused > 0) return 'paused';
    return done > 0 ? 'done' : 'stopped';
  }

  get isActive() {
    return this.state === 'runnable';
  }

  get isPaused() {
    return this.state === 'paused';
  }

  /** @returns {{ state: string, progress: number, turns: number, slot: number }} one counter; progress is 0 to 1 */
  get(index) {
    const { state } = this.#tasks[index];
    const turns = this.#turns[index];
    return { state, progress: turns / TURNS, turns, slot: FIRST_COUNTER_SLOT + index };
  }

  /** The turns that one counter has had. */
  turns(index) {
    return this.#tasks[index].stats().turns;
  }

  busyMs() {
    let sum = 0;
    for (let index = 0; index < this.size; index++) sum += this.#recorder.busyMs(FIRST_COUNTER_SLOT + index);
    return sum;
  }

  /** Replaces all counters. */
  reset(count) {
    for (const task of this.#tasks) stopTask(task);
    this.#tasks = [];
    this.#turns = [];
    this.#add(count);
  }

  /** Adds the missing counters if the present ones are running or paused. Otherwise replaces all of them. */
  resize(count) {
    if (count > this.size && (this.isActive || this.isPaused)) this.#add(count - this.size);
    else this.reset(count);
  }

  start() {
    this.reset(this.size);
  }

  pause() {
    for (const task of this.#tasks) if (task.state === 'runnable') task.pause();
    this.update();
  }

  resume() {
    for (const task of this.#tasks) if (task.state === 'paused') task.resume();
    this.update();
  }

  stop() {
    for (const task of this.#tasks) stopTask(task);
    this.update();
  }

  /** Pauses or resumes one counter. */
  toggle(index) {
    const task = this.#tasks[index];
    if (task?.state === 'runnable') task.pause();
    else if (task?.state === 'paused') task.resume();
    this.update();
  }

  stopOne(index) {
    if (this.#tasks[index]) stopTask(this.#tasks[index]);
    this.update();
  }

  /** Counts the states and sums up the progress. */
  update() {
    this.#countByState = {};
    let turns = 0;
    for (const [index, { state }] of this.#tasks.entries()) {
      this.#countByState[state] = (this.#countByState[state] ?? 0) + 1;
      turns += this.#turns[index];
    }
    this.progress = this.size === 0 ? 0 : turns / (TURNS * this.size);
    this.note = Object.entries(this.#countByState)
      .map(([state, count]) => `${whole(count)} ${state}`)
      .join(', ');
  }

  #add(count) {
    for (let added = 0; added < count; added++) this.#tasks.push(this.#createTask(this.#tasks.length));
    this.update();
  }

  #createTask(index) {
    const turns = this.#turns; // reset() makes a new array, so replaced tasks cannot write into it
    turns[index] = 0;
    const work = () =>
      sumCollatzLengths(1 + index * NUMBERS_APART, (turn) => {
        turns[index] = turn;
      });
    const recorded = this.#recorder.recordGenerator(FIRST_COUNTER_SLOT + index, work);
    return this.#cooperator.cooperate(recorded, { name: `counter ${index + 1}` });
  }
}
