// What other entries of the package share with the main one, so that it exists once: a signal has one listener, whoever
// uses it (J10).

import { capture } from '../util/async-context.js';
import { core } from '../core/wasm.js';
import { NATIVE, SETTLE } from './deferred.js';
import { listen, reasonOf, unlisten } from './signals.js';

/** @typedef {import('./deferred.js').Deferred<any>} AnyDeferred */

/** A plain object, so that bundlers drop it if it is not used. */
export const internals = {
  /** @param {AnyDeferred} deferred @param {boolean} failed @param {any} result */
  settle: (deferred, failed, result) => deferred[SETTLE](failed, result),
  /** `pause`, where stack was reserved already. @param {AnyDeferred} deferred */
  pause: (deferred) => core.exports.deferred_pause(deferred[NATIVE]()),
  /** @param {AnyDeferred} deferred */
  unpause: (deferred) => core.exports.deferred_unpause(deferred[NATIVE]()),
  capture: () => capture(),
  listen,
  unlisten,
  reasonOf,
};
