import { createScheduler } from 'lrt';

/** `variant`: the name of a chunk scheduler; lrt's default if undefined. */
export function run(tasks, { variant }) {
  const scheduler = createScheduler(variant === undefined ? undefined : { chunkScheduler: variant });
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
