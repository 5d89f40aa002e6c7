import { cooperateOn } from './on-cooperator.js';

// The defaults: schedulers.auto() and the predicate that goes with it.
export const run = (tasks) => cooperateOn({}, tasks);
