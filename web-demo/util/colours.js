// The page's colours for use on canvases, which CSS does not reach. They are read from the custom properties of the
// page, and again when the colour scheme changes.

import { darkScheme } from './media.js';
import { FIRST_COUNTER_SLOT } from './slots.js';

const NAMES = ['text', 'quiet', 'line', 'panel', 'accent', 'bad', 'page-work', 'lit'];
const SHADES = 9;

export const colours = {};
const listeners = [];
let shades = [];
let jobs = [];

function read() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of NAMES) colours[name] = value(name);
  jobs = Array.from({ length: FIRST_COUNTER_SLOT }, (_, slot) => value(`task-${slot}`));
  shades = Array.from(
    { length: SHADES },
    (_, index) => `oklch(${(darkScheme.matches ? 0.5 : 0.56) + 0.3 * (index / SHADES)} 0.035 265)`,
  );
}

/** Each job has a colour of its own; the counters have shades of one colour, different from their neighbours'. */
export const colourOf = (slot) => (slot < FIRST_COUNTER_SLOT ? jobs[slot] : shades[(slot * 4) % SHADES]);

export function onColourChange(listener) {
  listeners.push(listener);
}

read();
darkScheme.addEventListener('change', () => {
  read();
  for (const listener of listeners) listener();
});
