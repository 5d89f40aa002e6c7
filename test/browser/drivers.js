// The same interface for all three browsers, as far as the tests of the demo page need it.

import { writeFile } from 'node:fs/promises';
import { launchChromium, launchFirefox, launchWebKit } from '../hosts/browsers.js';

/** Drives Chromium and Firefox with Puppeteer. */
class TabDriver {
  #browser;
  #tab;
  #otherTab;

  constructor(browser) {
    this.#browser = browser;
  }

  /** Opens a page in a new tab. `before` is a script that runs before those of the page. */
  async open(url, { width = 1280, height = 900, before } = {}) {
    await this.#tab?.close();
    this.#tab = await this.#browser.newPage();
    await this.#tab.setViewport({ width, height });
    if (before) await this.#tab.evaluateOnNewDocument(before);
    await this.#tab.goto(url);
  }

  /** @param {'light' | 'dark'} value */
  scheme(value) {
    return this.#tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
  }

  /** Calls a function in the page, which may be asynchronous, and resolves to its result. */
  run(f, ...args) {
    return this.#tab.evaluate(f, ...args);
  }

  async press(...keys) {
    for (const key of keys) await this.#tab.keyboard.press(key);
  }

  async type(selector, text) {
    await this.#tab.focus(selector);
    await this.#tab.keyboard.type(text);
  }

  /** Chooses a file with a file input. */
  async choose(selector, path) {
    await (await this.#tab.$(selector)).uploadFile(path);
  }

  /** Hides the page, by bringing another tab to the front. */
  async hide() {
    this.#otherTab ??= await this.#browser.newPage();
    await this.#otherTab.bringToFront();
  }

  show() {
    return this.#tab.bringToFront();
  }

  /** How long the page's thread has been busy so far, in seconds. Chromium only. */
  async busySeconds() {
    return (await this.#tab.metrics()).TaskDuration;
  }

  /** With `full`, the window becomes as high as the page, which does not draw what is out of sight. */
  async screenshot(path, { full = false } = {}) {
    if (full) {
      const height = await this.#tab.evaluate(() => document.documentElement.scrollHeight);
      await this.#tab.setViewport({ ...this.#tab.viewport(), height });
      await this.#tab.evaluate(async () => {
        for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
      });
    }
    await this.#tab.screenshot({ path });
  }

  close() {
    return this.#browser.close();
  }
}

/** Drives WebKit with WebDriver. Only has what the tests in all browsers need. */
class WebDriverDriver {
  #browser;

  constructor(browser) {
    this.#browser = browser;
  }

  /** The window is small because WebKit draws it in software. */
  async open(url) {
    const { session } = this.#browser;
    await session.manage().window().setRect({ x: 0, y: 0, width: 1024, height: 640 });
    await session.get(url);
  }

  async run(f, ...args) {
    const [error, value] = await this.#browser.session.executeAsyncScript(
      `
      const report = arguments[arguments.length - 1];
      (async () => (${f}))().then((f) => f(...Array.prototype.slice.call(arguments, 0, -1)))
        .then((value) => report([null, value === undefined ? null : value]), (error) => report([String(error), null]));
    `,
      ...args,
    );
    if (error !== null) throw new Error(error);
    return value ?? undefined;
  }

  async type(selector, text) {
    const { By } = await import('selenium-webdriver');
    await this.#browser.session.findElement(By.css(selector)).sendKeys(text);
  }

  async screenshot(path) {
    await writeFile(path, await this.#browser.session.takeScreenshot(), 'base64');
  }

  close() {
    return this.#browser.close();
  }
}

export const drivers = {
  chromium: async () => new TabDriver(await launchChromium()),
  firefox: async () => new TabDriver(await launchFirefox()),
  webkit: async () => new WebDriverDriver(await launchWebKit()),
};
