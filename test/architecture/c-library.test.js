// What the C library needs from its host and gives to a program: the release build, and the headers.
import { execFileSync, spawnSync } from 'node:child_process';
import { at, includes, list, matches, read } from './sources.js';

const library = at('build/release/libcooperator.a');
const symbols = execFileSync('nm', [library], { encoding: 'utf8' })
  .split('\n')
  .map((line) => line.match(/^[0-9a-f ]{16} (\w) (\S+)$/))
  .filter((match) => match !== null)
  .map(([, type, name]) => ({ type, name }));

test('the library needs only functions like memcpy', () => {
  expect(symbols.length).toBeGreaterThan(0);
  const defined = new Set(symbols.filter(({ type }) => type !== 'U').map(({ name }) => name));
  const needed = symbols.filter(({ type, name }) => type === 'U' && !defined.has(name)).map(({ name }) => name);
  // Position-independent code refers to its own data through _GLOBAL_OFFSET_TABLE_.
  const allowed = ['memcpy', 'memmove', 'memset', 'memcmp', '_GLOBAL_OFFSET_TABLE_'];
  expect(needed.filter((name) => !allowed.includes(name))).toEqual([]);
});

describe.each(['gcc', 'clang'])('compiled by %s', (compiler) => {
  // status.c does not calculate.
  const files = list('src', '.c').filter((file) => file !== 'status.c');
  const compile = (file, ...flags) =>
    spawnSync(compiler, ['-std=c11', '-fsyntax-only', `-I${at('include')}`, ...flags, at(`src/${file}`)], {
      encoding: 'utf8',
    });

  test.each(files)('%s refuses fast mathematics', (file) => {
    for (const flag of ['-ffast-math', '-Ofast', '-ffinite-math-only']) {
      const { status, stderr } = compile(file, flag);
      expect(stderr).toMatch(/error: .*cooperator cannot be compiled with -ffast-math/);
      expect(status).not.toBe(0);
      expect(compile(file, flag, '-fno-fast-math')).toMatchObject({ status: 0 });
    }
  });
});

test('the library has no writable variable, and so no state of its own', () => {
  // Constant tables of addresses are in .data.rel.ro, which the linker makes read-only; nm reports it as d, too.
  const sections = execFileSync('objdump', ['-t', library], { encoding: 'utf8' });
  expect(matches(sections, /\sO (\.(?:data|bss)(?!\.rel\.ro)\S*\s+\S+\s+\S+)$/gm)).toEqual([]);
  expect(symbols.filter(({ type }) => 'BbCc'.includes(type))).toEqual([]);
});

test('the library defines only names that begin with coop_', () => {
  const global = symbols.filter(({ type }) => type !== 'U' && type === type.toUpperCase());
  expect(global.map(({ name }) => name).filter((name) => !name.startsWith('coop_'))).toEqual([]);
});

test.each(list('src', '.c', '.h'))('%s includes no header of an operating system', (file) => {
  const allowed = ['assert', 'float', 'limits', 'math', 'stdalign', 'stdbool', 'stddef', 'stdint', 'string'];
  const system = includes(`src/${file}`).filter((name) => name.startsWith('<') && !name.startsWith('<cooperator/'));
  expect(system.filter((name) => !allowed.includes(name.slice(1, -'.h>'.length)))).toEqual([]);
});

describe('the public headers', () => {
  const headers = list('include/cooperator', '.h').map((name) => name.replace('.h', ''));
  /** From the bottom to the top: each may include those before it. */
  const order = ['status', 'host', 'deferred', 'cooperator', 'stdhost', 'iterator', 'sync', 'wasm', 'instrument'];

  test.each(headers)('%s.h compiles on its own', (name) => {
    const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror'];
    execFileSync('gcc', ['-std=c11', ...warnings, '-fsyntax-only', `-I${at('include')}`, '-xc', '-'], {
      input: `#include <cooperator/${name}.h>\n`,
    });
  });

  test.each(headers)('%s.h includes only headers below it', (name) => {
    expect(order).toContain(name);
    const used = matches(includes(`include/cooperator/${name}.h`).join('\n'), /^[<"](?:cooperator\/)?(\w+)\.h[>"]$/gm);
    expect(used.filter((other) => order.indexOf(other) >= order.indexOf(name))).toEqual([]);
  });
});

describe('what stands beside the core', () => {
  // Only public headers: this proves that the public API is enough for an embedder.
  test.each(['src/wasm', 'src/stdhost'])('%s includes only public headers, and files in the same folder', (folder) => {
    const files = list(folder, '.c', '.h', '.inc');
    expect(files.length).toBeGreaterThan(0);
    const others = files.flatMap((file) => includes(`${folder}/${file}`)).filter((name) => !/^<[\w/]+\.h>$/.test(name));
    expect(others.filter((name) => !files.includes(name.slice(1, -1)))).toEqual([]);
  });

  test('the bridge is written against the public API', () => {
    expect(includes('src/wasm/bridge.inc')).toContain('<cooperator/cooperator.h>');
  });

  test.each(['memory.c', 'memory.h'])('%s, the allocator of the package, includes no header of the core', (file) => {
    expect(includes(`src/wasm/${file}`).filter((name) => name.includes('cooperator'))).toEqual([]);
  });

  test('a C program offers JavaScript every function that the bridge exports', () => {
    const exported = matches(read('src/wasm/bridge.inc'), /\bEXPORT\((\w+)\)/g);
    const offered = matches(read('src/wasm/program.c'), /\b(?:SHARED\(|ENTRY\(")(\w+)/g);
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((name) => !offered.includes(name))).toEqual([]);
  });
});

test('a computation in C has one source, in an example, in the demo or for both', () => {
  const names = ['examples/native', 'web-demo/native'].flatMap((folder) => list(folder, '.c'));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
