// What the package's WebAssembly module imports and exports: dist/cooperator.wasm.
import { readFileSync } from 'node:fs';
import { at, read } from './sources.js';

const wasm = new WebAssembly.Module(readFileSync(at('dist/cooperator.wasm')));
const imports = WebAssembly.Module.imports(wasm);

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
  const names = imports.map(({ name }) => name);
  expect(listedImports().filter((name) => !names.includes(name))).toEqual([]);
});

test('exports its memory and its function table', () => {
  expect(WebAssembly.Module.exports(wasm)).toEqual(
    expect.arrayContaining([
      { name: 'memory', kind: 'memory' },
      { name: '__indirect_function_table', kind: 'table' },
    ]),
  );
});
