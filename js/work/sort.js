// A stable sort in turns: short runs by the engine's own sort, merged until they are one.

import { thenOf } from '../util/thenable.js';
import { over } from './drive.js';
import { paceOf } from './chunk-size.js';
import { checkFunction, checkItems, checkOptions, ready } from './ready-work.js';
import { lengthOf } from './item-source.js';

/** So short that a run is no long turn, even by a slow comparison. */
const RUN = 32;

/** @typedef {(a: any, b: any) => number} Order */

/**
 * A sorted list of the items, as `Array.prototype.toSorted` gives: stable, undefined at the end, by their texts
 * where there is no `compare`.
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {(a: I, b: I) => number} [compare]  below 0: a first; above 0: b first; cannot be asynchronous
 * @param {import('./ready-work.js').ChunkOptions} [options]
 * @returns {import('./ready-work.js').ReadyWork<I[]>}
 */
export function sort(iterable, compare, options) {
  checkItems('sort', iterable);
  if (compare !== undefined) checkFunction('sort', 'compare', compare);
  checkOptions('sort', options);
  const order = orderOf(compare ?? byText);
  return ready('sort', function* (progress) {
    /** @type {I[]} */
    const items = [];
    const expected = lengthOf(iterable);
    yield* over(
      iterable,
      undefined,
      {
        visit(given, place, end) {
          for (; place.at < end; place.at++) items.push(given[place.at]);
        },
        accept() {},
      },
      options,
      progress && ((done) => progress(done, expected && expected * rounds(expected))),
    );

    const { length } = items;
    const pace = paceOf(options);
    let done = length;
    let used = 0; // of this turn
    let stride = pace.begin(); // what is left of it
    /** @param {number} more */
    const endTurn = (more) => {
      done += more;
      used += more;
      stride -= more;
      if (stride <= 0) stride = pace.goOn(used);
      if (stride > 0) return false;
      pace.end(used);
      progress?.(done, length * rounds(length));
      used = 0;
      return true;
    };

    for (let start = 0; start < length; start += RUN) {
      const run = items.slice(start, start + RUN).sort(order);
      for (let at = 0; at < run.length; at++) items[start + at] = run[at];
      if (endTurn(run.length)) {
        yield;
        stride = pace.begin();
      }
    }
    let from = items;
    let to = length > RUN ? items.slice() : items;
    for (let width = RUN; width < length; width *= 2) {
      for (let start = 0; start < length; start += 2 * width) {
        const merge = new Merge(from, to, start, start + width, Math.min(start + 2 * width, length), order);
        while (merge.at < merge.end) {
          const before = merge.at;
          merge.goOn(stride);
          if (endTurn(merge.at - before)) {
            yield;
            stride = pace.begin();
          }
        }
      }
      [from, to] = [to, from];
    }
    progress?.(done, done);
    return from;
  });
}

/** How often each item is moved: collected, sorted in its run, and merged. @param {number} length */
function rounds(length) {
  return 2 + Math.max(0, Math.ceil(Math.log2(length / RUN)));
}

/** Of two neighbouring runs of one list, into the same place of another. */
class Merge {
  /**
   * @param {any[]} from @param {any[]} to @param {number} start @param {number} middle @param {number} end
   * @param {Order} order
   */
  constructor(from, to, start, middle, end, order) {
    this.from = from;
    this.to = to;
    this.at = start;
    this.left = start;
    this.end = end;
    this.order = order;
    // what is in order already is copied as one run
    const inOrder = middle >= end || order(from[middle - 1], from[middle]) <= 0;
    this.middle = this.right = inOrder ? end : middle;
  }

  /** @param {number} count  items at most */
  goOn(count) {
    const { from, to, order, middle, end } = this;
    const stop = Math.min(this.at + count, end);
    let { at, left, right } = this;
    for (; at < stop; at++) {
      if (left < middle && (right >= end || !(order(from[left], from[right]) > 0))) to[at] = from[left++];
      else to[at] = from[right++];
    }
    this.at = at;
    this.left = left;
    this.right = right;
  }
}

/** @param {Order} compare @returns {Order} */
function orderOf(compare) {
  return (a, b) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    const order = compare(a, b);
    if (thenOf(order) !== undefined) {
      throw new TypeError('sort: compare must return a number, not something to wait for; it cannot be asynchronous');
    }
    return order;
  };
}

/** @type {Order} */
function byText(a, b) {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}
