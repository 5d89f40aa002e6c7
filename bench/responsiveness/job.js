// The job: tasks of many turns, each some microseconds of arithmetic on an integer.

export const TASKS = 4;
const STEPS_PER_TURN = 1500;

/** @param {number} turns  of all tasks together @returns {(() => boolean)[]}  each: one turn; is there more? */
export function makeTasks(turns) {
  return Array.from({ length: TASKS }, (_, index) => {
    let left = Math.ceil(turns / TASKS);
    let state = index + 1;
    return () => {
      for (let step = 0; step < STEPS_PER_TURN; step++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
      }
      // The state is asked for, so that no compiler leaves the arithmetic out; it never becomes 0.
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
