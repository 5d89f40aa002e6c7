// Runs one contender, once, beside an animation, a chain of timers, messages from a worker and what the driver sends of
// presses of the mouse, and posts what was seen to the server. Times are on the page's clock.
import { loadJob, makeTasks, msPerTurn } from './job.js';

const BARE_MS = 250;
const WARM_UP_TRIES = 12;
const SETTLE_MS = 400;
const TIMER_MS = 10;

const parameters = new URLSearchParams(location.search);
const jobMs = Number(parameters.get('ms'));
const wait = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const post = (path, value) =>
  fetch(`${path}?run=${parameters.get('run')}`, {
    method: 'POST',
    body: JSON.stringify(value),
  });

const frames = [];
const timers = [];
const messages = [];
const presses = [];

function animate() {
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
  worker.onmessage = ({ data: sentOnWall }) => {
    const sent = sentOnWall - performance.timeOrigin;
    messages.push({ at: sent, delay: performance.now() - sent });
  };
}

// Of a press, `stamp` is the event's own time; the driver knows when it sent it.
function listen() {
  addEventListener('pointerdown', ({ isTrusted, timeStamp }) => {
    presses.push({ isTrusted, stamp: timeStamp, seen: performance.now() });
  });
}

// Until the compiler has done what it can.
function warmUp() {
  let last = Infinity;
  for (let tries = 0, steady = 0; tries < WARM_UP_TRIES && steady < 2; tries++) {
    const now = msPerTurn(BARE_MS / 3);
    steady = Math.abs(now - last) < now / 20 ? steady + 1 : 0;
    last = now;
  }
}

async function measure() {
  await loadJob();
  const { run, idle = false } = await import(`/contenders/${parameters.get('contender')}.js`);
  if (document.visibilityState !== 'visible') throw new Error('the page is not visible');
  animate();
  startTimers();
  startMessages();
  listen();

  warmUp();
  const before = msPerTurn(BARE_MS);
  const turns = Math.round(jobMs / before);
  if (!idle) await run(makeTasks(turns / 20), jobMs / 20);
  const settle = performance.now();
  await post('/ready');
  await wait(SETTLE_MS);

  const start = performance.now();
  const stats = await run(makeTasks(turns), jobMs);
  const end = performance.now();

  // What was held up by the job's last slice comes now.
  await wait(SETTLE_MS / 2);
  await post('/done');
  const after = msPerTurn(BARE_MS);
  return {
    settle,
    start,
    end,
    frames,
    timers,
    messages,
    presses,
    timeOrigin: performance.timeOrigin,
    bareMs: idle ? 0 : (turns * (before + after)) / 2,
    inSlicesMs: stats?.busyMs, // of ours
    drift: (2 * Math.abs(after - before)) / (before + after),
  };
}

measure()
  .catch((error) => ({ error: error?.message ?? `${error}` }))
  .then((result) => post('/result', result));
