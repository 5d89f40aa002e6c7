// What the files of js/ may know, beyond their imports, and what bundlers leave out of the package.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { at, read, withoutComments } from './sources.js';

const files = readdirSync(at('js'), { recursive: true }).filter((name) => name.endsWith('.js'));
const filesWith = (pattern) => files.filter((file) => pattern.test(withoutComments(read(`js/${file}`)))).sort();

test('only js/core uses WebAssembly', () => {
  const users = filesWith(/\bWebAssembly\.|typeof WebAssembly\b/);
  expect(users.filter((file) => !file.startsWith('core/'))).toEqual([]);
  expect(users).toContain('core/wasm.js');
});

test('only js/core/wasm.js compiles a module and imports the bytes of the core', () => {
  expect(filesWith(/\.wasm'|new WebAssembly\.Module\b/)).toEqual(['core/wasm.js']);
});

test('schedulers and predicates know neither WebAssembly nor its memory', () => {
  const mentions = filesWith(/WebAssembly|\bmemory\b/);
  expect(mentions.filter((file) => file.startsWith('scheduling/'))).toEqual([]);
});

describe('what a bundle of the package contains', () => {
  /** The text of a bundle that imports these names. */
  const bundle = (names) =>
    execFileSync(at('node_modules/.bin/esbuild'), ['--bundle', '--format=esm'], {
      cwd: at('.'),
      input: `import { ${names} } from './dist/index.js'; globalThis.used = [${names}];`,
      encoding: 'utf8',
    });

  test.each([
    ['bind', ['host_retain', 'deferredFromC', 'cooperator_bind']],
    ['native', ['native_task_create', 'native: step', 'its step returned']],
  ])('nothing of %s if it is not imported', (name, marks) => {
    const others = ['cooperate', 'coiterate', 'Deferred', 'schedulers', 'predicates', 'native'];
    const withIt = bundle(`cooperate, ${name}`);
    const withoutIt = bundle(others.filter((other) => other !== name).join(', '));
    expect(marks.filter((mark) => !withIt.includes(mark))).toEqual([]);
    expect(marks.filter((mark) => withoutIt.includes(mark))).toEqual([]);
  });
});
