// Jest runs each test with a store of an AsyncLocalStorage in force, which the package keeps for the code of each task:
// a way of its own, on which test/js/async-context.node.test.js is. Out of it, tests go the way of nearly all programs.
import { AsyncResource } from 'node:async_hooks';

const outside = new AsyncResource('tests');
const moved = (test) => (name, f) => test(name, (...values) => outside.runInAsyncScope(f, null, ...values));
const { test } = globalThis;

globalThis.test = Object.assign(moved(test), { each: (table) => moved(test.each(table)) });
