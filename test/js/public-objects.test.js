// Tasks, Deferreds and cooperators as values: in logs, in reactive state, among objects of another copy of the package;
// and options that change while they are read.
import { Cooperator, Deferred, cooperate, native } from 'cooperator';
import { forEach, map, sort } from 'cooperator/work';
import { outcome, setup, thrownBy } from './support/setup.js';
import { steps } from './support/steps.js';

const module = new WebAssembly.Module(new Uint8Array(steps));
const { script: step } = new WebAssembly.Instance(module, { host: { call() {} } }).exports;

test('a task in a log says its name, its state and its turns', () => {
  const { cooperator, pump } = setup();
  const task = cooperator.cooperate(function* importFile() {
    yield;
    yield new Deferred();
  });
  const seen = [String(task)];
  pump(2);
  seen.push(String(task));
  task.whenDone().addErrback(() => {});
  task.stop();
  seen.push(String(task));
  expect(seen).toStrictEqual([
    'CooperativeTask importFile (runnable, turns: 0)',
    'CooperativeTask importFile (waiting, turns: 2)',
    'CooperativeTask importFile (stopped, turns: 2)',
  ]);
});

test('a Deferred in a log says whether it has fired, and a cooperator its name, its state, its tasks and its turns', () => {
  const waiting = new Deferred().addCallback(() => new Deferred());
  waiting.callback(1);
  const failed = Deferred.fail(new Error('handled'));
  const deferreds = [new Deferred(), new Deferred().addCallback(() => {}), waiting, Deferred.succeed(1), failed];
  expect(deferreds.map(String)).toStrictEqual([
    'Deferred (not fired)',
    'Deferred (not fired)',
    'Deferred (waiting)',
    'Deferred (fired)',
    'Deferred (failed)',
  ]);
  failed.addErrback(() => {});
  const { cooperator, pump } = setup({ name: 'imports' });
  cooperator.cooperate([1, 2, 3]);
  pump();
  const seen = [String(cooperator)];
  cooperator.stop();
  seen.push(String(cooperator));
  cooperator.dispose();
  seen.push(String(cooperator), String(new Cooperator()));
  expect(seen).toStrictEqual([
    'Cooperator imports (running, tasks: 1, turns: 1)',
    'Cooperator imports (stopped, tasks: 0, turns: 1)',
    'Cooperator imports (disposed, tasks: 0, turns: 1)',
    'Cooperator cooperator (running, tasks: 0, turns: 0)',
  ]);
});

test('reactive stores that wrap only plain objects, as those of Vue and Alpine, leave them alone', () => {
  const { cooperator } = setup();
  const tag = (value) => Object.prototype.toString.call(value);
  expect([cooperator, cooperator.cooperate([]), new Deferred()].map(tag)).toStrictEqual([
    '[object Cooperator]',
    '[object CooperativeTask]',
    '[object Deferred]',
  ]);
});

/** Wraps an object, and each object in it that is not iterable, as Valtio does. */
function wrap(object) {
  for (const key of Reflect.ownKeys(object)) {
    const { writable, value } = Reflect.getOwnPropertyDescriptor(object, key);
    const isWrapped = typeof value === 'object' && value !== null && !(Symbol.iterator in value);
    if (writable && isWrapped) object[key] = wrap(value);
  }
  return new Proxy(object, {});
}

test('a tool that prints the insides of a task or a cooperator prints a line', () => {
  const { cooperator } = setup();
  const insides = (object) => Reflect.ownKeys(object).map((key) => JSON.stringify(object[key]));
  expect(insides(cooperator.cooperate([], { name: 'mine' }))).toStrictEqual([
    '"CooperativeTask mine (runnable, turns: 0)"',
  ]);
  expect(insides(cooperator)).toStrictEqual(['"the inside of a Cooperator"']);
});

test('a task and a cooperator work inside of Proxies, as those of Valtio', () => {
  const { cooperator, pump } = setup();
  const proxy = wrap(cooperator);
  const task = wrap(
    proxy.cooperate(function* named() {
      for (;;) yield;
    }),
  );
  pump();
  const seen = [task.name, task.state, task.stats().turns, String(task), proxy.running, proxy.tasks.length];
  task.pause();
  seen.push(task.state);
  task.resume();
  const ends = outcome(task.whenDone().addErrback(({ name }) => name));
  task.stop();
  seen.push(task.state, typeof task.iterator, proxy.stats().turns, proxy.name);
  proxy.coiterate([]).addErrback(() => {});
  proxy.stop();
  proxy.start();
  proxy.dispose();
  expect(ends).toStrictEqual([{ value: 'TaskStopped' }]);
  expect(seen).toStrictEqual([
    'named',
    'runnable',
    1,
    'CooperativeTask named (runnable, turns: 1)',
    true,
    1,
    'paused',
    'stopped',
    'undefined',
    1,
    'cooperator',
  ]);
  expect(cooperator.running).toBe(false);
});

