// A core's functions, called by somebody who gets all wrong that JavaScript can get wrong: handles that are stale,
// forged, negative, 0; numbers for flags, shares and statuses; imports that answer nonsense and call back. What is a
// pointer is one that the core gave out and has not taken back: js/ keeps those to itself. Nothing may trap, and no
// cooperator may come by another's tasks.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { random } from '../model/generate.js';

const require = createRequire(import.meta.url);
const NUMBERS = [0, 1, -1, 2, 3, 14, 15, 1 << 22, (1 << 22) | 1, 1 << 30, 2 ** 31 - 1, -(2 ** 31), 0xdeadbeef | 0];

/** @typedef {{ exports: Record<string, Function>, memory: () => ArrayBuffer, calls?: (() => void)[] }} Opened */

let wasm;

/** The package's core. @param {Record<string, Function>} imports @returns {Opened} */
export function openCore(imports) {
  wasm ??= new WebAssembly.Module(readFileSync(require.resolve('cooperator/cooperator.wasm')));
  const { exports } = new WebAssembly.Instance(wasm, { env: imports });
  exports._initialize?.();
  return { exports, memory: () => exports.memory.buffer };
}

/**
 * That of a C program that links the library: test/program/main.c, as the step `program` has built it.
 * @param {string} level  of optimisation
 * @returns {Promise<(imports: Record<string, Function>) => Opened>}
 */
export async function programOpener(level) {
  const log = [];
  const Module = await require(`../../build/program/program_${level}.cjs`)({ log });
  return (imports) => {
    const link = Module.cooperator;
    const [memory, table] = [link.memory, link.table()];
    const bytes = () => new Uint8Array(memory());
    const words = () => new Uint32Array(memory());
    const places = {};
    for (let at = link.entries / 4; words()[at] !== 0; at += 2) {
      const text = bytes().subarray(words()[at]);
      places[new TextDecoder().decode(text.subarray(0, text.indexOf(0)))] = words()[at + 1];
    }
    const exports = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, table.get(place)]));
    link.hooks = imports;
    const ofC = [
      () => Module._add_counter(log.length % 3, log.length % 5),
      () => Module._stop(),
      () => Module._running(),
      () => {
        log.length = 0;
      },
    ];
    return { exports, memory, failing: places.native_failed, ofC };
  };
}

