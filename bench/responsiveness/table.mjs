import { table } from '../report/table.mjs';

const number = (value, digits = 0) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const ms = (value) => number(value, value < 99.5 ? 1 : 0);
const delay = ({ p50, p99, max }) => `${ms(p50)} / ${ms(p99)} / ${ms(max)}`;

export function responsivenessTable(rows) {
  return table([
    ['', 'goodput', 'in slices', 'drift', 'frames/s', 'late', '>25 ms', 'gap ms', 'input ms', 'timer ms', 'message ms'],
    ...rows.map(({ title, error, summary }) =>
      error !== undefined
        ? [title, `failed: ${error}`]
        : [
            title,
            number(summary.goodput, 2),
            number(summary.inSlices, 2),
            number(summary.drift, 2),
            number(summary.framesPerSecond, 1),
            number(summary.lateFrames),
            number(summary.framesAbove25),
            ms(summary.longestGapMs),
            delay(summary.input),
            delay(summary.timer),
            delay(summary.message),
          ],
    ),
  ]);
}
