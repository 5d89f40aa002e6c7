// Runs tasks by the million: adds, pauses, resumes, stops and fails them at random. Checks that each task ends once and
// in the right way. Measures whether both sides get all handles and memory back, and whether a turn costs more in the
// end than in a new core. Prints the figures as JSON; the part `soak` of npm run verify judges them.
//
// node --expose-gc test/verify/soak.mjs [--tasks 1000000] [--seed 1]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { shortNames } from '../../scripts/package/core-names.mjs';
import { random } from '../model/generate.js';

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const TASKS = 10_000; // per round
const ROUNDS = Math.ceil(Number(values.tasks) / TASKS);
/** After this many rounds nothing may grow any more. */
const SETTLED = Math.ceil(ROUNDS / 10);
/** Rounds in which the cost of the old and of a new core are compared. */
const PAIRS = 31;
/** The bits of a handle that are its index: js/core/handles.js. */
const INDEX_MASK = 2 ** 22 - 1;

const { below, chance, pick } = random(Number(values.seed));
const macrotask = () => new Promise((resolve) => setImmediate(resolve));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** The name of the core's function in the package. */
const { task_create: taskCreate } = shortNames(
  readFileSync(new URL('../../build/wasm/cooperator.wasm', import.meta.url)),
);
/** The core that was created last, and the task that it created last. */
let core;
const { Instance } = WebAssembly;
WebAssembly.Instance = class {
  constructor(...given) {
    const { exports } = new Instance(...given);
    const opened = { memory: exports.memory, lastTask: undefined };
    this.exports = {
      ...exports,
      [taskCreate](cooperator, handle, share) {
        const pointer = exports[taskCreate](cooperator, handle, share);
        opened.lastTask = { pointer, handle };
        return pointer;
      },
    };
    core = opened;
  }
};

/** Imports a copy of the package, which has a core of its own. @param {string} query  makes the URL unique */
async function openPackage(query) {
  const { CancelledError, Cooperator, Deferred, TaskStopped, predicates } = await import(
    `${import.meta.resolve('cooperator')}${query}`
  );
  const counts = { done: 0, failed: 0, stopped: 0, reported: 0, wrong: 0 };
  const lost = new Error('waited for');
  const requests = [];
  const cooperator = new Cooperator({
    scheduler(slice) {
      const request = { slice };
      requests.push(request);
      return {
        cancel() {
          request.slice = () => {};
        },
      };
    },
    terminationPredicateFactory: predicates.turns(5000),
    // The errors of Deferreds whose tasks were stopped before they got them.
    onError(error) {
      counts[error === lost || error instanceof CancelledError ? 'reported' : 'wrong']++;
    },
  });
  const ownCore = core;
  let probes = 0;
  const runSlice = () => requests.shift()?.slice();
  const runAllSlices = () => {
    while (requests.length !== 0) runSlice();
  };

  function* work(index, deferred) {
    yield;
    if (deferred !== undefined) {
      try {
        yield deferred;
      } catch {
        // the Deferred was cancelled, or failed
      }
    }
    if (index % 7 === 0) throw new Error(String(index));
    return index;
  }

  /** Adds one task, and checks its end. */
  function add(index, deferred) {
    const record = {
      task: cooperator.cooperate(work(index, deferred), index % 11 === 0 ? { share: 2 } : undefined),
      pauses: 0,
      isStopped: false,
      isOver: false,
    };
    const noteEnd = (end, isRight) => {
      counts[isRight && !record.isOver ? end : 'wrong']++;
      record.isOver = true;
    };
    record.task.whenDone().addCallbacks(
      (value) => noteEnd('done', value === index && index % 7 !== 0 && !record.isStopped),
      (error) =>
        error instanceof TaskStopped
          ? noteEnd('stopped', record.isStopped)
          : noteEnd('failed', error.message === String(index) && index % 7 === 0 && !record.isStopped),
    );
    return record;
  }

  function stop(record) {
    record.isStopped = true;
    record.task.stop();
  }

  function disturb(record) {
    if (record.isOver) return;
    if (record.pauses !== 0 && chance(0.6)) {
      record.task.resume();
      record.pauses--;
    } else if (chance(0.2)) {
      stop(record);
    } else {
      record.task.pause();
      record.pauses++;
    }
  }

  function fire(deferred, value) {
    const kind = below(4);
    if (kind === 0) deferred.cancel();
    else if (kind === 1) deferred.errback(lost);
    else deferred.callback(value);
    deferred.addErrback(() => {}); // its task may have been stopped
  }

  return {
    core: ownCore,
    counts,
    get turns() {
      return cooperator.stats().turns;
    },
    runRound(number) {
      const deferreds = [];
      const records = Array.from({ length: TASKS }, (_, index) => {
        if (index % 3 === 0) deferreds.push(new Deferred());
        return add(index, index % 3 === 0 ? deferreds.at(-1) : undefined);
      });
      for (let slice = 0; slice < 10; slice++) {
        runSlice();
        for (let times = 0; times < 500; times++) disturb(pick(records));
        for (let times = 0; times < 200 && deferreds.length !== 0; times++) fire(deferreds.pop(), number);
      }
      for (const deferred of deferreds) fire(deferred, number);
      for (const record of records) for (; record.pauses !== 0 && !record.isOver; record.pauses--) record.task.resume();
      runAllSlices();
      if (cooperator.tasks.length !== 0) throw new Error(`${cooperator.tasks.length} tasks are left`);
    },
    /**
     * How far the table of handles and the core's memory reach with twice as many tasks as in a round, each waiting for
     * a Deferred. Whatever was not released is occupied, so a leak of one handle or block moves the end.
     */
    probe() {
      const waiting = Array.from({ length: 2 * TASKS }, (_, index) => {
        const deferred = new Deferred();
        return { record: add(index, deferred), deferred };
      });
      runAllSlices();
      // More of these each time, so that the last ones get memory that was never used.
      const beyond = Array.from({ length: 100 * ++probes }, () => {
        cooperator.cooperate(work(1));
        return ownCore.lastTask;
      });
      const last = beyond.at(-1);
      const size = last.pointer - beyond.at(-2).pointer;
      const reach = {
        handles: (last.handle & INDEX_MASK) - beyond.length,
        address: last.pointer - size * beyond.length,
      };
      runAllSlices();
      for (const { record, deferred } of waiting) {
        stop(record);
        fire(deferred, 0);
      }
      return reach;
    },
  };
}

