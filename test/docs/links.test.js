// The relative links of all Markdown files lead to a file, and to a heading if they have a fragment. The step docs
// checks the links of the generated site.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { at, read } from './blocks.js';

const skipped = ['.git', 'node_modules', 'build', 'dist'];

/** The project's Markdown files, as paths below its root. */
function markdownFiles(folder = '.') {
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const withoutCode = (text) => text.replace(/^(`{3,}).*\n[^]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives the headings of a text. */
function anchorsOf(text) {
  const anchors = new Set();
  const headings = text.replace(/^(`{3,}).*\n[^]*?^\1$/gm, '').matchAll(/^#{1,6} (.*)$/gm);
  for (const [, heading] of headings) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function deadLinks(path) {
  const links = [...withoutCode(read(path)).matchAll(/\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]*))?\)/g)];
  return links
    .filter(([, target, fragment]) => {
      const file = target === '' ? path : relative(at('.'), resolve(at(dirname(path)), target));
      const stats = statSync(at(file), { throwIfNoEntry: false });
      if (stats === undefined) return true;
      if (fragment === undefined || !file.endsWith('.md')) return false;
      return !anchorsOf(read(file)).has(fragment);
    })
    .map(([link]) => link);
}

const files = markdownFiles();

test('the Markdown files are found', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/rules.md', 'test/traces/README.md']));
});

test.each(files)('%s has no dead link', (path) => {
  expect(deadLinks(path)).toEqual([]);
});
