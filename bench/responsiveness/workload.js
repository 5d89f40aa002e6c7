// The job: tasks of many turns, each some microseconds of integer arithmetic in WebAssembly. In JavaScript the compiler
// would inline the arithmetic into each caller, and a turn took up to a fifth longer in some pages than in others.

export const TASKS = 4;
const STEPS_PER_TURN = 1500;

/** @type {(state: number, steps: number) => number} */
let spin;

/** Must have resolved before the other functions are called. */
export async function loadWorkload() {
  ({
    instance: {
      exports: { spin },
    },
  } = await WebAssembly.instantiateStreaming(fetch('/workload.wasm')));
}

/**
 * @param {number} turns  of all tasks together
 * @returns {(() => boolean)[]}  functions that run one turn, and return whether there are more
 */
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

/** Runs turns without a break for `ms` milliseconds; returns the milliseconds per turn. */
export function msPerTurn(ms) {
  const tasks = makeTasks(2 ** 30); // more turns than fit, and a small integer, as in the job
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
