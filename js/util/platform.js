// The host's functions, captured once at import. Fake timers that a test installs later therefore neither stop the
// package nor are driven by it.

const host = /** @type {any} */ (globalThis);

export const {
  setTimeout,
  clearTimeout,
  requestAnimationFrame,
  cancelAnimationFrame,
  requestIdleCallback,
  cancelIdleCallback,
  queueMicrotask,
  AbortController,
  TextEncoder,
  document,
} = host;

/** In the edge runtime of Next.js and Vercel, functions of Node exist and throw when they are called. */
const isEdgeRuntime = host.EdgeRuntime !== undefined;

export const { setImmediate, clearImmediate } = isEdgeRuntime ? /** @type {any} */ ({}) : host;

/** Captured, because a program can replace the methods `apply` and `call` of a function. */
export const { apply } = Reflect;

/**
 * The functions on which Deno builds its node:async_hooks; undefined elsewhere. Deno exposes them without promising to
 * keep them.
 * @type {{ getAsyncContext: () => unknown, setAsyncContext: (context: unknown) => void }}
 */
export const { getAsyncContext, setAsyncContext } = host.Deno?.[host.Deno.internal]?.core ?? {};

/**
 * process.getBuiltinModule of Node and Bun, if it works: that of Next.js' edge runtime throws. Not read in Deno, where
 * merely reading `process` takes 20 ms.
 */
export const getBuiltinModule = /* @__PURE__ */ findBuiltinModule();

function findBuiltinModule() {
  try {
    const find = /** @type {any} */ (getAsyncContext) ? undefined : host.process.getBuiltinModule;
    return find('node:async_hooks') && find;
  } catch {
    return undefined;
  }
}

/**
 * Node creates globals such as MessageChannel at the first access, which takes a millisecond: read them only on use.
 */
const hasLazyGlobals = getBuiltinModule !== undefined && requestAnimationFrame === undefined;
const MessageChannelOfHost = hasLazyGlobals || isEdgeRuntime ? undefined : host.MessageChannel;

/** Undefined where globals are lazy: only a workaround for WebKit needs them. @type {Partial<typeof globalThis>} */
export const { BroadcastChannel, crypto } = hasLazyGlobals ? {} : host;

/** Returns the host's MessageChannel class. @returns {typeof MessageChannel | undefined} */
export const messageChannel = () =>
  hasLazyGlobals ? getBuiltinModule('node:worker_threads').MessageChannel : MessageChannelOfHost;

/** scheduler.postTask; undefined if the host has none. */
export const postTask = host.scheduler?.postTask?.bind(host.scheduler);

/**
 * True in WebKit. A user-agent check, excluding Chromium and jsdom: no feature test reveals how WebKit routes messages.
 */
export const isWebKit = /AppleWebKit(?!.*Chrom)/.test(host.navigator?.userAgent) && !host.process?.versions?.node;

/** navigator.scheduling.isInputPending; undefined if the host has none. @type {(() => boolean) | undefined} */
export const isInputPending = host.navigator?.scheduling?.isInputPending?.bind(host.navigator.scheduling);

/** User Timing, for the DevTools timeline; undefined if the host has none. */
export const { performance } = host;

/** The time in milliseconds, from a monotonic clock if the host has one. @type {() => number} */
export const now = host.performance === undefined ? Date.now : host.performance.now.bind(host.performance);
