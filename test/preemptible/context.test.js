// The stores of AsyncLocalStorage that are active in the imports of a module while a task runs it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Cooperator } from 'cooperator';
import { preemptible, supported } from 'cooperator/preemptible';
import { program } from '../js/support/preemptible-modules.js';

const storage = new AsyncLocalStorage();

/** An instance whose `sum` notes the store that it sees. */
async function open(seen) {
  const p = preemptible({ turnMs: Number.MIN_VALUE });
  const env = { note: () => seen.push(storage.getStore()), back: () => 0, twice: () => 0 };
  await p.instantiate(Uint8Array.from(program), { env });
  return p;
}

if (supported) {
  test('J11: are those in which the task was made, in each of its turns', async () => {
    const cooperator = new Cooperator();
    const seen = { a: [], b: [] };
    const tasks = [];
    for (const name of ['a', 'b']) {
      const p = await open(seen[name]);
      tasks.push(storage.run(name, () => cooperator.cooperate(p.call(p.exports.sum, 20))));
    }
    for (const task of tasks) await task.whenDone();
    expect(seen).toStrictEqual({ a: Array(20).fill('a'), b: Array(20).fill('b') });
  });
} else {
  test('are those of the caller, with a limit', async () => {
    const seen = [];
    const p = await open(seen);
    storage.run('a', () => p.limit(10_000, p.exports.sum, 3));
    expect(seen).toStrictEqual(['a', 'a', 'a']);
  });
}
