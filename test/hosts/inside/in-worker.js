// In a worker of a browser: what schedulers.auto() asks the worker for. The package takes the host's functions when it
// is imported, so that is when they are counted.
const real = { MessageChannel: globalThis.MessageChannel, setTimeout: globalThis.setTimeout };
let messages = 0;
let timers = 0;
globalThis.MessageChannel = class {
  constructor() {
    const { port1, port2 } = new real.MessageChannel();
    this.port1 = port1;
    this.port2 = {
      postMessage(message) {
        messages++;
        port2.postMessage(message);
      },
    };
  }
};
globalThis.setTimeout = (...args) => {
  timers++;
  return real.setTimeout(...args);
};
const { Cooperator, Deferred, predicates } = await import('cooperator');
await new Cooperator().cooperate([]).whenDone(); // which loads the core, and opens the channel
Object.assign(globalThis, real);
messages = 0;
timers = 0;

/** Comes after all messages that are on their way. */
const aMessageLater = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(undefined);
});

test('it is a worker', () => {
  expect(typeof document).toBe('undefined');
  expect(typeof importScripts).toBe('function');
});

test('tasks finish, and each of their slices was asked for by a message', async () => {
  messages = 0;
  const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(3) });
  const results = await Promise.all([10, 20, 30].map((turns) => cooperator.cooperate(function* () {
    for (let turn = 1; turn < turns; turn++) yield;
    return turns;
  }).whenDone()));
  expect({ results, messages, timers }).toStrictEqual({ results: [10, 20, 30], messages: 20, timers: 0 });
  expect(cooperator.stats().slices).toBe(20);
  cooperator.dispose();
});

test('an idle cooperator leaves nothing pending: no message is on its way, and no timer is set', async () => {
  const cooperator = new Cooperator();
  await cooperator.cooperate([1, 2, 3]).whenDone();
  const waits = cooperator.cooperate([new Deferred()]);
  const paused = cooperator.cooperate([1]);
  paused.pause();
  while (waits.state !== 'waiting') await aMessageLater();
  messages = 0;
  timers = 0;
  const { slices } = cooperator.stats();
  for (let hop = 0; hop < 20; hop++) await aMessageLater();
  expect({ messages, timers, slices: cooperator.stats().slices }).toStrictEqual({ messages: 0, timers: 0, slices });
  cooperator.dispose();
});
