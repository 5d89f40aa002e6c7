// Runs one candidate once, beside an animation, a chain of timers, messages from a worker, and the driver's presses of
// the mouse. Posts what it observed to the server. Times are on the page's clock.
import { loadWorkload, makeTasks, msPerTurn } from './workload.js';

const REFERENCE_MS = 250;
const WARM_UP_TRIES = 12;
const SETTLE_MS = 400;
const TIMER_MS = 10;

const parameters = new URLSearchParams(location.search);
const ms = Number(parameters.get('ms'));
const variant = parameters.get('variant') ?? undefined;
const wait = (delay) =>
  new Promise((resolve) => {
    setTimeout(resolve, delay);
  });
const post = (path, value) =>
  fetch(`${path}?run=${parameters.get('run')}`, { method: 'POST', body: JSON.stringify(value) });

const frames = [];
const timers = [];
const messages = [];
const presses = [];

function startAnimation() {
  const bar = document.querySelector('#bar');
  const number = document.querySelector('#number');
  const frame = (time) => {
    frames.push(time);
    bar.style.transform = `translateX(${(time / 4) % 300}px)`;
    number.textContent = frames.length;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function startTimers() {
  const due = performance.now() + TIMER_MS;
  setTimeout(() => {
    timers.push({ at: due, delay: performance.now() - due });
    startTimers();
  }, TIMER_MS);
}

function startMessages() {
  const worker = new Worker('/messages.js', { type: 'module' });
  worker.onmessage = ({ data: wallClock }) => {
    const sent = wallClock - performance.timeOrigin;
    messages.push({ at: sent, delay: performance.now() - sent });
  };
}

function listenForPresses() {
  addEventListener('pointerdown', ({ isTrusted, timeStamp }) => {
    presses.push({ isTrusted, stamp: timeStamp, handled: performance.now() });
  });
}

/** Runs turns until the compiler has optimised them: until their duration is steady. */
function warmUp() {
  let last = Infinity;
  for (let tries = 0, steady = 0; tries < WARM_UP_TRIES && steady < 2; tries++) {
    const now = msPerTurn(REFERENCE_MS / 3);
    steady = Math.abs(now - last) < now / 20 ? steady + 1 : 0;
    last = now;
  }
}

async function measure() {
  await loadWorkload();
  const { run, idle = false } = await import(`/implementations/${parameters.get('module')}.js`);
  if (document.visibilityState !== 'visible') throw new Error('the page is not visible');
  startAnimation();
  startTimers();
  startMessages();
  listenForPresses();

  warmUp();
  const before = msPerTurn(REFERENCE_MS);
  const turns = Math.round(ms / before);
  if (!idle) await run(makeTasks(turns / 20), { variant, ms: ms / 20 });
  const settle = performance.now();
  await post('/ready');
  await wait(SETTLE_MS);

  const start = performance.now();
  const stats = await run(makeTasks(turns), { variant, ms });
  const end = performance.now();

  // What the last slice held up arrives now.
  await wait(SETTLE_MS / 2);
  await post('/done');
  const after = msPerTurn(REFERENCE_MS);
  return {
    settle,
    start,
    end,
    frames,
    timers,
    messages,
    presses,
    timeOrigin: performance.timeOrigin,
    uninterruptedMs: idle ? 0 : (turns * (before + after)) / 2,
    busyMs: stats?.busyMs, // only for cooperators
    drift: (2 * Math.abs(after - before)) / (before + after),
  };
}

measure()
  .catch((error) => ({ error: error?.message ?? `${error}` }))
  .then((result) => post('/result', result));
