// The fastest way to schedule a macrotask (a task of the host's event loop) in a browser. A slice that runs in a new
// macrotask lets input, timers and drawing go first.
//
// Almost everywhere the fastest way is a MessageChannel. In WebKit until 2026 (WebKit pull request 67301), however,
// messages between ports travel through another process, and in a worker also through the page's thread, which may be
// busy. There a page may use a BroadcastChannel instead, and a worker uses a digest. docs/hosts.md has measurements.

import { BroadcastChannel, crypto, document, isWebKit, postTask } from '../util/platform.js';
import { messageScheduler } from './message-scheduler.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/** For pages in WebKit: a broadcast to the page itself, under a random name, is delivered within the process. */
const byBroadcast = messageScheduler((onMessage) => {
  const name = `cooperator ${Math.random()}`;
  const Channel = /** @type {typeof globalThis.BroadcastChannel} */ (BroadcastChannel);
  const sender = new Channel(name);
  const receiver = new Channel(name);
  receiver.onmessage = onMessage;
  return { post: () => sender.postMessage(undefined) };
});

const NO_BYTES = new Uint8Array(0);

/**
 * For workers in WebKit: a digest of no bytes is computed in a thread that never waits for the page. (Compiling an
 * empty WebAssembly module is faster, but WebKitGTK 2.50 holds back one result in a few thousand until another event
 * arrives.)
 */
const byDigest = messageScheduler((onMessage) => ({
  post: () => void (/** @type {Crypto} */ (crypto).subtle.digest('SHA-1', NO_BYTES).then(onMessage, onMessage)),
}));

/**
 * Races two schedulers and keeps the one that delivers first. The first slice is requested from both, from `first`
 * before `second`; whichever delivers it serves all later requests. That needs no clock. If `second` throws, as a
 * BroadcastChannel does in sandboxed frames of old browsers, `first` is kept.
 * @param {Scheduler} first
 * @param {Scheduler} second
 * @returns {Scheduler}
 */
function race(first, second) {
  /** @type {Scheduler | undefined} */
  let winner;
  return (slice) => {
    if (winner) return winner(slice);
    /** @type {({ cancel(): void } | void)[]} */
    const requests = [];
    const cancel = () => {
      for (const request of requests) request?.cancel();
    };
    const requestFrom = (/** @type {Scheduler} */ scheduler) => {
      requests.push(
        scheduler(() => {
          winner ??= scheduler;
          cancel();
          slice();
        }),
      );
    };
    requestFrom(first);
    try {
      requestFrom(second);
    } catch {
      winner = first;
    }
    return { cancel };
  };
}

/**
 * Returns the fastest macrotask scheduler of a browser.
 * @param {Scheduler} byMessage  the scheduler over a MessageChannel
 * @returns {Scheduler}
 */
export function fastestMacrotask(byMessage) {
  if (!isWebKit || postTask) return byMessage; // A WebKit with postTask also has fast MessageChannels.
  if (document === undefined) return crypto?.subtle === undefined ? byMessage : byDigest; // only in secure contexts
  return BroadcastChannel === undefined ? byMessage : race(byMessage, byBroadcast);
}
