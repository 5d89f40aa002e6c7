// The schedulers of the package, one for each of the host's ways to call a function later, and `auto`, which chooses.
// A scheduler serves one slice per call, and any number of cooperators may share it.

import { mustBe } from '../util/argument-errors.js';
import {
  AbortController,
  cancelAnimationFrame,
  cancelIdleCallback,
  clearImmediate,
  clearTimeout,
  document,
  isInputPending,
  messageChannel,
  now,
  postTask as hostPostTask,
  requestAnimationFrame,
  requestIdleCallback,
  setImmediate,
  setTimeout,
} from '../util/platform.js';
import { callLater } from '../util/timers.js';
import { BUSY_IMMEDIATE_MS, adaptiveSlice } from './adaptive-slice.js';
import { fastestMacrotask } from './macrotask.js';
import { messageScheduler } from './message-scheduler.js';
import { oneAtATime } from './one-at-a-time.js';
import { pageScheduler } from './page-scheduler.js';
import { timed } from './predicates.js';
import { withTimerRelief } from './timer-relief.js';

/** @typedef {import('./types.js').Scheduler} Scheduler */

/** @param {string} scheduler @param {string} name @param {unknown} f  the host's function or class of that name */
function checkHost(scheduler, name, f) {
  if (typeof f !== 'function') {
    throw new Error(`schedulers.${scheduler}: this host has no ${name}; schedulers.auto() uses what the host has`);
  }
}

/**
 * Schedules slices with setTimeout. Browsers delay nested timers by at least 4 ms.
 * @param {number} [ms]  the delay, 0 or more; default: 0
 * @returns {Scheduler}
 * @throws {TypeError | RangeError} if ms is invalid
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.timeout(100) });
 */
export function timeout(ms = 0) {
  if (typeof ms !== 'number') throw mustBe('schedulers.timeout: ms', 'a number', ms);
  if (!(ms >= 0 && ms < Infinity))
    throw new RangeError(`schedulers.timeout: ms must be 0 or more and finite, not ${ms}`);
  return (slice) => callLater(ms, slice);
}

/**
 * Schedules a slice before each frame, with requestAnimationFrame. Hidden pages have no frames: while the page is
 * hidden, setTimeout is used instead, also for a slice that is pending when the page becomes hidden.
 * @returns {Scheduler}
 * @throws {Error} if the host has no requestAnimationFrame
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.animationFrame() });
 */
export function animationFrame() {
  checkHost('animationFrame', 'requestAnimationFrame', requestAnimationFrame);
  return (slice) => {
    let frame = 0;
    /** @type {any} */
    let timer;
    const cancelCallback = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
    const requestCallback = () => {
      cancelCallback();
      if (document?.hidden) timer = setTimeout(run, 0);
      else frame = requestAnimationFrame(run);
    };
    const cancel = () => {
      document?.removeEventListener('visibilitychange', requestCallback);
      cancelCallback();
    };
    const run = () => {
      cancel();
      slice();
    };
    document?.addEventListener('visibilitychange', requestCallback);
    requestCallback();
    return { cancel };
  };
}

/**
 * Schedules slices with a MessageChannel: in most browsers the fastest way, because it adds no delay.
 * @returns {Scheduler}
 * @throws {Error} if the host has no MessageChannel
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.message() });
 */
export function message() {
  const MessageChannel = /** @type {any} */ (messageChannel());
  checkHost('message', 'MessageChannel', MessageChannel);
  return messageScheduler((onMessage) => {
    const { port1: receiver, port2: sender } = new MessageChannel();
    receiver.onmessage = onMessage;
    const post = () => sender.postMessage(undefined);
    if (!receiver.unref) return { post };
    // Node delivers up to 1,000 messages of a port before the event loop continues. From setImmediate, one at a time.
    return { post: setImmediate ? () => setImmediate(post) : post, port: receiver };
  });
}

/**
 * Schedules slices with setImmediate: the fastest way in Node.
 * @returns {Scheduler}
 * @throws {Error} if the host has no setImmediate
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.immediate() });
 */
export function immediate() {
  checkHost('immediate', 'setImmediate', setImmediate);
  return (slice) => {
    const call = setImmediate(slice);
    return { cancel: () => clearImmediate(call) };
  };
}

const PRIORITIES = ['user-blocking', 'user-visible', 'background'];

