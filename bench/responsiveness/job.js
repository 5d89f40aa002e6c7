// The job: tasks of many turns, each some microseconds of arithmetic on an integer. That is WebAssembly, which all pages
// run alike: of the same arithmetic in JavaScript, which a compiler builds into whatever calls it, a turn took a fifth
// more in one page than in the next.

export const TASKS = 4;
const STEPS_PER_TURN = 1500;

/** @type {(state: number, steps: number) => number} */
let spin;

/** To be awaited first. */
export async function loadJob() {
  ({
    instance: {
      exports: { spin },
    },
  } = await WebAssembly.instantiateStreaming(fetch('/job.wasm')));
}

/** @param {number} turns  of all tasks together @returns {(() => boolean)[]}  each: one turn; is there more? */
export function makeTasks(turns) {
  return Array.from({ length: TASKS }, (_, index) => {
    let left = Math.ceil(turns / TASKS);
    let state = index + 1;
    return () => {
      state = spin(state, STEPS_PER_TURN);
      return --left > 0 && state !== 0;
    };
  });
}

/** Takes turns until all tasks are done or the time is over, and nothing between. Milliseconds a turn. */
export function msPerTurn(ms) {
  const tasks = makeTasks(2 ** 30); // more than it can take, and an integer as in the job, for the compiler
  const begin = performance.now();
  let turns = 0;
  let elapsed;
  do {
    for (let batch = 0; batch < 25; batch++) for (const turn of tasks) turn();
    turns += 25 * TASKS;
    elapsed = performance.now() - begin;
  } while (elapsed < ms);
  return elapsed / turns;
}
