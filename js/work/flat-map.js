// The loop that collects several results for each item.

import { isObject } from '../util/thenable.js';
import { checkLoop } from './argument-checks.js';
import { awaitableOf, isAwaited } from './callback-result.js';
import { visitAll } from './drive.js';
import { readyWork } from './ready-work.js';

/** @template O @typedef {import('./callback-result.js').Settled<O>} Settled */
/** @template I @typedef {import('./ready-work.js').Items<I>} Items */
/** @template T @typedef {import('./ready-work.js').ReadyWork<T>} ReadyWork */
/** @typedef {import('./ready-work.js').ChunkOptions} ChunkOptions */

/**
 * Collects the results of `f` for all items in an array; of a result that is an array, its elements. If `f` returns a
 * promise or a task, waits for it before the next item.
 *
 * @example
 * const words = yield* flatMap(lines, (line) => line.split(' '));
 * @template I, O
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => O} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<Flat<Settled<O>>[]>}
 */
export function flatMap(iterable, f, options) {
  const checked = checkLoop('flatMap', iterable, f, options);
  return readyWork('flatMap', function* (progress) {
    /** @type {any[]} */
    const results = [];
    yield* visitAll(
      iterable,
      f,
      {
        visit(items, position, end, f) {
          const { offset } = position;
          let { index } = position;
          try {
            for (; index < end; index++) {
              const item = items[index];
              if (item === undefined && index >= items.length) break;
              let result = f(item, index + offset);
              if (isObject(result) && isAwaited((result = awaitableOf(result)))) return result;
              add(results, result);
            }
          } finally {
            position.index = index;
          }
        },
        accept(result) {
          add(results, result);
        },
      },
      checked,
      progress,
    );
    return results;
  });
}

/**
 * The elements of an array, or a value that is none.
 * @template T
 * @typedef {T extends readonly (infer E)[] ? E : T} Flat
 */

/** Not `push(...result)`, whose arguments need stack. @param {any[]} results @param {any} result */
function add(results, result) {
  if (!Array.isArray(result)) results.push(result);
  else for (const element of result) results.push(element);
}
