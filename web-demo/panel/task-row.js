// A row of the task list: title, time used, progress, and controls.

import { fromTemplate, setAttribute, setText } from '../util/dom.js';
import { percent } from '../util/format.js';

/** A waiting task that used less than this fraction of the time is shown as waiting, otherwise as running. */
const WAITING_BELOW = 0.002;

/** What the two buttons of a row do, depending on the state of its subject. */
const PAUSE = { method: 'pause', text: 'Pause' },
  RESUME = { method: 'resume', text: 'Resume' };
const STOP = { method: 'stop', text: 'Stop' },
  START = { method: 'start', text: 'Start' };

/**
 * What a row shows and controls: a job, or all counters together.
 * @typedef {object} Subject
 * @property {string} title
 * @property {string} language
 * @property {string} state  of its task, or 'loading', 'failed', 'off'
 * @property {boolean} isActive  whether it is running, waiting or loading
 * @property {boolean} isPaused
 * @property {number} progress  0 to 1
 * @property {string} note
 * @property {() => void} pause
 * @property {() => void} resume
 * @property {() => void} stop
 * @property {() => void} start
 */

export class TaskRow {
  element;
  #id;
  #subject;
  #parts;
  #announce;
  #announcedState;

  /**
   * @param {object} options
   * @param {string} options.id  also the fragment to which the title links
   * @param {Subject} options.subject
   * @param {string} options.colour  in CSS
   * @param {object} [options.settings]  the row offers a choice of the share if it is given
   * @param {(text: string) => void} options.announce
   */
  constructor({ id, subject, colour, settings, announce }) {
    this.#id = id;
    this.#subject = subject;
    this.#announce = announce;
    const { element, parts } = fromTemplate('task-template');
    this.element = element;
    this.#parts = parts;
    element.style.setProperty('--colour', colour);
    element.dataset.testid = `task-${id}`;
    for (const part of ['state', 'progress', 'note', 'time-used', 'pause', 'stop', 'turns']) {
      parts[part].dataset.testid = `${id}-${part}`;
    }
    setText(parts.title, subject.title);
    parts.title.href = `#${id}`;
    setText(parts.language, subject.language);
    parts.progress.setAttribute('aria-label', `Progress of ${subject.title}`);
    parts.pause.addEventListener('click', () => this.#act(this.#pauseAction()));
    parts.stop.addEventListener('click', () => this.#act(this.#stopAction()));
    if (settings) this.#connectShare(settings);
    else parts.weight.remove();
  }

  #connectShare(settings) {
    const { turns } = this.#parts;
    turns.setAttribute('aria-label', `Turns in a row of ${this.#subject.title}`);
    const chosen = settings.shareOf(this.#id);
    for (const share of settings.choices.share) turns.append(new Option(`× ${share}`, share, false, share === chosen));
    turns.addEventListener('change', () => settings.setShare(this.#id, Number(turns.value)));
    const updateDisabled = () => {
      turns.disabled = settings.mode !== 'cooperative';
    };
    updateDisabled();
    settings.onChange(updateDisabled);
  }

  #pauseAction() {
    return this.#subject.isPaused ? RESUME : PAUSE;
  }

  #stopAction() {
    return this.#subject.isActive || this.#subject.isPaused ? STOP : START;
  }

  #act({ method }) {
    this.#subject[method]();
    this.update();
  }

  /**
   * @param {number} [timeUsed]  the fraction of the time since the last update that went into this row's turns
   * @param {number} [full]  the fraction at which the bar is full
   */
  update(timeUsed, full = 1) {
    const subject = this.#subject,
      parts = this.#parts;
    const { state } = subject;
    setAttribute(this.element, 'data-state', state);
    // Many tasks alternate between these two states many times a second.
    const runs = state === 'waiting' || state === 'runnable';
    const waits = state === 'waiting' && timeUsed !== undefined && timeUsed < WAITING_BELOW;
    setText(parts.state, !runs ? state : waits ? 'waiting' : 'running');
    parts.progress.value = subject.progress;
    setText(parts.note, subject.note);
    this.#updateButton('pause', this.#pauseAction());
    this.#updateButton('stop', this.#stopAction());
    setAttribute(parts.pause, 'aria-disabled', String(!subject.isActive && !subject.isPaused));
    if (timeUsed !== undefined) {
      setText(parts['time-used'], percent(timeUsed));
      this.element.style.setProperty('--time-used', Math.min(1, timeUsed / full).toFixed(3));
    }
    this.#announceState(runs ? 'running' : state);
  }

  #updateButton(name, { method, text }) {
    const button = this.#parts[name];
    if (button.title === text) return;
    button.title = text;
    button.setAttribute('aria-label', `${text} ${this.#subject.title}`);
    button.querySelector('use').setAttribute('href', `#icon-${method}`);
  }

  #announceState(state) {
    if (this.#announcedState !== undefined && state !== this.#announcedState) {
      this.#announce(`${this.#subject.title}: ${state}`);
    }
    this.#announcedState = state;
  }
}
