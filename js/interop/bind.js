// bind: the classes of the package over the core of a C program that was built with Emscripten and links the library.

import { ENTRY_FUNCTION, ENTRY_NAME, ENTRY_SIZE } from '../core/constants.js';
import { guarded, hostImports } from '../core/host-imports.js';
import { forProgram, nameInPackage } from '../core/names.js';
import { Core } from '../core/wasm.js';
import { CORE, Cooperator } from '../tasks/cooperator.js';
import { CREATE_NATIVE } from '../tasks/cooperator-host.js';
import { Deferred } from '../tasks/deferred.js';
import { CooperativeTask } from '../tasks/task.js';
import { describe } from '../util/argument-errors.js';
import { native } from './native.js';
import { deferredFromC, deferredToC } from './program-deferreds.js';
import { programImports } from './program-imports.js';
import { toProgram } from './program-values.js';

/**
 * The property Module.cooperator of such a program: see src/wasm/program.js.
 * @typedef {object} Link
 * @property {Record<string, Function>} hooks  the functions that the core calls
 * @property {number} entries  the address of its table of functions
 * @property {() => ArrayBuffer} memory
 * @property {() => WebAssembly.Table} table
 * @property {BoundProgram} [bound]
 */

/**
 * The package, running in a program's core. `cooperate`, `coiterate` and `native` work as those of the package itself.
 * @typedef {object} BoundProgram
 * @property {typeof Cooperator} Cooperator  its instances run in the program's core
 * @property {typeof CooperativeTask} CooperativeTask  the package's own
 * @property {typeof Deferred} Deferred  the package's own
 * @property {typeof native} native  the package's own
 * @property {() => Cooperator} getGlobalCooperator  returns the cooperator of the next two functions; in C,
 *   coop_wasm_cooperator()
 * @property {<T>(work: Work<T>, options?: TaskOptions) => CooperativeTask<T>} cooperate
 * @property {<T>(work: Work<T>, doneDeferred?: Deferred<T>) => Deferred<T>} coiterate
 * @property {(promise: PromiseLike<unknown>) => number} deferredToC  creates a coop_deferred that takes over the result
 *   of a Promise, a Deferred or another thenable, and returns its address. The program owns its one reference, and must
 *   release it. If the program cancels it, a Deferred is cancelled.
 * @property {(pointer: number) => Deferred<any>} deferredFromC  creates a Deferred that takes over the result of a
 *   coop_deferred; the caller keeps its reference. A JavaScript value arrives as it is, any other value as the number
 *   that it is in C. A failure arrives as the JavaScript error that it stands for, or as an error with `status`, the
 *   name of its status, and `value`. Cancelling the Deferred cancels the program's.
 */

/** @template T @typedef {import('../tasks/work-source.js').Work<T>} Work */
/** @typedef {import('../tasks/task.js').TaskOptions} TaskOptions */

/**
 * Connects the package to a C program: returns its classes and functions over the program's cooperator, so that tasks
 * of C and of JavaScript share one queue. The first call starts that cooperator; further calls return the same object.
 * @param {object} Module  the module object of Emscripten's JavaScript, once the program is loaded
 * @returns {BoundProgram}
 * @throws {TypeError} if Module is not that of a loaded program that links the library
 * @example
 * const Module = await createProgram(); // of Emscripten's JavaScript
 * const { cooperate, deferredToC } = bind(Module);
 * Module._program_read(deferredToC(fetch('/text').then((response) => response.arrayBuffer())));
 * await cooperate(work); // in turns with the program's tasks
 */
export function bind(Module) {
  const link = /** @type {any} */ (Module)?.cooperator;
  if (typeof link?.entries !== 'number' || link.entries === 0) {
    throw new TypeError(
      'bind: Module must be the module object of a loaded program that was built with Emscripten and links ' +
        `cooperator::wasm (await it, if it is a Promise), not ${describe(Module)}`,
    );
  }
  link.bound ??= connect(link);
  return link.bound;
}

/**
 * @param {Link} link
 * @returns {BoundProgram}
 */
function connect(link) {
  const core = coreOf(link);
  link.hooks = forProgram({ ...hostImports, ...guarded(programImports(core)) });

  class ProgramCooperator extends Cooperator {
    /** @override */
    static [CORE] = () => core;
  }
  const cooperator = new ProgramCooperator(/** @type {object} */ ({ [CREATE_NATIVE]: core.exports.cooperator_bind }));
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

/**
 * Collects the functions of a program's core from its table.
 * @param {Link} link
 */
function coreOf(link) {
  const table = link.table();
  /** @type {Record<string, any>} */
  const exports = {};
  const core = new Core(exports, link.memory, table, (task, error) => void exports.task_fail(task, toProgram(error)));
  const wordAt = (/** @type {number} */ pointer) => core.words()[pointer >>> 2];
  for (let entry = link.entries; wordAt(entry + ENTRY_NAME) !== 0; entry += ENTRY_SIZE) {
    const name = nameInPackage(core.textAt(wordAt(entry + ENTRY_NAME)));
    exports[name] = table.get(wordAt(entry + ENTRY_FUNCTION));
  }
  return core;
}
