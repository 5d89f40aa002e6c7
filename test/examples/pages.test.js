// Opens the examples that are pages in Chromium, served by the command in their READMEs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { at, commandsOf } from '../docs/blocks.js';
import { launchChromium } from '../hosts/browsers.js';

const pages = ['markdown', 'table-react', 'table-vue', 'table-svelte', 'search', 'react', 'comlink'];
const commands = pages.flatMap((name) => commandsOf(`examples/${name}/README.md`));
let server, url, browser, page, pageErrors;

beforeAll(async () => {
  const env = { ...process.env, BROWSER: 'none', NO_COLOR: '1' };
  // npm does not end the processes that it starts. They form a process group, which the trap kills when stdin closes.
  const script = `set -m; ${commands[0]} < /dev/null & trap 'kill -- -$!' EXIT; cat`;
  server = spawn('bash', ['-euc', script], { cwd: at('examples'), env, stdio: ['pipe', 'pipe', 'inherit'] });
  const listening = new Promise((resolve, reject) => {
    let log = '';
    server.stdout.setEncoding('utf8').on('data', (text) => {
      log += text;
      const found = log.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found !== null) resolve(found[0]);
    });
    server.once('exit', () => reject(new Error(`${commands[0]} exited:\n${log}`)));
  });
  [browser, url] = await Promise.all([launchChromium(), listening]);
});

afterAll(async () => {
  await browser?.close();
  const ended = once(server, 'exit');
  server.stdin.end();
  await ended;
});

/** Opens the page that the command in a README would open. */
const open = (name) => page.goto(url + commandsOf(`examples/${name}/README.md`)[0].split(' ').at(-1));

beforeEach(async () => {
  pageErrors = [];
  page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) pageErrors.push(`${message.text()} ${message.location().url}`);
  });
});

afterEach(async () => {
  await page.close();
  expect(pageErrors.filter((text) => !text.includes('favicon.ico'))).toStrictEqual([]);
});

const output = () => page.$eval('output', (element) => element.textContent);
const progress = () => page.$eval('progress', (element) => element.value);
const untilOutput = (text) =>
  page.waitForFunction((wanted) => document.querySelector('output')?.textContent === wanted, {}, text);
/** Clicks at once. A mouse click would wait until the button stops moving, while the work continues. */
const press = (name) =>
  page.evaluate((text) => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === text);
    if (button.disabled) throw new Error(`${text} is disabled`);
    button.click();
  }, name);

test('the pages share one command', () => {
  expect(commands).toEqual(pages.map((name) => `npm run pages -- --open /${name}/`));
});

test('markdown: the book is the same in both ways, and only one of them freezes the page', async () => {
  await open('markdown');
  const rendered = async (button) => {
    await press(button);
    await page.waitForFunction(() => document.querySelector('output').textContent.includes('sections'));
    const [, sections, longest] = (await output()).match(/^(\d+) sections rendered in .* longest frame: (\d+) ms$/);
    const html = await page.$eval('article', (article) => article.innerHTML);
    return { sections, html, longest: Number(longest) };
  };
  const inOnePiece = await rendered('Render in one piece');
  await page.evaluate(() => document.querySelector('output').replaceChildren());
  const inTurns = await rendered('Render with cooperator');
  expect(inOnePiece.sections).toBe('780');
  expect(inOnePiece.html).toContain('hljs-keyword');
  expect(inTurns.html === inOnePiece.html).toBe(true);
  expect(inTurns.longest).toBeLessThan(inOnePiece.longest / 2);

  await press('Render with cooperator');
  await page.waitForFunction(() => document.querySelector('progress').value > 0);
  await press('Stop');
  await page.waitForFunction(() => / sections stopped in /.test(document.querySelector('output').textContent));
});

test.each(['table-react', 'table-vue', 'table-svelte'])(
  '%s: each keystroke cancels the filtering before it, and the result is that of a plain filter',
  async (name) => {
    await open(name);
    await page.waitForFunction(() => document.querySelector('output')?.textContent === '100000 rows');
    const type = (text) =>
      page.evaluate((value) => {
        const input = document.querySelector('input[type=search]');
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, value);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
    const found = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name: url }) => url));
    await page.evaluate(
      async (url) => {
        globalThis.cooperator = await import(url);
      },
      found.find((url) => url.includes('/dist/index.js')),
    );
    const tasks = () => page.evaluate(() => globalThis.cooperator.getGlobalCooperator().tasks.length);
    for (const text of ['h', 'ho', 'hop', 'hopp', 'hoppper', 'hoppper oslo']) {
      await type(text);
      expect(await tasks()).toBeLessThanOrEqual(1);
    }
    await page.waitForFunction(() => / rows$/.test(document.querySelector('output').textContent));
    const inTurns = await output();
    expect(Number.parseInt(inTurns, 10)).toBeGreaterThan(0);
    expect(await page.$eval('td:nth-child(2)', ({ textContent }) => textContent)).toMatch(/ Hopper$/);
    expect(await tasks()).toBe(0);

    await page.evaluate(() => document.querySelector('input[type=checkbox]').click());
    await page.waitForFunction((text) => document.querySelector('output').textContent === text, {}, inTurns);
    await type('hoppper zurich');
    await page.waitForFunction(
      (before) =>
        / rows$/.test(document.querySelector('output').textContent) &&
        document.querySelector('output').textContent !== before,
      {},
      inTurns,
    );
    expect(await tasks()).toBe(0);
  },
);

