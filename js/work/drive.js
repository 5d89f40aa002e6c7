// The driver that the loops and `sort` share: visits the items of an iterable, in turns.

import { thenOf } from '../util/thenable.js';
import { chunkerFor } from './chunk-size.js';
import { settle } from './callback-result.js';
import { recordFailedAt } from './failed-at.js';
import { ItemSource, isIndexed, lengthOf } from './item-source.js';

/** @typedef {import('./chunk-size.js').Chunker} Chunker */
/** @typedef {import('./ready-work.js').Progress} Progress */

/** What a visitor returns to leave the loop, as `break` does. */
export const LEAVE = Symbol('leave the loop');

/**
 * Where a loop is: at `items[index]`, which is the item with the number `index + offset` of the whole loop.
 * @typedef {{ index: number, offset: number }} Position
 */

/**
 * What a loop does with its items.
 * @template I
 * @typedef {object} Visitor
 * @property {(items: ArrayLike<I>, position: Position, end: number, f: any) => unknown} visit  processes the items from
 *   `position.index` up to, but not including, `end`. If the callback returns something to wait for or to run, stops there and
 *   returns it. Sets `position.index` to the next item, or to the one that it waits for or that threw. `f`, the
 *   callback, is a parameter because V8 calls those several times faster than a captured variable
 * @property {(value: any, item: I) => unknown} accept  processes what the callback's result for an item settled to. Both
 *   may return LEAVE
 */

/**
 * A generator for `yield*`. Arrays are visited in strides, so that V8 can inline the callback. Other iterables deliver
 * one item at a time, each after the previous one was processed.
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable
 * @param {any} f  the user's callback
 * @param {Visitor<I>} visitor
 * @param {import('./ready-work.js').ChunkOptions | undefined} options
 * @param {Progress | undefined} progress
 * @param {number} [total]  the number of items
 * @returns {Generator<unknown, void, any>}
 */
export function* visitAll(iterable, f, visitor, options, progress, total = progress && lengthOf(iterable)) {
  const chunker = chunkerFor(options);
  const position = { index: 0, offset: 0 };
  try {
    yield* isIndexed(iterable)
      ? visitArray(/** @type {any} */ (iterable), f, visitor, chunker, position, progress)
      : visitSource(iterable, f, visitor, chunker, position, progress, total);
  } catch (error) {
    recordFailedAt(error, position.index + position.offset);
    throw error;
  }
}

/**
 * @template I
 * @param {ArrayLike<I>} items @param {any} f @param {Visitor<I>} visitor @param {Chunker} chunker
 * @param {Position} position @param {Progress} [progress]
 * @returns {Generator<unknown, void, any>}
 */
function* visitArray(items, f, visitor, chunker, position, progress) {
  while (position.index < items.length) {
    const start = position.index;
    let stride = chunker.begin();
    let awaited;
    do {
      awaited = visitor.visit(items, position, Math.min(position.index + stride, items.length), f);
    } while (
      awaited === undefined &&
      position.index < items.length &&
      (stride = chunker.extend(position.index - start)) > 0
    );
    chunker.end(position.index - start);
    if (awaited === LEAVE) return;
    if (awaited !== undefined) {
      const item = items[position.index];
      if (visitor.accept(yield* settle(awaited), item) === LEAVE) return;
      position.index++;
    }
    progress?.(position.index, items.length);
    if (awaited === undefined && position.index < items.length) yield;
  }
}

/**
 * @template I
 * @param {import('./ready-work.js').Items<I>} iterable @param {any} f @param {Visitor<I>} visitor
 * @param {Chunker} chunker @param {Position} position @param {Progress} [progress] @param {number} [total]
 * @returns {Generator<unknown, void, any>}
 */
function* visitSource(iterable, f, visitor, chunker, position, progress, total) {
  const source = new ItemSource(iterable);
  try {
    for (let more = true; more;) {
      const start = position.offset;
      let awaited;
      if (source.isAsync) {
        more = source.interpretStep(yield* awaitStep(source));
        if (more) awaited = visitOne(source.item, f, visitor, position);
      } else {
        let stride = chunker.begin();
        while (awaited === undefined && stride > 0 && (more = source.interpretStep(source.nextStep()))) {
          awaited = visitOne(source.item, f, visitor, position);
          stride = stride - 1 || chunker.extend(position.offset - start);
        }
        chunker.end(position.offset - start);
      }
      if (awaited !== undefined) {
        if (awaited === LEAVE || visitor.accept(yield* settle(awaited), source.item) === LEAVE) {
          yield* source.leave();
          return;
        }
        position.offset++;
      }
      progress?.(position.offset, total);
      if (more && awaited === undefined && !source.isAsync) yield;
    }
  } catch (error) {
    yield* source.closeAfterError({ error });
    throw error;
  } finally {
    source.closeStopped(); // Has an effect only if the work was stopped.
  }
}

/**
 * A generator for `yield*`: waits for the next step. An async iterator may also return a step that is not a promise.
 * @param {ItemSource<any>} source
 * @returns {Generator<unknown, any, any>}
 */
function* awaitStep(source) {
  const promised = source.nextStep();
  try {
    const step = yield promised;
    return thenOf(promised) === undefined ? promised : step;
  } catch (error) {
    source.stepRejected();
    throw error;
  }
}

/**
 * Visits a single item: an array of one, at the item's own offset.
 * @template I
 * @param {I} item @param {any} f @param {Visitor<I>} visitor @param {Position} position
 */
function visitOne(item, f, visitor, position) {
  position.index = 0;
  const awaited = visitor.visit([item], position, 1, f);
  if (awaited === undefined) position.offset++;
  position.index = 0;
  return awaited;
}
