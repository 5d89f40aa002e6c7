// Runs in a process of Node, Deno or Bun: runs the test files of its argument in the main thread or in a worker. Each
// report is a line of its output.
import { runAll } from './run-all.js';

const { place, files } = JSON.parse(process.argv[2]);

const mark = 'report ';
const send = (report) =>
  new Promise((resolve) => {
    process.stdout.write(`${mark}${JSON.stringify(report)}\n`, resolve);
  });

if (place === 'main thread') {
  await runAll(files, send);
  await send('end');
} else {
  const url = new URL('worker.js', import.meta.url);
  if (typeof Worker === 'function') {
    const worker = new Worker(url, { type: 'module' });
    worker.onmessage = async ({ data }) => {
      await send(data);
      if (data === 'end') worker.terminate();
    };
    worker.postMessage(files);
  } else {
    const { Worker: NodeWorker } = await import('node:worker_threads');
    const worker = new NodeWorker(url);
    worker.on('message', send);
    worker.postMessage(files);
  }
}
