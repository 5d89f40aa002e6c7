// In a page: runs the files that it is told to in the page, or in a worker that it starts.
import { runAll } from './run-all.js';

const { place, files } = await (await fetch('job')).json();

const send = (report) => fetch('report', { method: 'POST', body: JSON.stringify(report) });

if (place === 'page') {
  await runAll(files, send);
  await send('end');
} else {
  const worker = new (place === 'worker' ? Worker : SharedWorker)('worker.js', { type: 'module' });
  const port = worker.port ?? worker;
  worker.onerror = ({ message }) => send({ file: 'worker.js', passed: 0, failures: [{ test: 'the worker', message }] });
  // One after another, so that they arrive in their order.
  let sent = Promise.resolve();
  port.onmessage = ({ data }) => {
    sent = sent.then(() => send(data));
  };
  port.postMessage(files);
}
