import { createScheduler } from 'lrt';

export function run(tasks) {
  const scheduler = createScheduler({ chunkScheduler: 'postMessage' });
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
