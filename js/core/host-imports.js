// Every function that the core calls, in one list: the imports of src/wasm/bridge.inc and src/wasm/package.c. Each
// finds the object of a handle and calls one of its methods; the typedefs below are all that this file knows of the
// objects.
//
// An exception that crosses WebAssembly frames leaves the core in an inconsistent state (J5). So every list of imports
// goes through `guarded`.

import { now } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { CALLBACK, CANCELLER, DONE, FAILED, HOST_FAILED, OBSERVER, OK, START_TIMER } from './constants.js';
import { get, remove } from './handles.js';
import { objectOf } from './results.js';

/**
 * In the table as a WeakEntry. No method throws.
 * @typedef {object} CooperatorEntry
 * @property {() => number} requestSlice  returns a status
 * @property {() => number} cancelSlice  returns a status
 * @property {(limit: number) => number} beginSlice  fills in a coop_slice_limit, preset to no limit; returns a status
 * @property {() => boolean} shouldEndSlice
 * @property {(task: any, ms: number) => void} noteLongTurn  the object of the task's handle; undefined: not known
 */

/**
 * No method throws.
 * @typedef {object} TaskEntry
 * @property {(returned: number) => number} nativeTurn  interprets a native step's code other than MORE; returns a turn
 *   code
 * @property {(last: boolean) => number} stop  the task is stopped: begins its clean-up; returns a turn code. `last`:
 *   there are no more turns; the clean-up may have begun before
 * @property {(state: number, outcome: number, pauses: number) => void} close  the task has finished
 */

/**
 * A pair of callback and errback.
 * @typedef {object} CallbackEntry
 * @property {(result: number) => void} run  replaces the coop_result at this address; never throws
 */

/**
 * Sees a result without changing it.
 * @typedef {object} Observer
 * @property {(failed: boolean, value: any) => boolean} observe  returns true if it handles a failure
 */

/**
 * The state of a Deferred.
 * @typedef {object} DeferredEntry
 * @property {() => void} [cancel]  calls the canceller; may throw
 * @property {(status: number, value: number, handled: boolean, swallowsLate: boolean) => void} takeResult
 */

/**
 * @typedef {object} TimerEntry
 * @property {(handle: number, timeout: number) => void} start  may throw
 * @property {() => void} stop  never throws
 */

/** Errors of cancellers and clocks, for the JavaScript code that called the core. @type {unknown[]} */
const caught = [];

/** Throws the error that a canceller or clock has thrown during the last call of the core, if any. */
export function rethrowCaught() {
  if (caught.length !== 0) throw caught.pop();
}

/** As `rethrowCaught`, where there is no caller to throw to. */
export function reportCaught() {
  for (const error of caught.splice(0)) reportUnhandled(error);
}

/** @param {number} handle @returns {CooperatorEntry | undefined} */
function cooperatorAt(handle) {
  return get(handle)?.object;
}

/** @typedef {Record<string, (...args: number[]) => number | void>} Imports */

/** What an import returns after an error; 0 for those that are not listed. @type {Record<string, number>} */
const REFUSALS = {
  host_request_slice: HOST_FAILED,
  host_begin_slice: HOST_FAILED,
  host_should_end_slice: 1,
  host_native_turn: FAILED,
};

/**
 * Returns the imports, none of which throws: an error is reported, and the core told what refuses the call.
 * @param {Imports} imports
 * @returns {Imports}
 */
export function guarded(imports) {
  return Object.fromEntries(
    Object.entries(imports).map(([name, f]) => {
      const refusal = REFUSALS[name] ?? 0;
      /** @type {Imports[string]} */
      const guard = (a, b, c, d, e) => {
        try {
          return f(a, b, c, d, e);
        } catch (error) {
          reportUnhandled(error);
          return refusal;
        }
      };
      return [name, guard];
    }),
  );
}

export const hostImports = guarded({
  // cooperators

  host_now_ms: now,

  host_request_slice(handle, requested) {
    const cooperator = cooperatorAt(handle);
    if (cooperator === undefined) return HOST_FAILED;
    return requested === 1 ? cooperator.requestSlice() : cooperator.cancelSlice();
  },

  host_begin_slice(handle, limit) {
    return cooperatorAt(handle)?.beginSlice(limit) ?? HOST_FAILED;
  },

  host_should_end_slice(handle) {
    return (cooperatorAt(handle)?.shouldEndSlice() ?? true) ? 1 : 0;
  },

  host_long_turn(handle, task, ms) {
    cooperatorAt(handle)?.noteLongTurn(get(task), ms);
  },

  // tasks

  host_native_turn(handle, returned) {
    return /** @type {TaskEntry | undefined} */ (get(handle))?.nativeTurn(returned) ?? FAILED;
  },

  host_stop(handle, last) {
    return /** @type {TaskEntry | undefined} */ (get(handle))?.stop(last !== 0) ?? DONE;
  },

  host_close(handle, state, outcome, pauses) {
    /** @type {TaskEntry | undefined} */ (remove(handle))?.close(state, outcome, pauses);
  },

  // Deferreds

  host_invoke(handle, kind, argument, value) {
    switch (kind) {
      case CALLBACK:
        /** @type {CallbackEntry} */ (remove(handle)).run(argument);
        return 0;
      case OBSERVER:
        return /** @type {Observer} */ (remove(handle)).observe(argument !== OK, objectOf(argument, value, get))
          ? 1
          : 0;
      case CANCELLER:
        try {
          /** @type {DeferredEntry} */ (get(handle)).cancel?.();
        } catch (error) {
          caught.push(error);
        }
        return 0;
      case START_TIMER:
        try {
          /** @type {TimerEntry} */ (get(handle)).start(handle, argument);
          return 0;
        } catch (error) {
          caught.push(error);
          return 1;
        }
      default: // STOP_TIMER
        /** @type {TimerEntry} */ (remove(handle)).stop();
        return 0;
    }
  },

  host_settled(handle, status, value, handled, swallowsLate) {
    /** @type {DeferredEntry | undefined} */
    const state = get(handle);
    if (state !== undefined) {
      state.takeResult(status, value, handled !== 0, swallowsLate !== 0);
    } else {
      // The Deferred was collected while its chain was still running.
      const object = objectOf(status, value, remove);
      if (status !== OK && handled === 0) reportUnhandled(object);
    }
  },

  host_unhandled(status, value) {
    reportUnhandled(objectOf(status, value, get)); // The core releases the value next.
  },

  host_release(handle) {
    remove(handle);
  },
});
