// The switch between the modes, with what each has done to the page beside it.

import { duration, fromTemplate, percent, setText, whole } from './display.js';

const TEXTS = {
  cooperative: ['Cooperative', 'Short slices, a turn for each task, and then the page has its time.'],
  'one-piece': ['In one piece', 'A loop until the task is done, as in most pages. This page will freeze.'],
  timeout: ['setTimeout per turn', 'Each turn waits for a timer. Nothing freezes, and little gets done.'],
};

export class ModeCards {
  #cards = new Map();
  #settings;
  #scores;

  constructor(element, settings, scores) {
    this.#settings = settings;
    this.#scores = scores;
    for (const [mode, [title, about]] of Object.entries(TEXTS)) {
      const { element: card, parts } = fromTemplate('mode-template');
      card.dataset.testid = `mode-${mode}`;
      for (const part of ['frames', 'gap', 'delay', 'goodput']) parts[part].dataset.testid = `${mode}-${part}`;
      Object.assign(parts.radio, { id: `mode-${mode}`, value: mode, checked: settings.mode === mode });
      parts.title.htmlFor = parts.radio.id;
      setText(parts.title, title);
      setText(parts.about, about);
      parts.about.id = `mode-${mode}-about`;
      parts.radio.setAttribute('aria-describedby', parts.about.id);
      parts.radio.addEventListener('change', () => settings.set('mode', mode));
      this.#cards.set(mode, { card, parts });
      element.append(card);
    }
    settings.onChange((name) => {
      if (name === 'mode') this.#cards.get(settings.mode).parts.radio.checked = true;
    });
  }

  update() {
    for (const [mode, { card, parts }] of this.#cards) {
      const score = this.#scores.get(mode);
      const active = mode === this.#settings.mode;
      card.classList.toggle('measured', score !== undefined);
      setText(parts.when, active ? 'now' : score ? 'last time' : 'not tried yet');
      setText(parts.frames, score ? whole(score.framesPerSecond) : '–');
      setText(parts.gap, score ? duration(score.longestGapMs) : '–');
      setText(parts.delay, score?.inputDelayMs === undefined ? '–' : duration(score.inputDelayMs));
      setText(parts.goodput, score ? percent(score.goodput) : '–');
    }
  }
}
