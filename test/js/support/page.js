// A browser's page in simulated time, for programs that replace Node's globals by it before they import the package:
// frames at a given rate, messages, timers, visibility, and a clock that may tick coarsely. Code takes no time
// except by `spend`.

export class Page {
  #time = 0;
  #nextSignal;
  #tasks = []; // messages, in their order
  #frames = new Map(); // requested frames by number
  #timers = new Map();
  #ids = 0;
  #listeners = [];
  #hidden = false;
  /** When frames were drawn. */
  drawn = [];

  /**
   * @param {object} [how]
   * @param {number} [how.hz] of the display
   * @param {boolean} [how.messagesFirst] true: as Firefox, which draws only when no message is waiting
   * @param {number} [how.tickMs] of the clock
   * @param {number} [how.drawMs] what drawing takes
   * @param {number} [how.lagMs] from the display's signal to the frame
   * @param {number} [how.deadlineMs] after the signal a frame is missed that has not begun
   * @param {boolean} [how.draws] false: visible, but no frame ever comes
   */
  constructor({
    hz = 60,
    messagesFirst = false,
    tickMs = 0,
    drawMs = 0.3,
    lagMs = 0,
    deadlineMs = Infinity,
    draws = true,
  } = {}) {
    Object.assign(this, { interval: 1000 / hz, messagesFirst, tickMs, drawMs, lagMs, deadlineMs, draws });
    this.#nextSignal = this.interval;
  }

  get time() {
    return this.#time;
  }
  spend(ms) {
    this.#time += ms;
  }
  now = () => (this.tickMs === 0 ? this.#time : Math.floor(this.#time / this.tickMs) * this.tickMs);

  install() {
    const page = this;
    const globals = {
      performance: { now: this.now },
      document: {
        get hidden() {
          return page.#hidden;
        },
        addEventListener: (type, listener) => {
          if (type === 'visibilitychange') this.#listeners.push(listener);
        },
        removeEventListener: (type, listener) => {
          this.#listeners = this.#listeners.filter((one) => one !== listener);
        },
      },
      requestAnimationFrame: (f) => {
        this.#frames.set(++this.#ids, f);
        return this.#ids;
      },
      cancelAnimationFrame: (id) => {
        this.#frames.delete(id);
      },
      setTimeout: (f, ms = 0) => {
        this.#timers.set(++this.#ids, { at: this.#time + Math.max(ms, 1), f });
        return this.#ids;
      },
      clearTimeout: (id) => {
        this.#timers.delete(id);
      },
      MessageChannel: class {
        port1 = {};
        port2 = { postMessage: () => page.#tasks.push(() => this.port1.onmessage({})) };
      },
    };
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    return this;
  }

  set hidden(hidden) {
    this.#hidden = hidden;
    for (const listener of [...this.#listeners]) listener();
  }

  /** What is left in the event loop: nothing, if all is idle. */
  get left() {
    return { tasks: this.#tasks.length, frames: this.#frames.size, timers: this.#timers.size };
  }

  /** Runs the event loop until `condition` holds, or the time is over. */
  async run(ms, condition = () => false) {
    const end = this.#time + ms;
    while (this.#time < end && !condition()) {
      this.#step(end);
      await null; // the microtasks
      await null;
    }
  }

  #step(end) {
    while (this.#time > this.#nextSignal + this.deadlineMs) this.#nextSignal += this.interval;
    const canDraw =
      this.draws && !this.#hidden && this.#frames.size !== 0 && this.#time >= this.#nextSignal + this.lagMs;
    const due = [...this.#timers].filter(([, { at }]) => at <= this.#time);
    if (canDraw && !(this.messagesFirst && this.#tasks.length !== 0)) this.#draw();
    else if (due.length !== 0) {
      const [id, { f }] = due[0];
      this.#timers.delete(id);
      f();
    } else if (this.#tasks.length !== 0) this.#tasks.shift()();
    else this.#sleep(end);
  }

  #draw() {
    // the display's last signal, as browsers give it to the callbacks
    const signal = Math.floor(this.#time / this.interval) * this.interval;
    this.#nextSignal = signal + this.interval;
    this.drawn.push(this.#time);
    const frames = [...this.#frames.values()];
    this.#frames.clear();
    for (const f of frames) f(this.tickMs === 0 ? signal : Math.floor(signal / this.tickMs) * this.tickMs);
    this.spend(this.drawMs);
  }

  #sleep(end) {
    const times = [...this.#timers.values()].map(({ at }) => at);
    if (this.draws && !this.#hidden && this.#frames.size !== 0) {
      times.push(this.#nextSignal + this.lagMs);
    }
    this.#time = Math.max(this.#time, Math.min(end, ...times.filter((at) => at > this.#time)));
    if (this.#time >= this.#nextSignal && this.#frames.size === 0) {
      this.#nextSignal = (Math.floor(this.#time / this.interval) + 1) * this.interval;
    }
  }
}
