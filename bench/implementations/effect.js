import * as Effect from 'effect/Effect';

export const run = (tasks) =>
  Effect.runPromise(
    Effect.all(
      tasks.map((turn) =>
        Effect.gen(function* () {
          while (turn()) yield* Effect.yieldNow;
        }),
      ),
      { concurrency: 'unbounded', discard: true },
    ),
  );
