// Builds applications with frameworks, from the packed package, starts them and asks each of their pages and routes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/run.mjs';
import { runtimes } from '../hosts/hosts.js';
import { outcomeIn } from './browser.js';
import { expected } from './program.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const packed = fileURLToPath(new URL('../../build/packed/node_modules/cooperator/', import.meta.url));
const nextStreaming = fileURLToPath(new URL('../../examples/next-streaming/', import.meta.url));

/**
 * @typedef {object} Framework
 * @property {string} folder  with the framework's lock file and an application
 * @property {string} node  the Node that runs it; SvelteKit and Nuxt need 22
 * @property {string[]} build  the arguments of Node that build an application, in the application's directory
 * @property {string[]} start  those that start it on 127.0.0.1; its port is in PORT
 * @property {string[]} routes  of the application, whose answers contain the program's result
 */

/** @type {Record<string, Framework>} */
const frameworks = {
  'Next.js': {
    folder: join(here, 'next'),
    node: process.execPath,
    build: ['../../node_modules/next/dist/bin/next', 'build'],
    start: ['../../node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1'],
    routes: ['server', 'node', 'edge'],
  },
  SvelteKit: {
    folder: join(here, 'sveltekit'),
    node: runtimes.node22.command,
    build: ['../../node_modules/vite/bin/vite.js', 'build'],
    start: ['build/index.js'],
    routes: ['server'],
  },
  Nuxt: {
    folder: join(here, 'nuxt'),
    node: runtimes.node22.command,
    build: ['../../node_modules/nuxt/bin/nuxt.mjs', 'build'],
    start: ['.output/server/index.mjs'],
    routes: ['server'],
  },
};
const env = { NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Installs the packed package and the program of all projects where a framework's applications find them. */
async function prepare({ folder }) {
  const installed = join(folder, 'node_modules/cooperator');
  for (const directory of [installed, join(folder, 'build')]) await rm(directory, { recursive: true, force: true });
  await cp(packed, installed, { recursive: true });
  await cp(join(here, 'program.js'), join(folder, 'build/program.js'));
}

/**
 * Builds a copy of an application, in a folder beside the framework's node_modules.
 * @param {Framework} framework
 * @param {string} source
 * @returns {Promise<string>}  the copy
 */
async function build({ folder, node, build: args }, source) {
  const application = join(folder, 'build', basename(source));
  // One by one, because `cp` copies no directory into itself.
  for (const name of await readdir(source)) {
    if (['node_modules', 'build', '.next'].includes(name)) continue;
    await cp(join(source, name), join(application, name), { recursive: true });
  }
  await run(node, args, { cwd: application, env });
  return application;
}

/**
 * Starts an application, and ends it after `use`.
 * @param {Framework} framework
 * @param {string} application  what `build` has resolved to
 * @param {string} path  of a route that answers as soon as the application does
 * @param {(url: string, printed: () => string) => Promise<void>} use  printed: what the application has printed so far
 */
async function withApplication({ node, start }, application, path, use) {
  const port = await freePort();
  const child = spawn(node, start, {
    cwd: application,
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port) },
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
export function frameworkChecks(browser) {
  const checks = {};
  for (const [name, framework] of Object.entries(frameworks)) {
    let application;
    checks[`${name} builds an application`] = async () => {
      await prepare(framework);
      application = await build(framework, framework.folder);
    };
    checks[`${name}: the application's page, and its routes ${framework.routes.join(', ')}`] = () =>
      withApplication(framework, application, framework.routes[0], async (url, printed) => {
        const outcome = await outcomeIn(browser, url);
        if (outcome !== expected) throw new Error(`the outcome of the page is ${outcome}, not ${expected}`);
        for (const path of framework.routes) {
          const text = await (await fetch(url + path)).text();
          if (!text.includes(`result ${expected}`)) throw new Error(`/${path} has answered: ${text}\n${printed()}`);
        }
      });
  }
  const next = frameworks['Next.js'];
  let example;
  checks['Next.js builds the example next-streaming'] = async () => {
    example = await build(next, nextStreaming);
  };
  checks['Next.js: the example sends results as they come, answers meanwhile, and stops when the client has gone'] =
    () => withApplication(next, example, 'ping', checkExample);
  return checks;
}
