// The three ways to run the same tasks. All of them are a Cooperator with another scheduler and another end of the
// slice, so that they differ in nothing else.

import { predicates, schedulers } from 'cooperator';

/** All the turns that a task has, one after another. */
const ALL_TURNS = 2 ** 31 - 1;

/** The package's own slices in a visible page last as long at most. */
const AUTO_BUDGET_MS = 5;

/**
 * Each gives the options of the Cooperator, and `share`, where it overrules the visitor's, and `budgetMs`.
 * `finished()` tells how many tasks have ended.
 */
export const modes = {
  cooperative: ({ scheduler, budget }) => ({
    scheduler: schedulers[scheduler](),
    budgetMs: budget === 'auto' ? AUTO_BUDGET_MS : Number(budget),
    ...(budget === 'auto' ? {} : { terminationPredicateFactory: predicates.timeSlice(Number(budget)) }),
  }),

  // A slice that goes on until a task has ended, with all its turns in a row: a plain loop, as in most pages.
  'one-piece': (settings, finished) => ({
    scheduler: schedulers.timeout(),
    terminationPredicateFactory: () => {
      const before = finished();
      return () => finished() !== before;
    },
    share: ALL_TURNS,
  }),

  timeout: () => ({
    scheduler: schedulers.timeout(),
    terminationPredicateFactory: predicates.turns(1),
    share: 1,
  }),
};

/** Not every browser has all of them. */
export function hasScheduler(name) {
  try {
    schedulers[name]();
    return true;
  } catch {
    return false;
  }
}
