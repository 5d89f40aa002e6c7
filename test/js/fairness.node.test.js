// S13 to S17 and onLongTurn: everything that depends on the clock. Each test is a process whose clock the program sets.
import { runNode, runNodeJson } from './support/run-node.js';

/** A clock that only `spend` moves, and setImmediate under the program's control. */
const fakeTime = `
  let time = 0;
  const spend = (ms) => { time += ms; };
  Object.defineProperty(globalThis, 'performance', { value: { now: () => time }, configurable: true });
  const immediates = [];
  globalThis.setImmediate = (callback) => {
    const call = { callback };
    immediates.push(call);
    return call;
  };
  globalThis.clearImmediate = (call) => { if (immediates.includes(call)) immediates.splice(immediates.indexOf(call), 1); };
  const runImmediates = (delayMs = 0) => {
    time += delayMs;
    for (const { callback } of immediates.splice(0)) callback();
  };
  const print = (value) => process.stdout.write(JSON.stringify(value));
  const { Cooperator, predicates, schedulers, configure, getGlobalCooperator, cooperate } = await import('cooperator');
  const { FakeScheduler } = await import('cooperator/testing');
`;

/** The same; setImmediate throws while `fails` is true. */
const failingImmediates = `${fakeTime}
  let fails = false;
  immediates.push = (call) => {
    if (fails) throw new Error('refused');
    return Array.prototype.push.call(immediates, call);
  };
`;

/** Tasks that spend the time of each turn, in a cooperator with slices of 10 ms. */
const fair = `${fakeTime}
  const scheduler = new FakeScheduler();
  const make = (options) => new Cooperator({
    scheduler: scheduler.schedule, terminationPredicateFactory: predicates.timeSlice(10), ...options,
  });
  const spenders = (cooperator, tasks) => tasks.map(({ ms, share }) => {
    const spent = { ms: 0 };
    cooperator.cooperate(function* () {
      for (;;) { spend(ms); spent.ms += ms; yield; }
    }, { share });
    return spent;
  });
  const runFor = (ms) => { for (const end = time + ms; time < end; ) scheduler.pump(); };
`;

