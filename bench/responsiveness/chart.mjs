// The chart docs/responsiveness.svg: goodput against frames per second, with a panel for each browser. It follows the
// light or dark colour scheme of the page.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const WIDTH = 880;
const PANEL_HEIGHT = 250;
const MARGIN = { left: 52, right: 260, top: 46, bottom: 44 };
const MAX_FRAMES = 64;
/** The axis ends a little above 1: values there are noise. */
const LEAST_TOP = 1.05;
const TARGET = { frames: 58, goodput: 0.95 };

const LABEL_HEIGHT = 14.5;
const LABEL_DISTANCE = 22;
/** Points that are closer than this, horizontally, share a column of labels. */
const COLUMN_WIDTH = 120;

const STYLE = `
  .background { fill: #ffffff }
  .chart { color: #3d444d; font: 12px system-ui, sans-serif }
  .strong { font-weight: 650 }
  .ours { fill: #0a6c4b } .library { fill: #a33b1f }
  .line { stroke: #8b949e }
  .target { fill: #1a9c6c; fill-opacity: 0.3 }
  @media (prefers-color-scheme: dark) {
    .background { fill: #0d1117 }
    .chart { color: #c9d1d9 }
    .ours { fill: #4cc896 } .library { fill: #f0916f }
    .line { stroke: #6e7681 }
  }
`;

/** `kind` of a candidate, in the order of drawing: what is drawn last is on top. */
const looks = {
  library: { className: 'library', r: 4.5 },
  ours: { className: 'ours', r: 4.5 },
  default: { className: 'ours', labelClassName: 'ours strong', r: 7 },
};

/**
 * @param {{ title: string, rows: { title: string, kind: string, error?: string, summary?: any }[] }[]} panels
 * @returns {string}  an SVG file
 */
export function drawChart(panels) {
  const measured = panels.flatMap(({ title: panel, rows }) =>
    rows
      .filter(({ error, kind }) => error === undefined && kind !== 'control')
      .map(({ title: label, kind, summary: { framesPerSecond, goodput } }) => ({
        panel,
        label,
        kind,
        frames: framesPerSecond,
        goodput,
      })),
  );
  const top = Math.max(LEAST_TOP, ...measured.map(({ goodput }) => goodput));
  const points = panels.flatMap(({ title }) =>
    placeLabels(
      measured.filter(({ panel }) => panel === title),
      top,
    ),
  );
  const marksOf = (kind) => {
    const { className, labelClassName = className, r } = looks[kind];
    const own = points.filter((point) => point.kind === kind);
    return [
      Plot.dot(own, { fy: 'panel', x: 'frames', y: 'goodput', r, fill: 'gray', className }),
      Plot.text(own, {
        fy: 'panel',
        x: 'labelFrames',
        y: 'labelGoodput',
        text: 'label',
        textAnchor: 'start',
        dx: 3,
        fontSize: 12,
        className: labelClassName,
      }),
    ];
  };
  return drawSvg('Goodput and frames per second, by library and browser', {
    width: WIDTH,
    height: MARGIN.top + MARGIN.bottom + panels.length * PANEL_HEIGHT + (panels.length - 1) * MARGIN.top,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [0, MAX_FRAMES], ticks: 7, label: 'frames per second during the work →', labelAnchor: 'center' },
    y: { domain: [0, top], ticks: 5, label: null, grid: true },
    fy: {
      domain: panels.map(({ title }) => title),
      axis: null,
      paddingInner: panels.length > 1 ? MARGIN.top / (PANEL_HEIGHT + MARGIN.top) : 0,
      paddingOuter: 0,
    },
    marks: [
      Plot.rect(panels, {
        fy: 'title',
        x1: TARGET.frames,
        x2: MAX_FRAMES,
        y1: TARGET.goodput,
        y2: 1,
        className: 'target',
        fill: 'gray',
      }),
      Plot.ruleY([0]),
      Plot.text(panels, {
        fy: 'title',
        text: 'title',
        frameAnchor: 'top-left',
        dy: -24,
        dx: -30,
        fontSize: 14,
        className: 'strong',
      }),
      Plot.text(panels, {
        fy: 'title',
        text: failures,
        frameAnchor: 'bottom-left',
        dx: 6,
        dy: -6,
        fontStyle: 'italic',
      }),
      Plot.text(panels.slice(0, 1), {
        fy: 'title',
        text: () => '↑ work done, relative to an uninterrupted loop',
        frameAnchor: 'top-right',
        textAnchor: 'end',
        dy: -24,
      }),
      Plot.link(points, {
        fy: 'panel',
        x1: 'frames',
        y1: 'goodput',
        x2: 'labelFrames',
        y2: 'labelGoodput',
        className: 'line',
        stroke: 'gray',
        strokeWidth: 0.7,
      }),
      ...Object.keys(looks).flatMap(marksOf),
    ],
  });
}

function failures({ rows }) {
  const failed = rows.filter(({ error }) => error !== undefined).map(({ title }) => title);
  return failed.length === 0 ? '' : `does not run here: ${failed.join('; ')}`;
}

/**
 * Places the label of each point to the right of it and its horizontal neighbours, in a column in which labels do not
 * overlap.
 */
function placeLabels(points, top) {
  const pixelsPerFrame = (WIDTH - MARGIN.left - MARGIN.right) / MAX_FRAMES;
  const columns = [];
  for (const point of points.toSorted((a, b) => a.frames - b.frames)) {
    const column = columns.at(-1);
    if (column !== undefined && (point.frames - column.at(-1).frames) * pixelsPerFrame < COLUMN_WIDTH) {
      column.push(point);
    } else {
      columns.push([point]);
    }
  }
  return columns.flatMap((column) => {
    const labelFrames = Math.max(...column.map(({ frames }) => frames)) + LABEL_DISTANCE / pixelsPerFrame;
    const downwards = column.toSorted((a, b) => b.goodput - a.goodput);
    const heights = separate(
      downwards.map(({ goodput }) => (1 - goodput / top) * PANEL_HEIGHT),
      LABEL_HEIGHT,
    );
    return downwards.map((point, index) => ({
      ...point,
      labelFrames,
      labelGoodput: top * (1 - heights[index] / PANEL_HEIGHT),
    }));
  });
}

/** Moves ascending values apart until they differ by `distance`: each group that collides spreads about its mean. */
function separate(values, distance) {
  const groups = [];
  for (const value of values) {
    groups.push({ sum: value, count: 1 });
    for (let last = groups.at(-1), before = groups.at(-2); before !== undefined; before = groups.at(-2)) {
      const needed = ((before.count + last.count) / 2) * distance;
      if (last.sum / last.count - before.sum / before.count >= needed) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
      last = groups.at(-1);
    }
  }
  return groups.flatMap(({ sum, count }) =>
    Array.from({ length: count }, (_, index) => sum / count + (index - (count - 1) / 2) * distance),
  );
}

/** @param {string} title @param {Plot.PlotOptions & { width: number, height: number }} options @returns {string} */
function drawSvg(title, options) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...options, document, className: 'chart' });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.querySelector('style')?.remove();
  svg.insertAdjacentHTML(
    'afterbegin',
    `<title>${title}</title><style>${STYLE}</style>` +
      `<rect class="background" width="${options.width}" height="${options.height}" rx="8"/>`,
  );
  return `${svg.outerHTML}\n`;
}
