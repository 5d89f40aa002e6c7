// Hosts that are older or poorer than those of hosts.js, with programs of their own in others/: Cloudflare's workerd,
// Chromium 112, Node 16, and Hermes 0.12 with React Native's compiler.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { run } from '../../scripts/run.mjs';
import { serve } from '../packaging/serve.js';

const here = fileURLToPath(new URL('others/', import.meta.url));
const packed = fileURLToPath(new URL('../../build/packed/node_modules/cooperator/', import.meta.url));
const built = fileURLToPath(new URL('../../build/other-hosts/', import.meta.url));
const require = createRequire(join(here, 'package.json'));

/** @param {unknown} actual @param {unknown} expected  a value, or a pattern for a text */
function check(actual, expected) {
  const right = expected instanceof RegExp ? expected.test(String(actual)) : actual === expected;
  if (!right) throw new Error(`the outcome is ${actual}, not ${expected}`);
}

/** Makes an empty directory. @param {string} name @returns {Promise<string>} its path */
async function emptyDirectory(name) {
  const directory = join(built, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return directory;
}

const needsInit = /^cooperator cannot compile its WebAssembly core;.* Cloudflare Workers need init\(module\)/;

// ---- workerd ----

const modules = {
  'cooperator': 'index.js',
  'cooperator/without-wasm': 'without-wasm.js',
  'cooperator/work': 'work.js',
};

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Runs worker.js. workerd resolves imports by the names in its configuration, not by package.json.
 * @param {string} date  of compatibility
 * @param {(get: (path: string) => Promise<string>) => Promise<void>} use
 */
async function withWorker(date, use) {
  const directory = await emptyDirectory(`workerd-${date}`);
  await cp(join(here, 'worker.js'), join(directory, 'worker.js'));
  for (const file of [...Object.values(modules), 'cooperator.wasm']) {
    await cp(join(packed, 'dist', file), join(directory, file));
  }
  const port = await freePort();
  const list = Object.entries(modules).map(([name, file]) => `(name = "${name}", esModule = embed "${file}")`);
  await writeFile(
    join(directory, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "cooperator/cooperator.wasm", wasm = embed "cooperator.wasm"),
    ${list.join(',\n    ')}
  ],
  compatibilityDate = "${date}"
);
`,
  );
  const workerd = require.resolve('@cloudflare/workerd-linux-64/bin/workerd');
  const child = spawn(workerd, ['serve', join(directory, 'config.capnp')], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    const get = async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    for (let attempt = 0; ; attempt++) {
      const answers = await get('/stop').then(
        () => true,
        () => false,
      );
      if (answers) break;
      if (attempt === 200) throw new Error('workerd does not answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await use(get);
  } finally {
    child.kill();
    await exited;
  }
}

// ---- Chromium 112 ----

/** Unpacks the browser, once. @returns {Promise<string>} its path */
async function oldChromium() {
  const path = join(built, 'chromium-112');
  if (!existsSync(path)) {
    await mkdir(built, { recursive: true });
    const compressed = await readFile(join(here, 'node_modules/@sparticuz/chromium/bin/chromium.br'));
    await writeFile(`${path}.part`, brotliDecompressSync(compressed), { mode: 0o755 });
    await rename(`${path}.part`, path);
  }
  return path;
}

/** Opens page.html in Chromium 112, without Puppeteer, which needs a later one. @returns {Promise<object>} its report */
async function reportOfOldChromium() {
  const directory = await emptyDirectory('pages');
  for (const file of ['page.html', 'page.js']) await cp(join(here, file), join(directory, file));
  await cp(packed, join(directory, 'cooperator'), { recursive: true });
  let receive;
  const reported = new Promise((resolve) => {
    receive = resolve;
  });
  const server = await serve(directory, {}, receive);
  const flags = ['headless', 'no-sandbox', 'disable-gpu', 'single-process', 'no-zygote', 'disable-dev-shm-usage'];
  const options = [
    ...flags.map((flag) => `--${flag}`),
    '--no-first-run',
    '--disable-background-networking',
    '--remote-debugging-port=0', // keeps it open
    `--user-data-dir=${await emptyDirectory('profile')}`,
  ];
  const child = spawn(await oldChromium(), [...options, `${server.url}page.html`], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    return await Promise.race([reported, exited.then(([code]) => `the browser has ended: ${code}`)]);
  } finally {
    child.kill('SIGKILL');
    await exited;
    await server.close();
  }
}

// ---- Hermes ----

/** Bundles react-native.js as Metro does: with the condition `react-native`, and compiled by Babel. */
async function forHermes() {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'react-native.js')],
    nodePaths: [join(packed, '..')],
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    conditions: ['react-native'],
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const preset = [
    require('@react-native/babel-preset'),
    { enableBabelRuntime: false, unstable_transformProfile: 'default' },
  ];
  const options = { presets: [preset], configFile: false, babelrc: false, compact: false, filename: 'script.js' };
  const { code } = require('@babel/core').transformSync(outputFiles[0].text, options);
  const path = join(await emptyDirectory('hermes'), 'script.js');
  await writeFile(path, code);
  return path;
}

const smoke = `
  import { cooperate, wait } from 'cooperator';
  import { Clock } from 'cooperator/testing';
  import { map, range } from 'cooperator/work';
  new Clock().advance(5);
  const squares = await cooperate(map(range(1000), (n) => n ** 2)).whenDone();
  const text = await cooperate(async (context) => { await context.yield(); return 'async'; }).whenDone();
  console.log(process.versions.node.split('.')[0], squares.at(-1), text);`;

/** The checks of the step `other-hosts`. */
export const otherHostChecks = {
  'workerd: without init the error names it; with it tasks run': () =>
    withWorker('2025-09-01', async (get) => {
      check(await get('/without-init'), needsInit);
      check(await get('/init'), '998001');
    }),
  'workerd: timers and other requests come while a task computes': () =>
    withWorker('2024-01-01', async (get) => {
      check(await get('/init'), '998001');
      const computing = get('/compute');
      check(await get('/stop'), 'stopping');
      check(await computing, 'stopped by another request');
    }),
  'workerd without FinalizationRegistry and WeakRef, and cooperator/without-wasm': () =>
    withWorker('2023-01-01', async (get) => {
      check(await get('/globals'), 'undefined undefined');
      check(await get('/without-wasm'), '998001');
      check(await get('/init'), '998001');
    }),
  'Chromium 112: the error names init, each form of which works; so does cooperator/without-wasm': async () => {
    const { 'index, nothing': direct, ...others } = await reportOfOldChromium();
    check(direct, /^cooperator cannot compile .* this browser needs await init\(\)/);
    check(Object.keys(others).length, 7);
    for (const [name, outcome] of Object.entries(others)) check(`${name}: ${outcome}`, `${name}: works`);
  },
  'Node 16: import': async () => {
    const output = await run(join(here, 'node_modules/node16/bin/node'), ['--input-type=module', '--eval', smoke], {
      cwd: join(packed, '../..'),
    });
    check(output.trim(), '16 998001 async');
  },
  'Hermes 0.12, with what React Native compiles': async () => {
    const hermes = join(here, 'node_modules/hermes-engine-cli/linux64-bin/hermes');
    const output = await run(hermes, [await forHermes()]); // with warnings about globals that it does not have
    check(output.trim().split('\n').at(-1), '998001, waited, TaskStopped');
  },
};
