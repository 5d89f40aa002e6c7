// Runs four jobs, each with its own queue and two worker processes, and prints how they end: node main.js
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Job, Queue, QueueEvents } from 'bullmq';
import { connection } from './connection.js';

const LONG = 16_000_000; // a few seconds of computation
const SHORT = 3_000_000;
const workerScript = fileURLToPath(new URL('worker.js', import.meta.url));

/**
 * Runs one job and returns a line about it.
 * @param {string} title
 * @param {'inTurns' | 'inOnePiece'} kind  the processor
 * @param {number} limit  of the numbers to check
 * @param {(worker: import('node:child_process').ChildProcess, id: string) => void} [atHalf]  called once at 50 %, with
 *   the worker that processes the job and the id of the job
 */
async function runJob(title, kind, limit, atHalf = () => {}) {
  const name = `${title} ${process.pid}`;
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  const counts = { started: 0, stalled: 0, progress: 0, 'back in the queue': 0 };
  const workers = [1, 2].map(() => fork(workerScript, [name, kind]));
  try {
    await Promise.all([events.waitUntilReady(), ...workers.map((worker) => once(worker, 'message'))]);
    events.on('stalled', () => {
      counts.stalled++;
    });
    events.on('active', () => {
      counts.started++;
    });
    events.on('waiting', ({ prev }) => {
      if (prev === 'active') counts['back in the queue']++;
    });
    let reachedHalf = false;
    const ended = new Promise((resolve) => {
      events.on('completed', ({ returnvalue }) => resolve(`completed: ${returnvalue} primes`));
      events.on('failed', ({ failedReason }) => resolve(`failed: ${failedReason}`));
    });
    const job = await queue.add('count primes', { limit });
    events.on('progress', async ({ data }) => {
      counts.progress++;
      if (data < 50 || reachedHalf) return;
      reachedHalf = true;
      const { processedBy } = await Job.fromId(queue, job.id);
      atHalf(
        workers.find(({ pid }) => String(pid) === processedBy),
        job.id,
      );
    });
    const end = await ended;
    return `${title}: ${Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}; ${end}`;
  } finally {
    for (const worker of workers) worker.kill('SIGKILL'); // one that computes in one piece ignores all else
    await events.close();
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

const groups = [
  () => [runJob('in one piece', 'inOnePiece', LONG), runJob('in turns', 'inTurns', LONG)],
  () => [
    runJob('cancelled', 'inTurns', SHORT, (worker, id) => worker.send({ cancel: id })),
    runJob('worker closed', 'inTurns', SHORT, (worker) => worker.kill('SIGTERM')),
  ],
];
for (const run of groups) for (const line of await Promise.all(run())) console.log(line);