async function collectGarbage() {
  for (let time = 0; time < 3; time++) {
    globalThis.gc();
    await macrotask();
  }
}

async function measureSize(side) {
  await collectGarbage();
  const reach = side.probe();
  await collectGarbage();
  return { ...reach, heap: process.memoryUsage().heapUsed, wasm: side.core.memory.buffer.byteLength };
}

/** Microseconds of processor time per turn of a round, with everything around the turns. */
async function usPerTurn(side, number) {
  const turns = side.turns;
  const began = process.cpuUsage();
  side.runRound(number);
  const { user } = process.cpuUsage(began);
  await macrotask();
  return user / (side.turns - turns);
}

const old = await openPackage('');
let settled;
for (let number = 1; number <= ROUNDS; number++) {
  old.runRound(number);
  await macrotask();
  if (number === SETTLED) settled = await measureSize(old);
}
const after = await measureSize(old);

const fresh = await openPackage('?fresh');
const costs = [];
for (let pair = 0; pair < 2 * PAIRS; pair++) {
  const cost = {};
  for (const which of pair % 2 === 0 ? ['old', 'fresh'] : ['fresh', 'old']) {
    cost[which] = await usPerTurn({ old, fresh }[which], pair);
  }
  // In the first half the compiler optimises the code of the fresh package.
  if (pair >= PAIRS) costs.push({ ...cost, ratio: cost.old / cost.fresh });
}
const { done, failed, stopped, wrong } = old.counts;
process.stdout.write(
  JSON.stringify({
    tasks: done + failed + stopped,
    counts: old.counts,
    wrong: wrong + fresh.counts.wrong,
    turns: old.turns,
    settled,
    after,
    usPerTurn: Object.fromEntries(
      ['old', 'fresh', 'ratio'].map((key) => [key, median(costs.map((cost) => cost[key]))]),
    ),
  }),
);
