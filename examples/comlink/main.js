// A page that lets a worker compute, and can pause and stop it.
import { proxy, wrap } from 'comlink';

const worker = wrap(new Worker(new URL('worker.js', import.meta.url), { type: 'module' }));
const output = document.querySelector('output');
const bar = document.querySelector('progress');
const onClick = (id, listener) => document.getElementById(id).addEventListener('click', listener);

onClick('start', async () => {
  output.textContent = 'running';
  try {
    const { start, steps } = await worker.search(
      proxy(({ done, total }) => {
        bar.value = done / total;
      }),
    );
    output.textContent = `${start} takes ${steps} steps`;
  } catch (error) {
    output.textContent = `${error.name}: ${error.message}`;
  }
});
for (const [id, state] of Object.entries({ pause: 'paused', resume: 'running' })) {
  onClick(id, async () => {
    await worker[id]();
    output.textContent = state;
  });
}
onClick('stop', () => worker.stop());
