// Loops that call the user's callback for each item.
//
// The four loops are nearly the same, and written out on purpose: V8 does not inline callbacks into a loop that several
// functions share. A callback may shorten the array that is being visited, so each loop checks at an undefined item
// whether the array has ended.

import { isObject } from '../util/thenable.js';
import { checkLoop } from './argument-checks.js';
import { awaitableOf, isAwaited } from './callback-result.js';
import { visitAll } from './drive.js';
import { readyWork } from './ready-work.js';

/** @template O @typedef {import('./callback-result.js').CallbackResult<O>} CallbackResult */
/** @template O @typedef {import('./callback-result.js').Settled<O>} Settled */
/** @template I @typedef {import('./ready-work.js').Items<I>} Items */
/** @template T @typedef {import('./ready-work.js').ReadyWork<T>} ReadyWork */
/** @typedef {import('./ready-work.js').ChunkOptions} ChunkOptions */

/**
 * Calls `f` for each item. If `f` returns a promise or a task, waits for it before the next item.
 * @template I
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<void>}
 * @example
 * await cooperate(forEach(words, (word) => lengths.set(word, word.length)));
 */
export function forEach(iterable, f, options) {
  const checked = checkLoop('forEach', iterable, f, options);
  return readyWork('forEach', (progress) =>
    visitAll(
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
            }
          } finally {
            position.index = index;
          }
        },
        accept() {},
      },
      checked,
      progress,
    ),
  );
}

/**
 * Collects the results of `f` for all items in an array. If `f` returns a promise or a task, waits for it before the
 * next item.
 * @template I, O
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => O} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<Settled<O>[]>}
 * @example
 * const squares = await cooperate(map(new Set([1, 2, 3]), (n) => n ** 2)); // [1, 4, 9]
 */
export function map(iterable, f, options) {
  const checked = checkLoop('map', iterable, f, options);
  return readyWork('map', function* (progress) {
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
              results.push(result);
            }
          } finally {
            position.index = index;
          }
        },
        accept(result) {
          results.push(result);
        },
      },
      checked,
      progress,
    );
    return results;
  });
}

/**
 * Collects the items for which `f` returns a truthy value in an array. If `f` returns a promise or a task, waits for it
 * before the next item.
 * @example
 * const task = cooperate(filter(range(10), (n) => n % 3 === 0)); // [0, 3, 6, 9]
 * @template I
 * @template {I} S
 * @overload
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => item is S} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<S[]>}
 */
/**
 * Collects the items for which `f` returns a truthy value in an array. If `f` returns a promise or a task, waits for it
 * before the next item.
 * @example
 * const task = cooperate(filter(range(10), (n) => n % 3 === 0)); // [0, 3, 6, 9]
 * @template I
 * @overload
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<I[]>}
 */
/**
 * @template I
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<I[]>}
 */
export function filter(iterable, f, options) {
  const checked = checkLoop('filter', iterable, f, options);
  return readyWork('filter', function* (progress) {
    /** @type {I[]} */
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
              if (result) results.push(item);
            }
          } finally {
            position.index = index;
          }
        },
        accept(result, item) {
          if (result) results.push(item);
        },
      },
      checked,
      progress,
    );
    return results;
  });
}

/**
 * Combines all items into one value, as Array.prototype.reduce does. Starts with `initial`, or with the first item if
 * there is no `initial` argument. If `f` returns a promise or a task, waits for it before the next item. Options come
 * after an initial value: an object in the third place is always the initial value. The work fails with a TypeError if
 * there is neither an item nor an initial value.
 * @example
 * const longest = yield* reduce(words, (one, other) => (other.length > one.length ? other : one));
 * @template I
 * @overload
 * @param {Items<I>} iterable
 * @param {(total: I, item: I, index: number) => CallbackResult<I>} f
 * @returns {ReadyWork<I>}
 */
/**
 * Combines all items into one value, as Array.prototype.reduce does. Starts with `initial`, or with the first item if
 * there is no `initial` argument. If `f` returns a promise or a task, waits for it before the next item. Options come
 * after an initial value: an object in the third place is always the initial value. The work fails with a TypeError if
 * there is neither an item nor an initial value.
 * @example
 * const task = cooperate(reduce(range(1, 101), (sum, n) => sum + n, 0)); // 5050
 * @template I, T
 * @overload
 * @param {Items<I>} iterable
 * @param {(total: T, item: I, index: number) => CallbackResult<T>} f
 * @param {T} initial
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<T>}
 */
/**
 * @param {Items<any>} iterable
 * @param {(total: any, item: any, index: number) => any} f
 * @param {[initial?: any, options?: ChunkOptions]} more
 * @returns {ReadyWork<any>}
 */
export function reduce(iterable, f, ...more) {
  const [initial, options] = more;
  const checked = checkLoop('reduce', iterable, f, options);
  return readyWork('reduce', function* (progress) {
    let total = initial;
    let started = more.length > 0;
    yield* visitAll(
      iterable,
      f,
      {
        visit(items, position, end, f) {
          const { offset } = position;
          if (!started) {
            started = true;
            total = items[position.index++];
          }
          let sum = total; // V8 keeps a local variable in a register, but not a captured one.
          let { index } = position;
          try {
            for (; index < end; index++) {
              const item = items[index];
              if (item === undefined && index >= items.length) break;
              let result = f(sum, item, index + offset);
              if (isObject(result) && isAwaited((result = awaitableOf(result)))) return result;
              sum = result;
            }
          } finally {
            position.index = index;
          }
          total = sum;
        },
        accept(result) {
          total = result;
        },
      },
      checked,
      progress,
    );
    if (!started) throw new TypeError('reduce: iterable has no items, and no initial value was given');
    return total;
  });
}
