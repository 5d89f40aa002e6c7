// Builds an application with Next.js, from the packed package, starts it and asks each of its pages and routes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/run.mjs';
import { outcomeIn } from './browser.js';
import { expected } from './program.js';

const application = fileURLToPath(new URL('next/', import.meta.url));
const packed = fileURLToPath(new URL('../../build/packed/node_modules/cooperator/', import.meta.url));
const next = join(application, 'node_modules/next/dist/bin/next');
const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Installs the packed package in the application, and builds it. */
async function buildApplication() {
  const installed = join(application, 'node_modules/cooperator');
  await rm(installed, { recursive: true, force: true });
  await cp(packed, installed, { recursive: true });
  await rm(join(application, 'build'), { recursive: true, force: true });
  await run(process.execPath, [next, 'build'], { cwd: application, env });
}

/** @param {(url: string) => Promise<void>} use */
async function withApplication(use) {
  const port = await freePort();
  const child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: application,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    const url = `http://127.0.0.1:${port}/`;
    for (let attempt = 0; ; attempt++) {
      const answers = await fetch(`${url}node`).then(
        () => true,
        () => false,
      );
      if (answers) break;
      if (attempt === 600) throw new Error('the application does not answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await use(url);
  } finally {
    child.kill();
    await exited;
  }
}

/** The checks of the step `frameworks`. @param {import('puppeteer-core').Browser} browser */
export const frameworkChecks = (browser) => ({
  'Next.js builds an application': buildApplication,
  'Next.js: a client component, a server component, a route and an edge route': () =>
    withApplication(async (url) => {
      const outcome = await outcomeIn(browser, url);
      if (outcome !== expected) throw new Error(`the outcome of the client component is ${outcome}, not ${expected}`);
      for (const path of ['server', 'node', 'edge']) {
        const text = await (await fetch(url + path)).text();
        if (!text.includes(`result ${expected}`)) throw new Error(`/${path} has answered: ${text}`);
      }
    }),
});
