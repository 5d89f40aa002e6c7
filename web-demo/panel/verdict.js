// What the measurement found: a sentence, and bars for those who want to see more.

import { createElement, setText } from '../util/dom.js';
import { decimal, duration, percent, whole } from '../util/format.js';

const ROWS = { cooperative: 'cooperator', timeout: 'setTimeout', loop: 'plain loop' };
const CHARTS = [
  { title: 'Work done', value: ({ goodput }) => goodput, text: percent },
  { title: 'Frames per second', value: ({ framesPerSecond }) => framesPerSecond, text: whole },
  {
    title: 'Longest wait of an input',
    value: ({ longestDelayMs, longestGapMs }) => longestDelayMs ?? longestGapMs,
    text: duration,
  },
  {
    title: '95 % of the inputs waited less than',
    value: ({ usualDelayMs, longestGapMs }) => usualDelayMs ?? longestGapMs,
    text: duration,
  },
];
/** If the machine's speed changed by more while the page measured, it says so. */
const MUCH_DRIFT = 0.1;
/** With at least this fraction of the other's frames, one is as smooth as the other. */
const AS_SMOOTH = 0.92;

/**
 * @param {Record<'cooperative' | 'timeout' | 'loop', object>} results  as from the `Comparison` of measure/
 * @returns {string}
 */
export function describeResults({ cooperative, timeout, loop }) {
  const times = cooperative.goodput / timeout.goodput;
  const frames = `${whole(cooperative.framesPerSecond)} instead of ${whole(timeout.framesPerSecond)} frames per second`;
  const smooth =
    cooperative.framesPerSecond >= AS_SMOOTH * timeout.framesPerSecond ? 'and as smooth' : `but with ${frames}`;
  return (
    `${times < 10 ? decimal(times) : whole(times)} times the work of setTimeout, ${smooth}. ` +
    `${percent(cooperative.goodput)} of the work of a plain loop, which froze the page for ${duration(loop.longestGapMs)}.`
  );
}

export class Verdict {
  #parts;

  /** @param {Record<'section' | 'text' | 'charts' | 'fine', HTMLElement>} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  show({ results, drift }) {
    const { section, text, charts, fine } = this.#parts;
    setText(text, describeResults(results));
    charts.replaceChildren(...CHARTS.map((chart) => drawChart(chart, results)));
    setText(
      fine,
      'Seven tasks with turns of 0.2 ms. Work done: what these turns take in the plain loop, divided by the time ' +
        'that passed, as in the project’s README. Inputs: yours, and ten test messages a second.' +
        (drift > MUCH_DRIFT ? ` The machine’s speed changed by ${percent(drift)} meanwhile: measure again.` : ''),
    );
    section.hidden = false;
  }
}

function drawChart({ title, value, text }, results) {
  const most = Math.max(...Object.keys(ROWS).map((mode) => value(results[mode])));
  const rows = Object.entries(ROWS).map(([mode, name]) => {
    const row = createElement(
      'div',
      { className: `bar-row ${mode}` },
      createElement('dt', { textContent: name }),
      createElement('dd', {}, createElement('span', { className: 'bar-fill' }), ` ${text(value(results[mode]))}`),
    );
    row.style.setProperty('--part', (value(results[mode]) / most).toFixed(3));
    row.lastChild.dataset.testid = `${mode}-${title.split(' ')[0].toLowerCase()}`;
    return row;
  });
  return createElement(
    'figure',
    { className: 'bars' },
    createElement('figcaption', { textContent: title }),
    createElement('dl', {}, ...rows),
  );
}
