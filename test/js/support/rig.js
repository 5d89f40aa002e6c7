// A cooperator whose host is the test: slices are pumped by hand, and every report has to be looked at.
import { Cooperator, predicates } from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { turn } from './turn.js';

const rigs = [];

/** Lets pending Promise reactions, and then all that waits for the next turn of the event loop, happen. */
export async function settle() {
  await turn();
  // Timers of one delay come in the order in which they were set: those that stood before this one have been.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await turn();
}

/** Lets pending Promise reactions happen; no macrotask runs meanwhile. */
export async function microtasks() {
  for (let hop = 0; hop < 20; hop++) await null;
}

export function rig({ turns = 1, ...options } = {}) {
  const scheduler = new FakeScheduler();
  const reports = [];
  const cooperator = new Cooperator({
    scheduler: scheduler.schedule,
    terminationPredicateFactory: turns === Infinity ? () => () => false : predicates.turns(turns),
    onError: (error, task) => reports.push({ error, task }),
    ...options,
  });
  const made = {
    cooperator,
    log: [],
    pump(slices = 1) {
      for (let slice = 0; slice < slices; slice++) scheduler.pump();
    },
    /** Pumps, and lets the Promises that the slice settled react, before the next slice. */
    async pumpAsync(slices = 1) {
      for (let slice = 0; slice < slices; slice++) {
        scheduler.pump();
        await microtasks();
      }
    },
    /** The reports so far, which the test then answers for. */
    takeReports: () => reports.splice(0),
  };
  rigs.push({ made, reports });
  return made;
}

/** Fails for a report that no test has taken: what is reported must have been expected. */
afterEach(async () => {
  await settle();
  const left = rigs.splice(0).flatMap(({ reports }) => reports);
  expect(left.map(({ error }) => error)).toStrictEqual([]);
});

/** An iterator that logs each of its turns, label1, label2, …, and ends with the label as its result. */
export function* counting(log, label, turns = Infinity) {
  for (let number = 1; number <= turns; number++) {
    log.push(`${label}${number}`);
    yield;
  }
  return label;
}

/** What the Deferred fires with, as a list that fills when it does. Takes the error off the chain. */
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

/** What `action` throws; fails when it throws nothing. */
export function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A scheduler that logs what is asked of it, and runs a slice when it is told to. */
export class LoggedScheduler {
  constructor(log) {
    this.log = log;
    this.asked = [];
    this.schedule = (slice) => {
      log.push('ask');
      const request = { slice, over: false };
      this.asked.push(request);
      return {
        cancel() {
          log.push('cancel');
          request.over = true;
        },
      };
    };
  }

  get pending() {
    return this.asked.filter((request) => !request.over);
  }

  run() {
    const [request] = this.pending;
    if (request === undefined) throw new Error('no slice is pending');
    request.over = true;
    this.log.push('slice');
    request.slice();
  }
}
