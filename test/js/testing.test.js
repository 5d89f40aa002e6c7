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

  test('seconds is the time in seconds', () => {
    const clock = new Clock();
    clock.advance(1500);
    expect(clock.seconds()).toBe(1.5);
  });

  test('a call tells when it is due, and whether it is active', () => {
    const clock = new Clock();
    clock.advance(5);
    const log = [];
    const made = clock.callLater(1, () => log.push(made.active()));
    const cancelled = clock.callLater(2, () => {});
    expect([made.getTime(), made.active(), cancelled.active()]).toStrictEqual([6, true, true]);
    cancelled.cancel();
    clock.advance(1);
    expect([made.active(), cancelled.active(), log]).toStrictEqual([false, false, [false]]);
  });

  test('getDelayedCalls lists the pending calls in the order in which they are due', () => {
    const clock = new Clock();
    expect(clock.getDelayedCalls()).toStrictEqual([]);
    const [late, early, cancelled] = [3, 1, 2].map((ms) => clock.callLater(ms, () => {}));
    const list = clock.getDelayedCalls();
    expect(list.map((call) => [late, early, cancelled].indexOf(call))).toStrictEqual([1, 2, 0]);
    cancelled.cancel();
    list.length = 0;
    expect(clock.getDelayedCalls().map((call) => call.getTime())).toStrictEqual([1, 3]);
    clock.advance(1);
    expect(clock.getDelayedCalls()).toStrictEqual([late]);
  });

  test('reset makes a call due from now, later or sooner; delay moves its time', () => {
    const clock = new Clock();
    const log = [];
    const [a, b, c] = ['a', 'b', 'c'].map((label, index) =>
      clock.callLater(2 + index, () => log.push([label, clock.now()])),
    );
    clock.advance(1);
    a.reset(6);
    b.reset(1);
    c.delay(3);
    c.delay(-2);
    expect([a, b, c].map((call) => call.getTime())).toStrictEqual([7, 2, 5]);
    clock.advance(10);
    expect(log).toStrictEqual([
      ['b', 2],
      ['c', 5],
      ['a', 7],
    ]);
  });

  test('calls that are moved while others are made come in the order of their new times', () => {
    const clock = new Clock();
    const log = [];
    const moved = clock.callLater(2, () => log.push(['moved', clock.now()]));
    clock.callLater(1, () => moved.reset(3));
    clock.callLater(3, () => log.push(['other', clock.now()]));
    clock.pump(Array(10).fill(0.5));
    expect(log).toStrictEqual([
      ['other', 3],
      ['moved', 4],
    ]);
  });

  test('a call that is moved to the past is made at the next advance', () => {
    const clock = new Clock();
    const log = [];
    clock.advance(5);
    clock.callLater(1, () => log.push(clock.now())).delay(-4);
    clock.advance(0);
    expect(log).toStrictEqual([5]);
  });

  test('a call that was made or cancelled cannot be moved', () => {
    const clock = new Clock();
    const made = clock.callLater(1, () => {});
    const cancelled = clock.callLater(1, () => {});
    cancelled.cancel();
    clock.advance(1);
    expect(() => made.reset(1)).toThrow(
      'DelayedCall.reset: the call was made already; only a pending call can be moved',
    );
    expect(() => cancelled.delay(1)).toThrow(
      'DelayedCall.delay: the call was cancelled already; only a pending call can be moved',
    );
  });

  test('reset and delay name what is wrong with their argument, and leave the call as it is', () => {
    const call = new Clock().callLater(1, () => {});
    for (const [method, ms, message] of [
      ['reset', '1', 'DelayedCall.reset: ms must be a number, not 1'],
      ['reset', -1, 'DelayedCall.reset: ms must be 0 or more and finite, not -1'],
      ['delay', '1', 'DelayedCall.delay: ms must be a number, not 1'],
      ['delay', NaN, 'DelayedCall.delay: ms must be finite, not NaN'],
    ])
      expect(() => call[method](ms)).toThrow(message);
    expect(call.getTime()).toBe(1);
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
