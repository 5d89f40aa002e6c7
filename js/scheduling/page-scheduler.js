// The scheduler for pages. Until the next frame is due, slices follow one another as macrotasks; then the next slice
// waits until the frame is drawn. Macrotasks alone leave Firefox no time to draw, and one slice per frame leaves the
// rest of the frame unused (docs/hosts.md has measurements).

import { FrameEstimator } from './frame-estimator.js';
import { DEFAULT_SLICE_MS } from './predicates.js';

/** The longest slice in a visible page. Short enough for prompt input; React's scheduler uses the same. */
const SLICE_MS = 5;
/** A slice is not worth starting with less time than this before the frame. */
const MIN_SLICE_MS = 0.25;
/**
 * The longest wait for a frame. An idle page mostly gets a due frame at once; a later one is delayed by the display or
 * a busy machine, and is not worth a longer wait. Work then continues for a while before the next wait.
 */
const MAX_WAIT_MS = 1;
const WORK_BETWEEN_WAITS_MS = 3;
/** After this many waits without a frame, the page counts as not drawn although it is visible: it then waits rarely. */
const MAX_FUTILE_WAITS = 40;
const WORK_BETWEEN_RARE_WAITS_MS = 100;

/** @typedef {import('./types.js').Scheduler} Scheduler */

/**
 * The functions of a page that the scheduler uses.
 * @typedef {object} PageHost
 * @property {(f: (at: number) => void) => number} requestAnimationFrame
 * @property {(frame: number) => void} cancelAnimationFrame
 * @property {(f: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now
 * @property {{ hidden: boolean, addEventListener(type: string, f: () => void): void }} document
 */

/**
 * Creates a scheduler for a page, which takes one request at a time, and the function that returns how long a slice that
 * starts now should last.
 * @param {PageHost} host
 * @param {Scheduler} macrotask  schedules a slice as a macrotask, and returns how to cancel it
 * @returns {{ schedule: Scheduler, sliceMs: () => number }}
 */
export function pageScheduler(host, macrotask) {
  // Destructured, because a browser's functions throw if they are called as methods of another object.
  const { document, now, requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout } = host;
  const estimator = new FrameEstimator();

  /** The requested slice, until it runs. @type {(() => void) | undefined} */
  let pending;
  /** The macrotask that will run it; undefined while it waits for a frame. @type {ReturnType<Scheduler>} */
  let call;
  /** When the current wait began, and the timer that ends it. */
  let waitStart = 0;
  /** @type {any} */
  let waitTimer;
  /** Since the last frame: how many waits ended without one, and how long they were in total. */
  let futileWaits = 0;
  let futileWaitMs = 0;
  /** When the last of all futile waits ended. */
  let lastWaitEnd = -Infinity;
  /** The requested animation frame. @type {number | undefined} */
  let frameRequest;
  let observesVisibility = false;

  const isWaiting = () => pending !== undefined && call === undefined;

  const isDrawn = () => !document.hidden && futileWaits < MAX_FUTILE_WAITS;

  /** The time at which work should stop to wait for a frame. */
  const deadline = () =>
    document.hidden
      ? Infinity
      : Math.max(estimator.deadline(), lastWaitEnd + (isDrawn() ? WORK_BETWEEN_WAITS_MS : WORK_BETWEEN_RARE_WAITS_MS));

  const onFrame = (/** @type {number} */ at) => {
    frameRequest = undefined;
    estimator.frame(at, futileWaitMs + (isWaiting() ? now() - waitStart : 0));
    futileWaits = futileWaitMs = 0;
    if (pending !== undefined) requestFrame();
    endWait();
  };

  const requestFrame = () => {
    if (frameRequest === undefined && !document.hidden) frameRequest = requestAnimationFrame(onFrame);
  };

  const cancelFrame = () => {
    if (frameRequest !== undefined) cancelAnimationFrame(frameRequest);
    frameRequest = undefined;
  };

  const scheduleNow = () => {
    call = macrotask(() => {
      const slice = pending;
      pending = call = undefined;
      slice?.(); // there is none if the host has failed to take the request, and calls back nevertheless
    });
  };

  const waitForFrame = () => {
    waitStart = now();
    waitTimer = setTimeout(() => {
      lastWaitEnd = now();
      futileWaitMs += lastWaitEnd - waitStart;
      futileWaits++;
      endWait();
    }, MAX_WAIT_MS);
  };

  const endWait = () => {
    if (!isWaiting()) return;
    clearTimeout(waitTimer);
    scheduleNow();
  };

  const cancel = () => {
    clearTimeout(waitTimer);
    call?.cancel();
    pending = call = undefined;
    cancelFrame();
  };

  return {
    schedule(slice) {
      if (!observesVisibility) {
        observesVisibility = true;
        document.addEventListener('visibilitychange', () => {
          if (document.hidden) {
            cancelFrame(); // A hidden page has no frames.
            endWait();
          }
        });
      }
      pending = slice;
      const time = now();
      try {
        if (frameRequest === undefined) estimator.start(time);
        requestFrame();
        if (deadline() - time < MIN_SLICE_MS) waitForFrame();
        else scheduleNow();
      } catch (error) {
        cancel();
        throw error;
      }
      return { cancel };
    },
    sliceMs() {
      if (!isDrawn()) return DEFAULT_SLICE_MS; // Nothing is drawn, and nobody waits for input.
      return Math.max(MIN_SLICE_MS, Math.min(SLICE_MS, deadline() - now()));
    },
  };
}
