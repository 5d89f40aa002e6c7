// Markers in C for what the tests cannot run, each with its reason in the same comment:
//   GCOVR_EXCL_LINE: <reason>      the line is not run
//   GCOVR_EXCL_BR_LINE: <reason>   one of its branches is not taken
// gcovr and lcov know these markers. Here they are checked as well: a marked line that is covered is a mistake.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/run.mjs';

const MARKER = /GCOVR_EXCL_(BR_)?LINE(: \S.*)?/;

/**
 * @typedef {object} Line
 * @property {number} number  from 1
 * @property {boolean} isRun
 * @property {number} branches
 * @property {number} branchesLeft  how many are never taken
 *
 * @typedef {object} Coverage
 * @property {{ lines: number, linesRun: number, branches: number, branchesRun: number }} counts
 * @property {string[]} wrong
 */

/** @param {Map<string, Line[]>} files  by path from the root, the lines that contain code @returns {Coverage} */
export function checkLines(files) {
  const counts = { lines: 0, linesRun: 0, branches: 0, branchesRun: 0 };
  const wrong = [];
  for (const [file, lines] of files) {
    const source = readFileSync(join(root, file), 'utf8').split('\n');
    for (const { number, isRun, branches, branchesLeft } of lines) {
      counts.lines++;
      counts.linesRun += isRun ? 1 : 0;
      counts.branches += branches;
      counts.branchesRun += branches - branchesLeft;
      const text = source[number - 1].trim();
      const mistake = findMistake(text, isRun, branchesLeft);
      if (mistake !== undefined) wrong.push(`${file}:${number} ${mistake}: ${text}`);
    }
  }
  return { counts, wrong };
}

/** @returns {string | undefined} */
function findMistake(text, isRun, branchesLeft) {
  const [marker, isForBranch, reason] = MARKER.exec(text) ?? [];
  if (marker === undefined) {
    if (!isRun) return 'is not run';
    return branchesLeft === 0 ? undefined : `has ${branchesLeft} branches that are not taken`;
  }
  if (reason === undefined) return 'is marked without a reason';
  if (isForBranch === undefined) return isRun ? 'is marked, but run' : undefined;
  if (!isRun) return 'is marked for a branch, but not run at all';
  if (branchesLeft > 1) return `has ${branchesLeft} branches that are not taken, and the marker stands for one`;
  return branchesLeft === 0 ? 'is marked, but all its branches are taken' : undefined;
}
