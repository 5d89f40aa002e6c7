// The same job for this package and for other libraries: tasks whose turns only count. Each library runs in a process
// of its own and is used as its documentation shows.
import { parseLibraryPart } from './index.mjs';
import { costMs } from './support/timing.js';

const LEAST_TURNS = 4; // of each task
const MANY_TURNS = 1000;
const FACTOR = 4;

const countdowns = (count, turns) =>
  Array.from({ length: count }, () => {
    let left = turns;
    return () => --left > 0;
  });

/**
 * Nanoseconds per turn: the difference between a run of many turns and one of few, so that the cost of adding and
 * finishing the tasks cancels out.
 */
export async function measure(part, { quick }) {
  const {
    library: { module, variant },
    count,
  } = parseLibraryPart(part);
  const { run } = await import(new URL(`./implementations/${module}.js`, import.meta.url));
  const cost = async (turns) => {
    const tasks = countdowns(count, turns);
    globalThis.gc?.();
    const begin = costMs();
    await run(tasks, { variant });
    return costMs() - begin;
  };
  // First turns cost more, so there should be many others, unless that takes too long.
  const [leastMs, enoughMs] = quick ? [40, 200] : [80, 300];
  for (let turns = LEAST_TURNS; ; turns *= FACTOR) {
    const many = await cost(FACTOR * turns);
    if (many < leastMs || (FACTOR * turns < MANY_TURNS && many < enoughMs)) continue;
    const few = await cost(turns); // second, when the code is compiled
    if (many > 2 * few) return { turn: ((many - few) * 1e6) / (count * turns * (FACTOR - 1)) };
  }
}
