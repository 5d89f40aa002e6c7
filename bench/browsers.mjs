// Real browsers, driven from outside. Each page is opened in the browser's one tab, so that it is visible.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const drivers = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit };

export const browserNames = Object.keys(drivers);

/**
 * @typedef {object} Browser
 * @property {string} version  with the name
 * @property {(url: string) => Promise<unknown>} open
 * @property {() => Promise<unknown>} press  a trusted press and release of the mouse at (50, 50); resolves when the
 *   page has dealt with it
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

async function launchChromium() {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
  const [page] = await browser.pages();
  const session = await page.createCDPSession();
  const mouse = { x: 50, y: 50, button: 'left', clickCount: 1 };
  return {
    version: await browser.version().then((version) => version.replace(/.*\//, 'Chromium ')),
    open: (url) => page.goto(url),
    press: () => Promise.all(['mousePressed', 'mouseReleased'].map(
      (type) => session.send('Input.dispatchMouseEvent', { type, ...mouse }))),
    stampsInput: true,
    screenshot: (path) => page.screenshot({ path, fullPage: true }),
    close: () => browser.close(),
  };
}

async function launchFirefox() {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  });
  const [page] = await browser.pages();
  return {
    version: await browser.version().then((version) => version.replace(/.*\//, 'Firefox ')),
    open: (url) => page.goto(url),
    press: () => page.mouse.click(50, 50),
    stampsInput: false,
    screenshot: (path) => page.screenshot({ path, fullPage: true }),
    close: () => browser.close(),
  };
}

async function launchWebKit() {
  const { Builder, Capabilities } = await import('selenium-webdriver');
  const { port, end } = await startWebKitDriver();
  try {
    const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': {
        binary: process.env.MINIBROWSER ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
        args: ['--automation'],
      },
    })).build();
    await driver.manage().window().setRect({ x: 0, y: 0, width: 800, height: 600 });
    const capabilities = await driver.getCapabilities();
    return {
      version: `WebKitGTK ${capabilities.getBrowserVersion()}`,
      open: (url) => driver.get(url),
      press: () => driver.actions({ async: true }).move({ x: 50, y: 50, duration: 0 }).press().release().perform(),
      stampsInput: false,
      screenshot: async (path) => {
        const { writeFile } = await import('node:fs/promises');
        await writeFile(path, await driver.takeScreenshot(), 'base64');
      },
      close: () => driver.quit().finally(end),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

// The X server ends when the driver does; killing xvfb-run instead would leave both behind.
async function startWebKitDriver() {
  const port = await freePort();
  const child = spawn('xvfb-run', ['-a', 'sh', '-c', `echo $$; exec WebKitWebDriver --port=${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
  const failed = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`WebKitWebDriver ended with exit code ${code}\n${errors}`)));
  });
  failed.catch(() => {});
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), failed]);
  child.stdout.resume();
  const end = async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(Number(line));
    await ended;
  };
  for (let tries = 0; ; tries++) {
    const status = fetch(`http://127.0.0.1:${port}/status`);
    const answers = await Promise.race([status.then(() => true, () => false), failed]);
    if (answers) return { port, end };
    if (tries === 200) {
      await end();
      throw new Error(`WebKitWebDriver does not answer\n${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
