// Follows docs/tutorial.md: writes its files into an empty folder, runs its commands there, and opens the page of each
// step in a browser. Only the package comes from this project, and the port is a free one.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { at, blocksOf } from '../docs/blocks.js';
import { launchChromium } from '../hosts/browsers.js';

const execute = promisify(execFile);
const blocks = blocksOf('docs/tutorial.md');
const isServer = ({ code }) => code.includes('http.server');
const primes = '216816 primes'; // pi(3,000,000)

let folder, server, browser, page, url;
const problems = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperator-tutorial-'));
  for (const block of blocks) {
    if (block.language === 'sh' && !isServer(block)) await sh(block.code);
    if (block.file !== undefined && block.file !== 'page.js') await writeFile(inFolder(block.file), block.code);
  }
  const [command, ...args] = blocks.find(isServer).code.trim().replace('8000', '0').split(' ');
  const env = { ...process.env, PYTHONUNBUFFERED: '1' };
  server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], env });
  const [output] = await once(server.stdout.setEncoding('utf8'), 'data');
  const [, port] = output.match(/port (\d+)/);
  browser = await launchChromium();
  page = await browser.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  await page.evaluateOnNewDocument(() => {
    globalThis.ticks = 0;
    document.addEventListener('DOMContentLoaded', () => {
      const count = () => {
        globalThis.ticks++;
      };
      new MutationObserver(count).observe(document.getElementById('clock'), { childList: true });
    });
  });
  await page.setCacheEnabled(false);
  url = `http://127.0.0.1:${port}/`;
});

afterAll(async () => {
  await browser?.close();
  server?.kill();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name) => join(folder, name);

function sh(commands) {
  const offline = commands.replace('npm install cooperator', `npm install ${at('build/packed/cooperator.tgz')}`);
  return execute('bash', ['-euc', offline], { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } });
}

const press = (id) => page.click(`#${id}`);
const result = () => page.$eval('#result', (element) => element.textContent);
const shows = (text) =>
  page.waitForFunction((text) => document.getElementById('result').textContent === text, {}, text);
/** Presses the start button, and resolves to the text that the page shows right after the button's handler. */
const pressAndRead = () =>
  page.evaluate(() => {
    document.getElementById('start').click();
    return document.getElementById('result').textContent;
  });
/** How often the clock of the page ticked since the page was opened. */
const ticks = () => page.evaluate(() => globalThis.ticks);
const progress = () => page.$eval('#bar', (bar) => bar.value);
const untilProgress = (minimum) =>
  page.waitForFunction((minimum) => document.getElementById('bar').value > minimum, {}, minimum);

/** For each step, what the reader does and what the page must show. */
const steps = {
  '1. The frozen page': async () => {
    expect(await pressAndRead()).toBe(primes);
  },
  '2. The same as a task': async () => {
    expect(await pressAndRead()).toBe('Counting ...');
    const before = await ticks();
    await shows(primes);
    expect(await ticks()).toBeGreaterThan(before);
    await Promise.all([press('start'), press('start')]);
    await shows('Counting ...');
    await shows(primes);
  },
  '3. Progress': async () => {
    await press('start');
    await untilProgress(0);
    expect(await progress()).toBeLessThan(1);
    await shows(primes);
    expect(await progress()).toBe(1);
  },
  '4. Pause and cancel': async () => {
    await press('start');
    await untilProgress(0);
    await press('pause');
    expect(await result()).toBe('Paused');
    const before = await progress();
    const tick = await ticks();
    await page.waitForFunction((tick) => globalThis.ticks > tick + 2, {}, tick);
    expect(await progress()).toBe(before);
    await press('pause');
    await untilProgress(before);
    await press('cancel');
    await shows('Cancelled');
    expect(await page.$eval('#start', (button) => button.disabled)).toBe(false);
    await press('start');
    await shows(primes);
  },
  '5. Waiting': async () => {
    await press('start');
    await shows(`${primes} below 3000000`);
  },
  '6. When it goes wrong': async () => {
    await press('start');
    await shows('168 primes'); // pi(1000)
    await press('pause');
    await shows('It failed: the limit must be a number above 2, not NaN');
  },
};

test('every page of the tutorial has a step here, and every step a page', () => {
  expect(blocks.filter(({ file }) => file === 'page.js').map(({ heading }) => heading)).toEqual(Object.keys(steps));
});

test.each(Object.entries(steps))('%s', async (heading, useThePage) => {
  const { code } = blocks.find((block) => block.file === 'page.js' && block.heading === heading);
  await writeFile(inFolder('page.js'), code);
  await page.goto(url);
  await useThePage();
  expect(problems).toEqual([]);
});
