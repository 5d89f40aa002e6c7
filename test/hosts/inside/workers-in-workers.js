// A page with a worker that has a worker.

/** In a worker of Firefox 153, about one call of `new Worker` in a hundred never returns, whatever it starts. */
const ATTEMPTS = navigator.userAgent.includes('Firefox') ? 3 : 1;
const ANSWER_MS = 5000;

test('jobs of a worker run in a worker of its own', async () => {
  expect(await firstAnswer([1, 2, 3])).toStrictEqual([2, 4, 6]);
});

async function firstAnswer(message) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const worker = new Worker('nested.js', { type: 'module' });
    const answer = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message: text }) => reject(new Error(text));
      worker.postMessage(message);
      setTimeout(resolve, ANSWER_MS);
    });
    worker.terminate();
    if (answer !== undefined) return answer;
  }
  throw new Error(`no answer in ${ANSWER_MS} ms`);
}
