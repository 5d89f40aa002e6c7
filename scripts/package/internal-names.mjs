// Finds the names of properties that only the package's own code uses, so that the build can shorten them.
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../run.mjs';
import { closeEntries } from './entries.mjs';

/** The functions of C programs, which src/wasm/program.js calls by name. */
const ofPrograms = /^host_/;

/** Modules of Node whose objects the package uses. Other runtimes have the same ones. */
const ofNode = ['async_hooks', 'buffer', 'events', 'perf_hooks', 'process', 'timers', 'worker_threads'];

/**
 * Returns the names of the members of classes and objects in js/ that nothing else has or asks for: neither a user (the
 * names in the package's types), nor the host (those of ECMAScript and the DOM in TypeScript's types, and those of Node),
 * nor code that makes names of text.
 * @returns {Promise<string[]>}
 */
export async function internalNames() {
  const { default: ts } = await import('typescript');
  const library = dirname(fileURLToPath(import.meta.resolve('typescript')));
  const declarations = await Promise.all([
    ...closeEntries.map((entry) => readFile(join(root, `dist/${entry}.d.ts`), 'utf8')),
    ...(await readdir(library)).filter((name) => /^lib\..*\.d\.ts$/.test(name)).map((name) => readText(library, name)),
  ]);
  const ofTypes = declarations.flatMap((text) => wordsOf(text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')));
  const taken = new Set([...ofTypes, ...(await Promise.all(ofNode.map(namesOfModule))).flat()]);
  const members = new Set();

  const visit = (node) => {
    const { name } = node;
    if (ts.isClassElement(node) && name !== undefined && ts.isIdentifier(name)) members.add(name.text);
    if (isAssignmentToThis(node, ts)) members.add(node.left.name.text);
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node))
      wordsOf(node.text).forEach((word) => taken.add(word));
    ts.forEachChild(node, visit);
  };
  for (const path of await readdir(join(root, 'js'), { recursive: true })) {
    if (!path.endsWith('.js') || isOfOtherEntry(path)) continue;
    visit(ts.createSourceFile(path, await readText(root, 'js', path), ts.ScriptTarget.Latest));
  }
  return [...members].filter((name) => !taken.has(name) && !ofPrograms.test(name)).sort();
}

/** The other entries keep all of their names. @param {string} path  below js/ */
const isOfOtherEntry = (path) => /^(preemptible|twisted|worker|cli)\b/.test(path);

const readText = (...path) => readFile(join(...path), 'utf8');

/** The names of what a module of Node exports, of its members and of those of its classes. @param {string} name */
async function namesOfModule(name) {
  const values = Object.values(await import(`node:${name}`)).flatMap((value) => [value, value?.prototype]);
  const objects = values.filter((value) => Object(value) === value);
  return objects.flatMap((value) => Object.getOwnPropertyNames(value));
}

/** @param {string} text @returns {string[]} */
const wordsOf = (text) => text.match(/[\w$]+/g) ?? [];

/** True of `this.name = ...`, which declares a member where a class does not. */
function isAssignmentToThis(node, ts) {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(node.left) &&
    node.left.expression.kind === ts.SyntaxKind.ThisKeyword &&
    ts.isIdentifier(node.left.name)
  );
}
