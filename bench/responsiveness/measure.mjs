// Runs one candidate in one browser, twice, and computes figures from what the page observed.
import { median, quantile } from '../report/stats.mjs';

const JOB_MS = 1400;
const JOB_WITH_INPUT_MS = 1000;
const PRESS_EVERY_MS = 29;
const TIMEOUT_MS = 60_000;
const LONG_FRAME_MS = 25;
const LATE_FRACTION = 1.5;

let runs = 0;

/**
 * The figures of one round, with all delays in `samples`. Input has a run of its own: after each input Chromium
 * prioritises frames for a while, which would hide that a candidate starves them.
 */
export async function measure(browser, server, candidate) {
  const quiet = await measureRun(browser, server, candidate, { ms: JOB_MS, presses: false });
  const { samples, idleInputMs } = await measureRun(browser, server, candidate, {
    ms: JOB_WITH_INPUT_MS,
    presses: true,
  });
  return { ...quiet, idleInputMs, samples: { ...quiet.samples, input: samples.input } };
}

async function measureRun(browser, server, { module, variant }, { ms, presses }) {
  const run = ++runs;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), TIMEOUT_MS);
  const received = (path) => server.received(path, run, over.signal);
  try {
    const result = received('/result');
    const ready = received('/ready');
    const done = received('/done');
    for (const promise of [result, ready, done]) promise.catch(() => {});
    const parameters = new URLSearchParams({ run, module, ms, ...(variant !== undefined && { variant }) });
    await browser.open(`${server.url}/?${parameters}`);
    await Promise.race([ready, result]);
    const sent = presses ? await pressUntil(browser, Promise.race([done, result])) : [];
    const observed = await result;
    if (observed.error !== undefined) throw new Error(observed.error);
    return computeFigures(observed, sent, browser.stampsInput);
  } catch (error) {
    throw over.signal.aborted ? new Error(`not finished after ${TIMEOUT_MS / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Presses the mouse at regular times until `done` settles; returns when, on the wall clock. */
async function pressUntil(browser, done) {
  const sent = [];
  const pending = new Set();
  let isDone = false;
  const stop = () => {
    isDone = true;
  };
  done.then(stop, stop);
  for (let due = performance.now(); !isDone; due = Math.max(due + PRESS_EVERY_MS, performance.now())) {
    await new Promise((resolve) => {
      setTimeout(resolve, due - performance.now());
    });
    if (isDone) break;
    sent.push(performance.timeOrigin + performance.now());
    const press = browser.press().finally(() => pending.delete(press));
    pending.add(press);
    // This browser delays a press until it has finished the last one, and the figure would include that delay.
    if (!browser.stampsInput) await press;
  }
  await Promise.all(pending);
  return sent;
}

function computeFigures(observed, sent, stampsInput) {
  const { settle, start, end, frames, timers, messages, presses, timeOrigin, uninterruptedMs, busyMs, drift } =
    observed;
  // A press that was sent after the end may not have arrived yet.
  if (sent.some((time, index) => index >= presses.length && time - timeOrigin < end)) {
    throw new Error(`${sent.length - presses.length} of ${sent.length} presses of the mouse did not arrive`);
  }
  if (!presses.every(({ isTrusted }) => isTrusted)) throw new Error('a press of the mouse is not trusted');
  // Two coarse clocks may differ, so a delay may seem negative.
  const duringJob = (samples) =>
    samples.filter(({ at, delay }) => at + delay > start && at < end).map(({ delay }) => Math.max(0, delay));
  const input = presses.map(({ stamp, handled }, index) => {
    const at = stampsInput ? stamp : sent[index] - timeOrigin;
    return { at, delay: handled - at };
  });
  // The delay of a press in an idle page is that of the driver.
  const idleInputMs = median(input.filter(({ at }) => at >= settle && at < start - 50).map(({ delay }) => delay));
  const gaps = frames.slice(1).map((time, index) => ({ from: frames[index], to: time, ms: time - frames[index] }));
  const displayMs = median(gaps.filter(({ from, to }) => from >= settle && to <= start).map(({ ms }) => ms));
  const jobGaps = gaps.filter(({ from, to }) => to > start && from < end).map(({ ms }) => ms);
  return {
    ms: end - start,
    goodput: uninterruptedMs / (end - start),
    inSlices: busyMs === undefined ? NaN : busyMs / (end - start),
    drift,
    displayMs,
    framesPerSecond: (frames.filter((time) => time > start && time <= end).length / (end - start)) * 1000,
    lateFrames: jobGaps.filter((ms) => ms > LATE_FRACTION * displayMs).length,
    longFrames: jobGaps.filter((ms) => ms > LONG_FRAME_MS).length,
    longestGapMs: Math.max(...jobGaps),
    idleInputMs,
    samples: {
      input: duringJob(input).map((delay) => Math.max(0, delay - (stampsInput ? 0 : idleInputMs))),
      timer: duringJob(timers),
      message: duringJob(messages),
    },
  };
}

const SUMMARISED = [
  'goodput',
  'inSlices',
  'drift',
  'framesPerSecond',
  'lateFrames',
  'longFrames',
  'longestGapMs',
  'idleInputMs',
];

/** Medians of the rounds; for delays, which are few per round, the quantiles of all rounds together. */
export function summarizeRounds(rounds) {
  const delays = (key) => {
    const values = rounds.flatMap(({ samples }) => samples[key]);
    return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: quantile(values, 1) };
  };
  return {
    ...Object.fromEntries(SUMMARISED.map((key) => [key, median(rounds.map((round) => round[key]))])),
    input: delays('input'),
    timer: delays('timer'),
    message: delays('message'),
  };
}
