// Generates the type declarations from the JSDoc of js/.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../run.mjs';
import { entries, withoutWasm } from './entries.mjs';

const at = (path) => join(root, path);

/**
 * For a `lib` without `Symbol.dispose` and the type that `using` needs. Not a reference to TypeScript's own declaration,
 * which it has since 5.2 only.
 */
const disposable = `declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
}
`;

/** Writes one file of declarations per entry, once for `import` (.d.ts) and once for `require` (.d.cts). */
export async function buildTypes() {
  await rm(at('build/types'), { recursive: true, force: true });
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.', '--pretty', 'false']);
  await stripInternal(at('build/types'));
  for (const name of entries) {
    const bundled = withoutAliases(await bundleTypes(at(`build/types/${name}.d.ts`)));
    // Typed arrays are generic since TypeScript 5.7 only.
    const declarations = bundled.replace(/\b(Uint8Array)<ArrayBuffer>/g, '($1 & { buffer: ArrayBuffer })');
    const head = declarations.includes('Symbol.dispose') ? disposable : '';
    for (const extension of ['d.ts', 'd.cts']) {
      const text = declarations.replaceAll("'./index.js'", `'./index.${extension === 'd.ts' ? 'js' : 'cjs'}'`);
      await writeFile(at(`dist/${name}.${extension}`), head + text);
    }
  }
  // The same types as those of `cooperator`: a program that replaces one entry by the other need not change its types.
  for (const [file, name] of Object.entries(withoutWasm)) {
    const same = name in withoutWasm ? 'index' : name;
    await writeFile(at(`dist/${file}.d.ts`), `export * from './${same}.js';\n`);
    await writeFile(at(`dist/${file}.d.cts`), `export * from './${same}.cjs';\n`);
  }
}

/** As in the scripts: the classes of the main entry are declared once. */
const mainEntryAsImport = {
  name: 'main entry as import',
  resolveId: (id) => (id === '../index.js' ? { id: './index.js', external: true } : null),
};

async function bundleTypes(input) {
  const { rollup } = await import('rollup');
  const { dts } = await import('rollup-plugin-dts');
  const onwarn = ({ message }) => {
    throw new Error(message);
  };
  const bundle = await rollup({ input, plugins: [mainEntryAsImport, dts()], onwarn });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output[0].code;
}

/** A type that several files import appears as Work$2, Work$3, ..., and compilers would print these names. */
function withoutAliases(code) {
  return code.replace(/^type (\w+)(?:\$\d+)?(<\w+>)? = \1(?:\$\d+)?\2;\n/gm, '').replace(/\b(\w+)\$\d+\b/g, '$1');
}

/** Removes the declarations marked `@internal`: TypeScript's stripInternal ignores those that JavaScript yields. */
async function stripInternal(directory) {
  const { default: ts } = await import('typescript');
  const isInternal = (node) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const path = join(directory, name);
    let text = await readFile(path, 'utf8');
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const internal = file.statements.flatMap((node) => [node, ...(node.members ?? [])]).filter(isInternal);
    for (const { pos, end } of internal.reverse()) text = text.slice(0, pos) + text.slice(end);
    await writeFile(path, text);
  }
}
