const number = (value, digits = 0) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const ms = (value) => number(value, value < 99.5 ? 1 : 0);
const delay = ({ p50, p99, max }) => `${ms(p50)} / ${ms(p99)} / ${ms(max)}`;

/**
 * @param {string[][]} rows  the first is the head, the first column is text; one of two cells tells of something that
 *   failed, and why, which may be long
 */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(
    ...rows.filter((row) => column === 0 || row.length > 2).map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => (
    column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return rows.map((row) => (row.length === 2 ? `${row[0].padEnd(widths[0])}  ${row[1]}` : line(row))).join('\n');
}

export function responsivenessTable(rows) {
  return table([
    ['', 'goodput', 'drift', 'frames/s', 'late', '>25 ms', 'gap ms', 'input ms', 'timer ms', 'message ms'],
    ...rows.map(({ title, error, summary }) => (error !== undefined ? [title, `failed: ${error}`] : [
      title,
      number(summary.goodput, 2),
      number(summary.drift, 2),
      number(summary.framesPerSecond, 1),
      number(summary.lateFrames),
      number(summary.framesAbove25),
      ms(summary.longestGapMs),
      delay(summary.input),
      delay(summary.timer),
      delay(summary.message),
    ])),
  ]);
}

export function hopsTable(rows) {
  return table([
    ['', 'scheduler', 'µs', 'bare primitive', 'µs', 'ratio'],
    ...rows.map(({ host, error, scheduler, hopUs, primitive, primitiveUs, ratio }) => (error !== undefined
      ? [host, `failed: ${error}`]
      : [host, scheduler, number(hopUs, 1), primitive, number(primitiveUs, 1), number(ratio, 2)])),
  ]);
}
