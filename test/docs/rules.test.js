// docs/rules.md, the code and the tests name the same rules.
import { readdirSync } from 'node:fs';
import { read, at } from './blocks.js';

const RULE = /\b[SDJ]\d{1,2}\b/g;

/** The project's own files below a folder, without what is built or installed, and without the fuzzer's random corpus. */
function filesIn(folder) {
  return readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(at('').length))
    .filter((path) => !/\/(node_modules|build|dist|corpus)\/|\.svg$/.test(path));
}

/** The headings of docs/rules.md that are numbers; their anchors are the numbers in lower case. */
const rules = [...read('docs/rules.md').matchAll(/^### (\w+)\n\n[^#\n]/gm)].map(([, rule]) => rule);

test('docs/rules.md lists each rule once, in order', () => {
  expect(rules.length).toBeGreaterThan(20);
  const order = ([kind, ...digits]) => 'SDJ'.indexOf(kind) * 100 + Number(digits.join(''));
  expect(rules).toEqual([...new Set(rules)].sort((a, b) => order(a) - order(b)));
});

test.each(['src', 'include', 'js', 'test', 'docs'])(
  'every rule that %s/ names has an entry in docs/rules.md',
  (folder) => {
    const unknown = filesIn(folder).flatMap((path) =>
      [...new Set(read(path).match(RULE))].filter((rule) => !rules.includes(rule)).map((rule) => `${path}: ${rule}`),
    );
    expect(unknown).toEqual([]);
  },
);

test('every rule is in the name of a test or a trace', () => {
  const titles = filesIn('test')
    .filter((path) => path.endsWith('.test.js'))
    .flatMap((path) => [...read(path).matchAll(/\b(?:test|describe)(?:\.each\([^]*?\))?\(\s*(['"`])(.*?)\1/g)])
    .map(([, , title]) => title);
  const traces = read('test/traces/index.txt').split('\n');
  const pinned = new Set([...titles, ...traces].flatMap((name) => name.match(RULE) ?? []));
  expect(rules.filter((rule) => !pinned.has(rule))).toEqual([]);
});
