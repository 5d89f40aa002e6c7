// What the package's WebAssembly module imports and exports. build/wasm/cooperator.wasm is the module as it was linked,
// with the names of the sources. dist/cooperator.wasm is the same module with the short names that the bundles use.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import loadWabt from 'wabt';
import { DECODER } from '../../js/core/wasm-text.js';
import { rename, shortNames } from '../../scripts/package/core-names.mjs';
import { textOfBytes } from '../../scripts/package/wasm-text.mjs';
import { at, read } from './sources.js';

const linked = readFileSync(at('build/wasm/cooperator.wasm'));
const built = readFileSync(at('dist/cooperator.wasm'));
const wasm = new WebAssembly.Module(linked);
const imports = WebAssembly.Module.imports(wasm);
const names = shortNames(linked);

/** The names in src/wasm/imports.js, which is run as Emscripten's linker runs it. */
function listedImports() {
  const library = {};
  const add = (...objects) => Object.assign(library, objects.at(-1));
  new Function('mergeInto', 'addToLibrary', 'LibraryManager', read('src/wasm/imports.js'))(add, add, { library });
  return Object.keys(library).filter((name) => !/__(sig|deps|proxy|postset|i53abi|async)$/.test(name));
}

test('imports only the functions in imports.js, and the notification that memory has grown', () => {
  expect(imports.filter(({ module, kind }) => module !== 'env' || kind !== 'function')).toEqual([]);
  const allowed = [...listedImports(), 'emscripten_notify_memory_growth'];
  expect(imports.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
  expect(imports.length).toBeLessThanOrEqual(12);
});

test('imports every function in imports.js', () => {
  const found = imports.map(({ name }) => name);
  expect(listedImports().filter((name) => !found.includes(name))).toEqual([]);
});

test('exports its memory and its function table', () => {
  expect(WebAssembly.Module.exports(wasm)).toEqual(
    expect.arrayContaining([
      { name: 'memory', kind: 'memory' },
      { name: '__indirect_function_table', kind: 'table' },
    ]),
  );
});

describe('short names', () => {
  test('differ from each other, and only the memory and the initializer keep theirs', () => {
    const short = Object.values(names);
    expect(new Set(short).size).toBe(short.length);
    expect(short.filter((name) => !/^[a-zA-Z]{1,2}$/.test(name))).toEqual([]);
    const all = [...imports, ...WebAssembly.Module.exports(wasm)].map(({ name }) => name);
    expect(all.filter((name) => !(name in names)).sort()).toEqual(['_initialize', 'memory']);
  });

  test('are those of dist/cooperator.wasm, in which nothing else has changed', () => {
    expect(built.equals(rename(linked, names))).toBe(true);
    const back = Object.fromEntries(Object.entries(names).map(([long, short]) => [short, long]));
    expect(rename(built, back).equals(linked)).toBe(true);
  });

  test('are those of the bundles, which contain the same module', () => {
    const program = (module) => `
      const compiled = [];
      const { Module } = WebAssembly;
      globalThis.WebAssembly = { ...Object.fromEntries(Object.getOwnPropertyNames(WebAssembly).map(
        (name) => [name, WebAssembly[name]])), Module: class {
          constructor(bytes) {
            if (bytes.length < 1000) return new Module(bytes); // the one that decodes the text
            compiled.push(bytes);
            throw 1;
          }
        } };
      const { Deferred } = await import('${module}').then((all) => all.default ?? all);
      try { new Deferred().pause(); } catch {}
      process.stdout.write(Buffer.from(compiled[0]).toString('hex'));`;
    for (const file of ['index.js', 'index.cjs']) {
      const run = ['--input-type=module', '--eval', program(at(`dist/${file}`))];
      expect(Buffer.from(execFileSync(process.execPath, run, { encoding: 'utf8' }), 'hex').equals(built)).toBe(true);
    }
    // What is left is a key of the table for C programs.
    const withoutTable = read('dist/index.js').replace(/\bshortNames=\{[^}]*\}/, '');
    expect(withoutTable).not.toBe(read('dist/index.js'));
    const words = new Set(withoutTable.match(/\w+/g));
    expect(Object.keys(names).filter((name) => words.has(name))).toEqual([]);
  });

  test('are rejected in a module whose imports are not all functions', () => {
    const importOfMemory = [0, 97, 115, 109, 1, 0, 0, 0, 2, 8, 1, 1, 109, 1, 110, 2, 0, 1];
    expect(() => rename(Uint8Array.from(importOfMemory), {})).toThrow('n: the core may import functions only');
  });
});

describe('the text of the core', () => {
  test('is decoded by the module wasm-text.wat', async () => {
    const wabt = await loadWabt();
    const assembled = wabt.parseWat('wasm-text.wat', read('js/core/wasm-text.wat')).toBinary({});
    expect(DECODER).toEqual([...assembled.buffer]);
  });

  test('can have any bytes, and none of its characters is escaped or ends a script', () => {
    const all = Array.from(
      { length: 3 * 65536 },
      (_, index) => (index * 167 + (index >> 8) * 31 + (index >> 16)) & 255,
    );
    expect(new Set(all).size).toBe(256);
    for (const bytes of [[], ...[all.slice(0, 30000), built, linked].map((some) => [...some])]) {
      const text = textOfBytes(bytes);
      expect(text).toMatch(/^[#-[a-~]*$/);
      const { m: memory, d: decode } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(DECODER)))
        .exports;
      const view = new Uint8Array(memory.buffer);
      view.set(new TextEncoder().encode(text));
      expect([...view.subarray(0, decode(text.length))]).toEqual(bytes);
    }
    expect(read('dist/index.js')).not.toMatch(/<\/script|<!--/);
  });
});
