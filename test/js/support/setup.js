// Cooperators with a fake host: the test runs each slice by hand, and every reported error must be expected.
import { Cooperator, predicates } from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { nextMacrotask } from './macrotask.js';

/** The reports of every cooperator that the running test has set up. */
const reportsOfTest = [];

/** Waits until the pending microtasks, macrotasks and timers of 0 ms have run. */
export async function flushEventLoop() {
  await nextMacrotask();
  // Timers with the same delay run in the order in which they were set, so this one runs after the pending ones.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await nextMacrotask();
  // In workers of WebKit a macrotask of the package is a digest, which another thread computes.
  if (typeof setImmediate !== 'function') await globalThis.crypto?.subtle?.digest('SHA-1', new Uint8Array(0));
}

/** Waits until the pending Promise reactions have run; no macrotask runs meanwhile. */
export async function flushMicrotasks() {
  for (let count = 0; count < 20; count++) await null;
}

/**
 * Makes a cooperator whose slices run only when the test calls `pump`.
 * @param {object} [options] those of Cooperator, and:
 * @param {number} [options.turns] turns in a slice
 */
export function setup({ turns = 1, ...options } = {}) {
  const scheduler = new FakeScheduler();
  const reports = [];
  reportsOfTest.push(reports);
  const cooperator = new Cooperator({
    scheduler: scheduler.schedule,
    terminationPredicateFactory: turns === Infinity ? () => () => false : predicates.turns(turns),
    onError: (error, task) => reports.push({ error, task }),
    ...options,
  });
  return {
    cooperator,
    /** For the test to write to. */
    log: [],
    /** Runs pending slices. */
    pump(slices = 1) {
      for (let slice = 0; slice < slices; slice++) scheduler.pump();
    },
    /** Runs pending slices, and after each one the Promise reactions that it caused. */
    async pumpAsync(slices = 1) {
      for (let slice = 0; slice < slices; slice++) {
        scheduler.pump();
        await flushMicrotasks();
      }
    },
    /** Runs pending slices, and after each one lets the event loop come round, which ends a suspended turn (S12). */
    async pumpEventLoop(slices = 1) {
      for (let slice = 0; slice < slices; slice++) {
        scheduler.pump();
        await flushEventLoop();
      }
    },
    /** Returns the reports so far and removes them. A report that no test takes fails the test. */
    takeReports: () => reports.splice(0),
  };
}

afterEach(async () => {
  await flushEventLoop();
  const unexpected = reportsOfTest.splice(0).flat();
  expect(unexpected.map(({ error }) => error)).toStrictEqual([]);
});

/** Work that logs its turns as label1, label2, … and returns the label. */
export function* logTurns(log, label, turns = Infinity) {
  for (let number = 1; number <= turns; number++) {
    log.push(`${label}${number}`);
    yield;
  }
  return label;
}

/** A list that receives `{ value }` or `{ error }` when the Deferred fires. Handles the error. */
export function outcome(deferred) {
  const seen = [];
  deferred.addCallbacks(
    (value) => {
      seen.push({ value });
    },
    (error) => {
      seen.push({ error });
    },
  );
  return seen;
}

/** Returns what `action` throws; fails if it throws nothing. */
export function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A scheduler that logs the calls it receives: `schedule`, `cancel`, and `slice` when the test runs one. */
export class LoggingScheduler {
  constructor(log) {
    this.log = log;
    this.requests = [];
    this.schedule = (slice) => {
      log.push('schedule');
      const request = { slice, over: false };
      this.requests.push(request);
      return {
        cancel() {
          log.push('cancel');
          request.over = true;
        },
      };
    };
  }

  get pending() {
    return this.requests.filter((request) => !request.over);
  }

  run() {
    const [request] = this.pending;
    if (request === undefined) throw new Error('no slice is pending');
    request.over = true;
    this.log.push('slice');
    request.slice();
  }
}
