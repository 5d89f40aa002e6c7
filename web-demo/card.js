// What a job shows, what it is, and its source.

import { fromTemplate, setText } from './display.js';
import { connectSources } from './source.js';

export function makeCard(job, slot) {
  const { element, parts } = fromTemplate('card-template');
  element.id = job.id;
  element.style.setProperty('--colour', `var(--task-${slot})`);
  parts.title.id = `${job.id}-title`;
  element.setAttribute('aria-labelledby', parts.title.id);
  setText(parts.title, job.title);
  setText(parts.language, job.language);
  setText(parts.about, job.about);
  connectSources(element, parts.files, parts.source, job.sources);
  return { element, view: parts.view };
}
