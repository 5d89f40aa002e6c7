// schedulers.auto() in a page in simulated time: frames drawn, work done, and what stays in the event loop.

import { runNodeJson } from './support/run-node.js';

/** Runs a program in a simulated page that has one endless task, whose turns take `turnMs`. */
const inPage = (pageOptions, program, { options = '{}', turnMs = 0.01 } = {}) =>
  runNodeJson(`
  import { SimulatedPage } from './support/simulated-page.js';
  const page = new SimulatedPage(${JSON.stringify(pageOptions)}).install();
  const { Cooperator, predicates, schedulers } = await import('cooperator');
  const cooperator = new Cooperator(${options});
  let worked = 0;
  const task = cooperator.cooperate(function* () {
    for (;;) { page.spend(${turnMs}); worked += ${turnMs}; yield; }
  });
  // After half a second to settle, measures two seconds: frames a second, the longest time between two frames, and the
  // fraction of the time that the task had.
  const measure = async () => {
    await page.run(500);
    const began = page.time;
    page.drawn.length = worked = 0;
    await page.run(2000);
    const gaps = page.drawn.slice(1).map((at, index) => at - page.drawn[index]);
    return {
      framesPerSecond: Math.round(page.drawn.length / (page.time - began) * 1000),
      longestGap: gaps.length === 0 ? null : Math.max(...gaps),
      goodput: worked / (page.time - began),
    };
  };
  const print = (value) => process.stdout.write(JSON.stringify(value));
  ${program}
`);

const animation = 'requestAnimationFrame(function frame() { requestAnimationFrame(frame); });';
/** Measures a page that requests every frame. */
const measured = (pageOptions, options) => inPage(pageOptions, `${animation} print(await measure());`, options);

for (const messagesFirst of [false, true]) {
  const order = messagesFirst ? 'messages before frames' : 'frames before messages';
  for (const hz of [30, 60, 120]) {
    test(`all frames of ${hz} Hz are drawn, and work has the rest of the time, ${order}`, async () => {
      const { framesPerSecond, longestGap, goodput } = await measured({ hz, messagesFirst });
      expect(framesPerSecond).toBeGreaterThanOrEqual(hz - 1);
      expect(longestGap).toBeLessThan((1.5 * 1000) / hz);
      expect(goodput).toBeGreaterThan(0.95); // drawing takes 0.3 ms of each frame
    });
  }

  for (const tickMs of [0.1, 1, 2]) {
    test(`all frames are drawn with a clock that ticks every ${tickMs} ms, ${order}`, async () => {
      const { framesPerSecond, longestGap, goodput } = await measured({ tickMs, messagesFirst });
      expect(framesPerSecond).toBeGreaterThanOrEqual(59);
      expect(longestGap).toBeLessThan(25);
      expect(goodput).toBeGreaterThan(0.9);
    });
  }
}

for (const messagesFirst of [false, true]) {
  const order = messagesFirst ? 'messages before frames' : 'frames before messages';
  for (const hz of [75, 120, 144]) {
    test(`a change of the display from 60 to ${hz} Hz is detected, ${order}`, async () => {
      const { framesPerSecond, goodput } = await inPage(
        { messagesFirst },
        `
        ${animation}
        await page.run(500);
        page.interval = ${1000 / hz};
        await page.run(3000);
        print(await measure());
      `,
      );
      expect(framesPerSecond).toBeGreaterThanOrEqual(hz - 1);
      expect(goodput).toBeGreaterThan(0.9);
    });
  }

  test(`all frames are drawn after a second without frames, ${order}`, async () => {
    const { framesPerSecond } = await inPage(
      { messagesFirst },
      `
      ${animation}
      await page.run(500);
      page.draws = false;
      await page.run(1000);
      page.draws = true;
      print(await measure());
    `,
    );
    expect(framesPerSecond).toBeGreaterThanOrEqual(59);
  });

  test(`work continues while a frame is late, ${order}`, async () => {
    const report = await inPage(
      { messagesFirst },
      `
      ${animation}
      await page.run(500);
      page.draws = false;
      worked = 0;
      await page.run(80);
      const meanwhile = worked;
      page.draws = true;
      print({ meanwhile, ...await measure() });
    `,
    );
    expect(report.meanwhile).toBeGreaterThan(40);
    expect(report.framesPerSecond).toBeGreaterThanOrEqual(59);
  });
}

