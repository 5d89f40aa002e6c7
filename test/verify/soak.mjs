// Tasks by the million, added, paused, stopped, failed and run to their ends as chance has it: each end has to be told,
// as it was; handles and memory have to be given back, on both sides; and a turn must cost no more at last than in a
// young core. Run with node --expose-gc; prints its figures as JSON.
import { parseArgs } from 'node:util';
import { random } from '../model/generate.js';

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const TASKS = 10_000; // in a round
const ROUNDS = Math.ceil(Number(values.tasks) / TASKS);
const SETTLED = Math.ceil(ROUNDS / 10); // rounds after which nothing should grow any more
const PAIRS = 31; // rounds of the old core and of a young one, in turns
const INDEX = 2 ** 22 - 1; // of a handle: js/core/handles.js

const { below, chance, pick } = random(Number(values.seed));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const median = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];

/** Exports of the core that was made last. @type {any} */
let exports;
/** The native pointer of the task that was created last. */
let lastTask = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    const { exports: all } = this;
    const createTask = (...task) => (lastTask = all.task_create(...task));
    exports = { ...all, task_create: createTask };
    Object.defineProperty(this, 'exports', { value: exports });
  }
};

/** A package of its own, which has a core of its own. */
async function open(query) {
  const { CancelledError, Cooperator, Deferred, TaskStopped, predicates } = await import(
    `${import.meta.resolve('cooperator')}${query}`
  );
  const counts = { done: 0, failed: 0, stopped: 0, reported: 0, wrong: 0 };
  const lost = new Error('waited for');
  const requests = [];
  const cooperator = new Cooperator({
    scheduler: (slice) => {
      const request = { slice };
      requests.push(request);
      return {
        cancel: () => {
          request.slice = () => {};
        },
      };
    },
    terminationPredicateFactory: predicates.turns(5000),
    // what a task waited for, and was stopped before it could get it
    onError: (error) => {
      counts[error === lost || error instanceof CancelledError ? 'reported' : 'wrong']++;
    },
  });
  const core = exports;
  let probes = 0;
  const pump = () => requests.shift()?.slice();

  function* work(index, wait) {
    yield;
    if (wait !== undefined) {
      try {
        yield wait;
      } catch {
        // the Deferred was cancelled, or failed
      }
    }
    if (index % 7 === 0) throw new Error(String(index));
    return index;
  }

  /** Adds one task; its end is compared with what was done to it. */
  function add(index, wait) {
    const one = {
      task: cooperator.cooperate(work(index, wait), index % 11 === 0 ? { share: 2 } : undefined),
      pauses: 0,
      isStopped: false,
      isOver: false,
    };
    const ends = (end, isRight) => {
      counts[isRight && !one.isOver ? end : 'wrong']++; // told once, and what is true
      one.isOver = true;
    };
    one.task.whenDone().addCallbacks(
      (value) => ends('done', value === index && index % 7 !== 0 && !one.isStopped),
      (error) =>
        error instanceof TaskStopped
          ? ends('stopped', one.isStopped)
          : ends('failed', error.message === String(index) && index % 7 === 0 && !one.isStopped),
    );
    return one;
  }

  function disturb(one) {
    if (one.isOver) return;
    if (one.pauses !== 0 && chance(0.6)) {
      one.task.resume();
      one.pauses--;
    } else if (chance(0.2)) {
      one.isStopped = true;
      one.task.stop();
    } else {
      one.task.pause();
      one.pauses++;
    }
  }

  function fire(wait, number) {
    const how = below(4);
    if (how === 0) wait.cancel();
    else if (how === 1) wait.errback(lost);
    else wait.callback(number);
    wait.addErrback(() => {}); // whose task was stopped
  }

  return {
    core,
    counts,
    get turns() {
      return cooperator.stats().turns;
    },
    round(number) {
      const waits = [];
      const all = Array.from({ length: TASKS }, (_, index) => {
        if (index % 3 === 0) waits.push(new Deferred());
        return add(index, index % 3 === 0 ? waits.at(-1) : undefined);
      });
      for (let slice = 0; slice < 10; slice++) {
        pump();
        for (let times = 0; times < 500; times++) disturb(pick(all));
        for (let times = 0; times < 200 && waits.length !== 0; times++) fire(waits.pop(), number);
      }
      for (const wait of waits) fire(wait, number);
      for (const one of all) for (; one.pauses !== 0 && !one.isOver; one.pauses--) one.task.resume();
      while (requests.length !== 0) pump();
      if (cooperator.tasks.length !== 0) throw new Error(`${cooperator.tasks.length} tasks are left`);
    },
    /**
     * How far the table of handles and the core's memory reach while there are twice as many tasks as in a round, each
     * with a Deferred that it waits for: what was not given back is missing then, and they reach further by just that.
     */
    probe() {
      const all = Array.from({ length: 2 * TASKS }, (_, index) => {
        const wait = new Deferred();
        return { one: add(index, wait), wait };
      });
      while (requests.length !== 0) pump();
      // more of these each time, so that the last ones get what was never used, and no others do
      const beyond = Array.from({ length: 100 * ++probes }, () => {
        cooperator.cooperate(work(1));
        return lastTask;
      });
      const last = beyond.at(-1);
      const size = last - beyond.at(-2);
      const reach = {
        handles: (core.task_handle(last) & INDEX) - beyond.length,
        address: last - size * beyond.length,
      };
      while (requests.length !== 0) pump();
      for (const { one, wait } of all) {
        one.isStopped = true;
        one.task.stop();
        fire(wait, 0);
      }
      return reach;
    },
  };
}

async function collect() {
  for (let time = 0; time < 3; time++) {
    globalThis.gc();
    await turn();
  }
}

async function measure({ core, probe }) {
  await collect();
  const reach = probe();
  await collect();
  return { ...reach, heap: process.memoryUsage().heapUsed, wasm: core.memory.buffer.byteLength };
}

/** The processor's time for a turn in a round, in microseconds, all around it included. */
async function costOfARound(side, number) {
  const turns = side.turns;
  const began = process.cpuUsage();
  side.round(number);
  const { user } = process.cpuUsage(began);
  await turn();
  return user / (side.turns - turns);
}

const old = await open('');
let settled;
for (let number = 1; number <= ROUNDS; number++) {
  old.round(number);
  await turn();
  if (number === SETTLED) settled = await measure(old);
}
const after = await measure(old);

const young = await open('?young');
const costs = [];
for (let pair = 0; pair < 2 * PAIRS; pair++) {
  // the first half is for the young one's code to be compiled
  const cost = {};
  for (const which of pair % 2 === 0 ? ['old', 'young'] : ['young', 'old']) {
    cost[which] = await costOfARound({ old, young }[which], pair);
  }
  if (pair >= PAIRS) costs.push({ ...cost, ratio: cost.old / cost.young });
}
const { done, failed, stopped, wrong } = old.counts;
process.stdout.write(
  JSON.stringify({
    tasks: done + failed + stopped,
    counts: old.counts,
    wrong: wrong + young.counts.wrong,
    turns: old.turns,
    settled,
    after,
    usATurn: Object.fromEntries(['old', 'young', 'ratio'].map((key) => [key, median(costs.map((one) => one[key]))])),
  }),
);
