// The entry `cooperator/work`: ready-made loops over iterables, to pass to `cooperate` or to use in other work with
// `yield*`.

export { filter, forEach, map, reduce } from './work/loops.js';
export { every, find, some } from './work/search.js';
export { flatMap } from './work/flat-map.js';
export { groupBy } from './work/group-by.js';
export { failedAt } from './work/failed-at.js';
export { failuresOf } from './work/failures-of.js';
export { parallel } from './work/parallel.js';
export { range } from './work/range.js';
export { sort } from './work/sort.js';
export { stream } from './work/stream.js';

/** @typedef {import('./work/ready-work.js').ChunkOptions} ChunkOptions */
/** @typedef {import('./work/parallel.js').ParallelOptions} ParallelOptions */
/** @typedef {import('./work/stream.js').StreamOptions} StreamOptions */
/** @typedef {import('./work/range.js').Range} Range */
/** @template T @typedef {import('./work/ready-work.js').ReadyWork<T>} ReadyWork */
/** @template T @typedef {import('./work/parallel.js').ParallelWork<T>} ParallelWork */
