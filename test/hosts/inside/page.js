// Runs in a page: gets a list of test files from the server, and runs them in the page or in a worker.
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
  // One request after another, to keep the order of the reports.
  let sent = Promise.resolve();
  port.onmessage = ({ data }) => {
    sent = sent.then(() => send(data));
  };
  port.postMessage(files);
}
