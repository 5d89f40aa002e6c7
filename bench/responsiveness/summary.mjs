// The chart docs/summary.svg, for README.md: six ways to do the same work, and what a page in each browser gets from
// them. It follows the light or dark colour scheme of the page.

/** The candidates of candidates.mjs that the chart shows, with their labels. */
export const shown = {
  'cooperator-auto': 'cooperator',
  'react-scheduler': "React's scheduler",
  'main-thread-scheduling-smooth': 'main-thread-scheduling',
  'lrt': 'lrt',
  'scheduler-yield': 'scheduler.yield',
  'set-timeout': 'setTimeout',
};

const LABELS = 190; // pixels for the names
const COLUMN = 230; // pixels for a browser
const BAR = 112; // pixels for a goodput of 1
const ROW = 30;
const HEAD = 64;
const FOOT = 30;
/** A page with fewer frames per second stutters. */
const SMOOTH = 55;

const STYLE = `
  .back { fill: #ffffff } text { fill: #3d444d; font: 14px system-ui, sans-serif }
  .strong { font-weight: 650 } .quiet { fill: #656d76; font-size: 13px }
  .bar { fill: #afb8c1 } .ours { fill: #2457c5 } .bad { fill: #c42b1c; font-weight: 650 } .line { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } text { fill: #c9d1d9 } .quiet { fill: #8b949e }
    .bar { fill: #484f58 } .ours { fill: #8ab0ff } .bad { fill: #ff8b7d } .line { stroke: #30363d }
  }
`;

const text = (x, y, content, className = '', anchor = 'start') =>
  `<text x="${x}" y="${y}" class="${className}" text-anchor="${anchor}">${content}</text>`;

function drawCell(x, y, summary, isOurs) {
  if (summary === undefined) return text(x, y, 'not available', 'quiet');
  const { goodput, framesPerSecond } = summary;
  const width = (Math.min(1, goodput) * BAR).toFixed(1);
  return [
    `<rect x="${x}" y="${y - 13}" width="${width}" height="17" rx="3" class="${isOurs ? 'ours' : 'bar'}"/>`,
    text(x + BAR + 38, y, `${Math.round(goodput * 100)} %`, isOurs ? 'strong' : '', 'end'),
    text(
      x + BAR + 78,
      y,
      Math.round(framesPerSecond),
      framesPerSecond < SMOOTH ? 'bad' : isOurs ? 'strong' : '',
      'end',
    ),
  ].join('');
}

/**
 * @param {{ title: string, rows: { name: string, summary?: { goodput: number, framesPerSecond: number } }[] }[]} panels
 *   one for each browser
 * @returns {string}  an SVG file
 */
export function drawSummary(panels) {
  const names = Object.keys(shown);
  const width = LABELS + panels.length * COLUMN;
  const height = HEAD + names.length * ROW + FOOT;
  const columnX = (index) => LABELS + index * COLUMN;
  const heads = panels.map(
    ({ title }, index) =>
      text(columnX(index), 26, title, 'strong') +
      text(columnX(index), 48, 'work done', 'quiet') +
      text(columnX(index) + BAR + 78, 48, 'frames/s', 'quiet', 'end'),
  );
  const rows = names.map((name, row) => {
    const y = HEAD + row * ROW + 18;
    const isOurs = name === 'cooperator-auto';
    const cells = panels.map(({ rows: measured }, index) =>
      drawCell(columnX(index), y, measured.find((candidate) => candidate.name === name)?.summary, isOurs),
    );
    return text(16, y, shown[name], isOurs ? 'strong' : '') + cells.join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>Work done and frames per second, by way to schedule it and browser</title>
<style>${STYLE}</style>
<rect class="back" width="${width}" height="${height}" rx="8"/>
${heads.join('\n')}
<path class="line" d="M16 ${HEAD - 6}H${width - 16}"/>
${rows.join('\n')}
${text(16, height - 12, 'Work done: compared with a loop that never yields, in the same time. Red: the page stutters.', 'quiet')}
</svg>
`;
}
