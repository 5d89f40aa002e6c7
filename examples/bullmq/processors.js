// The same job for a worker, twice.
import { UnrecoverableError, WaitingError } from 'bullmq';
import { cooperate } from 'cooperator';
import { countPrimes } from './primes.js';

/**
 * In turns: between them the worker renews the job's lock, tells its progress and hears that it is to stop.
 * @param {AbortSignal} closing  aborted when the worker closes
 */
export function inTurns(closing) {
  return async (job, token, cancelled) => {
    let percent = 0;
    const task = cooperate(({ progress }) => countPrimes(job.data.limit, progress), {
      signal: AbortSignal.any([cancelled, closing]),
      onProgress({ done, total }) {
        const now = Math.floor((100 * done) / total);
        if (now > percent) job.updateProgress((percent = now)).catch(console.error);
      },
    });
    try {
      return await task.whenDone();
    } catch (error) {
      if (cancelled.aborted) throw new UnrecoverableError(`cancelled: ${cancelled.reason}`);
      if (!closing.aborted) throw error;
      await job.moveToWait(token); // another worker shall have it
      throw new WaitingError();
    }
  };
}

/** In one piece: while it computes, the worker is as good as dead. */
export function inOnePiece() {
  return async (job) => {
    const counting = countPrimes(job.data.limit);
    for (;;) {
      const { done, value } = counting.next();
      if (done) return value;
    }
  };
}
