// A plot as an SVG file that is legible on light and dark pages.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const STYLE = `
  .background { fill: #ffffff }
  .plot { color: #3d444d; font: 12px system-ui, sans-serif }
  .strong { font-weight: 650 }
  .ours-fill { fill: #0a6c4b } .peer-fill { fill: #a33b1f }
  .ours-line { stroke: #0a6c4b } .peer-line { stroke: #a33b1f }
  .line { stroke: #8b949e }
  .target { fill: #1a9c6c; fill-opacity: 0.3 }
  @media (prefers-color-scheme: dark) {
    .background { fill: #0d1117 }
    .plot { color: #c9d1d9 }
    .ours-fill { fill: #4cc896 } .peer-fill { fill: #f0916f }
    .ours-line { stroke: #4cc896 } .peer-line { stroke: #f0916f }
    .line { stroke: #6e7681 }
  }
`;

/** @param {string} title @param {Plot.PlotOptions & { width: number, height: number }} options @returns {string} */
export function drawSvg(title, options) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...options, document, className: 'plot' });
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

/** Moves ascending values apart, each group of those that touch about its middle. */
export function spread(values, distance) {
  const groups = [];
  for (const value of values) {
    groups.push({ sum: value, count: 1 });
    for (let last = groups.at(-1), before = groups.at(-2); before !== undefined; before = groups.at(-2)) {
      const room = ((before.count + last.count) / 2) * distance;
      if (last.sum / last.count - before.sum / before.count >= room) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
      last = groups.at(-1);
    }
  }
  return groups.flatMap(({ sum, count }) =>
    Array.from({ length: count }, (_, index) => sum / count + (index - (count - 1) / 2) * distance),
  );
}
