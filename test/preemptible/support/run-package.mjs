// node run-package.mjs <package> <mode>: prints as JSON what became of the package's long call.
//   plain        called as usual, without a task
//   every-check  as a task that is suspended at every check, twice
//   stopped      as a task that is stopped at random checks and put back, and then once to its end
//   one-piece    as a task that is never suspended
//   limited      with a limit that stops it at its first check, after which it is put back; and then without
import crypto from 'node:crypto';
import { preemptible } from 'cooperator/preemptible';
import { inOnePiece, packages } from './packages.js';

// What modules draw from them would be in their memory.
Math.random = () => 0.5;
Date.now = () => 1e12;
performance.now = () => 1e6;
globalThis.crypto.getRandomValues = crypto.randomFillSync = (array) => array.fill(7);

const [name, mode] = process.argv.slice(2);
const open = packages[name] ?? inOnePiece[name];

/** So short that every check ends the turn. */
const EVERY_CHECK = Number.MIN_VALUE;
const impatient = { shouldYield: () => true };
function stepsOf(p, call) {
  const work = p.call(...call);
  return work(impatient)[Symbol.asyncIterator]();
}

/** @returns {Promise<{ result: any, hash: string, turns: number }>} */
async function finish(p, memory, { call, finish }) {
  const steps = stepsOf(p, call);
  for (let turns = 1; ; turns++) {
    const { done, value } = await steps.next();
    if (done) return { hash: hashOf(memory), result: finish(value), turns };
  }
}

/** The call may have left anything in the memory, but always the same. */
const hashOf = (memory) => crypto.createHash('sha256').update(new Uint8Array(memory.buffer)).digest('hex');

/** Returns true if a memory is what it was; what it has grown by must be 0. */
function isAsBefore(memory, before) {
  const after = Buffer.from(memory.buffer);
  return after.subarray(0, before.length).equals(before) && after.subarray(before.length).every((byte) => byte === 0);
}
const copyOf = (memory) => Buffer.from(new Uint8Array(memory.buffer));

const modes = {
  async plain() {
    const { memory, prepare } = await open(preemptible());
    const { call, finish } = prepare();
    const [f, ...args] = call;
    const value = f(...args);
    return { hash: hashOf(memory), result: finish(value) };
  },

  async 'every-check'() {
    const p = preemptible({ turnMs: EVERY_CHECK });
    const { memory, prepare } = await open(p);
    const first = await finish(p, memory, prepare());
    const { result } = await finish(p, memory, prepare());
    return { ...first, again: result, state: p.state, uncutMs: p.stats().uncutMs };
  },

  async 'one-piece'() {
    console.warn = () => {}; // It may well take so long that there is a warning.
    const p = preemptible({ turnMs: EVERY_CHECK });
    const { memory, prepare } = await open(p);
    return finish(p, memory, prepare());
  },

  async stopped() {
    const p = preemptible({ turnMs: EVERY_CHECK, onStop: 'restore' });
    const { memory, prepare } = await open(p);
    const prepared = prepare();
    const before = copyOf(memory);
    let seed = 1;
    let restored = 0;
    const stopsAt = [];
    for (let time = 1; time <= 20; time++) {
      seed = (seed * 48271) % 2147483647;
      const steps = stepsOf(p, prepared.call);
      let turns = 0;
      for (; turns <= seed % (time * 10); turns++) {
        if ((await steps.next()).done) throw new Error('the call is too short');
      }
      await steps.return();
      stopsAt.push(turns);
      if (p.state === 'idle' && isAsBefore(memory, before)) restored++;
    }
    return { restored, stopsAt, ...(await finish(p, memory, prepared)) };
  },

  async limited() {
    const p = preemptible({ onStop: 'restore' });
    const { memory, prepare } = await open(p);
    const { call, finish } = prepare();
    const before = copyOf(memory);
    let error;
    try {
      p.limit(0, ...call);
    } catch (thrown) {
      error = thrown.name;
    }
    return { error, restored: isAsBefore(memory, before), state: p.state, result: finish(p.limit(Infinity, ...call)) };
  },
};

console.log(JSON.stringify(await modes[mode]()));
