import { predicates } from 'cooperator';
import { cooperateOn } from './on-cooperator.js';

const LONG_MS = 1e6;

// What the turns cost by themselves, with no hop and no frame between.
export const run = (tasks) => cooperateOn({ terminationPredicateFactory: predicates.timeSlice(LONG_MS) }, tasks);
