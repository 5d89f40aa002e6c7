// The stores of AsyncLocalStorage that were in force when a task was made, for its code to run in. Hosts tell by no
// public means whether any store is in force, and what does not use them is to cost nothing. So each host is asked in
// its own way, and one that does not answer as expected has every task's context kept, which is right and slower.

import { clearTimeout, getAsyncContext, getBuiltinModule, setAsyncContext, setTimeout } from './platform.js';

/**
 * What was in force at some time; Node's AsyncResource is one.
 * @typedef {object} Scope
 * @property {(f: (...args: any[]) => any, self?: any, ...args: any[]) => any} runInAsyncScope  calls f with it in force
 */

/** @type {Scope} */
const anything = { runInAsyncScope: (f, self, ...args) => Reflect.apply(f, self, args) };

/** With no store in force, once `capture` has come across that; until then there is no task that needs it. */
export let empty = anything;

/**
 * What is in force now. `empty` itself, if nothing is.
 * @type {() => Scope}
 */
export let capture = () => {
  capture = choose();
  return capture();
};

/** @param {() => Scope} make  makes a scope with no store in force */
function foundEmpty(make) {
  if (empty === anything) empty = make();
  return empty;
}

/** @returns {() => Scope} */
function choose() {
  if (getAsyncContext !== undefined) return captureInDeno;
  const hooks = getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return () => empty;
  const { AsyncLocalStorage, AsyncResource } = hooks;
  const make = () => new AsyncResource('cooperator');
  const frame = ownSymbols(make()).find(({ description }) => description === 'context_frame');
  if (Object.hasOwn(AsyncLocalStorage.prototype, '_propagate') && ownSymbols(make()).length !== 0) {
    return captureByHooks(AsyncResource);
  }
  const isEmpty = frame === undefined ? timersTell : (/** @type {any} */ scope) => scope[frame] === undefined;
  // in a scope of its own, because Node leaves something behind after `run`
  if (make().runInAsyncScope(() => new AsyncLocalStorage().run({}, () => isEmpty(make())))) return make;
  return () => {
    const scope = make();
    return isEmpty(scope) ? foundEmpty(() => scope) : scope;
  };
}

/** @param {object} resource */
function ownSymbols(resource) {
  return Object.getOwnPropertySymbols(resource);
}

// ---- Deno, whose node:async_hooks is made of the same, and takes 30 ms to load ----

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
      return Reflect.apply(f, self, args);
    } finally {
      setAsyncContext(outer);
    }
  }
}

function captureInDeno() {
  const context = getAsyncContext();
  return context === undefined ? foundEmpty(() => new DenoScope(context)) : new DenoScope(context);
}

// ---- Bun, which has a timer's callback in a wrapper that shows, where there is a store to be kept with it ----

const LONG_MS = 1e6;
const nothing = () => {};

function timersTell() {
  const timer = setTimeout(nothing, LONG_MS);
  const kept = timer._onTimeout;
  clearTimeout(timer);
  return kept === nothing;
}

// ---- Node before 24, and later ones that are told to: a store is a property of what is being called back ----

/** What each resource has of its own, by the names of its symbols. */
const OWN = ['async_id_symbol', 'trigger_async_id_symbol', 'context_frame', 'destroyed'];

/** @param {new (type: string) => any} AsyncResource  which is a Scope */
function captureByHooks(AsyncResource) {
  const make = () => new AsyncResource('cooperator');
  /** Has anything ever hooked into the making of resources, as a store does before it can be in force? */
  let hooked = false;

  /** Does not let `enterWith` change the resource that is kept. */
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

  const nothingHooked = () => {
    try {
      new AsyncResource(''); // only hooks mind that it has no name
    } catch {
      hooked = true;
    }
    return !hooked;
  };

  return () => {
    if (!hooked && nothingHooked()) return foundEmpty(() => new HooksScope(make()));
    const resource = make();
    const inForce = ownSymbols(resource).some(
      (symbol) => resource[symbol] !== undefined && !OWN.includes(String(symbol.description)),
    );
    return inForce ? new HooksScope(resource) : foundEmpty(() => new HooksScope(resource));
  };
}
