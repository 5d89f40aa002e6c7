// The shortest way to a task of the event loop, by which one slice follows another. Mostly that is a MessageChannel.
// In WebKit a port's messages go through another process, unless both ends have always been in one place (since
// 2026: WebKit pull request 67301), and those of a worker go through the page's thread, too, which may be busy:
// there a slice has to come another way. Measured: docs/hosts.md.

import { BroadcastChannel, crypto, document, isWebKit, postTask } from '../util/platform.js';

/** @typedef {import('../tasks/cooperator.js').Scheduler} Scheduler */

/**
 * What brings a slice when it arrives.
 * @typedef {object} Messages
 * @property {() => void} post
 * @property {{ ref(): void, unref(): void, close(): void }} [port]  keeps the process alive as long as it listens
 */

/**
 * Slices that come with messages, in the order of the requests. One whose slice was cancelled serves the next.
 * @param {(arrived: () => void) => Messages} open
 * @returns {Scheduler}
 */
export function byMessages(open) {
  /**
   * Slices that are wanted. Not in a Set: to take the first one out costs Firefox as much as the message.
   * @type {{ slice: () => void }[]}
   */
  const calls = [];
  /** Messages on their way. */
  let posted = 0;
  /** @type {Messages | undefined} */
  let messages;

  const arrived = () => {
    posted--;
    try {
      calls.shift()?.slice();
    } finally {
      release();
    }
  };
  // A port that listens keeps a process alive, which only a pending slice should do. Deno's does so even after unref,
  // when that comes in the port's own call.
  const release = () => {
    const port = messages?.port;
    if (calls.length !== 0 || port === undefined) return;
    port.unref();
    if (posted !== 0) return;
    port.close();
    messages = undefined;
  };

  return (slice) => {
    messages ??= open(arrived);
    if (calls.length === 0) messages.port?.ref();
    const call = { slice };
    calls.push(call);
    if (posted < calls.length) {
      posted++;
      messages.post();
    }
    return {
      cancel() {
        const index = calls.indexOf(call);
        if (index === -1) return;
        calls.splice(index, 1);
        release();
      },
    };
  };
}

/** A page's broadcast to itself, which no other listens to: in WebKit it is delivered within the process. */
const broadcast = byMessages((arrived) => {
  const name = `cooperator ${Math.random()}`;
  const Channel = /** @type {typeof globalThis.BroadcastChannel} */ (BroadcastChannel);
  const sender = new Channel(name);
  const receiver = new Channel(name);
  receiver.onmessage = arrived;
  return { post: () => sender.postMessage(undefined) };
});

const NOTHING = new Uint8Array(0);

/**
 * What a worker can have done in threads that wait for no page: a digest, here of nothing. (To have an empty module
 * compiled is sooner done, but in WebKitGTK 2.50 one in some thousands is told of only when the worker hears of
 * something else.)
 */
const digest = byMessages((arrived) => ({
  post: () => void (/** @type {Crypto} */ (crypto).subtle.digest('SHA-1', NOTHING).then(arrived, arrived)),
}));

/**
 * Of two ways the one by which the first slice comes, for which both are asked, `first` before `second`: no clock is
 * needed to tell which is the longer. The second may throw (a broadcast, in old browsers' sandboxed frames): then it
 * is none.
 * @param {Scheduler} first
 * @param {Scheduler} second
 * @returns {Scheduler}
 */
function shorter(first, second) {
  /** @type {Scheduler | undefined} */
  let chosen;
  return (slice) => {
    if (chosen) return chosen(slice);
    /** @type {({ cancel(): void } | void)[]} */
    const calls = [];
    const cancel = () => {
      for (const call of calls) call?.cancel();
    };
    const ask = (/** @type {Scheduler} */ way) => {
      calls.push(
        way(() => {
          chosen ??= way;
          cancel();
          slice();
        }),
      );
    };
    ask(first);
    try {
      ask(second);
    } catch {
      chosen = first;
    }
    return { cancel };
  };
}

/**
 * The shortest way in a browser.
 * @param {Scheduler} message
 * @returns {Scheduler}
 */
export function shortestHop(message) {
  if (!isWebKit || postTask) return message; // a WebKit with postTask has short ways for messages, too
  // Only secure contexts have digests.
  if (document === undefined) return crypto?.subtle === undefined ? message : digest;
  return BroadcastChannel === undefined ? message : shorter(message, broadcast);
}
