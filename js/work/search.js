// Loops that end at the first item for which the user's callback decides the result.

import { isObject } from '../util/thenable.js';
import { checkLoop } from './argument-checks.js';
import { awaitableOf, isAwaited } from './callback-result.js';
import { LEAVE, visitAll } from './drive.js';
import { readyWork } from './ready-work.js';

/** @template I @typedef {import('./ready-work.js').Items<I>} Items */
/** @template T @typedef {import('./ready-work.js').ReadyWork<T>} ReadyWork */
/** @typedef {import('./ready-work.js').ChunkOptions} ChunkOptions */

/**
 * Finds the first item for which `f` returns a truthy value; undefined if there is none. Takes no further item, and closes
 * the iterator. If `f` returns a promise or a task, waits for it before the next item.
 *
 * @example
 * const task = cooperate(find(range(2, Infinity), (n) => n ** 2 > 1000)); // 32
 * @template I
 * @template {I} S
 * @overload
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => item is S} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<S | undefined>}
 */
/**
 * Finds the first item for which `f` returns a truthy value; undefined if there is none. Takes no further item, and closes
 * the iterator. If `f` returns a promise or a task, waits for it before the next item.
 *
 * @example
 * const task = cooperate(find(range(2, Infinity), (n) => n ** 2 > 1000)); // 32
 * @template I
 * @overload
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<I | undefined>}
 */
/**
 * @param {Items<any>} iterable
 * @param {(item: any, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<any>}
 */
export function find(iterable, f, options) {
  return search('find', iterable, f, options, true, (found) => found?.item);
}

/**
 * Returns true if `f` returns a truthy value for an item. Takes no further item then, and closes the iterator. If `f`
 * returns a promise or a task, waits for it before the next item.
 *
 * @example
 * const hasErrors = yield* some(lines, (line) => line.startsWith('error'));
 * @template I
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<boolean>}
 */
export function some(iterable, f, options) {
  return search('some', iterable, f, options, true, (found) => found !== undefined);
}

/**
 * Returns true if `f` returns a truthy value for all items. Otherwise takes no further item, and closes the iterator. If
 * `f` returns a promise or a task, waits for it before the next item.
 *
 * @example
 * const isSorted = yield* every(rows, (row, index) => index === 0 || rows[index - 1].key <= row.key);
 * @template I
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<boolean>}
 */
export function every(iterable, f, options) {
  return search('every', iterable, f, options, false, (found) => found === undefined);
}

/**
 * @param {string} name
 * @param {Items<any>} iterable
 * @param {(item: any, index: number) => unknown} f
 * @param {ChunkOptions | undefined} options
 * @param {boolean} wanted  the result of `f`, as a boolean, at which the loop ends
 * @param {(found: { item: any } | undefined) => any} resultOf
 */
function search(name, iterable, f, options, wanted, resultOf) {
  const checked = checkLoop(name, iterable, f, options);
  return readyWork(name, function* (progress) {
    /** @type {{ item: any } | undefined} */
    let found;
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
              if (Boolean(result) !== wanted) continue;
              found = { item };
              return LEAVE;
            }
          } finally {
            position.index = index;
          }
        },
        accept(result, item) {
          if (Boolean(result) !== wanted) return;
          found = { item };
          return LEAVE;
        },
      },
      checked,
      progress,
    );
    return resultOf(found);
  });
}
