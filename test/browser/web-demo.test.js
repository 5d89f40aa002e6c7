import { generateText } from '../../web-demo/generate-text.js';
import { DemoPage, jobs, launchBrowser, serveDemo } from './demo.js';

let server, browser, demo;

beforeAll(async () => {
  [server, browser] = await Promise.all([serveDemo(), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(options) {
  demo = await DemoPage.open(browser, server.url, options);
  return demo;
}

afterEach(() => demo.close());

const lively = ['runnable', 'waiting'];

test('four tasks progress side by side while frames and the animation go on', async () => {
  const page = await open();
  for (const job of jobs) await page.untilState(job, ...lively);
  await Promise.all(jobs.map((job) => page.untilMoreTurns(job, 20)));
  const states = await Promise.all(jobs.map((job) => page.state(job)));
  expect(states.every((state) => lively.includes(state))).toBe(true);

  const picture = () => page.page.$eval('#animation', (canvas) => canvas.toDataURL());
  const before = await picture();
  await page.frames(10);
  expect(await picture()).not.toBe(before);

  // A page that hangs has none or one; how many it has beyond that is the machine's affair.
  await page.untilNumber('frames-per-second', 10);
  expect(await page.number('longest-gap')).toBeGreaterThanOrEqual(await page.number('longest-recent-gap'));
  expect(await page.number('slices')).toBeGreaterThan(0);
  expect(await page.number('turns')).toBeGreaterThan(80);
  expect(page.problems).toEqual([]);
});

describe.each(jobs)('the card of %s', (job) => {
  const other = job === 'primes' ? 'mandelbrot' : 'primes';

  test('pauses, resumes, stops and starts again', async () => {
    const page = await open();
    await page.untilState(job, ...lively);
    await page.untilState(other, ...lively);

    await page.press(`${job}-pause`);
    await page.untilState(job, 'paused');
    const turns = await page.number(`${job}-turns`);
    const progress = await page.progress(job);
    await page.untilMoreTurns(other, 50);
    await page.frames(30);
    expect(await page.number(`${job}-turns`)).toBe(turns);
    expect(await page.progress(job)).toBe(progress);
    expect(await page.isEnabled(`${job}-pause`)).toBe(false);

    await page.press(`${job}-resume`);
    await page.untilNumber(`${job}-turns`, turns + 5);

    await page.press(`${job}-stop`);
    await page.untilState(job, 'stopped');
    const last = await page.number(`${job}-turns`);
    await page.frames(10);
    expect(await page.number(`${job}-turns`)).toBe(last);
    for (const action of ['pause', 'resume', 'stop']) expect(await page.isEnabled(`${job}-${action}`)).toBe(false);

    await page.press(`${job}-start`);
    await page.untilState(job, ...lively);
    expect(page.problems).toEqual([]);
  });
});

test('all tasks are paused, resumed, stopped and started again together', async () => {
  const page = await open();
  for (const job of jobs) await page.untilState(job, ...lively);
  await page.press('pause-all');
  for (const job of jobs) await page.untilState(job, 'paused');
  const turns = await page.number('turns');
  await page.frames(30);
  expect(await page.number('turns')).toBe(turns);
  await page.press('resume-all');
  for (const job of jobs) await page.untilState(job, ...lively);
  await page.press('stop-all');
  for (const job of jobs) await page.untilState(job, 'stopped');
  await page.press('start-all');
  for (const job of jobs) await page.untilState(job, ...lively);
  expect(page.problems).toEqual([]);
});

test('all four come to the right results', async () => {
  const page = await open();
  for (const job of jobs) await page.untilState(job, 'done');
  const results = Object.fromEntries(await Promise.all(
    jobs.map(async (job) => [job, await page.text(`${job}-output`)])));
  const words = generateText().toLowerCase().split(/[^a-z]+/).filter(Boolean);
  expect(results).toEqual({
    mandelbrot: 'All 320 rows are drawn.',
    words: `${words.length.toLocaleString('en')} words, ${new Set(words).size} different ones.`,
    primes: '50,847,534 primes: the count that is known to be right.',
    collatz: '8,400,511 takes 685 steps: known to be right.',
  });
  for (const job of jobs) expect(await page.progress(job)).toBe(1);

  const picture = await page.page.$eval('#mandelbrot canvas', (canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return { blank: pixels.filter((pixel) => pixel === 0).length, colours: new Set(pixels).size };
  });
  expect(picture.blank).toBe(0);
  expect(picture.colours).toBeGreaterThan(1000);
  expect(page.problems).toEqual([]);
});

test('the keyboard keeps its place when the pressed button is disabled', async () => {
  const page = await open();
  await page.untilState('primes', ...lively);
  const untilFocused = (name) => page.page.waitForFunction(
    (wanted) => document.activeElement.dataset.testid === wanted, {}, name);

  await page.page.focus('[data-testid="primes-pause"]');
  await page.page.keyboard.press('Enter');
  await page.untilState('primes', 'paused');
  await untilFocused('primes-resume');
  await page.page.keyboard.press('Tab');
  await page.page.keyboard.press('Enter');
  await page.untilState('primes', 'stopped');
  await untilFocused('primes-start');
  await page.page.keyboard.press('Enter');
  await page.untilState('primes', ...lively);
  await untilFocused('primes-pause');
  expect(page.problems).toEqual([]);
});

test('a task that waits for the network can be stopped, which ends its request', async () => {
  let cancelled;
  const page = await open({
    async prepare(puppeteerPage) {
      cancelled = new Promise((resolve) => puppeteerPage.on('requestfailed', resolve));
      await puppeteerPage.setRequestInterception(true);
      puppeteerPage.on('request', (request) => {
        if (!request.url().endsWith('/text.txt')) request.continue();   // that one is never answered
      });
    },
  });
  await page.untilState('words', 'waiting');
  await page.press('words-stop');
  await page.untilState('words', 'stopped');
  expect((await cancelled).url()).toMatch(/\/text\.txt$/);
  await page.untilMoreTurns('primes', 50);
  expect(page.problems).toEqual([]);
});

describe('what goes wrong is shown on the page', () => {
  test('a text that cannot be fetched fails its own task only, and can be tried again', async () => {
    let answer = (request) => request.abort();
    const page = await open({
      async prepare(puppeteerPage) {
        await puppeteerPage.setRequestInterception(true);
        puppeteerPage.on('request', (request) => {
          if (request.url().endsWith('/text.txt')) answer(request);
          else request.continue();
        });
      },
    });
    await page.untilState('words', 'failed');
    expect(await page.text('words-output')).toBe('TypeError: Failed to fetch');
    await page.untilMoreTurns('primes', 50);

    answer = (request) => request.respond({ status: 503 });
    await page.press('words-start');
    await page.untilText('words-output', 'Error: text.txt: HTTP 503');

    answer = (request) => request.continue();
    await page.press('words-start');
    await page.untilState('words', 'done');
    // The browser itself notes what it could not load; nothing else is there.
    expect(page.problems.filter((problem) => !problem.startsWith('error: Failed to load resource'))).toEqual([]);
  });

  test('a C task that cannot be loaded leaves the others running', async () => {
    const page = await open({
      async prepare(puppeteerPage) {
        await puppeteerPage.setRequestInterception(true);
        puppeteerPage.on('request', (request) => {
          if (request.url().includes('mandelbrot.wasm')) request.respond({ status: 404 });
          else request.continue();
        });
      },
    });
    await page.untilState('mandelbrot', 'failed');
    expect(await page.text('mandelbrot-output')).toContain('mandelbrot.wasm: HTTP 404');
    await page.untilMoreTurns('primes', 50);
    expect(await page.isEnabled('mandelbrot-start')).toBe(true);
  });

  test('a browser without WebAssembly', async () => {
    const page = await open({
      prepare: (puppeteerPage) => puppeteerPage.evaluateOnNewDocument('delete globalThis.WebAssembly'),
    });
    await page.page.waitForSelector('#notice:not([hidden])');
    expect(await page.text('notice')).toMatch(/^The page could not start: .*WebAssembly/);
    expect(page.problems).toEqual([]);
  });

  test('a Content-Security-Policy that forbids WebAssembly', async () => {
    const strict = await serveDemo({ 'Content-Security-Policy': "script-src 'self'" });
    try {
      demo = await DemoPage.open(browser, strict.url);
      await demo.page.waitForSelector('#notice:not([hidden])');
      expect(await demo.text('notice')).toMatch(/^The page could not start: .*wasm-unsafe-eval/);
    } finally {
      await strict.close();
    }
  });
});
