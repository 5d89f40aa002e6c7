import { Cooperator, predicates, schedulers } from 'cooperator';

/** By variant: the options of the Cooperator. */
const variants = {
  'auto': () => ({}), // the defaults
  'message': () => ({ scheduler: schedulers.message() }),
  'post-task': () => ({ scheduler: schedulers.postTask() }),
  'post-task-user-blocking': () => ({ scheduler: schedulers.postTask('user-blocking') }),
  'timeout': () => ({ scheduler: schedulers.timeout() }),
  'animation-frame': () => ({ scheduler: schedulers.animationFrame() }),
  'idle': () => ({ scheduler: schedulers.idle() }),
  // The cost of the turns alone, without macrotasks and frames between them.
  'one-slice': () => ({ terminationPredicateFactory: predicates.timeSlice(1e6) }),
};

/** Resolves to the statistics of the cooperator. */
export async function run(tasks, { variant }) {
  const cooperator = new Cooperator(variants[variant]());
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
