import { schedulers } from 'cooperator';
import { cooperateOn } from './on-cooperator.js';

export const run = (tasks) => cooperateOn({ scheduler: schedulers.animationFrame() }, tasks);
