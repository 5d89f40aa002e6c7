// The schedulers in processes of their own: whether the process ends, and hosts that the test imitates.
import { runNodeJson, runNode } from './support/run-node.js';

for (const name of ['auto', 'timeout', 'message', 'immediate']) {
  test(`schedulers.${name}() lets the process end when all tasks are done, paused, waiting or stopped`, async () => {
    const { code, stdout, stderr } = await runNode(`
      import { Cooperator, Deferred, schedulers } from 'cooperator';
      const make = () => new Cooperator({
        scheduler: schedulers.${name}(),
        terminationPredicateFactory: () => () => true,
      });
      make();
      make().cooperate(function* () { yield; yield; console.log('ended'); });
      make().cooperate(function* () { yield; console.log('waits'); yield new Deferred(); });
      const paused = make().cooperate(function* () { yield; console.log('paused'); paused.pause(); yield; });
      const stopped = make().cooperate(function* () { for (;;) yield; });
      stopped.stop();
      const cancelled = schedulers.${name}()(() => console.log('not called'));
      cancelled.cancel();
    `);
    expect({ code, stderr, lines: stdout.split('\n').sort().join(' ').trim() }).toStrictEqual({
      code: 0,
      stderr: '',
      lines: 'ended paused waits',
    });
  });
}

test('schedulers.timeout(ms) passes its delay to setTimeout', async () => {
  expect(
    await runNodeJson(`
    const delays = [];
    const real = globalThis.setTimeout;
    globalThis.setTimeout = (callback, ms, ...rest) => { delays.push(ms); return real(callback, 0, ...rest); };
    const { schedulers } = await import('cooperator');
    const log = [];
    await new Promise((resolve) => schedulers.timeout(250)(resolve));
    await new Promise((resolve) => schedulers.timeout()(resolve));
    process.stdout.write(JSON.stringify(delays.map((ms) => ms ?? 0)));
  `),
  ).toStrictEqual([250, 0]);
});

/** Source to put first: a document that can be hidden, and frames that happen when the program calls `frame`. */
const page = `
  globalThis.document = Object.assign(new EventTarget(), {
    hidden: false,
    visibilityState: 'visible',
    hide(hidden) {
      this.hidden = hidden;
      this.visibilityState = hidden ? 'hidden' : 'visible';
      this.dispatchEvent(new Event('visibilitychange'));
    },
  });
  globalThis.window = globalThis.self = globalThis;
  const frames = new Map();
  let frameId = 0;
  globalThis.requestAnimationFrame = (callback) => { frames.set(++frameId, callback); return frameId; };
  globalThis.cancelAnimationFrame = (id) => { frames.delete(id); };
  const frame = () => {
    const now = [...frames.values()];
    frames.clear();
    for (const callback of now) callback(performance.now());
  };
  const log = [];
  const { Cooperator, schedulers } = await import('cooperator');
  const print = (value) => process.stdout.write(JSON.stringify(value));
  const nextMacrotask = () => new Promise((resolve) => setImmediate(resolve));
`;

/** Source to put first: counts the calls of a host's function. */
const counting = (name) => `
  let calls = 0;
  const original = globalThis.${name};
  globalThis.${name} = (...args) => { calls++; return original?.(...args); };
`;

test('auto() uses setImmediate in Node', async () => {
  expect(
    await runNodeJson(`${counting('setImmediate')}
    const { schedulers } = await import('cooperator');
    await new Promise((resolve) => schedulers.auto()(resolve));
    process.stdout.write(JSON.stringify(calls));
  `),
  ).toBe(1);
});

test('auto() uses no frames in a host that has them without a document, such as a worker', async () => {
  expect(
    await runNodeJson(`${counting('requestAnimationFrame')}
    const { Cooperator } = await import('cooperator');
    const turns = await new Cooperator().cooperate(function* () { yield; return 'done'; });
    process.stdout.write(JSON.stringify([turns, calls]));
  `),
  ).toStrictEqual(['done', 0]);
});

test('auto() works in a document without frames', async () => {
  expect(
    await runNodeJson(`
    globalThis.document = Object.assign(new EventTarget(), { hidden: false });
    const { Cooperator } = await import('cooperator');
    const result = await new Cooperator().cooperate(function* () { yield; return 'done'; });
    process.stdout.write(JSON.stringify(result));
  `),
  ).toBe('done');
});

