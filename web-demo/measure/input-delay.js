// Measures how long inputs wait until the page begins to handle them. The visitor's inputs are measured by their
// timestamps and, where the browser supports it, by Event Timing. Probes are messages that a worker sends ten times a
// second; they wait as inputs do, and there are some even if the visitor does nothing.

const TYPES = ['pointerdown', 'keydown', 'input'];

/** @param {(delayMs: number, kind: 'input' | 'probe') => void} report */
export function watchInputDelay(report) {
  for (const type of TYPES) {
    addEventListener(
      type,
      (event) => {
        if (event.isTrusted) report(Math.max(0, performance.now() - event.timeStamp), 'input');
      },
      { capture: true, passive: true },
    );
  }
  watchOtherSlowEvents(report);

  const worker = new Worker(new URL('./probe-worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data: sentAt }) => {
    report(Math.max(0, performance.timeOrigin + performance.now() - sentAt), 'probe');
  });
  document.addEventListener('visibilitychange', () => worker.postMessage(!document.hidden));
}

/** Event Timing also reports slow events of types that no listener above handles. */
function watchOtherSlowEvents(report) {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes('event')) return;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId && !TYPES.includes(entry.name)) report(entry.processingStart - entry.startTime, 'input');
    }
  }).observe({ type: 'event', durationThreshold: 16 });
}
