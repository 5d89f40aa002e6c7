// What is refused, and how: the error names the argument, what was given, and what would be right.
import { Cooperator, Deferred, coiterate, cooperate, getGlobalCooperator, predicates, schedulers } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { counting, rig, thrownBy } from './support/rig.js';

const works = [42, NaN, true, 1n, Symbol('work'), null, undefined, {}, { next: 5 }, { [Symbol.iterator]: 5 }];
const show = (value) => {
  if (typeof value === 'object' && value !== null) return `{${Reflect.ownKeys(value).map(String).join()}}`;
  return typeof value === 'string' ? `'${value}'` : String(value);
};

for (const work of works) {
  test(`cooperate(${show(work)}) throws a TypeError, and nothing is added`, () => {
    const { cooperator } = rig();
    const before = getGlobalCooperator().tasks.length;
    for (const use of [
      () => cooperator.cooperate(work),
      () => cooperator.coiterate(work),
      () => cooperate(work),
      () => coiterate(work),
    ]) {
      const error = thrownBy(use);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/iterator/);
    }
    expect(cooperator.tasks).toStrictEqual([]);
    expect(getGlobalCooperator().tasks).toHaveLength(before);
  });
}

test('the message of cooperate(42) says what was given', () => {
  expect(thrownBy(() => rig().cooperator.cooperate(42)).message).toMatch(/42|number/);
});

for (const share of [0, -1, 1.5, NaN, Infinity, 2 ** 32, '2', null, {}, 1n]) {
  test(`share: ${show(share)} is refused, and nothing is added`, () => {
    const { cooperator, log, pump } = rig();
    const error = thrownBy(() => cooperator.cooperate(counting(log, 'A'), { share }));
    expect(error.constructor).toBe(typeof share === 'number' ? RangeError : TypeError);
    expect(error.message).toMatch(/share/);
    expect(error.message).toMatch(typeof share === 'number' ? /integer/ : /integer|number/);
    if (typeof share === 'number') expect(error.message).toContain(String(share));
    expect(cooperator.tasks).toStrictEqual([]);
    pump();
    expect(log).toStrictEqual([]);
  });
}

for (const signal of [
  5,
  'abort',
  {},
  { aborted: false },
  { aborted: false, addEventListener() {} },
  { aborted: false, removeEventListener() {} },
  () => {},
  true,
]) {
  test(`signal: ${show(signal)} is refused with a TypeError, and nothing is added`, () => {
    const { cooperator } = rig();
    const error = thrownBy(() => cooperator.cooperate(counting([], 'A'), { signal }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/signal/);
    expect(error.message).toMatch(/AbortSignal/);
    expect(cooperator.tasks).toStrictEqual([]);
  });
}

test('onProgress that is no function is refused with a TypeError, and nothing is added', () => {
  const { cooperator } = rig();
  const error = thrownBy(() => cooperator.cooperate(counting([], 'A'), { onProgress: 5 }));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/onProgress/);
  expect(cooperator.tasks).toStrictEqual([]);
});

test('an option that is undefined counts as not given', () => {
  const { cooperator, pump, log } = rig();
  const nothing = undefined;
  cooperator.cooperate(counting(log, 'A'), { share: nothing, signal: nothing, name: nothing, onProgress: nothing });
  cooperator.cooperate(counting(log, 'B'), undefined);
  pump(2);
  expect(log).toStrictEqual(['A1', 'B1']);
  new Cooperator({
    scheduler: nothing,
    terminationPredicateFactory: nothing,
    started: nothing,
    name: nothing,
    onError: nothing,
  }).dispose();
});

test('a refused task leaves its iterator untouched, and the cooperator usable', () => {
  const { cooperator, pump, log } = rig();
  const iterator = counting(log, 'A');
  expect(() => cooperator.cooperate(iterator, { share: 0 })).toThrow();
  cooperator.cooperate(iterator);
  pump();
  expect(log).toStrictEqual(['A1']);
});

for (const option of ['scheduler', 'terminationPredicateFactory', 'onError']) {
  for (const value of [5, 'text', {}, true, null]) {
    test(`new Cooperator({ ${option}: ${show(value)} }) throws a TypeError`, () => {
      const error = thrownBy(() => new Cooperator({ [option]: value }));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(new RegExp(option));
      expect(error.message).toMatch(/function/);
    });
  }
}

for (const ms of [-1, 0, NaN, Infinity, -Infinity]) {
  test(`predicates.timeSlice(${ms}) throws a RangeError`, () => {
    const error = thrownBy(() => predicates.timeSlice(ms));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain(String(ms));
    expect(error.message).toMatch(/ms|millisecond/);
  });
}

for (const ms of ['5', null, {}, true, 5n]) {
  test(`predicates.timeSlice(${show(ms)}) throws a TypeError`, () => {
    expect(thrownBy(() => predicates.timeSlice(ms))).toBeInstanceOf(TypeError);
  });
}

