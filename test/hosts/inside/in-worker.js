// Runs in a worker of a browser, and counts how schedulers.auto() requests slices there. The package takes the host's
// functions when it is imported, so the counting ones are in place before that.
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
  return real.setTimeout.apply(globalThis, args);
};
crypto.subtle.digest = (...args) => {
  digests++;
  return real.digest.apply(crypto.subtle, args);
};
const { Cooperator, Deferred, predicates } = await import('cooperator');
await new Cooperator().cooperate([]).whenDone(); // loads the core, and chooses the fastest macrotask
globalThis.MessageChannel = real.MessageChannel;
globalThis.setTimeout = real.setTimeout;
/** In WebKit messages go through the page's thread, so the package uses digests there. */
const usesMessages = !navigator.userAgent.includes('AppleWebKit') || navigator.userAgent.includes('Chrome');
/** How slices were requested since the last call. */
const requests = () => {
  const counts = { messages, digests, timers };
  messages = digests = timers = 0;
  return counts;
};
requests();

/** Resolves after all messages that were sent before. */
const aMessageLater = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

test('this is a worker', () => {
  expect(typeof document).toBe('undefined');
  expect(typeof importScripts).toBe('function');
});

test('each slice is requested through the fastest macrotask of the host', async () => {
  requests();
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
  const { timers, messages, digests } = requests();
  // S16: a timer beside the slices, and not one for each. On a busy machine it may be overdue, and a slice waits for it.
  expect(timers).toBeLessThan(10);
  expect(usesMessages ? digests : messages).toBe(0);
  expect(messages + digests).toBeGreaterThanOrEqual(20 - timers);
  expect(results).toStrictEqual([10, 20, 30]);
  expect(cooperator.stats().slices).toBe(20);
  cooperator.dispose();
});

test('an idle cooperator has no message, digest or timer pending', async () => {
  const cooperator = new Cooperator();
  await cooperator.cooperate([1, 2, 3]).whenDone();
  const waits = cooperator.cooperate([new Deferred()]);
  const paused = cooperator.cooperate([1]);
  paused.pause();
  while (waits.state !== 'waiting') await aMessageLater();
  requests();
  const { slices } = cooperator.stats();
  for (let count = 0; count < 20; count++) await aMessageLater();
  expect(requests()).toStrictEqual({ messages: 0, digests: 0, timers: 0 });
  expect(cooperator.stats().slices).toBe(slices);
  cooperator.dispose();
});
