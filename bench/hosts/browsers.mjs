// Real browsers, driven from outside. Pages open in the browser's only tab, so that they are visible.
import { launchChromium, launchFirefox, launchWebKit } from '../../test/hosts/browsers.js';

const launchers = { chromium, firefox, webkit };

export const browserNames = Object.keys(launchers);

/**
 * @typedef {object} Browser
 * @property {string} version  including the browser's name
 * @property {(url: string) => Promise<unknown>} open
 * @property {() => Promise<unknown>} press  presses and releases the mouse button (a trusted event) at (50, 50), where
 *   `open` has put the pointer; resolves when the page has handled it
 * @property {boolean} stampsInput  the timeStamp of an event is when the browser received it, not when the page handled
 *   it; such a browser also accepts presses while others are pending
 * @property {() => Promise<unknown>} close
 */

/** @param {string} name  one of `browserNames` @returns {Promise<Browser>} */
export const launch = (name) => launchers[name]();

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
    // Not click(), which first moves the mouse and waits until the page has handled that.
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
    close,
  };
}
