import { inSlices } from './in-slices.js';

// It leaves a browser alone that has a scheduler of its own, so to be measured it must find none.
delete globalThis.scheduler;
await import('scheduler-polyfill');

export const run = (tasks) => inSlices(tasks, () => globalThis.scheduler.yield());
