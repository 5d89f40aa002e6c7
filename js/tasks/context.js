// The context that a work function receives: its signal, its progress and its yields.

import { OK, TASK_DONE, TASK_FAILED } from '../core/constants.js';
import { mustBe } from '../util/argument-errors.js';
import { AbortController } from '../util/platform.js';
import { reserveStack } from '../util/stack.js';
import { LISTENS, STARTS_WORK } from '../util/work-protocol.js';

/**
 * The argument of a function that is given as work. Its members can be destructured:
 * `function* ({ signal, progress }) { ... }`.
 *
 * ```js
 * const task = cooperate(async ({ signal, shouldYield, yield: nextTurn }) => {
 *   const rows = await (await fetch('/rows.json', { signal })).json();
 *   for (const row of rows) {
 *     index(row);
 *     if (shouldYield()) await nextTurn();
 *   }
 * });
 * ```
 * @typedef {object} TaskContext
 * @property {AbortSignal} signal  aborted when the task is stopped
 * @property {(done: number, total?: number) => void} progress  reports progress to the option `onProgress`
 * @property {() => boolean} shouldYield  returns true if the task has used up its part of the slice, or does not have a
 *   turn
 * @property {() => Promise<void>} yield  for async functions: ends the turn; resolves in the task's next turn
 */

/**
 * The part of a task that a context uses.
 * @typedef {object} ContextTask
 * @property {{ reportProgressLater(context: ContextState): void }} host
 * @property {import('../util/async-context.js').Scope} scope
 * @property {{ onProgress?: (progress: { done: number, total?: number }) => void }} options
 * @property {number} ended  0 until the end was reported
 * @property {() => number} endStatus  OK, or how the task has finished, or will finish because it was stopped
 * @property {() => unknown} outcomeError  the error with which it has failed or was stopped
 * @property {() => boolean} mayYield  false if the code must use a plain `yield`
 * @property {() => boolean} shouldYield
 * @property {() => void} requestTurn
 * @property {(error: unknown) => void} report  an error that has no caller
 */

/** The state behind a context. It is created at the first use of the context, because most work ignores it. */
export class ContextState {
  #task;
  /** @type {AbortController | undefined} */
  #controller;
  /** The latest progress, if it was not reported yet. @type {{ done: number, total?: number } | undefined} */
  #progress;
  /**
   * Calls of `yield` that wait for the next turn.
   * @type {{ resolve(): void, reject(error: unknown): void }[] | undefined}
   */
  #yields;
  #stopped;
  /** The code knows that the task was stopped: a `yield` was rejected. Those of its clean-up are not (J3). */
  #stopDelivered = false;

  /** @param {ContextTask} task @param {boolean} stopped  its clean-up has begun */
  constructor(task, stopped) {
    this.#task = task;
    this.#stopped = stopped;
  }

  get signal() {
    let controller = this.#controller;
    if (controller === undefined) {
      controller = this.#controller = /** @type {AbortController} */ (new AbortController());
      const status = this.#task.endStatus();
      const stopped = status !== OK && status !== TASK_DONE && status !== TASK_FAILED;
      if (stopped) controller.abort(this.#task.outcomeError());
    }
    return controller.signal;
  }

  /** @type {TaskContext['progress']} */
  progress = (done, total) => {
    if (typeof done !== 'number' || Number.isNaN(done)) throw mustBe('progress: done', 'a number', done);
    if (total !== undefined && (typeof total !== 'number' || Number.isNaN(total))) {
      throw mustBe('progress: total', 'a number or undefined', total);
    }
    const task = this.#task;
    if (task.options.onProgress === undefined || task.ended !== 0 || this.#stopped) return;
    if (this.#progress === undefined) task.host.reportProgressLater(this);
    this.#progress = total === undefined ? { done } : { done, total };
  };

  shouldYield = () => (this.#stopped && !this.#stopDelivered) || this.#task.shouldYield();

  /** @type {TaskContext['yield']} */
  yield = () => {
    reserveStack();
    const task = this.#task;
    if (task.endStatus() !== OK && (task.ended !== 0 || !this.#stopDelivered)) {
      this.#stopDelivered = true;
      return Promise.reject(task.outcomeError());
    }
    if (!task.mayYield()) {
      throw new TypeError('context.yield() is for async functions; in a generator write a plain yield');
    }
    return new Promise((resolve, reject) => {
      (this.#yields ??= []).push({ resolve, reject });
      task.requestTurn();
    });
  };

  /** Returns true if code waits for the task's next turn. */
  hasYields() {
    return this.#yields !== undefined;
  }

  /** Resolves the pending yields: the code after them continues in microtasks. Returns false if there are none. */
  resumeYields() {
    const yields = this.#takeYields();
    for (const { resolve } of yields) resolve();
    return yields.length !== 0;
  }

  #takeYields() {
    const yields = this.#yields;
    this.#yields = undefined;
    return yields ?? [];
  }

  /** Reports the latest progress, once. */
  reportProgress() {
    if (this.#progress !== undefined) this.#task.scope.runInAsyncScope(this.#reportProgress, this);
  }

  #reportProgress() {
    const progress = this.#progress;
    this.#progress = undefined;
    const { onProgress } = this.#task.options;
    try {
      onProgress?.(/** @type {{ done: number }} */ (progress));
    } catch (error) {
      this.#task.report(error);
    }
  }

  /**
   * The task has finished, or was stopped.
   * @param {boolean} stopped
   */
  end(stopped) {
    if (!stopped) {
      this.resumeYields();
      return;
    }
    const yields = this.#takeYields();
    this.#stopped = true;
    if (yields.length !== 0) this.#stopDelivered = true;
    this.#controller?.abort(this.#task.outcomeError());
    for (const { reject } of yields) reject(this.#task.outcomeError());
  }
}

/** What the work function receives. */
export class Context {
  #task;
  /** @type {ContextState | undefined} */
  #state;

  /** @param {Pick<ContextTask, 'options'> & { source: { startsWork?: boolean }, openContext(): ContextState }} task */
  constructor(task) {
    this.#task = task;
  }

  #open() {
    return (this.#state ??= this.#task.openContext());
  }

  get signal() {
    return this.#open().signal;
  }

  get progress() {
    return this.#open().progress;
  }

  /** @internal */
  get [LISTENS]() {
    return this.#task.options.onProgress !== undefined;
  }

  /** @internal */
  get [STARTS_WORK]() {
    return this.#task.source.startsWork === true;
  }

  get shouldYield() {
    return this.#open().shouldYield;
  }

  get yield() {
    return this.#open().yield;
  }
}
