// A stable merge sort in turns: the engine sorts short runs, which are then merged until one is left.

import { thenOf } from '../util/thenable.js';
import { checkFunction, checkIterable, checkOptions } from './argument-checks.js';
import { chunkerFor } from './chunk-size.js';
import { visitAll } from './drive.js';
import { lengthOf } from './item-source.js';
import { readyWork } from './ready-work.js';

/** The length of a run. Sorting one must not make a long turn, even with a slow comparison. */
const RUN = 32;

/** @typedef {(a: any, b: any) => number} Compare */

/**
 * Sorts the items into a new array, as Array.prototype.toSorted does: stable, with undefined last, and in the order of
 * their strings if there is no `compare`.
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {(a: I, b: I) => number} [compare]  returns a number below 0 to put a first, above 0 to put b first; cannot be
 *   asynchronous
 * @param {import('./ready-work.js').ChunkOptions} [options]
 * @returns {import('./ready-work.js').ReadyWork<I[]>}
 * @example
 * const sorted = await cooperate(sort(['b', 'a', 'c'], (one, other) => (one < other ? -1 : 1)));
 */
export function sort(iterable, compare, options) {
  checkIterable('sort', iterable);
  if (compare !== undefined) checkFunction('sort', 'compare', compare);
  const checked = checkOptions('sort', options);
  const checkedCompare = withUndefinedLast(compare ?? compareStrings);
  return readyWork('sort', function* (progress) {
    /** @type {I[]} */
    const items = [];
    const expectedLength = progress && lengthOf(iterable);
    const expectedMoves = expectedLength && expectedLength * movesPerItem(expectedLength);
    yield* visitAll(
      iterable,
      undefined,
      {
        visit(source, position, end) {
          for (; position.index < end; position.index++) items.push(source[position.index]);
        },
        accept() {},
      },
      checked,
      progress && ((done) => progress(done, expectedMoves)),
      expectedLength,
    );

    const { length } = items;
    const turn = new SortTurn(chunkerFor(checked), length, progress);
    yield* sortRuns(items, checkedCompare, turn);
    const sorted = yield* mergeRuns(items, checkedCompare, turn);
    progress?.(turn.done, turn.done);
    return sorted;
  });
}

/**
 * A generator for `yield*`: sorts each run in place.
 * @param {any[]} items @param {Compare} compare @param {SortTurn} turn
 * @returns {Generator<undefined, void>}
 */
function* sortRuns(items, compare, turn) {
  for (let start = 0; start < items.length; start += RUN) {
    const run = items.slice(start, start + RUN).sort(compare);
    for (let index = 0; index < run.length; index++) items[start + index] = run[index];
    if (turn.isOverAfter(run.length)) {
      yield;
      turn.begin();
    }
  }
}

/**
 * A generator for `yield*`: merges neighbouring runs, back and forth between two arrays, until a single run is left.
 * @param {any[]} items  sorted in runs @param {Compare} compare @param {SortTurn} turn
 * @returns {Generator<undefined, any[]>}  the array with the result
 */
function* mergeRuns(items, compare, turn) {
  const { length } = items;
  let from = items;
  let to = length > RUN ? items.slice() : items;
  for (let width = RUN; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const merge = new Merge(from, to, start, start + width, Math.min(start + 2 * width, length), compare);
      while (merge.at < merge.end) {
        const before = merge.at;
        merge.advance(turn.stride);
        if (turn.isOverAfter(merge.at - before)) {
          yield;
          turn.begin();
        }
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/**
 * How often each item is moved: when it is collected, when its run is sorted, and in each merge.
 * @param {number} length
 */
function movesPerItem(length) {
  return 2 + Math.max(0, Math.ceil(Math.log2(length / RUN)));
}

/** Counts the moves of all turns, decides when a turn is over, and reports progress. */
class SortTurn {
  /** Moves of all turns so far, including those that collected the items. */
  done;
  /** Moves left in the current stride. */
  stride;
  /** Moves in this turn. */
  #used = 0;
  #total;
  #chunker;
  #progress;

  /**
   * @param {import('./chunk-size.js').Chunker} chunker @param {number} length
   * @param {import('./ready-work.js').Progress} [progress]
   */
  constructor(chunker, length, progress) {
    this.done = length;
    this.#total = length * movesPerItem(length);
    this.#chunker = chunker;
    this.#progress = progress;
    this.stride = chunker.begin();
  }

  begin() {
    this.stride = this.#chunker.begin();
  }

  /** Adds moves. Returns true if the turn is over; the work must then yield and call `begin`. @param {number} moves */
  isOverAfter(moves) {
    this.done += moves;
    this.#used += moves;
    this.stride -= moves;
    if (this.stride <= 0) this.stride = this.#chunker.extend(this.#used);
    if (this.stride > 0) return false;
    this.#chunker.end(this.#used);
    this.#progress?.(this.done, this.#total);
    this.#used = 0;
    return true;
  }
}

/** Merges two neighbouring runs of one array into the same place of another. */
class Merge {
  /**
   * @param {any[]} from @param {any[]} to @param {number} start @param {number} middle  where the second run starts
   * @param {number} end @param {Compare} compare
   */
  constructor(from, to, start, middle, end, compare) {
    this.from = from;
    this.to = to;
    /** The next index in `to`. */
    this.at = start;
    this.left = start;
    this.end = end;
    this.compare = compare;
    // Two runs that are in order already are copied as one.
    const inOrder = middle >= end || compare(from[middle - 1], from[middle]) <= 0;
    this.middle = this.right = inOrder ? end : middle;
  }

  /** Moves up to `count` items. @param {number} count */
  advance(count) {
    const { from, to, compare, middle, end } = this;
    const stop = Math.min(this.at + count, end);
    let { at, left, right } = this;
    for (; at < stop; at++) {
      if (left < middle && (right >= end || !(compare(from[left], from[right]) > 0))) to[at] = from[left++];
      else to[at] = from[right++];
    }
    this.at = at;
    this.left = left;
    this.right = right;
  }
}

/**
 * Sorts undefined last, without calling `compare`, and refuses promises.
 * @param {Compare} compare
 * @returns {Compare}
 */
function withUndefinedLast(compare) {
  return (a, b) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    const order = compare(a, b);
    if (thenOf(order) !== undefined) {
      throw new TypeError('sort: compare must return a number, not a promise; a comparison cannot be asynchronous');
    }
    return order;
  };
}

/** @type {Compare} */
function compareStrings(a, b) {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}
