import {
  unstable_NormalPriority as NormalPriority,
  unstable_scheduleCallback as scheduleCallback,
  unstable_shouldYield as shouldYield,
} from 'scheduler';

export const run = (tasks) =>
  Promise.all(
    tasks.map(
      (turn) =>
        new Promise((resolve) => {
          const work = () => {
            while (turn()) if (shouldYield()) return work;
            resolve();
            return null;
          };
          scheduleCallback(NormalPriority, work);
        }),
    ),
  );
