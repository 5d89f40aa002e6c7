// Runs in a worker (dedicated, shared or Node's): gets a list of test files in a message and runs them.
import { runAll } from './run-all.js';

const parent = await findParent();
const files = await new Promise((resolve) => {
  parent.onmessage = ({ data }) => {
    parent.onmessage = null; // in Node, a port with a listener keeps the worker alive
    resolve(data);
  };
});
await runAll(files, (report) => parent.postMessage(report));
parent.postMessage('end');

async function findParent() {
  if (typeof postMessage === 'function') return globalThis;
  if (!('onconnect' in globalThis)) return (await import('node:worker_threads')).parentPort;
  return new Promise((resolve) => {
    globalThis.onconnect = ({ ports }) => resolve(ports[0]);
  });
}
