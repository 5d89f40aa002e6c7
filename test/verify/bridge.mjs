// The bridge's exports, called by somebody who gets all wrong that JavaScript can get wrong: handles that are stale,
// forged, negative, 0; numbers for flags, shares and statuses; imports that answer nonsense and call back. What is a
// pointer is one that the core gave out and has not taken back: js/ keeps those to itself. Nothing may trap.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { random } from '../model/generate.js';

const wasm = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('cooperator/cooperator.wasm')));
const NUMBERS = [0, 1, -1, 2, 3, 14, 15, 1 << 22, (1 << 22) | 1, 1 << 30, 2 ** 31 - 1, -(2 ** 31), 0xdeadbeef | 0];

/** One life of a core. Gives how many calls were made and how much memory it took. */
export function life(seed, calls) {
  const { below, chance, pick } = random(seed);
  const cooperators = new Set();
  const tasks = new Set();
  const deferreds = new Set();
  const timeouts = new Set();
  let depth = 0;
  let made = 0;
  const handle = () => (chance(0.3) ? pick(NUMBERS) : 1 + below(200));
  const some = (set) => [...set][below(set.size)];
  const again = () => { if (depth < 4 && chance(0.3)) call(); };
  const words = () => new Int32Array(core.memory.buffer);

  const imports = {
    host_now_ms: () => pick([0, made, NaN, -1, Infinity]),
    host_want_slice(cooperator, wanted) {
      if (wanted === 1) again();
      return pick([0, 0, 0, 14]);
    },
    host_begin_slice(_, limit) {
      again();
      new Float64Array(core.memory.buffer)[limit >> 3] = pick([Infinity, 0, -1, NaN, 5]);
      words()[(limit >> 2) + 2] = pick([1, 3, 7]);
      words()[(limit >> 2) + 3] = pick([0, 1, 256]);
      return pick([0, 0, 14]);
    },
    host_should_end_slice: () => (again(), pick([0, 1, 2])),
    host_native: () => (again(), pick([0, 1, 2, 3, 4, -1])),
    host_close: () => again(),
    host_long_turn() {},
    host_invoke(what, how, argument) {
      if (how === 3) { // START_TIMER
        if (chance(0.2)) return 1;
        timeouts.add(argument);
        return 0;
      }
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
    emscripten_notify_memory_growth() {},
  };
  const core = new WebAssembly.Instance(wasm, { env: imports }).exports;
  core._initialize?.();

  const take = (set) => {
    const one = some(set);
    set.delete(one);
    return one;
  };
  const acts = [
    () => {
      const pointer = core.cooperator_create(handle(), below(2));
      if (pointer !== 0) cooperators.add(pointer);
    },
    ...['cooperator_start', 'cooperator_stop', 'cooperator_running', 'cooperator_should_yield', 'cooperator_stats',
      'cooperator_turning'].map((name) => () => {
      if (cooperators.size !== 0) core[name](some(cooperators));
    }),
    ...[slice, slice, slice],
    () => { // a turn that may be nobody's
      if (cooperators.size !== 0 && chance(0.1)) core.cooperator_end_turn(some(cooperators), pick([0, 1, 2, 3, 4, -1]));
    },
    () => {
      if (cooperators.size < 2 || !chance(0.2) || depth > 1) return;
      core.cooperator_destroy(take(cooperators));
    },
    () => {
      if (cooperators.size === 0) return;
      const before = made;
      const status = core.cooperate(some(cooperators), handle(), pick([0, 1, 2, -1, 2 ** 31 - 1]));
      // what has called back meanwhile may have added others
      if (status === 0 && before === made) tasks.add(core.task_added());
    },
    ...['task_pause', 'task_resume', 'task_stop', 'task_wake', 'task_state', 'task_handle', 'task_stats']
      .map((name) => () => {
      if (tasks.size !== 0) core[name](some(tasks));
    }),
    () => {
      if (tasks.size === 0) return;
      core.task_when_done(some(tasks), handle());
    },
    () => { deferreds.add(core.deferred_create(handle(), below(2))); },
    () => { deferreds.add(core.deferred_restore(handle(), pick([0, 2, 11]), handle(), below(3), below(2))); },
    ...['deferred_called', 'deferred_pause', 'deferred_unpause'].map((name) => () => {
      if (deferreds.size !== 0) core[name](some(deferreds));
    }),
    () => { if (deferreds.size !== 0) core.deferred_fire(some(deferreds), pick([0, 2, 11]), handle()); },
    () => { if (deferreds.size !== 0) core.deferred_fire(some(deferreds), 1, some(deferreds)); },
    () => { if (deferreds.size !== 0) core.deferred_add_callbacks(some(deferreds), handle(), below(2), below(2)); },
    () => { if (deferreds.size !== 0) core.deferred_observe(some(deferreds), handle()); },
    () => { if (deferreds.size !== 0) core.deferred_chain(some(deferreds), some(deferreds)); },
    () => { if (deferreds.size !== 0) core.deferred_cancel(some(deferreds), handle()); },
    () => { if (deferreds.size !== 0) core.deferred_add_timeout(some(deferreds), pick([0, 1, -1, NaN, Infinity]),
      handle()); },
    () => { if (deferreds.size > 20 && depth === 0) core.deferred_release(take(deferreds)); },
  ];
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
  function call() {
    made++;
    depth++;
    pick(acts)();
    depth--;
  }
  while (made < calls) call();
  return { made, bytes: core.memory.buffer.byteLength };
}
