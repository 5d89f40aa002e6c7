// The card of a job: its picture or its form, what it does, and its source files.

import { fromTemplate, setText } from '../util/dom.js';
import { connectSources } from './source-view.js';

/** @returns {{ card: HTMLElement, view: HTMLElement }} `view` is the part that the job itself fills. */
export function createJobCard({ id, title, language, about, sources }, slot) {
  const { element: card, parts } = fromTemplate('card-template');
  card.id = id;
  card.style.setProperty('--colour', `var(--task-${slot})`);
  parts.title.id = `${id}-title`;
  card.setAttribute('aria-labelledby', parts.title.id);
  setText(parts.title, title);
  setText(parts.language, language);
  setText(parts.about, about);
  connectSources(card, parts.files, parts.source, sources);
  return { card, view: parts.view };
}
