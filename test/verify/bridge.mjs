// Calls the functions of a core with everything that JavaScript can get wrong: handles that are stale, forged, negative
// or 0; flags, shares and statuses out of range; hooks that return nonsense and call back. Only pointers are valid: the
// package never lets go of one that it has released. Nothing may trap, and no cooperator may get another's tasks.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  CALLBACK,
  CANCELLED,
  DONE,
  ENTRY_FUNCTION,
  ENTRY_NAME,
  ENTRY_SIZE,
  FAILED,
  FAILURE,
  FAIR_BY_TIME,
  FAIR_BY_TURNS,
  HOST_FAILED,
  MORE,
  OK,
  PENDING,
  RESULT_STATUS,
  RESULT_VALUE,
  SLICE_LIMIT_ASK,
  SLICE_LIMIT_MS,
  SLICE_LIMIT_TURNS,
  START_TIMER,
  STOP_TIMER,
  WAIT,
} from '../../js/core/constants.js';
import { random } from '../model/generate.js';

const require = createRequire(import.meta.url);
const FORGED = [0, 1, -1, 2, 3, 14, 15, 1 << 22, (1 << 22) | 1, 1 << 30, 2 ** 31 - 1, -(2 ** 31), 0xdeadbeef | 0];
const SHARES = [0, 1, 2, 0.5, 0.001, -1, 1e-9, 2 ** 31 - 1, 2 ** 32, NaN, Infinity];
const MAX_DEPTH = 4;

/**
 * @typedef {object} Opened
 * @property {Record<string, Function>} exports
 * @property {() => ArrayBuffer} memory
 * @property {number} [nativeStep]  the index of a step for native tasks
 * @property {(() => void)[]} [programCalls]  calls that the C program makes itself
 *
 * @typedef {(imports: Record<string, Function>) => Opened} Open
 */

let packageCore;