describe("S13: fairness: 'time'", () => {
  test('tasks with equal shares get equal time, whatever their turns cost', async () => {
    const spent = await runNodeJson(`${fair}
      const spent = spenders(make({ fairness: 'time' }), [{ ms: 0.01 }, { ms: 0.5 }, { ms: 2 }]);
      runFor(3000);
      print(spent.map(({ ms }) => ms));
    `);
    for (const ms of spent) expect(Math.abs(ms - 1000)).toBeLessThan(5);
  });

  test('time is in proportion to shares, which may be fractions', async () => {
    const spent = await runNodeJson(`${fair}
      const tasks = [{ ms: 1, share: 0.5 }, { ms: 0.1, share: 1 }, { ms: 0.02, share: 2.5 }];
      const spent = spenders(make({ fairness: 'time' }), tasks);
      runFor(4000);
      print(spent.map(({ ms }) => ms));
    `);
    for (const [index, expected] of [500, 1000, 2500].entries()) {
      expect(Math.abs(spent[index] - expected)).toBeLessThan(10);
    }
  });

  test('by turns, which is the default, each task has as many turns', async () => {
    const counts = await runNodeJson(`${fair}
      const spent = spenders(make({}), [{ ms: 0.5 }, { ms: 2 }]);
      runFor(1000);
      print(spent.map(({ ms }, index) => ms / [0.5, 2][index]));
    `);
    expect(Math.abs(counts[0] - counts[1])).toBeLessThanOrEqual(1);
  });

  test('quantumMs is the length of a row of turns', async () => {
    expect(
      await runNodeJson(`${fair}
        const log = [];
        const cooperator = make({ fairness: 'time', quantumMs: 3 });
        for (const label of ['A', 'B']) {
          cooperator.cooperate(function* () { for (;;) { log.push(label); spend(1); yield; } });
        }
        runFor(20);
        print(log.slice(0, 12).join(''));
      `),
    ).toBe('AAABBBAAABBB');
  });

  test('at no time is a task behind another by more than its quantum and a turn of each', async () => {
    const tasks = [
      { ms: 0.001, share: 1 },
      { ms: 0.05, share: 2 },
      { ms: 2, share: 4 },
      { ms: 20, share: 0.5 },
    ];
    const worst = await runNodeJson(`${fair}
      const tasks = ${JSON.stringify(tasks)};
      const spent = spenders(make({ fairness: 'time' }), tasks);
      let worst = 0;
      for (const end = time + 4000; time < end; ) {
        scheduler.pump();
        for (const [i, one] of tasks.entries()) {
          for (const [j, other] of tasks.entries()) {
            const behind = spent[j].ms / other.share - spent[i].ms / one.share;
            const allowed = 1 + one.ms / one.share + other.ms / other.share;
            worst = Math.max(worst, behind / allowed);
          }
        }
      }
      print(worst);
    `);
    expect(worst).toBeLessThan(1.01);
    expect(worst).toBeGreaterThan(0);
  });

  test('async tasks and native tasks get their part of the time as generators do', async () => {
    const spent = await runNodeJson(`${fair}
      const { native } = await import('cooperator');
      const { steps } = await import('./support/steps.js');
      const { exports } = await WebAssembly.instantiate(new WebAssembly.Module(new Uint8Array(steps)), {
        host: { call() { spend(2); spent.native += 2; } },
      });
      const cooperator = make({ fairness: 'time' });
      const spent = { native: 0, async: 0, iterator: 0, generator: 0 };
      // The step script returns 0, to be called again, until it reaches a word that is not 0.
      cooperator.cooperate(native({ step: exports.calling, state: 0 }));
      cooperator.cooperate(async ({ yield: nextTurn }) => {
        for (;;) { await null; spend(5); spent.async += 5; await nextTurn(); }
      });
      cooperator.cooperate(async function* () { for (;;) { spend(1); spent.iterator += 1; await null; yield; } });
      cooperator.cooperate(function* () { for (;;) { spend(0.1); spent.generator += 0.1; yield; } });
      for (const end = time + 2000; time < end; ) {
        scheduler.pump();
        for (let count = 0; count < 100; count++) await null;
      }
      print(Object.values(spent));
    `);
    const fairPart = spent.reduce((sum, ms) => sum + ms) / 4;
    for (const ms of spent) expect(Math.abs(ms - fairPart)).toBeLessThan(7);
  });

  for (const [name, wait] of [
    ['waits for a Deferred that has fired', 'yield Deferred.succeed();'],
    ['waits for a Promise', 'yield Promise.resolve();'],
    ['pauses itself and is resumed', 'a.pause(); queueMicrotask(() => a.resume()); yield;'],
  ]) {
    test(`a task that ${name} after each turn keeps what it owes`, async () => {
      const [long, short] = await runNodeJson(`${fair}
        const { Deferred } = await import('cooperator');
        const cooperator = make({ fairness: 'time' });
        const spent = [0, 0];
        const a = cooperator.cooperate(function* () { for (;;) { spend(20); spent[0] += 20; ${wait} } });
        cooperator.cooperate(function* () { for (;;) { spend(0.1); spent[1] += 0.1; yield; } });
        for (const end = time + 2000; time < end; ) {
          scheduler.pump();
          for (let count = 0; count < 5; count++) await null;
        }
        print(spent);
      `);
      expect(long).toBeGreaterThan(100);
      expect(long - short).toBeLessThan(22); // its longest turn, a quantum, and a turn of the other
    });
  }

  test('a task owes 250 ms at most, however long its turn was', async () => {
    const spent = await runNodeJson(`${fair}
      const cooperator = make({ fairness: 'time' });
      const log = [];
      cooperator.cooperate(function* () { spend(10_000); yield; for (;;) { log.push(time); spend(1); yield; } });
      cooperator.cooperate(function* () { for (;;) { spend(1); yield; } });
      runFor(11_000);
      print(log[0] - 10_000);
    `);
    expect(spent).toBeGreaterThan(240);
    expect(spent).toBeLessThan(260);
  });

  test('debts are forgotten when the queue has been empty', async () => {
    const log = await runNodeJson(`${fair}
      const cooperator = make({ fairness: 'time' });
      const log = [];
      const work = function* (label, ms) { for (;;) { spend(ms); log.push(label); yield; } };
      const tasks = [cooperator.cooperate(work('A', 100)), cooperator.cooperate(work('B', 1))];
      scheduler.pump();
      for (const task of tasks) task.pause();
      log.length = 0;
      for (const task of tasks) task.resume();
      scheduler.pump();
      print(log);
    `);
    expect(log[0]).toBe('A');
  });

  for (const [name, factory] of [
    ['a number of turns', 'predicates.turns(3)'],
    ["a user's predicate", '() => { const end = time + 10; return () => time >= end; }'],
  ]) {
    test(`slices that ${name} limits are fair by turns`, async () => {
      const turns = await runNodeJson(`${fair}
        const cooperator = make({ fairness: 'time', terminationPredicateFactory: ${factory} });
        const spent = spenders(cooperator, [{ ms: 0.5, share: 2 }, { ms: 2 }]);
        runFor(900);
        print([spent[0].ms / 0.5, spent[1].ms / 2]);
      `);
      expect(Math.abs(turns[0] - 2 * turns[1])).toBeLessThanOrEqual(2);
    });
  }

  test('shouldYield returns true when the quantum of the task is used up', async () => {
    expect(
      await runNodeJson(`${fair}
        const cooperator = make({ fairness: 'time', quantumMs: 2 });
        const log = [];
        for (const share of [1, 2, 0.5]) {
          cooperator.cooperate(function* ({ shouldYield }) {
            for (;;) {
              let ms = 0;
              do { spend(0.25); ms += 0.25; } while (!shouldYield());
              log.push(ms);
              yield;
            }
          }, { share });
        }
        runFor(70);
        print(log.slice(0, 12));
      `),
    ).toStrictEqual([2, 4, 1, 2, 4, 1, 2, 4, 1, 2, 4, 1]);
  });

  test('invalid options and shares are refused by name', async () => {
    expect(
      await runNodeJson(`${fair}
        const messages = [];
        const attempt = (action) => { try { action(); } catch (error) { messages.push(error.name + ': ' + error.message); } };
        attempt(() => make({ fairness: 'tasks' }));
        attempt(() => make({ quantumMs: '1' }));
        for (const quantumMs of [0, -1, NaN, Infinity]) attempt(() => make({ quantumMs }));
        attempt(() => make({ onLongTurn: 1 }));
        const byTime = make({ fairness: 'time' });
        const byTurns = make({});
        attempt(() => byTime.cooperate(function* () {}, { share: 0 }));
        attempt(() => byTime.cooperate(function* () {}, { share: NaN }));
        attempt(() => byTurns.cooperate(function* () {}, { share: 0.5 }));
        attempt(() => byTurns.cooperate(function* () {}, { share: 'much' }));
        print([...messages, byTime.tasks.length + byTurns.tasks.length]);
      `),
    ).toStrictEqual([
      "TypeError: new Cooperator: options.fairness must be 'turns' or 'time', not \"tasks\"",
      'TypeError: new Cooperator: options.quantumMs must be a number, not "1"',
      ...[0, -1, NaN, Infinity].map(
        (quantumMs) => `RangeError: new Cooperator: options.quantumMs must be above 0 and finite, not ${quantumMs}`,
      ),
      'TypeError: new Cooperator: options.onLongTurn must be a function, not 1',
      'RangeError: cooperate: options.share must be a number from 0.001 to 2147483647, not 0',
      'RangeError: cooperate: options.share must be a number from 0.001 to 2147483647, not NaN',
      'RangeError: cooperate: options.share must be an integer from 1 to 2147483647, not 0.5' +
        " (fractions need a cooperator with fairness: 'time')",
      'TypeError: cooperate: options.share must be an integer from 1 to 2147483647, not "much"',
      0,
    ]);
  });

  for (const [fairness, valid, invalid] of [
    ['turns', [1, 2, 2 ** 31 - 1], [0, -1, 0.5, 1.5, 2 ** 31, -(2 ** 31)]],
    ['time', [0.001, 0.5, 1, 2.5, 2 ** 31 - 1], [0, -1, 0.0009, 2 ** 31]],
  ]) {
    test(`the range of shares by ${fairness}`, async () => {
      expect(
        await runNodeJson(`${fair}
          const cooperator = make({ fairness: '${fairness}', quantumMs: 1 });
          const isValid = (share) => {
            try {
              cooperator.cooperate([], { share });
              return true;
            } catch (error) {
              return !(error instanceof RangeError);
            }
          };
          print([${JSON.stringify(valid)}.map(isValid), ${JSON.stringify(invalid)}.map(isValid), isValid(NaN), isValid(Infinity)]);
        `),
      ).toStrictEqual([valid.map(() => true), invalid.map(() => false), false, false]);
    });
  }
});

