// Counts the primes of twelve ranges on all cores: node main.js [workers]
import { cooperate } from 'cooperator';
import { pool } from 'cooperator/worker';

const [size] = process.argv.slice(2);
const workers = size === undefined ? pool() : pool(Number(size));

const WIDTH = 500_000;
const jobs = Array.from({ length: 12 }, (_, index) => ({ from: Math.max(2, index * WIDTH), to: (index + 1) * WIDTH }));
jobs[4].from = -1; // this job fails
const unwanted = jobs[7];
const controller = new AbortController(); // stops the unwanted one

let shown = 0;
/** Prints the progress of the whole at each tenth. A job that has failed or was stopped is done, too. */
function showProgress() {
  const done = jobs.reduce((sum, { fraction = 0 }) => sum + fraction, 0) / jobs.length;
  const tenth = Math.floor(done * 10);
  if (tenth === shown) return;
  shown = tenth;
  console.log(`${tenth * 10} % done: ${workers.active} jobs run, ${workers.waiting} wait`);
}

function start(job) {
  const task = cooperate(workers.inWorker(new URL('./primes.js', import.meta.url), job.from, job.to), {
    signal: job === unwanted ? controller.signal : undefined,
    onProgress({ done, total }) {
      job.fraction = done / total;
      if (job === unwanted && job.fraction > 0.3) controller.abort(new Error('no longer wanted'));
      showProgress();
    },
  });
  const end = () => {
    job.fraction = 1;
    showProgress();
  };
  task.then(end, end);
  return task;
}

console.log(`jobs: ${jobs.length}, workers: ${workers.size}`);
const startedAt = performance.now();
const results = await Promise.allSettled(jobs.map(start)); // in the order of the jobs
console.log(`all ended after ${Math.round(performance.now() - startedAt)} ms`);
for (const [index, { value, reason }] of results.entries()) {
  const { from, to } = jobs[index];
  console.log(`${from} to ${to}: ${reason === undefined ? `${value} primes` : `${reason.name}: ${reason.message}`}`);
}
workers.close();
