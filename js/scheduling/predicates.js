// The termination-predicate factories of the package: how long a slice lasts. Those that only limit time or turns
// describe their limit under LIMIT; the core then enforces it without calling JavaScript after every turn.

import { describe, mustBe } from '../util/argument-errors.js';
import { document, isInputPending, now } from '../util/platform.js';

/** @typedef {import('./types.js').TerminationPredicateFactory} TerminationPredicateFactory */

/** Property of a factory: a function that returns the limit of the next slice. */
export const LIMIT = Symbol('limit of a slice');

/**
 * The limit of a slice. `ms` Infinity and `turns` 0 mean no limit. `hint` is called whenever the core reads the clock,
 * and ends the slice by returning true.
 * @typedef {{ ms: number, turns: number, hint?: () => boolean }} Limit
 */

/**
 * A factory whose limit may be known.
 * @typedef {TerminationPredicateFactory & { [LIMIT]?: () => Limit }} KnownFactory
 */

/** The default length of a slice, as in Twisted. */
export const DEFAULT_SLICE_MS = 10;
/** The frame of a 60 Hz display. */
const FRAME_MS = 1000 / 60;
/** The length of a slice after the frame's part is used up, so that work continues, if slowly. */
const MIN_MS = 1;

/**
 * @param {TerminationPredicateFactory} factory
 * @param {() => Limit} limit
 * @returns {KnownFactory}
 */
function withLimit(factory, limit) {
  return Object.assign(factory, { [LIMIT]: limit });
}

/**
 * Limits a slice to `getMs()` milliseconds, evaluated at its start. `hint`, if given, can end it earlier.
 * @param {() => number} getMs
 * @param {() => boolean} [hint]
 * @returns {KnownFactory}
 */
export function timed(getMs, hint) {
  return withLimit(
    () => {
      const end = now() + getMs();
      return () => now() >= end || (hint !== undefined && hint());
    },
    () => ({ ms: getMs(), turns: 0, hint }),
  );
}

/**
 * Ends a slice after `ms` milliseconds. Between short turns the core does not read the clock every time.
 * @param {number} [ms]  greater than 0 and finite; default: 10
 * @returns {TerminationPredicateFactory}
 * @throws {TypeError | RangeError} if ms is invalid
 * @example
 * const cooperator = new Cooperator({ terminationPredicateFactory: predicates.timeSlice(4) });
 */
export function timeSlice(ms = DEFAULT_SLICE_MS) {
  if (typeof ms !== 'number') throw mustBe('predicates.timeSlice: ms', 'a number', ms);
  if (!(ms > 0 && ms < Infinity)) {
    throw new RangeError(`predicates.timeSlice: ms must be above 0 and finite, not ${ms}`);
  }
  return timed(() => ms);
}

/**
 * Ends a slice when the given fraction of the page's current frame is over, assuming 60 Hz. On hosts without frames
 * (workers, Node) a slice lasts that fraction of 1/60 s.
 * @param {number} [fraction]  greater than 0, at most 1; default: 0.5
 * @returns {TerminationPredicateFactory}
 * @throws {TypeError | RangeError} if fraction is invalid
 * @example
 * const cooperator = new Cooperator({
 *   scheduler: schedulers.animationFrame(),
 *   terminationPredicateFactory: predicates.frame(0.3),
 * });
 */
export function frame(fraction = 0.5) {
  if (typeof fraction !== 'number') {
    throw mustBe('predicates.frame: fraction', 'a number', fraction);
  }
  if (!(fraction > 0 && fraction <= 1)) {
    throw new RangeError(`predicates.frame: fraction must be above 0 and at most 1, not ${fraction}`);
  }
  const part = fraction * FRAME_MS;
  return timed(() => {
    const frameStart = document?.timeline?.currentTime;
    if (typeof frameStart !== 'number') return part;
    // Modulo: if no frame came for a while, the page is not being drawn, and any phase will do.
    const elapsed = (now() - frameStart) % FRAME_MS;
    return Math.max(MIN_MS, part - elapsed);
  });
}

/**
 * Ends a slice after `n` turns.
 * @param {number} n  an integer from 1 to 4294967295
 * @returns {TerminationPredicateFactory}
 * @throws {TypeError | RangeError} if n is invalid
 * @example
 * const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(100) });
 */
export function turns(n) {
  if (typeof n !== 'number') throw mustBe('predicates.turns: n', 'a number', n);
  if (!(Number.isInteger(n) && n >= 1 && n < 2 ** 32)) {
    throw new RangeError(`predicates.turns: n must be an integer from 1 to ${2 ** 32 - 1}, not ${n}`);
  }
  return withLimit(
    () => {
      let turnsLeft = n;
      return () => --turnsLeft <= 0;
    },
    () => ({ ms: Infinity, turns: n }),
  );
}

/**
 * Ends a slice when `inner` does, or when the page has input waiting. Without navigator.scheduling.isInputPending,
 * which only some browsers have, returns `inner` unchanged.
 * @param {TerminationPredicateFactory} [inner]  default: timeSlice()
 * @returns {TerminationPredicateFactory}
 * @throws {TypeError} if inner is not a function
 * @example
 * const cooperator = new Cooperator({ terminationPredicateFactory: predicates.inputPending() });
 */
export function inputPending(inner = timeSlice()) {
  if (typeof inner !== 'function') {
    throw mustBe('predicates.inputPending: inner', 'a predicate factory, a function', inner);
  }
  const pending = isInputPending;
  if (pending === undefined) return inner;
  const factory = () => {
    const innerPredicate = inner();
    if (typeof innerPredicate !== 'function') {
      throw new TypeError(`predicates.inputPending: inner must return a function, not ${describe(innerPredicate)}`);
    }
    return () => innerPredicate() || pending();
  };
  const limit = /** @type {KnownFactory} */ (inner)[LIMIT];
  return limit === undefined ? factory : withLimit(factory, () => ({ ...limit(), hint: pending }));
}
