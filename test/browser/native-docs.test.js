// Follows docs/native.md: writes its files into an empty folder, runs its commands there one after another, and opens
// its pages in a browser. Only the package and its sources come from this project, and the port is a free one.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sourceFiles } from '../../scripts/source-files.mjs';
import { launchChromium } from '../hosts/browsers.js';

const execute = promisify(execFile);
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const text = await readFile(at('docs/native.md'), 'utf8');
const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({ language, code }));
const isServer = (code) => code.includes('http.server');

let folder, server, browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooperator-native-'));
  const sources = join(folder, 'cooperator-sources');
  await Promise.all((await sourceFiles()).map((path) => cp(at(path), join(sources, path))));
});

afterAll(async () => {
  await browser?.close();
  server?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

const exported = []; // by the blocks so far, as in the reader's shell

async function sh(commands) {
  const env = { ...process.env };
  for (const name of ['NODE_PATH', 'NODE_OPTIONS']) delete env[name];
  const { stdout } = await execute('bash', ['-euc', [...exported, commands].join('\n')], { cwd: folder, env });
  exported.push(...(commands.match(/^export .*$/gm) ?? []));
  return stdout;
}

test('its commands build its files, and the program prints what the guide says', async () => {
  const outputs = [];
  for (const { language, code } of blocks) {
    if (language !== 'sh') {
      const [, name] = code.match(/^(?:\/\/|\/\*|<!--|#) (\S+)/);
      await writeFile(join(folder, name), code);
    } else if (!isServer(code)) {
      outputs.push(
        await sh(code.replace('npm install cooperator', `npm install ${at('build/packed/cooperator.tgz')}`)),
      );
    }
  }
  expect(outputs).toContain('21\n');
});

test('its pages, served by its server, show the numbers that the guide gives', async () => {
  const [, primes, squares] = text.match(/(\d+) primes and (\d+) squares/);
  const [, words, squaresBesideWords] = text.match(/(\d+) words and (\d+) squares/);
  const port = await freePort();
  const [command, ...args] = blocks
    .find(({ code }) => isServer(code))
    .code.trim()
    .replace('8000', port)
    .split(' ');
  const env = { ...process.env, PYTHONUNBUFFERED: '1' };
  server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], env });
  await once(server.stdout, 'data'); // the server is listening
  browser = await launchChromium();
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  const shows = (wanted) => wanted.every(([id, number]) => document.getElementById(id).textContent === number);
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction(shows, {}, [
    ['primes', primes],
    ['squares', squares],
  ]);
  await page.goto(`http://127.0.0.1:${port}/words.html`);
  await page.waitForFunction(shows, {}, [
    ['words', words],
    ['squares', squaresBesideWords],
  ]);
  expect(errors).toEqual([]);
});
