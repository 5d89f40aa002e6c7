// What `native` makes, as far as it is known where tasks are made: native.js has the rest, which is not loaded by those
// who do not use it.

/**
 * What `native` makes, to be given to `cooperate`.
 * @template T
 */
export class NativeWork {
  /** @param {import('../interop/native.js').NativeOptions<T>} options */
  constructor({ step, state = 0, wait, result, dispose, name }) {
    this.step = step;
    this.state = state;
    this.wait = wait;
    this.result = result;
    this.dispose = dispose;
    this.name = name;
    /** It is a task that has not finished; its state can be only one's. */
    this.used = false;
    /** Its state was given back. */
    this.disposed = false;
  }
}
