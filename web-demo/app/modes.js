// The three ways to run the same tasks. Each is a Cooperator of the package with another scheduler and another end of
// the slice, so that nothing else differs between them.

import { predicates, schedulers } from 'cooperator';

/** The largest share: a task has all its turns in a row. */
const ALL_TURNS = 2 ** 31 - 1;

/** In a visible page, the package's own slices take at most this long. */
const AUTO_BUDGET_MS = 5;

/**
 * @typedef {object} Mode
 * @property {object} options  of the Cooperator
 * @property {number} [share]  of every task, in place of the one that the visitor has chosen
 * @property {number} [budgetMs]  of a slice, if it has a limit in time
 */

/**
 * `countFinished` returns how many tasks have ended so far.
 * @type {Record<string, (settings: object, countFinished: () => number) => Mode>}
 */
export const modes = {
  'cooperative': ({ scheduler, budget }) => ({
    options: {
      scheduler: schedulers[scheduler](),
      ...(budget === 'auto' ? {} : { terminationPredicateFactory: predicates.timeSlice(Number(budget)) }),
    },
    budgetMs: budget === 'auto' ? AUTO_BUDGET_MS : Number(budget),
  }),

  // A slice that ends with a task: like a plain loop, as in most pages.
  'one-piece': (settings, countFinished) => ({
    options: {
      scheduler: schedulers.timeout(),
      terminationPredicateFactory: () => {
        const before = countFinished();
        return () => countFinished() !== before;
      },
    },
    share: ALL_TURNS,
  }),

  'timeout': () => ({
    options: { scheduler: schedulers.timeout(), terminationPredicateFactory: predicates.turns(1) },
    share: 1,
  }),
};

/** Whether this browser supports a scheduler. */
export function hasScheduler(name) {
  try {
    schedulers[name]();
    return true;
  } catch {
    return false;
  }
}
