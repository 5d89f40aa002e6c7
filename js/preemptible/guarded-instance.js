// An instrumented instance: its hooks, its exports with guards, and the calls on it that are tasks.
//
// At most one such call is in the instance: `current`. It is on the stack or suspended, and while it is suspended nobody
// else may enter, because it may be in the middle of `malloc`: the guards see to that, and other calls queue.
//
// A computation can be suspended only if no JavaScript is on the stack between it and `WebAssembly.promising`. So the
// calls that lead from the module to JavaScript and back are counted: `depth`.

import { now } from '../util/platform.js';
import { InstanceBusy, InstanceLost } from './errors.js';
import { Snapshot } from './snapshot.js';

/**
 * A call that is limited or is a task.
 * @typedef {object} Activity
 * @property {boolean} isOnStack  false while it is suspended
 * @property {boolean} isOverdue  its turn should have ended, but JavaScript was in between
 * @property {(time: number, isFirst: boolean) => boolean} check  called by checks; `isFirst`: the first one since the
 *   turn began. Returns false to suspend the computation; throws to end it
 * @property {() => Promise<number>} suspend  called after that
 */

/**
 * What an instance has done in tasks. Times are in milliseconds.
 * @typedef {object} PreemptibleStats
 * @property {number} turns
 * @property {number} uncutMs  how long turns went on after they should have ended, because JavaScript was in between
 * @property {number} longestUncutMs
 * @property {string} [uncutBy]  the JavaScript function that was in between then
 */

/**
 * The host's functions: programs replace those of the global object, to let a library use a Preemptible. Suspending and
 * promising are not in TypeScript's library.
 * @type {any}
 */
const { Suspending, promising, compile, instantiate, Instance, Module } = globalThis.WebAssembly ?? {};

/** Compiles a module. @type {(bytes: BufferSource) => Promise<WebAssembly.Module>} */
export const compileModule = compile;

/** True if the host can suspend WebAssembly, by JavaScript Promise Integration. @type {boolean} */
export const supported = typeof Suspending === 'function' && typeof promising === 'function';

/** What a check may spend at most: no task's call is in the instance. */
const UNLIMITED = 2 ** 31 - 1;
const SUSPEND = -1;
/** Thrown by a hook so that the budget stays below 0. */
const DUE = new Error('the next check is due');

/** How often a call asks whether it may continue, in milliseconds; more often if its turns are shorter. */
const CHECK_MS = 0.25;
const CHECKS_PER_TURN = 4;
// The budget is what takes that long, in instructions or so. As an integer it may be 0, for every check.
const FIRST_BUDGET = 20_000;
const LEAST_BUDGET = 0.5;
const MOST_BUDGET = 10_000_000;
// How much it changes from one check to the next.
const MOST_GROWTH = 2;
const LEAST_GROWTH = 0.25;

/**
 * Hooks must be functions of WebAssembly. These two, `c` and `s`, call what is imported:
 * (import "" "c" (func (result i32))) (import "" "s" (func (result i32)))
 */
const HOOKS = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[2, 11, 2, 0, 1, 0x63, 0, 0, 0, 1, 0x73, 0, 0],
  ...[3, 3, 2, 0, 0],
  ...[7, 9, 2, 1, 0x63, 0, 2, 1, 0x73, 0, 3],
  ...[10, 11, 2, 4, 0, 0x10, 0, 0x0b, 4, 0, 0x10, 1, 0x0b],
];

/** @type {WebAssembly.Module | undefined} */
let hooksModule;

/** @type {WebAssembly.Table | undefined} */
let typeCheck;

/** Returns true for functions of WebAssembly: a table accepts no other. @param {any} f */
export function isOfWebAssembly(f) {
  typeCheck ??= new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  try {
    typeCheck.set(0, f);
    typeCheck.set(0, null);
    return true;
  } catch {
    return false;
  }
}

/** What the guards of all instances guard. @type {WeakMap<Function, { instance: GuardedInstance, f: Function }>} */
const guarded = new WeakMap();

/** The name of the import object's namespace for what the rewriter adds. */
const isAdded = (/** @type {string} */ name) => name.startsWith('coop:');

