// Two processors for the same job.
import { UnrecoverableError, WaitingError } from 'bullmq';
import { cooperate } from 'cooperator';
import { countPrimes } from './primes.js';

/**
 * Computes in turns. Between slices the worker renews the lock, sends progress and receives the request to stop.
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
      await job.moveToWait(token); // for another worker
      throw new WaitingError();
    }
  };
}

/** Computes in one piece. Meanwhile the worker does nothing else. */
export function inOnePiece() {
  return async (job) => {
    const counting = countPrimes(job.data.limit);
    for (;;) {
      const { done, value } = counting.next();
      if (done) return value;
    }
  };
}
