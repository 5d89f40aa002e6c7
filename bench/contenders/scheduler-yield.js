import { inSlices } from './in-slices.js';

export function run(tasks) {
  if (globalThis.scheduler?.yield === undefined) throw new Error('this browser has no scheduler.yield');
  return inSlices(tasks, () => globalThis.scheduler.yield());
}
