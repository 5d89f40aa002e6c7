// cooperator/testing: Clock and FakeScheduler.
import { Cooperator, Deferred, TimeoutError, predicates } from 'cooperator';
import { Clock, FakeScheduler } from 'cooperator/testing';
import { logTurns, outcome } from './support/setup.js';

describe('Clock', () => {
  test('starts at 0, and advance moves it', () => {
    const clock = new Clock();
    expect(clock.now()).toBe(0);
    clock.advance(5);
    clock.advance(2.5);
    expect(clock.now()).toBe(7.5);
  });

  test('a call happens once, at its time', () => {
    const clock = new Clock();
    const log = [];
    clock.callLater(10, () => log.push(clock.now()));
    clock.advance(9);
    expect(log).toStrictEqual([]);
    clock.advance(1);
    clock.advance(100);
    expect(log).toStrictEqual([10]);
  });

  test('calls happen in the order of their times, those with the same time in the order of the requests', () => {
    const clock = new Clock();
    const log = [];
    const calls = [
      [3, 'c'],
      [1, 'a'],
      [2, 'b'],
      [3, 'd'],
      [1, 'a2'],
    ];
    for (const [ms, label] of calls) clock.callLater(ms, () => log.push(label));
    clock.advance(3);
    expect(log).toStrictEqual(['a', 'a2', 'b', 'c', 'd']);
  });

  test('a cancelled call does not happen; cancelling late or twice is harmless', () => {
    const clock = new Clock();
    const log = [];
    const kept = clock.callLater(1, () => log.push('kept'));
    const cancelled = clock.callLater(1, () => log.push('cancelled'));
    cancelled.cancel();
    cancelled.cancel();
    clock.advance(1);
    kept.cancel();
    expect(log).toStrictEqual(['kept']);
  });

  test('a call may request another one, which happens in the same advance, and cancel one', () => {
    const clock = new Clock();
    const log = [];
    const cancelled = clock.callLater(2, () => log.push('cancelled'));
    clock.callLater(1, () => {
      log.push('first');
      cancelled.cancel();
      clock.callLater(0, () => log.push('nested'));
    });
    clock.advance(5);
    expect(log).toStrictEqual(['first', 'nested']);
  });

  test('pump advances by each time of its list', () => {
    const clock = new Clock();
    const log = [];
    clock.callLater(1, () => {
      log.push(clock.now());
      clock.callLater(1, () => log.push(clock.now()));
    });
    clock.pump([1, 0.5, 0.5]);
    expect([log, clock.now()]).toStrictEqual([[1, 2], 2]);
  });

  test('serves as the clock of addTimeout', () => {
    const clock = new Clock();
    const late = new Deferred().addTimeout(10, clock);
    const inTime = new Deferred().addTimeout(10, clock);
    const seen = [outcome(late), outcome(inTime)];
    inTime.callback('value');
    clock.advance(10);
    expect(seen).toStrictEqual([[{ error: expect.any(TimeoutError) }], [{ value: 'value' }]]);
  });
});

describe('FakeScheduler', () => {
  function setupFake(turns = 1) {
    const scheduler = new FakeScheduler();
    const cooperator = new Cooperator({
      scheduler: scheduler.schedule,
      terminationPredicateFactory: predicates.turns(turns),
    });
    return { scheduler, cooperator };
  }

  test('pump runs the pending slice, not the one that it requests', () => {
    const { scheduler, cooperator } = setupFake();
    const log = [];
    const task = cooperator.cooperate(logTurns(log, 'A'));
    scheduler.pump();
    expect(log).toStrictEqual(['A1']);
    scheduler.pump();
    expect(log).toStrictEqual(['A1', 'A2']);
    task.stop();
  });

  test('pump does nothing if no slice is pending', () => {
    setupFake().scheduler.pump();
  });

  test('a cancelled slice does not run', () => {
    const scheduler = new FakeScheduler();
    const log = [];
    const [first] = ['first', 'second'].map((label) => scheduler.schedule(() => log.push(label)));
    first.cancel();
    first.cancel();
    scheduler.pump();
    scheduler.pump();
    expect(log).toStrictEqual(['second']);
  });

  test('a slice may cancel a later one of the same pump', () => {
    const scheduler = new FakeScheduler();
    const log = [];
    scheduler.schedule(() => {
      log.push('first');
      second.cancel();
    });
    const second = scheduler.schedule(() => log.push('second'));
    scheduler.schedule(() => log.push('third'));
    scheduler.pump();
    scheduler.pump();
    expect(log).toStrictEqual(['first', 'third']);
  });

  test('serves several cooperators', () => {
    const scheduler = new FakeScheduler();
    const log = [];
    const tasks = ['A', 'B'].map((label) =>
      new Cooperator({
        scheduler: scheduler.schedule,
        terminationPredicateFactory: predicates.turns(1),
      }).cooperate(logTurns(log, label)),
    );
    scheduler.pump();
    expect(log).toStrictEqual(['A1', 'B1']);
    for (const task of tasks) task.stop();
  });
});

test('Clock and FakeScheduler throw for invalid arguments; pending is the number of pending slices', () => {
  const clock = new Clock();
  expect(() => clock.callLater(1, 'f')).toThrow(/f must be a function/);
  expect(() => clock.advance('1')).toThrow(/ms must be a number/);
  expect(() => clock.callLater(-1, () => {})).toThrow(/0 or more and finite/);
  const scheduler = new FakeScheduler();
  expect(() => scheduler.schedule('slice')).toThrow(/slice must be a function/);
  const call = scheduler.schedule(() => {});
  expect(scheduler.pending).toBe(1);
  call.cancel();
  expect(scheduler.pending).toBe(0);
});
