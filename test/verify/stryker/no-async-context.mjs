// Jest runs each test inside an AsyncLocalStorage store, and the package preserves that for the code of each task. Most
// programs have no store, so here the tests run without one; test/js/async-context.node.test.js makes its own.
import { AsyncResource } from 'node:async_hooks';

const outside = new AsyncResource('tests');
const moved = (test) => (name, f) => test(name, (...values) => outside.runInAsyncScope(f, null, ...values));
const { test } = globalThis;

globalThis.test = Object.assign(moved(test), { each: (table) => moved(test.each(table)) });
