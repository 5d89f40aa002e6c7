// Termination-predicate factories: when is a slice over? Each is called once a slice, and what it returns after
// every turn. Those that are a bound of time or number say so under LIMIT, and are then kept by the core.

import { describe, mustBe } from '../util/argument-errors.js';
import { document, isInputPending, now } from '../util/platform.js';

/** @typedef {import('../tasks/cooperator.js').TerminationPredicateFactory} TerminationPredicateFactory */

/** Of a factory: gives the bounds of the next slice. */
export const LIMIT = Symbol('limit of a slice');

/**
 * The bounds of a slice: `turns` 0 is none, as is `ms` Infinity; `hint` is asked whenever the clock is read, and
 * ends the slice with true.
 * @typedef {{ ms: number, turns: number, hint?: () => boolean }} Limit
 */

/** @typedef {TerminationPredicateFactory & { [LIMIT]?: () => Limit }} KnownFactory */

/** Twisted's. */
const DEFAULT_MS = 10;
/** Where frames cannot be measured, those of a display of 60 Hz. */
const FRAME_MS = 1000 / 60;
/** What a slice gets where the frame's share is used up: work goes on, if slowly. */
const LEAST_MS = 1;

/**
 * @param {TerminationPredicateFactory} factory
 * @param {() => Limit} limit
 * @returns {KnownFactory}
 */
function limited(factory, limit) {
  return Object.assign(factory, { [LIMIT]: limit });
}

/**
 * A slice that lasts as long as `getMs` says at its start, or until the hint says so.
 * @param {() => number} getMs
 * @param {() => boolean} [hint]
 * @returns {KnownFactory}
 */
export function timed(getMs, hint) {
  return limited(
    () => {
      const end = now() + getMs();
      return () => now() >= end || (hint !== undefined && hint());
    },
    () => ({ ms: getMs(), turns: 0, hint }),
  );
}

/**
 * A slice of so many milliseconds; the core reads the clock only as often as that needs.
 * @param {number} [ms]  above 0
 * @returns {TerminationPredicateFactory}
 */
export function timeSlice(ms = DEFAULT_MS) {
  if (typeof ms !== 'number') throw mustBe('predicates.timeSlice: ms', 'a number', ms);
  if (!(ms > 0 && ms < Infinity)) {
    throw new RangeError(`predicates.timeSlice: ms must be above 0 and finite, not ${ms}`);
  }
  return timed(() => ms);
}

/**
 * What is left of a part of the frame that the page is in, taken as one of 60 Hz; where the host has no frames
 * (a worker, Node), that part of such a frame.
 * @param {number} [fraction]  above 0, at most 1
 * @returns {TerminationPredicateFactory}
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
    const began = document?.timeline?.currentTime;
    if (typeof began !== 'number') return part;
    const into = (now() - began) % FRAME_MS; // no frame for long: nobody draws, and any moment is like another
    return Math.max(LEAST_MS, part - into);
  });
}

/**
 * A slice of so many turns.
 * @param {number} n  an integer from 1
 * @returns {TerminationPredicateFactory}
 */
export function turns(n) {
  if (typeof n !== 'number') throw mustBe('predicates.turns: n', 'a number', n);
  if (!(Number.isInteger(n) && n >= 1 && n < 2 ** 32)) {
    throw new RangeError(`predicates.turns: n must be an integer from 1 to ${2 ** 32 - 1}, not ${n}`);
  }
  return limited(
    () => {
      let left = n;
      return () => --left <= 0;
    },
    () => ({ ms: Infinity, turns: n }),
  );
}

/**
 * Ends the slice also when the page has input waiting: a hint, where the browser has
 * navigator.scheduling.isInputPending; elsewhere `inner` alone decides.
 * @param {TerminationPredicateFactory} [inner]
 * @returns {TerminationPredicateFactory}
 */
export function inputPending(inner = timeSlice()) {
  if (typeof inner !== 'function') {
    throw mustBe('predicates.inputPending: inner', 'a predicate factory, a function', inner);
  }
  const pending = isInputPending;
  if (pending === undefined) return inner;
  const factory = () => {
    const over = inner();
    if (typeof over !== 'function') {
      throw new TypeError(`predicates.inputPending: inner must return a function, not ${describe(over)}`);
    }
    return () => over() || pending();
  };
  const limit = /** @type {KnownFactory} */ (inner)[LIMIT];
  return limit === undefined ? factory : limited(factory, () => ({ ...limit(), hint: pending }));
}
