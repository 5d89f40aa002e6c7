// The layers of src/: which part of the core may call which other, and see which headers. src/common.h describes them.
//
// Calls are read from the object files of the release build, the headers from the preprocessor. So neither a macro nor
// a declaration without a header hides a dependency.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { at, list } from './sources.js';

/** The parts from the top downwards, each with the parts that it may use and the public headers that it may see. */
const parts = {
  sync: { uses: ['deferred'], publicHeaders: ['cooperator', 'deferred', 'host', 'iterator', 'status', 'sync'] },
  waits: {
    uses: ['task', 'queue', 'deferred', 'meter', 'nesting'],
    publicHeaders: ['cooperator', 'deferred', 'host', 'iterator', 'status', 'sync'],
  },
  cooperator: {
    uses: ['task', 'queue', 'meter', 'nesting'],
    publicHeaders: ['cooperator', 'deferred', 'host', 'status'],
  },
  task: {
    uses: ['queue', 'deferred', 'meter', 'nesting'],
    publicHeaders: ['cooperator', 'deferred', 'host', 'status'],
  },
  queue: { uses: ['meter', 'nesting'], publicHeaders: ['cooperator', 'deferred', 'host', 'status'] },
  deferred: { uses: ['nesting'], publicHeaders: ['deferred', 'host', 'status'] },
  nesting: { uses: [], publicHeaders: ['host', 'status'] },
  meter: { uses: [], publicHeaders: ['host', 'status'] },
  status: { uses: [], publicHeaders: ['status'] },
};
/** Every part may include this header; it declares nothing that is defined in a file. */
const COMMON = 'common';

/** 'src/deferred_internal.h' and 'deferred.c.o' belong to the part deferred. */
const partOf = (file) =>
  basename(file)
    .replace(/\..*/, '')
    .replace(/_internal$/, '');

/** Lists 'part -> other: function' for all calls from one part to another. */
function callsBetweenParts(...objectFiles) {
  const symbols = [];
  let part;
  for (const line of execFileSync('nm', objectFiles, { encoding: 'utf8' }).split('\n')) {
    const [, file] = line.match(/^(\S+\.o):$/) ?? [];
    if (file !== undefined) part = partOf(file);
    const [, type, name] = line.match(/^[0-9a-f ]{16} (\w) (\S+)$/) ?? [];
    if (name !== undefined) symbols.push({ part, name, defined: type !== 'U' });
  }
  const definedIn = new Map(symbols.filter(({ defined }) => defined).map(({ part, name }) => [name, part]));
  return symbols
    .filter(({ part, name, defined }) => !defined && definedIn.has(name) && definedIn.get(name) !== part)
    .map(({ part, name }) => ({ from: part, to: definedIn.get(name), name }));
}

const forbiddenCalls = (calls) =>
  calls
    .filter(({ from, to }) => !parts[from].uses.includes(to))
    .map(({ from, to, name }) => `${from} calls ${name} of ${to}`);

/** The headers of the project that a C file includes, directly or through others: 'src/queue.h'. */
function headersOf(file) {
  const rule = execFileSync('gcc', ['-MM', '-Iinclude', '-Isrc', file], { cwd: at('.'), encoding: 'utf8' });
  return rule
    .split(/[\s\\]+/)
    .slice(1)
    .filter((name) => name.endsWith('.h'));
}

function forbiddenHeaders(file) {
  const part = partOf(file);
  const { uses, publicHeaders } = parts[part];
  const allowed = (header) => {
    const [, publicHeader] = header.match(/^include\/cooperator\/(\w+)\.h$/) ?? [];
    return publicHeader !== undefined
      ? publicHeaders.includes(publicHeader)
      : header.startsWith('src/') && [part, COMMON, ...uses].includes(partOf(header));
  };
  return headersOf(file)
    .filter((header) => !allowed(header))
    .map((header) => `${part} includes ${header}`);
}

const library = at('build/release/libcooperator.a');

test('every source file is one of the parts', () => {
  expect(list('src', '.c').sort()).toEqual(
    Object.keys(parts)
      .map((part) => `${part}.c`)
      .sort(),
  );
  expect(list('src', '.h').filter((name) => ![COMMON, ...Object.keys(parts)].includes(partOf(name)))).toEqual([]);
});

test('the parts use only what is below them', () => {
  const order = Object.keys(parts);
  for (const [index, part] of order.entries()) {
    expect(order.slice(index + 1)).toEqual(expect.arrayContaining(parts[part].uses));
  }
});

test('no part calls a part that it may not use', () => {
  const calls = callsBetweenParts(library);
  expect(forbiddenCalls(calls)).toEqual([]);
  // That the list of calls is not empty, or cut short:
  expect(calls).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ from: 'cooperator', to: 'task' }),
      expect.objectContaining({ from: 'task', to: 'queue' }),
      expect.objectContaining({ from: 'task', to: 'deferred' }),
    ]),
  );
});

test.each(list('src', '.c'))('%s includes no header of a part that it may not use', (file) => {
  expect(forbiddenHeaders(`src/${file}`)).toEqual([]);
});

test('a call and an include that lead upwards are reported', () => {
  const folder = 'build/broken-core';
  rmSync(at(folder), { recursive: true, force: true });
  mkdirSync(at(folder));
  const file = `${folder}/meter.c`;
  writeFileSync(
    at(file),
    '#include "queue.h"\n#include <cooperator/iterator.h>\n' +
      'coop_status coop_broken(coop_task *task);\n' +
      'coop_status coop_broken(coop_task *task) { return coop_task_stop(task); }\n',
  );
  execFileSync('gcc', ['-std=c11', '-Iinclude', '-Isrc', '-c', file, '-o', `${file}.o`], { cwd: at('.') });
  expect(forbiddenCalls(callsBetweenParts(library, at(`${file}.o`)))).toEqual(['meter calls coop_task_stop of task']);
  expect(forbiddenHeaders(file).sort()).toEqual([
    'meter includes include/cooperator/cooperator.h',
    'meter includes include/cooperator/deferred.h',
    'meter includes include/cooperator/iterator.h',
    'meter includes src/nesting.h',
    'meter includes src/queue.h',
  ]);
});
