// Real browsers, driven from outside. Each page is opened in the browser's one tab, so that it is visible.
import { writeFile } from 'node:fs/promises';
import { launchChromium, launchFirefox, launchWebKit } from '../../test/hosts/browsers.js';

const drivers = { chromium, firefox, webkit };

export const browserNames = Object.keys(drivers);

/**
 * @typedef {object} Browser
 * @property {string} version  with the name
 * @property {(url: string) => Promise<unknown>} open
 * @property {() => Promise<unknown>} press  a trusted press and release of the mouse, which `open` has put at (50, 50);
 *   resolves when the page has dealt with it
 * @property {boolean} stampsInput  an event's timeStamp is when the browser was told of it, not when the page saw it;
 *   such a browser also takes presses while others are on their way
 * @property {(path: string) => Promise<unknown>} screenshot
 * @property {() => Promise<unknown>} close
 */

/** @param {string} name @returns {Promise<Browser>} */
export function launch(name) {
  if (!Object.hasOwn(drivers, name)) throw new Error(`No browser ${name}; there are: ${browserNames.join(', ')}`);
  return drivers[name]();
}

async function chromium() {
  const browser = await launchChromium();
  const [page] = await browser.pages();
  const session = await page.createCDPSession();
  const mouse = { x: 50, y: 50, button: 'left', clickCount: 1 };
  return {
    ...(await inFirstTab(browser, 'Chromium', page)),
    press: () =>
      Promise.all(
        ['mousePressed', 'mouseReleased'].map((type) => session.send('Input.dispatchMouseEvent', { type, ...mouse })),
      ),
    stampsInput: true,
  };
}

async function firefox() {
  const browser = await launchFirefox();
  const [page] = await browser.pages();
  return {
    ...(await inFirstTab(browser, 'Firefox', page)),
    open: async (url) => {
      await page.goto(url);
      await page.mouse.move(50, 50);
    },
    // A click is a move first, and only when the page has dealt with that, a press.
    press: async () => {
      await page.mouse.down();
      await page.mouse.up();
    },
    stampsInput: false,
  };
}

async function inFirstTab(browser, name, page) {
  return {
    version: (await browser.version()).replace(/.*\//, `${name} `),
    open: (url) => page.goto(url),
    screenshot: (path) => page.screenshot({ path, fullPage: true }),
    close: () => browser.close(),
  };
}

async function webkit() {
  const { session, version, open, close } = await launchWebKit();
  await session.manage().window().setRect({ x: 0, y: 0, width: 800, height: 600 });
  return {
    version: (await version()).replace(/.*\//, 'WebKitGTK '),
    open: async (url) => {
      await open(url);
      await session.actions({ async: true }).move({ x: 50, y: 50, duration: 0 }).perform();
    },
    press: () => session.actions({ async: true }).press().release().perform(),
    stampsInput: false,
    screenshot: async (path) => writeFile(path, await session.takeScreenshot(), 'base64'),
    close,
  };
}
