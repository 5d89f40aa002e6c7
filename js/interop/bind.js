// The classes of the package over a C program that was built with Emscripten and has the library linked in.

import { CORE, Cooperator, PART } from '../tasks/cooperator.js';
import { Deferred } from '../tasks/deferred.js';
import { describe } from '../util/argument-errors.js';
import { deferredFromC, deferredToC, encode, importsFor } from './program-values.js';
import { native } from './native.js';
import { CooperativeTask } from '../tasks/task.js';
import { Core, imports, textAt } from '../core/wasm.js';

/**
 * What such a program puts under Module.cooperator: src/wasm/program.js.
 * @typedef {object} Link
 * @property {Record<string, Function>} hooks
 * @property {number} entries  where the list of its functions begins
 * @property {() => ArrayBuffer} memory
 * @property {() => WebAssembly.Table} table
 * @property {BoundProgram} [bound]
 */

/**
 * The package over a program: `cooperate`, `coiterate` and `native` are as those of the package itself.
 * @typedef {object} BoundProgram
 * @property {typeof Cooperator} Cooperator  whose instances are in the program
 * @property {typeof CooperativeTask} CooperativeTask  the package's own
 * @property {typeof Deferred} Deferred  the package's own
 * @property {typeof native} native  the package's own
 * @property {() => Cooperator} getGlobalCooperator  that of the two below; in C, coop_wasm_cooperator()
 * @property {<T>(work: Work<T>, options?: TaskOptions) => CooperativeTask<T>} cooperate
 * @property {<T>(work: Work<T>, doneDeferred?: Deferred<T>) => Deferred<T>} coiterate
 * @property {(promise: PromiseLike<unknown>) => number} deferredToC  makes a coop_deferred that takes over the result
 *   of a Promise, a Deferred or another thenable, and returns its address; with it goes one reference, which is the
 *   program's to release. Where the program cancels it, a Deferred is cancelled.
 * @property {(pointer: number) => Deferred<any>} deferredFromC  makes a Deferred that takes over the result of a
 *   coop_deferred, the reference to which remains the caller's: a value of JavaScript's as it was, any other as the
 *   number that it is in C; a failure as JavaScript's own error, or as one with `status`, the name of its status, and
 *   `value`. To cancel it is to cancel the program's.
 */

/** @template T @typedef {import('../tasks/work-source.js').Work<T>} Work */
/** @typedef {import('../tasks/task.js').TaskOptions} TaskOptions */

/**
 * Gives the classes and functions of the package over the cooperator of a C program, whose tasks and JavaScript's are
 * in one queue then. The first call starts that cooperator; each further one returns the same object.
 * @param {object} Module  what the program's JavaScript, which Emscripten has made, gives when the program is loaded
 * @returns {BoundProgram}
 */
export function bind(Module) {
  const link = /** @type {any} */ (Module)?.cooperator;
  if (typeof link?.entries !== 'number' || link.entries === 0) {
    throw new TypeError(
      'bind: Module must be that of a loaded program which was built with Emscripten and links cooperator::wasm ' +
        `(await the Promise of it where there is one), not ${describe(Module)}`,
    );
  }
  link.bound ??= connectTo(link);
  return link.bound;
}

/**
 * @param {Link} link
 * @returns {BoundProgram}
 */
function connectTo(link) {
  const table = link.table();
  /** @type {Record<string, any>} */
  const exports = {};
  const core = new Core(exports, link.memory, table, (task, error) => void exports.task_fail(task, encode(error)));
  for (let at = link.entries >> 2; core.words()[at] !== 0; at += 2) {
    const words = core.words();
    exports[textAt(core, words[at])] = table.get(words[at + 1]);
  }
  link.hooks = { ...imports, ...importsFor(core) };

  class ProgramCooperator extends Cooperator {
    /** @override */
    static [CORE] = () => core;
  }
  const cooperator = new ProgramCooperator(/** @type {object} */ ({ [PART]: exports.cooperator_adopt }));
  cooperator.start();

  return {
    Cooperator: ProgramCooperator,
    CooperativeTask,
    Deferred,
    native,
    getGlobalCooperator: () => cooperator,
    cooperate: (work, options) => cooperator.cooperate(work, options),
    coiterate: (work, doneDeferred) => cooperator.coiterate(work, doneDeferred),
    deferredToC: (promise) => deferredToC(core, promise),
    deferredFromC: (pointer) => deferredFromC(core, pointer),
  };
}
