// The entry `cooperator/testing`: a clock and a scheduler that a test controls.

const MAKE = Symbol('make the call');

/**
 * A call that `Clock.callLater` will make.
 * @example
 * const call = clock.callLater(1000, () => console.log('called'));
 * call.delay(500);
 * clock.advance(1500); // prints called
 */
class DelayedCall {
  #f;
  #at;
  #clock;
  #onChange;
  /** @type {'pending' | 'made' | 'cancelled'} */
  #state = 'pending';

  /**
   * Not for use: `Clock.callLater` creates the calls.
   * @param {() => void} f
   * @param {number} at
   * @param {Clock} clock
   * @param {() => void} onChange  called when the list of the clock is no longer right
   */
  constructor(f, at, clock, onChange) {
    this.#f = f;
    this.#at = at;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Returns the time of the clock, in milliseconds, at which the call is due. */
  getTime() {
    return this.#at;
  }

  /** True until the call begins or is cancelled. */
  active() {
    return this.#state === 'pending';
  }

  /** Prevents the call. Does nothing if it is not pending. */
  cancel() {
    if (!this.active()) return;
    this.#state = 'cancelled';
    this.#onChange();
  }

  /**
   * Makes the call due `ms` milliseconds from now.
   * @param {number} ms  0 or more, finite
   * @throws {Error} if the call is not pending
   */
  reset(ms) {
    checkMs('DelayedCall.reset', ms);
    this.#moveTo('reset', this.#clock.now() + ms);
  }

  /**
   * Makes the call due `ms` milliseconds after the time at which it was due.
   * @param {number} ms  finite; a negative number makes the call due earlier
   * @throws {Error} if the call is not pending
   */
  delay(ms) {
    if (typeof ms !== 'number') throw new TypeError(`DelayedCall.delay: ms must be a number, not ${String(ms)}`);
    if (!Number.isFinite(ms)) throw new RangeError(`DelayedCall.delay: ms must be finite, not ${ms}`);
    this.#moveTo('delay', this.#at + ms);
  }

  /** @param {string} method @param {number} at */
  #moveTo(method, at) {
    if (!this.active()) {
      throw new Error(`DelayedCall.${method}: the call was ${this.#state} already; only a pending call can be moved`);
    }
    this.#at = at;
    this.#onChange();
  }

  /** @internal */
  [MAKE]() {
    this.#state = 'made';
    this.#f();
  }
}

/**
 * A clock that advances only when told to.
 * @example
 * const clock = new Clock();
 * const deferred = new Deferred().addTimeout(60_000, clock);
 * deferred.addErrback((error) => console.log(error.name));
 * clock.advance(60_000); // prints TimeoutError
 */
export class Clock {
  #now = 0;
  /** The calls; `#pending` removes those that are not pending and sorts the rest. @type {DelayedCall[]} */
  #calls = [];
  #isInOrder = true;

  /** Returns the time in milliseconds since the clock was created. */
  now() {
    return this.#now;
  }

  /** Returns the time in seconds since the clock was created, as Twisted's clocks do. */
  seconds() {
    return this.#now / 1000;
  }

  /**
   * Calls `f` once, when the clock has advanced by `ms`.
   * @param {number} ms  0 or more
   * @param {() => void} f
   * @returns {DelayedCall}
   * @example
   * clock.callLater(10, () => console.log(clock.now()));
   * clock.advance(25); // prints 10
   */
  callLater(ms, f) {
    checkMs('Clock.callLater', ms);
    if (typeof f !== 'function') throw new TypeError(`Clock.callLater: f must be a function, not ${String(f)}`);
    const onChange = () => {
      this.#isInOrder = false;
    };
    const call = new DelayedCall(f, this.#now + ms, this, onChange);
    this.#calls.push(call);
    onChange();
    return call;
  }

  /** Returns the pending calls in the order in which they are due; those of the same time in the order of the requests. */
  getDelayedCalls() {
    return [...this.#pending()];
  }

  #pending() {
    if (!this.#isInOrder) {
      this.#calls = this.#calls.filter((call) => call.active()).sort((a, b) => a.getTime() - b.getTime());
      this.#isInOrder = true;
    }
    return this.#calls;
  }

  /**
   * Advances the clock by `ms` and makes the calls that become due, in order and each at its own time. That includes
   * calls that are added meanwhile and become due.
   * @param {number} ms  0 or more
   * @example
   * clock.advance(1000); // makes the calls of the next second
   */
  advance(ms) {
    checkMs('Clock.advance', ms);
    const end = this.#now + ms;
    while (this.#pending().length !== 0 && this.#pending()[0].getTime() <= end) {
      const call = /** @type {DelayedCall} */ (this.#pending().shift());
      this.#now = Math.max(this.#now, call.getTime());
      call[MAKE]();
    }
    this.#now = Math.max(this.#now, end);
  }

  /**
   * Calls `advance` for each number.
   * @param {Iterable<number>} listOfMs
   */
  pump(listOfMs) {
    for (const ms of listOfMs) this.advance(ms);
  }
}

/**
 * A scheduler that runs slices only when told to.
 * @example
 * const fake = new FakeScheduler();
 * const cooperator = new Cooperator({ scheduler: fake.schedule, terminationPredicateFactory: predicates.turns(1) });
 * cooperator.cooperate(['first', 'second']);
 * fake.pump(); // runs one turn
 */
export class FakeScheduler {
  /** @type {{ slice: () => void, cancelled: boolean }[]} */
  #requests = [];

  /**
   * The scheduler: `new Cooperator({ scheduler: fake.schedule })`.
   * @type {(slice: () => void) => { cancel(): void }}
   */
  schedule = (slice) => {
    if (typeof slice !== 'function')
      throw new TypeError(`FakeScheduler.schedule: slice must be a function, not ${String(slice)}`);
    const request = { slice, cancelled: false };
    this.#requests.push(request);
    return {
      cancel() {
        request.cancelled = true;
      },
    };
  };

  /** The number of slices that were requested and have neither run nor been cancelled. */
  get pending() {
    return this.#requests.filter(({ cancelled }) => !cancelled).length;
  }

  /**
   * Runs the slices that are pending now. Slices that they request remain pending.
   * @returns {number} the number of slices that ran
   * @example
   * while (fake.pending > 0) fake.pump(); // until all work is done or waits
   */
  pump() {
    const requests = this.#requests;
    this.#requests = [];
    let ran = 0;
    for (const request of requests) {
      if (request.cancelled) continue;
      ran++;
      request.slice();
    }
    return ran;
  }
}

/** @param {string} method @param {unknown} ms */
function checkMs(method, ms) {
  if (typeof ms !== 'number') throw new TypeError(`${method}: ms must be a number, not ${String(ms)}`);
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`${method}: ms must be 0 or more and finite, not ${ms}`);
}