test('all frames are drawn when drawing takes 8 ms', async () => {
  const { framesPerSecond, goodput } = await measured({ drawMs: 8 });
  expect(framesPerSecond).toBeGreaterThanOrEqual(59);
  expect(goodput).toBeGreaterThan(0.47); // of the 0.52 that drawing leaves
});

test('all frames are drawn when drawing takes 13.5 ms, messages before frames', async () => {
  const { framesPerSecond } = await measured({ drawMs: 13.5, messagesFirst: true });
  expect(framesPerSecond).toBeGreaterThanOrEqual(59);
});

test('work continues after a frame was due if frames come late', async () => {
  const [soon, late] = await Promise.all([3, 8].map((lagMs) => measured({ lagMs })));
  expect(soon.goodput).toBeGreaterThan(0.95);
  expect(late.goodput).toBeGreaterThan(0.85);
  expect(late.framesPerSecond).toBeGreaterThanOrEqual(59);
});

test('work after a due frame becomes shorter when it costs frames', async () => {
  const { framesPerSecond } = await inPage(
    { lagMs: 4 },
    `
    ${animation}
    await page.run(1000);
    Object.assign(page, { lagMs: 0, deadlineMs: 1 });
    print(await measure());
  `,
  );
  expect(framesPerSecond).toBeGreaterThanOrEqual(59);
});

test('all frames are drawn when the display changes from 60 to 120 Hz during an animation', async () => {
  const { framesPerSecond } = await inPage(
    { hz: 60, messagesFirst: true },
    `
    ${animation}
    await page.run(1000);
    page.interval = 1000 / 120;
    await page.run(3000);
    print(await measure());
  `,
  );
  expect(framesPerSecond).toBeGreaterThanOrEqual(118);
});

test('frames that a long turn costs are not taken for a slower display', async () => {
  const { framesPerSecond } = await inPage(
    { messagesFirst: true },
    `
    ${animation}
    cooperator.cooperate(function* () {
      for (let next = 0; ; yield) {
        if (page.time < next) continue;
        page.spend(25);
        next = page.time + 100;
      }
    });
    print(await measure());
  `,
  );
  expect(framesPerSecond).toBeGreaterThanOrEqual(55);
});

test('after a pause, work begins without waiting for a frame', async () => {
  const { worked } = await inPage(
    {},
    `
    await page.run(500);
    task.pause();
    await page.run(500);
    worked = 0;
    task.resume();
    await page.run(4);
    print({ worked });
  `,
  );
  expect(worked).toBeGreaterThan(3);
});

test('a frame is requested whenever a message is under way', async () => {
  const report = await inPage(
    {},
    `
    let unwatched = 0;
    const check = () => {
      if (page.left.messages !== 0 && page.left.frames === 0) unwatched += 1;
      return false;
    };
    await page.run(500, check);
    print({ unwatched, drawn: page.drawn.length > 25 });
  `,
  );
  expect(report).toEqual({ unwatched: 0, drawn: true });
});

test('turns longer than a frame run one after another', async () => {
  const { goodput } = await measured({ messagesFirst: true }, { turnMs: 30 });
  expect(goodput).toBeGreaterThan(0.6);
});

test('a hidden page continues in slices of 10 ms and requests no frames', async () => {
  const report = await inPage(
    {},
    `
    await page.run(100);
    page.hidden = true;
    const { slices, turns } = cooperator.stats();
    worked = 0;
    await page.run(1000);
    const after = cooperator.stats();
    print({ worked, slices: after.slices - slices, turns: after.turns - turns, left: page.left.frames });
  `,
  );
  expect(report.worked).toBeGreaterThan(990);
  expect(report.slices).toBeGreaterThan(95);
  expect(report.slices).toBeLessThan(110);
  expect(report.left).toBe(0);
});

