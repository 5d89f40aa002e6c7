// Node as a host: a process for each job.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * @param {Map<string, string | Uint8Array>} files  of the site
 * @param {string} directory  where to put them
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
    /** @param {import('./inside.js').Job} job @returns {Promise<any>}  its figures, or why there are none in `error` */
    run: (job, patienceMs) => runIn(join(directory, 'inside.js'), job, patienceMs),
    async close() {},
  };
}

async function runIn(script, job, patienceMs) {
  const child = fork(script, [JSON.stringify(job)], {
    execArgv: ['--expose-gc', '--max-old-space-size=6144'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let figures;
  let written = '';
  let late = false;
  child.on('message', (message) => {
    figures = message;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written += text;
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, patienceMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (late) return { error: `not done after ${patienceMs / 1000} s` };
  return figures ?? { error: `ended with ${signal ?? `exit code ${code}`}: ${written.trim().slice(-500)}` };
}
