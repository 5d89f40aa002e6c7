// Goodput against frames a second, a panel for each browser, as SVG that is legible on light and dark pages.
import * as Plot from '@observablehq/plot';
import { drawSvg, spread } from '../report/svg.mjs';

const WIDTH = 880;
const PANEL_HEIGHT = 250;
const MARGIN = { left: 52, right: 260, top: 46, bottom: 44 };
const FRAMES = [0, 64];
/** What is above 1 is the machine's noise. */
const LEAST_TOP = 1.05;
const TARGET = { frames: 58, work: 0.95 };

const LABEL_HEIGHT = 14.5;
const LABEL_DISTANCE = 22;
/** Points that are closer than this, across, share a column of labels. */
const COLUMN_WIDTH = 120;

/**
 * @param {{ title: string, rows: { title: string, kind: string, error?: string, summary?: any }[] }[]} panels
 * @returns {string}  an SVG file
 */
export function drawPlot(panels) {
  const height = MARGIN.top + MARGIN.bottom + panels.length * PANEL_HEIGHT + (panels.length - 1) * MARGIN.top;
  const gap = MARGIN.top / (PANEL_HEIGHT + MARGIN.top);
  const measured = panels.flatMap(({ title, rows }) =>
    rows
      .filter(({ error, kind }) => error === undefined && kind !== 'control')
      .map(({ title: label, kind, summary }) => ({
        panel: title,
        label,
        kind,
        frames: summary.framesPerSecond,
        work: summary.goodput,
      })),
  );
  const top = Math.max(LEAST_TOP, ...measured.map(({ work }) => work));
  const points = panels.flatMap(({ title }) =>
    placeLabels(
      measured.filter(({ panel }) => panel === title),
      top,
    ),
  );
  const of = (kind) => points.filter((point) => point.kind === kind);
  const names = (kind, className) =>
    Plot.text(of(kind), {
      fy: 'panel',
      x: 'labelFrames',
      y: 'labelWork',
      text: 'label',
      textAnchor: 'start',
      dx: 3,
      fontSize: 12,
      className,
    });
  const dots = (kind, className) =>
    Plot.dot(of(kind), {
      fy: 'panel',
      x: 'frames',
      y: 'work',
      r: kind === 'main' ? 7 : 4.5,
      fill: 'gray',
      className,
    });

  return drawSvg('Work done and frames a second, by library and browser', {
    width: WIDTH,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: FRAMES, ticks: 7, label: 'frames a second while the work lasts →', labelAnchor: 'center' },
    y: { domain: [0, top], ticks: 5, label: null, grid: true },
    fy: {
      domain: panels.map(({ title }) => title),
      axis: null,
      paddingInner: panels.length > 1 ? gap : 0,
      paddingOuter: 0,
    },
    marks: [
      Plot.rect(panels, {
        fy: 'title',
        x1: TARGET.frames,
        x2: FRAMES[1],
        y1: TARGET.work,
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
        text: () => '↑ work done, of what a loop without a break does',
        frameAnchor: 'top-right',
        textAnchor: 'end',
        dy: -24,
      }),
      Plot.link(points, {
        fy: 'panel',
        x1: 'frames',
        y1: 'work',
        x2: 'labelFrames',
        y2: 'labelWork',
        className: 'line',
        stroke: 'gray',
        strokeWidth: 0.7,
      }),
      dots('peer', 'peer-fill'),
      dots('ours', 'ours-fill'),
      dots('main', 'ours-fill'),
      names('peer', 'peer-fill'),
      names('ours', 'ours-fill'),
      names('main', 'ours-fill strong'),
    ],
  });
}

function failures({ rows }) {
  const failed = rows.filter(({ error }) => error !== undefined).map(({ title }) => title);
  return failed.length === 0 ? '' : `does not run here: ${failed.join('; ')}`;
}

/** Gives each point the place of its label: in a column to the right of it and its neighbours, none over another. */
function placeLabels(points, top) {
  const across = (WIDTH - MARGIN.left - MARGIN.right) / (FRAMES[1] - FRAMES[0]);
  const columns = [];
  for (const point of points.toSorted((a, b) => a.frames - b.frames)) {
    const column = columns.at(-1);
    if (column !== undefined && (point.frames - column.at(-1).frames) * across < COLUMN_WIDTH) column.push(point);
    else columns.push([point]);
  }
  return columns.flatMap((column) => {
    const labelFrames = Math.max(...column.map(({ frames }) => frames)) + LABEL_DISTANCE / across;
    const wanted = column.toSorted((a, b) => b.work - a.work);
    const heights = spread(
      wanted.map(({ work }) => (1 - work / top) * PANEL_HEIGHT),
      LABEL_HEIGHT,
    );
    return wanted.map((point, index) => ({
      ...point,
      labelFrames,
      labelWork: top * (1 - heights[index] / PANEL_HEIGHT),
    }));
  });
}
