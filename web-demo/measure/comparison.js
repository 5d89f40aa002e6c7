// Measures what three ways to run the same work do to the page. The goodput is measured as in the project's README: the
// work done, divided by what a loop without a break does in the same time.

import { Cooperator } from 'cooperator';
import { load } from '../native/load.js';
import { Scores } from './scores.js';

const TASKS = 7; // in the colours of the seven jobs
const TURN_MS = 0.2;
const CALIBRATION_MS = 100;
const LOOP_MS = 1200;
const LOOP_AGAIN_MS = 250; // short: this time the page should not freeze for long
const EACH_MS = 3000;
const FIRST_STEPS = 2000;

/**
 * @typedef {object} Result
 * @property {number} goodput  1 for the loop
 * @property {number} framesPerSecond
 * @property {number} longestGapMs  between two frames
 * @property {number | undefined} longestDelayMs  of an input
 * @property {number | undefined} usualDelayMs  the 95th percentile
 */

export class Comparison {
  #recorder;
  #scores;
  #isActive = false;

  /** @param {import('./recorder.js').Recorder} recorder */
  constructor(recorder) {
    this.#recorder = recorder;
    this.#scores = new Scores(recorder);
  }

  addFrame(frame) {
    if (this.#isActive) this.#scores.addFrame(frame);
  }

  addDelay(ms) {
    if (this.#isActive) this.#scores.addDelay(ms);
  }

  /**
   * @param {Record<string, object>} modes  the options of a Cooperator for each mode to measure beside the loop
   * @param {(number: number, of: number) => void} onStart  called when the measurement of a mode begins
   * @param {AbortSignal} signal  ends it early: when tasks were added, say
   * @returns {Promise<{ results: Record<string, Result>, drift: number }>}  the results by mode, of which the loop is
   *   called `loop`; and the difference between the loop's speed before and after, as a fraction
   */
  async run(modes, onStart, signal) {
    const wasm = await load('spin');
    const count = 1 + Object.keys(modes).length;
    try {
      onStart(1, count);
      await frames(2); // the page shows that before it freezes
      const steps = stepsPerTurn(wasm);
      const before = await this.#runLoop(wasm, steps);
      const ran = {};
      for (const [index, [mode, options]] of Object.entries(modes).entries()) {
        signal.throwIfAborted();
        onStart(index + 2, count);
        ran[mode] = await this.#runTasks(wasm, steps, mode, options);
      }
      signal.throwIfAborted();
      this.#isActive = false;
      const after = spin(wasm, steps, LOOP_AGAIN_MS);
      const msPerTurn = (before.msPerTurn + after.msPerTurn) / 2;
      const results = { loop: { goodput: 1, ...before.score } };
      for (const [mode, { turnsPerMs, score }] of Object.entries(ran)) {
        results[mode] = { goodput: turnsPerMs * msPerTurn, ...score };
      }
      return { results, drift: Math.abs(after.msPerTurn - before.msPerTurn) / msPerTurn };
    } finally {
      this.#isActive = false;
    }
  }

  #begin(mode) {
    this.#scores.begin(mode);
    this.#isActive = true;
  }

  async #score(mode) {
    await frames(3); // the last frame of the measurement has ended
    const { framesPerSecond, longestGapMs, longestDelayMs, usualDelayMs } = this.#scores.get(mode);
    return { framesPerSecond, longestGapMs, longestDelayMs, usualDelayMs };
  }

  async #runLoop(wasm, steps) {
    this.#begin('loop');
    const { began, ended, msPerTurn } = spin(wasm, steps, LOOP_MS);
    this.#recorder.record(0, began, ended);
    return { msPerTurn, score: await this.#score('loop') };
  }

  async #runTasks(wasm, steps, mode, { scheduler, ...options }) {
    const cooperator = new Cooperator({ ...options, scheduler: this.#recorder.recordScheduler(scheduler) });
    const states = Array.from({ length: TASKS }, () => create(wasm, steps));
    this.#begin(mode);
    const began = performance.now();
    for (const [slot, state] of states.entries()) {
      const task = cooperator.cooperate(this.#recorder.recordNative(slot, { step: wasm.spin_step, state }));
      task.whenDone().addErrback(() => {}); // it is stopped below
    }
    await new Promise((resolve) => {
      setTimeout(resolve, EACH_MS);
    });
    const elapsedMs = performance.now() - began;
    const turns = states.reduce((sum, state) => sum + wasm.spin_turns(state), 0);
    cooperator.dispose();
    for (const state of states) wasm.spin_destroy(state);
    return { turnsPerMs: turns / elapsedMs, score: await this.#score(mode) };
  }
}

function create(wasm, steps) {
  const state = wasm.spin_create(steps);
  if (state === 0) throw new Error('spin.wasm is out of memory');
  return state;
}

/** How many steps of arithmetic a turn of TURN_MS takes on this machine. */
function stepsPerTurn(wasm) {
  const { msPerTurn } = spin(wasm, FIRST_STEPS, CALIBRATION_MS);
  return Math.ceil((TURN_MS * FIRST_STEPS) / msPerTurn);
}

/** Runs turns in a plain loop. */
function spin(wasm, steps, ms) {
  const state = create(wasm, steps);
  const began = performance.now();
  while (performance.now() - began < ms) wasm.spin_step(state);
  const ended = performance.now();
  const msPerTurn = (ended - began) / wasm.spin_turns(state);
  wasm.spin_destroy(state);
  return { began, ended, msPerTurn };
}

async function frames(count) {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
}