test('search: input is handled while the index is built', async () => {
  // Typed by the page itself as soon as its script has started: a fast machine builds the index before a key arrives.
  await page.evaluateOnNewDocument(() => {
    globalThis.seen = [];
    addEventListener('DOMContentLoaded', () => {
      const input = document.querySelector('input');
      for (const letter of 'needle') {
        input.value += letter;
        input.dispatchEvent(new Event('input'));
        const state = document.body.dataset.state ?? 'building';
        globalThis.seen.push({ text: input.value, state, output: document.querySelector('output').textContent });
      }
    });
  });
  await open('search');
  const seen = await page.evaluate(() => globalThis.seen);
  expect(seen.map(({ text }) => text)).toStrictEqual(['n', 'ne', 'nee', 'need', 'needl', 'needle']);
  expect(seen.map((entry) => entry.output)).toStrictEqual(
    expect.arrayContaining([expect.stringMatching(/^\d+ found in [\d,]+ texts$/)]),
  );
  expect(seen[0].state).toBe('building');
  await page.waitForSelector('body[data-state=built]');
  expect(await output()).toBe('20 found in 20,000 texts');
  const titles = await page.$$eval('li', (items) => items.map(({ textContent }) => textContent));
  expect(titles).toHaveLength(10);
  expect(titles.filter((title) => !/needle\d+000$/.test(title))).toStrictEqual([]);
  await page.evaluate(() => {
    const input = document.querySelector('input');
    input.value = '';
    input.dispatchEvent(new Event('input'));
  });
  expect(await output()).toBe('20,000 indexed');
});

test('react: the buttons start, pause, resume and stop the task, and unmounting stops it, in strict mode', async () => {
  await open('react');
  const { source } = await page.evaluate(async () => {
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    const found = loaded.find((name) => name.includes('/dist/index.js'));
    globalThis.cooperator = await import(found);
    return { source: found };
  });
  expect(source).toContain('/dist/index.js');
  const tasks = () => page.evaluate(() => globalThis.cooperator.getGlobalCooperator().tasks.map(({ state }) => state));
  const frames = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
    });

  expect([await output(), await tasks()]).toStrictEqual(['idle', []]);
  await press('Start');
  await page.waitForFunction(() => document.querySelector('progress').value > 0);
  expect(await output()).toBe('running');
  await press('Pause');
  await untilOutput('paused');
  await frames();
  const before = await progress();
  await frames();
  expect([await progress(), await tasks()]).toStrictEqual([before, ['paused']]);
  await press('Resume');
  await page.waitForFunction((value) => document.querySelector('progress').value > value, {}, before);
  await press('Stop');
  await untilOutput('stopped');
  expect(await tasks()).toStrictEqual([]);

  await press('Start');
  await untilOutput('running');
  expect(await tasks()).toHaveLength(1);
  await press('Remove');
  await page.waitForFunction(() => document.querySelector('output') === null);
  expect(await tasks()).toStrictEqual([]);
  await press('Put back');
  await untilOutput('idle');
  await press('Start');
  await untilOutput('348513');

  await press('Freeze');
  const text = (id) => page.$eval(`[data-testid=${id}]`, ({ textContent }) => textContent);
  expect(await text('frozen')).toBe('348513');
  await page.waitForFunction(() => Number(document.querySelector('[data-testid=longest]').textContent) > 100);
});

test('comlink: the worker handles pause, resume and stop while it computes', async () => {
  await open('comlink');
  await press('Start');
  await page.waitForFunction(() => document.querySelector('progress').value > 0);
  await press('Pause');
  await untilOutput('paused');
  await press('Resume');
  await untilOutput('running');
  const before = await progress();
  await page.waitForFunction((value) => document.querySelector('progress').value > value, {}, before);
  await press('Stop');
  await page.waitForFunction(() => document.querySelector('output').textContent.startsWith('TaskStopped'));
  await press('Start');
  await untilOutput('1723519 takes 556 steps');
});
