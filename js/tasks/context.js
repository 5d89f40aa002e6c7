// What a function that is given as work can do to its task.

/**
 * What a function that is given as work gets. Its members can be taken out of it:
 * `function* ({ signal, progress }) { ... }`.
 * @typedef {object} TaskContext
 * @property {AbortSignal} signal  aborted when the task finishes early
 * @property {(done: number, total?: number) => void} progress  for `onProgress`
 * @property {() => boolean} shouldYield  is the slice's budget used up?
 * @property {() => Promise<void>} yield  for async functions: resolves in my next turn
 */

/** Makes what a work function is given, lazily: most functions ask for nothing of it. */
export class Context {
  #task;

  /** @param {{ signal(): AbortSignal, progress: TaskContext['progress'], shouldYield(): boolean, yield(): Promise<void> }} task */
  constructor(task) {
    this.#task = task;
  }

  get signal() {
    return this.#task.signal();
  }

  get progress() {
    return this.#task.progress;
  }

  get shouldYield() {
    return this.#task.shouldYield;
  }

  get yield() {
    return this.#task.yield;
  }
}
