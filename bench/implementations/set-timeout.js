import { runInSlices } from './time-sliced-loop.js';

export const run = (tasks) =>
  runInSlices(
    tasks,
    () =>
      new Promise((resolve) => {
        setTimeout(resolve, 0);
      }),
  );
