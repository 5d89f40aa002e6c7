const SLICE_MS = 5;

/** What one writes without a library: a queue, worked on for 5 ms, and then a hop. */
export async function inSlices(tasks, hop) {
  const queue = [...tasks];
  for (let next = 0; queue.length > 0;) {
    const end = performance.now() + SLICE_MS;
    do {
      if (queue[next]()) next += 1;
      else queue.splice(next, 1);
      if (next >= queue.length) next = 0;
    } while (queue.length > 0 && performance.now() < end);
    if (queue.length > 0) await hop();
  }
}
