// The cooperator for the current mode, scheduler and budget. When one of these changes, a new cooperator takes its
// place and all work starts anew, so that the scores of different modes can be compared.

import { Cooperator } from 'cooperator';
import { continuousScheduler } from './continuous-scheduler.js';
import { modes } from './modes.js';

export class CurrentCooperator {
  #cooperator;
  #mode;
  #runWithoutBreak;
  #finished = 0;
  #settings;
  #recorder;
  #onError;

  /** @param {(error: unknown, task?: object) => void} options.onError  as `onError` of the package's Cooperator */
  constructor({ settings, recorder, onError }) {
    this.#settings = settings;
    this.#recorder = recorder;
    this.#onError = onError;
    this.#create();
  }

  /** The budget of a slice; undefined if it has none. */
  get budgetMs() {
    return this.#mode.budgetMs;
  }

  get hasTasks() {
    return this.#cooperator.tasks.length > 0;
  }

  /** Adds a task, like `cooperate` of the package. */
  cooperate(work, { share = 1, ...options }) {
    const task = this.#cooperator.cooperate(work, { share: this.#mode.share ?? share, ...options });
    task.whenDone().addBoth(() => {
      this.#finished++;
    });
    return task;
  }

  /** Runs the tasks for `ms` milliseconds without a break, and so freezes the page. */
  runWithoutBreak(ms) {
    this.#runWithoutBreak(ms);
  }

  /** Disposes of the cooperator with all its tasks, and creates one for the current settings. */
  replace() {
    this.#cooperator.dispose();
    this.#create();
  }

  #create() {
    this.#mode = modes[this.#settings.mode](this.#settings, () => this.#finished);
    const { scheduler, ...options } = this.#mode.options;
    const continuous = continuousScheduler(scheduler);
    this.#runWithoutBreak = continuous.runWithoutBreak;
    this.#cooperator = new Cooperator({
      ...options,
      scheduler: this.#recorder.recordScheduler(continuous.scheduler),
      onError: this.#onError,
    });
  }
}
