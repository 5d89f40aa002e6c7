// The entry `cooperator/sync`: limits for callers that come one by one, and a queue of items. It imports the main entry,
// so that its Deferreds are those of the program.

export { Lock } from './sync/lock.js';
export { Queue, QueueClosed } from './sync/queue.js';
export { Semaphore } from './sync/semaphore.js';

/** @typedef {import('./sync/hold.js').HoldContext} HoldContext */
/** @typedef {import('./sync/line.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync/permit.js').Permit} Permit */
