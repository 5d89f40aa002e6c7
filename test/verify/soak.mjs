// Millions of tasks and Deferreds, added, run, failed, stopped, cancelled: memory has to stay flat, on both sides, and
// a turn must not get dearer. Run with node --expose-gc; prints its figures as JSON.
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '120' } } });
const ROUNDS = Number(values.rounds);
const TASKS = 10_000;
const SETTLED = Math.floor(ROUNDS / 4); // rounds after which nothing should grow any more

/** @type {WebAssembly.Memory} */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    if (this.exports.cooperate !== undefined) memory = this.exports.memory;
  }
};
const { Cooperator, Deferred, TaskStopped, predicates } = await import('cooperator');
const { FakeScheduler } = await import('cooperator/testing');

const turn = () => new Promise((resolve) => setImmediate(resolve));
const counts = { done: 0, failed: 0, stopped: 0, other: 0 };
const scheduler = new FakeScheduler();
const cooperator = new Cooperator({
  scheduler: scheduler.schedule,
  terminationPredicateFactory: predicates.turns(5000),
  onError: (error) => { throw error; },
});

function* work(index, wait) {
  yield;
  if (wait !== undefined) {
    try {
      yield wait;
    } catch {
      // the Deferred was cancelled
    }
  }
  if (index % 7 === 0) throw new Error('as it should');
  return index;
}

const watch = (task) => task.whenDone().addCallbacks(
  () => { counts.done++; },
  (error) => { counts[error instanceof TaskStopped ? 'stopped' : error.message === 'as it should' ? 'failed'
    : 'other']++; },
);

const pumpAll = () => { while (scheduler.pump() !== 0) continue; };

async function round(number) {
  const began = performance.now();
  const turnsBefore = cooperator.stats().turns;
  const waits = [];
  const tasks = Array.from({ length: TASKS }, (_, index) => {
    const wait = index % 3 === 0 ? new Deferred() : undefined;
    if (wait !== undefined) waits.push(wait);
    const task = cooperator.cooperate(work(index, wait), index % 11 === 0 ? { share: 2 } : undefined);
    watch(task);
    return task;
  });
  for (let index = 0; index < TASKS; index += 5) tasks[index].pause();
  scheduler.pump();
  for (let index = 0; index < TASKS; index += 10) if (tasks[index].state !== 'done') tasks[index].stop();
  pumpAll();
  for (let index = 5; index < TASKS; index += 10) tasks[index].resume();
  pumpAll();
  for (const [index, wait] of waits.entries()) {
    if (index % 4 === 0) wait.cancel();
    else if (index % 4 === 1) wait.addErrback(() => {}).errback(new Error('waited for'));
    else wait.callback(number);
    if (index % 4 === 0) wait.addErrback(() => {});
  }
  pumpAll();
  if (number % 10 === 0) {
    for (let index = 0; index < 100; index++) watch(cooperator.cooperate(work(index)));
    for (const task of cooperator.tasks) task.stop();
  }
  if (cooperator.tasks.length !== 0) throw new Error(`${cooperator.tasks.length} tasks are left`);
  const turns = cooperator.stats().turns - turnsBefore;
  await turn();
  return { usATurn: (performance.now() - began) / turns * 1000, turns };
}

const median = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];
const measure = async () => {
  for (let time = 0; time < 3; time++) {
    globalThis.gc();
    await turn();
  }
  return { heap: process.memoryUsage().heapUsed, wasm: memory.buffer.byteLength };
};

const costs = [];
let turns = 0;
let settled;
for (let number = 1; number <= ROUNDS; number++) {
  const one = await round(number);
  costs.push(one.usATurn);
  turns += one.turns;
  if (number === SETTLED) settled = await measure();
}
const after = await measure();
process.stdout.write(JSON.stringify({
  tasks: counts.done + counts.failed + counts.stopped, other: counts.other, turns, counts, settled, after,
  usATurn: { early: median(costs.slice(SETTLED, 2 * SETTLED)), late: median(costs.slice(-SETTLED)) },
}));
