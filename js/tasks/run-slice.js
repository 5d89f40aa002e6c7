// The hot loop: runs the turns of a slice. The core decides whose turn it is, and the turns of JavaScript's tasks run
// here, with none of the core's frames on the stack. So an error that a turn throws is caught before it can cross
// WebAssembly frames (J5), and only JavaScript calls WebAssembly, which is cheaper than the reverse.

import { FAILED, MORE } from '../core/constants.js';
import { get, indexOf } from '../core/handles.js';

/**
 * The iterators of tasks whose next turn only has to call `next`, as almost every turn does. Indexed by the index of
 * the task's handle; undefined for a task whose turn has more to do. Such a turn touches nothing else of its task.
 * @type {any[]}
 */
const plainIterators = [];

/**
 * @param {number} handle  of a task
 * @param {any} iterator  undefined: the next turn is not plain
 */
export function setPlainIterator(handle, iterator) {
  const index = indexOf(handle);
  // Appends one by one, because access to an array with holes is slow.
  while (plainIterators.length <= index) plainIterators.push(undefined);
  plainIterators[index] = iterator;
}

/** Returned by a turn in place of a turn code: its code continues in microtasks, and the turn is not over (S12). */
export const SUSPENDED = -1;

/**
 * Runs the pending slice of a cooperator, or continues the open one.
 * @param {import('../core/wasm.js').Core} core
 * @param {number} cooperator  native pointer
 * @param {{ endSuspendedTurn(): number }} [suspended]  the task whose suspended turn is over; undefined: begins the
 *   slice
 * @returns {number} the handle of the task whose turn is suspended now; 0: the slice is over
 */
export function runSlice(core, cooperator, suspended) {
  const { cooperator_begin_slice: beginSlice, cooperator_end_turn: endTurn } = core.exports;
  let run =
    suspended === undefined
      ? () => runTurns(cooperator, beginSlice(cooperator), endTurn)
      : () => runTurns(cooperator, endTurn(cooperator, suspended.endSuspendedTurn()), endTurn);
  for (;;) {
    try {
      return run();
    } catch (error) {
      // Either a turn has thrown, or a native step has trapped. The trap removes frames of the core from the stack, but
      // a slice keeps nothing in them.
      const task = core.exports.cooperator_turning(cooperator);
      if (task === 0) throw error;
      const turn = failTurn(core, task, error);
      run = () => runTurns(cooperator, endTurn(cooperator, turn), endTurn);
    }
  }
}

/**
 * Runs turns until one is suspended or the slice is over. Throws the error of a turn; that turn has not ended then.
 * @param {number} cooperator  native pointer
 * @param {number} handle  of the task with the first turn; 0: none
 * @param {(cooperator: number, turn: number) => number} endTurn  returns the handle of the next task
 * @returns {number} as runSlice
 */
function runTurns(cooperator, handle, endTurn) {
  while (handle !== 0) {
    const iterator = plainIterators[indexOf(handle)];
    let turn = MORE;
    if (iterator === undefined) {
      turn = get(handle).turn();
      if (turn === SUSPENDED) return handle;
    } else {
      const step = iterator.next();
      const done = step?.done;
      if (done !== false) {
        turn = get(handle).interpretStep(step, done);
        if (turn === SUSPENDED) return handle;
      } else {
        const { value } = step;
        if (typeof value === 'object' ? value !== null : typeof value === 'function') {
          turn = get(handle).interpretValue(value);
        }
      }
    }
    handle = endTurn(cooperator, turn);
  }
  return 0;
}

/**
 * @param {import('../core/wasm.js').Core} core
 * @param {number} task  native pointer
 * @param {unknown} error
 * @returns {number} a turn code
 */
function failTurn(core, task, error) {
  const handle = core.exports.task_handle(task);
  const run = get(handle);
  if (run !== undefined) return run.failTurn(error, plainIterators[indexOf(handle)] !== undefined);
  core.setFailure(task, error);
  return FAILED;
}
