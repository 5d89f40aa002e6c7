// A slice: the core says whose turn it is, and the turns of JavaScript's tasks are given here, outside of it. So what
// they throw is caught here and not inside of the core; and of the two ways of calling between JavaScript and
// WebAssembly this is the cheaper one. Callbacks and hooks, which may throw too, are called from inside: each import
// catches (J5).

import { giveTurns } from './work-source.js';
import { failTurn } from './task.js';

/**
 * Gives the slice that was asked for.
 * @param {import('../core/wasm.js').Core} core
 * @param {number} cooperator  its part
 */
export function giveSlice(core, cooperator) {
  const { cooperator_begin_slice: beginSlice, cooperator_end_turn: endTurn } = core.exports;
  let go = () => giveTurns(cooperator, beginSlice(cooperator), endTurn);
  for (;;) {
    try {
      go();
      return;
    } catch (error) {
      // A task's code has thrown, or a trap (or an error of a JavaScript function that it called) has left the step of
      // a native task: the slice has nothing on the core's stack while that runs.
      const task = core.exports.cooperator_turning(cooperator);
      if (task === 0) throw error;
      const turn = failTurn(core, task, error);
      go = () => giveTurns(cooperator, endTurn(cooperator, turn), endTurn);
    }
  }
}