/** The package's core, with the names of the sources. @type {Open} */
export function openPackageCore(imports) {
  packageCore ??= new WebAssembly.Module(readFileSync(new URL('../../build/wasm/cooperator.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(packageCore, { env: imports });
  exports._initialize?.();
  return { exports, memory: () => exports.memory.buffer };
}

/**
 * The core of a C program that links the library: test/program/main.c, built by the step `program`.
 * @param {string} level  of optimisation: O0 or O3
 * @returns {Promise<Open>}
 */
export async function programOpener(level) {
  const log = [];
  const Module = await require(`../../build/program/program_${level}.cjs`)({ log });
  return (imports) => {
    const link = Module.cooperator;
    const { memory } = link;
    const table = link.table();
    const indexes = readEntries(link);
    const exports = Object.fromEntries(Object.entries(indexes).map(([name, index]) => [name, table.get(index)]));
    link.hooks = imports;
    const programCalls = [
      () => Module._add_counter(log.length % 3, log.length % 5),
      () => Module._stop(),
      () => Module._running(),
      () => {
        log.length = 0;
      },
    ];
    return { exports, memory, nativeStep: indexes.native_failed, programCalls };
  };
}

/** The program's table of functions: by name, the index in the function table. */
function readEntries({ entries, memory }) {
  const words = new Uint32Array(memory());
  const bytes = new Uint8Array(memory());
  const indexes = {};
  for (let at = entries; words[(at + ENTRY_NAME) >> 2] !== 0; at += ENTRY_SIZE) {
    const name = words[(at + ENTRY_NAME) >> 2];
    const text = new TextDecoder().decode(bytes.subarray(name, bytes.indexOf(0, name)));
    indexes[text] = words[(at + ENTRY_FUNCTION) >> 2];
  }
  return indexes;
}

/**
 * Opens a core and makes random calls.
 * @param {number} seed
 * @param {number} calls  at least
 * @param {Open} open
 * @returns {number}  the number of calls
 */
export function misuseCore(seed, calls, open) {
  const { below, chance, pick } = random(seed);
  const cooperators = new Set();
  /** By task, the cooperator for which it was created. @type {Map<number, number>} */
  const tasks = new Map();
  const deferreds = new Set();
  let depth = 0;
  let nativeStepsRunning = 0;
  let made = 0;

  const handle = () => (chance(0.3) ? pick(FORGED) : 1 + below(200));
  const some = (set) => [...set.keys()][below(set.size)];
  const take = (set) => {
    const one = some(set);
    set.delete(one);
    return one;
  };
  const words = () => new Int32Array(memory());
  const callBack = () => {
    if (depth < MAX_DEPTH && chance(0.3)) call();
  };

  const imports = {
    host_now_ms: () => pick([0, made, NaN, -1, Infinity]),
    host_request_slice(cooperator, requested) {
      if (requested === 1) callBack();
      return pick([OK, OK, OK, HOST_FAILED]);
    },
    host_begin_slice(cooperator, limit) {
      callBack();
      new Float64Array(memory())[(limit + SLICE_LIMIT_MS) >> 3] = pick([Infinity, 0, -1, NaN, 5]);
      words()[(limit + SLICE_LIMIT_TURNS) >> 2] = pick([1, 3, 7]);
      words()[(limit + SLICE_LIMIT_ASK) >> 2] = pick([0, 1, 256]); // and the hint, in the second byte
      return pick([OK, OK, HOST_FAILED]);
    },
    host_should_end_slice: () => (callBack(), pick([0, 1, 2])),
    host_native_turn() {
      nativeStepsRunning++;
      callBack();
      nativeStepsRunning--;
      return pick([MORE, DONE, FAILED, WAIT, 4, -1]);
    },
    host_stop: () => (callBack(), pick([MORE, DONE, FAILED, WAIT, 4, -1])),
    host_close: () => callBack(),
    host_long_turn() {},
    host_invoke(object, kind, argument) {
      if (kind === START_TIMER) return chance(0.2) ? 1 : 0;
      if (kind === STOP_TIMER) return 0;
      callBack();
      if (kind === CALLBACK) {
        const status = pick([OK, FAILURE, CANCELLED, PENDING]);
        const deferred = deferreds.size === 0 ? 0 : some(deferreds);
        words()[(argument + RESULT_STATUS) >> 2] = status;
        words()[(argument + RESULT_VALUE) >> 2] = status === PENDING ? deferred : handle();
      }
      return pick([0, 1]);
    },
    host_settled() {},
    host_unhandled: () => callBack(),
    host_release() {},
    host_release_value() {},
    emscripten_notify_memory_growth() {},
  };
  const { exports: core, memory, nativeStep, programCalls = [] } = open(imports);

  /** Gives turns, and in each of them calls anything. Leaves some of them suspended, so that the slice stays open. */
  function runSlice(cooperator) {
    let turn = core.cooperator_begin_slice(cooperator);
    for (let turns = 0; turn !== 0 && turns < 100; turns++) {
      callBack();
      if (chance(0.1)) {
        core.cooperator_suspend_turn(cooperator);
        if (chance(0.5)) return;
        callBack();
      }
      turn = core.cooperator_end_turn(cooperator, pick([MORE, MORE, DONE, FAILED, WAIT, WAIT, 4, -1]));
    }
  }

  function checkOwners() {
    for (const cooperator of cooperators) {
      for (let task = core.cooperator_first_task(cooperator); task !== 0; task = core.task_next(task)) {
        const owner = tasks.get(task) ?? cooperator; // a task that the C program added is not in the map
        if (owner !== cooperator) throw new Error(`a task of the cooperator at ${owner} is in that at ${cooperator}`);
      }
    }
  }

  function addTask(create) {
    const cooperator = some(cooperators);
    const task = create(cooperator);
    if (task === 0) return; // no memory
    tasks.set(task, cooperator);
    if (chance(0.8)) core.task_start(task); // the others may be started later, or never
  }

  /** By name of a function, what needs no object. */
  const alone = {
    cooperator_create() {
      const fairness = pick([FAIR_BY_TURNS, FAIR_BY_TIME, -1, 2]);
      const pointer = core.cooperator_create(handle(), below(2), fairness, pick([0, 0.5, 5, Infinity, NaN, -1]));
      if (pointer !== 0) cooperators.add(pointer);
    },
    cooperator_bind: () => cooperators.add(core.cooperator_bind(handle())),
    cooperator_first_task: checkOwners,
    status_message() {
      const text = core.status_message(handle());
      if (!(text > 0 && text < memory().byteLength)) throw new Error(`a status has its message at ${text}`);
    },
    deferred_create: () => deferreds.add(core.deferred_create(handle(), below(2))),
    deferred_restore() {
      deferreds.add(core.deferred_restore(handle(), pick([OK, FAILURE, CANCELLED]), handle(), below(3), below(2)));
    },
  };
  const onCooperator = {
    cooperator_start: core.cooperator_start,
    cooperator_stop: core.cooperator_stop,
    cooperator_pause: (cooperator) => core.cooperator_pause(cooperator, below(2)),
    cooperator_running: core.cooperator_running,
    cooperator_stats: core.cooperator_stats,
    cooperator_turning: core.cooperator_turning,
    cooperator_begin_slice: runSlice,
    // Also where no turn was given. But not inside a native step: only the turn of a step that has trapped is ended by
    // another caller, and a core cannot tell the two cases apart.
    cooperator_end_turn(cooperator) {
      if (nativeStepsRunning === 0 && chance(0.1))
        core.cooperator_end_turn(cooperator, pick([MORE, DONE, FAILED, WAIT, 4, -1]));
    },
    // Also where no turn was given, and as above.
    cooperator_suspend_turn(cooperator) {
      if (nativeStepsRunning === 0) core.cooperator_suspend_turn(cooperator);
    },
    cooperator_destroy(cooperator) {
      if (cooperators.size < 2 || depth > 1 || !chance(0.2)) return;
      cooperators.delete(cooperator);
      core.cooperator_destroy(cooperator);
    },
    task_create: () => addTask((cooperator) => core.task_create(cooperator, handle(), pick(SHARES))),
    native_task_create() {
      if (nativeStep === undefined) return; // the package's function table has no step
      addTask((cooperator) => core.native_task_create(cooperator, handle(), pick(SHARES), nativeStep, handle()));
    },
  };
  const onTask = {
    task_start: core.task_start,
    task_pause: core.task_pause,
    task_resume: core.task_resume,
    task_stop: core.task_stop,
    task_wake: core.task_wake,
    task_state: core.task_state,
    task_should_yield: core.task_should_yield,
    task_stopped_with: core.task_stopped_with,
    task_handle: core.task_handle,
    task_stats: core.task_stats,
    task_when_done: (task) => core.task_when_done(task, handle()),
    task_fail: (task) => core.task_fail(task, handle()),
  };
  const onDeferred = {
    deferred_called: core.deferred_called,
    deferred_pause: core.deferred_pause,
    deferred_unpause: core.deferred_unpause,
    deferred_fire(deferred) {
      if (chance(0.5)) core.deferred_fire(deferred, PENDING, some(deferreds));
      else core.deferred_fire(deferred, pick([OK, FAILURE, CANCELLED]), handle());
    },
    deferred_add_callbacks: (deferred) => core.deferred_add_callbacks(deferred, handle(), below(2), below(2)),
    deferred_observe: (deferred) => core.deferred_observe(deferred, handle()),
    deferred_chain: (deferred) => core.deferred_chain(deferred, some(deferreds)),
    deferred_cancel: (deferred) => core.deferred_cancel(deferred, handle()),
    deferred_add_timeout: (deferred) => core.deferred_add_timeout(deferred, pick([0, 1, -1, NaN, Infinity]), handle()),
    deferred_retain(deferred) {
      core.deferred_retain(deferred);
      core.deferred_release(deferred);
    },
    deferred_release() {
      if (deferreds.size > 20 && depth === 0) core.deferred_release(take(deferreds));
    },
  };

  /** The package's core and a program's do not have all of them. */
  const existing = (acts) =>
    Object.entries(acts)
      .filter(([name]) => name in core)
      .map(([, act]) => act);
  const onOne = (set, acts) =>
    existing(acts).map((act) => () => {
      if (set.size !== 0) act(some(set));
    });
  const acts = [
    ...existing(alone),
    ...onOne(cooperators, onCooperator),
    ...onOne(cooperators, { cooperator_begin_slice: runSlice }), // more often than the others
    ...onOne(cooperators, { cooperator_begin_slice: runSlice }),
    ...onOne(tasks, onTask),
    ...onOne(deferreds, onDeferred),
    ...programCalls,
  ];

  function call() {
    made++;
    depth++;
    pick(acts)();
    depth--;
  }
  while (made < calls) call();
  return made;
}
