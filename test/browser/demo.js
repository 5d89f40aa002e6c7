// Serves the demo page, opens it in Chromium, and reads and presses what is on it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const serveScript = fileURLToPath(new URL('serve.js', import.meta.url));

export const jobs = ['mandelbrot', 'words', 'primes', 'collatz'];

/** @param {Record<string, string>} [headers]  sent with every response */
export async function serveDemo(headers = {}) {
  const server = fork(serveScript, { execArgv: [] });
  const ended = once(server, 'exit');
  server.send({ headers });
  const [reply] = await Promise.race([once(server, 'message'), ended]);
  if (!reply?.url) throw new Error('the demo page could not be served; the reason is above');
  return {
    url: reply.url,
    async close() {
      server.disconnect();
      await ended;
    },
  };
}

export { launchChromium as launchBrowser } from '../hosts/browsers.js';

export class DemoPage {
  /** What a visitor would find in the browser's console, and requests that left this machine. */
  problems = [];

  /**
   * @param {import('puppeteer-core').Browser} browser
   * @param {{ prepare?: (page: import('puppeteer-core').Page) => Promise<unknown> }} [options]  before it loads
   */
  static async open(browser, url, { prepare } = {}) {
    const demo = new DemoPage();
    const page = demo.page = await browser.newPage();
    page.setDefaultTimeout(50_000);
    await page.setViewport({ width: 1280, height: 1000 });
    page.on('pageerror', (error) => demo.problems.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) demo.problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && hostname !== '127.0.0.1') demo.problems.push(`request: ${request.url()}`);
    });
    await prepare?.(page);
    await page.goto(url);
    return demo;
  }

  close() {
    return this.page.close();
  }

  async press(name) {
    await this.page.locator(`[data-testid="${name}"]`).click();
  }

  text(name) {
    return this.page.$eval(`[data-testid="${name}"]`, (element) => element.textContent);
  }

  /** A number as the page writes it: `1,234` or `16.7 ms`. */
  async number(name) {
    return parseNumber(await this.text(name));
  }

  state(job) {
    return this.text(`${job}-state`);
  }

  progress(job) {
    return this.page.$eval(`[data-testid="${job}-progress"]`, (element) => element.value);
  }

  isEnabled(name) {
    return this.page.$eval(`[data-testid="${name}"]`, (element) => !element.disabled);
  }

  /** Waits until the text of an element is one of these. */
  untilText(name, ...texts) {
    return this.page.waitForFunction(
      (selector, wanted) => wanted.includes(document.querySelector(selector)?.textContent),
      {}, `[data-testid="${name}"]`, texts);
  }

  untilState(job, ...states) {
    return this.untilText(`${job}-state`, ...states);
  }

  /** Waits until the number that an element shows is at least this. */
  untilNumber(name, least) {
    return this.page.waitForFunction(
      (selector, wanted) => parseFloat(document.querySelector(selector).textContent.replaceAll(',', '')) >= wanted,
      {}, `[data-testid="${name}"]`, least);
  }

  /** Waits until a job has had some more turns. */
  async untilMoreTurns(job, more) {
    await this.untilNumber(`${job}-turns`, await this.number(`${job}-turns`) + more);
  }

  frames(count) {
    return this.page.evaluate(async (frames) => {
      for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
    }, count);
  }
}

const parseNumber = (text) => Number.parseFloat(text.replaceAll(',', ''));
