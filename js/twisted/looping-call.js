// A function that is called again and again.

import { Deferred, internals } from './main.js';
import { mustBe } from '../util/argument-errors.js';
import { reserveStack } from '../util/stack.js';
import { checkClock, checkMs, hostClock } from './clock.js';
import { maybeDeferred } from './maybe-deferred.js';

/** @typedef {import('./clock.js').TimingClock} TimingClock */

/**
 * Calls a function at a fixed interval, and not again before the Deferred or Promise that it returned has fired.
 *
 * The calls stay on the interval: they are due at the start plus once, twice, three times the interval, however long
 * they take. Those that are missed, because a call took too long or the host was busy, are skipped; `withCount` tells
 * how many.
 * @example
 * const poll = new LoopingCall(() => fetch('/news').then(show));
 * poll.start(5_000).addErrback(showError);
 * button.onclick = () => poll.stop();
 */
export class LoopingCall {
  #f;
  #clock;
  /** The pending call. @type {{ cancel(): void } | undefined} */
  #call;
  /** That of the last `start`. @type {Deferred<LoopingCall> | undefined} */
  #deferred;
  /** The time from which the intervals count. */
  #startedAt = 0;
  /** The time up to which the intervals have been passed to the function of `withCount`. */
  #countedAt = 0;
  #running = false;

  /**
   * The interval in milliseconds; undefined before the first `start`. A change counts from the next call.
   * @type {number | undefined}
   */
  interval;

  /**
   * @param {() => unknown} f  may return a Deferred or a Promise; another result is ignored
   * @param {TimingClock} [clock]  default: the host's. A Node process stays alive until `stop`.
   * @throws {TypeError} if an argument is invalid
   */
  constructor(f, clock = hostClock) {
    if (typeof f !== 'function') throw mustBe('LoopingCall: f', 'a function', f);
    checkClock('LoopingCall: clock', clock, ['now', 'callLater']);
    this.#f = f;
    this.#clock = clock;
  }

  /**
   * Creates a LoopingCall whose function receives how many calls were due since its last call, or since the start: 1, or
   * more if some were skipped. It is always 1 if the interval is 0.
   * @param {(count: number) => unknown} f
   * @param {TimingClock} [clock]  default: the host's
   * @returns {LoopingCall}
   * @throws {TypeError} if an argument is invalid
   * @example
   * LoopingCall.withCount((frames) => animation.advance(frames)).start(40);
   */
  static withCount(f, clock) {
    if (typeof f !== 'function') throw mustBe('LoopingCall.withCount: f', 'a function', f);
    /** @type {LoopingCall} */
    const loop = new LoopingCall(() => loop.#callWithCount(f), clock);
    return loop;
  }

  /** True from `start` until `stop`, or until a call fails. */
  get running() {
    return this.#running;
  }

  /**
   * Starts to call the function every `interval` milliseconds.
   * @param {number} interval  0 or more, finite; 0: as often as the clock allows
   * @param {boolean} [now]  true, the default: calls it at once, too; false: first after one interval
   * @returns {Deferred<LoopingCall>} fires with this when it has been stopped and the last call has ended; fails with the
   *   error of a call, after which there are no more
   * @throws {TypeError | RangeError} if interval is invalid
   * @throws {Error} if it is running
   */
  start(interval, now = true) {
    checkMs('LoopingCall.start: interval', interval);
    if (this.#running) throw new Error('LoopingCall.start: it is running already; call stop() first');
    this.interval = interval;
    this.#startedAt = this.#clock.now();
    this.#countedAt = now ? this.#startedAt - interval : this.#startedAt;
    /** @type {Deferred<LoopingCall>} */
    const deferred = new Deferred();
    this.#deferred = deferred;
    if (!now) this.#requestCall();
    this.#running = true;
    if (now) this.#makeCall();
    return deferred;
  }

  /**
   * Makes no more calls. The Deferred of `start` fires: at once, or when the Deferred of the current call has fired.
   * @throws {Error} if it is not running
   */
  stop() {
    this.#checkRunning('stop');
    reserveStack();
    this.#running = false;
    if (this.#call === undefined) return;
    this.#cancelCall();
    internals.settle(/** @type {Deferred<LoopingCall>} */ (this.#deferred), false, this);
  }

  /**
   * Skips the next call: the intervals count from now on. Does nothing during a call.
   * @throws {Error} if it is not running
   */
  reset() {
    this.#checkRunning('reset');
    if (this.#call === undefined) return;
    this.#cancelCall();
    this.#startedAt = this.#clock.now();
    this.#requestCall();
  }

  /** @param {string} method */
  #checkRunning(method) {
    if (!this.#running) throw new Error(`LoopingCall.${method}: it is not running; call start() first`);
  }

  #cancelCall() {
    this.#call?.cancel();
    this.#call = undefined;
  }

  #makeCall() {
    this.#call = undefined;
    const deferred = /** @type {Deferred<LoopingCall>} */ (this.#deferred);
    // It may have been stopped and started again when the call has ended.
    const isCurrent = () => this.#running && this.#deferred === deferred;
    maybeDeferred(this.#f)
      .addCallback(() => {
        if (isCurrent()) this.#requestCall();
        else deferred.callback(this);
      })
      .addErrback((error) => {
        if (isCurrent()) this.#running = false;
        deferred.errback(error);
      });
  }

  /** Requests the next call: for the end of the current interval, even if one is due now. */
  #requestCall() {
    const interval = /** @type {number} */ (this.interval);
    const now = this.#clock.now();
    const due = interval === 0 ? now : this.#startedAt + (this.#intervalsUntil(now) + 1) * interval;
    this.#call = this.#clock.callLater(Math.max(0, due - now), () => this.#makeCall());
  }

  /** @param {(count: number) => unknown} f */
  #callWithCount(f) {
    const now = this.#clock.now();
    const count = this.interval === 0 ? 1 : this.#intervalsUntil(now) - this.#intervalsUntil(this.#countedAt);
    // The interval may have been changed, or the time been set back by `reset`.
    if (count <= 0) return undefined;
    this.#countedAt = now;
    return f(count);
  }

  /**
   * Returns the number of intervals from the start to a time. A time that differs from the end of an interval only by
   * the rounding of numbers counts as that end.
   * @param {number} time
   */
  #intervalsUntil(time) {
    const count = (time - this.#startedAt) / /** @type {number} */ (this.interval);
    const nearest = Math.round(count);
    return Math.abs(count - nearest) < 1e-9 ? nearest : Math.trunc(count);
  }
}
