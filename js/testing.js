// The entry `cooperator/testing`: a clock and a scheduler that a test controls.

/** A clock that advances only when told to. */
export class Clock {
  #now = 0;
  /**
   * Pending calls, sorted by time; those of the same time in the order of the calls.
   * @type {{ at: number, f: () => void }[]}
   */
  #pending = [];

  /** Returns the time in milliseconds since the clock was created. */
  now() {
    return this.#now;
  }

  /**
   * Calls `f` once, when the clock has advanced by `ms`.
   * @param {number} ms  0 or more
   * @param {() => void} f
   * @returns {{ cancel(): void }}
   */
  callLater(ms, f) {
    checkMs('callLater', ms);
    if (typeof f !== 'function') throw new TypeError(`Clock.callLater: f must be a function, not ${String(f)}`);
    const call = { at: this.#now + ms, f };
    const later = this.#pending.findIndex(({ at }) => at > call.at);
    this.#pending.splice(later === -1 ? this.#pending.length : later, 0, call);
    return {
      cancel: () => {
        const index = this.#pending.indexOf(call);
        if (index !== -1) this.#pending.splice(index, 1);
      },
    };
  }

  /**
   * Advances the clock by `ms` and makes the calls that become due, in order and each at its own time. That includes
   * calls that are added meanwhile and become due.
   * @param {number} ms  0 or more
   */
  advance(ms) {
    checkMs('advance', ms);
    const end = this.#now + ms;
    while (this.#pending.length !== 0 && this.#pending[0].at <= end) {
      const { at, f } = /** @type {{ at: number, f: () => void }} */ (this.#pending.shift());
      this.#now = Math.max(this.#now, at);
      f();
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

/** A scheduler that runs slices only when told to. */
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
  if (typeof ms !== 'number') throw new TypeError(`Clock.${method}: ms must be a number, not ${String(ms)}`);
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`Clock.${method}: ms must be 0 or more and finite, not ${ms}`);
}
