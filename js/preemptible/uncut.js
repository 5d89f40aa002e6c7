// Turns that could not end in time, because JavaScript was between two functions of the module.

/** As long as a long turn: programs whose turns are a little longer need no warning. */
const WARN_MS = 10;

/** The reason was given once for each. @type {Set<string>} */
const warned = new Set();

/**
 * @param {import('./guarded-instance.js').PreemptibleStats} stats
 * @param {string} call  its name
 * @param {string} by  the JavaScript function in between
 * @param {number} ms
 */
export function noteUncut(stats, call, by, ms) {
  stats.uncutMs += ms;
  if (ms > stats.longestUncutMs) {
    stats.longestUncutMs = ms;
    stats.uncutBy = by;
  }
  const key = `${call} ${by}`;
  if (ms < WARN_MS || warned.has(key)) return;
  warned.add(key);
  const where =
    by === call ? 'is JavaScript that calls the module' : `calls JavaScript (${by}) that calls the module again`;
  console.warn(
    `cooperator/preemptible: ${call} ${where}, and JavaScript cannot be suspended: ` +
      `a turn was ${Math.round(ms)} ms longer than it should be. Preemptible.stats() has the sum. ` +
      'To be cut, a call must be that of an export, without JavaScript in between.',
  );
}