describe('schedulers.animationFrame()', () => {
  test('works in a host without a document', async () => {
    expect(
      await runNodeJson(`
      let frame;
      globalThis.requestAnimationFrame = (callback) => { frame = callback; return 1; };
      globalThis.cancelAnimationFrame = () => {};
      const { schedulers } = await import('cooperator');
      const log = [];
      schedulers.animationFrame()(() => log.push('slice'));
      frame(0);
      process.stdout.write(JSON.stringify(log));
    `),
    ).toStrictEqual(['slice']);
  });

  test('calls back once, in the next frame, and not after cancel', async () => {
    expect(
      await runNodeJson(`${page}
      const scheduler = schedulers.animationFrame();
      scheduler(() => log.push('slice'));
      scheduler(() => log.push('cancelled')).cancel();
      log.push('frame');
      frame();
      frame();
      await nextMacrotask();
      print(log);
      process.exit();
    `),
    ).toStrictEqual(['frame', 'slice']);
  });

  test('calls back once, by a timer, while the page is hidden', async () => {
    expect(
      await runNodeJson(`${page}
      document.hide(true);
      const scheduler = schedulers.animationFrame();
      await new Promise((resolve) => scheduler(() => { log.push('hidden'); resolve(); }));
      frame();
      document.hide(false);
      scheduler(() => log.push('visible'));
      frame();
      await nextMacrotask();
      print(log);
      process.exit();
    `),
    ).toStrictEqual(['hidden', 'visible']);
  });

  test('calls back when the page is hidden while a frame is pending', async () => {
    expect(
      await runNodeJson(`${page}
      const scheduler = schedulers.animationFrame();
      await new Promise((resolve) => {
        scheduler(() => { log.push('slice'); resolve(); });
        document.hide(true);
      });
      frame();
      await nextMacrotask();
      print(log);
      process.exit();
    `),
    ).toStrictEqual(['slice']);
  });
});