/** One life of a core. Gives how many calls were made and how much memory it took. */
export function life(seed, calls, open = openCore) {
  const { below, chance, pick } = random(seed);
  const cooperators = new Set();
  /** With the cooperator that each was added to. @type {Map<number, number>} */
  const tasks = new Map();
  const deferreds = new Set();
  let depth = 0;
  let inStep = 0;
  let made = 0;
  const handle = () => (chance(0.3) ? pick(NUMBERS) : 1 + below(200));
  const some = (set) => [...set.keys()][below(set.size)];
  const again = () => {
    if (depth < 4 && chance(0.3)) call();
  };
  const words = () => new Int32Array(memory());

  const imports = {
    host_now_ms: () => pick([0, made, NaN, -1, Infinity]),
    host_want_slice(cooperator, wanted) {
      if (wanted === 1) again();
      return pick([0, 0, 0, 14]);
    },
    host_begin_slice(_, limit) {
      again();
      new Float64Array(memory())[limit >> 3] = pick([Infinity, 0, -1, NaN, 5]);
      words()[(limit >> 2) + 2] = pick([1, 3, 7]);
      words()[(limit >> 2) + 3] = pick([0, 1, 256]);
      return pick([0, 0, 14]);
    },
    host_should_end_slice: () => (again(), pick([0, 1, 2])),
    host_native() {
      inStep++;
      again();
      inStep--;
      return pick([0, 1, 2, 3, 4, -1]);
    },
    host_close: () => again(),
    host_long_turn() {},
    host_invoke(what, how, argument) {
      if (how === 3) return chance(0.2) ? 1 : 0; // START_TIMER
      if (how === 4) return 0;
      again();
      if (how === 0) {
        const status = pick([0, 2, 11, 1]);
        const at = argument >> 2;
        words()[at] = status;
        words()[at + 1] = status === 1 ? (deferreds.size === 0 ? 0 : some(deferreds)) : handle();
      }
      return pick([0, 1]);
    },
    host_settled() {},
    host_unhandled: () => again(),
    host_release() {},
    host_release_value() {},
    emscripten_notify_memory_growth() {},
  };
  const { exports: core, memory, failing, ofC } = open(imports);

  const take = (set) => {
    const one = some(set);
    set.delete(one);
    return one;
  };
  const startTask = (cooperator, task) => {
    if (task === 0) return;
    tasks.set(task, cooperator);
    core.task_start(task);
  };
  /** Acts by the function of the core that they are about; a core does not have all of them. */
  const acts = [
    [
      'cooperator_create',
      () => {
        const pointer = core.cooperator_create(handle(), below(2));
        if (pointer !== 0) cooperators.add(pointer);
      },
    ],
    ['cooperator_adopt', () => cooperators.add(core.cooperator_adopt(handle()))],
    ...[
      'cooperator_start',
      'cooperator_stop',
      'cooperator_running',
      'cooperator_should_yield',
      'cooperator_stats',
      'cooperator_turning',
    ].map((name) => [
      name,
      () => {
        if (cooperators.size !== 0) core[name](some(cooperators));
      },
    ]),
    ...Array(3).fill(['cooperator_begin_slice', slice]),
    // A turn that may be nobody's, but not that of a native step which is under way: only a step that has trapped has its
    // turn ended by somebody else, and a core cannot tell the one from the other.
    [
      'cooperator_end_turn',
      () => {
        if (cooperators.size !== 0 && inStep === 0 && chance(0.1))
          core.cooperator_end_turn(some(cooperators), pick([0, 1, 2, 3, 4, -1]));
      },
    ],
    [
      'cooperator_destroy',
      () => {
        if (cooperators.size < 2 || !chance(0.2) || depth > 1) return;
        core.cooperator_destroy(take(cooperators));
      },
    ],
    ['cooperator_first_task', lookAtTasks],
    [
      'task_create',
      () => {
        if (cooperators.size === 0) return;
        const cooperator = some(cooperators);
        startTask(cooperator, core.task_create(cooperator, handle(), pick([0, 1, 2, -1, 2 ** 31 - 1])));
      },
    ],
    ...(failing === undefined
      ? []
      : [
          [
            'native_task_create',
            () => {
              if (cooperators.size === 0) return;
              const cooperator = some(cooperators);
              startTask(cooperator, core.native_task_create(cooperator, handle(), pick([0, 1, -1]), failing, handle()));
            },
          ],
        ]),
    ['task_start', () => tasks.size !== 0 && core.task_start(some(tasks))],
    ...[
      'task_pause',
      'task_resume',
      'task_stop',
      'task_wake',
      'task_state',
      'task_outcome',
      'task_handle',
      'task_stats',
    ].map((name) => [
      name,
      () => {
        if (tasks.size !== 0) core[name](some(tasks));
      },
    ]),
    [
      'task_when_done',
      () => {
        if (tasks.size !== 0) core.task_when_done(some(tasks), handle());
      },
    ],
    [
      'task_fail',
      () => {
        if (tasks.size !== 0) core.task_fail(some(tasks), handle());
      },
    ],
    [
      'status_message',
      () => {
        const text = core.status_message(handle());
        if (!(text > 0 && text < memory().byteLength)) throw new Error(`a status has its message at ${text}`);
      },
    ],
    ['deferred_create', () => deferreds.add(core.deferred_create(handle(), below(2)))],
    [
      'deferred_restore',
      () => {
        deferreds.add(core.deferred_restore(handle(), pick([0, 2, 11]), handle(), below(3), below(2)));
      },
    ],
    ...['deferred_called', 'deferred_pause', 'deferred_unpause'].map((name) => [
      name,
      () => {
        if (deferreds.size !== 0) core[name](some(deferreds));
      },
    ]),
    [
      'deferred_fire',
      () => {
        if (deferreds.size !== 0) core.deferred_fire(some(deferreds), pick([0, 2, 11]), handle());
      },
    ],
    [
      'deferred_fire',
      () => {
        if (deferreds.size !== 0) core.deferred_fire(some(deferreds), 1, some(deferreds));
      },
    ],
    [
      'deferred_add_callbacks',
      () => {
        if (deferreds.size !== 0) core.deferred_add_callbacks(some(deferreds), handle(), below(2), below(2));
      },
    ],
    [
      'deferred_observe',
      () => {
        if (deferreds.size !== 0) core.deferred_observe(some(deferreds), handle());
      },
    ],
    [
      'deferred_chain',
      () => {
        if (deferreds.size !== 0) core.deferred_chain(some(deferreds), some(deferreds));
      },
    ],
    [
      'deferred_cancel',
      () => {
        if (deferreds.size !== 0) core.deferred_cancel(some(deferreds), handle());
      },
    ],
    [
      'deferred_add_timeout',
      () => {
        if (deferreds.size === 0) return;
        core.deferred_add_timeout(some(deferreds), pick([0, 1, -1, NaN, Infinity]), handle());
      },
    ],
    [
      'deferred_retain',
      () => {
        if (deferreds.size === 0) return;
        const deferred = some(deferreds);
        core.deferred_retain(deferred);
        core.deferred_release(deferred);
      },
    ],
    [
      'deferred_release',
      () => {
        if (deferreds.size > 20 && depth === 0) core.deferred_release(take(deferreds));
      },
    ],
  ]
    .filter(([name]) => name in core)
    .map(([, act]) => act)
    .concat(ofC ?? []);
  /** Turns are given here, and in each of them anything may be called. */
  function slice() {
    if (cooperators.size === 0) return;
    const cooperator = some(cooperators);
    let turn = core.cooperator_begin_slice(cooperator);
    for (let turns = 0; turn !== 0 && turns < 100; turns++) {
      again();
      turn = core.cooperator_end_turn(cooperator, pick([0, 0, 1, 2, 3, 3, 4, -1]));
    }
  }
  function lookAtTasks() {
    for (const cooperator of cooperators) {
      for (let task = core.cooperator_first_task(cooperator); task !== 0; task = core.task_next(task)) {
        const owner = tasks.get(task) ?? cooperator;
        if (owner !== cooperator) throw new Error(`a task of the cooperator at ${owner} is in that at ${cooperator}`);
      }
    }
  }
  function call() {
    made++;
    depth++;
    pick(acts)();
    depth--;
  }
  while (made < calls) call();
  return { made, bytes: memory().byteLength };
}
