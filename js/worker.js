// The entry `cooperator/worker`: work that runs in a worker, behind the same tasks.

export { inWorker } from './worker/in-worker.js';
export { Pool, pool } from './worker/pool.js';
export { WorkerError } from './worker/errors.js';

/** @typedef {import('./worker/in-worker.js').WorkerContext} WorkerContext */
/** @template T @typedef {import('./worker/in-worker.js').WorkerWork<T>} WorkerWork */
