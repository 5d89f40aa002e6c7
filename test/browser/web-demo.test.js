// Tests the built demo page in three browsers, and writes screenshots to build/screenshots/.

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
  // In another process, because Vite's native modules do not run in Jest's realm.
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

  test('all jobs progress side by side while frames are drawn', async () => {
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

  test('one piece freezes the page, the other modes do not', async () => {
    await open(only(['primes'], { mode: 'one-piece' }));
    await page.untilState('primes', 'done');
    const frozen = parseFrame(await page.untilText('frame-caption', /[1-9]\d* turns?/));
    // All turns in one slice, without a frame in between. 0.95: the page rounds its numbers.
    expect(frozen.slices).toBe(1);
    expect(frozen.turns).toBe(16_001);
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
    expect(await page.text('primes-note')).toBe('98,222,287 primes');
    expect(await page.problems()).toEqual([]);
  });

  test('the switch freezes the page once, says for how long, and the work goes on', async () => {
    await open();
    for (const job of JOBS) await page.untilProgress(job, 0);
    await driver.run(() => {
      globalThis.longestGap = 0;
      let last = performance.now();
      const onFrame = () => {
        const now = performance.now();
        globalThis.longestGap = Math.max(globalThis.longestGap, now - last);
        last = now;
        requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
    });
    const before = await page.progress('ray-tracer');
    await page.click('switch');
    expect(await page.isOn()).toBe(false);
    const effect = await page.untilText('effect', /^You were frozen for .* Now cooperator is on again\.$/);
    expect(await page.isOn()).toBe(true);

    const [, duration, missed] = /^You were frozen for ([\d.]+ m?s): (\d+) frames missed/.exec(effect);
    const longestGap = await driver.run(() => globalThis.longestGap);
    expect(longestGap).toBeGreaterThan(1800);
    // Both are measured, at slightly different moments: the machine may be busy in between.
    expect(parseDuration(duration) / longestGap).toBeGreaterThan(0.8);
    expect(parseDuration(duration) / longestGap).toBeLessThan(1.25);
    expect(Number(missed)).toBeGreaterThan(20);
    await page.untilProgress('ray-tracer', before);
    await page.frames(10);
    expect(await page.isOn()).toBe(true);
    expect(await page.problems()).toEqual([]);
  });

  test('SQLite, unmodified, is a task that pauses and stops, or says that the browser cannot suspend it', async () => {
    await open(only(['life']));
    const found = (text) => /^Found ([\d,]+) in ([\d.]+ m?s) .*; longest frame: ([\d.]+ m?s)\.$/.exec(text).slice(1);
    await page.click('sqlite-freeze');
    const [inOnePiece, , frozen] = found(await page.untilText('sqlite-state', /^Found .* in one piece/));
    expect(inOnePiece).toBe('3,210');

    await page.click('sqlite-run');
    if (!(await driver.run(() => typeof WebAssembly.Suspending === 'function'))) {
      await page.untilText('sqlite-state', /^Error: this browser cannot suspend WebAssembly/);
      return;
    }
    await page.untilText('sqlite-state', /^The query is running/);
    const life = await page.progress('life');
    await page.click('sqlite-pause');
    await page.untilText('sqlite-state', /^Paused/);
    await page.untilProgress('life', life);
    await page.click('sqlite-stop');
    await page.untilText('sqlite-state', /^Stopped after/);

    await page.click('sqlite-run'); // the database is as before
    const [asTask, , longest] = found(await page.untilText('sqlite-state', /^Found .* as a task/));
    expect(asTask).toBe(inOnePiece);
    expect(parseDuration(longest)).toBeLessThan(parseDuration(frozen) / 2);
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

  test('one click adds a thousand tasks', async () => {
    await open(only(['mandelbrot']));
    await page.click('add-1000');
    await page.untilProgress('counters', 1 / 250); // the queue is fair: each has had one of its 250 turns
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

  test('a dropped file is indexed and hashed', async () => {
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
    await page.untilText('answer', /^50,000 times, first on line 2$/);
    expect(await page.problems()).toEqual([]);
  });

  test('a rejected fetch fails only its own task, and the page shows the error', async () => {
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

  test('the second visit works offline and has finer clocks', async () => {
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

  test('a chosen file is indexed', async () => {
    const path = `${root}build/chosen.txt`;
    await writeFile(path, 'all of it');
    await open(only(['text-index']));
    await driver.choose('[data-testid=file]', path);
    await page.untilText('text-index-note', /^3 words in chosen\.txt/);
  });

  test('settings are read from the address and written to it', async () => {
    await open('?mode=timeout&scheduler=message&budget=20&counters=10&shares=life:4&off=chain&repeat=yes');
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
      '?scheduler=message&budget=2&repeat=yes&counters=10&off=chain&shares=life:4,primes:8',
    );
    await page.untilProgress('primes', 0);

    await open('?mode=%22&budget=0&counters=-1&shares=life:3,x&off=nobody');
    expect(await driver.run(() => document.querySelector('[name=mode]:checked').value)).toBe('cooperative');
    expect(await page.value('budget')).toBe('auto');
    expect(await page.problems()).toEqual([]);
  });

  test('a scheduler that the browser lacks is replaced by the default and cannot be chosen', async () => {
    await open(only(['primes'], { scheduler: 'postTask' }), { before: 'delete globalThis.scheduler' });
    await page.untilProgress('primes', 0);
    expect(await page.value('scheduler')).toBe('auto');
    expect(await driver.run(() => document.querySelector('[value=postTask]').disabled)).toBe(true);
    expect(await page.problems()).toEqual([]);
  });

  test('a job that is stopped while it loads does not start', async () => {
    const before = `
      const realFetch = globalThis.fetch;
      globalThis.fetch = async (...options) => {
        if (String(options[0]).endsWith('text.txt')) {
          await new Promise((resolve) => (globalThis.finishLoading = resolve));
        }
        return realFetch(...options);
      };`;
    await open(only(['text-index']), { before });
    await page.untilState('text-index', 'loading');
    await page.click('text-index-stop');
    await page.untilState('text-index', 'off');
    await driver.run(() => globalThis.finishLoading());
    await page.frames(20);
    expect(await page.text('text-index-state')).toBe('off');

    await page.click('text-index-stop');
    await page.untilProgress('text-index', 0);
    expect(await page.problems()).toEqual([]);
  });

  test('modes, film and mosaic can be used by keyboard', async () => {
    await open(only(['life'], { counters: 20, repeat: 'yes' }));
    await page.untilProgress('life', 0);
    await driver.run(() => document.querySelector('#advanced > summary').focus());
    await driver.press('Enter');
    await driver.run(() => document.getElementById('mode-cooperative').focus());
    await driver.press('ArrowRight');
    expect(await driver.run(() => document.querySelector('[name=mode]:checked').value)).toBe('one-piece');
    await driver.press('ArrowLeft');
    await page.untilProgress('life', 0);

    // The enlarged frame changes a few times a second. Two frames before it must exist.
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

  test('what the visitor presses while the page is frozen waits, and does not freeze it again', async () => {
    await open();
    for (const job of JOBS) await page.untilProgress(job, 0);
    await driver.run(() => document.getElementById('switch').focus());
    await driver.press('Space');
    await new Promise((resolve) => {
      setTimeout(resolve, 500); // until the page is frozen, and cannot tell
    });
    await driver.press('Space');
    const effect = await page.untilText('effect', /^You were frozen/);
    expect(effect).toMatch(/, and your input waited for (\d\.\d s|\d{3} ms)\./);
    await page.frames(30);
    expect(await page.isOn()).toBe(true);
    expect(await page.problems()).toEqual([]);
  });

  test('jobs run once, and the switch starts them again', async () => {
    await open(only(['primes']));
    await page.untilState('primes', 'done');
    await page.untilText('effect', /^All computations are done/);
    await page.frames(150); // a repetition begins after 1.5 s
    expect(await page.text('primes-state')).toBe('done');
    await page.click('switch');
    await page.untilText('effect', /^You were frozen for .*[1-9]\d* frames missed/);
    expect(await page.problems()).toEqual([]);
  });

  test('jobs run again and again if the visitor wants it', async () => {
    await open(only(['primes'], { repeat: 'yes' }));
    await page.untilState('primes', 'done');
    await page.untilState('primes', 'running');
  });

  test('the measurement gives a verdict and bars, and then the tasks continue', async () => {
    await open(only(['life'], { repeat: 'yes' }));
    await page.untilProgress('life', 0);
    await page.click('compare');
    await page.untilState('life', 'paused');
    await page.click('switch');
    expect(await page.isOn()).toBe(true); // it is off limits
    const verdict = await page.untilText('verdict-text', /./);
    const form =
      /^([\d.]+) times the work of setTimeout, .*\. (\d+) % of the work of a plain loop, which froze the page for ([\d.]+ s)\.$/;
    const [, times, goodput, frozen] = form.exec(verdict);
    expect(Number(times)).toBeGreaterThan(2);
    expect(parseDuration(frozen)).toBeGreaterThanOrEqual(1200);
    expect(await page.text('loop-work')).toBe(' 100 %');
    expect(await page.text('cooperative-work')).toBe(` ${goodput} %`);
    const longestInLoop = parseDuration((await page.text('loop-longest')).trim());
    expect(longestInLoop).toBeGreaterThan(500); // a test message waited in the loop
    expect(parseDuration((await page.text('cooperative-longest')).trim())).toBeLessThan(longestInLoop);
    await page.untilState('life', 'running');
    expect(await page.problems()).toEqual([]);
  });

  test('the measurement ends with a notice if the tasks change meanwhile', async () => {
    await open(only(['life']));
    await page.untilProgress('life', 0);
    await page.click('compare');
    await page.untilText('compare', /^Measuring 2/);
    await page.click('add-10');
    expect(await page.untilText('notice', /./)).toMatch(/^The settings changed/);
    await page.untilText('compare', /^Measure again$/);
    expect(await driver.run(() => document.getElementById('verdict').hidden)).toBe(true);
  });

  test('a page that is hidden for ten seconds stops computing, and continues when it is shown', async () => {
    await open(only([], { counters: 5000 }));
    await page.untilProgress('counters', 0);
    await driver.hide();
    try {
      await page.until(() => document.documentElement.classList.contains('asleep'));
      const before = await driver.busySeconds();
      await driver.run(
        () =>
          new Promise((resolve) => {
            setTimeout(resolve, 2000);
          }),
      );
      expect((await driver.busySeconds()) - before).toBeLessThan(0.2);
    } finally {
      await driver.show();
    }
    const progress = await page.progress('counters');
    expect(progress).toBeLessThan(1);
    await page.untilProgress('counters', progress);
    expect(await page.problems()).toEqual([]);
  });

  test('nothing moves while the page loads', async () => {
    await open('', { width: 390, height: 844 });
    await page.frames(60);
    const shifts = await driver.run(
      () =>
        new Promise((resolve) => {
          new PerformanceObserver((list) =>
            resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)),
          ).observe({
            type: 'layout-shift',
            buffered: true,
          });
          setTimeout(() => resolve(0), 500);
        }),
    );
    expect(shifts).toBeLessThan(0.05);
  });

  test('the first screen has the switch, the pendulums, all computations and the code, also on a phone', async () => {
    for (const [width, height] of [
      [1280, 720],
      [390, 844],
    ]) {
      await open('', { width, height });
      await page.frames(30);
      const bottoms = await driver.run(() =>
        ['switch', 'animation', 'thumbnails', 'change'].map(
          (id) => document.getElementById(id).getBoundingClientRect().bottom,
        ),
      );
      expect(bottoms).toEqual([...bottoms].sort((a, b) => a - b));
      expect(bottoms.at(-1)).toBeLessThanOrEqual(height);
    }
    await page.untilText('frame-rate', /^\d+$/);
    const [shown, possible] = await driver.run(() =>
      ['frame-rate', 'display-rate'].map((id) => document.getElementById(id).textContent),
    );
    expect(possible).toMatch(/^of \d+$/);
    expect(Number(shown)).toBeLessThanOrEqual(Number(possible.slice(3)));
    await driver.run(() => scrollTo(0, 300));
    await page.frames(5);
    const top = await driver.run(() => document.getElementById('switch').getBoundingClientRect().top);
    expect(top).toBeGreaterThanOrEqual(0); // it stays in view
  });

  test('a source file opens beside its job, and closes the one that was open', async () => {
    await open(only(['mandelbrot']));
    await driver.run(() => document.querySelector('#mandelbrot .file').click());
    const shown = await page.until(() => document.querySelector('#mandelbrot .source').textContent);
    expect(shown).toContain('int32_t mandelbrot_step(mandelbrot *self)');
    await driver.run(() => document.querySelector('#chain .file').click());
    await page.until(() => document.querySelector('#chain .source').textContent.includes('yield fetch('));
    expect(await driver.run(() => document.querySelector('#mandelbrot .source').hidden)).toBe(true);
  });

  test.each([360, 1024, 1600])(
    'the page fits %i pixels, and axe finds no serious problem in light or dark',
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
      await driver.run(() => {
        document.getElementById('advanced').open = true;
      });
      for (const scheme of ['light', 'dark']) {
        await driver.scheme(scheme);
        expect(await violations()).toEqual([]);
      }
    },
  );

  /** The serious and critical problems that axe-core finds, with an open source file. */
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

  test('without WebAssembly, the page says why it cannot start', async () => {
    await driver.open(server.url, { before: 'delete globalThis.WebAssembly' });
    page = new DemoPage(driver);
    expect(await page.untilText('notice', /./)).toMatch(/^The page could not start: .*WebAssembly/);
    expect(await page.problems()).toEqual([]);
  });

  test('if a Content-Security-Policy forbids WebAssembly, the page says why it cannot start', async () => {
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