test('a slice that waits for a frame runs when the page is hidden', async () => {
  const report = await inPage(
    {},
    `
    // Until only a frame is pending.
    await page.run(1000, () => page.time > 200 && page.left.messages === 0 && page.left.frames === 1);
    const waiting = page.left;
    worked = 0;
    page.hidden = true;
    await page.run(50);
    print({ waiting: waiting.messages, worked });
  `,
  );
  expect(report.waiting).toBe(0);
  expect(report.worked).toBeGreaterThan(45);
});

test('all frames are drawn when a hidden page is shown again', async () => {
  const report = await inPage(
    { messagesFirst: true },
    `
    ${animation}
    page.hidden = true;
    await page.run(500);
    page.hidden = false;
    print(await measure());
  `,
  );
  expect(report.framesPerSecond).toBeGreaterThanOrEqual(59);
  expect(report.goodput).toBeGreaterThan(0.95);
});

test('work continues in a visible page without frames, such as an iframe out of view', async () => {
  const report = await inPage(
    { draws: false },
    `
    await page.run(500);
    worked = 0;
    await page.run(1000);
    print({ worked });
  `,
  );
  expect(report.worked).toBeGreaterThan(950);
});

test('an idle cooperator leaves nothing in the event loop, whatever its slice waited for', async () => {
  const report = await inPage(
    {},
    `
    const left = [];
    for (let ms = 1; ms <= 40; ms++) {
      await page.run(ms);
      task.pause();
      await page.run(0.001, () => page.left.messages === 0); // a message cannot be taken back
      left.push(page.left.frames + page.left.timers);
      task.resume();
    }
    print({ most: Math.max(...left), states: left.length });
  `,
  );
  expect(report).toEqual({ most: 0, states: 40 });
});

test("a user's predicate replaces the end of the frame", async () => {
  const report = await inPage(
    {},
    `
    await page.run(500);
    print(cooperator.stats());
  `,
    { options: '{ terminationPredicateFactory: predicates.timeSlice(20) }' },
  );
  expect(report.longestSliceMs).toBeGreaterThanOrEqual(20);
});

test('two cooperators share each frame', async () => {
  const report = await inPage(
    { messagesFirst: true },
    `
    ${animation}
    const other = new Cooperator();
    let others = 0;
    other.cooperate(function* () { for (;;) { page.spend(0.01); others += 0.01; yield; } });
    const both = await measure();
    print({ ...both, others });
  `,
  );
  expect(report.framesPerSecond).toBeGreaterThanOrEqual(58);
  expect(report.others).toBeGreaterThan(800);
  expect(report.goodput).toBeGreaterThan(0.3);
});

test('S14: twenty cooperators leave all frames, and each has its part of the time', async () => {
  const report = await inPage(
    { messagesFirst: true },
    `
    ${animation}
    const parts = Array.from({ length: 20 }, () => {
      const part = { ms: 0 };
      new Cooperator().cooperate(function* () { for (;;) { page.spend(0.01); part.ms += 0.01; yield; } });
      return part;
    });
    const measured = await measure();
    print({ ...measured, parts: parts.map(({ ms }) => ms) });
  `,
  );
  expect(report.framesPerSecond).toBeGreaterThanOrEqual(58);
  expect(Math.max(...report.parts) / Math.min(...report.parts)).toBeLessThan(1.5);
});

/** Runs a program in a simulated page without tasks. */
const inIdlePage = (program) =>
  runNodeJson(`
  import { SimulatedPage } from './support/simulated-page.js';
  const page = new SimulatedPage({}).install();
  const { Cooperator, predicates, schedulers } = await import('cooperator');
  const log = [];
  ${program}
  process.stdout.write(JSON.stringify(log));
`);

