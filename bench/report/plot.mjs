// Nanoseconds a turn by number of tasks, a panel for each host: what runs on the package, and the floors.
import * as Plot from '@observablehq/plot';
import { sizes } from '../subjects/turns.js';
import { drawSvg, spread } from './svg.mjs';

const WIDTH = 880;
const PANEL_HEIGHT = 300;
const LABEL_HEIGHT = 14.5;
const MARGIN = { left: 56, right: 210, top: 46, bottom: 44 };

const lines = [
  ['C', 'cooperator', 'C task', 'ours'],
  ['C', 'native', 'native task', 'ours'],
  ['generator', 'cooperator', 'generator task', 'ours'],
  ['C', 'floor', 'bare wasm loop', 'peer'],
  ['generator', 'floor', 'bare loop over next()', 'peer'],
  ['generator', 'clock', 'a clock after each next()', 'peer'],
];

/** @param {{ title: string, figures: import('./figures.mjs').Figures }[]} panels @returns {string}  an SVG file */
export function drawPlot(panels) {
  const points = panels.flatMap(({ title, figures }) =>
    lines.flatMap(([kind, contender, label, whose]) =>
      sizes
        .map((size) => ({
          panel: title,
          label,
          whose,
          size,
          ns: figures.summary(['turns', kind, `${contender} ${size}`]).value,
        }))
        .filter(({ ns }) => Number.isFinite(ns)),
    ),
  );
  const [least, most] = [Math.min(...points.map(({ ns }) => ns)), Math.max(...points.map(({ ns }) => ns))];
  const labels = panels.flatMap(({ title }) =>
    placeLabels(
      points.filter(({ panel }) => panel === title),
      most / least,
    ),
  );
  const marks = (whose) => {
    const own = points.filter((point) => point.whose === whose);
    const place = { fy: 'panel', x: 'size', y: 'ns', z: 'label' };
    return [
      Plot.line(own, { ...place, stroke: 'gray', strokeWidth: 1.5, className: `${whose}-line` }),
      Plot.dot(own, { ...place, fill: 'gray', r: 3, className: `${whose}-fill` }),
      Plot.text(
        labels.filter((label) => label.whose === whose),
        {
          ...place,
          text: 'label',
          textAnchor: 'start',
          dx: 8,
          fontSize: 12,
          className: `${whose}-fill`,
        },
      ),
    ];
  };
  const height = panels.length * (PANEL_HEIGHT + MARGIN.top) + MARGIN.bottom;
  return drawSvg('Nanoseconds a turn, by number of tasks', {
    width: WIDTH,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { type: 'log', label: 'tasks →', labelAnchor: 'center', ticks: sizes, tickFormat: ',' },
    y: { type: 'log', domain: [least, most], label: null, grid: true, tickFormat: ',' },
    fy: {
      domain: panels.map(({ title }) => title),
      axis: null,
      paddingOuter: 0,
      paddingInner: panels.length > 1 ? MARGIN.top / (PANEL_HEIGHT + MARGIN.top) : 0,
    },
    marks: [
      Plot.text(panels, {
        fy: 'title',
        text: ({ title }) => `${title}: ns a turn`,
        frameAnchor: 'top-left',
        dy: -24,
        dx: -30,
        fontSize: 14,
        className: 'strong',
      }),
      ...marks('peer'),
      ...marks('ours'),
    ],
  });
}

/** One for each line, beside its last point, none over another. */
function placeLabels(points, range) {
  const last = new Map(points.map((point) => [point.label, point])); // of each label the last stays
  const upwards = [...last.values()].toSorted((a, b) => a.ns - b.ns);
  const pixels = PANEL_HEIGHT / Math.log(range);
  const heights = spread(
    upwards.map(({ ns }) => Math.log(ns) * pixels),
    LABEL_HEIGHT,
  );
  return upwards.map((point, index) => ({ ...point, ns: Math.exp(heights[index] / pixels) }));
}
