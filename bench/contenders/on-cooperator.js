import { Cooperator } from 'cooperator';

/** Each of the tasks as one of a cooperator with these options; its statistics. */
export async function cooperateOn(options, tasks) {
  const cooperator = new Cooperator(options);
  await Promise.all(
    tasks.map((turn) =>
      cooperator
        .cooperate(function* () {
          while (turn()) yield;
        })
        .whenDone(),
    ),
  );
  const stats = cooperator.stats();
  cooperator.dispose();
  return stats;
}
