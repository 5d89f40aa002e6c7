// Bytes per task: in the core's memory, and in JavaScript's heap including the work.
import { Cooperator, Deferred } from 'cooperator';
import { repeat } from './support/lists.js';
import { manualCooperator } from './support/manual-cooperator.js';
import { nativeWorkMaker } from './support/wasm-modules.js';

const HEAP_TASKS = 100_000;
const GROWTHS = 12;

function* endless() {
  for (;;) yield;
}

const never = new Promise(() => {});

function* waitForever() {
  yield never;
}

/** By part: a function that makes the work of one more task. */
const kinds = {
  'runnable, a generator': () => endless,
  async 'runnable, native'({ read }) {
    const makeWork = await nativeWorkMaker(read, 1);
    return () => makeWork(0);
  },
  'waiting for a Promise': () => waitForever,
  'waiting, given as a function': () => () => waitForever,
  'waiting for a Deferred of its own': () =>
    function* () {
      yield new Deferred();
    },
};

/**
 * The core's memory is private to the package, so this catches its instance when it is created.
 * @returns {() => number}  the size of the memory in bytes
 */
function watchCoreMemory() {
  let memory;
  const { Instance } = WebAssembly;
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

/** The memory grows in steps: counts the tasks that are added between the first growth and the last. */
function coreBytesPerTask(coreBytes, addTask) {
  const growths = [];
  for (let tasks = 0, last = coreBytes(); growths.length <= GROWTHS; tasks++) {
    addTask();
    const now = coreBytes();
    if (now !== last) growths.push({ tasks, bytes: last });
    last = now;
  }
  const [first, last] = [growths[0], growths.at(-1)];
  return (last.bytes - first.bytes) / (last.tasks - first.tasks);
}

function heapBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** @param {() => unknown[]} make  makes HEAP_TASKS objects */
function heapBytesPerTask(make) {
  const before = heapBytes();
  const made = make();
  const bytes = (heapBytes() - before) / HEAP_TASKS;
  if (made.length !== HEAP_TASKS) throw new Error('some objects were not made'); // and keeps all alive until here
  return bytes;
}

/** Bytes per task: `wasm`, `heap` with the work, and `work` alone. */
export async function measure(part, { read }) {
  const coreBytes = watchCoreMemory();
  const makeWork = await kinds[part]({ read });
  const { cooperator, runTurns } = manualCooperator([]);
  const add = (count) => {
    const tasks = repeat(count, () => cooperator.cooperate(makeWork()));
    if (part.startsWith('waiting')) runTurns(count); // in its first turn each begins to wait
    return tasks;
  };
  return {
    wasm: coreBytesPerTask(coreBytes, () => add(1)),
    work: heapBytesPerTask(() => repeat(HEAP_TASKS, makeWork)),
    heap: heapBytesPerTask(() => add(HEAP_TASKS)),
  };
}
