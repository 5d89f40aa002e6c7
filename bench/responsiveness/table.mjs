import { formatNumber, table } from '../report/table.mjs';

const ms = (value) => formatNumber(value, value < 99.5 ? 1 : 0);
const delay = ({ p50, p99, max }) => `${ms(p50)} / ${ms(p99)} / ${ms(max)}`;

export function responsivenessTable(rows) {
  return table([
    ['', 'goodput', 'in slices', 'drift', 'frames/s', 'late', '>25 ms', 'gap ms', 'input ms', 'timer ms', 'message ms'],
    ...rows.map(({ title, error, summary }) =>
      error !== undefined
        ? [title, `failed: ${error}`]
        : [
            title,
            formatNumber(summary.goodput, 2),
            formatNumber(summary.inSlices, 2),
            formatNumber(summary.drift, 2),
            formatNumber(summary.framesPerSecond, 1),
            formatNumber(summary.lateFrames, 0),
            formatNumber(summary.longFrames, 0),
            ms(summary.longestGapMs),
            delay(summary.input),
            delay(summary.timer),
            delay(summary.message),
          ],
    ),
  ]);
}
