// What users get wrong, and what their values can do at the wrong moment.
import { Cooperator, Deferred, native, predicates, schedulers } from 'cooperator';
import { outcome, rig, settle } from './support/rig.js';
import { steps } from './support/steps.js';

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

test.each([
  [
    'a then getter that fires it',
    (d, other) => ({
      get then() {
        d.callback(1);
        return other();
      },
    }),
  ],
  [
    'a then that cancels it',
    (d, other) => ({
      then(done) {
        d.cancel();
        other();
        done('late');
      },
    }),
  ],
])('D2: a Deferred is fired with %s: no other one gets what was meant for it', (_, make) => {
  const log = [];
  const d = new Deferred();
  const others = [];
  d.addBoth((result) => {
    log.push(['d', result instanceof Error ? result.name : result]);
  });
  const thenable = make(d, () => {
    for (let i = 0; i < 3; i++) {
      others.push(
        new Deferred().addBoth((result) => {
          log.push(['other', result]);
        }),
      );
    }
    return undefined;
  });
  try {
    d.callback(thenable);
  } catch (error) {
    log.push([error.name]);
  }
  expect(log.filter(([who]) => who === 'other')).toStrictEqual([]);
  expect(log[0][0]).toBe('d');
  others.forEach((other, i) => other.callback(i));
  expect(log.filter(([who]) => who === 'other')).toStrictEqual([
    ['other', 0],
    ['other', 1],
    ['other', 2],
  ]);
});

test('J5: an error that cannot be looked at fails its task, and the others go on', async () => {
  const { cooperator, pump } = rig({ turns: Infinity });
  const error = revoked();
  const failed = cooperator.cooperate(function* () {
    yield;
    throw error;
  });
  const done = outcome(failed.whenDone());
  failed.whenDone().addErrback(() => {});
  const other = cooperator.cooperate(function* () {
    yield;
    yield;
  });
  pump(3);
  await settle();
  expect([failed.state, other.state]).toStrictEqual(['failed', 'done']);
  expect(done).toHaveLength(1);
});

test('D4: a clock that takes back a pause in callLater is told that there is none', () => {
  const d = new Deferred();
  d.callback(1);
  const said = [];
  d.addTimeout(5, {
    callLater() {
      try {
        d.unpause();
      } catch (error) {
        said.push(error.name);
      }
      return { cancel() {} };
    },
  });
  expect(said).toStrictEqual(['NotPaused']);
  expect(outcome(d)).toStrictEqual([{ value: 1 }]);
});

test('options may be used again, and changed, for the next task', () => {
  const { cooperator, pump } = rig({ turns: 1 });
  const told = [];
  const options = {};
  const tasks = ['a', 'b'].map((name) => {
    Object.assign(options, { name, onProgress: () => told.push(name) });
    return cooperator.cooperate(function* ({ progress }) {
      progress(1);
      yield;
    }, options);
  });
  pump(2);
  expect([tasks.map(({ name }) => name), told]).toStrictEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test.each(['auto', 'message'].filter((name) => name === 'auto' || typeof MessageChannel === 'function'))(
  'schedulers.%s without its () is told at once',
  (name) => {
    const errors = [];
    const cooperator = new Cooperator({ scheduler: schedulers[name], onError: (error) => errors.push(error) });
    cooperator.cooperate(function* () {});
    expect(errors.map(({ name: kind, message }) => `${kind}: ${message}`)).toStrictEqual([
      expect.stringMatching(/TypeError: scheduler .* without its \(\)/),
    ]);
    cooperator.dispose();
  },
);

test.each([
  ['without its ()', predicates.timeSlice],
  ['inside a function', () => predicates.timeSlice(5)],
])('predicates.timeSlice %s is told, and work goes on', (_, terminationPredicateFactory) => {
  const errors = [];
  let slice;
  const cooperator = new Cooperator({
    scheduler: (wanted) => {
      slice = wanted;
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

test('a native work whose state was disposed of cannot be given again', () => {
  const { cooperator, pump } = rig({ turns: Infinity });
  const module = new WebAssembly.Module(new Uint8Array(steps));
  const { exports } = new WebAssembly.Instance(module, { host: { call() {} } });
  const disposed = [];
  const work = native({ step: exports.unreachable, state: 1, dispose: (state) => disposed.push(state) });
  cooperator
    .cooperate(work)
    .whenDone()
    .addErrback(() => {});
  pump();
  expect(() => cooperator.cooperate(work)).toThrow(/disposed of; make another/);
  expect(disposed).toStrictEqual([1]);
});
