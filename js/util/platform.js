// The host's functions, taken once, when the package is imported: a test's fake timers, which replace them
// later, neither stop the package nor are stopped by it.

const host = /** @type {any} */ (globalThis);

export const {
  setTimeout,
  clearTimeout,
  setImmediate,
  clearImmediate,
  requestAnimationFrame,
  cancelAnimationFrame,
  requestIdleCallback,
  cancelIdleCallback,
  queueMicrotask,
  AbortController,
  Buffer,
  document,
} = host;

/**
 * What Deno's node:async_hooks is made of, which Deno gives out, but does not promise.
 * @type {{ getAsyncContext: () => unknown, setAsyncContext: (context: unknown) => void }}
 */
export const { getAsyncContext, setAsyncContext } = host.Deno?.[host.Deno.internal]?.core ?? {};

/** Of Node and its like. In Deno, where it is not needed, the mere mention of `process` takes 20 ms. */
export const getBuiltinModule = getAsyncContext === undefined ? host.process?.getBuiltinModule : undefined;

/** Node makes its MessageChannel when it is first looked at, which takes a millisecond: only when it is wanted. */
const late = getBuiltinModule !== undefined && requestAnimationFrame === undefined;
const channel = late ? undefined : host.MessageChannel;

/** Not for Node, which they would take as long. @type {Partial<typeof globalThis>} */
export const { BroadcastChannel, crypto } = late ? {} : host;

/** The host's MessageChannel. @returns {typeof MessageChannel | undefined} */
export const messageChannel = () => (late ? getBuiltinModule('node:worker_threads').MessageChannel : channel);

/** scheduler.postTask, where the host has it. */
export const postTask = host.scheduler?.postTask?.bind(host.scheduler);

/**
 * Is it WebKit? By its name, which Chromium and Node's imitations of pages have taken over: what is asked for is how it
 * works inside, of which no feature tells.
 */
export const isWebKit = /AppleWebKit(?!.*Chrom)/.test(host.navigator?.userAgent) && !host.process?.versions?.node;

/** navigator.scheduling.isInputPending, where the host has it. @type {(() => boolean) | undefined} */
export const isInputPending = host.navigator?.scheduling?.isInputPending?.bind(host.navigator.scheduling);

/** For the DevTools timeline; absent where there is no User Timing. */
export const { performance } = host;

/** Milliseconds on a clock that is not put back, where the host has one. @type {() => number} */
export const now = host.performance === undefined ? Date.now : host.performance.now.bind(host.performance);
