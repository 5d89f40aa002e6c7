// The loop that `forEach`, `map`, `filter`, `reduce` and `sort` have in common: over all items, in turns.

import { thenOf } from '../util/thenable.js';
import { noteFailure } from './failed-at.js';
import { paceOf } from './chunk-size.js';
import { Steps, isIndexed, lengthOf } from './item-source.js';

/**
 * Where a loop stands: at `items[at]`, which is its item number `at + offset`.
 * @typedef {{ at: number, offset: number }} Place
 */

/**
 * What is done with the items.
 * @template I
 * @typedef {object} Visitor
 * @property {(items: ArrayLike<I>, place: Place, end: number, f: any) => unknown} visit  deals with items from
 *   `place.at` on, up to `end`; `place.at` is then that of the next one, or of the one that failed, or of the one whose
 *   callback has returned something to wait for, which is what `visit` returns. `f`, the callback, is passed on, since
 *   calls of a parameter are several times as quick as those of a variable of an outer function
 * @property {(value: any, item: I) => void} accept  deals with an item whose value was waited for
 */

/**
 * A generator for `yield*`. An array is visited in strides, so that a callback that the engine knows is inlined;
 * any other iterable is asked for each item when the one before it has been dealt with.
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {any} f  the user's
 * @param {Visitor<I>} visitor
 * @param {import('./ready-work.js').ChunkOptions | undefined} options
 * @param {import('./ready-work.js').Progress | undefined} progress
 * @returns {Generator<unknown, void, any>}
 */
export function* over(iterable, f, visitor, options, progress) {
  const pace = paceOf(options);
  const place = { at: 0, offset: 0 };
  try {
    yield* isIndexed(iterable)
      ? overArray(/** @type {any} */ (iterable), f, visitor, pace, place, progress)
      : overSteps(iterable, f, visitor, pace, place, progress);
  } catch (error) {
    noteFailure(error, place.at + place.offset);
    throw error;
  }
}

/**
 * @template I
 * @param {ArrayLike<I>} items @param {any} f @param {Visitor<I>} visitor @param {import('./chunk-size.js').Pace} pace
 * @param {Place} place @param {import('./ready-work.js').Progress} [progress]
 * @returns {Generator<unknown, void, any>}
 */
function* overArray(items, f, visitor, pace, place, progress) {
  while (place.at < items.length) {
    const from = place.at;
    let stride = pace.begin();
    let awaited;
    do {
      awaited = visitor.visit(items, place, Math.min(place.at + stride, items.length), f);
    } while (awaited === undefined && place.at < items.length && (stride = pace.goOn(place.at - from)) > 0);
    pace.end(place.at - from);
    if (awaited !== undefined) {
      const item = items[place.at];
      visitor.accept(yield awaited, item);
      place.at++;
    }
    progress?.(place.at, items.length);
    if (awaited === undefined && place.at < items.length) yield;
  }
}

/**
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable @param {any} f @param {Visitor<I>} visitor
 * @param {import('./chunk-size.js').Pace} pace @param {Place} place @param {import('./ready-work.js').Progress} [progress]
 * @returns {Generator<unknown, void, any>}
 */
function* overSteps(iterable, f, visitor, pace, place, progress) {
  const steps = new Steps(iterable);
  try {
    for (let more = true; more;) {
      const from = place.offset;
      let awaited;
      if (steps.asynchronous) {
        more = steps.take(yield* asked(steps));
        if (more) awaited = visitOne(steps.item, f, visitor, place);
      } else {
        let stride = pace.begin();
        while (awaited === undefined && stride > 0 && (more = steps.take(steps.ask()))) {
          awaited = visitOne(steps.item, f, visitor, place);
          stride = stride - 1 || pace.goOn(place.offset - from);
        }
        pace.end(place.offset - from);
      }
      if (awaited !== undefined) {
        visitor.accept(yield awaited, steps.item);
        place.offset++;
      }
      progress?.(place.offset, lengthOf(iterable));
      if (more && awaited === undefined && !steps.asynchronous) yield;
    }
  } catch (error) {
    yield* steps.closeQuietly();
    throw error;
  } finally {
    steps.close(); // it was stopped
  }
}

/** A generator for `yield*`: the promised step. @param {Steps<any>} steps @returns {Generator<unknown, any, any>} */
function* asked(steps) {
  const promised = steps.ask();
  try {
    const step = yield promised;
    return thenOf(promised) === undefined ? promised : step;
  } catch (error) {
    steps.fail();
    throw error;
  }
}

/**
 * The same `visit`, of a list of one item.
 * @template I
 * @param {I} item @param {any} f @param {Visitor<I>} visitor @param {Place} place
 */
function visitOne(item, f, visitor, place) {
  place.at = 0;
  const awaited = visitor.visit([item], place, 1, f);
  if (awaited === undefined) place.offset++;
  place.at = 0;
  return awaited;
}
