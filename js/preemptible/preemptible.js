// Preemptible: the public class, one instance of a module that was never written to yield.

import { describe, mustBe, nameOf } from '../util/argument-errors.js';
import { Call } from './call.js';
import { InstanceBusy, InstanceLost } from './errors.js';
import { GuardedInstance, compileModule, supported } from './guarded-instance.js';
import { LimitedCall } from './limited-call.js';
import { bytesOf, isBytes, rewrite } from './rewriter.js';

/** @typedef {import('./guarded-instance.js').PreemptibleStats} PreemptibleStats */

/**
 * The options of `preemptible`.
 *
 * ```js
 * const instance = preemptible({ turnMs: 2, onStop: 'restore' });
 * ```
 * @typedef {object} PreemptibleOptions
 * @property {number} [turnMs]  how long a turn takes, in milliseconds, above 0; default: the task's part of the slice,
 *   which is the rest of it if no other task can run, and at most 4
 * @property {'lose' | 'restore' | ((exports: any) => void)} [onStop]  what a call that is stopped, or has reached its
 *   limit, leaves behind. `'lose'`, the default: the instance is lost, and every later call says so. `'restore'`: memories
 *   and mutable globals are what they were when the call began; tables and JavaScript's variables are not put back. A
 *   function is called once with the exports, and tells the code to end by itself, for example by `sqlite3_interrupt`;
 *   the code then goes on until it does. If the function throws, the instance is lost.
 */

/**
 * Where a module comes from: its bytes, instrumented or not; a Response with them, or the promise of one; or a module
 * that was compiled from instrumented bytes.
 * @typedef {BufferSource | Response | PromiseLike<Response> | WebAssembly.Module} ModuleSource
 */

/**
 * The work that `call` returns, for `cooperate`.
 * @template T  the type of the result
 * @typedef {(context: { shouldYield(): boolean }) => AsyncGenerator<unknown, T, any>} CallWork
 */

/**
 * The calls whose iterators are in use. The registry refers to a call until it has ended, and so may the call, through the
 * stack of an error, to its iterator.
 * @type {FinalizationRegistry<Call> | undefined}
 */
const dropped =
  globalThis.FinalizationRegistry && new FinalizationRegistry((/** @type {Call} */ call) => call.abandon());

/**
 * One instance of a module, whose calls can be tasks.
 * @example
 * const instance = preemptible();
 * await instance.instantiate(bytes, imports);
 * console.log(await cooperate(instance.call(instance.exports.sum, 1000)));
 */
export class Preemptible {
  #turnMs;
  #onStop;
  /** @type {GuardedInstance | undefined} */
  #instance;
  /** `instantiate` was called and has not failed. */
  #taken = false;

  /**
   * @param {PreemptibleOptions} [options]
   * @throws {TypeError | RangeError} if an option is invalid
   */
  constructor(options = {}) {
    if (options === null || typeof options !== 'object') throw mustBe('preemptible: options', 'an object', options);
    const { turnMs, onStop = 'lose' } = options;
    if (turnMs !== undefined && typeof turnMs !== 'number') {
      throw mustBe('preemptible: options.turnMs', 'a number', turnMs);
    }
    if (turnMs !== undefined && !(turnMs > 0 && turnMs < Infinity)) {
      throw new RangeError(`preemptible: options.turnMs must be above 0 and finite, not ${turnMs}`);
    }
    if (onStop !== 'lose' && onStop !== 'restore' && typeof onStop !== 'function') {
      throw mustBe('preemptible: options.onStop', "'lose', 'restore' or a function", onStop);
    }
    this.#turnMs = turnMs;
    this.#onStop = onStop;
  }

  /**
   * Instruments a module, unless it was instrumented before, and instantiates it.
   * @param {ModuleSource} source
   * @param {Record<string, any>} [imports]  as for WebAssembly.instantiate
   * @returns {Promise<{ module: WebAssembly.Module, instance: WebAssembly.Instance }>} `instance` has the exports of
   *   this object
   * @throws {InvalidModule} if it is not a module or contains something unknown
   * @throws {TypeError} if an argument is invalid, or `source` is a module that was not instrumented
   * @throws {Error} if there is an instance already, or the Response has failed
   */
  instantiate(source, imports) {
    return this.#instantiate('instantiate', source, imports);
  }

