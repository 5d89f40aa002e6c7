// What tasks and ready-made work know of each other: the kinds of work that can be given to `yield*`, and what work
// tells the task that runs it. The two are in different bundles, each with its copy of this file; so the keys are those of
// the registry of symbols.

import { reportUnhandled } from './report-unhandled.js';
import { isObject, subscribe, thenOf } from './thenable.js';

/** Key of a member of a task's context: returns true if somebody listens to the task's progress. */
export const LISTENS = Symbol.for('cooperator: listens to progress');

/** Key of another one: returns true while the task calls ready-made work that it was given itself. */
export const STARTS_WORK = Symbol.for('cooperator: starts work');

/** Key of the promises in what `strays` returns. */
export const STRAYS = Symbol.for('cooperator: strays');

/**
 * Returns what work yields to have the errors of promises reported that nobody else will see. The task continues at once.
 * @param {PromiseLike<unknown>[]} promises
 */
export function strays(promises) {
  return { [STRAYS]: promises };
}

/**
 * A promise that work leaves behind when it is stopped. Its error is reported.
 * @typedef {{ promise: any, isClosing: boolean }} Left  isClosing: the clean-up is over when it has settled
 */

/**
 * What a task that closes work is given, also later.
 * @typedef {{ push(left: Left): void }} Collector
 */

/**
 * Key of a global Collector, which is there while a task closes its work. Work does not `yield` in its clean-up: where it was
 * called with `yield*`, that would end the stop, and the code behind the `yield*` would run.
 */
const LEFT = Symbol.for('cooperator: left');

/** @type {any} */
const realm = globalThis;

/**
 * Closes work. What it leaves behind is given to the collector.
 * @template T
 * @param {() => T} close
 * @param {Collector | undefined} collector  undefined: errors go to the host
 * @returns {T}
 */
export function collectLeft(close, collector) {
  const outer = realm[LEFT];
  setCollector(collector);
  try {
    return close();
  } finally {
    setCollector(outer);
  }
}

/** Returns the collector of the task that closes work now. @returns {Collector | undefined} */
export const currentCollector = () => realm[LEFT];

/** @param {Collector | undefined} collector */
function setCollector(collector) {
  try {
    realm[LEFT] = collector;
  } catch {
    // The global object is frozen: errors go to the host.
  }
}

/**
 * For work that is being closed: leaves a promise to the task.
 * @param {any} promise
 * @param {boolean} isClosing
 */
export function leave(promise, isClosing) {
  const then = thenOf(promise);
  if (then === undefined) return;
  if (realm[LEFT] === undefined) subscribe(promise, then, () => {}, reportUnhandled);
  else realm[LEFT].push({ promise, isClosing });
}

/**
 * Returns true for what only `yield*` runs: generator objects, async ones, and ready-made work.
 * @param {any} value
 */
export function isWork(value) {
  if (!isObject(value)) return false;
  if (typeof value === 'function') return isReadyWork(value);
  const tag = /** @type {any} */ (value)[Symbol.toStringTag];
  return tag === 'Generator' || tag === 'AsyncGenerator';
}

/** @param {any} value */
export function isReadyWork(value) {
  return typeof value === 'function' && typeof value[Symbol.iterator] === 'function';
}

/**
 * Throws if an object that is no thenable was yielded by mistake (J9).
 * @param {any} value
 */
export function checkYielded(value) {
  if (isWork(value)) {
    const what = typeof value === 'function' ? `ready-made work (${value.name})` : 'a generator';
    throw new TypeError(`work must not yield ${what}, which nothing would run; write yield* instead of yield`);
  }
  if (Array.isArray(value) && value.some((item) => thenOf(item) !== undefined)) {
    throw new TypeError('work must not yield a list of promises; write yield Promise.all(list)');
  }
}
