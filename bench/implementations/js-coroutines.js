import { run as runCoroutine } from 'js-coroutines';

export const run = (tasks) =>
  Promise.all(
    tasks.map((turn) =>
      runCoroutine(function* () {
        while (turn()) yield;
      }),
    ),
  );
