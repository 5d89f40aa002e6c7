// What was done and when: every turn, in recorder.c's ring, and every slice. Noting a turn costs two looks at the
// clock and some writes to memory; nothing is allocated.

import { native } from 'cooperator';
import { instantiate } from './native/load.js';

/** Tasks with this slot or a greater one belong to the crowd; below it stand the jobs. */
export const FIRST_OF_CROWD = 16;

const SLICES = 8192;
const now = () => performance.now();

export class Recorder {
  /** So many slices there were; the last SLICES of them are known. */
  slices = 0;
  #sliceBegan = new Float64Array(SLICES);
  #sliceEnded = new Float64Array(SLICES);
  #c;
  #places = new Map();
  #capacity;
  #doubles; // a turn is 16 bytes: when it began, …
  #floats; // … how long it lasted, …
  #words; // … and whose it was
  #busy;
  #count;

  static async load() {
    return new Recorder(await instantiate('recorder', { now_ms: now }));
  }

  constructor(c) {
    this.#c = c;
    this.#capacity = c.recorder_capacity();
    const { buffer } = c.memory;
    this.#doubles = new Float64Array(buffer, c.recorder_turns(), this.#capacity * 2);
    this.#floats = new Float32Array(buffer, c.recorder_turns(), this.#capacity * 4);
    this.#words = new Uint32Array(buffer, c.recorder_turns(), this.#capacity * 4);
    this.#busy = new Float64Array(buffer, c.recorder_busy_ms(), c.recorder_slots());
    this.#count = new Uint32Array(buffer, c.recorder_count(), 1);
  }

  get turns() {
    return this.#count[0];
  }

  busyMs(slot) {
    return this.#busy[slot];
  }

  totalBusyMs() {
    return this.#c.recorder_total_ms();
  }

  /** A generator function, its turns noted. */
  generator(slot, work) {
    const { record } = this.#c;
    return (context) => {
      const iterator = work(context);
      const noted = (method) => (value) => {
        const began = now();
        try {
          return iterator[method](value);
        } finally {
          record(slot, began, now());
        }
      };
      return { next: noted('next'), throw: noted('throw'), return: (value) => iterator.return(value) };
    };
  }

  /** As `native` of the package, with the turns noted: from the core to recorder.c and on to the step, all in wasm. */
  native(slot, { step, state, result, dispose }) {
    const wrapped = this.#c.recorder_wrap(this.#place(step), state, slot);
    if (wrapped === 0) throw new Error('recorder.wasm is out of memory');
    return native({
      step: this.#c.recorded_step,
      state: wrapped,
      result: () => result?.(state),
      dispose: () => {
        this.#c.recorder_unwrap(wrapped);
        dispose?.(state);
      },
    });
  }

  #place(step) {
    const { __indirect_function_table: table } = this.#c;
    if (!this.#places.has(step)) {
      this.#places.set(step, table.grow(1));
      table.set(this.#places.get(step), step);
    }
    return this.#places.get(step);
  }

  /** A scheduler whose slices are noted. It keeps what the package has attached to the scheduler. */
  scheduler(scheduler) {
    const noted = (slice) =>
      scheduler(() => {
        const began = now();
        slice();
        const at = this.slices++ % SLICES;
        this.#sliceBegan[at] = began;
        this.#sliceEnded[at] = now();
      });
    return Object.assign(noted, scheduler);
  }

  /** Calls `visit(began, ended)` for the slices from the first up to the end, as far as they are still known. */
  eachSlice(first, end, visit) {
    for (let slice = Math.max(first, this.slices - SLICES); slice < end; slice++) {
      visit(this.#sliceBegan[slice % SLICES], this.#sliceEnded[slice % SLICES]);
    }
  }

  /**
   * Calls `visit(slot, began, ended)` likewise for turns. A browser's clock may tick in whole milliseconds: turns that
   * began at the same tick share the time until the next one evenly.
   */
  eachTurn(first, end, visit) {
    let turn = Math.max(first, this.turns - this.#capacity);
    while (turn < end) {
      const began = this.#doubles[(turn % this.#capacity) * 2];
      let next = turn + 1;
      while (next < end && this.#doubles[(next % this.#capacity) * 2] === began) next++;
      const each = this.#floats[((next - 1) % this.#capacity) * 4 + 2] / (next - turn);
      for (let index = 0; turn < next; turn++, index++) {
        visit(this.#words[(turn % this.#capacity) * 4 + 3], began + index * each, began + (index + 1) * each);
      }
    }
  }
}
