// Deferreds in straight-line code.

import { CancelledError, Deferred } from './main.js';
import { describe, mustBe } from '../util/argument-errors.js';
import { capture } from '../util/async-context.js';
import { callWithStack } from '../util/stack.js';
import { isObject } from '../util/thenable.js';
import { Outcome } from './outcome.js';

/**
 * Makes a function that returns a Deferred of a generator function that yields Deferreds. A `yield` waits for the
 * Deferred, the Promise or the generator that it is given, and has its value or throws its error; of anything else it
 * returns the value itself. The Deferred has what the generator returns, or fails with what it throws.
 *
 * The code runs at once, and on at once when a Deferred fires: an async function would wait for a microtask. The code
 * takes the result of a Deferred that it yields, which has the value undefined afterwards. Cancelling the Deferred cancels
 * the one that the generator waits for, so that its `yield` throws a CancelledError, which the generator may handle.
 *
 * In a recursion, each hundredth level starts in a microtask, and is cancelled in one. More than 50,000 levels that start
 * within each other, without a wait in between, are an error.
 *
 * A generator given to `cooperate` takes turns with others instead, and can be paused and stopped.
 * @template This
 * @template {any[]} A
 * @template R
 * @param {(this: This, ...args: A) => Generator<unknown, R, any>} f
 * @returns {(this: This, ...args: A) => Deferred<Awaited<R>>}
 * @throws {TypeError} if f is not a function; the function that is returned throws it if f does not return a generator
 * @example
 * const titleOf = inlineCallbacks(function* (id) {
 *   const reply = yield request(`/posts/${id}`);
 *   return reply.title;
 * });
 * titleOf(7).addCallbacks(show, showError);
 */
export function inlineCallbacks(f) {
  if (typeof f !== 'function') throw mustBe('inlineCallbacks: f', 'a generator function', f);
  /** @type {(this: This, ...args: A) => Deferred<Awaited<R>>} */
  const withDeferred = function (...args) {
    const generator = f.apply(this, args);
    if (!isGenerator(generator)) {
      throw new TypeError(`inlineCallbacks: f must return a generator (function*), not ${describe(generator)}`);
    }
    return run(generator);
  };
  return Object.defineProperty(withDeferred, 'name', { value: f.name, configurable: true });
}

/** True for generator objects, and for what compilers make of them for old hosts. @param {any} value */
function isGenerator(value) {
  return (
    isObject(value) &&
    ['next', 'throw', Symbol.iterator].every((name) => typeof (/** @type {any} */ (value)[name]) === 'function')
  );
}

/** A recursion of more levels has no end, probably. */
const MOST_LEVELS = 50_000;
/** How many of its levels may be on the stack. */
const MOST_NESTED = 100;

/** The level of what is being started, and of what is being cancelled. */
const starting = { level: 0 };
const cancelling = { level: 0 };

/**
 * Calls `f` one level below: now or, at each hundredth level and near the end of the stack, in a microtask. A stack overflow
 * in a callback would be taken for a failure of the Deferred that is waited for, and the generator would wait for ever.
 * @param {{ level: number }} kind
 * @param {() => void} f
 */
function nest(kind, f) {
  const level = kind.level + 1;
  const call = () => {
    const outer = kind.level;
    kind.level = level;
    try {
      f();
    } finally {
      kind.level = outer;
    }
  };
  if (level % MOST_NESTED === 0) void Promise.resolve().then(call);
  else callWithStack(call);
}

/**
 * @param {Generator<unknown, any, any>} generator
 * @returns {Deferred<any>}
 */
function run(generator) {
  if (starting.level >= MOST_LEVELS) {
    throw new RangeError(`inlineCallbacks: a recursion must not be deeper than ${MOST_LEVELS} levels`);
  }
  const scope = capture();
  /** @type {Deferred<any> | undefined} */
  let waitingFor;
  let isCancelled = false;
  const outcome = new Outcome(() => {
    isCancelled = true;
    nest(cancelling, () => waitingFor?.cancel());
  });
  const deferred = new Deferred(outcome.canceller);
  outcome.fires(deferred);

  /** The call of the function has returned, so that nobody would catch an error. */
  let hasReturned = false;
  const end = (/** @type {() => void} */ fire) => (hasReturned ? callWithStack(fire) : fire());

  /** Resumes the generator with a value or an error. @param {boolean} failed @param {any} result */
  const resume = (failed, result) => {
    waitingFor = undefined;
    // A loop, since a yielded Deferred may have fired: calls would fill the stack.
    for (;;) {
      let step;
      try {
        step = failed ? generator.throw(result) : generator.next(result);
      } catch (error) {
        end(() => outcome.errback(error));
        return;
      }
      if (step.done) {
        const { value } = step;
        end(() => outcome.callback(value));
        return;
      }
      failed = false;
      result = step.value;
      if (!isObject(result)) continue;
      let called = false;
      let waits = false;
      try {
        const yielded = deferredOf(result);
        yielded.addBoth((ownResult, ownFailed) => {
          if (waits) {
            // Its end may resume another one, and so on.
            callWithStack(() => scope.runInAsyncScope(resume, undefined, ownFailed, ownResult));
          } else {
            called = true;
            failed = ownFailed;
            result = ownResult;
          }
        });
        if (!called) waitingFor = yielded;
      } catch (error) {
        failed = called = true;
        result = error;
      }
      if (!called) {
        waits = true;
        return;
      }
    }
  };
  nest(starting, () => {
    scope.runInAsyncScope(resume, undefined, isCancelled, isCancelled ? new CancelledError() : undefined);
  });
  hasReturned = true;
  return deferred;
}

/** @param {object} yielded */
function deferredOf(yielded) {
  if (yielded instanceof Deferred) return yielded;
  return isGenerator(yielded) ? run(/** @type {any} */ (yielded)) : Deferred.succeed(/** @type {any} */ (yielded));
}
