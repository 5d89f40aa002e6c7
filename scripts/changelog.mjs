// Reads CHANGELOG.md, which must have the form of Keep a Changelog 1.1.0: unreleased changes first, then the versions,
// the newest first.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parser } from 'keep-a-changelog';
import { root } from './run.mjs';

export const readChangelog = async () => parseChangelog(await readFile(join(root, 'CHANGELOG.md'), 'utf8'));

/** Throws if the text does not have that form; the error quotes the offending line. @param {string} text */
export function parseChangelog(text) {
  checkHeadings(text);
  // The parser would sort the releases and so hide a wrong order.
  const {
    releases: [unreleased, ...releases],
  } = parser(text, { autoSortReleases: false });
  for (const [index, release] of releases.entries()) {
    if (release.isEmpty()) throw new Error(`version ${release.version} must list at least one change`);
    if (index > 0 && releases[index - 1].compare(release) >= 0) {
      throw new Error(
        `the newest version must come first, but ${release.version} comes after ${releases[index - 1].version}`,
      );
    }
  }
  return { unreleased, releases };
}

/** The parser accepts more headings than the format has. */
function checkHeadings(text) {
  const [first, ...others] = text.match(/^## .*$/gm) ?? [];
  if (first !== '## [Unreleased]') throw new Error(`the first version must be "## [Unreleased]", not "${first}"`);
  const version = /^## \[\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?\] - \d{4}-\d\d-\d\d( \[YANKED\])?$/;
  const wrong = others.find((heading) => !version.test(heading));
  if (wrong !== undefined) throw new Error(`a version must look like "## [1.2.3] - 2027-01-31", not "${wrong}"`);
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const kind = text.match(/^### .*$/gm)?.find((heading) => !kinds.includes(heading.slice(4)));
  if (kind !== undefined) throw new Error(`a group of changes must be one of ${kinds.join(', ')}, not "${kind}"`);
}
