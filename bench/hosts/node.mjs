// Node as a host: a process for each job.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Host
 * @property {string} title
 * @property {'node' | 'browser' | 'workerd'} platform
 * @property {(job: import('./run-job.js').Job, timeoutMs: number) => Promise<Record<string, any>>} run  resolves to the
 *   figures, or to an object with `error`, the reason why there are none
 * @property {() => Promise<void>} close
 */

/**
 * @param {Map<string, string | Uint8Array>} files  of the site
 * @param {string} directory  to write them to; emptied first
 * @returns {Promise<Host>}
 */
export async function openNode(files, directory) {
  await rm(directory, { recursive: true, force: true });
  for (const [path, content] of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return {
    title: `Node ${process.versions.node}`,
    platform: 'node',
    run: (job, timeoutMs) => runInProcess(join(directory, 'run-job.js'), job, timeoutMs),
    async close() {},
  };
}

async function runInProcess(script, job, timeoutMs) {
  const child = fork(script, [JSON.stringify(job)], {
    execArgv: ['--expose-gc', '--max-old-space-size=6144'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let figures;
  let errors = '';
  let timedOut = false;
  child.on('message', (message) => {
    figures = message;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (timedOut) return { error: `not finished after ${timeoutMs / 1000} s` };
  return figures ?? { error: `ended with ${signal ?? `exit code ${code}`}: ${errors.trim().slice(-500)}` };
}