/** Each uses a Proxy around a Deferred. */
const usesOfProxy = {
  callback: (d) => d.callback(1),
  errback: (d) => d.errback(new Error('none')),
  addCallback: (d) => d.addCallback(() => {}),
  addCallbacks: (d) => d.addCallbacks(() => {}),
  addErrback: (d) => d.addErrback(() => {}),
  addBoth: (d) => d.addBoth(() => {}),
  addTimeout: (d) => d.addTimeout(Infinity),
  chainDeferred: (d) => d.chainDeferred(new Deferred()),
  'chainDeferred of another': (d) => new Deferred().chainDeferred(d),
  coiterate: (d) => new Cooperator().coiterate([], d),
  pause: (d) => d.pause(),
  unpause: (d) => d.unpause(),
  cancel: (d) => d.cancel(),
  called: (d) => d.called,
  toString: (d) => String(d),
  then: (d) => d.then(() => {}),
};
test.each(Object.entries(usesOfProxy))('%s with a Proxy around a Deferred throws what to do', (_, use) => {
  const error = thrownBy(() => use(wrap(new Deferred())));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/Proxy around a Deferred .*ref\(\) in Valtio, markRaw\(\) in Vue/);
});

test('a task that yields a Proxy around a Deferred fails with what to do', () => {
  const { cooperator, pump } = setup();
  const end = outcome(
    cooperator.coiterate(function* () {
      yield wrap(new Deferred());
    }),
  );
  pump(2);
  expect(end[0].error.message).toMatch(/Proxy around a Deferred/);
});

/** Looks like a Deferred of another copy. */
class OtherDeferred {
  addCallbacks() {}

  get [Symbol.toStringTag]() {
    return 'Deferred';
  }
}

test('a Deferred of another copy of the package is named as that where it cannot be used', () => {
  const { cooperator } = setup();
  for (const use of [
    () => new Deferred().chainDeferred(new OtherDeferred()),
    () => cooperator.coiterate([], new OtherDeferred()),
  ]) {
    const error = thrownBy(use);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/must be a Deferred of this copy of the package, not of another/);
  }
  expect(cooperator.tasks).toStrictEqual([]);
});

/** Returns an object with these members, and the names of those that were read, in this order. */
function watchReads(members) {
  const reads = [];
  const object = {};
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(object, name, {
      enumerable: true,
      get() {
        reads.push(name);
        return reads.filter((each) => each === name).length === 1 ? value : 'not what was checked';
      },
    });
  }
  return { object, reads };
}

/** Options of each function that has some, and what uses them. */
const users = {
  'new Cooperator': [
    {
      scheduler: (slice) => void setTimeout(slice, 0),
      terminationPredicateFactory: () => () => true,
      started: false,
      name: 'mine',
      onError: () => {},
      onLongTurn: () => {},
      fairness: 'time',
      quantumMs: 1,
      traceStarts: false,
    },
    (options) => new Cooperator(options).cooperate([1]),
  ],
  cooperate: [
    { signal: new AbortController().signal, share: 2, name: 'mine', onProgress: () => {} },
    (options) => cooperate([1], options),
  ],
  native: [
    { step, state: 0, wait: () => {}, result: () => 5, dispose: () => {}, name: 'mine' },
    (options) => native(options),
  ],
  forEach: [{ chunk: 2 }, (options) => [...forEach([1, 2, 3], () => {}, options)]],
  map: [{ chunk: 2 }, (options) => [...map([1, 2, 3], (n) => n, options)]],
  sort: [{ chunk: 2 }, (options) => [...sort([1, 2, 3], undefined, options)]],
};
test.each(Object.entries(users))('%s reads each option once', (_, [members, use]) => {
  const { object, reads } = watchReads(members);
  use(object);
  expect(reads.sort()).toStrictEqual(Object.keys(members).sort());
});

test('a function whose own call or apply was replaced is called nevertheless', async () => {
  const { cooperator, pump } = setup();
  const then = (resolve) => resolve(5);
  then.call = then.apply = () => {
    throw new Error('replaced');
  };
  const end = outcome(
    cooperator.coiterate(function* () {
      return yield { then };
    }),
  );
  pump(2);
  expect(end).toStrictEqual([{ value: 5 }]);
});
