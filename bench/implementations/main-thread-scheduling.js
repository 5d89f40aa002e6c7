import { yieldOrContinue } from 'main-thread-scheduling';

/** `variant`: 'smooth' or 'interactive'. */
export const run = (tasks, { variant }) =>
  Promise.all(
    tasks.map(async (turn) => {
      do await yieldOrContinue(variant);
      while (turn());
    }),
  );
