// In a page that whoever drives the browser hides and shows again: nothing here is simulated.
import { Cooperator, schedulers } from 'cooperator';

/** Resolves when the page is what was asked for. */
async function become(what) {
  const done = (await fetch(what, { method: 'POST' })).ok;
  if (!done) throw new Error(`the browser could not ${what} the page`);
  while (document.hidden !== (what === 'hide')) {
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  }
}

/** Tells of the page's frames. */
const aFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** A task without an end, and a way to wait until it has had slices in a page that is hidden, or that is not. */
function endless(cooperator) {
  let wanted;
  cooperator
    .cooperate(function* () {
      for (;;) {
        if (wanted !== undefined && document.hidden !== wanted.hidden) throw new Error('not as it was to be');
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

// Timers come once a second there, so that few of the slices that use them are waited for.
for (const [name, slices, times] of [
  ['auto', 50, 3],
  ['animationFrame', 2, 2],
]) {
  test(`schedulers.${name}(): slices go on when the page is hidden, and when it is shown again`, async () => {
    const cooperator = new Cooperator({ scheduler: schedulers[name]() });
    const goOn = endless(cooperator);
    for (let time = 0; time < times; time++) {
      await aFrame();
      await goOn(20); // which wait for frames
      await become('hide');
      await goOn(slices);
      await become('show');
      await goOn(20);
    }
    cooperator.dispose();
  });
}

test('a task that is made while the page is hidden has its turns, and one that was made before goes on', async () => {
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

test('a hidden page is hardly drawn any more, and again when it is shown', async () => {
  await become('hide');
  let drawn = 0;
  let watching = true;
  const watch = async () => {
    for (; watching; drawn++) await aFrame();
  };
  const watched = watch();
  const cooperator = new Cooperator();
  await endless(cooperator)(50);
  // half a second: one that was under way, or a browser's one in a second
  expect(drawn).toBeLessThan(5);
  await become('show');
  watching = false;
  await watched;
  cooperator.dispose();
});