test('S12: the time of a suspended turn counts for its task and for the slice', async () => {
  expect(
    await runNodeJson(`${fair}
      const cooperator = make({});
      const task = cooperator.cooperate(async function work(context) {
        for (let turn = 0; turn < 2; turn++) {
          await null;
          spend(3);
          await null;
          spend(4);
          await context.yield();
        }
      });
      task.whenDone();
      scheduler.pump();
      for (let count = 0; count < 50; count++) await null;
      const { busyMs, longestTurnMs, longestTurnTask, slices } = cooperator.stats();
      print([task.stats(), busyMs, longestTurnMs, longestTurnTask, slices]);
    `),
  ).toStrictEqual([{ turns: 2, busyMs: 14, longestTurnMs: 7 }, 14, 7, 'work', 1]);
});

test('S12: shouldYield speaks of the part of the slice that the task has', async () => {
  expect(
    await runNodeJson(`${fair}
      const cooperator = make({});
      const log = [];
      for (let task = 0; task < 5; task++) {
        cooperator.cooperate(async (context) => {
          let units = 0;
          while (!context.shouldYield()) { spend(0.5); units++; }
          log.push(units);
          await context.yield();
        });
      }
      scheduler.pump();
      for (let count = 0; count < 100; count++) await null;
      print(log);
    `),
  ).toStrictEqual([4, 4, 4, 4, 4]);
});

