import { createScheduler } from 'lrt';

export function run(tasks) {
  const scheduler = createScheduler();
  return Promise.all(
    tasks.map((turn) =>
      scheduler.runTask(
        (function* () {
          while (turn()) yield;
        })(),
      ),
    ),
  );
}
