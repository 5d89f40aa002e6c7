/** @param {number} value @param {number} [digits]  after the point; by default as many as make three in all */
export function formatNumber(value, digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))))) {
  return Number.isFinite(value) ? value.toFixed(Math.min(digits, 3)) : '-';
}

export const formatInteger = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '-');

/** A median and its range. */
export const formatRange = ({ value, low, high }) =>
  Number.isFinite(value) ? `${formatNumber(value)} (${formatNumber(low)}–${formatNumber(high)})` : '-';

/**
 * @param {string[][]} rows  the first is the head; the first column is text. A row of two cells below a longer head is
 *   a name and a message, which may be wider than its column.
 * @param {{ markdown?: boolean }} [options]
 */
export function table(rows, { markdown = false } = {}) {
  const [head, ...body] = rows;
  if (markdown) {
    const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
  }
  const isMessage = (row) => row.length === 2 && head.length !== 2;
  const widths = head.map((_, column) =>
    Math.max(...rows.filter((row) => column === 0 || !isMessage(row)).map((row) => row[column].length)),
  );
  const pad = (row) =>
    row.map((cell, column) => {
      if (column === 0) return cell.padEnd(widths[0]);
      return isMessage(row) ? cell : cell.padStart(widths[column]);
    });
  return rows.map((row) => pad(row).join('  ')).join('\n');
}
