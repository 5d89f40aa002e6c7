// workerd, Cloudflare's runtime, as a host: a process for each job. Its clock moves only between two tasks of its event
// loop. While a job runs, other requests are sent.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from '../report/stats.mjs';
import { run as runProgram } from '../../scripts/run.mjs';
import { bundle } from './bundle.mjs';

const PING_EVERY_MS = 20;

const configuration = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .main) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ]
);
const main :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "main.js"),
    (name = "cooperator.wasm", wasm = embed "cooperator.wasm")
  ],
  compatibilityDate = "2025-09-01"
);
`;

const wait = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * @param {string} program  the path of workerd
 * @param {{ dist: string, directory: string }} options  `directory` is emptied first
 * @returns {Promise<import('./node.mjs').Host>}
 */
export async function openWorkerd(program, { dist, directory }) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const external = ['./cooperator.wasm'];
  await writeFile(
    join(directory, 'main.js'),
    await bundle('hosts/workerd-job.js', { platform: 'browser', dist, external }),
  );
  await copyFile(join(dist, 'cooperator.wasm'), join(directory, 'cooperator.wasm'));
  await writeFile(join(directory, 'config.capnp'), configuration);
  return {
    title: (await runProgram(program, ['--version'])).trim(),
    platform: 'workerd',
    run: (job, timeoutMs) => runInProcess(program, join(directory, 'config.capnp'), job, timeoutMs),
    async close() {},
  };
}

async function runInProcess(program, config, job, timeoutMs) {
  const child = spawn(program, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  try {
    const [message] = await once(child.stdio[3], 'data'); // { event: 'listen', port }
    const url = `http://127.0.0.1:${JSON.parse(message).port}`;
    const response = fetch(`${url}/job?job=${encodeURIComponent(JSON.stringify(job))}`, {
      signal: AbortSignal.timeout(timeoutMs),
    });
    let isOver = false;
    const figures = response
      .then((one) => one.json())
      .catch((error) => ({ error: error.message }))
      .finally(() => {
        isOver = true;
      });
    const delays = [];
    while (!isOver) {
      const begin = performance.now();
      await (await fetch(`${url}/other`)).text();
      delays.push(performance.now() - begin);
      await wait(PING_EVERY_MS);
    }
    return { ...(await figures), request: quantile(delays, 0.5), longestRequest: Math.max(...delays) };
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, 'close');
  }
}
