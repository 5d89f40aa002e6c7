// A worker process: node worker.js <queue> <inTurns or inOnePiece>. Its parent may send { cancel: <job id> }; SIGTERM
// closes it.
import { Worker } from 'bullmq';
import { connection } from './connection.js';
import * as processors from './processors.js';

const [queue, kind] = process.argv.slice(2);
const closing = new AbortController();
const worker = new Worker(queue, processors[kind](closing.signal), {
  connection,
  name: String(process.pid),
  // far shorter than BullMQ's defaults, 30 s, so that one need not wait for what happens
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