export class GuardedInstance {
  /** The exports with guards. @type {Record<string, any>} */
  exports = {};
  /** Those of the module itself. @type {any} */
  #exports = {};
  /** @type {Map<Function, Function>} */
  #guards = new Map();
  /** @type {Map<Function, Function>} */
  #promising = new Map();
  /** @type {Snapshot | undefined} */
  #snapshot;

  /** The call that is in the instance. @type {Activity | undefined} */
  current;
  /** The calls that are tasks and have begun or wait, the current one first. @type {object[]} */
  queue = [];
  /** How many functions of JavaScript are on the stack since `current` was called. */
  depth = 0;
  /** The innermost of them. */
  between = '';
  /** Why the instance can no longer be used. @type {string | undefined} */
  lost;
  /** @type {PreemptibleStats} */
  stats = { turns: 0, uncutMs: 0, longestUncutMs: 0 };

  #checkMs;
  #budget = FIRST_BUDGET;
  #isSettingBudget = false;
  /** The next check will call the host. */
  #isDue = false;
  #isThrowing = false;
  /** The time of the last check; undefined: the next one is the first of a turn. @type {number | undefined} */
  #checked;

  /** @param {number | undefined} turnMs */
  constructor(turnMs = Infinity) {
    this.#checkMs = Math.min(CHECK_MS, turnMs / CHECKS_PER_TURN);
  }

  /**
   * Instantiates an instrumented module.
   * @param {WebAssembly.Module} module
   * @param {any} imports
   */
  async instantiate(module, imports) {
    const { instance: raw, importedTables } = await this.#instantiate(module, imports);
    const { exports } = raw;
    this.#exports = exports;
    this.#setHooks();
    for (const [name, value] of Object.entries(exports)) {
      if (isAdded(name)) continue;
      if (value instanceof WebAssembly.Table && !importedTables.has(value)) this.#guardTable(value);
      this.exports[name] = typeof value === 'function' ? this.#guard(value, name) : value;
    }
    // So that `instanceof` holds.
    return Object.create(Instance.prototype, { exports: { value: this.exports, enumerable: true } });
  }

