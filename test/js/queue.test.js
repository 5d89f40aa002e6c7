// S1 to S3: one queue, turns and shares, and how a slice ends.
import { Deferred, predicates } from 'cooperator';
import { logTurns, setup } from './support/setup.js';

test('S1: a turn is one call of next and of nothing else', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate({
    next() {
      log.push('next');
      return { done: false, value: undefined };
    },
    throw() {
      log.push('throw');
    },
    return() {
      log.push('return');
    },
  });
  expect(log).toStrictEqual([]);
  pump(3);
  expect(log).toStrictEqual(['next', 'next', 'next']);
});

test('S1: next is called as a method of its iterator, as in a for loop', () => {
  const { cooperator, pump, log } = setup();
  const iterator = {
    next() {
      log.push(this === iterator);
      return { done: true, value: undefined };
    },
  };
  cooperator.cooperate(iterator);
  pump();
  expect(log).toStrictEqual([true]);
});

test('S2: tasks take turns in the order of adding', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  for (const label of ['A', 'B', 'C', 'D']) cooperator.cooperate(logTurns(log, label, 3));
  pump();
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'D1', 'A2', 'B2', 'C2', 'D2', 'A3', 'B3', 'C3', 'D3']);
});

test('S2: adding a task runs no turn', () => {
  const { cooperator, log } = setup();
  cooperator.cooperate(logTurns(log, 'A'));
  expect(log).toStrictEqual([]);
});

test('S2: a task added in the middle of a round goes to the end of the queue', () => {
  const { cooperator, pump, log } = setup();
  for (const label of ['A', 'B', 'C']) cooperator.cooperate(logTurns(log, label));
  pump();
  cooperator.cooperate(logTurns(log, 'D'));
  pump(7);
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'D1', 'B2', 'C2', 'A3']);
});

test('S2: a task added inside a turn has its turn before the next turn of the task that added it', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    log.push('A1');
    cooperator.cooperate(logTurns(log, 'C'));
    yield;
    log.push('A2');
    yield;
  });
  cooperator.cooperate(logTurns(log, 'B'));
  pump(5);
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2']);
});

test('S2: a resumed task goes to the end of the queue', () => {
  const { cooperator, pump, log } = setup();
  const a = cooperator.cooperate(logTurns(log, 'A'));
  cooperator.cooperate(logTurns(log, 'B'));
  cooperator.cooperate(logTurns(log, 'C'));
  a.pause();
  a.resume();
  pump(4);
  expect(log).toStrictEqual(['B1', 'C1', 'A1', 'B2']);
});

test('S2: when a task finishes, the task behind it keeps its turn', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1));
  cooperator.cooperate(logTurns(log, 'B', 3));
  cooperator.cooperate(logTurns(log, 'C', 3));
  pump();
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'B2', 'C2', 'B3', 'C3']);
});

test('S2: when a task begins to wait, the task behind it keeps its turn', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    log.push('A1');
    yield new Deferred();
  });
  cooperator.cooperate(logTurns(log, 'B'));
  cooperator.cooperate(logTurns(log, 'C'));
  pump(5);
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'B2', 'C2']);
});

test('S2: a task that yields fired Deferreds takes turns like any other', () => {
  const { cooperator, pump, log } = setup();
  cooperator.cooperate(function* () {
    for (let turn = 1; ; turn++) {
      log.push(`A${turn}`);
      yield Deferred.succeed(turn);
    }
  });
  cooperator.cooperate(logTurns(log, 'B'));
  cooperator.cooperate(logTurns(log, 'C'));
  pump(8);
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 'A3', 'B3']);
});

test('S2: tasks that all yield fired Deferreds take turns, in one slice too', () => {
  const { cooperator, pump, log } = setup({ turns: 9 });
  for (const label of ['A', 'B', 'C']) {
    cooperator.cooperate(function* () {
      for (let turn = 1; ; turn++) {
        log.push(`${label}${turn}`);
        yield Deferred.succeed(null);
      }
    });
  }
  pump();
  expect(log).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 'A3', 'B3', 'C3']);
});

test('S2: between two turns of a task every other runnable task has one, even if tasks leave and return', () => {
  const { cooperator, pump, log } = setup();
  const tasks = ['A', 'B', 'C', 'D', 'E'].map((label) => cooperator.cooperate(logTurns(log, label)));
  pump(2);
  tasks[3].stop();
  tasks[2].pause();
  pump(2);
  tasks[2].resume();
  pump(4);
  expect(log).toStrictEqual(['A1', 'B1', 'E1', 'A2', 'B2', 'E2', 'A3', 'C1']);
});

test('S2: a task with a share has that many turns in a row', () => {
  const { cooperator, pump, log } = setup({ turns: 8 });
  cooperator.cooperate(logTurns(log, 'A'), { share: 3 });
  cooperator.cooperate(logTurns(log, 'B'));
  pump();
  expect(log).toStrictEqual(['A1', 'A2', 'A3', 'B1', 'A4', 'A5', 'A6', 'B2']);
});

test('S2: a share that the end of a slice interrupts continues in the next slice', () => {
  const { cooperator, pump, log } = setup({ turns: 2 });
  cooperator.cooperate(logTurns(log, 'A'), { share: 3 });
  cooperator.cooperate(logTurns(log, 'B'));
  const slices = [];
  for (let slice = 0; slice < 4; slice++) {
    pump();
    slices.push(log.splice(0));
  }
  expect(slices).toStrictEqual([
    ['A1', 'A2'],
    ['A3', 'B1'],
    ['A4', 'A5'],
    ['A6', 'B2'],
  ]);
});

