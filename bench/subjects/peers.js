// The same job for this package and for other libraries: tasks whose turns only count, each library in a process of its
// own and by its own rules.
import { costMs } from './shared.js';

export const title = 'Peers';
export const onlyInNode = true;
/** With more, adding and finishing them is what one measures; and to lrt each turn costs more the more there are. */
export const sizes = [1000, 10_000];

/** Contenders of ../contenders, and what is to be known of them. */
export const peers = {
  'cooperator-auto': { title: 'cooperator' },
  'bare-generators': { title: 'a bare loop over generators', note: 'never lets the host in' },
  'set-timeout': { title: 'a loop over functions that reads the clock after each turn' },
  lrt: { title: 'lrt' },
  'js-coroutines': { title: 'js-coroutines', note: 'one task after another' },
  'react-scheduler': { title: "React's scheduler", note: 'one task after another; no generators' },
  'main-thread-scheduling-smooth': {
    title: 'main-thread-scheduling',
    note: 'in Node it never lets the host in: awaits a Promise each turn',
  },
  co: { title: 'co', note: 'never lets the host in: awaits a Promise each turn' },
  effect: { title: 'Effect, fibers with yieldNow', note: 'a hop whenever all fibers have had a turn' },
  twisted: { title: "Twisted's Cooperator in CPython" },
};

export const parts = (platform, quick) =>
  (quick ? sizes.slice(0, 1) : sizes).flatMap((size) => Object.keys(peers).map((name) => `${name} ${size}`));
/** Parts that are not JavaScript: the program and its arguments. */
export const program = (part) => {
  const [name, size] = part.split(' ');
  return name === 'twisted' ? ['contenders/twisted-cooperator.py', size] : undefined;
};

const LEAST_TURNS = 4; // of each task
const MANY_TURNS = 1000;
const TIMES_MORE = 4;

const countdowns = (tasks, turns) =>
  Array.from({ length: tasks }, () => {
    let left = turns;
    return () => --left > 0;
  });

/** Nanoseconds a turn: what many turns take longer than few, so that adding and finishing tasks is not in it. */
export async function measure(part, { quick }) {
  const [name, size] = part.split(' ');
  const { run } = await import(new URL(`./contenders/${name}.js`, import.meta.url));
  const time = async (turns) => {
    const tasks = countdowns(Number(size), turns);
    globalThis.gc?.();
    const begin = costMs();
    await run(tasks);
    return costMs() - begin;
  };
  // First turns cost more: there have to be many more after them, unless that takes too long.
  const [leastMs, enoughMs] = quick ? [40, 200] : [80, 300];
  for (let turns = LEAST_TURNS; ; turns *= TIMES_MORE) {
    const many = await time(TIMES_MORE * turns);
    if (many < leastMs || (TIMES_MORE * turns < MANY_TURNS && many < enoughMs)) continue;
    const few = await time(turns); // after the compiler has done what it can
    if (many > 2 * few) return { turn: ((many - few) * 1e6) / (Number(size) * turns * (TIMES_MORE - 1)) };
  }
}
