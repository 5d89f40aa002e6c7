// In a worker, of the web's kind or Node's.
import { runAll } from './run-all.js';

const parent = typeof postMessage === 'function' ? globalThis : (await import('node:worker_threads')).parentPort;
const files = await new Promise((resolve) => {
  if (parent === globalThis) globalThis.onmessage = ({ data }) => resolve(data);
  else parent.once('message', resolve);
});
await runAll(files, (report) => parent.postMessage(report));
parent.postMessage('end');
