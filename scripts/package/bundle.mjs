// Bundles js/ with esbuild.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { root } from '../run.mjs';
import { namesFor, rename, shortNames } from './core-names.mjs';
import { closeEntries, entries, programs, withoutWasm } from './entries.mjs';
import { internalNames } from './internal-names.mjs';
import { javascriptCore } from './javascript-core.mjs';
import { textOfBytes } from './wasm-text.mjs';

const target = 'es2022';

/**
 * Modules that several entries may contain, because they have no classes that users see, and no state that must exist once: each copy of
 * signals.js puts one listener on a signal, and async-context.js only remembers what it has found out about the host.
 */
const stateless = [
  'tasks/in-async-generator',
  'tasks/signals',
  'util/argument-errors',
  'util/async-context',
  'util/async-iterator',
  'util/platform',
  'util/report-unhandled',
  'util/stack',
  'util/stop-errors',
  'util/thenable',
  'util/timers',
  'util/work-protocol',
].map((name) => `js/${name}.js`);

/** The core as the linker has made it, with the names of the sources. */
const linkedCore = 'build/wasm/cooperator.wasm';

/** Writes dist/cooperator.wasm and all scripts of dist/. The core and the types must be built. */
export async function buildScripts() {
  const linked = await readFile(join(root, linkedCore));
  const names = shortNames(linked);
  await writeFile(join(root, 'dist/cooperator.wasm'), rename(linked, names));
  const shortened = { ...names, ...namesFor(await internalNames(), Object.keys(names).length) };
  const plainOptions = { minifySyntax: true, sourcemap: 'inline', finish: minify };
  const options = {
    ...plainOptions,
    mangleProps: new RegExp(`^(${Object.keys(shortened).join('|')})$`),
    mangleCache: shortened,
    plugins: [coreFrom('dist/cooperator.wasm'), namesInPackage(names)],
  };
  const results = await bundle({ entryPoints: pathsOf(closeEntries), ...options });
  const inJavaScript = Object.fromEntries(Object.entries(withoutWasm).map(([file, name]) => [file, `js/${name}.js`]));
  const plugins = [loadWithoutWasm, ...options.plugins];
  results.push(...(await bundle({ entryPoints: inJavaScript, main: 'without-wasm', ...options, plugins })));
  const others = entries.filter((name) => !closeEntries.includes(name));
  results.push(...(await bundle({ entryPoints: pathsOf(others), ...plainOptions })));
  for (const name of programs) await copyFile(join(root, `js/${name}.js`), join(root, `dist/${name}.js`));
  results.push(
    await bundleWith({
      absWorkingDir: root,
      outdir: 'dist',
      entryPoints: { 'cooperator.global': 'js/browser-global.js' },
      format: 'iife',
      globalName: 'cooperator',
      ...options,
    }),
  );
  for (const { warnings, metafile } of results) {
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    rejectDuplicates(metafile);
  }
}

/**
 * Bundles each entry of the package twice, for `import` and for `require`: readable, and with the core's long names.
 * @param {import('esbuild').BuildOptions} options  `absWorkingDir`: the directory that contains js/; `outdir`: where the
 *   bundles go; `main`: the name of the main entry's file; others are passed on
 */
export function bundle({
  absWorkingDir = root,
  outdir = join(absWorkingDir, 'dist'),
  entryPoints = pathsOf(entries),
  main = 'index',
  ...options
}) {
  const formats = { esm: '.js', cjs: '.cjs' };
  return Promise.all(
    Object.entries(formats).map(([format, extension]) =>
      bundleWith({
        absWorkingDir,
        outdir,
        entryPoints,
        format,
        outExtension: { '.js': extension },
        ...options,
        plugins: [...(options.plugins ?? []), mainEntryAsImport(main + extension)],
      }),
    ),
  );
}

/** @param {string[]} names */
const pathsOf = (names) => names.map((name) => `js/${name}.js`);

/** `finish` makes the files of a script, by their endings. */
async function bundleWith({ plugins = [], finish = (text) => ({ '': text }), ...options }) {
  const { build } = await import('esbuild'); // installed only after setup
  const result = await build({
    bundle: true,
    platform: 'neutral', // one bundle runs everywhere
    target,
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    plugins: [...plugins, coreFrom(linkedCore), wasmAsText, threadAsText],
    write: false,
    ...options,
  });
  for (const { path, text } of result.outputFiles) {
    const files = await finish(restoreClassNames(text), path, options);
    await mkdir(dirname(path), { recursive: true });
    for (const [ending, content] of Object.entries(files)) await writeFile(path + ending, content);
  }
  return result;
}

/**
 * Shortens the names of local variables and removes white space, which makes the package quicker to load. Functions and
 * classes keep their names, so that stack traces and consoles show them even without the map; bundlers shorten these
 * anyway.
 * @param {string} text  with an inline source map
 * @param {string} path
 * @param {import('esbuild').BuildOptions} options
 */
