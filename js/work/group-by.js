// The loop that sorts items into groups.

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
 * Collects the items in a Map: the results of `f` are its keys, and the arrays of items with this result its values, as
 * Map.groupBy does. If `f` returns a promise or a task, waits for it before the next item.
 *
 * @example
 * const byCountry = yield* groupBy(people, ({ country }) => country);
 * @template I, O
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => O} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<Map<Settled<O>, I[]>>}
 */
export function groupBy(iterable, f, options) {
  const checked = checkLoop('groupBy', iterable, f, options);
  return readyWork('groupBy', function* (progress) {
    /** @type {Map<any, any[]>} */
    const groups = new Map();
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
              add(groups, result, item);
            }
          } finally {
            position.index = index;
          }
        },
        accept(result, item) {
          add(groups, result, item);
        },
      },
      checked,
      progress,
    );
    return groups;
  });
}

/** @template I @param {Map<unknown, I[]>} groups @param {unknown} key @param {I} item */
function add(groups, key, item) {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
