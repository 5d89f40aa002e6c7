// Runs ctest and reads how many tests each of its programs ran.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * @typedef {object} ProgramResult
 * @property {string} name
 * @property {number} seconds
 * @property {number} passed
 * @property {number} failed  at least 1 if the program failed as a whole (it crashed, ran too long or was not started)
 *   or ran no test
 */

/**
 * Runs ctest with `args`. Each program that it starts must print `N passed, N failed`; the last such line counts.
 *
 * @param {string[]} args
 * @param {string} report  where ctest writes its JUnit report, relative to the root
 * @param {{ show?: boolean }} [options]  `show`: write ctest's output to the terminal
 * @returns {Promise<{ results: ProgramResult[], output: string }>}  rejects if ctest ran no program
 */
export async function runCtest(args, report, { show = false } = {}) {
  const path = join(root, report);
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  const size = '10000000'; // by default the report keeps 1 KB of a program's output, and the counts are at its end
  const output = await run(
    'ctest',
    [...args, '--output-junit', path, '--test-output-size-passed', size, '--test-output-size-failed', size],
    { show },
  ).catch((error) => `${error.output}\n${error.message}`);
  const results = existsSync(path) ? readResults(readFileSync(path, 'utf8')) : [];
  if (results.length === 0) throw Object.assign(new Error('ctest ran no test'), { output });
  return { results, output };
}

function readResults(junit) {
  const programs = junit.matchAll(/<testcase name="([^"]*)"[^>]* time="([^"]*)" status="(\w+)"[^]*?<\/testcase>/g);
  return [...programs].map(([text, name, seconds, status]) => {
    const counts = [...text.matchAll(/(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
    const [passed = 0, failed = 0] = counts.slice(1).map(Number);
    const ended = status === 'run'; // it was started, and its exit code was 0
    return { name, seconds: Number(seconds), passed, failed: Math.max(failed, ended && passed > 0 ? 0 : 1) };
  });
}

/** The sum of `passed` and of `failed`. @param {{ passed: number, failed: number }[]} results */
export function total(results) {
  return results.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
}
