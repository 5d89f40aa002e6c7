// A dedicated worker. To each message it answers with the results of jobs, which run in a worker of its own.
import { cooperate } from 'cooperator';
import { pool } from 'cooperator/worker';

const workers = pool(1);
onmessage = async ({ data: numbers }) => {
  postMessage(await Promise.all(numbers.map((n) => cooperate(workers.inWorker((each) => each * 2, n)))));
};
