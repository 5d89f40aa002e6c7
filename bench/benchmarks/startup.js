// Milliseconds from the import of the package to the first turn of a task, in a process or page that has just started.

const inNode = globalThis.process?.send !== undefined;

export async function measure(part, { read }) {
  const url = new URL('./cooperator.js', import.meta.url);
  // In a page, import from a Blob, so that the figure does not include the network.
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
