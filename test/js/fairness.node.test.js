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

  test('invalid options and shares are refused by name', async () => {
    expect(
      await runNodeJson(`${fair}
        const messages = [];
        const attempt = (action) => { try { action(); } catch (error) { messages.push(error.name + ': ' + error.message); } };
        attempt(() => make({ fairness: 'tasks' }));
        attempt(() => make({ quantumMs: '1' }));
        attempt(() => make({ quantumMs: 0 }));
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
      'RangeError: new Cooperator: options.quantumMs must be above 0 and finite, not 0',
      'TypeError: new Cooperator: options.onLongTurn must be a function, not 1',
      'RangeError: cooperate: options.share must be a number from 0.001 to 2147483647, not 0',
      'RangeError: cooperate: options.share must be a number from 0.001 to 2147483647, not NaN',
      'RangeError: cooperate: options.share must be an integer from 1 to 2147483647, not 0.5' +
        " (fractions need a cooperator with fairness: 'time')",
      'TypeError: cooperate: options.share must be an integer from 1 to 2147483647, not "much"',
      0,
    ]);
  });
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
      cooperator.dispose();
      print(lengths);
    `),
  ).toStrictEqual([1.5, 2.25, 3.5, 5.25, 7.75, 10, 10, 10, 1, 1.5]);
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

  test('leaves the global cooperator as it was if an option is invalid', async () => {
    expect(
      await runNodeJson(`${fakeTime}
        let message;
        try { configure({ fairness: 1 }); } catch (error) { message = error.message; }
        configure({ name: 'second attempt' });
        print([message, getGlobalCooperator().name]);
      `),
    ).toStrictEqual(["new Cooperator: options.fairness must be 'turns' or 'time', not 1", 'second attempt']);
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
        print(log);
      `),
    ).toStrictEqual([10, 11, ['blocker', 11], 30, ['blocker', 30], 60]);
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
});
