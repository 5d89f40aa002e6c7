import co from 'co';

// It knows no plain yield: each turn ends with a Promise that has its value.
const over = Promise.resolve();

export const run = (tasks) =>
  Promise.all(
    tasks.map((turn) =>
      co(function* () {
        while (turn()) yield over;
      }),
    ),
  );
