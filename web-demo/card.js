// One task on the page: what it is, how far it is, and its controls.
//
// A job is { id, title, language, about, start }. `start({ cooperator, view, report })` puts the job into the
// queue and gives { task, refresh? }, or a promise of it. `view` is an element to draw into; `report` takes
// { done, total, text? }; `refresh` is called before every frame. The task's result is a text.

import { milliseconds, setText, whole } from './display.js';

const CONTROLS = {
  pause: ['runnable', 'waiting'],
  resume: ['paused'],
  stop: ['runnable', 'waiting', 'paused'],
  start: ['done', 'failed', 'stopped'],
};
const LIVELY = ['runnable', 'waiting'];   // a task goes to and fro between these many times in a second

export class Card {
  #job;
  #cooperator;
  #announce;
  #run;               // what the job's `start` gave
  #startFailed = false;
  #shownState;
  #holdsFocus = false;
  #parts = {};

  constructor(job, cooperator, announce) {
    this.#job = job;
    this.#cooperator = cooperator;
    this.#announce = announce;

    this.element = document.getElementById('card-template').content.cloneNode(true).firstElementChild;
    const query = (selector) => this.element.querySelector(selector);
    for (const part of this.element.querySelectorAll('[data-part]')) {
      part.dataset.testid = `${job.id}-${part.dataset.part}`;
      this.#parts[part.dataset.part] = part;
    }
    this.element.id = job.id;
    query('h2').textContent = job.title;
    query('h2').id = `${job.id}-heading`;
    this.element.setAttribute('aria-labelledby', `${job.id}-heading`);
    query('.language').textContent = job.language;
    query('.about').textContent = job.about;
    query('.buttons').setAttribute('aria-label', job.title);
    this.#parts.progress.setAttribute('aria-label', `Progress of ${job.title}`);
    this.#parts.view = query('.view');

    for (const action of Object.keys(CONTROLS)) {
      this.#parts[action].addEventListener('click', () => this.act(action));
    }
  }

  /** A task's own state; before there is one, `starting`, or `failed` where it could not be made. */
  get state() {
    return this.#run?.task.state ?? (this.#startFailed ? 'failed' : 'starting');
  }

  can(action) {
    return CONTROLS[action].includes(this.state);
  }

  act(action) {
    if (action === 'start') this.start();
    else this.#run.task[action]();
    this.update();
  }

  async start() {
    this.#run = undefined;
    this.#startFailed = false;
    this.#report({ done: 0, total: 1, text: '' });
    this.#parts.view.replaceChildren();
    try {
      this.#run = await this.#job.start({
        cooperator: this.#cooperator,
        view: this.#parts.view,
        report: (progress) => this.#report(progress),
      });
    } catch (error) {
      this.#startFailed = true;
      this.#end(String(error));
      return;
    }
    const { task } = this.#run;
    task.whenDone().then(
      (text) => this.#ended(task, text),
      (error) => this.#ended(task, task.state === 'failed' ? String(error) : undefined),
    );
  }

  update() {
    this.#run?.refresh?.();
    this.#showState();
    const stats = this.#run?.task.stats();
    if (!stats) return;
    setText(this.#parts.turns, whole(stats.turns));
    setText(this.#parts.busy, milliseconds(stats.busyMs));
    setText(this.#parts['longest-turn'], milliseconds(stats.longestTurnMs, 1));
  }

  #report({ done, total, text }) {
    this.#parts.progress.value = done / total;
    if (text !== undefined) setText(this.#parts.output, text);
  }

  /** A task that was stopped and started again ends after its successor began: its news is old. */
  #ended(task, text) {
    if (this.#run?.task === task) this.#end(text);
  }

  /** Without a text, as for a stopped task, the last one stays: how far it came. */
  #end(text) {
    if (text !== undefined) setText(this.#parts.output, text);
    this.update();
  }

  #showState() {
    const { state } = this;
    if (state === this.#shownState) return;
    const stayedLively = LIVELY.includes(state) && LIVELY.includes(this.#shownState);
    this.#shownState = state;
    this.element.dataset.state = state;
    setText(this.#parts.state, state);
    if (!stayedLively) this.#announce(`${this.#job.title}: ${state}`);

    // A disabled button drops the keyboard's focus: it goes to the first button that can be pressed, as soon as
    // there is one.
    this.#holdsFocus ||= this.element.contains(document.activeElement);
    for (const action of Object.keys(CONTROLS)) this.#parts[action].disabled = !this.can(action);
    const next = this.element.querySelector('button:enabled');
    if (!this.#holdsFocus || !next) return;
    if (!this.element.querySelector('button:enabled:focus')) next.focus({ preventScroll: true });
    this.#holdsFocus = false;
  }
}
