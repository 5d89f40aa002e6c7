import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { cooperate } from 'cooperator';

if (isMainThread) {
  const worker = new Worker(fileURLToPath(import.meta.url));
  worker.on('message', (text) => console.log(text));
  worker.on('exit', () => console.log('the worker has ended'));
} else {
  cooperate(function* () {
    yield new Promise((resolve) => setTimeout(resolve, 10));
    for (let turn = 0; turn < 100; turn++) yield;
    parentPort.postMessage('from the worker');
  });
}