async function minify(text, path, { format }) {
  const { transform } = await import('esbuild');
  // Without imports and exports, a module is a script, and the names at the top of a script may be needed by others.
  const [, head, exports = '', map] = text.match(/^([^]*?)(export \{[\s\w,]*\};\s*)?(\/\/# sourceMappingURL=.*\s*)$/);
  if ((format === 'esm') !== (exports !== '')) throw new Error(`esbuild has changed how ${path} ends`);
  const imports = [];
  const script = head.replace(/^import [^;]*;$/gm, (statement) => {
    imports.push(statement);
    return statement.replace(/.+/g, '');
  });
  const result = await transform(await moveCoreToEnd(script, map), {
    target,
    charset: 'utf8',
    minify: true,
    lineLimit: 120, // Node prints the whole line of an error that nobody catches.
    sourcemap: 'external',
    sourcefile: basename(path),
  });
  const link = `//# sourceMappingURL=${basename(path)}.map\n`;
  const joints = [...imports, exports].map((statement) => statement.replace(/\s+/g, ' ').trim() + '\n');
  return { '': result.code + joints.join('') + link, '.map': result.map };
}

/**
 * Moves the text of the core behind the scripts, which need it only when they are called. That makes the package smaller
 * after gzip, which finds repetitions in the last 32 KB only.
 * @param {string} script
 * @param {string} link  to its inline source map
 * @returns {Promise<string>} the script with the link to the new map
 */
async function moveCoreToEnd(script, link) {
  const lines = script.split('\n');
  const place = lines.findIndex((line) => /^var \w+ = "[^"\s]{5000,}";$/.test(line));
  if (place === -1) return script + link;
  const { decode, encode } = await import('@jridgewell/sourcemap-codec');
  const [start, encoded] = link.split('base64,');
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString());
  const mappings = decode(map.mappings);
  mappings.push(...Array.from({ length: lines.length - mappings.length }, () => []), mappings[place]);
  mappings[place] = [];
  lines.push(lines[place]);
  lines[place] = '';
  const newMap = Buffer.from(JSON.stringify({ ...map, mappings: encode(mappings) })).toString('base64');
  return `${lines.join('\n')}\n${start}base64,${newMap}`;
}

/** Inlines this core. The first such plugin counts. @param {string} path  below the root */
const coreFrom = (path) => ({
  name: 'core',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /cooperator\.wasm$/ }, () => ({ path: join(root, path) }));
    onResolve({ filter: /cooperator\.wasm\?javascript$/ }, () => ({ path, namespace: 'javascript' }));
    onLoad({ filter: /(?:)/, namespace: 'javascript' }, async (core) => ({
      contents: await javascriptCore(core.path),
    }));
  },
});

/** Entries that are built on the main one import it: its classes and the core exist once. @param {string} file */
const mainEntryAsImport = (file) => ({
  name: 'main entry as import',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: `./${file}`, external: true })),
});

/** Takes the other loader of the core. */
const loadWithoutWasm = {
  name: 'without WebAssembly',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/wasm\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, dirname(path), 'without-wasm.js'),
    })),
};

/** @param {import('./core-names.mjs').Names} names */
const namesInPackage = (names) => ({
  name: 'names of the core',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\bcore\/names\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('shortNames = {}', `shortNames = ${JSON.stringify(names)}`);
      if (contents === source) throw new Error(`${path} has no place for the names`);
      return { contents };
    }),
});

const wasmAsText = {
  name: 'wasm as text',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
      contents: textOfBytes(await readFile(path)),
      loader: 'text',
    })),
};

/** The program of a worker is a text in the package, so that no bundler and no page has to find a file of its own. */
const threadAsText = {
  name: 'thread as text',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\bworker\/thread-source\.js$/ }, async ({ path }) => {
      const { transform } = await import('esbuild');
      const thread = await readFile(join(dirname(path), 'thread.js'), 'utf8');
      const { code } = await transform(thread, { target, minify: true, format: 'esm' });
      return { contents: `export const threadSource = ${JSON.stringify(code.trim())};` };
    }),
};

/**
 * Replaces `var Deferred = class _Deferred`, which esbuild writes and consoles would show, by `var Deferred = class`. The
 * spaces keep the source map right.
 * @param {string} text
 */
function restoreClassNames(text) {
  const names = [...text.matchAll(/\b(\w+) = class _\1\b/g)].map(([, name]) => name);
  return names.reduce(
    (all, name) =>
      all
        .replace(`class _${name}`, 'class'.padEnd(7 + name.length))
        .replace(new RegExp(`\\b_${name}\\b`, 'g'), `${name} `),
    text,
  );
}

/** A module that two entries contain exists twice, and `instanceof` fails across the copies of its classes. */
function rejectDuplicates({ outputs }) {
  const seen = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const path of Object.keys(inputs)) {
      if (stateless.includes(path)) continue;
      if (seen.has(path)) throw new Error(`${path} must be in one entry of the package only`);
      seen.add(path);
    }
  }
}
