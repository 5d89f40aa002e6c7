// How schedulers.auto() estimates frames: until when after a frame a slice comes by a message, and when it begins to
// wait for the next frame. Here frame by frame; page-scheduler.node.test.js has whole pages.

import { runNodeJson } from './support/run-node.js';

/** Runs a program in a page whose clock and frames it controls, and returns what it returns. */
const inPage = (program) =>
  runNodeJson(`
  let time = 0;
  let last = 0; // time of the latest frame
  let ids = 0;
  const [messages, listeners, frames, timers] = [[], [], new Map(), new Map()];
  const keep = (where) => (f) => (where.set(++ids, f), ids);
  const drop = (where) => (id) => void where.delete(id);
  const document = { hidden: false, addEventListener: (type, f) => listeners.push(f) };
  const globals = {
    document, performance: { now: () => time }, setTimeout: keep(timers), clearTimeout: drop(timers),
    requestAnimationFrame: keep(frames), cancelAnimationFrame: drop(frames),
    MessageChannel: class { port1 = {}; port2 = { postMessage: () => messages.push(this.port1) }; },
  };
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value });
  const { Cooperator, schedulers } = await import('cooperator');
  const schedule = schedulers.auto();
  const slice = () => {};
  const deliver = () => { for (const port of messages.splice(0)) port.onmessage({}); };
  const draw = (at) => {
    const callbacks = [...frames.values()];
    frames.clear();
    for (const f of callbacks) f(at);
  };
  // A frame \`ms\` after the last one, its callback late by \`delay\`. A slice is requested \`after\` the last frame.
  const frame = (ms, { after = 1, delay = 0 } = {}) => {
    time = last + after;
    schedule(slice);
    last += ms;
    time = last + delay;
    draw(last);
    deliver();
  };
  const repeat = (times, ...frameArgs) => { for (let i = 0; i < times; i++) frame(...frameArgs); };
  /** Does a slice requested at this time come by a message? Cancels it. */
  const isSent = (at) => {
    time = at;
    const call = schedule(slice);
    const sent = messages.length !== 0;
    call.cancel();
    deliver();
    return sent;
  };
  /** How many milliseconds after the latest frame a slice begins to wait for the next, in steps of 0.25. */
  const due = () => {
    for (let ms = 0; ms <= 60; ms += 0.25) if (!isSent(last + ms)) return ms;
  };
  const program = async () => { ${program} };
  process.stdout.write(JSON.stringify(await program()));
`);

test('the first frame is awaited early; later ones determine the interval', async () => {
  expect(await inPage('const first = due(); repeat(3, 16); return [first, due()];')).toStrictEqual([6, 16]);
});

