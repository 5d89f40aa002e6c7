// Finds the code blocks of README.md, CONTRIBUTING.md and docs/, and decides how each of them is tested.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const read = (path) => readFileSync(at(path), 'utf8');

export const guides = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/reference'].flatMap((folder) =>
    readdirSync(at(folder))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => `${folder}/${name}`),
  ),
];

/** The names of the examples. Each is a folder with a README. */
export const examples = readdirSync(at('examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name);

/** The files of an example, also those in folders, but not what was installed or built in it. @param {string} name */
export const sourcesOf = (name) =>
  readdirSync(at(`examples/${name}`), { recursive: true })
    .map((file) => String(file).replaceAll('\\', '/'))
    .filter((file) => !/^(?:node_modules|build|dist|\.next)(?:\/|$)/.test(file));

/** Guides to be followed from the first block to the last, each with the test that does so. */
export const walkthroughs = {
  'docs/native.md': 'test/browser/native-docs.test.js',
  'docs/preemptible.md': 'test/preemptible/docs.test.js',
  'docs/tutorial.md': 'test/browser/tutorial.test.js',
};

/**
 * @typedef {object} Block
 * @property {string} guide
 * @property {number} line  the number of the first line of code
 * @property {string} heading  the nearest heading above the block
 * @property {string} language  as given after the fence; `commands` for an indented block
 * @property {string} code
 * @property {string} [file]  the file name in a comment on the first line
 * @property {string} [prints]  the output: a `text` block directly below
 */

/** @param {string} guide @returns {Block[]} */
export function blocksOf(guide) {
  const text = read(guide);
  /** @type {Block[]} */
  const blocks = [];
  let end = 0;
  // fenced blocks, and indented ones after an empty line
  for (const match of text.matchAll(/^```(\S*)\n([^]*?)^```$|(?<=^\n)(?: {4}.*\n)+/gm)) {
    const [all, language = 'commands', code = all.replace(/^ {4}/gm, '')] = match;
    const between = text.slice(end, match.index);
    end = match.index + all.length;
    const previous = blocks.at(-1);
    if (language === 'text' && previous !== undefined && previous.prints === undefined && between.trim() === '') {
      previous.prints = code;
      continue;
    }
    blocks.push({
      guide,
      language,
      code,
      line: text.slice(0, match.index).split('\n').length + 1,
      heading: text.slice(0, match.index).match(/^#+ (.*)$(?![^]*^#+ )/m)?.[1] ?? '',
      file: code.match(/^(?:\/\/|<!--|\/\*|#) (\S+\.\w+)(?: -->| \*\/)?\n/)?.[1],
    });
  }
  return blocks;
}

/** The commands in the indented blocks of a guide, one per line. @param {string} guide */
export function commandsOf(guide) {
  return blocksOf(guide)
    .filter(({ language }) => language === 'commands')
    .flatMap(({ code }) => code.trim().split('\n'));
}

/**
 * How a block is tested. Undefined if no test applies, which fails the tests.
 * @param {Block} block
 */
export function testOf({ guide, language, file, code }) {
  if (language === 'c' && file === undefined) return 'consumer source';
  if (guide in walkthroughs) return 'part of a walkthrough';
  if (file !== undefined) return 'file for a command';
  if (['jsx', 'vue', 'svelte'].includes(language)) return 'code of an example';
  if (language === 'js') return 'JavaScript program';
  if (language === 'ts') return 'TypeScript program';
  if (language === 'python') return 'Python program';
  if (language === 'cmake') return 'lines of the consumer';
  if (language === 'html') return 'script element';
  if (language === 'sh' && /^node \S+\n$/.test(code)) return 'command on files';
  if (language === 'sh' || language === 'commands') return 'project commands';
  return undefined;
}
