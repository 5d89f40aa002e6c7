const SLICE_MS = 5;

/** What one writes without a library: a round-robin loop that awaits `yieldToHost` every 5 ms. */
export async function runInSlices(tasks, yieldToHost) {
  const queue = [...tasks];
  for (let next = 0; queue.length > 0;) {
    const end = performance.now() + SLICE_MS;
    do {
      if (queue[next]()) next += 1;
      else queue.splice(next, 1);
      if (next >= queue.length) next = 0;
    } while (queue.length > 0 && performance.now() < end);
    if (queue.length > 0) await yieldToHost();
  }
}
