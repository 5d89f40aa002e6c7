// The page's colours for canvases, which do not see CSS: read from its custom properties, anew when the scheme changes.

import { darkness } from './display.js';
import { FIRST_OF_CROWD } from './recorder.js';

const NAMES = ['text', 'quiet', 'line', 'panel', 'accent', 'bad', 'page-work'];
const SHADES = 9;

export const colours = {};
const listeners = [];
let shades = [];
let tasks = [];

function read() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of NAMES) colours[name] = value(name);
  tasks = Array.from({ length: FIRST_OF_CROWD }, (_, slot) => value(`task-${slot}`));
  shades = Array.from(
    { length: SHADES },
    (_, index) => `oklch(${(darkness.matches ? 0.5 : 0.56) + 0.3 * (index / SHADES)} 0.035 265)`,
  );
}

/** Of a task: each job has its own, the many small ones have shades of one. */
export const colourOf = (slot) => (slot < FIRST_OF_CROWD ? tasks[slot] : shades[(slot * 4) % SHADES]);

export function onColourChange(listener) {
  listeners.push(listener);
}

read();
darkness.addEventListener('change', () => {
  read();
  for (const listener of listeners) listener();
});