test('S12: nothing is left in the event loop when a slice with suspended turns is over', async () => {
  expect(
    await runNodeJson(`${fakeTime}
      const left = [];
      const flush = async () => { for (let count = 0; count < 30; count++) await null; left.push(immediates.length); };
      const scheduler = new FakeScheduler();
      const cooperator = new Cooperator({ scheduler: scheduler.schedule });
      const task = cooperator.cooperate(async ({ yield: nextTurn }) => { for (let n = 0; n < 3; n++) await nextTurn(); });
      scheduler.pump();
      left.push(immediates.length); // the macrotask that would end the turn
      await flush();
      const waiting = cooperator.cooperate(() => new Promise(() => {}));
      scheduler.pump();
      await flush();
      runImmediates();
      await flush();
      print([left, task.state, waiting.state]);
    `),
  ).toStrictEqual([[1, 0, 1, 0], 'done', 'waiting']);
});

test('S12: a process ends when only suspended turns and waits are left', async () => {
  const { code, stdout, stderr } = await runNode(`
    import { cooperate } from 'cooperator';
    cooperate(async ({ yield: nextTurn }) => { await nextTurn(); await new Promise(() => {}); console.log('not reached'); });
    cooperate(async function* () { yield; await new Promise(() => {}); });
    await cooperate(async ({ yield: nextTurn }) => { for (let n = 0; n < 100; n++) await nextTurn(); }).whenDone();
    process.on('exit', () => console.log(process.getActiveResourcesInfo().filter((name) => !/Wrap$/.test(name)).join()));
  `);
  expect({ code, stdout, stderr }).toStrictEqual({ code: 0, stdout: '\n', stderr: '' });
});

