// The functions that test/c/reentrant_calls.c calls from every callback are the public functions of the headers.
import { list, matches, read, withoutComments } from './sources.js';

/** Not part of the core: the rewriter has no callbacks, and wasm.h needs JavaScript; test/verify/bridge.mjs misuses it. */
const others = ['instrument.h', 'wasm.h'];

/** The declarations of functions, which begin a line, with their parameters; those with coop__ are not public. */
const declarations = list('include/cooperator', '.h')
  .filter((name) => !others.includes(name))
  .flatMap((name) => {
    const code = withoutComments(read(`include/cooperator/${name}`));
    return [...code.matchAll(/^[a-z][\w ]* \*?(coop_(?!_)\w+)\(([^;{}]*)\);/gm)];
  })
  .map(([, name, parameters]) => ({ name, parameters }));

const object = /\bcoop_(?:cooperator|task|deferred|timeout|stdhost|semaphore|queue) \*/;
const constObject = new RegExp(`const ${object.source}`, 'g');
const isQuery = ({ name, parameters }) => name === 'coop_wait_for' || !object.test(parameters.replace(constObject, ''));

const table = read('test/c/reentrant_calls.c');
const sorted = (names) => names.toSorted();

test('every public function is called', () => {
  expect(declarations.length).toBeGreaterThan(60);
  expect(sorted(matches(table, /\b(?:CALLS|QUERIES)\((coop_\w+)\)/g))).toEqual(
    sorted(declarations.map(({ name }) => name)),
  );
});

test('queries are the functions that get objects as pointers to const', () => {
  expect(sorted(matches(table, /\bQUERIES\((coop_\w+)\)/g))).toEqual(
    sorted(declarations.filter(isQuery).map(({ name }) => name)),
  );
});
