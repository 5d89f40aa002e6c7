// cooperator/preemptible: modules that were never written to yield. In hosts without JavaScript Promise Integration the
// calls have limits, and cannot be tasks.
import { SchedulerStopped, TaskStopped } from 'cooperator';
import {
  InstanceBusy,
  InstanceLost,
  InvalidModule,
  Preemptible,
  TimeLimit,
  instrument,
  preemptible,
  supported,
} from 'cooperator/preemptible';
import * as modules from './support/preemptible-modules.js';
import { flushEventLoop, flushMicrotasks, outcome, setup, thrownBy } from './support/setup.js';

const program = Uint8Array.from(modules.program);
const linked = Uint8Array.from(modules.linked);
const { twice } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(modules.twice))).exports;

/** So short that every check ends the turn. */
const EVERY_CHECK = Number.MIN_VALUE;

/** An instance of the test program. `notes` receives the numbers of its `sum`. */
async function open(options, { env = {}, source = program } = {}) {
  const notes = [];
  const p = preemptible(options);
  const imports = { note: (n) => notes.push(n), back: (n) => p.exports.sum(n), twice, ...env };
  const { instance, module } = await p.instantiate(source, { env: imports });
  return { p, exports: p.exports, notes, instance, module };
}

const sumTo = (n) => (n * (n + 1)) / 2;
const bytesOf = (exports) => new Uint8Array(exports.memory.buffer.slice(0));

/** The context of a task whose part of the slice is always used up. */
const impatient = { shouldYield: () => true };

/** Runs work step by step, without a cooperator. */
const stepsOf = (work, context = impatient) => work(context)[Symbol.asyncIterator]();

async function resultOf(work) {
  const steps = stepsOf(work);
  for (let turns = 1; ; turns++) {
    const { done, value } = await steps.next();
    if (done) return { value, turns };
  }
}

describe('instantiate', () => {
  test('takes bytes, a view of them, and bytes that were instrumented before', async () => {
    const instrumented = instrument(program);
    for (const source of [
      program,
      program.buffer,
      new DataView(program.buffer),
      instrumented,
      instrument(program.buffer),
    ]) {
      const { exports } = await open({}, { source });
      expect(exports.sum(4)).toBe(10);
    }
  });

  test('takes a module that was compiled from instrumented bytes, and returns it', async () => {
    const compiled = await WebAssembly.compile(instrument(program));
    const { exports, module } = await open({}, { source: compiled });
    expect(exports.sum(4)).toBe(10);
    expect(module).toBe(compiled);
  });

  test('takes a Response, and the promise of one', async () => {
    for (const wrap of [(response) => response, async (response) => response]) {
      const { exports } = await open({}, { source: wrap(new Response(program)) });
      expect(exports.sum(4)).toBe(10);
    }
  });

  test('returns an instance with the exports of the module, and no others', async () => {
    const { instance, exports, module } = await open();
    expect(instance).toBeInstanceOf(WebAssembly.Instance);
    expect(module).toBeInstanceOf(WebAssembly.Module);
    expect(instance.exports).toBe(exports);
    const plain = WebAssembly.Module.exports(new WebAssembly.Module(program)).map(({ name }) => name);
    expect(Object.keys(exports)).toStrictEqual(plain);
  });

  test('does not change the bytes', async () => {
    const copy = program.slice();
    await open({}, { source: copy });
    expect(copy).toStrictEqual(program);
  });

  test('through instantiateWasm, as Emscripten calls it', async () => {
    const p = preemptible();
    const instantiateWasm = p.instantiateWasm(program);
    const received = await new Promise((resolve) => {
      const env = { note: () => {}, back: () => 0, twice };
      expect(instantiateWasm({ env }, (instance, module) => resolve({ instance, module }))).toStrictEqual({});
    });
    expect(received.instance.exports.sum(3)).toBe(6);
    expect(received.module).toBeInstanceOf(WebAssembly.Module);
    expect(p.exports).toBe(received.instance.exports);
  });

  test('calls are as those of the plain module: values of all types, errors of imports, traps', async () => {
    const error = new Error('from the import');
    const { exports } = await open(
      {},
      {
        env: {
          back: () => {
            throw error;
          },
        },
      },
    );
    expect(exports.values(2n ** 60n, 0.5)).toStrictEqual([2n ** 60n, 0.5]);
    expect(thrownBy(() => exports.through(1))).toBe(error);
    expect(() => exports.trap(5)).toThrow(WebAssembly.RuntimeError);
    expect(exports.recursive(1000)).toBe(500500);
    expect(exports.sum.name).toBe('sum');
    expect(exports.sum.length).toBe(1);
    expect(exports.table.get(0)(4)).toBe(10);
  });

  test('imports that are no functions of JavaScript stay what they are', async () => {
    const env = {
      global: new WebAssembly.Global({ value: 'i32', mutable: true }, 5),
      memory: new WebAssembly.Memory({ initial: 1 }),
      table: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }),
      twice,
    };
    env.table.set(0, twice);
    const p = preemptible();
    await p.instantiate(linked, { env });
    expect(p.exports.global).toBe(env.global);
    expect(p.exports.memory).toBe(env.memory);
    expect(p.exports.table).toBe(env.table);
    expect(p.exports.table.get(0)).toBe(twice);
    expect(p.exports.run(10)).toBe(30);
    expect(env.global.value).toBe(15);
    expect(new Int32Array(env.memory.buffer)[0]).toBe(30);
    expect(p.limit(1000, p.exports.twice, 21)).toBe(42);
  });

  test('a table takes the guarded functions that it has given, and others', async () => {
    const { exports } = await open();
    exports.table.set(1, exports.recursive);
    expect(exports.table.get(1)).toBe(exports.recursive);
    exports.table.set(1, twice);
    expect(exports.table.get(1)(4)).toBe(8);
    exports.table.set(1, null);
    expect(exports.table.get(1)).toBe(null);
  });
});

