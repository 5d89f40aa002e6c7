// The state of an instance, to be put back after a call that was stopped: its memories and its mutable globals.

/** So that a turn that copies a large memory can be ended. */
const CHUNK_SIZE = 4 * 2 ** 20;

export class Snapshot {
  #exports;
  /** @type {WebAssembly.Memory[]} */
  #memories;
  /** What the memories contained. The buffers are used again, because fresh ones cost more than the copying. */
  #copies;
  /** @type {any[]} */
  #globals = [];

  /** @param {any} exports  of an instrumented module */
  constructor(exports) {
    this.#exports = exports;
    const names = Object.keys(exports).filter((name) => /^coop:memory\d+$/.test(name));
    this.#memories = names.map((name) => exports[name]);
    this.#copies = this.#memories.map(() => ({ bytes: new Uint8Array(0), length: 0 }));
  }

  /** Takes a snapshot. It yields before each part that takes as long as a turn may; nothing may run meanwhile. */
  *take() {
    this.#globals = this.#saveGlobals();
    for (const [index, { buffer }] of this.#memories.entries()) {
      const memory = new Uint8Array(buffer);
      const copy = this.#copies[index];
      if (copy.bytes.length < memory.length) copy.bytes = new Uint8Array(memory.length);
      copy.length = memory.length;
      for (let begin = 0; begin < memory.length; begin += CHUNK_SIZE) {
        if (begin !== 0) yield;
        copy.bytes.set(memory.subarray(begin, begin + CHUNK_SIZE), begin);
      }
    }
  }

  /** Puts everything back. A memory that has grown keeps its size, and is 0 from its old size on. */
  restore() {
    for (const [index, { buffer }] of this.#memories.entries()) {
      const { bytes, length } = this.#copies[index];
      const memory = new Uint8Array(buffer);
      memory.set(bytes.subarray(0, length));
      memory.fill(0, length);
    }
    this.#exports['coop:restore'](...this.#globals);
  }

  #saveGlobals() {
    const { 'coop:save': save, 'coop:restore': restore } = this.#exports;
    const saved = save();
    return restore.length > 1 ? [...saved] : [saved].slice(0, restore.length);
  }
}
