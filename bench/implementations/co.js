import co from 'co';

// co does not accept a plain yield, so each turn yields a resolved Promise.
const resolved = Promise.resolve();

export const run = (tasks) =>
  Promise.all(
    tasks.map((turn) =>
      co(function* () {
        while (turn()) yield resolved;
      }),
    ),
  );