describe('schedulers.auto() in a page', () => {
  for (const hidden of [false, true]) {
    test(`runs tasks while the page is ${hidden ? 'hidden' : 'visible'}`, async () => {
      expect(
        await runNodeJson(`${page}
        document.hide(${hidden});
        const display = setInterval(() => { if (!document.hidden) frame(); }, 16);
        const cooperator = new Cooperator({
          scheduler: schedulers.auto(),
          terminationPredicateFactory: () => () => true,
        });
        await Promise.all(['A', 'B'].map((label) => cooperator.cooperate(function* () {
          for (let turn = 1; turn <= 3; turn++) { log.push(label + turn); yield; }
        }).whenDone()));
        print(log);
        process.exit();
      `),
      ).toStrictEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3']);
    });
  }

  test('continues when the page is hidden and shown during the work', async () => {
    expect(
      await runNodeJson(`${page}
      const display = setInterval(() => { if (!document.hidden) frame(); }, 16);
      const cooperator = new Cooperator({
        scheduler: schedulers.auto(),
        terminationPredicateFactory: () => () => true,
      });
      await cooperator.cooperate(function* () {
        for (let turn = 1; turn <= 9; turn++) {
          if (turn % 3 === 0) document.hide(!document.hidden);
          log.push(turn);
          yield;
        }
      }).whenDone();
      print(log);
      process.exit();
    `),
    ).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

test('schedulers.postTask(priority) passes its priority on; cancel leaves no unhandled rejection', async () => {
  expect(
    await runNodeJson(`
    const posted = [];
    globalThis.scheduler = {
      postTask(callback, options = {}) {
        const { priority, signal } = options;
        return new Promise((resolve, reject) => {
          posted.push({ priority, run() { if (!signal?.aborted) resolve(callback()); } });
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      },
    };
    const log = [];
    process.on('unhandledRejection', () => log.push('unhandled'));
    const { schedulers } = await import('cooperator');
    const schedule = schedulers.postTask('background');
    schedule(() => log.push('slice'));
    schedule(() => log.push('cancelled')).cancel();
    schedulers.postTask()(() => log.push('default'));
    schedulers.postTask('user-blocking')(() => log.push('first'));
    for (const { run } of posted) run();
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(JSON.stringify({ log, priorities: posted.map(({ priority }) => priority) }));
  `),
  ).toStrictEqual({
    log: ['slice', 'default', 'first'],
    priorities: ['background', 'background', 'user-visible', 'user-blocking'],
  });
});

test('schedulers.postTask() reports an error of the slice and of the host, but not after cancel', async () => {
  expect(
    await runNodeJson(`
    const log = [];
    let fail;
    globalThis.scheduler = {
      postTask: (callback) => new Promise((resolve, reject) => {
        fail = reject;
        setImmediate(() => { try { resolve(callback()); } catch (error) { reject(error); } });
      }),
    };
    process.on('unhandledRejection', ({ message }) => log.push(message));
    const { schedulers } = await import('cooperator');
    const schedule = schedulers.postTask();
    schedule(() => { throw new Error('slice'); });
    schedule(() => {});
    fail(new Error('host'));
    schedule(() => {}).cancel();
    fail(new Error('cancelled'));
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(JSON.stringify(log.sort()));
  `),
  ).toStrictEqual(['host', 'slice']);
});

test('schedulers.idle() calls requestIdleCallback with a timeout of a second, and cancels it', async () => {
  expect(
    await runNodeJson(`
    const requests = new Map();
    let last = 0;
    const log = [];
    globalThis.requestIdleCallback = (callback, { timeout }) => {
      log.push(timeout);
      requests.set(++last, callback);
      return last;
    };
    globalThis.cancelIdleCallback = (id) => { requests.delete(id); };
    const { schedulers } = await import('cooperator');
    const scheduler = schedulers.idle();
    scheduler(() => log.push('slice'));
    scheduler(() => log.push('cancelled')).cancel();
    for (const callback of [...requests.values()]) callback({ didTimeout: false, timeRemaining: () => 10 });
    process.stdout.write(JSON.stringify(log));
  `),
  ).toStrictEqual([1000, 1000, 'slice']);
});

test('schedulers.message() posts no message while that of a cancelled request is under way', async () => {
  expect(
    await runNodeJson(`
    let posted = 0;
    const threads = process.getBuiltinModule('node:worker_threads');
    const Real = threads.MessageChannel;
    threads.MessageChannel = class {
      constructor() {
        const { port1, port2 } = new Real();
        this.port1 = port1;
        this.port2 = { postMessage(message) { posted++; port2.postMessage(message); } };
      }
    };
    const { schedulers } = await import('cooperator');
    const schedule = schedulers.message();
    const log = [];
    for (let i = 0; i < 1000; i++) schedule(() => log.push('cancelled')).cancel();
    await new Promise((resolve) => { schedule(() => { log.push('slice'); resolve(); }); });
    process.stdout.write(JSON.stringify({ posted, log }));
  `),
  ).toStrictEqual({ posted: 1, log: ['slice'] });
});

test('a MessageChannel that is replaced after the import is not used', async () => {
  expect(
    await runNodeJson(`
    const { Cooperator, schedulers } = await import('cooperator');
    globalThis.MessageChannel = class { port1 = {}; port2 = { postMessage() {} }; };
    const cooperator = new Cooperator({ scheduler: schedulers.message() });
    const value = await cooperator.cooperate(function* () { yield; return 'done'; }).whenDone();
    process.stdout.write(JSON.stringify(value));
  `),
  ).toBe('done');
  expect(
    await runNodeJson(`
    // A page that also has the globals of Node.
    Object.assign(globalThis, { requestAnimationFrame: () => 0, document: { hidden: false, addEventListener() {} } });
    const { Cooperator, schedulers } = await import('cooperator');
    globalThis.MessageChannel = class { port1 = {}; port2 = { postMessage() {} }; };
    const value = await new Cooperator().cooperate(function* () { yield; return 'done'; }).whenDone();
    process.stdout.write(JSON.stringify(value));
  `),
  ).toBe('done');
});

test('schedulers.message() leaves nothing in the event loop when a slice throws', async () => {
  const { code, stdout } = await runNode(`
    import { schedulers } from 'cooperator';
    process.on('uncaughtException', (error) => console.log(error.message));
    schedulers.message()(() => { throw new Error('thrown'); });
  `);
  expect({ code, stdout }).toStrictEqual({ code: 0, stdout: 'thrown\n' });
});

/** Runs a program in an imitation of a WebKit page, whose messages and broadcasts the program delivers. */
const inWebKit = (program, setUp = '') =>
  runNodeJson(`
  ${setUp}
  const [messages, broadcasts, channels, log] = [[], [], [], []];
  const globals = {
    document: { hidden: true, addEventListener() {} }, requestAnimationFrame: () => 0, cancelAnimationFrame() {},
    MessageChannel: class { port1 = {}; port2 = { postMessage: () => messages.push(() => this.port1.onmessage({})) }; },
    BroadcastChannel: class {
      constructor(name) {
        if (globalThis.refuses) throw new Error('refused');
        this.name = name;
        channels.push(this);
      }
      postMessage() {
        for (const one of channels) {
          if (one !== this && one.name === this.name) broadcasts.push(() => one.onmessage({}));
        }
      }
    },
  };
  const safari = 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';
  globals.navigator = { userAgent: globalThis.agent ?? safari };
  if (globalThis.inNode !== true) Object.defineProperty(process, 'versions', { value: {} });
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value });
  const { schedulers } = await import('cooperator');
  const schedule = schedulers.auto();
  const request = (name) => schedule(() => log.push(name));
  const posted = () => [messages.length, broadcasts.length];
  const deliver = (list) => { for (const arrive of list.splice(0)) arrive(); };
  const program = async () => { ${program} };
  process.stdout.write(JSON.stringify(await program()));
`);

test('auto() in WebKit uses a broadcast to its own page where that arrives before a message', async () => {
  expect(
    await inWebKit(`
    request(1);
    request(2);
    const seen = [posted()];
    deliver(broadcasts);
    deliver(messages); // has no effect
    request(3);
    seen.push(posted());
    deliver(broadcasts);
    deliver(broadcasts);
    return [...seen, log];
  `),
  ).toStrictEqual([
    [1, 1], // one request at a time (S14)
    [0, 1],
    [1, 2, 3],
  ]);
});

test('auto() in WebKit does not broadcast to other pages', async () => {
  const nameOf = () => inWebKit('request(1); return channels[0].name;');
  const [one, other] = [await nameOf(), await nameOf()];
  expect(one).toMatch(/^cooperator /);
  expect(one).not.toBe(other);
});

test('auto() in WebKit uses messages where those arrive before a broadcast', async () => {
  expect(
    await inWebKit(`
    request(1);
    deliver(messages);
    deliver(broadcasts); // has no effect
    request(2);
    const seen = posted();
    deliver(messages);
    return [seen, log];
  `),
  ).toStrictEqual([
    [1, 0],
    [1, 2],
  ]);
});

test('a cancelled slice does not decide between messages and broadcasts', async () => {
  expect(
    await inWebKit(`
    request(1).cancel();
    deliver(messages);
    deliver(broadcasts);
    request(2);
    deliver(broadcasts);
    deliver(messages);
    request(3);
    return [posted(), log];
  `),
  ).toStrictEqual([[0, 1], [2]]);
});

test('auto() in WebKit uses messages where BroadcastChannel throws', async () => {
  expect(
    await inWebKit(`
    globalThis.refuses = true;
    request(1);
    request(2);
    const seen = posted();
    deliver(messages);
    deliver(messages);
    return [seen, log];
  `),
  ).toStrictEqual([
    [1, 0], // one request at a time (S14)
    [1, 2],
  ]);
});

for (const [where, setUp] of [
  [
    'Chromium, whose user agent contains that of WebKit',
    "globalThis.agent = 'AppleWebKit/537.36 Chrome/90.0 Safari/537.36';",
  ],
  ['Firefox', "globalThis.agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';"],
  ['an imitation of a page in Node', 'globalThis.inNode = true;'],
  ['a WebKit with scheduler.postTask', 'globalThis.scheduler = { postTask() {} };'],
]) {
  test(`auto() broadcasts nothing in ${where}`, async () => {
    expect(await inWebKit('request(1); return [...posted(), channels.length];', setUp)).toStrictEqual([1, 0, 0]);
  });
}
