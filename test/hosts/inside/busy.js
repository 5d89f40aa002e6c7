// A page that blocks its thread, and its worker.

const BUSY_MS = 300;
/** A slice takes 10 ms. If each had to be requested through the page's thread, there would be one or two. */
const ENOUGH = BUSY_MS / 10 / 4;
/** On a busy machine the worker may get little time. */
const ATTEMPTS = 10;

test("a worker's slices continue while the page is busy, and its messages arrive", async () => {
  const worker = new Worker('endless.js', { type: 'module' });
  const slices = () =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage('slices');
    });
  while ((await slices()) < 10);
  let most = 0;
  for (let attempt = 1; attempt <= ATTEMPTS && most <= ENOUGH; attempt++) {
    const before = await slices();
    const end = performance.now() + BUSY_MS;
    while (performance.now() < end);
    most = Math.max(most, (await slices()) - before);
  }
  worker.terminate();
  expect(most).toBeGreaterThan(ENOUGH);
});
