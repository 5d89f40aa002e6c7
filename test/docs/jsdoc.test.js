// Everything public has an example in its JSDoc, which editors show. The declarations in dist/ have what is public.
import ts from 'typescript';
import { entries } from '../../scripts/package/entries.mjs';
import { read } from './blocks.js';

/** Types of which a program has a value only from a function that has an example, or to read. */
const withoutExample = {
  BoundProgram: 'what bind returns',
  CallWork: 'what Preemptible.call returns',
  CooperatorStats: 'what stats returns',
  DeferredListResult: 'what a DeferredList fires with',
  HoldContext: 'what the function of run receives',
  ListedResult: 'what a DeferredList fires with',
  ModuleSource: 'a union of types of the host',
  ParallelWork: 'what parallel returns',
  PreemptibleStats: 'what stats returns',
  Range: 'what range returns',
  ReadyWork: 'what the loops return',
  TaskState: 'a union of names',
  Work: 'the first argument of cooperate, in its example',
  WorkerWork: 'what inWorker returns',
};

const commentOf = (node) => node.getFullText().slice(0, node.getLeadingTriviaWidth());

/**
 * The examples of the declarations of an entry, by their names. TypeScript keeps only the description of a typedef, so
 * that the example of a type is a code block in it.
 */
function declarationsOf(entry) {
  const file = ts.createSourceFile('', read(`dist/${entry}.d.ts`), ts.ScriptTarget.Latest, true);
  const declarations = new Map();
  for (const node of file.statements) {
    if (node.name === undefined || ts.isModuleDeclaration(node)) continue;
    const tags = ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === 'example');
    const blocks = [...commentOf(node).matchAll(/^ \* ```js\n([^]*?)^ \* ```$/gm)].map(([, lines]) =>
      lines.replace(/^ \* ?/gm, ''),
    );
    const examples = [...tags.map(({ comment }) => ts.getTextOfJSDocComment(comment)), ...blocks];
    declarations.set(node.name.text, [...(declarations.get(node.name.text) ?? []), ...examples]);
  }
  return declarations;
}

/** Returns true if an example has no error of syntax. It may use `await` and `yield`. */
function isCode(example) {
  const program = /^(import|export) /m.test(example) ? example : `async function* example() {\n${example}\n}`;
  const { diagnostics } = ts.transpileModule(program, { reportDiagnostics: true, fileName: 'example.mjs' });
  return diagnostics.length === 0;
}

describe.each(entries)('%s', (entry) => {
  const declarations = declarationsOf(entry);

  test('every public function, class and type has an example', () => {
    const missing = [...declarations].filter(([, examples]) => examples.length === 0).map(([name]) => name);
    const exported = read(`dist/${entry}.d.ts`)
      .match(/^export (?:type )?\{[^]*?\};$/gm)
      .join(' ');
    const isPublic = (name) => new RegExp(`\\b${name}\\b`).test(exported);
    expect(missing.filter((name) => isPublic(name) && !(name in withoutExample))).toEqual([]);
  });

  test('the examples are code', () => {
    const examples = [...declarations.values()].flat();
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter((example) => !isCode(example))).toEqual([]);
  });
});

test('no exception is out of date', () => {
  const all = entries.flatMap((entry) => [...declarationsOf(entry)]);
  for (const name of Object.keys(withoutExample)) {
    expect(all.filter(([declared, examples]) => declared === name && examples.length === 0)).toHaveLength(1);
  }
});
