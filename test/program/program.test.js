// A C program that links the library (main.c) and JavaScript share one queue and each other's Deferreds.
import {
  CancelledError,
  CooperativeTask,
  Cooperator,
  Deferred,
  SchedulerStopped,
  TaskStopped,
  bind,
  cooperate,
  getGlobalCooperator,
  native,
  predicates,
} from 'cooperator';
import { FakeScheduler } from 'cooperator/testing';
import { listenForUnhandled, runNodeJson } from '../js/support/run-node.js';
import { logTurns, outcome, flushEventLoop, thrownBy } from '../js/support/setup.js';
import { steps } from '../js/support/steps.js';
import * as programs from './programs.js';

const OK = 0;
const FAILURE = 2;
const INVALID_ARGUMENT = 4;

describe.each(['O0', 'O3'])('a program built with -%s', (level) => {
  const load = programs.factory(level);
  const start = () => programs.start(level);
  const startAndBind = () => programs.startAndBind(level);

  /** Runs code in a Node of its own, where `unhandled` collects reported errors, and returns what it prints. */
  const inNode = (source) =>
    runNodeJson(`
    import { CancelledError, Deferred } from 'cooperator';
    import * as programs from '../program/programs.js';
    ${listenForUnhandled}
    const start = () => programs.start('${level}');
    const startAndBind = () => programs.startAndBind('${level}');
    ${source}
  `);

  describe('its tasks', () => {
    test('wait for bind, then take turns with those of JavaScript in one queue', async () => {
      const { Module, log } = await start();
      await flushEventLoop();
      expect(log.splice(0)).toStrictEqual(['main is over']);
      const { cooperate } = bind(Module);
      const task = cooperate(function* () {
        for (const turn of [1, 2, 3]) {
          log.push(`js ${turn}`);
          yield;
        }
      });
      await task.whenDone();
      expect(log).toStrictEqual([
        'c0 1',
        'c1 1',
        'js 1',
        'c0 2',
        'c1 2',
        'js 2',
        'c0 3',
        'c1 3',
        'js 3',
        'c0 done',
        'c1 done',
      ]);
    });

    test('wait for bind even if C starts its cooperator before that', async () => {
      const { Module, log, _start_tasks: startTasks } = await start();
      startTasks();
      await flushEventLoop();
      expect(log.splice(0)).toStrictEqual(['main is over']);
      await bind(Module)
        .cooperate(function* () {
          for (let turn = 0; turn < 3; turn++) yield;
        })
        .whenDone();
      expect(log).toStrictEqual(['c0 1', 'c1 1', 'c0 2', 'c1 2', 'c0 3', 'c1 3', 'c0 done', 'c1 done']);
    });

    test('can be added by C at any time, also during a turn of JavaScript', async () => {
      const { cooperate, log, _add_counter: add } = await startAndBind();
      await cooperate(function* () {
        add(2, 2);
        log.push('js 1');
        yield;
        log.push('js 2');
        yield;
        log.push('js 3');
        yield;
      }).whenDone();
      expect(log).toStrictEqual(['js 1', 'c2 1', 'js 2', 'c2 2', 'js 3', 'c2 done']);
    });

    test('are not listed in cooperator.tasks', async () => {
      const { cooperate, getGlobalCooperator: get, _add_counter: add } = await startAndBind();
      add(0, 1);
      const task = cooperate(logTurns([], 'js', 1));
      expect(get().tasks).toStrictEqual([task]);
      await task.whenDone();
    });

    test('are not mistaken for those of JavaScript, whatever their state pointer is', async () => {
      const { cooperate, getGlobalCooperator: get, _add_with_state: add } = await startAndBind();
      const task = cooperate(logTurns([], 'js', 1));
      for (let generation = 0; generation < 10; generation++) {
        for (let index = 0; index < 200; index++) add(generation * 2 ** 22 + index);
      }
      expect(get().tasks).toStrictEqual([task]);
      await task.whenDone();
    });

    test('are paused with the cooperator; whenIdle waits for those of JavaScript only', async () => {
      const { cooperate, getGlobalCooperator: get, log, _add_counter: add } = await startAndBind();
      add(0, 2);
      const task = cooperate(logTurns(log, 'js', 1));
      get().pause();
      const idle = outcome(get().whenIdle());
      await flushEventLoop();
      expect([log, idle]).toStrictEqual([[], []]);
      get().resume();
      await task.whenDone();
      await flushEventLoop();
      expect(idle).toStrictEqual([{ value: undefined }]);
      expect(log).toStrictEqual(['c0 1', 'js1', 'c0 2', 'c0 done']);
      add(0, 1000);
      expect(outcome(get().whenIdle())).toStrictEqual([{ value: undefined }]);
      get().stop();
    });

    test('are stopped together with those of JavaScript, whichever side stops the cooperator', async () => {
      const byJavaScript = await startAndBind();
      byJavaScript._add_counter(0, 9);
      const first = outcome(byJavaScript.cooperate(logTurns([], 'js')).whenDone());
      byJavaScript.getGlobalCooperator().stop();
      expect(byJavaScript.log).toStrictEqual(['c0 stopped']);
      expect(first).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
      expect(byJavaScript._running()).toBe(0);

      const byC = await startAndBind();
      byC._add_counter(0, 9);
      const second = outcome(byC.cooperate(logTurns([], 'js')).whenDone());
      byC._stop();
      expect(byC.log).toStrictEqual(['c0 stopped']);
      expect(second).toStrictEqual([{ error: expect.any(SchedulerStopped) }]);
      expect(byC.getGlobalCooperator().running).toBe(false);

      byC.getGlobalCooperator().start();
      byC._add_counter(1, 1);
      await flushEventLoop();
      expect(byC.log.slice(1)).toStrictEqual(['c1 1', 'c1 done']);
    });

    test('after dispose() the program has a stopped cooperator', async () => {
      const { getGlobalCooperator: get, log, _add_counter: add, _running: running } = await startAndBind();
      get().dispose();
      expect(running()).toBe(0);
      add(0, 1);
      expect(log).toStrictEqual(['c0 stopped']);
    });
  });

  describe('a trap in a step of the program', () => {
    test('fails that task and is reported once', async () => {
      expect(
        await inNode(`
        const { cooperate, log, _add_counter: count, _add_trap: trap } = await startAndBind();
        trap(0);
        count(0, 1);
        await cooperate(function* () { log.push('js 1'); yield; log.push('js 2'); }).whenDone();
        await flushEventLoop();
        print([log, unhandled.map((error) => error instanceof WebAssembly.RuntimeError)]);
      `),
      ).toStrictEqual([['trap', 'c0 1', 'js 1', 'c0 done', 'js 2'], [true]]);
    });

    test('is passed to those who wait for the task, and is then not reported', async () => {
      expect(
        await inNode(`
        const { deferredFromC, _add_trap: trap, _release: release } = await startAndBind();
        const done = trap(1);
        const deferred = deferredFromC(done);
        release(done);
        const error = await deferred.then(() => 'a value', (reason) => reason);
        await flushEventLoop();
        print([error instanceof WebAssembly.RuntimeError, unhandled.length]);
      `),
      ).toStrictEqual([true, 0]);
    });
  });

  describe('deferredToC', () => {
    test.each([
      ['a number', 1.5, 'number 1.5'],
      ['a string', 'zwölf €', 'bytes zwölf €'],
      ['an ArrayBuffer', new TextEncoder().encode('buffer').buffer, 'bytes buffer'],
      ['a view', new Uint8Array(new TextEncoder().encode('[view]').buffer, 1, 4), 'bytes view'],
      ['an empty string', '', 'bytes '],
      ['an object', {}, 'neither OK'],
      ['undefined', undefined, 'neither OK'],
    ])('C waits for a Promise of %s', async (_, value, said) => {
      const { deferredToC, deferredFromC, log, _wait_for: waitFor, _release: release } = await startAndBind();
      const done = waitFor(deferredToC(Promise.resolve(value)), 1);
      const deferred = deferredFromC(done);
      release(done);
      expect(await deferred).toBe(value);
      expect(log).toStrictEqual([said, 'waiter done']);
    });

    test('a value larger than the memory makes the memory grow', async () => {
      const { deferredToC, deferredFromC, log, Module, _wait_for: waitFor, _release: release } = await startAndBind();
      const size = () => Module.cooperator.memory().byteLength;
      const before = size();
      const done = waitFor(deferredToC(Promise.resolve('a'.repeat(before))), 1);
      const deferred = deferredFromC(done);
      release(done);
      expect((await deferred).length).toBe(before);
      expect(size()).toBeGreaterThan(before);
      expect(log).toStrictEqual([`bytes ${'a'.repeat(121)}`, 'waiter done']); // as much as the buffer of main.c holds
    });

    test.each(['Promise', 'Deferred'])(
      'C can read the error of a %s, and passes the same object back',
      async (kind) => {
        const { deferredToC, deferredFromC, log, _wait_for: waitFor, _release: release } = await startAndBind();
        const error = new TypeError('of no use');
        const source = kind === 'Promise' ? Promise.reject(error) : Deferred.fail(error);
        const done = waitFor(deferredToC(source), 1);
        const deferred = deferredFromC(done);
        release(done);
        expect(
          await deferred.then(
            () => 'a value',
            (reason) => reason,
          ),
        ).toBe(error);
        expect(log).toStrictEqual(['bytes of no use', 'waiter failed']);
      },
    );

    test('an error that C does not handle is reported once, as the same object', async () => {
      expect(
        await inNode(`
        const { deferredToC, _wait_for: waitFor, _release: release } = await startAndBind();
        const errors = [new Error('of a task'), new Error('of a Deferred')];
        waitFor(deferredToC(Promise.reject(errors[0])), 0);
        release(deferredToC(Promise.reject(errors[1])));
        await flushEventLoop();
        print([unhandled.length, errors.map((error) => unhandled.includes(error))]);
      `),
      ).toStrictEqual([2, [true, true]]);
    });

    test('a Deferred that has fired fires the one in C at once', async () => {
      const { deferredToC, log, _say_when_there: say, _release: release } = await startAndBind();
      const pointer = deferredToC(Deferred.succeed(7));
      say(pointer);
      release(pointer);
      expect(log).toStrictEqual(['number 7']);
    });

    test('C can cancel a Deferred of JavaScript', async () => {
      const { deferredToC, log, _say_when_there: say, _cancel: cancel, _release: release } = await startAndBind();
      const source = new Deferred(() => log.push('canceller of JavaScript'));
      const pointer = deferredToC(source);
      say(pointer);
      cancel(pointer);
      release(pointer);
      expect(log).toStrictEqual(['canceller of JavaScript', `bytes ${new CancelledError().message}`]);
      expect(source.called).toBe(true);
    });

    test('when C cancels the Deferred of a Promise, the value of the Promise is dropped', async () => {
      const { deferredToC, log, _say_when_there: say, _cancel: cancel, _release: release } = await startAndBind();
      let resolve;
      const pointer = deferredToC(
        new Promise((settle) => {
          resolve = settle;
        }),
      );
      say(pointer);
      cancel(pointer);
      release(pointer);
      expect(log).toStrictEqual(['neither CANCELLED']);
      resolve('late');
      await flushEventLoop();
      expect(log).toStrictEqual(['neither CANCELLED']);
    });

    test('such a late value is not kept, and its handle is used again', async () => {
      expect(
        await runNodeJson(
          `
        import { Deferred } from 'cooperator';
        import * as programs from '../program/programs.js';
        const { deferredToC, _cancel: cancel, _release: release, _say_when_there: say } =
          await programs.startAndBind('${level}');
        const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
        let weak;
        await (async () => {
          const value = {};
          weak = new WeakRef(value);
          const pointer = deferredToC(nextMacrotask().then(() => value));
          say(pointer);
          cancel(pointer);
          release(pointer);
          await nextMacrotask();
        })();
        for (let round = 0; round < 50 && weak.deref() !== undefined; round++) {
          await nextMacrotask();
          globalThis.gc();
        }
        process.stdout.write(JSON.stringify(weak.deref() === undefined));
      `,
          { flags: ['--expose-gc'] },
        ),
      ).toBe(true);
    });

    test('a canceller that throws is reported, and C continues', async () => {
      expect(
        await inNode(`
        const { deferredToC, log, _say_when_there: say, _cancel: cancel, _release: release } = await startAndBind();
        const error = new Error('cannot be cancelled');
        const pointer = deferredToC(new Deferred(() => { throw error; }));
        say(pointer);
        cancel(pointer);
        release(pointer);
        await flushEventLoop();
        print([unhandled.length, unhandled[0] === error, log]);
      `),
      ).toStrictEqual([1, true, [`bytes ${new CancelledError().message}`]]);
    });

    test('a trap in a C callback is reported, and does not reach the caller that fired the Deferred', async () => {
      expect(
        await inNode(`
        const { deferredToC, _trap_when_there: trap } = await startAndBind();
        const source = new Deferred();
        trap(deferredToC(source));
        source.callback(1);
        await flushEventLoop();
        print([await source, unhandled.map((error) => error instanceof WebAssembly.RuntimeError)]);
      `),
      ).toStrictEqual([1, [true]]);
    });

    test('an argument that is not a thenable throws', async () => {
      const { deferredToC } = await startAndBind();
      expect(thrownBy(() => deferredToC(7))).toStrictEqual(
        new TypeError('deferredToC: promise must be a Promise, a Deferred or a thenable, not 7'),
      );
    });
  });

  /** Source: `fill` fills the table of handles except for `free` places. */
  const fillTable = `
    const fill = (free = 0) => {
      const taken = [];
      for (let n = 0; n < free; n++) {
        taken.push(new Deferred());
        taken[n].pause(); // now it has a handle
      }
      const full = new Deferred();
      try { for (;;) full.addCallback(() => {}); } catch {}
      for (const one of taken) { one.unpause(); one.callback(); }
    };
  `;

  test('when the table of handles is full, Deferreds that would cross are refused, and results still arrive', async () => {
    expect(
      await inNode(`${fillTable}
      const { deferredToC, deferredFromC, log, _say_when_there: say, _new_deferred: make,
        _allocated: allocated } = await startAndBind();
      const pointers = [make(), make()];
      const [source, other] = [new Deferred(), new Deferred().addCallback(() => {})];
      say(deferredToC(source));
      fill(1);
      const attempt = (use) => {
        const before = allocated();
        try { use(); return 'accepted'; } catch (error) { return [error.name, allocated() - before]; }
      };
      const seen = [() => deferredToC(other), () => deferredToC(Promise.resolve(1)), () => deferredFromC(pointers[0]),
        () => deferredToC(other), () => deferredFromC(pointers[1])].map(attempt);
      source.callback('text');
      await flushEventLoop();
      print({ seen, log, unhandled: unhandled.map(String) });
    `),
    ).toStrictEqual({
      // The first call takes the last place and gives it back.
      seen: [['RangeError', 0], 'accepted', ['RangeError', 0], ['RangeError', 0], ['RangeError', 0]],
      log: ['bytes text'],
      unhandled: [],
    });
  });

  describe('deferredFromC', () => {
    test('JavaScript can await a coop_deferred', async () => {
      const { deferredFromC, _new_deferred: make, _fire: fire, _release: release } = await startAndBind();
      const pointer = make();
      const deferred = deferredFromC(pointer);
      expect(deferred).toBeInstanceOf(Deferred);
      fire(pointer, OK, 0x80000000);
      release(pointer);
      expect(await deferred).toBe(0x80000000);
    });

    test('a coop_deferred that has fired gives its result at once, and every time', async () => {
      const { deferredFromC, _new_deferred: make, _fire: fire, _release: release } = await startAndBind();
      const pointer = make();
      fire(pointer, OK, 64);
      expect([1, 2].map(() => outcome(deferredFromC(pointer)))).toStrictEqual([[{ value: 64 }], [{ value: 64 }]]);
      release(pointer);
    });

    test('a failure from C becomes an error with the name and the message of its status', async () => {
      const { deferredFromC, _new_deferred: make, _fire: fire, _release: release } = await startAndBind();
      const errorOf = (status, value) => {
        const pointer = make();
        const seen = outcome(deferredFromC(pointer));
        fire(pointer, status, value);
        release(pointer);
        return seen[0].error;
      };
      expect(errorOf(FAILURE, 64)).toMatchObject({
        status: 'FAILURE',
        value: 64,
        message: 'FAILURE: an error of the program; see the value beside it',
      });
      expect(errorOf(99, 0)).toMatchObject({ status: '99', value: 0 });
      const stopped = errorOf(8, 0);
      expect(stopped).toBeInstanceOf(TaskStopped);
      expect(stopped.status).toBe('TASK_STOPPED');
    });

    test('cancel calls the canceller in C, and fails with its error', async () => {
      const { deferredFromC, log, _new_deferred: make, _release: release } = await startAndBind();
      const pointer = make();
      const deferred = deferredFromC(pointer);
      const seen = outcome(deferred);
      deferred.cancel();
      release(pointer);
      expect(log).toStrictEqual(['canceller']);
      expect(seen).toStrictEqual([{ error: expect.any(CancelledError) }]);
    });

    test('a coop_deferred that C releases unfired fails, and can still be cancelled', async () => {
      const { deferredFromC, _new_deferred: make, _release: release } = await startAndBind();
      const pointer = make();
      const deferred = deferredFromC(pointer);
      release(pointer);
      expect(outcome(deferred)).toStrictEqual([
        { error: new Error('the program released its Deferred before it had a result') },
      ]);
      deferred.cancel();
    });

    test.each([
      [0, '0'],
      [undefined, 'undefined'],
      ['8', '"8"'],
      [1.5, '1.5'],
    ])('the pointer %p throws a TypeError', async (bad, shown) => {
      const { deferredFromC } = await startAndBind();
      expect(thrownBy(() => deferredFromC(bad))).toStrictEqual(
        new TypeError(`deferredFromC: pointer must be the address of a coop_deferred, a number, not ${shown}`),
      );
    });

    test.each([-8, 65538, 2 ** 30, 2 ** 32 + 65536, -(2 ** 32), 2 ** 53])(
      'the address %p throws a RangeError',
      async (bad) => {
        const { deferredFromC } = await startAndBind();
        expect(thrownBy(() => deferredFromC(bad))).toStrictEqual(
          new RangeError(
            `deferredFromC: pointer must be an address in the program's memory, a multiple of 4, not ${bad}`,
          ),
        );
      },
    );
  });

  test('reading a value into NULL fails, unless zero bytes are read', async () => {
    const program = await startAndBind();
    const pointer = program.deferredToC(Deferred.succeed('text'));
    for (const value of [program._result_of(pointer), 64, 0]) expect(program._refuse_no_place(value)).toBe(1);
    expect(program._read_nothing(program._result_of(pointer))).toBe(OK);
    expect(program._read_nothing(64)).toBe(INVALID_ARGUMENT);
    program._release(pointer);
  });

  test('forged values reach no other object of JavaScript', async () => {
    const program = await startAndBind();
    const waited = new Deferred();
    const pointer = program._new_deferred();
    const mine = program.deferredFromC(pointer);
    const tasks = [program, { cooperate }].flatMap((of) => [
      of.cooperate(function* () {
        yield waited;
        yield;
        return 'done';
      }),
      of.cooperate(async ({ yield: next }) => {
        await next();
        return 'done';
      }),
    ]);
    const ends = tasks.map((task) => task.whenDone());
    for (let generation = 0; generation < 20; generation++) {
      for (let index = 0; index < 300; index++) {
        const forged = ((generation * 2 ** 22 + index) * 2 + 1) | 0;
        expect(program._size_of(forged)).toBe(INVALID_ARGUMENT);
        expect(program._retain_value(forged)).toBe(0);
        program._release_value(forged);
      }
    }
    await flushEventLoop();
    waited.callback('there');
    program._fire(pointer, OK, 12);
    expect(await Promise.all([...ends, mine])).toStrictEqual(['done', 'done', 'done', 'done', 12]);
    program._release(pointer);
  });

  test('a value is invalid after its Deferred was released and the program has returned, unless it was retained', async () => {
    const { deferredToC, _result_of, _retain_value, _release_value, _size_of, _release } = await startAndBind();
    const pointer = deferredToC(Deferred.succeed('text'));
    const value = _result_of(pointer);
    const kept = _retain_value(value);
    _release(pointer);
    expect([_size_of(value), _size_of(kept)]).toStrictEqual([OK, OK]);
    await flushEventLoop();
    expect([_size_of(value), _size_of(kept)]).toStrictEqual([INVALID_ARGUMENT, OK]);
    expect(_retain_value(value)).toBe(0);
    expect(_retain_value(64)).toBe(0);
    _release_value(value);
    _release_value(64);
    _release_value(kept);
    await flushEventLoop();
    expect(_size_of(kept)).toBe(INVALID_ARGUMENT);
  });

  test('values and Deferreds that crossed leave no memory allocated in the program', async () => {
    const {
      cooperate,
      deferredToC,
      deferredFromC,
      log,
      Cooperator: ProgramCooperator,
      _allocated: allocated,
      _wait_for: waitFor,
      _new_deferred: make,
      _fire: fire,
      _cancel: cancel,
      _release: release,
    } = await startAndBind();
    async function cross() {
      const ends = [];
      const failing = Promise.reject(new Error());
      for (const source of [Promise.resolve('text'), Deferred.succeed(1), failing, new Deferred()]) {
        const pointer = deferredToC(source);
        const done = waitFor(pointer, 1);
        ends.push(
          deferredFromC(done).then(
            () => {},
            () => {},
          ),
        );
        release(done);
        if (source instanceof Deferred && !source.called) cancel(pointer);
      }
      for (const end of [(pointer) => fire(pointer, OK, 64), () => {}, (pointer, deferred) => deferred.cancel()]) {
        const pointer = make();
        const deferred = deferredFromC(pointer);
        ends.push(
          deferred.then(
            () => {},
            () => {},
          ),
        );
        end(pointer, deferred);
        release(pointer);
      }
      ends.push(cooperate(logTurns([], 'js', 2)).whenDone());
      await Promise.all(ends);
      const cooperator = new ProgramCooperator();
      cooperator
        .cooperate(logTurns([], 'js'))
        .whenDone()
        .addErrback(() => {});
      cooperator.dispose();
      await flushEventLoop();
    }
    await cross();
    const before = allocated();
    for (let round = 0; round < 10; round++) await cross();
    expect(allocated()).toBe(before);
    expect(log.filter((text) => text.startsWith('waiter')).length).toBe(44);
  });

  test('C cannot create a second cooperator, which JavaScript would not know', async () => {
    const { _make_cooperator: make } = await start();
    expect(make()).toBe(INVALID_ARGUMENT);
  });

  test('an unhandled failure before bind is reported', async () => {
    expect(
      await inNode(`
      const { _new_deferred: make, _fire: fire, _release: release } = await start();
      const pointer = make();
      fire(pointer, ${FAILURE}, 0);
      release(pointer);
      await flushEventLoop();
      print(unhandled.map(({ message }) => message));
    `),
    ).toStrictEqual(['cooperator: unhandled failure before bind(), status 2']);
  });

  describe('bind', () => {
    test('returns the classes of the package, and for one program always the same object', async () => {
      const { Module } = await start();
      const bound = bind(Module);
      expect(bind(Module)).toBe(bound);
      expect(bound.Deferred).toBe(Deferred);
      expect(bound.CooperativeTask).toBe(CooperativeTask);
      expect(bound.native).toBe(native);
      expect(new bound.Cooperator()).toBeInstanceOf(Cooperator);
      expect(bound.getGlobalCooperator()).toBeInstanceOf(bound.Cooperator);
      expect(bound.getGlobalCooperator()).toBe(bound.getGlobalCooperator());
    });

    test.each([
      [undefined, 'undefined'],
      [{}, 'an object of class Object'],
      [Promise.resolve(), 'an object of class Promise'],
      [load, 'a function'],
    ])('%p throws, because it is not a program that links the library', (bad, shown) => {
      const error = thrownBy(() => bind(bad));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^bind: Module must be .* links cooperator::wasm/);
      expect(error.message).toContain(`, not ${shown}`);
    });

    test('a new Cooperator works in the program, with tasks of every kind', async () => {
      const { Cooperator, native, log } = await startAndBind();
      const module = new WebAssembly.Module(new Uint8Array(steps));
      const { exports } = new WebAssembly.Instance(module, { host: { call() {} } });
      new Int32Array(exports.memory.buffer)[16] = 2;
      const scheduler = new FakeScheduler();
      const cooperator = new Cooperator({
        scheduler: scheduler.schedule,
        terminationPredicateFactory: predicates.turns(2),
      });
      const inC = cooperator.cooperate(native({ step: exports.count_down, state: 64, result: () => 'counted' }));
      const waited = new Deferred();
      const inJavaScript = cooperator.cooperate(function* () {
        log.push(yield waited);
      });
      const ends = [outcome(inC.whenDone()), outcome(inJavaScript.whenDone())];
      scheduler.pump();
      expect([inC.state, inJavaScript.state]).toStrictEqual(['runnable', 'waiting']);
      waited.callback('there');
      scheduler.pump();
      scheduler.pump();
      expect(ends).toStrictEqual([[{ value: 'counted' }], [{ value: undefined }]]);
      expect(log).toStrictEqual(['there']);
      expect(cooperator.stats().turns).toBe(4);
      cooperator.dispose();
    });

    test('two programs and the package itself are independent of each other', async () => {
      const programs = await Promise.all([startAndBind(), startAndBind()]);
      const logs = [programs[0].log, programs[1].log, []];
      const [first, second] = programs;
      const ends = [first, second, { cooperate }].map((of, i) => of.cooperate(logTurns(logs[i], 'js', 3)).whenDone());
      first._add_counter(0, 2);
      second._add_counter(1, 9);
      second._stop();
      await Promise.allSettled(ends);
      await flushEventLoop();
      expect(logs).toStrictEqual([
        ['js1', 'c0 1', 'js2', 'c0 2', 'js3', 'c0 done'],
        ['c1 stopped'],
        ['js1', 'js2', 'js3'],
      ]);
      const cooperators = [first.getGlobalCooperator(), second.getGlobalCooperator(), getGlobalCooperator()];
      expect(cooperators.map(({ running }) => running)).toStrictEqual([true, false, true]);
      expect(new Set(cooperators).size).toBe(3);

      // One program waits for a Deferred of the other.
      const pointer = first._new_deferred();
      second.getGlobalCooperator().start();
      const done = second._wait_for(second.deferredToC(first.deferredFromC(pointer)), 1);
      first._fire(pointer, OK, 12);
      expect(await second.deferredFromC(done)).toBe(12);
      expect(second.log.slice(1)).toStrictEqual(['number 12', 'waiter done']);
      first._release(pointer);
      second._release(done);
    });
  });
});
