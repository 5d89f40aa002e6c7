// What the subjects share: a cooperator whose slices are given by hand, work of a known length, and clocks.
import { Cooperator } from 'cooperator';

/**
 * @param {Iterable<any>} works  its tasks
 * @param {object} [options]  of the Cooperator
 */
export function byHand(works, options = {}) {
  let pending;
  const cooperator = new Cooperator({
    ...options,
    scheduler: (slice) => {
      pending = slice;
    },
  });
  for (const work of works) cooperator.cooperate(work);
  return {
    cooperator,
    slice() {
      pending();
    },
    turns: () => cooperator.stats().turns,
  };
}

/**
 * What the work costs, in milliseconds: in Node the processor's time, which others on the machine take nothing from;
 * in browsers, which do not tell it, the time that goes by.
 */
export const costMs =
  globalThis.process?.cpuUsage === undefined
    ? () => performance.now()
    : () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      };

/** A clock of whole milliseconds cannot tell less. */
export const PIECE_MS = globalThis.process?.cpuUsage === undefined ? 30 : 10;

/**
 * The least of several figures, each of a piece of work that is long for the clock and short for the machine: what
 * disturbs it can only make it longer.
 * @param {boolean} quick  of fewer pieces @param {() => number | Promise<number>} figure
 */
export async function least(quick, figure) {
  let lowest = Infinity;
  for (let piece = 0; piece < (quick ? 5 : 8); piece++) lowest = Math.min(lowest, await figure());
  return lowest;
}

/** How often the operating system has taken the processor away; 0 where nobody tells. */
export const interruptions =
  globalThis.process?.resourceUsage === undefined ? () => 0 : () => process.resourceUsage().involuntaryContextSwitches;

/** The list, beginning with another one in each round. @template T @param {T[]} list @returns {T[]} */
export const rotated = (list, round) => [...list.slice(round % list.length), ...list.slice(0, round % list.length)];

export const repeat = (count, make) => Array.from({ length: count }, (_, index) => make(index));

let state = 1;

/** So many steps of arithmetic that no compiler leaves out. */
export function spin(steps) {
  for (let step = 0; step < steps; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

/** How many steps `spin` makes in a millisecond: the best of several, as interruptions only make it slower. */
export function stepsPerMs() {
  const STEPS = 2_000_000;
  let best = Infinity;
  for (let attempt = 0; attempt < 8; attempt++) {
    const begin = performance.now();
    spin(STEPS);
    best = Math.min(best, performance.now() - begin);
  }
  return STEPS / Math.max(best, 1);
}

/** Steps of another module, each with a state of its own. @param {(name: string) => Promise<BufferSource>} read */
export async function foreignSteps(read, count) {
  const { exports } = await instance(read, 'steps.wasm');
  const states = exports.states(count);
  if (states === 0) throw new Error('no memory for the states');
  return { step: exports.step, states: repeat(count, (index) => states + 4 * index) };
}

/** @param {(name: string) => Promise<BufferSource>} read @returns {Promise<{ exports: any }>} */
export async function instance(read, name, imports = {}) {
  const env = { emscripten_notify_memory_growth() {}, ...imports };
  const made = new WebAssembly.Instance(new WebAssembly.Module(await read(name)), { env });
  made.exports._initialize();
  return made;
}
