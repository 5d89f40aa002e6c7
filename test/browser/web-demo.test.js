// The built page, in three browsers. Screenshots for a look go to build/screenshots/.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DemoPage, JOBS, only, parseDuration, parseFrame } from './demo-page.js';
import { drivers } from './drivers.js';
import { serve } from './serve.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const screenshots = `${root}build/screenshots/`;

let server;

beforeAll(async () => {
  // A process of its own: Vite's native parts do not run in Jest's realm.
  await promisify(execFile)(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'web-demo', '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
  await mkdir(screenshots, { recursive: true });
  server = await serve();
});

afterAll(() => server?.close());

describe.each(Object.keys(drivers))('in %s', (browser) => {
  let driver, page;

  beforeAll(async () => {
    driver = await drivers[browser]();
  });
  afterAll(() => driver?.close());

  const open = async (query = '', options = {}) => {
    page = await DemoPage.open(driver, server.url + query, options);
    return page;
  };

  test('all jobs progress side by side, and frames go on', async () => {
    await open();
    for (const job of JOBS) await page.untilProgress(job, 0);
    await page.frames(10);
    const { slices, turns } = parseFrame(await page.untilText('frame-caption', /[1-9]\d* turns?/));
    expect(slices).toBeGreaterThan(0);
    expect(turns).toBeGreaterThanOrEqual(slices);
    await page.untilText('cooperative-frames', /^[1-9]/);
    await driver.screenshot(`${screenshots}${browser}.png`);
    expect(await page.text('notice')).toBe('');
    expect(await page.problems()).toEqual([]);
  });

  test('each mode does to the frames what it says', async () => {
    await open(only(['primes'], { mode: 'one-piece' }));
    await page.untilState('primes', 'done');
    const frozen = parseFrame(await page.untilText('frame-caption', /[1-9]\d* turns?/));
    // All in one slice, and no frame meanwhile. The page rounds.
    expect(frozen.slices).toBe(1);
    expect(frozen.turns).toBe(4001);
    expect(frozen.gapMs).toBeGreaterThanOrEqual(frozen.workMs * 0.95);
    const longestInOnePiece = parseDuration(await page.untilText('one-piece-gap', /\d/));
    expect(longestInOnePiece).toBeGreaterThanOrEqual(frozen.workMs * 0.95);

    await page.mode('timeout');
    await page.untilProgress('primes', 0.005);
    await page.untilText('frame-caption', /· ([1-9]\d*) slices? · \1 turns?/);
    expect(parseDuration(await page.untilText('timeout-gap', /\d/))).toBeLessThan(longestInOnePiece / 2);

    await page.mode('cooperative');
    await page.untilState('primes', 'done');
    expect(parseDuration(await page.untilText('cooperative-gap', /\d/))).toBeLessThan(longestInOnePiece / 2);
    expect(await page.text('primes-note')).toBe('26,355,867 primes');
    expect(await page.problems()).toEqual([]);
  });

  test('a task pauses, resumes, stops and starts again', async () => {
    await open(only(['primes', 'life']));
    await page.untilProgress('primes', 0);
    await page.click('primes-pause');
    await page.untilState('primes', 'paused');
    const [paused, life] = [await page.progress('primes'), await page.progress('life')];
    await page.untilProgress('life', life);
    await page.frames(5);
    expect(await page.progress('primes')).toBe(paused);
    await page.click('primes-pause');
    await page.untilProgress('primes', paused);

    await page.click('primes-stop');
    await page.untilState('primes', 'stopped');
    const stopped = await page.progress('primes');
    await page.frames(5);
    expect(await page.progress('primes')).toBe(stopped);
    expect(await driver.run(() => location.search)).toContain('primes');
    await page.click('primes-stop');
    await page.untilState('primes', 'running');
    expect(await page.problems()).toEqual([]);
  });

  test('a thousand tasks more are one click', async () => {
    await open(only(['mandelbrot']));
    await page.click('add-1000');
    await page.untilProgress('counters', 1 / 250); // in the queue's order: each has had one of its 250 turns
    expect(await page.text('counters-note')).toBe('1,000 runnable');
    await page.click('counters-pause');
    expect(await page.text('counters-note')).toBe('1,000 paused');
    await page.click('add-10');
    await page.untilText('counters-note', /^1,000 paused, 10 (runnable|done)$/);
    expect(await driver.run(() => location.search)).toContain('counters=1010');
    await page.click('counters-stop');
    await page.untilText('counters-note', /^1,0[01]0 stopped/);
    expect(await page.problems()).toEqual([]);
  });

  test('a file that is dropped is indexed and hashed', async () => {
    const text = `${'one two three\nfour five\n'.repeat(50_000)}the end`;
    await open(only(['text-index', 'hash']));
    await driver.run((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], 'mine.txt', { type: 'text/plain' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, text);
    await page.untilText('text-index-note', /^250,002 words in mine\.txt/);
    await page.untilText('digest', new RegExp(createHash('sha256').update(text).digest('hex')));
    await driver.type('[data-testid=query]', 'Five');
    await page.untilText('answer', /^50,000 times, first in line 2$/);
    expect(await page.problems()).toEqual([]);
  });

  test('a fetch that is rejected fails its task alone, and is shown', async () => {
    await open(only(['chain', 'life']));
    await page.untilProgress('life', 0);
    await driver.run(() => {
      globalThis.fetch = async () => {
        throw new TypeError('no network here');
      };
    });
    await page.click('chain-stop');
    await page.until(() => document.querySelector('[data-testid=chain-stop]').title === 'Start');
    await page.click('chain-stop');
    await page.untilState('chain', 'failed');
    expect(await page.text('chain-note')).toBe('TypeError: no network here');
    await page.untilProgress('life', await page.progress('life'));
    expect(await page.problems()).toEqual([]);
  });

  test('it works offline after the first visit, and its clocks are finer then', async () => {
    const once = await serve();
    await driver.open(once.url);
    await driver.run(() => navigator.serviceWorker.ready.then(() => undefined));
    await once.close();
    page = await DemoPage.open(driver, once.url);
    for (const job of ['mandelbrot', 'text-index', 'chain']) await page.untilProgress(job, 0);
    await driver.run(() => document.querySelector('#life .file').click());
    await page.until(() => document.querySelector('#life .source').textContent.includes('Conway'));
    expect(await driver.run(() => globalThis.crossOriginIsolated)).toBe(true);
    expect(await page.problems()).toEqual([]);
  });
});

describe('in Chromium', () => {
  let driver, page;

  beforeAll(async () => {
    driver = await drivers.chromium();
  });
  afterAll(() => driver?.close());

  const open = async (query = '', options = {}) => {
    page = await DemoPage.open(driver, server.url + query, options);
    return page;
  };

  test('a file that is chosen is indexed', async () => {
    const path = `${root}build/chosen.txt`;
    await writeFile(path, 'all of it');
    await open(only(['text-index']));
    await driver.choose('[data-testid=file]', path);
    await page.untilText('text-index-note', /^3 words in chosen\.txt/);
  });

  test('the address carries the settings', async () => {
    await open('?mode=timeout&scheduler=message&budget=20&counters=10&shares=life:4&off=chain&repeat=no');
    expect(await driver.run(() => document.querySelector('[name=mode]:checked').value)).toBe('timeout');
    expect(await page.value('scheduler')).toBe('message');
    expect(await page.value('budget')).toBe('20');
    expect(await page.value('life-turns')).toBe('4');
    await page.untilText('counters-note', /^10 runnable$/);
    expect(await page.text('chain-state')).toBe('off');

    await page.mode('cooperative');
    await page.choose('budget', '2');
    await page.choose('primes-turns', '8');
    expect(await driver.run(() => location.search)).toBe(
      '?scheduler=message&budget=2&repeat=no&counters=10&off=chain&shares=life:4,primes:8',
    );
    await page.untilProgress('primes', 0);

    await open('?mode=%22&budget=0&counters=-1&shares=life:3,x&off=nobody');
    expect(await driver.run(() => document.querySelector('[name=mode]:checked').value)).toBe('cooperative');
    expect(await page.value('budget')).toBe('auto');
    expect(await page.problems()).toEqual([]);
  });

  test('it can be used by keyboard', async () => {
    await open(only(['life'], { counters: 20, repeat: 'yes' }));
    await page.untilProgress('life', 0);
    await driver.run(() => document.getElementById('mode-cooperative').focus());
    await driver.press('ArrowRight');
    expect(await driver.run(() => document.querySelector('[name=mode]:checked').value)).toBe('one-piece');
    await driver.press('ArrowLeft');
    await page.untilProgress('life', 0);

    // the film began anew with the mode; the frame that is shown changes a few times a second
    await page.until(() => Number(document.getElementById('film').getAttribute('aria-valuenow')) > 2);
    await driver.run(() => document.getElementById('film').focus());
    await driver.press('ArrowLeft');
    const number = () => driver.run(() => Number(document.getElementById('film').getAttribute('aria-valuenow')));
    const first = await number();
    await driver.press('ArrowLeft');
    expect(await number()).toBeLessThan(first);

    await driver.run(() => document.getElementById('mosaic').focus());
    await driver.press('ArrowRight', 'ArrowRight', 'Delete');
    expect(await page.text('mosaic-readout')).toMatch(/^counter 3: (stopped|done)/);
    expect(await page.problems()).toEqual([]);
  });

  test('a source is shown beside what it does', async () => {
    await open(only(['mandelbrot']));
    await driver.run(() => document.querySelector('#mandelbrot .file').click());
    const shown = await page.until(() => document.querySelector('#mandelbrot .source').textContent);
    expect(shown).toContain('int32_t mandelbrot_step(mandelbrot *self)');
    await driver.run(() => document.querySelector('#chain .file').click());
    await page.until(() => document.querySelector('#chain .source').textContent.includes('yield fetch('));
    expect(await driver.run(() => document.querySelector('#mandelbrot .source').hidden)).toBe(true);
  });

  test.each([360, 1024, 1600])(
    'it fits at %i pixels, and axe finds nothing serious in light or dark',
    async (width) => {
      const height = Math.max(780, width * 0.6);
      await open(width === 1024 ? '?counters=60' : '', { width, height });
      for (const job of JOBS) await page.untilProgress(job, 0);
      expect(await driver.run(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const scheme of ['light', 'dark']) {
        await driver.scheme(scheme);
        await page.frames(30);
        await driver.screenshot(`${screenshots}${width}-${scheme}.png`);
      }
      await driver.screenshot(`${screenshots}${width}-dark-whole.png`, { full: true });
      await driver.scheme('light');
      await driver.screenshot(`${screenshots}${width}-light-whole.png`, { full: true });

      await page.click('pause-all');
      for (const scheme of ['light', 'dark']) {
        await driver.scheme(scheme);
        expect(await violations()).toEqual([]);
      }
    },
  );

  /** What axe-core finds that is serious. */
  async function violations() {
    const axe = await import('axe-core');
    await driver.run((source) => {
      if (!globalThis.axe) (0, eval)(source);
    }, axe.default.source);
    return driver.run(async () => {
      document.querySelector('#mandelbrot .file').click();
      const { violations: found } = await globalThis.axe.run();
      document.querySelector('#mandelbrot .file').click();
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
    });
  }

  test('a browser without WebAssembly is told so', async () => {
    await driver.open(server.url, { before: 'delete globalThis.WebAssembly' });
    page = new DemoPage(driver);
    expect(await page.untilText('notice', /./)).toMatch(/^The page could not start: .*WebAssembly/);
    expect(await page.problems()).toEqual([]);
  });

  test('a Content-Security-Policy that forbids WebAssembly is told of', async () => {
    const strict = await serve({ 'Content-Security-Policy': "script-src 'self'" });
    try {
      await driver.open(strict.url);
      page = new DemoPage(driver);
      expect(
        await driver.run(async () => {
          const notice = document.getElementById('notice');
          while (notice.hidden) await new Promise(requestAnimationFrame);
          return notice.textContent;
        }),
      ).toMatch(/^The page could not start: .*wasm-unsafe-eval/);
    } finally {
      await strict.close();
    }
  });
});
