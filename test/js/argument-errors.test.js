// Invalid arguments: the error names the argument, the value that was passed, and what is valid.
import {
  Cooperator,
  Deferred,
  coiterate,
  cooperate,
  getGlobalCooperator,
  native,
  predicates,
  schedulers,
} from 'cooperator';
import { Clock } from 'cooperator/testing';
import { filter, forEach, map, parallel, reduce, sort } from 'cooperator/work';
import { logTurns, outcome, setup, thrownBy } from './support/setup.js';

const notWork = [42, NaN, true, 1n, Symbol('work'), null, undefined, {}, { next: 5 }, { [Symbol.iterator]: 5 }];
const show = (value) => {
  if (typeof value === 'object' && value !== null) return `{${Reflect.ownKeys(value).map(String).join()}}`;
  return typeof value === 'string' ? `'${value}'` : String(value);
};

for (const work of notWork) {
  test(`cooperate(${show(work)}) throws a TypeError and adds no task`, () => {
    const { cooperator } = setup();
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

test('the message of cooperate(42) names the value', () => {
  expect(thrownBy(() => setup().cooperator.cooperate(42)).message).toMatch(/42|number/);
});

const misspelt = {
  'cooperate: options': () => setup().cooperator.cooperate([], { shares: 2 }),
  'new Cooperator: options': () => new Cooperator({ sheduler: () => {} }),
  'native: options': () => native({ steps: () => {} }),
  'forEach: options': () => forEach([], () => {}, { chunks: 2 }),
  'map: options': () => map([], () => {}, { limit: 2 }),
  'filter: options': () => filter([], () => {}, { Chunk: 2 }),
  'reduce: options': () => reduce([], () => {}, 0, { chunks: 2 }),
  'sort: options': () => sort([], undefined, { chunks: 2 }),
  'parallel: options': () => parallel([], 1, () => {}, { chunk: 2 }),
};
for (const [what, use] of Object.entries(misspelt)) {
  test(`a name that no option has is a TypeError: ${what}`, () => {
    const error = thrownBy(use);
    expect([error.constructor, error.message.startsWith(`${what} must not have a member "`)]).toStrictEqual([
      TypeError,
      true,
    ]);
    expect(error.message).toMatch(/; there are \w+/);
  });
}

for (const share of [0, -1, 1.5, NaN, Infinity, 2 ** 32, '2', null, {}, 1n]) {
  test(`share: ${show(share)} throws and adds no task`, () => {
    const { cooperator, log, pump } = setup();
    const error = thrownBy(() => cooperator.cooperate(logTurns(log, 'A'), { share }));
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
  test(`signal: ${show(signal)} throws a TypeError and adds no task`, () => {
    const { cooperator } = setup();
    const error = thrownBy(() => cooperator.cooperate(logTurns([], 'A'), { signal }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/signal/);
    expect(error.message).toMatch(/AbortSignal/);
    expect(cooperator.tasks).toStrictEqual([]);
  });
}

test('an onProgress that is not a function throws a TypeError and adds no task', () => {
  const { cooperator } = setup();
  const error = thrownBy(() => cooperator.cooperate(logTurns([], 'A'), { onProgress: 5 }));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/onProgress/);
  expect(cooperator.tasks).toStrictEqual([]);
});

test('an option that is undefined counts as absent', () => {
  const { cooperator, pump, log } = setup();
  const nothing = undefined;
  cooperator.cooperate(logTurns(log, 'A'), { share: nothing, signal: nothing, name: nothing, onProgress: nothing });
  cooperator.cooperate(logTurns(log, 'B'), undefined);
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

test('after an invalid option the iterator is untouched and the cooperator usable', () => {
  const { cooperator, pump, log } = setup();
  const iterator = logTurns(log, 'A');
  expect(() => cooperator.cooperate(iterator, { share: 0 })).toThrow();
  cooperator.cooperate(iterator);
  pump();
  expect(log).toStrictEqual(['A1']);
});

test('cooperate throws for task options that are not an object or have the wrong type', () => {
  const { cooperator } = setup();
  const work = function* () {};
  expect(thrownBy(() => cooperator.cooperate(work, null)).message).toMatch(/options must be an object, not null/);
  expect(thrownBy(() => cooperator.cooperate(work, 3)).message).toMatch(/options must be an object, not 3/);
  expect(thrownBy(() => cooperator.cooperate(work, { name: () => {} })).message).toMatch(
    /options\.name.*a function named name/,
  );
  expect(cooperator.tasks).toStrictEqual([]);
});

test('an iterable whose iterator has no next throws', () => {
  const { cooperator } = setup();
  expect(thrownBy(() => cooperator.cooperate({ [Symbol.iterator]: () => ({}) })).message).toMatch(
    /iterator must have a method next/,
  );
});

test('context.progress and context.yield throw for invalid use, in the turn', () => {
  const { cooperator, pump } = setup();
  const errors = [];
  cooperator.cooperate(function* (context) {
    for (const misuse of [
      () => context.progress('1'),
      () => context.progress(NaN),
      () => context.progress(1, '2'),
      () => context.yield(),
    ]) {
      errors.push(thrownBy(misuse).message);
    }
    yield;
  });
  pump(2);
  expect(errors).toStrictEqual([
    expect.stringMatching(/done must be a number/),
    expect.stringMatching(/done must be a number, not NaN/),
    expect.stringMatching(/total must be a number or undefined/),
    expect.stringMatching(/for async functions/),
  ]);
});

test('coiterate throws a TypeError for a doneDeferred that is not a Deferred, and adds no task', () => {
  const { cooperator } = setup();
  expect(thrownBy(() => cooperator.coiterate(logTurns([], 'A'), 5))).toBeInstanceOf(TypeError);
  expect(cooperator.tasks).toStrictEqual([]);
});

test('coiterate accepts null for no doneDeferred; its error names the argument', () => {
  const { cooperator, pump } = setup();
  const done = outcome(cooperator.coiterate([], null));
  pump();
  expect(done).toStrictEqual([{ value: undefined }]);
  expect(() => cooperator.coiterate([], 5)).toThrow(/coiterate: doneDeferred must be a Deferred, not 5/);
});

test.each([
  ['options', null, /object, not null/],
  ['options', 'auto', /object, not "auto"/],
  ['options', 'x'.repeat(50), /"x{40}\.\.\."/],
])('new Cooperator with %s %p throws a TypeError', (_, options, message) => {
  expect(thrownBy(() => new Cooperator(options))).toMatchObject({
    constructor: TypeError,
    message: expect.stringMatching(message),
  });
});

test.each([
  ['started', 1, /boolean, not 1/],
  ['traceStarts', 'yes', /boolean, not "yes"/],
  ['name', 5n, /string, not 5n/],
  ['scheduler', new Date(), /function, not an object of class Date/],
  ['onError', Object.create(null), /function, not an object/],
])('new Cooperator with the option %s of another type throws a TypeError', (name, value, message) => {
  const error = thrownBy(() => new Cooperator({ [name]: value }));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(new RegExp(`options\\.${name}`));
  expect(error.message).toMatch(message);
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
    const error = thrownBy(() => predicates.timeSlice(ms));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^predicates\.timeSlice: ms must be a number, not /);
  });
}

for (const turns of [0, -1, 1.5, 2 ** 32, NaN, Infinity]) {
  test(`predicates.turns(${turns}) throws a RangeError`, () => {
    const error = thrownBy(() => predicates.turns(turns));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain(String(turns));
  });
}

test('predicates.turns() and predicates.turns("2") throw a TypeError', () => {
  expect(thrownBy(() => predicates.turns())).toBeInstanceOf(TypeError);
  expect(thrownBy(() => predicates.turns('2')).message).toBe('predicates.turns: n must be a number, not "2"');
});

test('the greatest number of turns is the one that the error names', () => {
  const [, greatest] = thrownBy(() => predicates.turns(0)).message.match(/ to (\d+),/);
  expect(predicates.turns(Number(greatest))()()).toBe(false);
  expect(thrownBy(() => predicates.turns(Number(greatest) + 1))).toBeInstanceOf(RangeError);
});

for (const fraction of [-1, 0, 1.01, NaN]) {
  test(`predicates.frame(${fraction}) throws a RangeError`, () => {
    const error = thrownBy(() => predicates.frame(fraction));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^predicates\.frame: fraction must be above 0 and at most 1, not /);
  });
}

test('predicates.inputPending(5) throws a TypeError', () => {
  expect(thrownBy(() => predicates.inputPending(5))).toBeInstanceOf(TypeError);
});

test('the errors of predicates.frame and predicates.inputPending name the argument', () => {
  expect(() => predicates.frame('1')).toThrow(/fraction must be a number/);
  expect(() => predicates.inputPending('f')).toThrow(/inner must be a predicate factory/);
});

test.each([
  ['without its ()', predicates.timeSlice],
  ['wrapped in a function', () => predicates.timeSlice(5)],
])('predicates.timeSlice %s is reported, and the task continues', (_, terminationPredicateFactory) => {
  const errors = [];
  let slice;
  const cooperator = new Cooperator({
    scheduler: (requested) => {
      slice = requested;
    },
    terminationPredicateFactory,
    onError: (error) => errors.push(error),
  });
  const task = cooperator.cooperate(function* () {
    yield;
  });
  slice();
  slice();
  expect([task.state, errors[0].message]).toStrictEqual(['done', expect.stringMatching(/predicates\.timeSlice\(\)/)]);
  cooperator.dispose();
});

test('schedulers.timeout with an invalid delay throws a RangeError or a TypeError', () => {
  for (const ms of [-1, NaN, Infinity]) {
    const error = thrownBy(() => schedulers.timeout(ms));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(`schedulers.timeout: ms must be 0 or more and finite, not ${ms}`);
  }
  const error = thrownBy(() => schedulers.timeout('5'));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toBe('schedulers.timeout: ms must be a number, not "5"');
});

test('schedulers.postTask with an unknown priority throws a TypeError that lists them, in any host', () => {
  const error = thrownBy(() => schedulers.postTask('high'));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toBe(
    'schedulers.postTask: priority must be one of user-blocking, user-visible, background, not "high"',
  );
});

test.each(['auto', 'message'].filter((name) => name === 'auto' || typeof MessageChannel === 'function'))(
  'schedulers.%s without its () is reported at once',
  (name) => {
    const errors = [];
    const cooperator = new Cooperator({ scheduler: schedulers[name], onError: (error) => errors.push(error) });
    cooperator.cooperate(function* () {});
    expect(errors.map(({ name: kind, message }) => `${kind}: ${message}`)).toStrictEqual([
      expect.stringMatching(/TypeError: new Cooperator: options\.scheduler .* without its \(\)/),
    ]);
    cooperator.dispose();
  },
);

for (const method of ['addCallback', 'addErrback', 'addBoth', 'addCallbacks']) {
  test(`Deferred.${method}(5) throws a TypeError and leaves the chain as it is`, () => {
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

test("a Deferred's methods name the invalid argument; a single callback must not be null or undefined", () => {
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
  expect(messageOf('addTimeout', -1)).toBe('addTimeout: ms must be 0 or more, not -1');
  expect(thrownBy(() => Deferred.fromPromise(5)).message).toBe(
    'Deferred.fromPromise: p must be a Promise or thenable, not 5',
  );
});

test('a canceller that is not a function throws a TypeError', () => {
  expect(thrownBy(() => new Deferred(5))).toBeInstanceOf(TypeError);
});

test('chainDeferred throws a TypeError for the Deferred itself and for anything that is not a Deferred', () => {
  const deferred = new Deferred();
  for (const other of [5, null, undefined, {}, Promise.resolve()]) {
    expect(thrownBy(() => deferred.chainDeferred(other))).toBeInstanceOf(TypeError);
  }
  expect(thrownBy(() => deferred.chainDeferred(deferred))).toBeInstanceOf(TypeError);
});

test('addTimeout throws for an invalid time or clock', () => {
  const deferred = new Deferred();
  for (const ms of [-1, NaN, -Infinity]) {
    expect(thrownBy(() => deferred.addTimeout(ms, new Clock()))).toBeInstanceOf(RangeError);
  }
  expect(thrownBy(() => deferred.addTimeout('5', new Clock()))).toBeInstanceOf(TypeError);
  expect(thrownBy(() => deferred.addTimeout(5, {}))).toBeInstanceOf(TypeError);
});

test('fromPromise throws a TypeError for anything that is not a thenable', () => {
  for (const value of [5, null, undefined, {}]) {
    expect(thrownBy(() => Deferred.fromPromise(value))).toBeInstanceOf(TypeError);
  }
});

test('methods that are detached from their object throw a TypeError', () => {
  const { cooperator } = setup();
  const task = cooperator.cooperate(logTurns([], 'A'));
  for (const detached of [cooperator.stop, cooperator.cooperate, task.pause, task.whenDone, new Deferred().callback]) {
    expect(thrownBy(() => detached.call(undefined, []))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => detached.call({}, []))).toBeInstanceOf(TypeError);
  }
});