for (const turns of [0, -1, 1.5, NaN, Infinity]) {
  test(`predicates.turns(${turns}) throws a RangeError`, () => {
    const error = thrownBy(() => predicates.turns(turns));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain(String(turns));
  });
}

test('predicates.turns() and predicates.turns("2") throw a TypeError', () => {
  expect(thrownBy(() => predicates.turns())).toBeInstanceOf(TypeError);
  expect(thrownBy(() => predicates.turns('2'))).toBeInstanceOf(TypeError);
});

for (const fraction of [-1, 0, NaN]) {
  test(`predicates.frame(${fraction}) throws a RangeError`, () => {
    expect(thrownBy(() => predicates.frame(fraction))).toBeInstanceOf(RangeError);
  });
}

test('predicates.inputPending needs a predicate factory', () => {
  expect(thrownBy(() => predicates.inputPending(5))).toBeInstanceOf(TypeError);
});

test('schedulers.timeout refuses what is no delay', () => {
  for (const ms of [-1, NaN, Infinity]) expect(thrownBy(() => schedulers.timeout(ms))).toBeInstanceOf(RangeError);
  expect(thrownBy(() => schedulers.timeout('5'))).toBeInstanceOf(TypeError);
});

for (const method of ['addCallback', 'addErrback', 'addBoth', 'addCallbacks']) {
  test(`Deferred.${method}(5) throws a TypeError, and the chain stays as it is`, () => {
    const deferred = new Deferred();
    expect(thrownBy(() => deferred[method](5))).toBeInstanceOf(TypeError);
    const seen = [];
    deferred.addCallback((value) => {
      seen.push(value);
    });
    deferred.callback('value');
    expect(seen).toStrictEqual(['value']);
  });
}

test('the methods of a Deferred name what is wrong, and refuse to be given nothing where one thing is given', () => {
  const deferred = new Deferred();
  const messageOf = (method, ...values) => thrownBy(() => deferred[method](...values)).message;
  for (const [method, name] of [
    ['addCallback', 'callback'],
    ['addErrback', 'errback'],
    ['addBoth', 'callback'],
  ]) {
    for (const nothing of [undefined, null]) {
      expect(messageOf(method, nothing)).toBe(`${method}: ${name} must be a function, not ${nothing}`);
    }
  }
  expect(messageOf('addCallbacks', 5)).toBe('addCallbacks: callback must be a function, not 5');
  expect(messageOf('addCallbacks', () => {}, 5)).toBe('addCallbacks: errback must be a function, not 5');
  expect(deferred.addCallbacks(null, (error) => error)).toBe(deferred);
  expect(messageOf('chainDeferred', 5)).toBe('chainDeferred: d must be a Deferred, not 5');
  expect(messageOf('addTimeout', '5')).toBe('addTimeout: ms must be a number, not "5"');
  expect(messageOf('addTimeout', -1)).toBe('addTimeout: ms must be 0 or more and finite, not -1');
  expect(thrownBy(() => Deferred.fromPromise(5)).message).toBe(
    'Deferred.fromPromise: p must be a Promise or thenable, not 5',
  );
});

test('a canceller that is no function throws a TypeError', () => {
  expect(thrownBy(() => new Deferred(5))).toBeInstanceOf(TypeError);
});

test('chainDeferred refuses what is no Deferred, and itself', () => {
  const deferred = new Deferred();
  for (const other of [5, null, undefined, {}, Promise.resolve()]) {
    expect(thrownBy(() => deferred.chainDeferred(other))).toBeInstanceOf(TypeError);
  }
  expect(thrownBy(() => deferred.chainDeferred(deferred))).toBeInstanceOf(TypeError);
});

test('addTimeout refuses what is no time, and what is no clock', () => {
  const deferred = new Deferred();
  for (const ms of [-1, NaN, Infinity]) {
    expect(thrownBy(() => deferred.addTimeout(ms, new Clock()))).toBeInstanceOf(RangeError);
  }
  expect(thrownBy(() => deferred.addTimeout('5', new Clock()))).toBeInstanceOf(TypeError);
  expect(thrownBy(() => deferred.addTimeout(5, {}))).toBeInstanceOf(TypeError);
});

test('coiterate refuses a doneDeferred that is none, and adds nothing', () => {
  const { cooperator } = rig();
  expect(thrownBy(() => cooperator.coiterate(counting([], 'A'), 5))).toBeInstanceOf(TypeError);
  expect(cooperator.tasks).toStrictEqual([]);
});

test('fromPromise refuses what is no thenable', () => {
  for (const value of [5, null, undefined, {}]) {
    expect(thrownBy(() => Deferred.fromPromise(value))).toBeInstanceOf(TypeError);
  }
});

test('methods taken off their object say so, and do not crash', () => {
  const { cooperator } = rig();
  const task = cooperator.cooperate(counting([], 'A'));
  for (const detached of [cooperator.stop, cooperator.cooperate, task.pause, task.whenDone, new Deferred().callback]) {
    expect(thrownBy(() => detached.call(undefined, []))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => detached.call({}, []))).toBeInstanceOf(TypeError);
  }
});
