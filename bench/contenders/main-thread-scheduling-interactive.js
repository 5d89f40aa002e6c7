import { yieldOrContinue } from 'main-thread-scheduling';

export const run = (tasks) =>
  Promise.all(
    tasks.map(async (turn) => {
      do await yieldOrContinue('interactive');
      while (turn());
    }),
  );
