// Records every turn (its slot, when it began, how long it took) and every slice (when it began and ended). Turns are
// kept in a ring buffer of recorder.wasm. A turn costs two clock reads and a few writes; nothing is allocated.

import { native } from 'cooperator';
import { instantiate } from '../native/load.js';

const SLICES_KEPT = 8192;
const now = () => performance.now();

export class Recorder {
  /** All slices so far. The times of the last SLICES_KEPT are known. */
  sliceCount = 0;
  #sliceBegan = new Float64Array(SLICES_KEPT);
  #sliceEnded = new Float64Array(SLICES_KEPT);
  #wasm;
  #tableIndices = new Map(); // of the steps that are in the function table of recorder.wasm
  #capacity; // of the ring buffer, in turns
  // Three views of the ring buffer. A turn takes 16 bytes: began (double), duration (float), slot (uint32).
  #doubles;
  #floats;
  #words;
  #busyMs;
  #turnCount;

  static async load() {
    return new Recorder(await instantiate('recorder', { now_ms: now }));
  }

  constructor(wasm) {
    this.#wasm = wasm;
    this.#capacity = wasm.recorder_capacity();
    const { buffer } = wasm.memory;
    this.#doubles = new Float64Array(buffer, wasm.recorder_turns(), this.#capacity * 2);
    this.#floats = new Float32Array(buffer, wasm.recorder_turns(), this.#capacity * 4);
    this.#words = new Uint32Array(buffer, wasm.recorder_turns(), this.#capacity * 4);
    this.#busyMs = new Float64Array(buffer, wasm.recorder_busy_ms(), wasm.recorder_slots());
    this.#turnCount = new Uint32Array(buffer, wasm.recorder_count(), 1);
  }

  /** All turns so far. The last ones, as many as the ring buffer holds, are known. */
  get turnCount() {
    return this.#turnCount[0];
  }

  /** The time that all turns of a slot took so far. */
  busyMs(slot) {
    return this.#busyMs[slot];
  }

  totalBusyMs() {
    return this.#wasm.recorder_total_ms();
  }

  /** Records a turn of a slot. Times are those of `performance.now()`. */
  record(slot, began, ended) {
    this.#wasm.record(slot, began, ended);
  }

  /** Wraps a generator function so that its turns are recorded. */
  recordGenerator(slot, work) {
    const { record } = this.#wasm;
    return (context) => {
      const iterator = work(context);
      const recorded = (method) => (value) => {
        const began = now();
        try {
          return iterator[method](value);
        } finally {
          record(slot, began, now());
        }
      };
      return { next: recorded('next'), throw: recorded('throw'), return: (value) => iterator.return(value) };
    };
  }

  /** Like `native` of the package, with the turns recorded. WebAssembly still calls the step without JavaScript. */
  recordNative(slot, { step, state, result, dispose }) {
    const wrapped = this.#wasm.recorder_wrap(this.#tableIndex(step), state, slot);
    if (wrapped === 0) throw new Error('recorder.wasm is out of memory');
    return native({
      step: this.#wasm.recorded_step,
      state: wrapped,
      result: () => result?.(state),
      dispose: () => {
        this.#wasm.recorder_unwrap(wrapped);
        dispose?.(state);
      },
    });
  }

  #tableIndex(step) {
    const { __indirect_function_table: table } = this.#wasm;
    if (!this.#tableIndices.has(step)) {
      this.#tableIndices.set(step, table.grow(1));
      table.set(this.#tableIndices.get(step), step);
    }
    return this.#tableIndices.get(step);
  }

  /** Wraps a scheduler so that its slices are recorded. Properties that the package gave the scheduler are kept. */
  recordScheduler(scheduler) {
    const recorded = (slice) =>
      scheduler(() => {
        const began = now();
        slice();
        const at = this.sliceCount++ % SLICES_KEPT;
        this.#sliceBegan[at] = began;
        this.#sliceEnded[at] = now();
      });
    return Object.assign(recorded, scheduler);
  }

  /** Calls `visit(began, ended)` for the slices from number `first` up to, not including, `end`, if still known. */
  eachSlice(first, end, visit) {
    for (let slice = Math.max(first, this.sliceCount - SLICES_KEPT); slice < end; slice++) {
      visit(this.#sliceBegan[slice % SLICES_KEPT], this.#sliceEnded[slice % SLICES_KEPT]);
    }
  }

  /**
   * Calls `visit(slot, began, ended)` for the turns from number `first` up to, not including, `end`, if still known.
   *
   * A browser's clock may tick in whole milliseconds. Of several turns that began at the same tick, only the last has a
   * duration: that time is divided evenly among them.
   */
  eachTurn(first, end, visit) {
    let turn = Math.max(first, this.turnCount - this.#capacity);
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
