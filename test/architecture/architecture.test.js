// What may know what. These tests read the sources and what was built from them: the release build of the library in
// build/release and the package's dist/.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as errors from '../../js/errors.js';
import { breakages } from '../verify/breakages.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path) => readFileSync(at(path), 'utf8');
const list = (directory, end) => readdirSync(at(directory)).filter((name) => name.endsWith(end));
const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, group]) => group);
const withoutComments = (source) => source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');

const includes = (path) => matches(read(path), /^\s*#\s*include\s+([<"][^>"]+[>"])/gm);
const imports = (path) => matches(read(path), /^\s*(?:import|export)\b(?:[^;']*?\bfrom\b)?\s*'([^']+)'/gm);
const statuses = [...read('include/cooperator/status.h').matchAll(/^\s*X\((\w+), (\d+), "/gm)].map(
  ([, name, number]) => ({ name, number: Number(number) }),
);

describe('the C library', () => {
  const symbols = execFileSync('nm', [at('build/release/libcooperator.a')], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.match(/^[0-9a-f ]{16} (\w) (\S+)$/))
    .filter((match) => match !== null)
    .map(([, type, name]) => ({ type, name }));

  test('needs nothing from outside but functions like memcpy', () => {
    expect(symbols.length).toBeGreaterThan(0);
    const defined = new Set(symbols.filter(({ type }) => type !== 'U').map(({ name }) => name));
    const needed = symbols.filter(({ type, name }) => type === 'U' && !defined.has(name)).map(({ name }) => name);
    // The last is what position-independent code refers to its own data by.
    const allowed = ['memcpy', 'memmove', 'memset', 'memcmp', '_GLOBAL_OFFSET_TABLE_'];
    expect(needed.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test('has no variable that could be written to, and so no state of its own', () => {
    // Constant tables of addresses are in sections that the linker makes read-only; nm calls those d, too.
    const sections = execFileSync('objdump', ['-t', at('build/release/libcooperator.a')], { encoding: 'utf8' });
    expect(matches(sections, /\sO (\.(?:data|bss)(?!\.rel\.ro)\S*\s+\S+\s+\S+)$/gm)).toEqual([]);
    expect(symbols.filter(({ type }) => 'BbCc'.includes(type))).toEqual([]);
  });

  test('defines only names that begin with coop_', () => {
    const global = symbols.filter(({ type }) => type !== 'U' && type === type.toUpperCase());
    expect(global.map(({ name }) => name).filter((name) => !name.startsWith('coop_'))).toEqual([]);
  });

  test('includes no header of a host', () => {
    const allowed = ['assert', 'float', 'limits', 'math', 'stdalign', 'stdbool', 'stddef', 'stdint', 'string'];
    for (const file of list('src', '.c')) {
      const system = matches(includes(`src/${file}`).join('\n'), /^<([^/]+)\.h>$/gm);
      expect({ file, foreign: system.filter((name) => !allowed.includes(name)) }).toEqual({ file, foreign: [] });
    }
  });

  test.each(list('include/cooperator', '.h'))('%s can be included by itself', (header) => {
    execFileSync(
      'gcc',
      [
        '-std=c11',
        '-Wall',
        '-Wextra',
        '-Wpedantic',
        '-Wconversion',
        '-Wshadow',
        '-Werror',
        '-fsyntax-only',
        `-I${at('include')}`,
        '-xc',
        '-',
      ],
      { input: `#include <cooperator/${header}>\n` },
    );
  });

  test('its headers include only what stands below them', () => {
    const order = ['status', 'host', 'deferred', 'cooperator', 'iterator', 'wasm'];
    for (const [rank, name] of order.entries()) {
      const above = order.slice(rank).map((other) => `cooperator/${other}.h`);
      const used = includes(`include/cooperator/${name}.h`).map((header) => header.slice(1, -1));
      expect({ name, upwards: used.filter((header) => above.includes(header)) }).toEqual({ name, upwards: [] });
    }
  });

  test('the bridge includes no private header', () => {
    // beside the public and the system's: the bridge itself, and the allocator of its folder, which knows no core
    const others = (file) => includes(`src/wasm/${file}`).filter((name) => !/^<(cooperator\/)?\w+\.h>$/.test(name));
    expect(includes('src/wasm/bridge.inc')).toContain('<cooperator/cooperator.h>');
    const files = [...list('src/wasm', '.c'), ...list('src/wasm', '.inc')];
    expect(Object.fromEntries(files.map((file) => [file, others(file)]))).toEqual({
      'bridge.inc': [],
      'memory.c': ['"memory.h"'],
      'package.c': ['"memory.h"', '"bridge.inc"'],
      'program.c': ['"bridge.inc"'],
    });
  });

  test('a program tells JavaScript of every function of the bridge', () => {
    const exported = matches(read('src/wasm/bridge.inc'), /\bEXPORT\((\w+)\)/g);
    const told = matches(read('src/wasm/program.c'), /\b(?:SHARED\(|ENTRY\(")(\w+)/g);
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((name) => !told.includes(name))).toEqual([]);
  });

  test('deferred.c knows no task', () => {
    expect(read('src/deferred.c')).not.toMatch(/coop_task|coop__task/);
  });
});

describe('the WebAssembly module', () => {
  const wasm = new WebAssembly.Module(readFileSync(at('dist/cooperator.wasm')));

  // Runs the library file as the linker does, to see which names it lists.
  function listed() {
    const library = {};
    const add = (...objects) => Object.assign(library, objects.at(-1));
    new Function('mergeInto', 'addToLibrary', 'LibraryManager', read('src/wasm/imports.js'))(add, add, { library });
    return Object.keys(library).filter((name) => !/__(sig|deps|proxy|postset|i53abi|async)$/.test(name));
  }

  test('imports only what imports.js lists, and the notice that memory has grown', () => {
    const needed = WebAssembly.Module.imports(wasm);
    expect(needed.filter(({ module, kind }) => module !== 'env' || kind !== 'function')).toEqual([]);
    const allowed = [...listed(), 'emscripten_notify_memory_growth'];
    expect(needed.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(needed.length).toBeLessThanOrEqual(12);
  });

  test('needs everything that imports.js lists', () => {
    const needed = WebAssembly.Module.imports(wasm).map(({ name }) => name);
    expect(listed().filter((name) => !needed.includes(name))).toEqual([]);
  });

  test('exports its memory and its function table', () => {
    expect(WebAssembly.Module.exports(wasm)).toEqual(
      expect.arrayContaining([
        { name: 'memory', kind: 'memory' },
        { name: '__indirect_function_table', kind: 'table' },
      ]),
    );
  });
});

describe('the JavaScript package', () => {
  const files = list('js', '.js');
  const uses = (file) => imports(`js/${file}`).map((name) => name.replace('./', ''));

  test('no file imports one that stands above it', () => {
    const layers = [
      ['index.js'],
      ['bind.js'],
      ['cooperator.js', 'task.js', 'schedulers.js', 'predicates.js', 'native.js'],
      ['exchange.js'],
      ['deferred.js'],
      ['handles.js'],
      ['wasm.js', 'errors.js'],
    ];
    const rank = (file) => layers.findIndex((layer) => layer.includes(file));
    const upwards = files.flatMap((file) =>
      uses(file)
        .filter((other) => rank(file) >= 0 && rank(other) >= 0 && rank(other) < rank(file))
        .map((other) => `${file} imports ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  test.each(['schedulers.js', 'predicates.js'])('%s knows no WebAssembly', (start) => {
    const reached = new Set([start]);
    for (const file of reached) {
      for (const other of uses(file)) if (files.includes(other)) reached.add(other);
    }
    expect([...reached]).not.toContain('wasm.js');
    expect(withoutComments(read(`js/${start}`))).not.toMatch(/WebAssembly|\bmemory\b/);
  });

  test('ready-made work needs nothing of the package but functions without state', () => {
    const inside = list('js/work', '.js');
    const all = inside.flatMap((file) => imports(`js/work/${file}`));
    const foreign = all.filter((name) => !inside.includes(name.slice(2)));
    expect([...new Set(foreign)].sort()).toEqual(['../describe.js', '../host.js', '../thenable.js']);
    expect(uses('work.js').filter((name) => !inside.includes(name.replace('work/', '')))).toEqual([]);
    expect(['describe.js', 'host.js', 'thenable.js'].flatMap(uses).filter((name) => name !== 'host.js')).toEqual([]);
  });

  test('a bundle without bind, or without native, has nothing of it', async () => {
    const bundle = (names) => {
      const source = `import { ${names} } from './dist/index.js'; globalThis.used = [${names}];`;
      return execFileSync(at('node_modules/.bin/esbuild'), ['--bundle', '--format=esm'], {
        cwd: at('.'),
        input: source,
        encoding: 'utf8',
      });
    };
    const ofBind = /host_retain|deferredFromC|cooperator_adopt/;
    expect(bundle('cooperate, bind')).toMatch(ofBind);
    expect(bundle('cooperate, native, Deferred')).not.toMatch(ofBind);
    const ofNative = /cooperate_native|its step returned/;
    expect(bundle('cooperate, native')).toMatch(ofNative);
    expect(bundle('cooperate, coiterate, Deferred, schedulers, predicates')).not.toMatch(ofNative);
  });

  test('only wasm.js instantiates the module and imports its bytes', () => {
    const knows = /\.wasm'|new WebAssembly\.(Module|Instance)\b/;
    const knowing = files.filter((file) => knows.test(withoutComments(read(`js/${file}`))));
    expect(knowing).toEqual(['wasm.js']);
  });
});

test('a computation in C has one source, in an example, in the demo or for both', () => {
  const names = ['examples/native', 'web-demo/native'].flatMap((folder) => list(folder, '.c'));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('the statuses of status.h', () => {
  test('have the same names and numbers in errors.js', () => {
    expect(statuses.length).toBeGreaterThan(0);
    expect(errors.STATUS_NAMES.map((name, number) => ({ name, number }))).toEqual(statuses);
    expect(statuses.map(({ name }) => ({ name, number: errors[name] }))).toEqual(statuses);
  });

  test('each become their own error', () => {
    const isError = ({ name }) => !['OK', 'PENDING', 'FAILURE'].includes(name);
    const made = statuses.filter(isError).map(({ name, number }) => [name, errors.errorFor(number).name]);
    expect(Object.fromEntries(made)).toEqual({
      NO_MEMORY: 'RangeError',
      INVALID_ARGUMENT: 'Error',
      SCHEDULER_STOPPED: 'SchedulerStopped',
      TASK_DONE: 'TaskDone',
      TASK_FAILED: 'TaskFailed',
      TASK_STOPPED: 'TaskStopped',
      NOT_PAUSED: 'NotPaused',
      ALREADY_CALLED: 'AlreadyCalledError',
      CANCELLED: 'CancelledError',
      TIMED_OUT: 'TimeoutError',
      CIRCULAR: 'TypeError',
      HOST_FAILED: 'Error',
    });
  });
});

test('each deliberate breakage names one place that there is', () => {
  expect(breakages.length).toBeGreaterThan(0);
  const places = breakages.map(({ file, what, from }) => ({ what, places: read(file).split(from).length - 1 }));
  expect(places.filter((breakage) => breakage.places !== 1)).toEqual([]);
});
