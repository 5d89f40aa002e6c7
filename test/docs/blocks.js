// The blocks of code in README.md, CONTRIBUTING.md and docs/, and for each the way in which it is tested. A block for
// which there is no way fails the tests: none is skipped.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const read = (path) => readFileSync(at(path), 'utf8');

export const guides = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(at('docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

/** The folders with an example in them; each has a README. */
export const examples = readdirSync(at('examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name);

/** Guides that are one story: all their blocks together are run by a test of their own. */
export const stories = {
  'docs/native.md': 'test/browser/native-docs.test.js',
  'docs/tutorial.md': 'test/browser/tutorial.test.js',
};

/**
 * @typedef {object} Block
 * @property {string} guide
 * @property {number} line  of the first line of the code
 * @property {string} heading  under which it stands
 * @property {string} language
 * @property {string} code
 * @property {string} [file]  the name that its first line gives it
 * @property {string} [prints]  the text block right below it
 */

/** @param {string} guide @returns {Block[]} */
export function blocksOf(guide) {
  const text = read(guide);
  /** @type {Block[]} */
  const blocks = [];
  let end = 0;
  // fenced, or indented below an empty line
  for (const match of text.matchAll(/^```(\S*)\n([^]*?)^```$|(?<=^\n)(?: {4}.*\n)+/gm)) {
    const [all, language = 'commands', code = all.replace(/^ {4}/gm, '')] = match;
    const between = text.slice(end, match.index);
    end = match.index + all.length;
    const before = blocks.at(-1);
    if (language === 'text' && before !== undefined && before.prints === undefined && between.trim() === '') {
      before.prints = code;
      continue;
    }
    blocks.push({
      guide,
      language,
      code,
      line: text.slice(0, match.index).split('\n').length + 1,
      heading: text.slice(0, match.index).match(/^#+ (.*)$(?![^]*^#+ )/m)?.[1] ?? '',
      file: code.match(/^(?:\/\/|<!--) (\S+\.\w+)( -->)?\n/)?.[1],
    });
  }
  return blocks;
}

/** The commands that a guide tells, one to a line. @param {string} guide */
export function commandsOf(guide) {
  return blocksOf(guide)
    .filter(({ language }) => language === 'commands')
    .flatMap(({ code }) => code.trim().split('\n'));
}

/** How a block is tested; undefined where nothing is known of it. @param {Block} block */
export function wayOf({ guide, language, file, code }) {
  if (guide in stories) return `with its guide, by ${stories[guide]}`;
  if (file !== undefined) return 'as a file of that name, for the commands below it';
  if (language === 'js') return 'as a program';
  if (language === 'ts') return 'as a program of TypeScript';
  if (language === 'python') return 'as a program of Python';
  if (language === 'c') return 'as the source of the consumer';
  if (language === 'cmake') return 'as lines of the consumer';
  if (language === 'html') return 'as markup that names a file of the package';
  if (language === 'commands') return 'as commands that the project has';
  if (language === 'sh') return /^node \S+\n$/.test(code) ? 'as a command' : 'as commands that the project has';
  return undefined;
}
