/** @param {number} value @param {number} [digits]  after the point; by default three digits in all */
export function number(value, digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))))) {
  return Number.isFinite(value) ? value.toFixed(Math.min(digits, 3)) : '-';
}

/** `{ value, low, high }`, with the range of the middle half of the rounds. */
export const spread = ({ value, low, high }) =>
  Number.isFinite(value) ? `${number(value)} (${number(low)}–${number(high)})` : '-';

/**
 * @param {string[][]} rows  the first is the head, the first column is text; one of two cells tells of something that
 *   failed, and why, which may be long
 * @param {{ markdown?: boolean }} [options]
 */
export function table(rows, { markdown = false } = {}) {
  if (markdown) {
    const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    const [head, ...body] = rows;
    return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
  }
  const widths = rows[0].map((_, column) =>
    Math.max(
      ...rows.filter((row) => column === 0 || row.length > 2 || rows[0].length === 2).map((row) => row[column].length),
    ),
  );
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return rows.map((row) => (row.length === 2 ? `${row[0].padEnd(widths[0])}  ${row[1]}` : line(row))).join('\n');
}
