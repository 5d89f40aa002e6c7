// Loops over items, each with a callback of the user's. They look alike on purpose: a loop that is written out, not
// shared, is one in which V8 inlines the callback. A callback may have shortened the list.

import { isObject, thenOf } from '../util/thenable.js';
import { endOf } from './callback-result.js';
import { over } from './drive.js';
import { checkFunction, checkItems, checkOptions, ready } from './ready-work.js';

/** @template O @typedef {import('./callback-result.js').Answer<O>} Answer */
/** @template O @typedef {import('./callback-result.js').Ended<O>} Ended */
/** @template I @typedef {import('./ready-work.js').Items<I>} Items */
/** @template T @typedef {import('./ready-work.js').ReadyWork<T>} ReadyWork */
/** @typedef {import('./ready-work.js').ChunkOptions} ChunkOptions */

/**
 * Calls `f` for each item. What `f` returns is waited for, if it is a task or can be, before the next item.
 * @template I
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => unknown} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<void>}
 */
export function forEach(iterable, f, options) {
  check('forEach', iterable, f, options);
  return ready('forEach', (progress) =>
    over(
      iterable,
      f,
      {
        visit(items, place, end, f) {
          const { offset } = place;
          let { at } = place;
          try {
            for (; at < end; at++) {
              const item = items[at];
              if (item === undefined && at >= items.length) break;
              let made = f(item, at + offset);
              if (isObject(made) && thenOf((made = endOf(made))) !== undefined) return made;
            }
          } finally {
            place.at = at;
          }
        },
        accept() {},
      },
      options,
      progress,
    ),
  );
}

/**
 * The list of what `f` returns for each item. Promises and tasks are waited for, each before the next item.
 * @template I, O
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => O} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<Ended<O>[]>}
 */
export function map(iterable, f, options) {
  check('map', iterable, f, options);
  return ready('map', function* (progress) {
    /** @type {any[]} */
    const results = [];
    yield* over(
      iterable,
      f,
      {
        visit(items, place, end, f) {
          const { offset } = place;
          let { at } = place;
          try {
            for (; at < end; at++) {
              const item = items[at];
              if (item === undefined && at >= items.length) break;
              let made = f(item, at + offset);
              if (isObject(made) && thenOf((made = endOf(made))) !== undefined) return made;
              results.push(made);
            }
          } finally {
            place.at = at;
          }
        },
        accept(made) {
          results.push(made);
        },
      },
      options,
      progress,
    );
    return results;
  });
}

/**
 * The list of the items for which `f` returns something true. Promises and tasks are waited for, each before
 * the next item.
 * @template I
 * @template {I} S
 * @overload
 * @param {Items<I>} iterable
 * @param {(item: I, index: number) => item is S} f
 * @param {ChunkOptions} [options]
 * @returns {ReadyWork<S[]>}
 */
/**
 * The list of the items for which `f` returns something true. Promises and tasks are waited for, each before
 * the next item.
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
  check('filter', iterable, f, options);
  return ready('filter', function* (progress) {
    /** @type {I[]} */
    const results = [];
    yield* over(
      iterable,
      f,
      {
        visit(items, place, end, f) {
          const { offset } = place;
          let { at } = place;
          try {
            for (; at < end; at++) {
              const item = items[at];
              if (item === undefined && at >= items.length) break;
              let made = f(item, at + offset);
              if (isObject(made) && thenOf((made = endOf(made))) !== undefined) return made;
              if (made) results.push(item);
            }
          } finally {
            place.at = at;
          }
        },
        accept(made, item) {
          if (made) results.push(item);
        },
      },
      options,
      progress,
    );
    return results;
  });
}

/**
 * What `f` makes of all items, one after another; begins with `initial`, or where that is not given with the first
 * item. Promises and tasks are waited for, each before the next item. Options come after an initial value: an object
 * in its place is the initial value.
 * @template I
 * @overload
 * @param {Items<I>} iterable
 * @param {(total: I, item: I, index: number) => Answer<I>} f
 * @returns {ReadyWork<I>}
 */
/**
 * What `f` makes of all items, one after another; begins with `initial`, or where that is not given with the first
 * item. Promises and tasks are waited for, each before the next item. Options come after an initial value: an object
 * in its place is the initial value.
 * @template I, T
 * @overload
 * @param {Items<I>} iterable
 * @param {(total: T, item: I, index: number) => Answer<T>} f
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
  check('reduce', iterable, f, options);
  return ready('reduce', function* (progress) {
    let total = initial;
    let begun = more.length > 0;
    yield* over(
      iterable,
      f,
      {
        visit(items, place, end, f) {
          const { offset } = place;
          if (!begun) {
            begun = true;
            total = items[place.at++];
          }
          let sum = total; // a variable of this function's own stays in a register
          let { at } = place;
          try {
            for (; at < end; at++) {
              const item = items[at];
              if (item === undefined && at >= items.length) break;
              let made = f(sum, item, at + offset);
              if (isObject(made) && thenOf((made = endOf(made))) !== undefined) return made;
              sum = made;
            }
          } finally {
            place.at = at;
          }
          total = sum;
        },
        accept(made) {
          total = made;
        },
      },
      options,
      progress,
    );
    if (!begun) throw new TypeError('reduce: iterable has no items, and no initial value was given');
    return total;
  });
}

/** @param {string} name @param {any} iterable @param {unknown} f @param {any} options */
function check(name, iterable, f, options) {
  checkItems(name, iterable);
  checkFunction(name, 'f', f);
  checkOptions(name, options);
}
