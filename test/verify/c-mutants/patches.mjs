// The patches of this folder: deliberate faults in src/, and in the JavaScript for C programs, which js-mutants.mjs
// leaves out. Each has a head of three lines:
//   Rule: the rule that it breaks, or the part of the code
//   Fault: what is wrong with it
//   Tests: the tests that must detect it, separated by commas; ../c-mutants.mjs knows the kinds
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../scripts/run.mjs';

const directory = fileURLToPath(new URL('.', import.meta.url));
const HEAD = /^Rule: (.+)\nFault: (.+)\nTests: (.+)\n/;

/** @typedef {{ file: string, rule: string, fault: string, tests: string[] }} Patch */

/** @returns {Patch[]} */
export function readPatches() {
  const names = readdirSync(directory).filter((name) => name.endsWith('.patch'));
  return names.map((name) => {
    const [head, rule, fault, tests] = HEAD.exec(readFileSync(join(directory, name), 'utf8')) ?? [];
    if (head === undefined) throw new Error(`${name} does not begin with the lines Rule:, Fault: and Tests:`);
    return { file: join(directory, name), rule, fault, tests: tests.split(', ') };
  });
}

/**
 * Applies a patch to the sources in a directory; rejects if it does not fit. Lines may have moved, and one line of
 * context on each side is enough.
 * @param {Patch} patch
 * @param {string} tree
 * @param {{ check?: boolean, reverse?: boolean }} [options]  `check` changes nothing
 */
export function applyPatch({ file }, tree, { check = false, reverse = false } = {}) {
  const options = ['-C1', ...(check ? ['--check'] : []), ...(reverse ? ['--reverse'] : [])];
  // Inside a repository's ignored directory git would look for the files at the top of the repository.
  return run('git', ['apply', ...options, file], { cwd: tree, env: { GIT_CEILING_DIRECTORIES: dirname(tree) } });
}
