// Usage: async-context.js <store>... creates a task in each of these AsyncLocalStorage stores ('none': in no store). The
// package is imported in the first one.
import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage();
const [first, ...rest] = process.argv.slice(2);
const { cooperate } =
  first === 'none' ? await import('cooperator') : await storage.run(first, () => import('cooperator'));

function* work(label) {
  for (let turn = 0; turn < 2; turn++) {
    console.log(label, storage.getStore() ?? 'none');
    yield;
  }
}

for (const label of [first, ...rest]) {
  if (label === 'none') cooperate(work(label));
  else storage.run(label, () => cooperate(work(label)));
}
