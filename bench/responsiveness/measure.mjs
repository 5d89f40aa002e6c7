// One contender in one browser: runs it in a page, twice, and makes figures of what the page has seen.
import { delays, median } from '../report/statistics.mjs';

const JOB_MS = 1400;
const JOB_WITH_INPUT_MS = 1000;
const PRESS_EVERY_MS = 29;
const PATIENCE_MS = 60_000;
const LATE_MS = 25;
const LATE_FRACTION = 1.5;

let runs = 0;

/**
 * Figures of one round, and the delays themselves in `samples`. Those of input are from a run of its own: Chromium
 * prefers frames for a while after each input, which would hide who starves them.
 *
 * @returns {Promise<object>}
 */
export async function measure(browser, server, contender) {
  const quiet = await measureRun(browser, server, contender, { ms: JOB_MS, presses: false });
  const { samples, idleInputMs, ...withInput } = await measureRun(browser, server, contender, {
    ms: JOB_WITH_INPUT_MS,
    presses: true,
  });
  return { ...quiet, idleInputMs, samples: { ...quiet.samples, input: samples.input }, withInput };
}

async function measureRun(browser, server, contender, { ms, presses }) {
  const run = ++runs;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), PATIENCE_MS);
  const received = (path) => server.received(path, run, over.signal);
  try {
    const result = received('/result');
    const ready = received('/ready');
    const done = received('/done');
    for (const promise of [result, ready, done]) promise.catch(() => {});
    await browser.open(`${server.url}/?run=${run}&contender=${contender}&ms=${ms}`);
    await Promise.race([ready, result]);
    const sent = presses ? await pressUntil(browser, Promise.race([done, result])) : [];
    const seen = await result;
    if (seen.error !== undefined) throw new Error(seen.error);
    return figures(seen, sent, browser.stampsInput);
  } catch (error) {
    throw over.signal.aborted ? new Error(`not done after ${PATIENCE_MS / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Presses the mouse on a timetable; gives the times when, on the wall clock. */
async function pressUntil(browser, done) {
  const sent = [];
  const pending = new Set();
  let isDone = false;
  done.then(
    () => {
      isDone = true;
    },
    () => {
      isDone = true;
    },
  );
  for (let due = performance.now(); !isDone; due = Math.max(due + PRESS_EVERY_MS, performance.now())) {
    await new Promise((resolve) => {
      setTimeout(resolve, due - performance.now());
    });
    if (isDone) break;
    sent.push(performance.timeOrigin + performance.now());
    const press = browser.press().finally(() => pending.delete(press));
    pending.add(press);
    // Where one press waits for the one before, its delay would hold that of the other, too.
    if (!browser.stampsInput) await press;
  }
  await Promise.all(pending);
  return sent;
}

function figures(seen, sent, stampsInput) {
  const { settle, start, end, frames, timers, messages, presses, timeOrigin, bareMs, inSlicesMs, drift } = seen;
  // One that was sent last may be on its way still.
  if (sent.some((time, index) => index >= presses.length && time - timeOrigin < end)) {
    throw new Error(`${sent.length - presses.length} of ${sent.length} presses of the mouse did not arrive`);
  }
  if (!presses.every(({ isTrusted }) => isTrusted)) throw new Error('a press of the mouse is not trusted');
  const within = (samples) =>
    samples.filter(({ at, delay }) => at + delay > start && at < end).map(({ delay }) => Math.max(0, delay)); // two coarse clocks may differ
  const input = presses.map(({ stamp, seen: handled }, index) => {
    const at = stampsInput ? stamp : sent[index] - timeOrigin;
    return { at, delay: handled - at };
  });
  // How long a press takes to an idle page is the driver's doing.
  const idleInputMs = median(input.filter(({ at }) => at >= settle && at < start - 50).map(({ delay }) => delay));
  const gaps = frames.slice(1).map((time, index) => ({ from: frames[index], to: time, ms: time - frames[index] }));
  const displayMs = median(gaps.filter(({ from, to }) => from >= settle && to <= start).map(({ ms }) => ms));
  const jobGaps = gaps.filter(({ from, to }) => to > start && from < end).map(({ ms }) => ms);
  return {
    ms: end - start,
    goodput: bareMs / (end - start),
    inSlices: inSlicesMs === undefined ? NaN : inSlicesMs / (end - start),
    drift,
    displayMs,
    framesPerSecond: (frames.filter((time) => time > start && time <= end).length / (end - start)) * 1000,
    lateFrames: jobGaps.filter((ms) => ms > LATE_FRACTION * displayMs).length,
    framesAbove25: jobGaps.filter((ms) => ms > LATE_MS).length,
    longestGapMs: Math.max(...jobGaps),
    idleInputMs,
    samples: {
      input: within(input).map((delay) => Math.max(0, delay - (stampsInput ? 0 : idleInputMs))),
      timer: within(timers),
      message: within(messages),
    },
  };
}

/** The median of the rounds; of delays, which are few in a round, the quantiles of all together. */
export function summarize(rounds) {
  const middle = (key) => median(rounds.map((round) => round[key]));
  const all = (key) => delays(rounds.flatMap(({ samples }) => samples[key]));
  return {
    ...Object.fromEntries(
      [
        'ms',
        'goodput',
        'inSlices',
        'drift',
        'displayMs',
        'framesPerSecond',
        'lateFrames',
        'framesAbove25',
        'longestGapMs',
        'idleInputMs',
      ].map((key) => [key, middle(key)]),
    ),
    input: all('input'),
    timer: all('timer'),
    message: all('message'),
  };
}
