// What the files of js/ may know, beyond their imports, and what bundlers leave out of the package.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { internalNames } from '../../scripts/package/internal-names.mjs';
import { at, read, withoutComments } from './sources.js';

const files = readdirSync(at('js'), { recursive: true }).filter((name) => name.endsWith('.js'));
const filesWith = (pattern) => files.filter((file) => pattern.test(withoutComments(read(`js/${file}`)))).sort();

test('only js/core uses WebAssembly, and the entry that is for modules of others', () => {
  const users = filesWith(/\bWebAssembly\.|typeof WebAssembly\b/);
  expect(users.filter((file) => !/^(core|preemptible)\//.test(file))).toEqual([]);
  expect(users).toContain('core/wasm.js');
  expect(users).not.toContain('core/without-wasm.js');
});

test('only js/core/wasm.js imports the bytes of the core, and only js/core/compile.js compiles a module', () => {
  expect(filesWith(/cooperator\.wasm'/)).toEqual(['core/wasm.js']);
  expect(filesWith(/\w\.wasm' *;/)).toEqual(['core/wasm.js', 'preemptible/rewriter.js']);
  expect(filesWith(/new WebAssembly\.Module\b/)).toEqual(['core/compile.js']);
});

test('both loaders of the core export the same', () => {
  const exportsOf = (file) =>
    [...read(file).matchAll(/^export (?:async )?(?:let |function |\{ )(\w+)/gm)].map(([, name]) => name);
  expect(exportsOf('js/core/without-wasm.js')).toEqual(exportsOf('js/core/wasm.js'));
  expect(exportsOf('js/core/wasm.js')).toEqual(['Core', 'core', 'load', 'init']);
});

/** The oldest browsers, from the table in docs/hosts.md, under the names that esbuild has for them. */
function oldestBrowsers() {
  const version = (host) => read('docs/hosts.md').match(new RegExp(`^\\| ${host}[^|]*\\| (\\d+)`, 'm'))[1];
  return { chrome: version('Chrome'), firefox: version('Firefox'), safari: version('Safari') };
}

test('the oldest browsers of docs/hosts.md need no other syntax, and those before them do', () => {
  const scripts = readdirSync(at('dist')).filter((name) => /\.c?js$/.test(name));
  expect(scripts.length).toBeGreaterThan(5);
  const isUnchanged = (text, target) => {
    try {
      return transformSync(text, { target }).code === transformSync(text, { target: 'esnext' }).code;
    } catch {
      return false; // esbuild cannot write it in the syntax of the target
    }
  };
  for (const [browser, version] of Object.entries(oldestBrowsers())) {
    const changed = scripts.filter((name) => !isUnchanged(read(`dist/${name}`), `${browser}${version}`));
    expect([browser, version, changed]).toEqual([browser, version, []]);
    expect(isUnchanged(read('dist/index.js'), `${browser}${version - 1}`)).toBe(false);
  }
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
    ['native', ['native: step', 'its step returned', 'NativeSource']],
  ])('nothing of %s if it is not imported', (name, marks) => {
    const others = ['cooperate', 'coiterate', 'Deferred', 'schedulers', 'predicates', 'native'];
    const withIt = bundle(`cooperate, ${name}`);
    const withoutIt = bundle(others.filter((other) => other !== name).join(', '));
    expect(marks.filter((mark) => !withIt.includes(mark))).toEqual([]);
    expect(marks.filter((mark) => withoutIt.includes(mark))).toEqual([]);
  });
});

test('nothing of cooperator/preemptible is in the other entries', () => {
  const marks = ['coop:hooks', 'InstanceBusy', 'Suspending'];
  expect(marks.filter((mark) => !read('dist/preemptible.js').includes(mark))).toEqual([]);
  for (const entry of ['index', 'work', 'testing', 'cooperator.global']) {
    expect(marks.filter((mark) => read(`dist/${entry}.js`).includes(mark))).toEqual([]);
  }
});

describe('names of properties that the build shortens', () => {
  test('are those of internal members, and none of them is left', async () => {
    const names = await internalNames();
    expect(names).toEqual(expect.arrayContaining(['requestSlice', 'shouldEndSlice', 'takeResult', 'throwIfFailed']));
    const words = ['index', 'sync', 'work', 'testing'].flatMap((entry) => read(`dist/${entry}.js`).match(/[.#]?\w+/g));
    expect(names.filter((name) => words.includes(`.${name}`))).toEqual([]);
  });

  test('are not those that users, hosts or C programs know', async () => {
    const names = await internalNames();
    const ofUsers = [
      'cooperate',
      'whenDone',
      'addErrback',
      'shouldYield',
      'onLongTurn',
      'schedule',
      'dispose',
      'advance',
    ];
    const ofHosts = ['then', 'next', 'throw', 'runInAsyncScope', 'run', 'postMessage', 'exports', 'exit', 'deadline'];
    const ofPrograms = ['host_number', 'host_invoke', 'hooks', 'entries', 'memory', 'table'];
    expect(names.filter((name) => [...ofUsers, ...ofHosts, ...ofPrograms].includes(name))).toEqual([]);
  });
});

describe('what users see of the minified package', () => {
  /** What a program prints that runs at the top of the project. */
  const run = (program, ...flags) =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
      cwd: at('.'),
      encoding: 'utf8',
    });

  /** Imports the exports of a file, which Node cannot list if it is CommonJS. */
  const importAll = (file) => `await import('./dist/${file}').then((all) => all.default ?? all)`;

  test.each(
    ['index', 'preemptible', 'sync', 'testing', 'twisted', 'worker'].flatMap((name) => [`${name}.js`, `${name}.cjs`]),
  )('classes of %s have their names', (file) => {
    const exported = JSON.parse(
      run(`
        const classes = Object.entries(${importAll(file)}).filter(([, value]) => /^class\\b/.test(value));
        console.log(JSON.stringify(classes.map(([name, value]) => [name, value.name])));`),
    );
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter(([name, own]) => name !== own)).toEqual([]);
  });

  const failing = (file) => `
    const { Cooperator } = ${importAll(file)};
    try {
      new Cooperator().cooperate([]).resume();
    } catch (error) {
      console.log(error.stack);
    }`;

  test.each(['index.js', 'index.cjs'])('a stack trace of %s has the names of functions', (file) => {
    expect(run(failing(file))).toMatch(/not paused.*\n(.*\n)* +at CooperativeTask\.resume /);
    const wrong = `const { cooperate } = ${importAll(file)}; try { cooperate(1); } catch ({ stack }) { console.log(stack); }`;
    expect(run(wrong)).toMatch(/\n +at cooperate /);
  });

  test.each(['index.js', 'index.cjs'])('the source map of %s leads to the line in the sources', (file) => {
    const stack = run(failing(file), '--enable-source-maps');
    const [, path, line] = stack.match(/\bresume\b.*\b(js\/tasks\/task\.js):(\d+):/) ?? [];
    expect(read(path).split('\n')[line - 1]).toContain('task_resume');
    const map = JSON.parse(read(`dist/${file}.map`));
    const index = map.sources.findIndex((name) => name.endsWith('/js/tasks/task.js'));
    expect(map.sourcesContent[index]).toBe(read('js/tasks/task.js'));
  });
});
