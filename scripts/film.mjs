// Makes docs/film.svg, the moving picture of README.md: npm run film
//
// Opens the built demo page in Chromium, lets it work, operates its switch, and turns the film on the page into an
// animated SVG. Run it on a quiet machine: other programs make frames late, too. Of ATTEMPTS it takes the recording with
// the fewest late frames, apart from those of the freeze.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { drawFilm, lateFrames } from './film/draw.mjs';
import { main } from './main.mjs';
import { root } from './run.mjs';
import { needs, setup } from './setup.mjs';

const ATTEMPTS = 10;
const BEFORE_MS = 3000; // the first frames are late because the page still loads
const AFTER_MS = 1700;
const WIDTH = 4000; // of the page: wide enough for all frames of the film
const COLUMN = 8; // CSS pixels of a frame in the film: COLUMN + SPACE in web-demo/film/frame-strip.js
const NAMES = ['task-0', 'task-1', 'task-2', 'task-3', 'task-4', 'task-5', 'task-6', 'page-work', 'bad'];
const TEXTS = ['text', 'quiet', 'sunken', 'panel', 'line', 'accent'];

/** The colours of the page in both schemes, as `#rrggbb`. */
async function readColours(page) {
  const colours = {};
  for (const scheme of ['dark', 'light']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    colours[scheme] = await page.evaluate(
      (names) => {
        const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
        const style = getComputedStyle(document.documentElement);
        return Object.fromEntries(
          names.map((name) => {
            context.fillStyle = style.getPropertyValue(`--${name}`);
            context.fillRect(0, 0, 1, 1);
            const [...rgb] = context.getImageData(0, 0, 1, 1).data.slice(0, 3);
            return [name, `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`];
          }),
        );
      },
      [...NAMES, ...TEXTS],
    );
  }
  return colours;
}

/** The columns of the film from left to right. Each is a list of stripes: colour, and from where to where, in pixels. */
function readColumns(page, width, colours) {
  return page.evaluate(
    (columnWidth, known) => {
      const canvas = document.getElementById('film');
      const { data, height, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const rgbOf = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      const palette = Object.entries(known).map(([name, colour]) => [name, rgbOf(colour)]);
      const nameAt = (x, y) => {
        const at = (y * width + x) * 4;
        if (data[at + 3] === 0) return undefined;
        const distance = ([, rgb]) => rgb.reduce((sum, part, index) => sum + Math.abs(part - data[at + index]), 0);
        return palette.reduce((best, next) => (distance(next) < distance(best) ? next : best))[0];
      };
      const columns = [];
      for (let x = 1; x + 1 < width; x += columnWidth) {
        const stripes = [];
        for (let y = 0; y < height; y++) {
          const colour = nameAt(x, y);
          const last = stripes.at(-1);
          if (last?.to === y && last.colour === colour) last.to = y + 1;
          else if (colour !== undefined) stripes.push({ colour, from: y, to: y + 1 });
        }
        columns.push(stripes);
      }
      return { columns, height };
    },
    width,
    colours,
  );
}

async function record(url) {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: WIDTH, height: 1400 });
    await page.goto(url);
    const colours = await readColours(page);
    await page.addStyleTag({ content: `.bar, main, footer { width: ${WIDTH - 40}px !important; max-width: none }` });
    const wait = (ms) =>
      page.evaluate(
        (time) =>
          new Promise((resolve) => {
            setTimeout(resolve, time);
          }),
        ms,
      );
    await wait(BEFORE_MS);
    await page.evaluate(() => {
      // The label in the film is not part of the picture, which has its own.
      CanvasRenderingContext2D.prototype.roundRect = () => {};
      CanvasRenderingContext2D.prototype.fillText = () => {};
      document.getElementById('switch').click();
    });
    await page.waitForFunction(() => document.getElementById('effect').textContent.startsWith('You were frozen'));
    const effect = await page.$eval('#effect', ({ textContent }) => textContent);
    await wait(AFTER_MS);
    const intervalLabel = await page.$eval('#frame-line', (line) => line.style.getPropertyValue('--frame-label'));
    await page.click('#hold');
    await page.setViewport({ width: WIDTH - 1, height: 1400 }); // redraws the film from its left edge
    await page.evaluate(() => {
      document.getElementById('hold').click();
    });
    await wait(100);
    await page.click('#hold');
    const { columns, height } = await readColumns(page, COLUMN, pick(colours.light, NAMES));
    return { columns, height, colours, effect, intervalLabel };
  } finally {
    await browser.close();
  }
}

const pick = (object, names) => Object.fromEntries(names.map((name) => [name, object[name]]));

await main(import.meta, async () => {
  await setup([...needs.start, 'chromium']);
  await build({ types: false });
  const vite = await import('vite');
  const page = { root: join(root, 'web-demo') };
  await vite.build({ ...page, logLevel: 'warn' });
  const server = await vite.preview({ ...page, preview: { host: '127.0.0.1', port: 0 } });
  try {
    let best;
    for (let attempt = 0; attempt < ATTEMPTS && best?.late !== 0; attempt++) {
      const film = await record(server.resolvedUrls.local[0]);
      const late = lateFrames(film.columns);
      if (best === undefined || late < best.late) best = { film, late };
    }
    const svg = drawFilm(best.film);
    await writeFile(join(root, 'docs/film.svg'), svg);
    console.log(`docs/film.svg: ${best.late} late frames beside the freeze, ${Math.round(svg.length / 1024)} KiB`);
  } finally {
    await server.close();
  }
});