describe('limit', () => {
  test('returns the result of a call that is short enough, of several values too', async () => {
    const { p, exports } = await open();
    expect(p.limit(10_000, exports.sum, 100)).toBe(5050);
    expect(p.limit(Infinity, exports.values, 1n, 2)).toStrictEqual([1n, 2]);
    expect(p.limit(10_000, (n) => exports.sum(n) + exports.sum(n), 4)).toBe(20);
    expect(p.state).toBe('idle');
  });

  test("throws TimeLimit, and the instance is lost: 'lose'", async () => {
    const { p, exports } = await open();
    const error = thrownBy(() => p.limit(1, exports.forever));
    expect(error).toBeInstanceOf(TimeLimit);
    expect(error.message).toBe('forever has taken longer than its limit of 1 ms');
    expect(error.cause).toBeUndefined();
    expect(p.state).toBe('lost');
    for (const call of [() => exports.sum(1), () => exports.table.get(0)(1), () => p.limit(5, exports.sum, 1)]) {
      const lost = thrownBy(call);
      expect(lost).toBeInstanceOf(InstanceLost);
      expect(lost.message).toMatch(/in the middle of forever, which took too long; make another one/);
    }
  });

  test("puts memory and globals back, and forgets what was grown: 'restore'", async () => {
    const { p, exports } = await open({ onStop: 'restore' });
    exports.sum(3);
    new Uint8Array(exports.memory.buffer).fill(9, 1000, 2000);
    const before = bytesOf(exports);
    for (let time = 1; time <= 3; time++) {
      expect(() => p.limit(time, exports.forever)).toThrow(TimeLimit);
      expect(p.state).toBe('idle');
      expect(exports.calls.value).toBe(1);
      const after = bytesOf(exports);
      expect(after.length).toBeGreaterThan(before.length);
      expect(after.subarray(0, before.length)).toStrictEqual(before);
      expect(after.subarray(before.length).every((byte) => byte === 0)).toBe(true);
    }
    expect(exports.sum(3)).toBe(6);
  });

  test('calls the function `onStop` once, and lets the code end by itself', async () => {
    const given = [];
    const { p, exports } = await open({
      onStop(all) {
        given.push(all);
        all.interrupt();
      },
    });
    expect(() => p.limit(1, exports.forever)).toThrow(TimeLimit);
    expect(given).toStrictEqual([exports]);
    expect(p.state).toBe('idle');
    expect(exports.calls.value).toBeGreaterThan(0);
    expect(exports.sum(3)).toBe(6);
  });

  test('calls the function `onStop` once even if the code goes on for long', async () => {
    let calls = 0;
    const { p, exports, notes } = await open({ onStop: () => calls++ });
    const error = thrownBy(() => p.limit(0, exports.sum, 2000));
    expect(error).toBeInstanceOf(TimeLimit);
    expect(error.cause).toBeUndefined();
    expect([calls, notes.length, p.state]).toStrictEqual([1, 2000, 'idle']);
  });

  test('if `onStop` throws, that is the cause, and the instance is lost', async () => {
    const cause = new Error('no interrupt');
    const { p, exports } = await open({
      onStop() {
        throw cause;
      },
    });
    const error = thrownBy(() => p.limit(1, exports.forever));
    expect(error).toBeInstanceOf(TimeLimit);
    expect(error.cause).toBe(cause);
    expect(p.state).toBe('lost');
  });

  test('throws TimeLimit even if code or glue catches it', async () => {
    const { p, exports, notes } = await open();
    expect(() => p.limit(1, exports.stubborn)).toThrow(TimeLimit);
    expect(notes).toStrictEqual([100]);
    const { p: other, exports: others } = await open();
    const glued = () => {
      try {
        others.forever();
      } catch {
        throw new Error('the glue failed');
      }
    };
    const error = thrownBy(() => other.limit(1, glued));
    expect(error).toBeInstanceOf(TimeLimit);
    expect(error.cause.message).toBe('the glue failed');
    const swallowed = (await open()).p;
    const swallow = () => {
      try {
        swallowed.exports.forever();
      } catch {
        return 5;
      }
    };
    expect(() => swallowed.limit(1, swallow)).toThrow(TimeLimit);
    expect(swallowed.state).toBe('lost');
  });

  test('an error of the code itself is that of the plain call, and nothing is lost', async () => {
    const error = new Error('mine');
    const { p, exports } = await open();
    const failing = () => {
      throw error;
    };
    expect(thrownBy(() => p.limit(1000, failing))).toBe(error);
    expect(() => p.limit(1000, exports.trap, 3)).toThrow(WebAssembly.RuntimeError);
    expect(p.state).toBe('idle');
    expect(p.limit(1000, exports.sum, 3)).toBe(6);
  });

  test('a limit in a limit is refused', async () => {
    const { p, exports } = await open({}, { env: { back: (n) => p.limit(5, exports.sum, n) } });
    expect(() => p.limit(1000, exports.through, 3)).toThrow(InstanceBusy);
    expect(p.state).toBe('idle');
  });
});

