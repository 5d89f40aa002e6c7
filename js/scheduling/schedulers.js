// Ways of asking the host for the next slice. A scheduler is a function that is given the slice and returns
// what can cancel it; each call is for one slice, and any number of cooperators may share a scheduler.

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
import { byMessages, shortestHop } from './macrotask.js';
import { pageScheduler } from './page-scheduler.js';
import { timed } from './predicates.js';

/** @typedef {import('../tasks/cooperator.js').Scheduler} Scheduler */

/** @param {string} scheduler @param {string} name @param {unknown} primitive */
function need(scheduler, name, primitive) {
  if (typeof primitive !== 'function') {
    throw new Error(`schedulers.${scheduler}: this host has no ${name}; schedulers.auto() takes what there is`);
  }
}

/**
 * setTimeout. A page's timers wait 4 ms at least once they are nested.
 * @param {number} [ms]  0 or more
 * @returns {Scheduler}
 */
export function timeout(ms = 0) {
  if (typeof ms !== 'number') throw mustBe('schedulers.timeout: ms', 'a number', ms);
  if (!(ms >= 0 && ms < Infinity))
    throw new RangeError(`schedulers.timeout: ms must be 0 or more and finite, not ${ms}`);
  return (slice) => {
    const timer = setTimeout(slice, ms);
    return { cancel: () => clearTimeout(timer) };
  };
}

/**
 * requestAnimationFrame: a slice before each frame. A hidden page has no frames: there a timer goes on, also for
 * a slice that was waiting when the page was hidden.
 * @returns {Scheduler}
 */
export function animationFrame() {
  need('animationFrame', 'requestAnimationFrame', requestAnimationFrame);
  return (slice) => {
    let frame = 0;
    /** @type {any} */
    let timer;
    const cancel = () => {
      document?.removeEventListener('visibilitychange', ask);
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
    const run = () => {
      cancel();
      slice();
    };
    const ask = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      if (document?.hidden) timer = setTimeout(run, 0);
      else frame = requestAnimationFrame(run);
    };
    document?.addEventListener('visibilitychange', ask);
    ask();
    return { cancel };
  };
}

/**
 * MessageChannel: in most browsers the shortest hop, with no delay added.
 * @returns {Scheduler}
 */
export function message() {
  const MessageChannel = /** @type {any} */ (messageChannel());
  need('message', 'MessageChannel', MessageChannel);
  return byMessages((arrived) => {
    const { port1: receiver, port2: sender } = new MessageChannel();
    receiver.onmessage = arrived;
    return { post: () => sender.postMessage(undefined), port: receiver.unref && receiver };
  });
}

/**
 * setImmediate: the shortest hop in Node.
 * @returns {Scheduler}
 */
export function immediate() {
  need('immediate', 'setImmediate', setImmediate);
  return (slice) => {
    const call = setImmediate(slice);
    return { cancel: () => clearImmediate(call) };
  };
}

const PRIORITIES = ['user-blocking', 'user-visible', 'background'];

/**
 * scheduler.postTask.
 * @param {'user-blocking' | 'user-visible' | 'background'} [priority]
 * @returns {Scheduler}
 */
export function postTask(priority = 'user-visible') {
  if (!PRIORITIES.includes(priority)) {
    throw mustBe('schedulers.postTask: priority', `one of ${PRIORITIES.join(', ')}`, priority);
  }
  need('postTask', 'scheduler.postTask', hostPostTask);
  return (slice) => {
    const controller = new AbortController();
    const { signal } = controller;
    hostPostTask(slice, { priority, signal }).catch((/** @type {unknown} */ error) => {
      if (!signal.aborted) throw error;
    });
    return { cancel: () => controller.abort() };
  };
}

/** A slice comes at least this often, in milliseconds, however busy the page is. */
const IDLE_TIMEOUT_MS = 1000;

/**
 * requestIdleCallback: when the page has nothing else to do, or after a second.
 * @returns {Scheduler}
 */
export function idle() {
  need('idle', 'requestIdleCallback', requestIdleCallback);
  return (slice) => {
    const call = requestIdleCallback(() => slice(), { timeout: IDLE_TIMEOUT_MS });
    return { cancel: () => cancelIdleCallback(call) };
  };
}

/** Of a scheduler: the predicate factory that knows what it knows, and so suits it best. */
const SUITED = Symbol('predicate factory');

/**
 * @param {Scheduler & { [SUITED]?: import('./predicates.js').KnownFactory }} scheduler
 * @returns {import('./predicates.js').KnownFactory | undefined}
 */
export function suited(scheduler) {
  return scheduler[SUITED];
}

/** One serves all: they share what is known of the frames. @type {Scheduler | undefined} */
let automatic;

/**
 * The one that suits the host. In a page, messages while the frame is young and then the frame; out of sight,
 * and in workers, messages, or what is shorter there; in Node and its like setImmediate, where a pending slice keeps
 * the process alive and an idle cooperator does not; where there is none of these, timers. A cooperator with this
 * scheduler and no predicate of its own has slices to match: up to 5 ms and the end of the frame in a visible page,
 * else 10 ms.
 * @returns {Scheduler}
 */
export function auto() {
  automatic ??= choose();
  return automatic;
}

/** @returns {Scheduler} */
function choose() {
  const inPage = typeof requestAnimationFrame === 'function' && typeof document?.hidden === 'boolean';
  if (!inPage && setImmediate) return immediate();
  const hop = messageChannel() ? shortestHop(message()) : timeout();
  if (!inPage) return hop;
  const { schedule, sliceMs } = pageScheduler(
    { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout, now, document },
    hop,
  );
  return Object.assign(schedule, { [SUITED]: timed(sliceMs, isInputPending) });
}
