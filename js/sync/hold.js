// One call of `Semaphore.run`, from the permit until what the function returned has settled.

import { CancelledError, Deferred, TaskStopped, internals } from '../index.js';
import { AbortController } from '../util/platform.js';
import { reportUnhandled } from '../util/report-unhandled.js';
import { callWithStack } from '../util/stack.js';
import { subscribe, thenOf } from '../util/thenable.js';
import { isReadyWork, isWork } from '../util/work-protocol.js';
import { stopListening } from './line.js';
import { GIVE_BACK } from './permit.js';

/**
 * What a function that holds a permit receives.
 * @typedef {{ readonly signal: AbortSignal }} HoldContext  signal: aborted when the function is to end early
 */

/**
 * What `run` results in if its function returns an `O`.
 * @template O
 * @typedef {O extends { whenDone(): PromiseLike<infer T>, stop(): void } ? T : Awaited<O>} Outcome
 */

/** The states of a task that can be stopped. */
const STOPPABLE = ['runnable', 'paused', 'waiting'];

export class Hold {
  #permit;
  #signal;
  /** @type {AbortController | undefined} */
  #controller;
  /** What the function returned. @type {any} */
  #job;
  /** Why the function is to end early. @type {{ reason: unknown } | undefined} */
  #stopped;
  /** @type {Deferred<any>} */
  #outcome = new Deferred(() => this.#stop(new CancelledError()));

  /** @param {import('./permit.js').Permit} permit @param {AbortSignal | undefined} signal */
  constructor(permit, signal) {
    this.#permit = permit;
    this.#signal = signal;
  }

  /** Created when it is used, because most functions ignore it. */
  get signal() {
    if (this.#controller === undefined) {
      this.#controller = /** @type {AbortController} */ (new AbortController());
      if (this.#stopped !== undefined) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  /**
   * Calls the function. Returns its result, or a Deferred of it, or throws its error.
   * @param {(context: HoldContext) => any} fn
   * @param {ReturnType<typeof internals.capture>} scope  in which the function runs
   */
  run(fn, scope) {
    try {
      if (this.#signal !== undefined) {
        if (this.#signal.aborted) throw internals.reasonOf(this.#signal); // another listener released the permit
        internals.listen(this.#signal, this);
      }
      this.#job = scope.runInAsyncScope(fn, undefined, new Context(this));
      const awaited = isTask(this.#job) ? this.#job.whenDone() : this.#job;
      const then = thenOf(awaited);
      if (then === undefined) {
        refuseWork(awaited);
        this.#end();
        return awaited;
      }
      const succeed = (/** @type {any} */ value) => this.#settle(false, value);
      const fail = (/** @type {unknown} */ error) => this.#settle(true, error);
      if (awaited instanceof Deferred) awaited.addCallbacks(succeed, fail);
      else subscribe(awaited, then, succeed, fail);
    } catch (error) {
      this.#end();
      throw error;
    }
    if (this.#stopped !== undefined) this.#stopJob(); // the function itself has aborted the signal
    return this.#outcome;
  }

  /** @param {boolean} failed @param {any} result */
  #settle(failed, result) {
    const isForced = failed && (result instanceof TaskStopped || result instanceof CancelledError);
    const value = isForced && this.#stopped !== undefined ? this.#stopped.reason : result;
    const outcome = this.#outcome;
    if (outcome.called) {
      this.#end();
      // Whoever cancelled knows that the function was to end early, and nothing of other errors.
      if (failed && value !== this.#stopped?.reason && value?.name !== 'AbortError') reportUnhandled(value);
      return;
    }
    // The permit is released before the outcome is known, as in Twisted. Whoever receives it may cancel this call, which
    // has ended: so it has fired already, and its chain is held.
    internals.pause(outcome);
    internals.settle(outcome, failed, value);
    this.#end();
    internals.unpause(outcome);
  }

  /** Releases the permit. Never throws. */
  #end() {
    stopListening(this.#signal, this);
    callWithStack(() => this.#permit[GIVE_BACK]());
  }

  /** The signal is aborted. Never throws. */
  abort() {
    this.#stop(internals.reasonOf(/** @type {AbortSignal} */ (this.#signal)));
  }

  /** @param {unknown} reason */
  #stop(reason) {
    if (this.#stopped !== undefined) return;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
    this.#stopJob();
  }

  #stopJob() {
    const job = this.#job;
    try {
      if (!isTask(job)) job?.cancel?.();
      else if (STOPPABLE.includes(job.state)) job.stop();
    } catch (error) {
      reportUnhandled(error);
    }
  }
}

/** What the function receives. Its member can be destructured. */
class Context {
  #hold;

  /** @param {Hold} hold */
  constructor(hold) {
    this.#hold = hold;
  }

  get signal() {
    return this.#hold.signal;
  }
}

/** @param {any} value */
function isTask(value) {
  return typeof value === 'object' && value !== null && typeof value.whenDone === 'function';
}

/** Throws if the function returned work, which nothing would run. @param {any} value */
function refuseWork(value) {
  if (!isWork(value)) return;
  const what = isReadyWork(value) ? 'ready-made work' : 'a generator';
  throw new TypeError(
    `Semaphore.run: fn must not return ${what}, which nothing would run; ` +
      'return cooperate(work), or use hold() in a task',
  );
}
