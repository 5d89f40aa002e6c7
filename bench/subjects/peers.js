// The same job for this package and for other libraries: tasks whose turns only count, each library in a process of its
// own and by its own rules. Nanoseconds a turn, adding, finishing and the hops between slices included.

export const title = 'Peers';
export const sizes = [1, 1000, 100_000];

/** Contenders of ../contenders, and what is to be known of them. */
export const peers = {
  'cooperator-auto': { title: 'cooperator' },
  uninterrupted: { title: 'a loop without a break', note: 'one task after another, no generators' },
  'set-timeout': { title: 'a loop with performance.now() after each turn, and setTimeout' },
  lrt: { title: 'lrt' },
  'js-coroutines': { title: 'js-coroutines', note: 'one task after another' },
  'react-scheduler': { title: "React's scheduler", note: 'one task after another, no generators' },
  'main-thread-scheduling-smooth': {
    title: 'main-thread-scheduling', note: 'in Node it never lets the host in: a resolved Promise each turn',
  },
  co: { title: 'co', note: 'never lets the host in: a resolved Promise each turn' },
  effect: { title: 'Effect, fibers with yieldNow', note: 'a hop each time all fibers have had a turn' },
  twisted: { title: 'Twisted\'s Cooperator', note: 'CPython' },
};

export const parts = (host) => Object.keys(peers).filter((name) => host === 'node' && name !== 'twisted');

const LEAST_TURNS = 20; // of each task
const PATIENCE_MS = 2500;

const countdowns = (tasks, turns) => Array.from({ length: tasks }, () => {
  let left = turns;
  return () => --left > 0;
});

/** By number of tasks; what would take too long is said to. */
export async function measure(part, { quick }) {
  const { run } = await import(new URL(`./contenders/${part}.js`, import.meta.url));
  const wantedMs = quick ? 40 : 100;
  const figures = {};
  for (const size of sizes) {
    if (quick && size > 1000) break;
    let turns = LEAST_TURNS;
    for (;;) {
      const tasks = countdowns(size, turns);
      const begin = performance.now();
      await run(tasks);
      const elapsed = performance.now() - begin;
      figures[size] = elapsed * 1e6 / (size * turns);
      if (elapsed >= wantedMs) break;
      turns *= Math.ceil(Math.min(50, Math.max(2, 1.5 * wantedMs / Math.max(elapsed, 0.01))));
    }
    if (figures[size] * sizes[sizes.indexOf(size) + 1] * LEAST_TURNS > PATIENCE_MS * 1e6) break;
    globalThis.gc?.();
  }
  return figures;
}