test('S14: in a page, cooperators have one slice a macrotask in the order of their requests', async () => {
  expect(
    await inIdlePage(`
    for (const label of ['A', 'B', 'C']) {
      const cooperator = new Cooperator({ terminationPredicateFactory: predicates.turns(1) });
      cooperator.cooperate(function* () { for (let turn = 1; turn <= 2; turn++) { log.push(label + turn); yield; } });
    }
    let most = 0;
    await page.run(200, () => { most = Math.max(most, page.left.messages); });
    log.push(most);
  `),
  ).toStrictEqual(['A1', 'B1', 'C1', 'A2', 'B2', 'C2', 1]);
});

test('in a page, a slice of auto() ends when input is pending', async () => {
  const longestSlice = (pending) =>
    runNodeJson(`
    import { SimulatedPage } from './support/simulated-page.js';
    const page = new SimulatedPage({}).install();
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true, value: { userAgent: 'test', scheduling: { isInputPending: () => ${pending} } },
    });
    const { Cooperator } = await import('cooperator');
    const cooperator = new Cooperator();
    cooperator.cooperate(function* () { for (;;) { page.spend(0.01); yield; } });
    await page.run(500);
    process.stdout.write(JSON.stringify(cooperator.stats().longestSliceMs));
  `);
  const [free, pending] = await Promise.all([longestSlice(false), longestSlice(true)]);
  expect(free).toBeGreaterThan(5);
  expect(pending).toBeLessThan(1); // The clock is read after 64 turns at the latest.
});

test('S14: in a page, cancelling one of several requests leaves the others', async () => {
  expect(
    await inIdlePage(`
    const schedule = schedulers.auto();
    const requests = [1, 2, 3, 4].map((number) => schedule(() => log.push(number)));
    requests[0].cancel();
    requests[2].cancel();
    requests[2].cancel();
    await page.run(100);
    const last = schedule(() => log.push('cancelled'));
    last.cancel();
    await page.run(100);
    log.push(page.left);
  `),
  ).toStrictEqual([2, 4, { messages: 0, frames: 0, timers: 0 }]);
});

test('in a page, a request that the host refuses throws and is forgotten, and the next one is served', async () => {
  expect(
    await inIdlePage(`
    const schedule = schedulers.auto();
    page.postsToRefuse = 1;
    try {
      schedule(() => log.push('of the refused request'));
    } catch (error) {
      log.push(error.message);
    }
    await page.run(100);
    log.push(page.left);
    schedule(() => log.push('slice'));
    await page.run(100);
    log.push(page.left);
  `),
  ).toStrictEqual(['refused', { messages: 0, frames: 0, timers: 0 }, 'slice', { messages: 0, frames: 0, timers: 0 }]);
});

test('S12, S14: in a page, a suspended turn ends with a message, even while slices wait for a frame', async () => {
  expect(
    await inIdlePage(`
    const busy = new Cooperator();
    const task = busy.cooperate(function* () { for (;;) { page.spend(0.1); yield; } });
    // Until the slice of the first cooperator waits for a frame.
    await page.run(1000, () => page.time > 200 && page.left.messages === 0 && page.left.frames === 1);
    const other = new Cooperator({ scheduler: (slice) => slice() });
    const waiting = other.cooperate(() => new Promise(() => {}));
    const before = page.time;
    log.push(waiting.state, page.left.messages);
    await page.run(10, () => waiting.state === 'waiting');
    log.push(waiting.state, page.time - before < 1); // at most one frame was drawn before
    task.stop();
    busy.dispose();
    other.dispose();
  `),
  ).toStrictEqual(['runnable', 1, 'waiting', true]);
});

test('S12: in a page, fifty async tasks of 2 ms a turn leave all frames', async () => {
  const report = await inPage(
    { messagesFirst: true },
    `
    ${animation}
    task.stop();
    for (let index = 0; index < 50; index++) {
      cooperator.cooperate(async ({ yield: nextTurn }) => {
        for (;;) { await null; page.spend(2); worked += 2; await nextTurn(); }
      });
    }
    print(await measure());
  `,
  );
  expect(report.framesPerSecond).toBeGreaterThanOrEqual(58);
  expect(report.longestGap).toBeLessThan(25);
  expect(report.goodput).toBeGreaterThan(0.7);
});
