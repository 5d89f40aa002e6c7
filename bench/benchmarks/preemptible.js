// WebAssembly modules that were never written to yield. The parts named after a module compare the instrumented module
// with the plain one in the same process; the others measure tasks of such modules.
import { Cooperator, cooperate } from 'cooperator';
import { instrument, preemptible, supported } from 'cooperator/preemptible';
import { modules, openSqlite, queryTo } from './support/foreign-modules.js';
import { costMs, fastest, preemptions } from './support/timing.js';

/** @param {string} part @param {import('../hosts/run-job.js').Job & { read: Function }} job */
export async function measure(part, job) {
  if (part in modules) return measureModule(part, job);
  if (!supported) return { error: 'this host cannot suspend WebAssembly' };
  return tasks[part](job);
}

// ---- the checks ----

const { compile, instantiate } = WebAssembly;
const isBytes = (source) => !(source instanceof WebAssembly.Module);

/** Ways to make an instance of a module, whose sizes and times are noted. */
function howTo(isPlain, bytes, glue, notes) {
  const prepare = (source) => {
    if (isPlain) return source;
    const wasm = new Uint8Array(source);
    let instrumented;
    let ms = Infinity;
    for (let time = 0; time < 3; time++) {
      // the rewriter is compiled in the first, and optimized after it
      const began = performance.now();
      instrumented = instrument(wasm);
      ms = Math.min(ms, performance.now() - began);
    }
    notes.push({ before: wasm.length, after: instrumented.length, ms });
    return instrumented;
  };
  const make = async (source, imports) => {
    const module = isBytes(source) ? await compile(prepare(source)) : source;
    const instance = isPlain
      ? await instantiate(module, imports)
      : (await preemptible().instantiate(module, imports)).instance;
    return { module, instance };
  };
  return {
    isPlain,
    bytes,
    glue,
    instantiateWasm(imports, receive) {
      void make(bytes, imports).then(({ instance, module }) => receive(instance, module));
      return {};
    },
    async through(load) {
      WebAssembly.compile = (source) => compile(prepare(source));
      WebAssembly.instantiate = async (source, imports) => {
        const made = await make(source, imports);
        return isBytes(source) ? made : made.instance;
      };
      try {
        return await load();
      } finally {
        Object.assign(WebAssembly, { compile, instantiate });
      }
    },
  };
}

async function measureModule(name, { read, quick, round }) {
  const bytes = new Uint8Array(await read(`${name}.wasm`));
  const glue = await readGlue(read);
  const notes = [];
  const runs = {
    plain: await modules[name](howTo(true, bytes, glue, notes)),
    instrumented: await modules[name](howTo(false, bytes, glue, notes)),
  };
  const names = round % 2 === 0 ? ['plain', 'instrumented'] : ['instrumented', 'plain'];
  for (let warmUp = 0; warmUp < (quick ? 2 : 4); warmUp++) for (const one of names) await runs[one]();
  const lowest = { plain: Infinity, instrumented: Infinity };
  const calls = Math.max(1, Math.ceil(20 / (await timeOf(runs.plain, 1))));
  for (let sample = 0; sample < (quick ? 6 : 15); sample++) {
    for (const one of names) lowest[one] = Math.min(lowest[one], await timeOf(runs[one], calls));
  }
  const sum = (key) => notes.reduce((total, note) => total + note[key], 0);
  return { ...lowest, before: sum('before'), after: sum('after'), rewriteMs: sum('ms') };
}

async function timeOf(run, calls) {
  const began = costMs();
  for (let call = 0; call < calls; call++) await run();
  return (costMs() - began) / calls;
}

// ---- tasks ----

const readGlue = async (read) => new TextDecoder().decode(await read('sqlite.txt'));

/** A step of a query, for a call. */
function prepare({ SQL, database }, last) {
  const statement = database.prepare(queryTo(last));
  return [SQL._sqlite3_step, Object.values(statement).find(Number.isInteger)];
}

async function open(read, options) {
  const bytes = new Uint8Array(await read('sqlite.wasm'));
  const p = preemptible(options);
  const sqlite = await openSqlite(await readGlue(read), p.instantiateWasm(bytes));
  return { p, call: (last) => p.call(...prepare(sqlite, last)) };
}

/** (module (func (export "f") (loop (br 0)))) */
const ENDLESS = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0, 10, 9, 1, 7, 0, 3, 0x40, 0x0c, 0, 0x0b, 0x0b],
];

const impatient = { shouldYield: () => true };
const stepsOf = (work, context = impatient) => work(context)[Symbol.asyncIterator]();

