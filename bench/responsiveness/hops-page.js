import { measureHops } from './hops.js';

const inWorker = () => new Promise((resolve, reject) => {
  const worker = new Worker('/hops-worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});

const run = new URLSearchParams(location.search).get('run');
const measure = async () => ({ page: await measureHops(), worker: await inWorker() });
measure().catch((error) => ({ error: error?.message ?? `${error}` })).then((result) => fetch(`/result?run=${run}`, {
  method: 'POST', body: JSON.stringify(result),
}));