describe('S14: cooperators on schedulers.auto()', () => {
  test('run one slice per macrotask, in the order of their requests', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const log = [];
        const cooperators = ['A', 'B', 'C'].map((label) => {
          const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(1) });
          cooperator.cooperate(function* () { for (;;) { log.push(label); yield; } });
          return cooperator;
        });
        const requests = [];
        for (let macrotask = 0; macrotask < 7; macrotask++) {
          requests.push(immediates.length);
          runImmediates();
          log.push('-');
        }
        for (const cooperator of cooperators) cooperator.dispose();
        print([log.join(''), requests, immediates.length]);
      `),
    ).toStrictEqual(['A-B-C-A-B-C-A-', [1, 1, 1, 1, 1, 1, 1], 0]);
  });

  test('have no slice while that of another is open', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const log = [];
        const a = new Cooperator();
        const b = new Cooperator();
        a.cooperate(async () => { await new Promise(() => {}); });
        b.cooperate(function* () { log.push('B'); });
        runImmediates();
        for (let count = 0; count < 20; count++) await null;
        log.push('open');
        immediates.shift().callback(); // ends the suspended turn
        log.push('closed');
        immediates.shift().callback();
        a.dispose();
        print([log, immediates.length]);
      `),
    ).toStrictEqual([['open', 'closed', 'B'], 0]);
  });

  test('take turns with a cooperator that has several suspended turns in one slice', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const log = [];
        const options = { terminationPredicateFactory: predicates.turns(2) };
        const a = new Cooperator(options);
        const b = new Cooperator(options);
        a.cooperate(async ({ yield: nextTurn }) => {
          for (let turn = 1; turn <= 4; turn++) { await null; log.push('A' + turn); await nextTurn(); }
        });
        b.cooperate(function* () { for (let turn = 1; turn <= 4; turn++) { log.push('B' + turn); yield; } });
        for (let macrotask = 0; macrotask < 6; macrotask++) {
          immediates.shift()?.callback();
          for (let count = 0; count < 30; count++) await null;
          log.push('-');
        }
        print([log.join(' '), immediates.length]);
      `),
    ).toStrictEqual(['A1 A2 - B1 B2 - A3 A4 - B3 B4 - - -', 0]);
  });

  test('one that is stopped or disposed before its slice leaves the order of the others', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const log = [];
        const cooperators = ['A', 'B', 'C', 'D'].map((label) => {
          const cooperator = new Cooperator();
          cooperator.cooperate(function* () { log.push(label); });
          return cooperator;
        });
        cooperators[0].stop();
        cooperators[2].dispose();
        const requests = [immediates.length];
        while (immediates.length !== 0) { runImmediates(); requests.push(immediates.length); }
        print([log, requests]);
      `),
    ).toStrictEqual([
      ['B', 'D'],
      [1, 1, 0],
    ]);
  });

  test('go on when a request is cancelled or a slice throws', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const log = [];
        const schedule = schedulers.auto();
        schedule(() => { log.push(1); throw new Error('thrown'); });
        schedule(() => log.push('cancelled')).cancel();
        schedule(() => log.push(2));
        try { runImmediates(); } catch (error) { log.push(error.message); }
        runImmediates();
        const last = schedule(() => log.push('cancelled'));
        last.cancel();
        last.cancel();
        print([log, immediates.length]);
      `),
    ).toStrictEqual([[1, 'thrown', 2], 0]);
  });

  test('J7: go on after the host refused a macrotask', async () => {
    expect(
      await runNodeJson(`${failingImmediates}
        const log = [];
        const cooperator = new Cooperator({ onError: (error) => log.push(error.message) });
        fails = true;
        cooperator.cooperate(function* () { log.push('A'); });
        fails = false;
        cooperator.cooperate(function* () { log.push('B'); });
        runImmediates();
        print([log, immediates.length]);
      `),
    ).toStrictEqual([['refused', 'A', 'B'], 0]);
  });

  test('J7: S12: a suspended turn ends although another one could not be suspended', async () => {
    expect(
      await runNodeJson(`${failingImmediates}
        const log = [];
        process.on('unhandledRejection', (error) => log.push(error.message));
        const wait = async () => { await new Promise(() => {}); };
        const fakes = [new FakeScheduler(), new FakeScheduler()];
        for (const [index, scheduler] of fakes.entries()) {
          const cooperator = new Cooperator({ scheduler: scheduler.schedule });
          cooperator.cooperate(wait);
          cooperator.cooperate(index === 0 ? wait : function* () { log.push('other'); });
        }
        for (const scheduler of fakes) scheduler.pump();
        fails = true;
        runImmediates();
        await new Promise((resolve) => setTimeout(resolve, 0));
        print(log);
      `),
    ).toStrictEqual(['other', 'refused']);
  });
});

test('S15: a slice ends on a clock that stands still', async () => {
  const turns = await runNodeJson(`${fakeTime}
    const cooperator = new Cooperator();
    let turns = 0;
    cooperator.cooperate(function* () { for (;;) { turns++; yield; } });
    runImmediates();
    cooperator.dispose();
    print(turns);
  `);
  expect(turns).toBeGreaterThanOrEqual(65_536);
  expect(turns).toBeLessThan(65_536 + 64);
});

test('S15: so do slices of async tasks, and those of a predicate that never ends them', async () => {
  const [slices, turns] = await runNodeJson(`${fakeTime}
    const scheduler = new FakeScheduler();
    const options = { scheduler: scheduler.schedule };
    const cooperator = new Cooperator(options);
    cooperator.cooperate(async ({ yield: nextTurn }) => { for (;;) await nextTurn(); });
    const endless = new Cooperator({ ...options, terminationPredicateFactory: () => () => false });
    endless.cooperate(function* () { for (;;) yield; });
    scheduler.pump();
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const immediate of immediates.splice(0)) immediate.callback();
    print([[cooperator, endless].map((one) => one.stats().slices), endless.stats().turns]);
    process.exit();
  `);
  expect(slices).toStrictEqual([1, 1]);
  expect(turns).toBeGreaterThanOrEqual(65_536);
  expect(turns).toBeLessThan(65_536 + 64);
});

/**
 * Source to put first: a host without setImmediate and frames that delivers messages before timers, as some do. With
 * \`frozen\`, its clock moves only when a timer comes. \`run\` runs the event loop, for so many macrotasks at most.
 */
const worker = (frozen) => `
  let time = 0;
  let shown = 0;
  const spend = (ms) => { time += ms; if (!${frozen}) shown = time; };
  const messages = [];
  const timers = [];
  const globals = {
    performance: { now: () => shown },
    setImmediate: undefined,
    setTimeout(callback, ms) {
      const timer = { at: time + Math.max(ms, 1), ms, callback };
      timers.push(timer);
      timers.sort((one, other) => one.at - other.at);
      return timer;
    },
    clearTimeout: (timer) => { if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1); },
    MessageChannel: class {
      port1 = {};
      port2 = { postMessage: () => messages.push(() => this.port1.onmessage({})) };
    },
  };
  process.getBuiltinModule = undefined;
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value });
  const run = async (macrotasks, isEnough) => {
    for (let count = 0; count < macrotasks && !isEnough(); count++) {
      if (messages.length !== 0) messages.shift()();
      else if (timers.length !== 0) {
        const { at, callback } = timers.shift();
        shown = time = Math.max(time, at);
        callback();
      }
      for (let microtasks = 0; microtasks < 5; microtasks++) await null;
    }
  };
  const print = (value) => process.stdout.write(JSON.stringify(value));
  const { Cooperator, predicates } = await import('cooperator');
