// Counts primes, and shows as a chart how they thin out.

import { fitCanvas } from '../../util/canvas.js';
import { colourOf, colours, onColourChange } from '../../util/colours.js';
import { createElement } from '../../util/dom.js';
import { whole } from '../../util/format.js';
import { sieve } from './sieve.js';

const LIMIT = 2e9;
const KNOWN_COUNT = 98222287; // pi(2 * 10^9)
const BARS = 50;
const NUMBERS_PER_BAR = LIMIT / BARS;
/** The chart shows densities from the first to the second value. */
const LOWEST = 0.04,
  HIGHEST = 0.07;

export const primes = {
  id: 'primes',
  title: 'Prime sieve',
  shortTitle: 'Primes',
  language: 'JavaScript',
  about:
    `Counts the primes below ${whole(LIMIT)}. Bars: the fraction of primes in ${whole(NUMBERS_PER_BAR)} numbers. ` +
    'Line: Gauss’s estimate, 1 / ln n.',
  sources: {
    'sieve.js': () => import('./sieve.js?raw'),
  },

  createView({ element, slot }) {
    const canvas = createElement('canvas', { className: 'chart' });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The density of primes, falling slowly from one in sixteen to one in twenty-one');
    element.append(canvas);
    const primesPerBar = new Float64Array(BARS);
    let count = 0,
      reached = 0, // all numbers below this are counted
      barsDrawn = -1; // -1: the chart must be drawn again
    onColourChange(() => {
      barsDrawn = -1;
    });

    return {
      createWork({ setNote }) {
        primesPerBar.fill(0);
        count = reached = 0;
        barsDrawn = -1;
        return function* primes({ progress }) {
          const result = yield* sieve(LIMIT, {
            progress,
            onSegment(from, found) {
              count += found;
              primesPerBar[Math.floor(from / NUMBERS_PER_BAR)] += found;
              reached = from;
              setNote(`${whole(count)} primes`);
            },
          });
          reached = LIMIT;
          if (result !== KNOWN_COUNT) throw new Error(`counted ${result} primes instead of ${KNOWN_COUNT}`);
          return `${whole(result)} primes`;
        };
      },
      refresh() {
        const bars = Math.floor(reached / NUMBERS_PER_BAR);
        if (!fitCanvas(canvas) && barsDrawn === bars) return;
        barsDrawn = bars;
        drawChart(canvas, primesPerBar.subarray(0, bars), colourOf(slot));
      },
      drawThumbnail(context) {
        const { width, height } = context.canvas;
        context.clearRect(0, 0, width, height);
        drawBars(context, primesPerBar.subarray(0, Math.floor(reached / NUMBERS_PER_BAR)), colourOf(slot));
      },
    };
  },
};

function drawChart(canvas, primesPerBar, colour) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  drawBars(context, primesPerBar, colour);

  context.strokeStyle = colours.text;
  context.lineWidth = 1.25 * devicePixelRatio;
  context.beginPath();
  for (let index = 0; index <= BARS; index += 0.5) {
    context.lineTo((index / BARS) * width, height * top(1 / Math.log((index + 0.5) * NUMBERS_PER_BAR)));
  }
  context.stroke();
}

/** Where a density is drawn: a fraction of the height, from the top. */
const top = (density) => 1 - ((density - LOWEST) / (HIGHEST - LOWEST)) * 0.9;

function drawBars(context, primesPerBar, colour) {
  const { width, height } = context.canvas;
  const space = Math.max(1, Math.round(width / 400));
  context.fillStyle = colour;
  context.globalAlpha = 0.85;
  for (const [index, found] of primesPerBar.entries()) {
    const left = Math.round((index / BARS) * width),
      right = Math.round(((index + 1) / BARS) * width);
    const highest = Math.round(height * top(found / NUMBERS_PER_BAR));
    context.fillRect(left, highest, right - left - space, height - highest);
  }
  context.globalAlpha = 1;
}