/**
 * Schedules slices with scheduler.postTask.
 * @param {'user-blocking' | 'user-visible' | 'background'} [priority]  default: 'user-visible'
 * @returns {Scheduler}
 * @throws {TypeError} if priority is invalid
 * @throws {Error} if the host has no scheduler.postTask
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.postTask('background') });
 */
export function postTask(priority = 'user-visible') {
  if (!PRIORITIES.includes(priority)) {
    throw mustBe('schedulers.postTask: priority', `one of ${PRIORITIES.join(', ')}`, priority);
  }
  checkHost('postTask', 'scheduler.postTask', hostPostTask);
  return (slice) => {
    const controller = new AbortController();
    const { signal } = controller;
    hostPostTask(slice, { priority, signal }).catch((/** @type {unknown} */ error) => {
      if (!signal.aborted) throw error;
    });
    return { cancel: () => controller.abort() };
  };
}

/** The longest delay of a slice on a page that is never idle. */
const IDLE_TIMEOUT_MS = 1000;

/**
 * Schedules slices with requestIdleCallback: when the page is idle, or after one second.
 * @returns {Scheduler}
 * @throws {Error} if the host has no requestIdleCallback
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.idle() });
 */
export function idle() {
  checkHost('idle', 'requestIdleCallback', requestIdleCallback);
  return (slice) => {
    const call = requestIdleCallback(() => slice(), { timeout: IDLE_TIMEOUT_MS });
    return { cancel: () => cancelIdleCallback(call) };
  };
}

/** Property of a scheduler: the predicate factory that uses what the scheduler knows about its host. */
const PREDICATE_FACTORY = Symbol('predicate factory');

/**
 * Returns the predicate factory that belongs to a scheduler, if it has one.
 * @param {Scheduler & { [PREDICATE_FACTORY]?: import('./predicates.js').KnownFactory }} scheduler
 * @returns {import('./predicates.js').KnownFactory | undefined}
 */
export function predicateFactoryOf(scheduler) {
  return scheduler[PREDICATE_FACTORY];
}

/**
 * The result of `auto`, shared by all cooperators so that they share the frame estimate.
 * @type {Scheduler | undefined}
 */
let autoScheduler;

/**
 * Chooses the scheduler for the host.
 *
 * - A visible page: macrotasks (a MessageChannel, or what is faster) until the next frame is due, then the frame.
 * - A hidden page or a worker: macrotasks.
 * - Node, Deno and Bun: setImmediate. A pending slice keeps the process alive; an idle cooperator does not.
 * - Any other host: setTimeout.
 *
 * All cooperators with this scheduler share one driver: their slices run one per macrotask (S14). A cooperator without
 * a `terminationPredicateFactory` adapts its slices: in a visible page up to 5 ms, or to the end of the frame if that
 * is sooner; in a hidden page 10 ms; elsewhere 1 ms while the event loop has other work, and up to 10 ms while it has
 * none (S17).
 * @returns {Scheduler}
 * @example
 * const cooperator = new Cooperator({ scheduler: schedulers.auto() }); // as new Cooperator() does
 */
export function auto() {
  autoScheduler ??= chooseScheduler();
  return autoScheduler;
}

const isPage = typeof requestAnimationFrame === 'function' && typeof document?.hidden === 'boolean';

/** @type {Scheduler | undefined} */
let macrotaskScheduler;

/**
 * Returns the scheduler whose macrotasks come first, without regard to a page's frames.
 * @returns {Scheduler}
 */
export function macrotask() {
  macrotaskScheduler ??= chooseMacrotask();
  return macrotaskScheduler;
}

/** @returns {Scheduler} */
function chooseMacrotask() {
  if (!isPage && setImmediate) return immediate();
  return messageChannel() ? fastestMacrotask(message()) : timeout();
}

/** @returns {Scheduler} */
function chooseScheduler() {
  if (isPage) {
    const { schedule, sliceMs } = pageScheduler(
      { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout, now, document },
      macrotask(),
    );
    return Object.assign(oneAtATime(schedule), { [PREDICATE_FACTORY]: timed(sliceMs, isInputPending) });
  }
  const { schedule, sliceMs } = setImmediate
    ? adaptiveSlice(macrotask(), BUSY_IMMEDIATE_MS)
    : adaptiveSlice(withTimerRelief(macrotask()));
  return Object.assign(oneAtATime(schedule), { [PREDICATE_FACTORY]: timed(sliceMs) });
}
