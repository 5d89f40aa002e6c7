import { Cooperator } from 'cooperator';

/**
 * A cooperator that runs a slice only when `runSlice` is called.
 * @param {Iterable<any>} works  the work of its tasks
 * @param {object} [options]  of the Cooperator, but for `scheduler`
 */
export function manualCooperator(works, options = {}) {
  let pendingSlice;
  const cooperator = new Cooperator({
    ...options,
    scheduler: (slice) => {
      pendingSlice = slice;
    },
  });
  for (const work of works) cooperator.cooperate(work);
  const turns = () => cooperator.stats().turns;
  const runSlice = () => pendingSlice();
  return {
    cooperator,
    runSlice,
    /** The number of turns so far. */
    turns,
    /** Runs slices until there have been `count` more turns. */
    runTurns(count) {
      for (const end = turns() + count; turns() < end;) runSlice();
    },
  };
}
