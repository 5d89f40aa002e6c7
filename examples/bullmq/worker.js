// A worker process: node worker.js <queue> <inTurns or inOnePiece>. The parent process may send { cancel: <job id> };
// SIGTERM closes the worker.
import { Worker } from 'bullmq';
import { connection } from './connection.js';
import * as processors from './processors.js';

const [queue, kind] = process.argv.slice(2);
const closing = new AbortController();
const worker = new Worker(queue, processors[kind](closing.signal), {
  connection,
  name: String(process.pid),
  // much shorter than BullMQ's default of 30 s, so that the example runs quickly
  lockDuration: 2000,
  stalledInterval: 1000,
});
worker.on('error', (error) => console.error(`${kind}: ${error.message}`));
worker.on('closing', () => closing.abort());

process.on('message', ({ cancel }) => worker.cancelJob(cancel, 'no longer wanted'));
process.once('SIGTERM', async () => {
  await worker.close();
  process.disconnect();
});
await worker.waitUntilReady();
process.send('ready');
