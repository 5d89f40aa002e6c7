// Starts browsers. `launch` gives all of them the same interface: version(), open(url), hide() and show() for the opened
// page, and close().
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export const binaries = {
  chromium: process.env.CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  webkit: process.env.MINIBROWSER ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
};

/** @returns {Promise<import('puppeteer-core').Browser>} */
export async function launchChromium() {
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.launch({
    executablePath: binaries.chromium,
    // Puppeteer's defaults make Chromium treat a hidden page like a visible one.
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
}

/** @returns {Promise<import('puppeteer-core').Browser>} */
export async function launchFirefox() {
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.launch({ browser: 'firefox', executablePath: binaries.firefox });
}

/**
 * WebKitGTK has no headless mode, so it gets a virtual display. Xvfb is started directly, because what xvfb-run starts
 * does not end with it.
 */
export async function launchWebKit() {
  const processes = [];
  const close = async () => {
    for (const child of processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  };
  try {
    const display = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    processes.push(display.child);
    const [number] = await display.until(once(display.child.stdio[3], 'data'));
    const port = await freePort();
    const driver = start('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY: `:${String(number).trim()}` },
    });
    processes.push(driver.child);
    const server = `http://127.0.0.1:${port}`;
    await driver.until(reachable(`${server}/status`));
    const { Builder } = await import('selenium-webdriver');
    const session = await new Builder()
      .usingServer(server)
      .withCapabilities({
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: binaries.webkit, args: ['--automation'] },
      })
      .build();
    return {
      session,
      async version() {
        const capabilities = await session.getCapabilities();
        return `${capabilities.getBrowserName()}/${capabilities.getBrowserVersion()}`;
      },
      open: (url) => session.get(url),
      hide: () => session.manage().window().minimize(),
      show: () => session.manage().window().setRect({ x: 0, y: 0, width: 1024, height: 768 }),
      async close() {
        await session.quit().catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export const launch = {
  chromium: async () => inTabs(await launchChromium()),
  firefox: async () => inTabs(await launchFirefox()),
  webkit: launchWebKit,
};

/** Opens pages as tabs, and hides one by bringing another tab to the front. */
function inTabs(browser) {
  let tab;
  let otherTab;
  return {
    version: () => browser.version(),
    async open(url) {
      await tab?.close();
      tab = await browser.newPage();
      await tab.goto(url);
    },
    async hide() {
      otherTab ??= await browser.newPage();
      await otherTab.bringToFront();
    },
    show: () => tab.bringToFront(),
    close: () => browser.close(),
  };
}

/** Starts a process; `until` rejects if it ends before a promise settles. */
function start(command, args, options) {
  const child = spawn(command, args, options);
  const failed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`${command} ended: ${signal ?? `exit code ${code}`}`)));
  });
  failed.catch(() => {}); // later, the process is meant to end
  return { child, until: (promise) => Promise.race([promise, failed]) };
}

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when a server accepts requests; rejects after ten seconds. */
async function reachable(url) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url);
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
