// Termination predicates, with the host's clock. With a fake clock: predicates.node.test.js.
import { predicates } from 'cooperator';
import { logTurns, setup } from './support/setup.js';

test('every predicate factory returns a new predicate at each call', () => {
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

test('a predicate of turns(n) is true from its nth call on', () => {
  const factory = predicates.turns(3);
  for (let slice = 0; slice < 2; slice++) {
    const predicate = factory();
    expect([predicate(), predicate(), predicate(), predicate()]).toStrictEqual([false, false, true, true]);
  }
});

test('turns(n) ends a slice earlier when no task is runnable', () => {
  const { cooperator, pump, log } = setup({ turns: 1000 });
  cooperator.cooperate(logTurns(log, 'A', 3));
  pump();
  expect(log).toHaveLength(3);
});

test('a user predicate can call a predicate of the package', () => {
  const inner = predicates.turns(5);
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory() {
      const done = inner();
      return () => {
        log.push('called');
        return done();
      };
    },
  });
  cooperator.cooperate(logTurns(log, 'A'));
  pump();
  expect(log.filter((entry) => entry === 'called')).toHaveLength(5);
});

test('timeSlice(ms) ends the slices of an endless task', () => {
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

test('inputPending(inner) calls inner if there is no input', () => {
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory: predicates.inputPending(predicates.turns(3)),
  });
  cooperator.cooperate(logTurns(log, 'A'));
  pump();
  expect(log).toHaveLength(3);
});
