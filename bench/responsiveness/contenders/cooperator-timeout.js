import { schedulers } from 'cooperator';
import { cooperateOn } from '../ours.js';

export const run = (tasks) => cooperateOn({ scheduler: schedulers.timeout() }, tasks);
