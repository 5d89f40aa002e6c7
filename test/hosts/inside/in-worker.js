// In a worker of a browser: what schedulers.auto() asks the worker for. The package takes the host's functions when it
// is imported, so that is when they are counted.
const real = {
  MessageChannel: globalThis.MessageChannel,
  setTimeout: globalThis.setTimeout,
  digest: crypto.subtle.digest,
};
let messages = 0;
let digests = 0;
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
crypto.subtle.digest = (...args) => {
  digests++;
  return real.digest.apply(crypto.subtle, args);
};
const { Cooperator, Deferred, predicates } = await import('cooperator');
await new Cooperator().cooperate([]).whenDone(); // which loads the core, and finds the shortest way
globalThis.MessageChannel = real.MessageChannel;
globalThis.setTimeout = real.setTimeout;
/** WebKit's messages go through the page's thread; its digests do not. */
const byMessages = !navigator.userAgent.includes('AppleWebKit') || navigator.userAgent.includes('Chrome');
/** How slices were asked for since the last time. */
const asked = () => {
  const counts = { messages, digests, timers };
  messages = digests = timers = 0;
  return counts;
};
asked();

/** Comes after all messages that are on their way. */
const aMessageLater = () =>
  new Promise((resolve) => {
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

test('tasks finish, and each of their slices was asked for in the shortest way', async () => {
  asked();
  const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(3) });
  const results = await Promise.all(
    [10, 20, 30].map((turns) =>
      cooperator
        .cooperate(function* () {
          for (let turn = 1; turn < turns; turn++) yield;
          return turns;
        })
        .whenDone(),
    ),
  );
  expect(asked()).toStrictEqual({ messages: byMessages ? 20 : 0, digests: byMessages ? 0 : 20, timers: 0 });
  expect(results).toStrictEqual([10, 20, 30]);
  expect(cooperator.stats().slices).toBe(20);
  cooperator.dispose();
});

test('an idle cooperator leaves nothing pending: no message on its way, no digest, no timer', async () => {
  const cooperator = new Cooperator();
  await cooperator.cooperate([1, 2, 3]).whenDone();
  const waits = cooperator.cooperate([new Deferred()]);
  const paused = cooperator.cooperate([1]);
  paused.pause();
  while (waits.state !== 'waiting') await aMessageLater();
  asked();
  const { slices } = cooperator.stats();
  for (let hop = 0; hop < 20; hop++) await aMessageLater();
  expect(asked()).toStrictEqual({ messages: 0, digests: 0, timers: 0 });
  expect(cooperator.stats().slices).toBe(slices);
  cooperator.dispose();
});
