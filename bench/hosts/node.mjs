import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';

/** The site that browsers would be served, as files. @param {Map<string, string | Uint8Array>} files */
export async function writeSite(directory, files) {
  for (const [path, content] of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/**
 * One job in a process of its own.
 *
 * @param {string} directory  of the site
 * @param {import('./inside.js').Job} job
 * @returns {Promise<any>}  its figures, or why there are none in `error`
 */
export async function runInNode(directory, job, patienceMs) {
  const child = fork(join(directory, 'inside.js'), [JSON.stringify(job)], {
    execArgv: ['--expose-gc', '--max-old-space-size=6144'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let figures;
  let written = '';
  let late = false;
  child.on('message', (message) => { figures = message; });
  child.stderr.setEncoding('utf8').on('data', (text) => { written += text; });
  const timer = setTimeout(() => { late = true; child.kill('SIGKILL'); }, patienceMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (late) return { error: `not done after ${patienceMs / 1000} s` };
  return figures ?? { error: `ended with ${signal ?? `exit code ${code}`}: ${written.trim().slice(-500)}` };
}
