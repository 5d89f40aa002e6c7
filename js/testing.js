// For a user's tests: time and slices under the test's control.

/** A clock that stands still until it is told to go on. */
export class Clock {
  #now = 0;
  #calls = 0;
  /** Sorted by time, and by the order of the calls where that is the same. @type {{ at: number, order: number, f: () => void }[]} */
  #pending = [];

  /** The time in milliseconds; 0 at first. */
  now() {
    return this.#now;
  }

  /**
   * Calls `f` once when the clock has gone on by `ms`.
   * @param {number} ms  0 or more
   * @param {() => void} f
   * @returns {{ cancel(): void }}
   */
  callLater(ms, f) {
    checkMs('callLater', ms);
    if (typeof f !== 'function') throw new TypeError(`Clock.callLater: f must be a function, not ${String(f)}`);
    const call = { at: this.#now + ms, order: this.#calls++, f };
    const place = this.#pending.findIndex(({ at }) => at > call.at);
    this.#pending.splice(place === -1 ? this.#pending.length : place, 0, call);
    return {
      cancel: () => {
        const index = this.#pending.indexOf(call);
        if (index !== -1) this.#pending.splice(index, 1);
      },
    };
  }

  /**
   * Goes on by `ms`, and makes the calls that are due in their order, each at its time; those that they ask for
   * too, if they fall within.
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
   * `advance` for each of them.
   * @param {Iterable<number>} listOfMs
   */
  pump(listOfMs) {
    for (const ms of listOfMs) this.advance(ms);
  }
}

/** A scheduler that keeps the slices until it is told to run them. */
export class FakeScheduler {
  /** @type {{ slice: () => void, cancelled: boolean }[]} */
  #calls = [];

  /**
   * The scheduler: `new Cooperator({ scheduler: fake.schedule })`.
   * @type {(slice: () => void) => { cancel(): void }}
   */
  schedule = (slice) => {
    if (typeof slice !== 'function')
      throw new TypeError(`FakeScheduler.schedule: slice must be a function, not ${String(slice)}`);
    const call = { slice, cancelled: false };
    this.#calls.push(call);
    return {
      cancel() {
        call.cancelled = true;
      },
    };
  };

  /** How many slices are asked for and not cancelled. */
  get pending() {
    return this.#calls.filter(({ cancelled }) => !cancelled).length;
  }

  /**
   * Runs the slices that are pending now; those that they ask for are left for the next time.
   * @returns {number} how many it ran
   */
  pump() {
    const calls = this.#calls;
    this.#calls = [];
    let ran = 0;
    for (const call of calls) {
      if (call.cancelled) continue;
      ran++;
      call.slice();
    }
    return ran;
  }
}

/** @param {string} method @param {unknown} ms */
function checkMs(method, ms) {
  if (typeof ms !== 'number') throw new TypeError(`Clock.${method}: ms must be a number, not ${String(ms)}`);
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`Clock.${method}: ms must be 0 or more and finite, not ${ms}`);
}
