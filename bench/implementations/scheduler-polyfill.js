import { runInSlices } from './time-sliced-loop.js';

// The polyfill does nothing in a browser that has a scheduler, so remove that one first.
delete globalThis.scheduler;
await import('scheduler-polyfill');

export const run = (tasks) => runInSlices(tasks, () => globalThis.scheduler.yield());
