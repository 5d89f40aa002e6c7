// Native work, as far as tasks know it. The class that `native` instantiates is in interop/native.js, so that a program
// without native work need not load it.

/**
 * The options of `native`.
 *
 * ```js
 * const { step, create, result, destroy } = instance.exports;
 * const work = native({ step, state: create(1000), result, dispose: destroy });
 * ```
 * @template T
 * @typedef {object} NativeOptions
 * @property {Function} step  an exported WebAssembly function (i32 state) -> i32 code: 0 more, 1 done, 2 failed,
 *   3 waiting. If it throws, for example by a trap, the task fails with that error. With `cooperator/without-wasm` in a
 *   host that has no WebAssembly, any JavaScript function.
 * @property {number} [state]  the argument of `step`, a 32-bit integer; default: 0
 * @property {(state: number) => PromiseLike<unknown>} [wait]  called when the step returns 3: the next turn comes when
 *   the returned promise is fulfilled; if it is rejected, the task fails; default: none, and a 3 is a
 *   failure
 * @property {(state: number) => T} [result]  called when the step returns 1: returns the task's result; if it throws,
 *   the task fails with that error; default: the result is undefined
 * @property {(state: number) => void} [dispose]  called once when the task has finished, in whichever way;
 *   default: none
 * @property {string} [name]  for diagnostics; default: the name of `step`
 */

/**
 * Work that `native` returns, to be passed to `cooperate`.
 * @template T  the type of the task's result
 * @example
 * const work = native({ step: instance.exports.step });
 * await cooperate(work);
 */
export class NativeWork {
  /** @param {NativeOptions<T>} options */
  constructor({ step, state = 0, wait, result, dispose, name }) {
    this.step = step;
    this.state = state;
    this.wait = wait;
    this.result = result;
    this.dispose = dispose;
    this.name = name;
  }
}

/**
 * The work source of a native task. The core calls its step, and JavaScript only if the step returns any code but MORE.
 * @typedef {object} NativeSource
 * @property {true} isNative
 * @property {undefined} iterator
 * @property {string | undefined} name
 * @property {() => void} acquire  makes it the source of one task; throws a TypeError if it cannot be
 * @property {() => void} release  undoes `acquire`
 * @property {(core: import('../core/wasm.js').Core, cooperator: number, handle: number, share: number) => number}
 *   createTask  returns a native pointer; 0: no memory
 * @property {(code: number, task: string) => { value: any, then?: Function }} next  interprets the code that the step
 *   returned for the task of that name: with `then`, the task waits for the thenable `value`; without, it is done and
 *   `value` is its result; throws if the task fails
 * @property {() => void} throw  lets the next turn return the code FAILED; the step is not called again
 * @property {() => any} close  releases it, and calls `dispose`, which may throw
 */