  /**
   * Returns a function for the option `instantiateWasm` of Emscripten's modules.
   * @param {ModuleSource} source
   * @returns {(imports: any, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) => {}} reports
   *   an error as an unhandled rejection, because Emscripten waits for a success only
   * @throws {InvalidModule} if it is not a module or contains something unknown
   */
  instantiateWasm(source) {
    const prepared = isBytes(source) ? instrumentedBytes('instantiateWasm', source) : source;
    return (imports, receive) => {
      void this.#instantiate('instantiateWasm', prepared, imports).then(({ instance, module }) =>
        receive(instance, module),
      );
      return {};
    };
  }

  /**
   * @param {string} method
   * @param {any} source @param {any} imports
   */
  async #instantiate(method, source, imports) {
    if (this.#taken) {
      throw new Error(`Preemptible.${method}: there is an instance already; make another object with preemptible()`);
    }
    if (imports !== undefined && (imports === null || typeof imports !== 'object')) {
      throw mustBe(`Preemptible.${method}: imports`, 'an object', imports);
    }
    this.#taken = true;
    try {
      const module = await compile(method, await source);
      const guarded = new GuardedInstance(this.#turnMs);
      const instance = await guarded.instantiate(module, imports);
      this.#instance = guarded;
      return { module, instance };
    } catch (error) {
      this.#taken = false;
      throw error;
    }
  }

  /** @param {string} member @returns {GuardedInstance} */
  #get(member) {
    if (this.#instance === undefined) {
      throw new Error(`Preemptible.${member}: there is no instance yet; await instantiate() first`);
    }
    return this.#instance;
  }

  /**
   * The exports, for plain calls. While a task's call is suspended, functions throw InstanceBusy; once the instance is
   * lost, InstanceLost.
   * @returns {Record<string, any>}
   * @throws {Error} if there is no instance yet
   */
  get exports() {
    return this.#get('exports').exports;
  }

  /**
   * 'busy': a task's call has begun and not ended. 'lost': a call was stopped and left in the middle.
   * @returns {'idle' | 'busy' | 'lost'}
   */
  get state() {
    const instance = this.#instance;
    if (instance?.lost !== undefined) return 'lost';
    return instance?.current === undefined ? 'idle' : 'busy';
  }

  /**
   * What the instance has done in tasks.
   * @returns {PreemptibleStats}
   */
  stats() {
    return { ...this.#get('stats').stats };
  }

  /**
   * Makes work of a call, for `cooperate`. Several calls of one instance run one after the other.
   * @template {(...args: any[]) => any} F
   * @param {F} f  an export, an entry of the instance's table, or a function of JavaScript that calls exports; the latter
   *   cannot be suspended, and runs in one turn
   * @param {Parameters<F>} args
   * @returns {CallWork<Awaited<ReturnType<F>>>}
   * @throws {TypeError} if f is not a function, or an export of another instance
   * @throws {Error} if the host lacks JavaScript Promise Integration, or there is no instance yet
   * @throws {InstanceLost} if the instance is lost
   */
  call(f, ...args) {
    if (!supported) {
      throw new Error(
        'Preemptible.call: this host cannot suspend WebAssembly (JavaScript Promise Integration): Chromium 137, Firefox ' +
          '139, Safari 27 and Node 24 can, and later ones. Preemptible.limit works here',
      );
    }
    const { instance, original } = this.#getForCall('call', f);
    const call = { f, original, args, name: nameOf(f) || 'call' };
    const options = { turnMs: this.#turnMs, onStop: this.#onStop };
    /** @param {import('./call.js').TurnContext} context */
    const work = (context) => iterate(new Call(instance, call, options, forget), context);
    Object.defineProperty(work, 'name', { value: call.name });
    return /** @type {any} */ (work);
  }

  /**
   * Calls a function and ends it when its time is over. Needs no JavaScript Promise Integration.
   * @template {(...args: any[]) => any} F
   * @param {number} ms  0 or more
   * @param {F} f  an export, or a function of JavaScript that calls exports
   * @param {Parameters<F>} args
   * @returns {ReturnType<F>}
   * @throws {TimeLimit} if it takes longer
   * @throws {TypeError | RangeError} if an argument is invalid
   * @throws {InstanceBusy | InstanceLost} if another call is in the instance, or the instance is lost
   */
  limit(ms, f, ...args) {
    if (typeof ms !== 'number') throw mustBe('Preemptible.limit: ms', 'a number', ms);
    if (!(ms >= 0)) throw new RangeError(`Preemptible.limit: ms must be 0 or more, not ${ms}`);
    const { instance, original } = this.#getForCall('limit', f);
    if (instance.current !== undefined) {
      instance.checkFree();
      throw new InstanceBusy('Preemptible.limit: another call is in this instance');
    }
    return new LimitedCall(instance, nameOf(f) || 'the call', ms, this.#onStop).run(original ?? f, args);
  }

  /** @param {string} method @param {Function} f */
  #getForCall(method, f) {
    const instance = this.#get(method);
    if (typeof f !== 'function') {
      const names = Object.keys(instance.exports).filter((name) => typeof instance.exports[name] === 'function');
      const some = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
      throw new TypeError(
        `Preemptible.${method}: f must be a function, not ${describe(f)}; the instance exports ${some || 'none'}`,
      );
    }
    const original = instance.originalOf(`Preemptible.${method}: f`, f);
    if (instance.lost !== undefined) throw new InstanceLost(instance.lost);
    return { instance, original };
  }
}

const forget = (/** @type {Call} */ call) => void dropped?.unregister(call);

/**
 * The iterator of a call. The call does not refer to it, so that it can be collected if nobody uses it any more.
 * @param {Call} call
 * @param {import('./call.js').TurnContext} context
 */
function iterate(call, context) {
  const iterator = {
    next: () => call.next(context),
    return: () => call.return(),
    /** @returns {any} */
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  dropped?.register(iterator, call, call);
  return iterator;
}

/** @param {string} method @param {any} source  bytes */
function instrumentedBytes(method, source) {
  const bytes = bytesOf(`Preemptible.${method}: source`, source);
  const { instrumented, bytes: rewritten } = rewrite(bytes);
  return instrumented ? new Uint8Array(bytes) : rewritten;
}

/** @param {string} method @param {any} source @returns {Promise<WebAssembly.Module>} */
async function compile(method, source) {
  if (source instanceof WebAssembly.Module) {
    if (WebAssembly.Module.exports(source).some(({ name }) => name === 'coop:save')) return source;
    throw new TypeError(
      `Preemptible.${method}: source is a module that was not instrumented; compile it from instrument(bytes)`,
    );
  }
  if (typeof source?.arrayBuffer === 'function') {
    if (source.ok === false) {
      throw new Error(`Preemptible.${method}: ${source.url || 'the response'} has the HTTP status ${source.status}`);
    }
    source = await source.arrayBuffer();
  }
  if (!isBytes(source)) {
    throw mustBe(`Preemptible.${method}: source`, 'bytes, a Response or a WebAssembly.Module', source);
  }
  return compileModule(instrumentedBytes(method, source));
}
