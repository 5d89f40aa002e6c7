// The examples that are pages, in Chromium, served by the command that their READMEs tell.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { at, commandsOf } from '../docs/blocks.js';
import { launchChromium } from '../hosts/browsers.js';

const commands = ['search', 'react', 'comlink'].flatMap((name) => commandsOf(`examples/${name}/README.md`));
let server, url, browser, page, problems;

beforeAll(async () => {
  const env = { ...process.env, BROWSER: 'none', NO_COLOR: '1' };
  // npm does not end what it has started: that is a group of its own, which ends with the input, and so with this test
  const script = `set -m; ${commands[0]} < /dev/null & trap 'kill -- -$!' EXIT; cat`;
  server = spawn('bash', ['-euc', script], { cwd: at('examples'), env, stdio: ['pipe', 'pipe', 'inherit'] });
  const listening = new Promise((resolve, reject) => {
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found !== null) resolve(found[0]);
    });
    server.once('exit', () => reject(new Error(`${commands[0]} has ended:\n${said}`)));
  });
  [browser, url] = await Promise.all([launchChromium(), listening]);
});

afterAll(async () => {
  await browser?.close();
  const ended = once(server, 'exit');
  server.stdin.end();
  await ended;
});

/** The page that a README's command would open. */
const open = (name) => page.goto(url + commandsOf(`examples/${name}/README.md`)[0].split(' ').at(-1));

beforeEach(async () => {
  problems = [];
  page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(`${message.text()} ${message.location().url}`);
  });
});

afterEach(async () => {
  await page.close();
  expect(problems.filter((text) => !text.includes('favicon.ico'))).toStrictEqual([]);
});

const output = () => page.$eval('output', (element) => element.textContent);
const progress = () => page.$eval('progress', (element) => element.value);
const untilOutput = (text) =>
  page.waitForFunction((wanted) => document.querySelector('output')?.textContent === wanted, {}, text);
/** At once: a click of the mouse would wait until the button stands still, and the work goes on meanwhile. */
const press = (name) =>
  page.evaluate((text) => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === text);
    if (button.disabled) throw new Error(`${text} is disabled`);
    button.click();
  }, name);

test('they are served in the same way', () => {
  expect(commands).toEqual(['/search/', '/react/', '/comlink/'].map((path) => `npm run pages -- --open ${path}`));
});

test('search: what is typed while the index is built is dealt with then', async () => {
  await page.evaluateOnNewDocument(() => {
    globalThis.seen = [];
    addEventListener('input', ({ target }) => {
      seen.push({ text: target.value, state: document.body.dataset.state ?? 'building' });
    });
  });
  await open('search');
  await page.type('input', 'needle');
  const seen = await page.evaluate(() => globalThis.seen);
  expect(seen.map(({ text }) => text)).toStrictEqual(['n', 'ne', 'nee', 'need', 'needl', 'needle']);
  expect(seen[0].state).toBe('building');
  await page.waitForSelector('body[data-state=built]');
  expect(await output()).toBe('20 of 20000 texts');
  const titles = await page.$$eval('li', (items) => items.map(({ textContent }) => textContent));
  expect(titles).toHaveLength(10);
  expect(titles.filter((title) => !/needle\d+000$/.test(title))).toStrictEqual([]);
});

test('react: start, pause, resume, stop, and the end of the component, in strict mode', async () => {
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
});

test('comlink: a worker hears pause, resume and stop while it computes', async () => {
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
