// The three ways to run the same tasks. In each mode a Cooperator of the package runs them. The modes differ only in
// its scheduler, in what ends a slice, and in the share of the tasks.

import { predicates, schedulers } from 'cooperator';

/** The largest share: a task runs all its turns in a row. */
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

  // The slice ends when a task ends, so each task runs like a plain loop, as in most pages.
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