  /** @param {WebAssembly.Module} module @param {any} imports */
  async #instantiate(module, imports) {
    /** @type {Record<string, Record<string, any>>} */
    const wrapped = {};
    const importedTables = new Set();
    for (const { module: space, name, kind } of Module.imports(module)) {
      const value = imports?.[space]?.[name];
      if (kind === 'table') importedTables.add(value);
      (wrapped[space] ??= {})[name] = kind === 'function' ? this.#wrapImport(value, name) : value;
    }
    return { instance: await instantiate(module, wrapped), importedTables };
  }

  /**
   * Functions of WebAssembly stay as they are, so that calls between instances cost nothing; and so does a
   * WebAssembly.Suspending, which is no function.
   * @param {any} f @param {string} name
   */
  #wrapImport(f, name) {
    if (typeof f !== 'function' || isOfWebAssembly(f)) return f;
    return (/** @type {any[]} */ ...args) => this.within(name, f, args);
  }

  /**
   * The budget does not count what JavaScript takes: lets the next check call the host if that is due. For that the budget
   * must be below 0, which it is after a hook has thrown.
   */
  #charge() {
    if (this.current === undefined || this.#checked === undefined || this.#isDue) return;
    // The turn may end here at last, and perhaps not later: JavaScript that is called again and again may have each check.
    const canEnd = this.depth === 0 && this.current.isOverdue;
    if (!canEnd && now() - this.#checked <= this.#checkMs) return;
    this.#isDue = this.#isThrowing = true;
    try {
      this.#exports['coop:check']();
    } catch {
      this.#isThrowing = false;
    }
  }

  #setHooks() {
    hooksModule ??= /** @type {WebAssembly.Module} */ (new Module(Uint8Array.from(HOOKS)));
    const suspend = () => /** @type {Activity} */ (this.current).suspend();
    const imports = { c: this.#check, s: supported ? new Suspending(suspend) : () => 0 };
    const { c, s } = new Instance(hooksModule, { '': imports }).exports;
    const { 'coop:hooks': hooks } = this.#exports;
    hooks.set(0, c);
    hooks.set(1, s);
    this.setBudget();
  }

  // ---- guards ----

  /**
   * Returns an export that throws while a task's call is suspended.
   * @param {Function} f @param {string} name
   */
  #guard(f, name) {
    const known = this.#guards.get(f);
    if (known !== undefined) return known;
    const guard = (/** @type {any[]} */ ...args) => {
      if (this.current === undefined) {
        if (this.lost !== undefined) throw new InstanceLost(this.lost);
        return f(...args);
      }
      this.checkFree();
      return this.within('', f, args); // JavaScript that the current call has called
    };
    Object.defineProperty(guard, 'name', { value: name });
    Object.defineProperty(guard, 'length', { value: f.length });
    this.#guards.set(f, guard);
    guarded.set(guard, { instance: this, f });
    return guard;
  }

  /**
   * Glue may take functions out of a table, and put others into it.
   * @param {WebAssembly.Table} table
   */
  #guardTable(table) {
    const { get, set } = WebAssembly.Table.prototype;
    const members = {
      get: (/** @type {number} */ index) => {
        const f = get.call(table, index);
        return typeof f === 'function' ? this.#guard(f, `table entry ${index}`) : f;
      },
      set: (/** @type {number} */ index, /** @type {any[]} */ ...values) =>
        set.call(table, index, .../** @type {[any]} */ (values.map((value) => guarded.get(value)?.f ?? value))),
    };
    for (const [name, value] of Object.entries(members)) {
      Object.defineProperty(table, name, { value, configurable: true, writable: true });
    }
  }

  /** Throws if a call is suspended, so that no plain call may be made now. */
  checkFree() {
    if (this.current?.isOnStack === false) {
      throw new InstanceBusy(
        "a task's call is suspended in this instance; wait for its end, make this call a task too, or use another instance",
      );
    }
  }

  /**
   * Returns the function of WebAssembly that f is, or is the guard of; undefined for a function of JavaScript.
   * @param {string} what  for errors
   * @param {Function} f
   */
  originalOf(what, f) {
    const original = guarded.get(f);
    if (original === undefined) return isOfWebAssembly(f) ? f : undefined;
    if (original.instance !== this) throw new TypeError(`${what} is an export of another instance`);
    return original.f;
  }

  /** The function that starts a computation which can be suspended. @param {Function} f  of WebAssembly */
  promising(f) {
    let promised = this.#promising.get(f);
    if (promised === undefined) this.#promising.set(f, (promised = /** @type {Function} */ (promising(f))));
    return promised;
  }

  /**
   * Calls a function with JavaScript between it and what called it.
   * @param {string} name  of that JavaScript; '' if it is not known
   * @param {Function} f @param {any[]} args
   */
  within(name, f, args) {
    const outer = this.between;
    this.depth++;
    this.between = name || outer;
    try {
      return f(...args);
    } finally {
      this.depth--;
      this.between = outer;
      this.#charge();
    }
  }

  // ---- checks ----

  #check = () => {
    const { current } = this;
    if (current === undefined) return UNLIMITED;
    if (this.#isSettingBudget) return 0;
    if (this.#isThrowing) throw DUE;
    this.#isDue = false;
    const time = now();
    const isFirst = this.#checked === undefined;
    if (this.#checked !== undefined) {
      const ms = time - this.#checked;
      const growth = ms === 0 ? MOST_GROWTH : this.#checkMs / ms;
      const budget = this.#budget * Math.max(LEAST_GROWTH, Math.min(MOST_GROWTH, growth));
      this.#budget = Math.max(LEAST_BUDGET, Math.min(MOST_BUDGET, budget));
    }
    this.#checked = time;
    return current.check(time, isFirst) ? this.#budget : SUSPEND;
  };

  /** Lets the next check be the first of a turn: the time of the turn starts there. */
  beginTurn() {
    this.#checked = undefined;
  }

  /** Lets the next check call the host, if there is a `current`. The budget that was left may last for long. */
  setBudget() {
    this.#isSettingBudget = true;
    this.#exports['coop:check']();
    this.#isSettingBudget = false;
  }

  // ---- what a stopped call leaves behind ----

  /** Takes a snapshot, part by part. */
  snapshot() {
    this.#snapshot ??= new Snapshot(this.#exports);
    return this.#snapshot.take();
  }

  /**
   * A call was left in the middle: puts back the snapshot. Without one the instance is lost.
   * @param {string} why  names the call
   */
  leaveBroken(why) {
    if (this.#snapshot !== undefined) this.#snapshot.restore();
    else this.lost = `the instance was left in the middle of ${why}; make another one, or use onStop: 'restore'`;
  }
}
