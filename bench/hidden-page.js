// The page of hidden.mjs. It posts commands to the server, which hides and shows the page and prints what it reports.
import { Cooperator, schedulers } from 'cooperator';

const TURN_MS = 0.05;
const UNINTERRUPTED_MS = 300;
const phaseMs = 1000 * Number(new URLSearchParams(location.search).get('seconds'));

async function post(path, body) {
  const response = await fetch(`${path}?run=1`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

/** Counts for a while; returns how far. */
function turn() {
  const end = performance.now() + TURN_MS;
  let count = 0;
  do for (let i = 0; i < 200; i++) count++;
  while (performance.now() < end);
  return count;
}

/** How far an uninterrupted loop of turns counts in a millisecond. */
function uninterrupted() {
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < UNINTERRUPTED_MS) count += turn();
  return count / (performance.now() - begin);
}

/** One task on this scheduler; returns a line of figures. */
async function measure(label, scheduler) {
  const before = uninterrupted();
  const cooperator = new Cooperator({ scheduler });
  const begin = performance.now();
  let count = 0;
  let longestBreak = 0;
  let last = begin;
  await cooperator
    .cooperate(function* () {
      for (let now = begin; now - begin < phaseMs; now = performance.now()) {
        longestBreak = Math.max(longestBreak, now - last);
        count += turn();
        last = performance.now();
        yield;
      }
    })
    .whenDone();
  const ms = performance.now() - begin;
  const expected = ((before + uninterrupted()) / 2) * ms;
  const { slices, longestSliceMs } = cooperator.stats();
  return (
    `  ${label}: ${((slices / ms) * 1000).toFixed(1)} slices/s, goodput ${(count / expected).toFixed(2)}, ` +
    `longest break ${longestBreak.toFixed(0)} ms, longest slice ${longestSliceMs.toFixed(0)} ms`
  );
}

async function measureAll() {
  for (const name of ['auto', 'message', 'postTask', 'timeout', 'animationFrame', 'idle']) {
    let scheduler;
    try {
      scheduler = schedulers[name]();
    } catch {
      continue; // this browser does not have it
    }
    const visible = await measure('visible', scheduler);
    await post('/hide');
    const hidden = await measure(document.hidden ? 'hidden' : 'NOT HIDDEN', scheduler);
    await post('/show');
    await post('/report', [name, visible, hidden].join('\n'));
  }
  return null;
}

await post('/done', await measureAll().catch((error) => `${error}`));