describe('bad input', () => {
  const isRefused = (promise) => expect(promise).rejects;

  test.each([
    [
      'bytes that are no module',
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
      /^instrument: wasm is invalid at offset 0: /,
    ],
    ['no bytes', new Uint8Array(0), /at offset 0: /],
    ['a custom section that is cut short', Uint8Array.of(...program.subarray(0, 8), 0, 100, 4, 110), /at offset \d+: /],
    ['an unknown section', Uint8Array.of(...program.subarray(0, 8), 99, 0), /at offset 8: /],
    ['a module that was instrumented before', instrument(program), /^instrument: wasm was instrumented before/],
  ])('%s', (name, bytes, message) => {
    const error = thrownBy(() => instrument(bytes));
    expect(error).toBeInstanceOf(InvalidModule);
    expect(error.name).toBe('InvalidModule');
    expect(error.message).toMatch(message);
    expect(error.offset).toBe(Number(error.message.match(/offset (\d+)/)?.[1] ?? 0));
  });

  test('100 MB of zeros', () => {
    expect(() => instrument(new ArrayBuffer(1e8))).toThrow(InvalidModule);
  });

  test('what is not bytes', async () => {
    for (const wrong of [undefined, null, 'wasm', [0, 1], {}]) {
      expect(() => instrument(wrong)).toThrow(/^instrument: wasm must be the bytes of a WebAssembly module, not /);
      await isRefused(preemptible().instantiate(wrong)).toThrow(
        /^Preemptible.instantiate: source must be bytes, a Response or a WebAssembly.Module, not /,
      );
    }
  });

  test('a module that was not instrumented', async () => {
    await isRefused(preemptible().instantiate(new WebAssembly.Module(program))).toThrow(
      /^Preemptible.instantiate: source is a module that was not instrumented/,
    );
  });

  test('a Response without success', async () => {
    await isRefused(preemptible().instantiate(new Response('', { status: 404 }))).toThrow(/has the HTTP status 404$/);
  });

  test('imports that are missing, after which another try is possible', async () => {
    const p = preemptible();
    await isRefused(p.instantiate(program, 5)).toThrow(/^Preemptible.instantiate: imports must be an object, not 5$/);
    await isRefused(p.instantiate(program, null)).toThrow(/: imports must be an object, not null$/);
    await isRefused(p.instantiate(program)).toThrow(/env|note|import/i);
    await isRefused(p.instantiate(Uint8Array.of(1))).toBeInstanceOf(InvalidModule);
    await p.instantiate(program, { env: { note() {}, back: () => 0, twice } });
    expect(p.exports.sum(3)).toBe(6);
  });

  test('a second instance, and none', async () => {
    const { p } = await open();
    await isRefused(p.instantiate(program)).toThrow(/^Preemptible.instantiate: there is an instance already/);
    const none = preemptible();
    expect(none.state).toBe('idle');
    for (const use of [() => none.exports, () => none.stats(), () => none.limit(1, () => {})]) {
      expect(use).toThrow(/^Preemptible.\w+: there is no instance yet; await instantiate\(\) first$/);
    }
  });

  test('invalid bytes for instantiateWasm: the call throws', () => {
    expect(() => preemptible().instantiateWasm(Uint8Array.of(1))).toThrow(InvalidModule);
  });

  test('an export that is not there', async () => {
    const { p, exports } = await open();
    expect(() => p.limit(5, exports.nothing)).toThrow(
      /^Preemptible.limit: f must be a function, not undefined; the instance exports sum, recursive, /,
    );
  });

  test('an export of another instance', async () => {
    const { p } = await open();
    const { exports } = await open();
    expect(() => p.limit(5, exports.sum, 1)).toThrow('Preemptible.limit: f is an export of another instance');
  });

  test.each([-1, NaN, -Infinity])('a limit of %s ms', async (ms) => {
    const { p, exports } = await open();
    expect(() => p.limit(ms, exports.sum, 1)).toThrow(RangeError);
    expect(() => p.limit(ms, exports.sum, 1)).toThrow(`Preemptible.limit: ms must be 0 or more, not ${ms}`);
  });

  test('a limit that is no number', async () => {
    const { p, exports } = await open();
    expect(() => p.limit('5', exports.sum, 1)).toThrow(TypeError);
  });

  test('invalid options', () => {
    expect(() => preemptible(null)).toThrow(/options must be an object, not null/);
    expect(() => preemptible(5)).toThrow(/options must be an object, not 5/);
    expect(() => preemptible({ turnMs: '1' })).toThrow(/options.turnMs must be a number, not "1"/);
    for (const turnMs of [0, -1, NaN, Infinity]) expect(() => preemptible({ turnMs })).toThrow(RangeError);
    for (const onStop of [null, 'keep', 5]) expect(() => preemptible({ onStop })).toThrow(/options.onStop must be/);
    expect(preemptible()).toBeInstanceOf(Preemptible);
  });
});

