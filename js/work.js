// Ready-made work: loops over iterables in turns, to be given to `cooperate` or used in other work through `yield*`.

export { filter, forEach, map, reduce } from './work/loops.js';
export { failedAt } from './work/failed-at.js';
export { parallel } from './work/parallel.js';
export { range } from './work/range.js';
export { sort } from './work/sort.js';

/** @typedef {import('./work/ready-work.js').ChunkOptions} ChunkOptions */
/** @typedef {import('./work/parallel.js').ParallelOptions} ParallelOptions */
/** @typedef {import('./work/range.js').Range} Range */
/** @template T @typedef {import('./work/ready-work.js').ReadyWork<T>} ReadyWork */
