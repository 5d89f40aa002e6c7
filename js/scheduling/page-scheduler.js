// The scheduler of a page. While the frame is young, slices follow one another by messages; when the next frame
// is due, the slice waits for it and comes after it is drawn. A loop over messages alone leaves Firefox no time to
// draw, and one over frames alone leaves the time between unused (measured: docs/hosts.md).

import { Frames } from './frame-estimator.js';

/** Short enough that input is not kept waiting; React's scheduler and others settled on the same. */
const SLICE_MS = 5;
/** Less than this before the frame is not worth a slice. */
const LEAST_MS = 0.25;
/** Out of sight nobody waits for a frame or an answer: Twisted's. */
const HIDDEN_SLICE_MS = 10;
/**
 * Where a frame is due, an idle page mostly has it at once. One that does not come is the display's, or a busy
 * machine's, and not worth more waiting: a short slice comes between.
 */
const MOST_WAIT_MS = 1;
const BETWEEN_WAITS_MS = 3;
/** After so many waits in vain the page seems to be visible, and yet nothing is drawn: then a wait is seldom. */
const MOST_WAITS = 40;
const SELDOM_MS = 100;

/**
 * What the scheduler needs of the page; js/host.js has it.
 * @typedef {object} PageHost
 * @property {(f: (at: number) => void) => number} requestAnimationFrame
 * @property {(frame: number) => void} cancelAnimationFrame
 * @property {(f: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now
 * @property {{ hidden: boolean, addEventListener(type: string, f: () => void): void }} document
 */

/**
 * @param {PageHost} host
 * @param {import('../tasks/cooperator.js').Scheduler} hop  the shortest way to a task of the event loop
 * @returns {{ schedule: import('../tasks/cooperator.js').Scheduler, sliceMs: () => number }}
 */
export function pageScheduler(host, hop) {
  // taken out: called as methods of another object, a browser's functions refuse
  const { document, now, requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout } = host;
  const frames = new Frames();
  /** Slices that wait for the frame. @type {Set<Call>} */
  const waiting = new Set();
  /** Slices that are on their way. */
  let hopping = 0;
  let waitingSince = 0;
  /** Waits in vain since the last frame, how long they were in all, and when the last of them was over. */
  let waits = 0;
  let waitedMs = 0;
  let waitedUntil = -Infinity;
  /** @type {number | undefined} */
  let frame;
  /** @type {any} */
  let guard;
  let listens = false;

  /** @typedef {{ slice: () => void, hop?: { cancel(): void } | void }} Call */

  const drawn = () => !document.hidden && waits < MOST_WAITS;
  /** When work should stop to wait for the next frame. */
  const due = () =>
    document.hidden ? Infinity : Math.max(frames.due(), waitedUntil + (drawn() ? BETWEEN_WAITS_MS : SELDOM_MS));

  const onFrame = (/** @type {number} */ at) => {
    frame = undefined;
    frames.frame(at, waitedMs + (waiting.size === 0 ? 0 : now() - waitingSince));
    waits = waitedMs = 0;
    go();
    if (hopping !== 0) watch();
  };

  /** Asks for the next frame. */
  const watch = () => {
    if (frame === undefined && !document.hidden) frame = requestAnimationFrame(onFrame);
  };

  const unwatch = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
  };

  const send = (/** @type {Call} */ call) => {
    hopping++;
    call.hop = hop(() => {
      hopping--;
      call.hop = undefined;
      call.slice();
    });
  };

  /** Those that wait wait no longer. */
  const go = () => {
    clearTimeout(guard);
    for (const call of waiting) send(call);
    waiting.clear();
  };

  const wait = (/** @type {Call} */ call) => {
    if (waiting.size === 0) {
      waitingSince = now();
      guard = setTimeout(() => {
        waitedUntil = now();
        waitedMs += waitedUntil - waitingSince;
        waits++;
        go();
      }, MOST_WAIT_MS);
    }
    waiting.add(call);
  };

  return {
    schedule(slice) {
      if (!listens) {
        listens = true;
        document.addEventListener('visibilitychange', () => {
          if (document.hidden) {
            unwatch();
            go();
          }
        });
      }
      /** @type {Call} */
      const call = { slice };
      const time = now();
      if (frame === undefined) frames.begin(time);
      watch();
      if (due() - time < LEAST_MS) wait(call);
      else send(call);
      return {
        cancel() {
          if (waiting.delete(call)) {
            if (waiting.size === 0) clearTimeout(guard);
          } else if (call.hop) {
            hopping--;
            call.hop.cancel();
            call.hop = undefined;
          }
          if (waiting.size === 0 && hopping === 0) unwatch();
        },
      };
    },
    sliceMs() {
      if (!drawn()) return HIDDEN_SLICE_MS;
      return Math.max(LEAST_MS, Math.min(SLICE_MS, due() - now()));
    },
  };
}
