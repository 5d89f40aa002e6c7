// The track of a cooperator in the performance panel of Chromium's DevTools: User Timing entries in the format with
// which the panel is extended (https://developer.chrome.com/docs/devtools/performance/extension).

import { now, performance } from '../util/platform.js';

/** The group of the tracks of all cooperators. */
const GROUP = 'cooperator';

/** Ends the names of our entries, invisibly, because entries can only be removed by name: the program may have a 'slice'. */
const OURS = '\u2060';

/**
 * @param {string} track
 * @param {string} label
 * @param {number} start @param {number} end
 * @param {string} color
 */
function show(track, label, start, end, color) {
  if (performance?.measure === undefined) return;
  const devtools = { dataType: 'track-entry', track, trackGroup: GROUP, color, tooltipText: label };
  try {
    performance.measure(label + OURS, { start, end, detail: { devtools } });
    performance.clearMeasures(label + OURS); // The trace has the entry now; keep it out of the page's own list.
  } catch {
    // The work continues even if the host's User Timing is broken.
  }
}

/**
 * Shows a slice that has just ended.
 * @param {string} track @param {number} start
 */
export function showSlice(track, start) {
  show(track, 'slice', start, now(), 'primary');
}

/**
 * Shows a long turn that has just ended.
 * @param {string} track @param {string | undefined} task  its name @param {number} ms
 */
export function showTurn(track, task, ms) {
  const end = now();
  show(track, task === undefined ? 'long turn' : `long turn: ${task}`, end - ms, end, 'error');
}
