import { runInSlices } from './time-sliced-loop.js';

export function run(tasks) {
  if (globalThis.scheduler?.yield === undefined) throw new Error('this browser has no scheduler.yield');
  return runInSlices(tasks, () => globalThis.scheduler.yield());
}
