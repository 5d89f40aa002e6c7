// Captures which AsyncLocalStorage stores are active, so that a task's code runs with the stores of its creation.
//
// A program that uses no store should pay nothing in a turn, but no host has a public API that reports whether a store
// is active. Each host is therefore probed in its own way. On a host where the probe gives a wrong result, the context
// of every task is kept: correct, but slower.

import { apply, clearTimeout, getAsyncContext, getBuiltinModule, setAsyncContext, setTimeout } from './platform.js';

/**
 * A captured context. Node's AsyncResource has this interface.
 * @typedef {object} Scope
 * @property {(f: (...args: any[]) => any, self?: any, ...args: any[]) => any} runInAsyncScope  calls f in the context
 */

/** @type {Scope} */
const currentContext = { runInAsyncScope: (f, self, ...args) => apply(f, self, args) };

/**
 * A context without stores. Runs functions in the current context until `capture` first finds no store active: no task
 * needs a context without stores before that.
 */
export let empty = currentContext;

/**
 * Captures the current context. Returns `empty` itself if no store is active.
 * @type {() => Scope}
 */
export let capture = () => {
  capture = chooseCapture();
  const { Zone } = /** @type {any} */ (globalThis);
  if (typeof Zone?.current?.run === 'function') {
    inRootZone = (scope) => new ZoneScope(scope, Zone.root);
    capture = captureInZones(capture, Zone);
  }
  return capture();
};

/** Sets `empty` if it is not set yet. @param {() => Scope} make  creates a scope without stores */
function emptyFrom(make) {
  if (empty === currentContext) empty = inRootZone(make());
  return empty;
}

// ---- zone.js, which must be there before the first task: Angular updates the page after what ran in its zone ----

/** @type {(scope: Scope) => Scope} */
let inRootZone = (scope) => scope;

class ZoneScope {
  /** @param {Scope} scope @param {any} zone */
  constructor(scope, zone) {
    this.scope = scope;
    this.zone = zone;
  }

  /** @type {Scope['runInAsyncScope']} */
  runInAsyncScope(f, self, ...args) {
    return this.scope.runInAsyncScope(this.zone.run, this.zone, f, self, args);
  }
}

/** @param {() => Scope} captureStores @param {any} Zone @returns {() => Scope} */
function captureInZones(captureStores, Zone) {
  return () => {
    const scope = captureStores();
    const { current, root } = Zone;
    return current === root && scope === empty ? empty : new ZoneScope(scope, current);
  };
}

/** Returns the function that captures contexts on this host. @returns {() => Scope} */
function chooseCapture() {
  if (getAsyncContext !== undefined) return captureInDeno;
  const hooks = getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return () => emptyFrom(() => currentContext);
  const { AsyncLocalStorage, AsyncResource } = hooks;
  const make = () => new AsyncResource('cooperator');
  const frame = ownSymbols(make()).find(({ description }) => description === 'context_frame');
  if (Object.hasOwn(AsyncLocalStorage.prototype, '_propagate') && ownSymbols(make()).length !== 0) {
    return captureByHooks(AsyncResource);
  }
  // Node 24 and later keep all stores in one property of a resource; a host without that property is taken for Bun.
  const isEmpty = frame === undefined ? timersAreUnwrapped : (/** @type {any} */ scope) => scope[frame] === undefined;
  // Probe with a store of our own. In a separate scope, because `run` leaves something behind in Node.
  if (make().runInAsyncScope(() => new AsyncLocalStorage().run({}, () => isEmpty(make())))) return make;
  return () => {
    const scope = make();
    return isEmpty(scope) ? emptyFrom(() => scope) : scope;
  };
}

/** @param {object} resource */
function ownSymbols(resource) {
  return Object.getOwnPropertySymbols(resource);
}

// ---- Deno: the functions below its node:async_hooks, which itself takes 30 ms to load ----

class DenoScope {
  /** @param {unknown} context */
  constructor(context) {
    this.context = context;
  }

  /** @type {Scope['runInAsyncScope']} */
  runInAsyncScope(f, self, ...args) {
    const outer = getAsyncContext();
    setAsyncContext(this.context);
    try {
      return apply(f, self, args);
    } finally {
      setAsyncContext(outer);
    }
  }
}

function captureInDeno() {
  const context = getAsyncContext();
  return context === undefined ? emptyFrom(() => new DenoScope(context)) : new DenoScope(context);
}

// ---- Bun: while a store is active, setTimeout replaces the timer's callback by a visible wrapper ----

/** Long enough that the timer is always cleared before it fires. */
const LONG_MS = 1e6;
const doNothing = () => {};

function timersAreUnwrapped() {
  const timer = setTimeout(doNothing, LONG_MS);
  const callback = timer._onTimeout;
  clearTimeout(timer);
  return callback === doNothing;
}

// ---- Node before 24, and later without AsyncContextFrame: each store is a property of the async resource ----

/** The symbols that every resource has, by their descriptions. Any other symbol holds a store. */
const RESOURCE_SYMBOLS = ['async_id_symbol', 'trigger_async_id_symbol', 'context_frame', 'destroyed'];

/** @param {new (type: string) => any} AsyncResource  its instances are Scopes */
function captureByHooks(AsyncResource) {
  const make = () => new AsyncResource('cooperator');
  /** True once any init hook was seen. A store becomes active only after its AsyncLocalStorage has installed one. */
  let hooked = false;

  /** Runs functions in a copy of the resource, so that `enterWith` does not change the resource itself. */
  class HooksScope {
    /** @param {Scope} resource */
    constructor(resource) {
      this.resource = resource;
    }

    /** @type {Scope['runInAsyncScope']} */
    runInAsyncScope(f, self, ...args) {
      return this.resource.runInAsyncScope(make).runInAsyncScope(f, self, ...args);
    }
  }

  const neverHooked = () => {
    try {
      new AsyncResource(''); // Node rejects an empty type only while an init hook is installed.
    } catch {
      hooked = true;
    }
    return !hooked;
  };

  return () => {
    if (!hooked && neverHooked()) return emptyFrom(() => new HooksScope(make()));
    const resource = make();
    const hasStore = ownSymbols(resource).some(
      (symbol) => resource[symbol] !== undefined && !RESOURCE_SYMBOLS.includes(String(symbol.description)),
    );
    return hasStore ? new HooksScope(resource) : emptyFrom(() => new HooksScope(resource));
  };
}
