// Measures what three ways to run the same work do to the page. The goodput is measured as in the project's README: the
// work done, divided by what a loop without a break does in the same time.

import { Cooperator } from 'cooperator';
import { load } from '../native/load.js';
import { Scores } from './scores.js';

const TASKS = 7; // in the colours of the seven jobs
const TURN_MS = 0.2;
const CALIBRATION_MS = 100;
const LOOP_MS = 1200;
const EACH_MS = 3000;
const FIRST_STEPS = 2000;

/**
 * @typedef {object} Result
 * @property {number} goodput  1 for the loop
 * @property {number} framesPerSecond
 * @property {number} longestGapMs  between two frames
 * @property {number | undefined} longestDelayMs  of an input
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
   * @returns {Promise<Record<string, Result>>}  by mode; the loop is called `loop`
   */
  async run(modes, onStart, signal) {
    const wasm = await load('spin');
    const count = 1 + Object.keys(modes).length;
    try {
      onStart(1, count);
      await frames(2); // the page shows that before it freezes
      const steps = stepsPerTurn(wasm);
      const { msPerTurn, result } = await this.#runLoop(wasm, steps);
      const results = { loop: result };
      for (const [index, [mode, options]] of Object.entries(modes).entries()) {
        signal.throwIfAborted();
        onStart(index + 2, count);
        results[mode] = await this.#runTasks(wasm, steps, msPerTurn, mode, options);
      }
      signal.throwIfAborted();
      return results;
    } finally {
      this.#isActive = false;
    }
  }

  #begin(mode) {
    this.#scores.begin(mode);
    this.#isActive = true;
  }

  async #result(mode, goodput) {
    await frames(3); // the last frame of the measurement has ended
    const { framesPerSecond, longestGapMs, longestDelayMs } = this.#scores.get(mode);
    return { goodput, framesPerSecond, longestGapMs, longestDelayMs };
  }

  async #runLoop(wasm, steps) {
    const state = create(wasm, steps);
    this.#begin('loop');
    const began = performance.now();
    while (performance.now() - began < LOOP_MS) wasm.spin_step(state);
    const ended = performance.now();
    this.#recorder.record(0, began, ended);
    const msPerTurn = (ended - began) / wasm.spin_turns(state);
    wasm.spin_destroy(state);
    return { msPerTurn, result: await this.#result('loop', 1) };
  }

  async #runTasks(wasm, steps, msPerTurn, mode, { scheduler, ...options }) {
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
    return this.#result(mode, (turns * msPerTurn) / elapsedMs);
  }
}

function create(wasm, steps) {
  const state = wasm.spin_create(steps);
  if (state === 0) throw new Error('spin.wasm is out of memory');
  return state;
}

/** How many steps of arithmetic a turn of TURN_MS takes on this machine. */
function stepsPerTurn(wasm) {
  const state = create(wasm, FIRST_STEPS);
  const began = performance.now();
  while (performance.now() - began < CALIBRATION_MS) wasm.spin_step(state);
  const msPerStep = (performance.now() - began) / wasm.spin_turns(state) / FIRST_STEPS;
  wasm.spin_destroy(state);
  return Math.ceil(TURN_MS / msPerStep);
}

async function frames(count) {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
}
