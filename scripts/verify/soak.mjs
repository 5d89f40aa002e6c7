// The part `soak`: runs tasks by the million and checks that nothing is left of them.
import { run } from '../run.mjs';

const TASKS_PER_MINUTE = 600_000;

/**
 * A turn in the old core may take this many times as long as in a new one: two cores side by side on a busy machine
 * differ by less, and lists that grow with time would make it far slower.
 */
const SLOWEST = 1.5;

/** The size of the heap varies from one garbage collection to the next. */
const mostHeap = (heap) => heap * 1.1 + 500_000;

/** @param {import('../verify.mjs').Options} options */
export async function soak({ minutes, seed, tasks = TASKS_PER_MINUTE * Math.max(1, minutes) }) {
  const args = ['--expose-gc', 'test/verify/soak.mjs', '--tasks', String(tasks), '--seed', String(seed)];
  const result = JSON.parse(await run(process.execPath, args));
  return { figures: describe(result), wrong: findFaults(result) };
}

function findFaults({ wrong: wrongEnds, settled, after, usPerTurn }) {
  const wrong = [];
  if (wrongEnds !== 0) wrong.push(`${wrongEnds} tasks ended in a way in which they must not end`);
  if (after.handles !== settled.handles) {
    wrong.push(`the handle table grew from ${settled.handles} to ${after.handles} entries`);
  }
  if (after.address !== settled.address || after.wasm !== settled.wasm) {
    wrong.push(
      `the highest address in use moved from ${settled.address} to ${after.address}, ` +
        `and the core's memory grew from ${settled.wasm} to ${after.wasm} bytes`,
    );
  }
  if (after.heap > mostHeap(settled.heap)) {
    wrong.push(`the JavaScript heap grew from ${settled.heap} to ${after.heap} bytes`);
  }
  if (usPerTurn.ratio > SLOWEST) wrong.push(`a turn takes ${usPerTurn.ratio} times as long as in a new core`);
  return wrong;
}

function describe({ tasks, counts, turns, settled, after, usPerTurn }) {
  const { done, failed, stopped, reported } = counts;
  return [
    `${tasks} tasks (${done} done, ${failed} failed, ${stopped} stopped; ${reported} errors reported), ${turns} turns`,
    `core ${settled.wasm} -> ${after.wasm} bytes, heap ${settled.heap} -> ${after.heap} bytes, ` +
      `handles ${settled.handles} -> ${after.handles}`,
    `${usPerTurn.old.toFixed(2)} us a turn, everything around it included; in a new core beside it ` +
      `${usPerTurn.fresh.toFixed(2)} us: ${usPerTurn.ratio.toFixed(2)} times`,
  ];
}
