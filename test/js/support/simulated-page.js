// A browser's page in simulated time: frames at a given rate, messages, timers, visibility and a clock that may be
// coarse. A program installs it in place of Node's globals before it imports the package. Time passes only in `spend`
// and while the event loop is idle.

export class SimulatedPage {
  #time = 0;
  #nextSignal; // the display's next vsync
  #messages = []; // in the order in which they were posted
  #frames = new Map(); // callbacks of requestAnimationFrame by number
  #timers = new Map();
  #ids = 0;
  #listeners = [];
  #hidden = false;
  /** When frames were drawn. */
  drawn = [];
  /** So many calls of postMessage throw. */
  postsToRefuse = 0;

  /**
   * @param {object} [options]
   * @param {number} [options.hz] refresh rate of the display
   * @param {boolean} [options.messagesFirst] draws only when no message is waiting, as Firefox does
   * @param {number} [options.tickMs] resolution of the clock; 0: exact
   * @param {number} [options.drawMs] duration of drawing a frame
   * @param {number} [options.lagMs] delay from the display's signal to the frame
   * @param {number} [options.deadlineMs] a frame that begins later than this after its signal is missed
   * @param {boolean} [options.draws] false: the page is visible, but no frame comes
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

  /** Replaces Node's globals. */
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
        port2 = {
          postMessage: () => {
            if (page.postsToRefuse-- > 0) throw new Error('refused');
            page.#messages.push(() => this.port1.onmessage({}));
          },
        };
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

  /** What is left in the event loop; all 0 if it is idle. */
  get left() {
    return { messages: this.#messages.length, frames: this.#frames.size, timers: this.#timers.size };
  }

  /** Runs the event loop for a time, or until `condition` holds. */
  async run(ms, condition = () => false) {
    const end = this.#time + ms;
    while (this.#time < end && !condition()) {
      this.#step(end);
      await null; // runs the microtasks
      await null;
    }
  }

  #step(end) {
    while (this.#time > this.#nextSignal + this.deadlineMs) this.#nextSignal += this.interval;
    const canDraw =
      this.draws && !this.#hidden && this.#frames.size !== 0 && this.#time >= this.#nextSignal + this.lagMs;
    const due = [...this.#timers].filter(([, { at }]) => at <= this.#time);
    if (canDraw && !(this.messagesFirst && this.#messages.length !== 0)) this.#draw();
    else if (due.length !== 0) {
      const [id, { f }] = due[0];
      this.#timers.delete(id);
      f();
    } else if (this.#messages.length !== 0) this.#messages.shift()();
    else this.#sleep(end);
  }

  #draw() {
    // Browsers pass the time of the display's latest signal to the callbacks.
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
