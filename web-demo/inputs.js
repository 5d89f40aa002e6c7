// How long inputs wait until the page begins to handle them. The visitor's own are told by Event Timing, where the
// browser has it, and by their timestamps; and a worker sends a message ten times a second, which waits as they do.

const TYPES = ['pointerdown', 'keydown', 'input'];

/** Calls `told(delayMs, 'input' | 'probe')`. */
export function watchInputs(told) {
  for (const type of TYPES) {
    addEventListener(
      type,
      (event) => {
        if (event.isTrusted) told(Math.max(0, performance.now() - event.timeStamp), 'input');
      },
      { capture: true, passive: true },
    );
  }
  watchSlowEvents(told);

  const worker = new Worker(new URL('./probe-worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data: sent }) => {
    told(Math.max(0, performance.timeOrigin + performance.now() - sent), 'probe');
  });
  document.addEventListener('visibilitychange', () => worker.postMessage(!document.hidden));
}

/** Event Timing also knows the slow events that no listener above is for. */
function watchSlowEvents(told) {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes('event')) return;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId && !TYPES.includes(entry.name)) told(entry.processingStart - entry.startTime, 'input');
    }
  }).observe({ type: 'event', durationThreshold: 16 });
}
