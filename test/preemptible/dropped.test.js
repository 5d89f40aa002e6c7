// Suspended computations that nobody will continue must not stay in memory.
import { InstanceLost, preemptible } from 'cooperator/preemptible';
import { program } from '../js/support/preemptible-modules.js';

const impatient = { shouldYield: () => true };
const supported = typeof WebAssembly.Suspending === 'function';

async function open(options) {
  const p = preemptible({ turnMs: Number.MIN_VALUE, ...options });
  await p.instantiate(Uint8Array.from(program), { env: { note() {}, back: () => 0, twice: () => 0 } });
  return p;
}

/** Begins a call and forgets it. */
async function drop(p) {
  await p.call(p.exports.forever)(impatient)[Symbol.asyncIterator]().next();
  expect(p.state).toBe('busy');
}

async function collect(condition) {
  for (let time = 0; time < 100 && !condition(); time++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

if (supported) {
  test("a call that is dropped is ended: the instance is lost, or put back with 'restore'", async () => {
    const [lost, restored] = [await open(), await open({ onStop: 'restore' })];
    await drop(lost);
    await drop(restored);
    await collect(() => lost.state !== 'busy' && restored.state !== 'busy');
    expect(lost.state).toBe('lost');
    expect(() => lost.exports.sum(1)).toThrow(InstanceLost);
    expect(restored.state).toBe('idle');
    expect(restored.exports.calls.value).toBe(0);
  });

  test('thousands of calls that were stopped leave nothing in memory', async () => {
    const p = await open({ onStop: 'restore' });
    const run = async (calls) => {
      for (let n = 0; n < calls; n++) {
        const steps = p.call(p.exports.forever)(impatient)[Symbol.asyncIterator]();
        await steps.next();
        await steps.return();
        if (n % 100 === 0) await new Promise(setImmediate);
      }
      globalThis.gc();
      return process.memoryUsage().heapUsed;
    };
    const before = await run(1000);
    expect((await run(5000)) - before).toBeLessThan(5000 * 200);
  });
} else {
  test('in this host there are none', () => expect(supported).toBe(false));
}