test('missed frames, and intervals that no display has, are ignored', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    const seen = [];
    for (const odd of [32, 1, 3, 60, 100]) { frame(odd); seen.push(due()); }
    return seen;
  `),
  ).toStrictEqual([16, 16, 16, 16, 16]);
});

test('intervals that differ a little are averaged', async () => {
  expect(await inPage('frame(16); repeat(4, 16); repeat(4, 17); return due();')).toBe(16.5);
});

test('sixteen intervals are remembered: after those a slower display is detected', async () => {
  expect(
    await inPage(`
    repeat(6, 8);
    repeat(11, 16); // still taken for missed frames
    const seen = [due()];
    frame(16);
    seen.push(due());
    repeat(4, 16);
    return [...seen, due()];
  `),
  ).toStrictEqual([8, 14, 16]);
});

test('jitter is not taken for a faster display, and a late frame not for a missed one', async () => {
  expect(
    await inPage(`
    const seen = [];
    for (let i = 0; i < 40; i++) {
      for (const ms of [16, 19, 11, 18, 15, 17]) {
        frame(ms);
        if (i > 2) seen.push(due());
      }
    }
    frame(16, { after: 16, delay: 4 }); // work may continue after the frame is due
    const before = due();
    frame(22);
    return [seen.filter((ms) => ms < 15.5 || ms > 17).length, due() >= before];
  `),
  ).toStrictEqual([4, true]); // three early waits, and one more after an early frame
});

test('two frames that come early when they are awaited early are taken for a faster display', async () => {
  expect(
    await inPage(`
    repeat(64, 16);
    const seen = [];
    const early = (ms, options) => { frame(ms, options); seen.push(due()); };
    early(13, { after: 12 });
    early(13, { after: 12 });
    repeat(62, 13);
    early(6.5, { after: 9.75, delay: 9.75 });
    early(6.5, { after: 9.75, delay: 9.75 });
    return seen;
  `),
  ).toStrictEqual([11.75, 13, 9.25, 6.5]);
});

test('after every 64th frame the next one is awaited early, and that wait does not extend work', async () => {
  expect(
    await inPage(`
    repeat(64, 16);
    const early = due();
    frame(16, { after: 10 });
    return [early, due()];
  `),
  ).toStrictEqual([12, 16]);
});

test('if frames come late, work continues after they are due, for at most a quarter of the interval', async () => {
  expect(
    await inPage(`
    const seen = [];
    repeat(3, 16);
    frame(16, { after: 16, delay: 4 }); // waited for 4 ms
    seen.push(due());
    frame(16, { after: 17, delay: 4 });
    seen.push(due());
    repeat(10, 16, { after: 30, delay: 20 });
    seen.push(due());
    frame(32); // one was missed
    seen.push(due());
    return seen;
  `),
  ).toStrictEqual([17, 17.75, 20, 18]);
});

test('short waits do not extend work', async () => {
  expect(await inPage('repeat(3, 16); repeat(20, 16, { after: 16, delay: 0.125 }); return due();')).toBe(16);
});

test('work that begins long after the last frame does not wait, and does not count as a frame', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    deliver();
    const sent = [isSent(last + 60), isSent(last + 61)];
    last += 61;
    const after = due();
    frame(5);
    return [...sent, after, due()];
  `),
  ).toStrictEqual([false, true, 16, 16]);
});

test('after a turn of many frames the next slice waits for the overdue frame', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    time = last + 1;
    schedule(slice);
    deliver();
    time = last + 100;
    schedule(slice);
    const sent = messages.length;
    draw(last = time);
    return [sent, messages.length];
  `),
  ).toStrictEqual([0, 1]);
});

test('a slice ends when the frame is due', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    time = last + 14;
    const cooperator = new Cooperator();
    cooperator.cooperate(function* () { for (;;) { time += 0.5; yield; } });
    deliver();
    return time - last;
  `),
  ).toBe(16);
});

test('a frame is requested exactly as long as a slice is requested', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    draw(last += 16);
    const seen = [frames.size];
    const calls = [schedule(slice), schedule(slice)];
    seen.push(frames.size);
    draw(last += 16);
    seen.push(frames.size); // the messages are still under way
    calls[0].cancel();
    seen.push(frames.size);
    calls[1].cancel();
    seen.push(frames.size);
    return seen;
  `),
  ).toStrictEqual([0, 1, 1, 1, 0]);
});

test('a timer backs the slices that wait for a frame until the last one is cancelled', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    time = last + 16;
    const calls = [schedule(slice), schedule(slice)];
    const seen = [[timers.size, frames.size]];
    for (const call of calls) { call.cancel(); seen.push([timers.size, frames.size]); }
    return seen;
  `),
  ).toStrictEqual([
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
});

test('cancelling a slice that has run does nothing, and a requested one runs', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    const log = [];
    const call = schedule(() => log.push('first'));
    deliver();
    schedule(() => log.push('second'));
    call.cancel();
    deliver();
    return log;
  `),
  ).toStrictEqual(['first', 'second']);
});

test('one visibilitychange listener sends a waiting slice when the page is hidden, not when it is shown', async () => {
  expect(
    await inPage(`
    repeat(3, 16);
    time = last + 16;
    schedule(slice);
    for (const listener of listeners) listener();
    const whileShown = messages.length;
    document.hidden = true;
    for (const listener of listeners) listener();
    return [listeners.length, whileShown, messages.length, frames.size];
  `),
  ).toStrictEqual([1, 0, 1, 0]);
});
