// The track of a cooperator in the performance panel of Chromium's DevTools: User Timing entries with the fields by
// which the panel is extended (https://developer.chrome.com/docs/devtools/performance/extension).

import { now, performance } from '../util/platform.js';

/** Where the tracks of all cooperators stand together. */
const GROUP = 'cooperator';

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
    performance.measure(label, { start, end, detail: { devtools } });
    performance.clearMeasures(label); // it is in the trace; the page's own list of entries is not for this
  } catch {
    // whatever is wrong with somebody's User Timing, the work goes on
  }
}

/** A slice that is just over. @param {string} track @param {number} start */
export function showSlice(track, start) {
  show(track, 'slice', start, now(), 'primary');
}

/**
 * A turn that is just over and was a long one.
 * @param {string} track @param {string | undefined} task  its name @param {number} ms
 */
export function showTurn(track, task, ms) {
  const end = now();
  show(track, task === undefined ? 'long turn' : `long turn: ${task}`, end - ms, end, 'error');
}
