// A page that is busy, and its worker.

const BUSY_MS = 300;

test("a worker's slices go on while the page is busy, and it hears what it is told", async () => {
  const worker = new Worker('endless.js', { type: 'module' });
  const slices = () =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage('slices');
    });
  while ((await slices()) < 10);
  const before = await slices();
  const end = performance.now() + BUSY_MS;
  while (performance.now() < end);
  const after = await slices();
  worker.terminate();
  // Of 10 ms each; those that come through the page's thread would be one or two.
  expect(after - before).toBeGreaterThan(BUSY_MS / 10 / 4);
});
