// What a task takes: bytes of the core's memory, and of JavaScript's heap, the work itself included.
import { Cooperator, Deferred, native } from 'cooperator';
import { byHand, foreignSteps, repeat } from './shared.js';

export const title = 'Memory';
export const onlyInNode = true;
export const rounds = 1;
export const parts = () => Object.keys(kinds);

const HEAP_TASKS = 100_000;
const GROWTHS = 12;

function* endless() {
  for (;;) yield;
}

const never = new Promise(() => {});

function* waiting() {
  yield never;
}

function* waitingForDeferred() {
  yield new Deferred();
}

/** Each gives the work of one more task. */
const kinds = {
  'runnable, a generator': () => endless,
  async 'runnable, native'({ read }) {
    const {
      step,
      states: [state],
    } = await foreignSteps(read, 1);
    return () => native({ step, state });
  },
  'waiting for a Promise': () => waiting,
  'waiting for a Deferred of its own': () => waitingForDeferred,
};

/**
 * The core's memory is the package's own, so its instance is caught when it is made.
 * @returns {() => number}  its bytes
 */
function watchMemory() {
  let memory;
  const Instance = WebAssembly.Instance;
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      memory = this.exports.memory;
    }
  };
  new Cooperator().dispose(); // loads the core
  WebAssembly.Instance = Instance;
  return () => memory.buffer.byteLength;
}

/**
 * The memory grows in steps, so the tasks are counted from one step to another.
 * @param {() => number} bytes @param {() => void} add
 */
function bytesPerTask(bytes, add) {
  const grown = [];
  for (let tasks = 0, last = bytes(); grown.length <= GROWTHS; tasks++) {
    add();
    const now = bytes();
    if (now !== last) grown.push({ tasks, bytes: last });
    last = now;
  }
  const [first, last] = [grown[0], grown.at(-1)];
  return (last.bytes - first.bytes) / (last.tasks - first.tasks);
}

function heapBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Bytes a task. */
export async function measure(part, { read }) {
  const bytes = watchMemory();
  const make = await kinds[part]({ read });
  const { cooperator, slice, turns } = byHand([]);
  const add = (count) => {
    const tasks = repeat(count, () => cooperator.cooperate(make()));
    // Those that are to wait begin to, in their first turn.
    if (part.startsWith('waiting')) for (const last = turns() + count; turns() < last;) slice();
    return tasks;
  };
  return {
    wasm: bytesPerTask(bytes, () => add(1)),
    work: heapOf(() => repeat(HEAP_TASKS, make)),
    heap: heapOf(() => add(HEAP_TASKS)),
  };
}

function heapOf(make) {
  const before = heapBytes();
  const made = make();
  const bytes = (heapBytes() - before) / HEAP_TASKS;
  if (made.length !== HEAP_TASKS) throw new Error('they are not all there');
  return bytes;
}