test('S2: a task that leaves the queue loses the rest of its share and has a whole share when it returns', () => {
  const { cooperator, pump, log } = setup();
  const a = cooperator.cooperate(logTurns(log, 'A'), { share: 3 });
  cooperator.cooperate(logTurns(log, 'B'));
  pump();
  a.pause();
  a.resume();
  pump(5);
  expect(log).toStrictEqual(['A1', 'B1', 'A2', 'A3', 'A4', 'B2']);
});

test('S2: a task that leaves the queue in its own turn loses the rest of its share', () => {
  const { cooperator, pump, log } = setup();
  const a = cooperator.cooperate(
    function* () {
      log.push('A1');
      a.pause();
      a.resume();
      yield;
      yield* logTurns(log, 'A again');
    },
    { share: 3 },
  );
  cooperator.cooperate(logTurns(log, 'B'));
  pump(4);
  expect(log).toStrictEqual(['A1', 'B1', 'A again1', 'A again2']);
});

test('S2: when a task ends within its share, the next task has its turn', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 1), { share: 5 });
  cooperator.cooperate(logTurns(log, 'B', 2));
  pump();
  expect(log).toStrictEqual(['A1', 'B1', 'B2']);
});

test('S2: thousands of tasks have the same number of turns', () => {
  const { cooperator, pump } = setup({ turns: 20_000 });
  const turns = new Array(2000).fill(0);
  turns.forEach((_, index) =>
    cooperator.cooperate({
      next() {
        turns[index] += 1;
        return { done: false, value: undefined };
      },
    }),
  );
  pump();
  expect(new Set(turns)).toStrictEqual(new Set([10]));
});

test('S3: a slice calls the factory once and the predicate after every turn, including the last', () => {
  const { cooperator, pump, log } = setup({
    terminationPredicateFactory() {
      log.push('factory');
      let calls = 0;
      return () => {
        log.push('predicate');
        return ++calls === 2;
      };
    },
  });
  cooperator.cooperate(logTurns(log, 'A', 2));
  cooperator.cooperate(logTurns(log, 'B', 1));
  expect(log).toStrictEqual([]);
  pump();
  expect(log.splice(0)).toStrictEqual(['factory', 'A1', 'predicate', 'B1', 'predicate']);
  pump();
  expect(log.splice(0)).toStrictEqual(['factory', 'A2', 'predicate', /* B ends */ 'predicate']);
  pump();
  expect(log.splice(0)).toStrictEqual(['factory', /* A ends */ 'predicate']);
});

test('S3: a slice has one turn even if the predicate is always true', () => {
  const { cooperator, pump, log } = setup({ terminationPredicateFactory: () => () => true });
  cooperator.cooperate(logTurns(log, 'A'));
  pump();
  expect(log).toStrictEqual(['A1']);
});

test('S3: a slice ends after the turn that makes the predicate true', () => {
  let used = false;
  const { cooperator, pump, log } = setup({ terminationPredicateFactory: () => () => used });
  cooperator.cooperate(function* () {
    for (let turn = 0; turn < 100; turn++) {
      log.push(turn);
      if (turn === 9) used = true;
      yield turn;
    }
  });
  pump();
  expect(log).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('S3: a slice ends when no task is runnable, even if the predicate is never true', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(logTurns(log, 'A', 2));
  cooperator.cooperate(function* () {
    yield new Deferred();
  });
  const paused = cooperator.cooperate(function* () {
    log.push('P');
    paused.pause();
    yield;
  });
  pump();
  expect(log).toStrictEqual(['A1', 'P', 'A2']);
});

test('S3: the next slice continues with the head of the queue', () => {
  const { cooperator, pump, log } = setup({ turns: 2 });
  for (const label of ['A', 'B', 'C']) cooperator.cooperate(logTurns(log, label));
  const slices = [];
  for (let slice = 0; slice < 3; slice++) {
    pump();
    slices.push(log.splice(0));
  }
  expect(slices).toStrictEqual([
    ['A1', 'B1'],
    ['C1', 'A2'],
    ['B2', 'C2'],
  ]);
});

test('S3: a task added in a turn has its turn in the same slice if the predicate allows it', () => {
  const { cooperator, pump, log } = setup({ turns: Infinity });
  cooperator.cooperate(function* () {
    log.push('A1');
    cooperator.cooperate(logTurns(log, 'B', 1));
    yield;
    log.push('A2');
  });
  pump();
  expect(log).toStrictEqual(['A1', 'B1', 'A2']);
});

test('S3: the factory and the predicate are called without arguments', () => {
  const seen = [];
  const { cooperator, pump } = setup({
    terminationPredicateFactory(...args) {
      seen.push(args.length);
      return (...rest) => {
        seen.push(rest.length);
        return true;
      };
    },
  });
  cooperator.cooperate(logTurns([], 'A'));
  pump();
  expect(seen).toStrictEqual([0, 0]);
});

test('S2: two cooperators have separate queues', () => {
  const one = setup();
  const other = setup();
  one.cooperator.cooperate(logTurns(one.log, 'A'));
  other.cooperator.cooperate(logTurns(one.log, 'B'));
  one.pump(2);
  other.pump();
  expect(one.log).toStrictEqual(['A1', 'A2', 'B1']);
});

test('S3: cooperators may share a predicate factory; each slice has a count of its own', () => {
  const terminationPredicateFactory = predicates.turns(2);
  const one = setup({ terminationPredicateFactory });
  const other = setup({ terminationPredicateFactory });
  one.cooperator.cooperate(function* () {
    one.log.push('A1');
    yield;
    other.pump();
    one.log.push('A2');
    yield;
    one.log.push('A3');
  });
  other.cooperator.cooperate(logTurns(one.log, 'B'));
  one.pump();
  expect(one.log).toStrictEqual(['A1', 'B1', 'B2', 'A2']);
});