const tasks = {
  /** What a suspension costs: the same query with and without. */
  async suspension({ read, quick }) {
    const { p, call } = await open(read, { turnMs: 0.02 });
    const last = quick ? 50_000 : 200_000;
    const run = async (context) => {
      const before = p.stats().turns;
      const steps = stepsOf(call(last), context);
      const began = costMs();
      while (!(await steps.next()).done);
      return { ms: costMs() - began, turns: p.stats().turns - before };
    };
    await run(impatient);
    const other = await open(read, { turnMs: 1e6 });
    const runWhole = async () => {
      const steps = stepsOf(other.call(last));
      const began = costMs();
      await steps.next();
      return costMs() - began;
    };
    await runWhole();
    let lowest = Infinity; // what disturbs a sample makes it longer
    const whole = await fastest(quick, runWhole);
    for (let sample = 0; sample < (quick ? 5 : 10); sample++) {
      const { ms, turns } = await run(impatient);
      lowest = Math.min(lowest, ((ms - whole) * 1000) / turns);
    }
    return { microseconds: lowest };
  },

  /**
   * How much longer than a millisecond turns of that length take, from one suspension to the next. Turns in which the
   * operating system has preempted the process do not count.
   */
  async overrun({ read, quick }) {
    const { call } = await open(read, { turnMs: 1 });
    const steps = stepsOf(call(quick ? 500_000 : 3_000_000));
    const overruns = [];
    for (let turn = 0; ; turn++) {
      const preempted = preemptions();
      const began = performance.now();
      const { done } = await steps.next();
      const ms = performance.now() - began;
      if (done) break;
      if (turn > 20 && preemptions() === preempted) overruns.push(Math.max(0, ms - 1));
    }
    return { overrun: overruns };
  },

  /** Bytes of resident memory for a suspended call, in an instance that exists anyway. */
  async memory() {
    const module = await compile(instrument(Uint8Array.from(ENDLESS)));
    const calls = [];
    for (let n = 0; n < 1000; n++) {
      const p = preemptible({ turnMs: Number.MIN_VALUE });
      await p.instantiate(module);
      calls.push(p.call(p.exports.f));
    }
    const resident = () => {
      globalThis.gc();
      return process.memoryUsage().rss;
    };
    const before = resident();
    const suspended = calls.map((work) => stepsOf(work));
    for (const steps of suspended) await steps.next();
    return { bytes: (resident() - before) / calls.length };
  },

  /** From `stop` to the end of the task. */
  async stop({ read, quick }) {
    const figures = {};
    for (const onStop of ['lose', 'restore']) {
      figures[onStop] = [];
      for (let sample = 0; sample < (quick ? 3 : 10); sample++) {
        const { call } = await open(read, { onStop });
        const task = cooperate(call(1e9));
        await new Promise((resolve) => setTimeout(resolve, 30));
        const began = performance.now();
        task.stop();
        await task.whenDone().catch(() => {});
        figures[onStop].push(performance.now() - began);
      }
    }
    return figures;
  },

  /** What the host notices of eight queries and a generator, and how even their shares of the time are. */
  async beside({ read, quick }) {
    const seconds = quick ? 2 : 5;
    const opened = [];
    for (let n = 0; n < 8; n++) opened.push(await open(read, {}));
    const idle = await watch(1000);
    let turns = 0;
    const cooperator = new Cooperator({ fairness: 'time' });
    const all = opened.map(({ call }) => cooperator.cooperate(call(1e9)));
    const generator = cooperator.cooperate(function* () {
      for (;;) yield turns++;
    });
    await watch(500);
    const before = all.map((task) => task.stats().busyMs);
    const busy = await watch(seconds * 1000);
    const shares = all.map((task, index) => task.stats().busyMs - before[index]);
    for (const task of [...all, generator]) task.stop();
    await Promise.all([...all, generator].map((task) => task.whenDone().catch(() => {})));
    return {
      idleFrames: idle.frames,
      frames: busy.frames,
      longestFrame: busy.longestFrame,
      late: busy.late,
      shares: Math.max(...shares) / Math.min(...shares),
      work: shares.reduce((sum, ms) => sum + ms, 0) / (seconds * 1000),
      generatorTurns: turns,
    };
  },
};

/** Counts frames, and how late a timer of 5 ms is. */
async function watch(ms) {
  const late = [];
  const frames = [];
  const end = performance.now() + ms;
  const timer = (due) => {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    if (now < end) setTimeout(timer, 5, now + 5);
  };
  setTimeout(timer, 5, performance.now() + 5);
  const draw = (time) => {
    frames.push(time);
    if (performance.now() < end) requestAnimationFrame(draw);
  };
  if (globalThis.requestAnimationFrame !== undefined) requestAnimationFrame(draw);
  while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  const gaps = frames.slice(1).map((time, index) => time - frames[index]);
  const seconds = (frames.at(-1) - frames[0]) / 1000;
  return {
    late,
    frames: gaps.length / seconds || undefined,
    longestFrame: gaps.length > 0 ? Math.max(...gaps) : undefined,
  };
}