`;

for (const [clock, frozen, options, turnMs] of [
  ['a clock', false, '{}', 0.5],
  ['a clock that moves only with timers', true, '{}', 0.0001],
  ['such a clock and slices of one turn', true, '{ terminationPredicateFactory: predicates.turns(1) }', 0.001],
]) {
  test(`S16: timers come in a host that delivers messages first, with ${clock}`, async () => {
    const { came, delays } = await runNodeJson(`${worker(frozen)}
      const cooperator = new Cooperator(${options});
      cooperator.cooperate(function* () { for (;;) { spend(${turnMs}); yield; } });
      const delays = [];
      const next = () => {
        const due = time + 10;
        setTimeout(() => { delays.push(time - due); if (delays.length < 5) next(); }, 10);
      };
      next();
      await run(100_000, () => delays.length === 5);
      print({ came: delays.length, delays });
    `);
    expect(came).toBe(5);
    if (!frozen) expect(Math.max(...delays)).toBeLessThan(100);
  });
}

test('S16: in a host that delivers timers in time, all slices come by messages', async () => {
  const [slices, byTimer] = await runNodeJson(`${worker(false)}
    const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(1) });
    cooperator.cooperate(function* () { for (;;) { spend(0.01); yield; } });
    let byTimer = 0;
    while (time < 300) {
      if (timers.length !== 0 && timers[0].at <= time) timers.shift().callback();
      else messages.shift()();
      byTimer += timers.filter(({ ms }) => ms === 0).length;
    }
    print([cooperator.stats().slices, byTimer]);
  `);
  expect(slices).toBeGreaterThan(25_000);
  expect(byTimer).toBe(0);
});

test('S16: a slice that was requested with a timer can be cancelled', async () => {
  const [before, after] = await runNodeJson(`${worker(false)}
    const cooperator = new Cooperator();
    const task = cooperator.cooperate(function* () { for (;;) { spend(1); yield; } });
    task.catch(() => {});
    const slicesByTimer = () => timers.filter(({ ms }) => ms === 0).length;
    await run(100_000, () => slicesByTimer() !== 0);
    const before = slicesByTimer();
    task.stop();
    print([before, slicesByTimer()]);
  `);
  expect([before, after]).toStrictEqual([1, 0]);
});

test('S16: a timer comes although the host delivers messages before timers', async () => {
  const { code, stdout } = await runNode(`
    globalThis.setImmediate = undefined;
    globalThis.process.getBuiltinModule = undefined;
    globalThis.MessageChannel = class {
      port1 = {};
      port2 = { postMessage: () => process.nextTick(() => this.port1.onmessage({})) };
    };
    const { Cooperator } = await import('cooperator');
    const cooperator = new Cooperator();
    const task = cooperator.cooperate(function* () { for (;;) yield; });
    task.whenDone().catch((error) => console.log(error.name));
    setTimeout(() => task.stop(), 5);
  `);
  expect({ code, stdout }).toStrictEqual({ code: 0, stdout: 'TaskStopped\n' });
});

test('S12: the message that ends suspended turns does not run the next slice, so that a frame can come first', async () => {
  expect(
    await runNodeJson(`
      globalThis.setImmediate = undefined;
      globalThis.process.getBuiltinModule = undefined;
      const messages = [];
      globalThis.MessageChannel = class {
        port1 = {};
        port2 = { postMessage: () => messages.push(this.port1) };
      };
      const { Cooperator, predicates } = await import('cooperator');
      const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(1) });
      let turns = 0;
      cooperator.cooperate(async ({ yield: nextTurn }) => { for (;;) { turns++; await nextTurn(); } });
      const log = [];
      for (let count = 0; count < 4; count++) {
        messages.shift().onmessage({});
        await new Promise((resolve) => setTimeout(resolve, 0));
        log.push({ turns, messages: messages.length });
      }
      process.stdout.write(JSON.stringify(log), () => process.exit());
    `),
  ).toStrictEqual([
    { turns: 1, messages: 1 },
    { turns: 2, messages: 2 }, // one was posted when the turn was suspended, the other for the next slice
    { turns: 2, messages: 1 },
    { turns: 3, messages: 2 },
  ]);
});

test('S17: slices are 1 ms after a macrotask that waited for other work, and grow to 10 ms without any', async () => {
  expect(
    await runNodeJson(`${fakeTime}
      const cooperator = new Cooperator();
      cooperator.cooperate(function* () { for (;;) { spend(0.25); yield; } });
      const lengths = [];
      const slice = (delayMs) => {
        const start = time + delayMs;
        runImmediates(delayMs);
        lengths.push(Math.round(100 * (time - start)) / 100);
      };
      for (let count = 0; count < 8; count++) slice(0.01);
      slice(0.5);
      slice(0.01);
      slice(0.03);
      cooperator.dispose();
      print(lengths);
    `),
  ).toStrictEqual([1.5, 2.25, 3.5, 5.25, 7.75, 10, 10, 10, 1, 1.5, 1]);
});

test('schedulers.message() lets the event loop go on between two slices in Node', async () => {
  expect(
    await runNodeJson(`
      const { Cooperator, predicates, schedulers } = await import('cooperator');
      const log = [];
      const cooperator = new Cooperator({ scheduler: schedulers.message(), terminationPredicateFactory: predicates.turns(1) });
      let macrotasks = 0;
      setImmediate(function next() { macrotasks++; if (log.length < 50) setImmediate(next); });
      await cooperator.cooperate(function* () { for (let turn = 0; turn < 50; turn++) { log.push(macrotasks); yield; } }).whenDone();
      process.stdout.write(JSON.stringify(new Set(log).size > 20));
    `),
  ).toBe(true);
});

describe('configure', () => {
  test('sets the options of the global cooperator, once', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const scheduler = new FakeScheduler();
        configure({ scheduler: scheduler.schedule, fairness: 'time', name: 'all' });
        const task = cooperate(function* () { return 'done'; }, { share: 0.5 });
        const done = task.whenDone();
        scheduler.pump();
        let message;
        try { configure({}); } catch (error) { message = error.message; }
        print([await done, getGlobalCooperator().name, message]);
      `),
    ).toStrictEqual([
      'done',
      'all',
      'configure: the global cooperator is in use or was configured; call configure once, before cooperate, coiterate ' +
        'and getGlobalCooperator',
    ]);
  });

  for (const use of [
    'cooperate(function* () {})',
    'coiterate([])',
    'getGlobalCooperator()',
    'configure({})',
    'configure({ started: false })',
  ]) {
    test(`throws after ${use}`, async () => {
      expect(
        await runNodeJson(`
          const { coiterate, configure, cooperate, getGlobalCooperator } = await import('cooperator');
          ${use};
          const before = getGlobalCooperator();
          let error;
          try { configure({ name: 'late' }); } catch (caught) { error = caught; }
          process.stdout.write(JSON.stringify([
            error?.constructor === Error, error?.message.slice(0, 10), getGlobalCooperator() === before, before.name,
          ]));
        `),
      ).toStrictEqual([true, 'configure:', true, 'cooperator']);
    });
  }

  test('leaves the global cooperator as it was if an option is invalid', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        const messages = [];
        for (const options of [{ fairness: 1 }, null, { scheduler: 1 }, { quantumMs: -1 }]) {
          try { configure(options); } catch (error) { messages.push(error.message); }
        }
        configure({ name: 'last attempt' });
        print([...messages, getGlobalCooperator().name]);
      `),
    ).toStrictEqual([
      "new Cooperator: options.fairness must be 'turns' or 'time', not 1",
      'new Cooperator: options must be an object, not null',
      'new Cooperator: options.scheduler must be a function, not 1',
      'new Cooperator: options.quantumMs must be above 0 and finite, not -1',
      'last attempt',
    ]);
  });
});

describe('onLongTurn', () => {
  test('is called after the slice, with the task and its time, for turns above 10 ms and above the slice', async () => {
    expect(
      await runNodeJson(`${fair}
        const log = [];
        const cooperator = make({ onLongTurn: ({ task, ms }) => log.push([task.name, ms]) });
        cooperator.cooperate(function* blocker() { for (const ms of [10, 11, 30]) { spend(ms); log.push(ms); yield; } });
        for (let slice = 0; slice < 4; slice++) scheduler.pump();
        const long = make({
          onLongTurn: ({ ms }) => log.push(ms), terminationPredicateFactory: predicates.timeSlice(50),
        });
        long.cooperate(function* () { spend(45); yield; spend(60); yield; });
        for (let slice = 0; slice < 4; slice++) scheduler.pump();
        const short = make({
          onLongTurn: ({ ms }) => log.push(ms), terminationPredicateFactory: predicates.timeSlice(2),
        });
        short.cooperate(function* () { spend(9); yield; spend(12); yield; });
        for (let slice = 0; slice < 4; slice++) scheduler.pump();
        print(log);
      `),
    ).toStrictEqual([10, 11, ['blocker', 11], 30, ['blocker', 30], 60, 12]);
  });

  test('may stop the task, and what it throws goes to onError', async () => {
    expect(
      await runNodeJson(`${fair}
        const log = [];
        const cooperator = make({
          onLongTurn({ task }) { task.stop(); throw new Error('thrown'); },
          onError: (error, task) => log.push(error.message, task.state),
        });
        const task = cooperator.cooperate(function* () { for (;;) { spend(20); yield; } });
        task.whenDone().addErrback((error) => log.push(error.name));
        scheduler.pump();
        scheduler.pump();
        print([...log, task.stats().turns]);
      `),
    ).toStrictEqual(['TaskStopped', 'thrown', 'stopped', 1]);
  });

  const blockers = `
    // Turns of 0.001 ms, but two long ones, the second less so.
    const blocker = (wait) => function* blocker() {
      for (let turn = 1; turn <= 300; turn++) { spend(turn === 50 ? 20 : turn === 250 ? 15 : 0.001); yield wait?.(); }
    };
  `;
  for (const [name, options, wait] of [
    ['slices of one turn', '{ terminationPredicateFactory: predicates.turns(1) }'],
    ["slices that a user's predicate ends", '{ terminationPredicateFactory: () => () => true }'],
    ['slices of one turn, after which the task waits', '{}', '() => Promise.resolve()'],
    ['slices of 5 ms', '{ terminationPredicateFactory: predicates.timeSlice(5) }'],
  ]) {
    test(`is called for each long turn in ${name}`, async () => {
      expect(
        await runNodeJson(`${fair}
          ${blockers}
          const log = [];
          const cooperator = make({ onLongTurn: ({ task, ms }) => log.push([task?.name, Math.round(ms)]), ...${options} });
          cooperator.cooperate(blocker(${wait}));
          for (let slice = 0; slice < 310; slice++) {
            scheduler.pump();
            for (let count = 0; count < 5; count++) await null;
          }
          print(log);
        `),
      ).toStrictEqual([
        ['blocker', 20],
        ['blocker', 15],
      ]);
    });
  }

  test('names the task of a suspended turn', async () => {
    expect(
      await runNodeJson(`${fair}
        const log = [];
        const cooperator = make({ onLongTurn: ({ task, ms }) => log.push([task.name, ms]) });
        cooperator.cooperate(async function blocker({ yield: nextTurn }) {
          await null;
          spend(8);
          await null;
          spend(8);
          log.push('blocked');
          await nextTurn();
          spend(9);
        });
        cooperator.cooperate(function* other() { for (let turn = 0; turn < 3; turn++) yield; });
        for (let slice = 0; slice < 4; slice++) {
          scheduler.pump();
          for (let count = 0; count < 20; count++) await null;
        }
        print(log);
      `),
    ).toStrictEqual(['blocked', ['blocker', 16]]);
  });

  test('receives no task if the one that had the turn has left the queue since', async () => {
    expect(
      await runNodeJson(`${fair}
        const log = [];
        const cooperator = make({
          onLongTurn: ({ task, ms }) => log.push([task?.name, Math.round(ms)]),
          terminationPredicateFactory: predicates.timeSlice(100),
        });
        cooperator.cooperate(function* leaves() {
          for (let turn = 1; turn < 50; turn++) { spend(0.001); yield; }
          spend(120);
          yield new Promise(() => {});
        });
        cooperator.cooperate(function* stays() { for (;;) { spend(0.001); yield; } });
        scheduler.pump();
        print(log);
      `),
    ).toStrictEqual([[null, 120]]);
  });
});
