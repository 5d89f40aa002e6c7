// The termination predicates, on the host's own clock.
import { predicates } from 'cooperator';
import { logTurns, setup } from './support/setup.js';

test('predicates are factories of predicates: each call of one gives a new predicate', () => {
  for (const factory of [
    predicates.timeSlice(),
    predicates.timeSlice(5),
    predicates.frame(),
    predicates.turns(2),
    predicates.inputPending(predicates.turns(2)),
  ]) {
    const predicate = factory();
    expect(typeof predicate).toBe('function');
    expect(typeof predicate()).toBe('boolean');
    expect(factory()).not.toBe(predicate);
  }
});

test('turns(n) ends a slice after n turns', () => {
  for (const turns of [1, 2, 7]) {
    const { cooperator, pump, log } = setup({ turns });
    cooperator.cooperate(logTurns(log, 'A'));
    pump();
    expect(log).toHaveLength(turns);
    pump();
    expect(log).toHaveLength(2 * turns);
  }
});

test('turns(n), asked by hand, is true from the nth time on', () => {
  const factory = predicates.turns(3);
  for (let slice = 0; slice < 2; slice++) {
    const predicate = factory();
    expect([predicate(), predicate(), predicate(), predicate()]).toStrictEqual([false, false, true, true]);
  }
});

test('turns(n) without enough work ends when no task is runnable', () => {
  const { cooperator, pump, log } = setup({ turns: 1000 });
  cooperator.cooperate(logTurns(log, 'A', 3));
  pump();
  expect(log).toHaveLength(3);
});

test('a predicate of the package can be used inside a predicate of the user', () => {
  const inner = predicates.turns(5);
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory() {
      const done = inner();
      return () => {
        log.push('asked');
        return done();
      };
    },
  });
  cooperator.cooperate(logTurns(log, 'A'));
  pump();
  expect(log.filter((entry) => entry === 'asked')).toHaveLength(5);
});

test('timeSlice(ms): an endless task does not hold the slice for ever', () => {
  const { cooperator, pump } = setup({ terminationPredicateFactory: predicates.timeSlice(1) });
  let turns = 0;
  cooperator.cooperate(function* () {
    for (;;) {
      turns += 1;
      yield;
    }
  });
  pump(3);
  expect(turns).toBeGreaterThanOrEqual(3);
});

test('inputPending(inner) asks inner where nobody types', () => {
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory: predicates.inputPending(predicates.turns(3)),
  });
  cooperator.cooperate(logTurns(log, 'A'));
  pump();
  expect(log).toHaveLength(3);
});
