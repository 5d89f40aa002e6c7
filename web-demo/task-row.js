// One line of the task list: whose it is, its share of the time, how far it is, and its controls.

import { fromTemplate, percent, setAttribute, setText } from './display.js';
import { SHARES } from './settings.js';

/** A task that waits, and has had less than this part of the time lately, is said to wait. */
const LITTLE = 0.002;

/** Of either button: what it does in which state. */
const PAUSE = { does: 'pause', text: 'Pause' },
  RESUME = { does: 'resume', text: 'Resume' };
const STOP = { does: 'stop', text: 'Stop' },
  START = { does: 'start', text: 'Start' };

/**
 * `subject` has a title, language, slot or colour, `state`, `isLively`, `isPaused`, `progress`, `note`, and pause,
 * resume, stop and start.
 */
export class TaskRow {
  #subject;
  #parts;
  #announced;

  constructor({ id, subject, colour, settings, announce }) {
    this.#subject = subject;
    this.id = id;
    this.announce = announce;
    const { element, parts } = fromTemplate('task-template');
    this.element = element;
    this.#parts = parts;
    element.style.setProperty('--colour', colour);
    element.dataset.testid = `task-${id}`;
    for (const part of ['state', 'progress', 'note', 'share', 'pause', 'stop', 'turns']) {
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
    const chosen = settings.shareOf(this.id);
    for (const share of SHARES) turns.append(new Option(`× ${share}`, share, false, share === chosen));
    turns.addEventListener('change', () => settings.setShare(this.id, Number(turns.value)));
    const onlyCooperative = () => {
      turns.disabled = settings.mode !== 'cooperative';
    };
    onlyCooperative();
    settings.onChange(onlyCooperative);
  }

  #pauseAction() {
    return this.#subject.isPaused ? RESUME : PAUSE;
  }

  #stopAction() {
    return this.#subject.isLively || this.#subject.isPaused ? STOP : START;
  }

  #act({ does }) {
    this.#subject[does]();
    this.update();
  }

  /**
   * @param {number} [part]  of the time, lately
   * @param {number} [full]  the part at which the bar is full
   */
  update(part, full = 1) {
    const subject = this.#subject,
      parts = this.#parts;
    const { state } = subject;
    setAttribute(this.element, 'data-state', state);
    // Many tasks go to and fro between the two many times in a second.
    const lively = state === 'waiting' || state === 'runnable';
    const waits = state === 'waiting' && part !== undefined && part < LITTLE;
    setText(parts.state, !lively ? state : waits ? 'waiting' : 'running');
    parts.progress.value = subject.progress;
    setText(parts.note, subject.note);
    this.#showAction('pause', this.#pauseAction());
    this.#showAction('stop', this.#stopAction());
    setAttribute(parts.pause, 'aria-disabled', String(!subject.isLively && !subject.isPaused));
    if (part !== undefined) {
      setText(parts.share, percent(part));
      this.element.style.setProperty('--share', Math.min(1, part / full).toFixed(3));
    }
    const news = lively ? 'running' : state;
    if (this.#announced !== undefined && news !== this.#announced) this.announce(`${subject.title}: ${news}`);
    this.#announced = news;
  }

  #showAction(name, { does, text }) {
    const button = this.#parts[name];
    if (button.title === text) return;
    const label = `${text} ${this.#subject.title}`;
    button.title = text;
    button.setAttribute('aria-label', label);
    button.querySelector('use').setAttribute('href', `#icon-${does}`);
  }
}
