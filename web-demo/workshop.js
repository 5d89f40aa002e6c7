// The cooperator that the settings ask for, and the tasks in it. Another mode, scheduler or budget is another
// cooperator, in which all the work begins anew: so the numbers of different ways can be compared.

import { Cooperator } from 'cooperator';
import { modes } from './modes.js';

export class Workshop {
  cooperator;
  budgetMs;
  #share;
  #finished = 0;
  #settings;
  #recorder;
  #activities;
  #crowd;
  #onError;

  constructor({ settings, recorder, activities, crowd, onError }) {
    this.#settings = settings;
    this.#recorder = recorder;
    this.#activities = activities;
    this.#crowd = crowd;
    this.#onError = onError;
    this.#open();
  }

  begin() {
    this.cooperator.dispose();
    this.#open();
    for (const activity of this.#activities) {
      if (this.#settings.off.has(activity.job.id)) activity.rest();
      else activity.begin();
    }
    this.#crowd.begin(this.#settings.counters);
  }

  #open() {
    const { mode } = this.#settings;
    const { share, budgetMs, scheduler, ...options } = modes[mode](this.#settings, () => this.#finished);
    this.#share = share;
    this.budgetMs = budgetMs;
    this.cooperator = new Cooperator({
      ...options,
      scheduler: this.#recorder.scheduler(scheduler),
      onError: this.#onError,
    });
  }

  /** Adds a task to the cooperator of the moment. */
  cooperate(work, { share = 1, ...options }) {
    const task = this.cooperator.cooperate(work, { share: this.#share ?? share, ...options });
    task.whenDone().addBoth(() => {
      this.#finished++;
    });
    return task;
  }
}
