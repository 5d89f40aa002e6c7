// The switch between the modes. Each mode shows its scores: what it did to the page.

import { fromTemplate, setText } from '../util/dom.js';
import { duration, percent, whole } from '../util/format.js';

const TEXTS = {
  'cooperative': ['Cooperative', 'Short slices: each task gets a turn, and then the page gets its time.'],
  'one-piece': ['In one piece', 'One loop until the task is done, as in most pages. This page will freeze.'],
  'timeout': ['setTimeout per turn', 'Each turn waits for a timer. Nothing freezes, but little gets done.'],
};

export class ModeCards {
  #cards = new Map();
  #settings;
  #scores;

  constructor(element, settings, scores) {
    this.#settings = settings;
    this.#scores = scores;
    for (const mode of settings.choices.mode) element.append(this.#addCard(mode));
    settings.onChange((name) => {
      if (name === 'mode') this.#cards.get(settings.mode).parts.radio.checked = true;
    });
  }

  #addCard(mode) {
    const [title, about] = TEXTS[mode];
    const { element: card, parts } = fromTemplate('mode-template');
    card.dataset.testid = `mode-${mode}`;
    for (const part of ['frames', 'gap', 'delay', 'in-turns']) parts[part].dataset.testid = `${mode}-${part}`;
    Object.assign(parts.radio, { id: `mode-${mode}`, value: mode, checked: this.#settings.mode === mode });
    parts.title.htmlFor = parts.radio.id;
    setText(parts.title, title);
    setText(parts.about, about);
    parts.about.id = `mode-${mode}-about`;
    parts.radio.setAttribute('aria-describedby', parts.about.id);
    parts.radio.addEventListener('change', () => this.#settings.set('mode', mode));
    this.#cards.set(mode, { card, parts });
    return card;
  }

  update() {
    for (const [mode, { card, parts }] of this.#cards) {
      const score = this.#scores.get(mode);
      const active = mode === this.#settings.mode;
      card.classList.toggle('measured', score !== undefined);
      setText(parts.when, active ? 'now' : score ? 'last time' : 'not tried yet');
      setText(parts.frames, score ? whole(score.framesPerSecond) : '–');
      setText(parts.gap, score ? duration(score.longestGapMs) : '–');
      setText(parts.delay, score?.longestDelayMs === undefined ? '–' : duration(score.longestDelayMs));
      setText(parts['in-turns'], score ? percent(score.inTurns) : '–');
    }
  }
}
