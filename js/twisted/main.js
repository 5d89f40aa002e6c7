// What the helpers use of the main entry, in one place, so that the built entry imports it once.

export { CancelledError, Deferred, internals } from '../index.js';

/** @typedef {import('../index.js').Clock} Clock */
