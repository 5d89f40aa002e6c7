// The time from the import of the package to the first turn of a task, in a process or page that has only started.

export const title = 'Start';
export const times = 3;
export const parts = () => ['import to first turn'];

const inNode = globalThis.process?.send !== undefined;

/** Milliseconds. */
export async function measure(part, { read }) {
  const url = new URL('./cooperator.js', import.meta.url);
  // In a page without the way over the network, which has nothing to do with the package.
  const source = inNode ? url : URL.createObjectURL(new Blob([await read(url.href)], { type: 'text/javascript' }));
  const begin = performance.now();
  const { cooperate } = await import(source);
  const imported = performance.now();
  return new Promise((resolve) => {
    cooperate(function* firstTurn() {
      const turn = performance.now();
      resolve({ imported: imported - begin, turn: turn - begin });
    });
  });
}
