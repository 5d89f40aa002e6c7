// CHANGELOG.md, in the form of Keep a Changelog 1.1.0: what is unreleased first, then the versions, newest first.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parser } from 'keep-a-changelog';
import { root } from './run.mjs';

export const readChangelog = async () => parseChangelog(await readFile(join(root, 'CHANGELOG.md'), 'utf8'));

/** Throws where the text is not of that form, and says what is not. @param {string} text */
export function parseChangelog(text) {
  checkHeadings(text);
  // sorted by the parser, they could not be seen to be out of order
  const {
    releases: [unreleased, ...releases],
  } = parser(text, { autoSortReleases: false });
  for (const [index, release] of releases.entries()) {
    if (release.isEmpty()) throw new Error(`${release.version} must say what has changed`);
    if (index > 0 && releases[index - 1].compare(release) >= 0) {
      throw new Error(`the newest version comes first: ${release.version} stands below ${releases[index - 1].version}`);
    }
  }
  return { unreleased, releases };
}

/** The parser takes more than the form has. */
function checkHeadings(text) {
  const [first, ...others] = text.match(/^## .*$/gm) ?? [];
  if (first !== '## [Unreleased]') throw new Error(`the first version must be "## [Unreleased]", not "${first}"`);
  const version = /^## \[\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?\] - \d{4}-\d\d-\d\d( \[YANKED\])?$/;
  const wrong = others.find((heading) => !version.test(heading));
  if (wrong !== undefined) throw new Error(`a version must be as in "## [1.2.3] - 2027-01-31", not "${wrong}"`);
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const kind = text.match(/^### .*$/gm)?.find((heading) => !kinds.includes(heading.slice(4)));
  if (kind !== undefined) throw new Error(`what has changed must be one of ${kinds.join(', ')}, not "${kind}"`);
}
