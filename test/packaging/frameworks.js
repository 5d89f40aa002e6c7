// Builds applications with Next.js, from the packed package, starts them and asks each of their pages and routes.
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
// A copy of the example below the installed Next.js, so that it is not installed a second time.
const example = join(application, 'example/build');
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

/** Installs the packed package beside Next.js, and builds the application. */
async function buildApplication() {
  const installed = join(application, 'node_modules/cooperator');
  await rm(installed, { recursive: true, force: true });
  await cp(packed, installed, { recursive: true });
  await rm(join(application, 'build'), { recursive: true, force: true });
  await run(process.execPath, [next, 'build'], { cwd: application, env });
}

/** Builds a copy of the example with the same Next.js and package. */
async function buildExample() {
  await rm(example, { recursive: true, force: true });
  await cp(fileURLToPath(new URL('../../examples/next-streaming/', import.meta.url)), example, {
    recursive: true,
    filter: (path) => !/[\\/](?:node_modules|\.next)$/.test(path),
  });
  await run(process.execPath, [next, 'build'], { cwd: example, env });
}

/**
 * Starts an application, and ends it after `use`.
 * @param {string} cwd
 * @param {string} path  of a route that answers as soon as the application does
 * @param {(url: string, printed: () => string) => Promise<void>} use  printed: what the application has printed so far
 */
async function withApplication(cwd, path, use) {
  const port = await freePort();
  const child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  }
  const exited = once(child, 'exit');
  try {
    const url = `http://127.0.0.1:${port}/`;
    for (let attempt = 0; ; attempt++) {
      const answers = await fetch(url + path).then(
        () => true,
        () => false,
      );
      if (answers) break;
      if (attempt === 600) throw new Error('the application does not answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await use(url, () => printed);
  } finally {
    child.kill();
    await exited;
  }
}

/** The rows of the page, in the order in which they must come, and the lines of the route. */
const rows = ['1229 primes below 10000', '41538 primes below 500000', '148933 primes below 2000000'];
const lines = [22044, 19494, 18700, 18260, 17971, 17686, 17453, 17325, 17148, 16991, 16921, 16823].map(
  (primes, index) => `${index * 250_000} to ${(index + 1) * 250_000}: ${primes} primes\n`,
);

/** @param {string} url @param {() => string} printed */
async function checkExample(url, printed) {
  const response = await fetch(`${url}primes`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async () => {
    const { done, value } = await reader.read();
    text += value ?? '';
    return !done;
  };
  await read();
  const whole = (async () => {
    while (await read());
  })();
  const pong = await (await fetch(`${url}ping`)).text();
  if (pong !== 'pong\n') throw new Error(`/ping has answered: ${pong}`);
  if (text === lines.join('')) throw new Error('/ping was answered after the end of /primes');
  await whole;
  if (text !== lines.join('')) throw new Error(`/primes has answered: ${text}`);
  if (/stopped/.test(printed())) throw new Error(`a computation that has ended was stopped: ${printed()}`);

  const page = await (await fetch(url)).text();
  const places = rows.map((row) => page.indexOf(row));
  if (places.includes(-1) || places.some((place, index) => place < places[index - 1])) {
    throw new Error(`the rows of the page come at ${places}: ${page}`);
  }

  const leaving = new AbortController();
  const left = await fetch(`${url}primes`, { signal: leaving.signal });
  await left.body.getReader().read();
  leaving.abort();
  for (let attempt = 0; !/\d: stopped\n/.test(printed()); attempt++) {
    if (attempt === 200) throw new Error(`the client has gone, and nothing is stopped: ${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (/error/i.test(printed())) throw new Error(`the application has printed: ${printed()}`);
}

/** The checks of the step `frameworks`. @param {import('puppeteer-core').Browser} browser */
export const frameworkChecks = (browser) => ({
  'Next.js builds an application': buildApplication,
  'Next.js builds the example next-streaming': buildExample,
  'Next.js: the example sends results as they come, answers meanwhile, and stops when the client has gone': () =>
    withApplication(example, 'ping', checkExample),
  'Next.js: a client component, a server component, a route and an edge route': () =>
    withApplication(application, 'node', async (url) => {
      const outcome = await outcomeIn(browser, url);
      if (outcome !== expected) throw new Error(`the outcome of the client component is ${outcome}, not ${expected}`);
      for (const path of ['server', 'node', 'edge']) {
        const text = await (await fetch(url + path)).text();
        if (!text.includes(`result ${expected}`)) throw new Error(`/${path} has answered: ${text}`);
      }
    }),
});
