// The primes below half a billion, and how they thin out.

import { colours, colourOf, onColourChange } from '../colours.js';
import { fitCanvas, html, whole } from '../display.js';
import { sieve } from '../work/sieve.js';

const LIMIT = 5e8;
const KNOWN_COUNT = 26355867; // pi(5 * 10^8)
const BARS = 50;

export const primes = {
  id: 'primes',
  title: 'Prime sieve',
  language: 'JavaScript',
  about:
    `Counts the primes below ${whole(LIMIT)}. Bars: how many of ${whole(LIMIT / BARS)} numbers are prime. ` +
    'Line: 1 / ln n, as Gauss guessed.',
  sources: {
    'sieve.js': () => import('../work/sieve.js?raw'),
  },

  view({ element, slot }) {
    const canvas = html('canvas', { className: 'chart' });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The density of primes, falling slowly from one in seventeen to one in twenty');
    element.append(canvas);
    const perBar = new Float64Array(BARS);
    let count = 0,
      reached = 0,
      drawn = -1;

    function draw() {
      const bar = Math.floor((reached / LIMIT) * BARS);
      if (!fitCanvas(canvas) && drawn === bar) return;
      drawn = bar;
      const context = canvas.getContext('2d');
      const { width, height } = canvas;
      const y = (density) => height - ((density - 0.04) / 0.03) * height * 0.9;
      context.clearRect(0, 0, width, height);
      context.fillStyle = colourOf(slot);
      for (let index = 0; index < bar; index++) {
        const left = Math.round((index / BARS) * width),
          right = Math.round(((index + 1) / BARS) * width);
        const top = y(perBar[index] / (LIMIT / BARS));
        context.globalAlpha = 0.85;
        context.fillRect(left, top, right - left - Math.max(1, Math.round(width / 400)), height - top);
      }
      context.globalAlpha = 1;
      context.strokeStyle = colours.text;
      context.lineWidth = 1.25 * devicePixelRatio;
      context.beginPath();
      for (let index = 0; index <= BARS; index += 0.5) {
        context.lineTo((index / BARS) * width, y(1 / Math.log(((index + 0.5) / BARS) * LIMIT)));
      }
      context.stroke();
    }
    onColourChange(() => {
      drawn = -1;
    });

    return {
      begin({ note }) {
        perBar.fill(0);
        count = reached = 0;
        drawn = -1;
        return function* primes({ progress }) {
          const result = yield* sieve(LIMIT, {
            progress,
            found(from, primes) {
              count += primes;
              perBar[Math.floor((from / LIMIT) * BARS)] += primes;
              reached = from;
              note(`${whole(count)} primes`);
            },
          });
          reached = LIMIT;
          if (result !== KNOWN_COUNT) throw new Error(`counted ${result}, where ${KNOWN_COUNT} would be right`);
          return `${whole(result)} primes`;
        };
      },
      refresh: draw,
    };
  },
};
