import { cooperateOn } from '../ours.js';

// The defaults: schedulers.auto() and the predicate that goes with it.
export const run = (tasks) => cooperateOn({}, tasks);
