// Runs in a page that the browser really hides and shows again.
import { Cooperator, schedulers } from 'cooperator';

/** Hides or shows the page. @param {'hide' | 'show'} action */
async function become(action) {
  const { ok } = await fetch(action, { method: 'POST' });
  if (!ok) throw new Error(`the browser could not ${action} the page`);
  while (document.hidden !== (action === 'hide')) {
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * Adds a task that never ends. The returned function waits until the cooperator has run some more slices, and rejects if
 * the page is hidden or shown meanwhile.
 */
function endless(cooperator) {
  let wanted;
  cooperator
    .cooperate(function* () {
      for (;;) {
        if (wanted !== undefined && document.hidden !== wanted.hidden) throw new Error('the page was hidden or shown');
        if (wanted !== undefined && cooperator.stats().slices >= wanted.slices) {
          wanted.resolve();
          wanted = undefined;
        }
        yield;
      }
    })
    .whenDone()
    .addErrback((error) => wanted?.reject(error));
  return (slices) =>
    new Promise((resolve, reject) => {
      wanted = { hidden: document.hidden, slices: cooperator.stats().slices + slices, resolve, reject };
    });
}

// In a hidden page, slices that depend on timers come once a second, so the test waits for few of them.
for (const [name, slices, times] of [
  ['auto', 50, 3],
  ['animationFrame', 2, 2],
]) {
  test(`schedulers.${name}(): slices continue when the page is hidden, and when it is shown again`, async () => {
    const cooperator = new Cooperator({ scheduler: schedulers[name]() });
    const afterSlices = endless(cooperator);
    for (let time = 0; time < times; time++) {
      await nextFrame();
      await afterSlices(20); // at the pace of frames
      await become('hide');
      await afterSlices(slices);
      await become('show');
      await afterSlices(20);
    }
    cooperator.dispose();
  });
}

test('in a hidden page a new task runs, and so does one that was added before', async () => {
  const cooperator = new Cooperator();
  const before = cooperator.cooperate(Array(10));
  before.pause();
  await become('hide');
  const made = cooperator.cooperate(Array(10));
  before.resume();
  await Promise.all([before.whenDone(), made.whenDone()]);
  expect(document.hidden).toBe(true);
  const late = cooperator.cooperate(Array(10));
  late.pause();
  await become('show');
  late.resume();
  await late.whenDone();
  cooperator.dispose();
});

test('a hidden page gets few frames, until it is shown again', async () => {
  await become('hide');
  let drawn = 0;
  let watching = true;
  const watch = async () => {
    for (; watching; drawn++) await nextFrame();
  };
  const watched = watch();
  const cooperator = new Cooperator();
  await endless(cooperator)(50);
  // In about half a second: a frame that was due, or the one frame a second of some browsers.
  expect(drawn).toBeLessThan(5);
  await become('show');
  watching = false;
  await watched;
  cooperator.dispose();
});
