// The entry `cooperator/twisted`: Twisted's helpers for Deferreds and for calls at later times.

export { DeferredList, FirstError, gatherResults } from './twisted/deferred-list.js';
export { deferLater } from './twisted/defer-later.js';
export { inlineCallbacks } from './twisted/inline-callbacks.js';
export { LoopingCall } from './twisted/looping-call.js';
export { fail, maybeDeferred, succeed } from './twisted/maybe-deferred.js';

/** @typedef {import('./twisted/clock.js').TimingClock} TimingClock */
/** @typedef {import('./twisted/deferred-list.js').DeferredListOptions} DeferredListOptions */
