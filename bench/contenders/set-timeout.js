import { inSlices } from './in-slices.js';

export const run = (tasks) =>
  inSlices(
    tasks,
    () =>
      new Promise((resolve) => {
        setTimeout(resolve, 0);
      }),
  );