if (supported) {
  describe('a call as a task', () => {
    test('gives the result of the plain call, in many turns', async () => {
      for (const name of ['sum', 'recursive', 'doubled']) {
        const { p, exports } = await open({ turnMs: EVERY_CHECK });
        const expected = exports[name](50);
        const { value, turns } = await resultOf(p.call(exports[name], 50));
        expect(value).toBe(expected);
        expect(turns).toBeGreaterThan(40);
        expect(p.stats().turns).toBe(turns);
        expect(p.state).toBe('idle');
      }
    });

    test('a turn that is overdue ends when JavaScript that calls the module has returned', async () => {
      const { p, exports } = await open({}, { env: { note: () => p.exports.recursive(4) } });
      const { value, turns } = await resultOf(p.call(exports.sum, 50));
      expect(value).toBe(sumTo(50));
      expect(turns).toBeGreaterThan(40);
    });

    test('has the name of the export; arguments and results of all types', async () => {
      const { p, exports } = await open();
      const { cooperator, pumpEventLoop } = setup();
      const task = cooperator.cooperate(p.call(exports.values, 2n ** 60n, 0.5));
      expect(task.name).toBe('values');
      const ends = outcome(task.whenDone());
      await pumpEventLoop(4);
      expect(ends).toStrictEqual([{ value: [2n ** 60n, 0.5] }]);
    });

    test('S12: its turns are in one queue with those of generators and async functions', async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      const { p, exports } = await open({ turnMs: EVERY_CHECK }, { env: { note: (n) => log.push(`wasm ${n}`) } });
      const task = cooperator.cooperate(p.call(exports.sum, 4));
      const ends = outcome(task.whenDone());
      cooperator.cooperate(function* () {
        for (let n = 0; n < 4; n++) yield log.push(`generator ${n}`);
      });
      cooperator.cooperate(async ({ yield: next }) => {
        for (let n = 0; n < 4; n++) await next(log.push(`async ${n}`));
      });
      pump();
      for (let flush = 0; flush < 10; flush++) await flushMicrotasks();
      expect(log.slice(0, 9)).toStrictEqual(
        [0, 1, 2].flatMap((n) => [`wasm ${4 - n}`, `generator ${n}`, `async ${n}`]),
      );
      expect(ends).toStrictEqual([{ value: 10 }]);
      expect(task.stats().turns).toBeGreaterThan(3);
    });

    test('S12: of several instances, one has a turn at a time, and the turns alternate', async () => {
      const { cooperator, pump, log } = setup({ turns: Infinity });
      for (const name of ['a', 'b', 'c']) {
        const { p, exports } = await open({ turnMs: EVERY_CHECK }, { env: { note: () => log.push(name) } });
        cooperator.cooperate(p.call(exports.sum, 20));
      }
      pump();
      for (let flush = 0; flush < 40; flush++) await flushMicrotasks();
      expect(log.join('')).toBe('abc'.repeat(20));
    });

    test('a turn ends when the task should yield, and lasts a few milliseconds at most if that is never', async () => {
      const { p, exports } = await open({ onStop: (all) => all.interrupt() });
      const steps = stepsOf(p.call(exports.forever), { shouldYield: () => false });
      expect(await steps.next()).toStrictEqual({ done: false, value: undefined });
      expect(p.state).toBe('busy');
      expect(await steps.return()).toStrictEqual({ done: false, value: undefined });
      expect((await steps.next()).done).toBe(true);
    });

    test('is not run while it is paused', async () => {
      const { cooperator, pumpAsync } = setup({ turns: 10 });
      const { p, exports, notes } = await open({ turnMs: EVERY_CHECK });
      const task = cooperator.cooperate(p.call(exports.sum, 500));
      const ends = outcome(task.whenDone());
      await pumpAsync(2);
      task.pause();
      await pumpAsync(5);
      const { length } = notes;
      await pumpAsync(5);
      expect(notes.length).toBe(length);
      expect(length).toBeLessThan(500);
      expect(p.state).toBe('busy');
      task.resume();
      await pumpAsync(400);
      expect(ends).toStrictEqual([{ value: sumTo(500) }]);
    });

    test('while it is suspended, plain calls throw InstanceBusy and change nothing', async () => {
      const { p, exports, notes } = await open({ turnMs: EVERY_CHECK });
      const steps = stepsOf(p.call(exports.sum, 3));
      await steps.next();
      const before = [...notes];
      for (const call of [() => exports.sum(1), () => exports.table.get(0)(1), () => p.limit(5, exports.sum, 1)]) {
        expect(call).toThrow(InstanceBusy);
        expect(call).toThrow(/a task's call is suspended in this instance; wait for its end/);
      }
      expect(notes).toStrictEqual(before);
      while (!(await steps.next()).done);
      expect(exports.sum(3)).toBe(6);
    });

    test('fails with the error of the code, and the instance stays as a plain one does', async () => {
      const error = new Error('from the import');
      const { p, exports } = await open(
        { turnMs: EVERY_CHECK },
        {
          env: {
            back: () => {
              throw error;
            },
          },
        },
      );
      await expect(resultOf(p.call(exports.through, 1))).rejects.toBe(error);
      await expect(resultOf(p.call(exports.trap, 10))).rejects.toBeInstanceOf(WebAssembly.RuntimeError);
      expect(p.state).toBe('idle');
      expect(exports.sum(3)).toBe(6);
    });

    test('of a table entry', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      expect((await resultOf(p.call(exports.table.get(0), 10))).value).toBe(55);
    });

    test('of a function of another instance that was imported', async () => {
      const env = {
        global: new WebAssembly.Global({ value: 'i32', mutable: true }, 0),
        memory: new WebAssembly.Memory({ initial: 1 }),
        table: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }),
        twice,
      };
      const p = preemptible({ turnMs: EVERY_CHECK });
      await p.instantiate(linked, { env });
      expect((await resultOf(p.call(p.exports.run, 50))).value).toBe(100);
      expect(p.stats()).toStrictEqual({ turns: expect.any(Number), uncutMs: 0, longestUncutMs: 0 });
      expect(p.stats().turns).toBeGreaterThan(40);
    });

    test('of a function of JavaScript runs in one turn; the result of an async one is awaited', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      const { value, turns } = await resultOf(p.call((n) => exports.sum(n) + 1, 10));
      expect(value).toBe(56);
      expect(turns).toBe(1);
      expect((await resultOf(p.call(async () => exports.sum(10)))).value).toBe(55);
      const error = new Error('mine');
      const failing = () => {
        throw error;
      };
      await expect(resultOf(p.call(failing))).rejects.toBe(error);
    });

    test('an instance that was lost, and arguments that are invalid', async () => {
      const { p, exports } = await open();
      expect(() => p.call(exports.nothing)).toThrow(/^Preemptible.call: f must be a function, not undefined/);
      expect(() => p.limit(1, exports.forever)).toThrow(TimeLimit);
      expect(() => p.call(exports.sum, 1)).toThrow(InstanceLost);
    });
  });

  describe('JavaScript in the middle', () => {
    const { warn } = console;
    const warnings = [];
    beforeEach(() => {
      console.warn = (text) => warnings.push(text);
    });
    afterEach(() => {
      console.warn = warn;
      warnings.length = 0;
    });

    test('is not suspended, and the call goes on behind it', async () => {
      const log = [];
      const { p, exports } = await open(
        { turnMs: EVERY_CHECK },
        {
          env: {
            back: (n) => {
              log.push('begin');
              const sum = exports.sum(n);
              log.push('end');
              return sum;
            },
            note: () => log.push('note'),
          },
        },
      );
      const { value } = await resultOf(p.call(exports.through, 5));
      expect(value).toBe(15);
      expect(log).toStrictEqual(['begin', ...Array(5).fill('note'), 'end']);
    });

    test('which calls a table entry', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK }, { env: { back: (n) => exports.table.get(0)(n) } });
      expect((await resultOf(p.call(exports.through, 5))).value).toBe(15);
    });

    test('is warned of once, if a turn is too long for it', async () => {
      const busy = () => {
        for (const end = performance.now() + 12; performance.now() < end;);
      };
      const { p, exports } = await open({ turnMs: EVERY_CHECK }, { env: { note: busy } });
      for (let time = 1; time <= 2; time++) await resultOf(p.call(exports.through, 2));
      const stats = p.stats();
      expect(stats.longestUncutMs).toBeGreaterThan(10);
      expect(stats.uncutMs).toBeGreaterThan(2 * 10);
      expect(stats.uncutBy).toBe('back');
      expect(warnings.length).toBe(1);
      expect(warnings[0]).toMatch(
        /^cooperator\/preemptible: through calls JavaScript \(back\) that calls the module again, .* a turn was \d+ ms longer/,
      );
      await resultOf(
        p.call(function glue() {
          return exports.sum(3);
        }),
      );
      expect(warnings.length).toBe(2);
      expect(warnings[1]).toMatch(/^cooperator\/preemptible: glue is JavaScript that calls the module, /);
    });
  });

  describe('calls of one instance', () => {
    test('queue, and end in the order in which they began', async () => {
      const { cooperator, pumpEventLoop } = setup({ turns: 5 });
      const { p, exports, notes } = await open({ turnMs: EVERY_CHECK });
      const ends = [];
      for (const n of [3, 2, 1]) {
        const task = cooperator.cooperate(p.call(exports.sum, n));
        task.whenDone().addCallback((value) => ends.push(value));
      }
      await pumpEventLoop(30);
      expect(notes).toStrictEqual([3, 2, 1, 2, 1, 1]);
      expect(ends).toStrictEqual([6, 3, 1]);
      expect(p.state).toBe('idle');
      expect((await resultOf(p.call(exports.sum, 4))).value).toBe(10);
    });

    test('an end that is requested again, once it has ended, concerns no other call', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      const [first, second, third] = [3, 2, 1].map((n) => stepsOf(p.call(exports.sum, n)));
      while (!(await first.next()).done);
      await second.next();
      await first.return();
      expect((await third.next()).value).toBeInstanceOf(Promise); // what it waits for
      while (!(await second.next()).done);
      expect(await third.next()).toStrictEqual({ done: true, value: 1 });
    });

    test('one that ends while it waits does not free the instance', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      const [first, second] = [3, 2].map((n) => stepsOf(p.call(exports.sum, n)));
      await first.next();
      await second.next();
      await second.return();
      expect(() => exports.sum(1)).toThrow(InstanceBusy);
      while (!(await first.next()).done);
      expect(exports.sum(1)).toBe(1);
    });

    test('one that waits can be stopped, and the next ones do not wait for it', async () => {
      const { cooperator, pumpEventLoop } = setup({ turns: 5 });
      const { p, exports, notes } = await open({ turnMs: EVERY_CHECK });
      const tasks = [3, 2, 1].map((n) => cooperator.cooperate(p.call(exports.sum, n)));
      const ends = tasks.map((task) => outcome(task.whenDone()));
      await pumpEventLoop(1);
      tasks[1].stop();
      await pumpEventLoop(30);
      expect(notes).toStrictEqual([3, 2, 1, 1]);
      expect(ends[0]).toStrictEqual([{ value: 6 }]);
      expect(ends[1][0].error).toBeInstanceOf(TaskStopped);
      expect(ends[2]).toStrictEqual([{ value: 1 }]);
    });

    test('fail with InstanceLost behind one that was stopped', async () => {
      const { cooperator, pumpEventLoop } = setup({ turns: 5 });
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      const [first, second] = [exports.forever, exports.sum].map((f) => cooperator.cooperate(p.call(f, 3)));
      const ends = [first, second].map((task) => outcome(task.whenDone()));
      await pumpEventLoop(3);
      first.stop();
      await pumpEventLoop(5);
      expect(ends[0][0].error).toBeInstanceOf(TaskStopped);
      expect(ends[1][0].error).toBeInstanceOf(InstanceLost);
    });
  });

  describe('stopping', () => {
    /** A task in the middle of `forever`, or of another export. */
    async function begin(options, { f = 'forever', env, ...taskOptions } = {}) {
      const { cooperator, pumpAsync, pumpEventLoop, takeReports } = setup({ turns: 20 });
      const opened = await open({ turnMs: EVERY_CHECK, ...options }, { env });
      const before = bytesOf(opened.exports);
      const task = cooperator.cooperate(opened.p.call(opened.exports[f]), taskOptions);
      const ends = outcome(task.whenDone());
      await pumpAsync(3);
      return { ...opened, cooperator, task, ends, before, pumpAsync, pumpEventLoop, takeReports };
    }

    test("ends the code at its check, and the instance is lost: 'lose'", async () => {
      const { p, exports, task, ends, pumpEventLoop } = await begin();
      expect(exports.calls.value).toBeGreaterThan(10);
      task.stop();
      await pumpEventLoop(2);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(p.state).toBe('lost');
      expect(() => exports.sum(1)).toThrow(InstanceLost);
      expect(() => exports.sum(1)).toThrow(/in the middle of forever, which was stopped; make another one/);
    });

    test("puts back what was: 'restore', and whenDone fails only then", async () => {
      const { p, exports, task, ends, before, pumpEventLoop } = await begin({ onStop: 'restore' });
      let callsAtTheEnd;
      task.whenDone().addErrback(() => {
        callsAtTheEnd = exports.calls.value;
      });
      task.stop();
      expect(task.state).toBe('stopping');
      await pumpEventLoop(2);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(callsAtTheEnd).toBe(0);
      expect(p.state).toBe('idle');
      const after = bytesOf(exports);
      expect(after.subarray(0, before.length)).toStrictEqual(before);
      expect(after.subarray(before.length).every((byte) => byte === 0)).toBe(true);
      expect(exports.sum(3)).toBe(6);
    });

    test.each([1, 2, 3, 10, 100, 1000])("at its check %i, 'restore' leaves nothing behind", async (check) => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK, onStop: 'restore' });
      exports.memory.grow(1);
      new Uint32Array(exports.memory.buffer).fill(123);
      const before = bytesOf(exports);
      const steps = stepsOf(p.call(exports.forever));
      for (let n = 0; n < check; n++) await steps.next();
      expect((await steps.return()).done).toBe(true);
      expect(bytesOf(exports).subarray(0, before.length)).toStrictEqual(before);
      expect(exports.calls.value).toBe(0);
    });

    test('by the function `onStop`: the code goes on in turns until it ends by itself', async () => {
      const given = [];
      const { p, exports, task, ends, pumpEventLoop } = await begin({
        onStop(all) {
          given.push(all);
          all.interrupt();
        },
      });
      task.stop();
      expect(given).toStrictEqual([exports]);
      await pumpEventLoop(5);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(given.length).toBe(1);
      expect(p.state).toBe('idle');
      expect(exports.sum(3)).toBe(6);
    });

    test('by a function `onStop`: the turns after it are not shorter, though `shouldYield` is true then', async () => {
      let calls = 0;
      const { p, exports } = await open({ onStop: () => calls++ });
      const steps = stepsOf(p.call(exports.sum, 20_000));
      await steps.next();
      expect((await steps.return()).done).toBe(false);
      let turns = 1;
      while (!(await steps.next()).done) turns++;
      expect(turns).toBeLessThan(2000);
      expect([calls, p.state]).toStrictEqual([1, 'idle']);
    });

    test.each([EVERY_CHECK, undefined])('by a function `onStop` that calls exports with loops: %s', async (turnMs) => {
      const log = [];
      const { p, ends, task, pumpEventLoop } = await begin({
        turnMs,
        onStop(all) {
          log.push(all.sum(4), all.recursive(4));
          all.interrupt();
        },
      });
      task.stop();
      expect(log).toStrictEqual([10, 10]);
      await pumpEventLoop(5);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(p.state).toBe('idle');
      expect(p.stats().uncutMs).toBe(0);
    });

    test('by a function `onStop` that throws: the instance is lost, and the error is reported', async () => {
      const error = new Error('no interrupt');
      const { p, task, ends, pumpEventLoop, takeReports } = await begin({
        onStop() {
          throw error;
        },
      });
      task.stop();
      await pumpEventLoop(3);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(p.state).toBe('lost');
      expect(takeReports().map((report) => report.error)).toStrictEqual([error]);
    });

    test('code that catches what is thrown into it is thrown into again', async () => {
      const { p, notes, task, ends, pumpEventLoop } = await begin({}, { f: 'stubborn' });
      task.stop();
      await pumpEventLoop(3);
      expect(notes).toStrictEqual([100]);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(p.state).toBe('lost');
    });

    test('from an import, in a turn of the task', async () => {
      const { cooperator, pumpEventLoop } = setup({ turns: 50 });
      const log = [];
      const { p, exports } = await open(
        { turnMs: EVERY_CHECK, onStop: 'restore' },
        {
          env: {
            note(n) {
              log.push(n);
              if (n === 15) task.stop();
            },
          },
        },
      );
      const task = cooperator.cooperate(p.call(exports.sum, 20));
      const ends = outcome(task.whenDone());
      await pumpEventLoop(5);
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(log).toStrictEqual([20, 19, 18, 17, 16, 15]);
      expect(p.state).toBe('idle');
      expect(exports.calls.value).toBe(0);
    });

    test('by a signal: whenDone fails with its reason', async () => {
      const controller = new AbortController();
      const { p, ends, pumpEventLoop } = await begin({ onStop: 'restore' }, { signal: controller.signal });
      const reason = new Error('enough');
      controller.abort(reason);
      await pumpEventLoop(2);
      expect(ends).toStrictEqual([{ error: reason }]);
      expect(p.state).toBe('idle');
    });

    test.each(['stop', 'dispose'])('by the `%s` of the cooperator', async (method) => {
      const { cooperator, p, ends, pumpEventLoop } = await begin();
      cooperator[method]();
      await pumpEventLoop(2);
      expect(ends[0].error).toBeInstanceOf(SchedulerStopped);
      expect(p.state).toBe('lost');
    });

    test('before its first turn changes nothing', async () => {
      const { cooperator } = setup();
      const { p, exports, notes } = await open();
      const task = cooperator.cooperate(p.call(exports.sum, 3));
      const ends = outcome(task.whenDone());
      task.stop();
      await flushEventLoop();
      expect(ends[0].error).toBeInstanceOf(TaskStopped);
      expect(notes).toStrictEqual([]);
      expect(exports.sum(3)).toBe(6);
    });

    test('after its end changes nothing', async () => {
      const { p, exports } = await open({ turnMs: EVERY_CHECK });
      const steps = stepsOf(p.call(exports.sum, 3));
      while (!(await steps.next()).done);
      expect(await steps.return()).toStrictEqual({ done: true, value: undefined });
      expect(await steps.next()).toStrictEqual({ done: true, value: undefined });
      expect(p.state).toBe('idle');
    });
  });
} else {
  test('a host that cannot suspend WebAssembly: `call` says so at once, and names those that can', async () => {
    const { p, exports } = await open();
    expect(() => p.call(exports.sum, 3)).toThrow(
      /^Preemptible.call: this host cannot suspend WebAssembly .*: Chromium 137, Firefox 139, Safari 27 and Node 24 can/,
    );
    expect(() => p.call(exports.sum, 3)).toThrow(/Preemptible.limit works here$/);
    expect(p.state).toBe('idle');
    expect(exports.sum(3)).toBe(6);
  });
}
