// Runs Jest and counts its tests.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { run } from '../../../scripts/run.mjs';
import { at } from './paths.mjs';

/**
 * @param {string} node  the Node that runs Jest
 * @param {string} name  names the report, build/jest-<name>.json
 * @param {string[]} args  of Jest
 * @returns {Promise<import('./report.mjs').Counts>}
 */
export async function runJest(node, name, args) {
  const report = at(`build/jest-${name}.json`);
  await mkdir(at('build'), { recursive: true });
  await rm(report, { force: true });
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'];
  let failedAsAWhole = 0;
  const output = await run(node, [
    ...flags,
    'node_modules/jest/bin/jest.js',
    ...args,
    '--json',
    `--outputFile=${report}`,
  ]).catch((error) => {
    failedAsAWhole = 1;
    return error.output;
  });
  if (!existsSync(report)) throw Object.assign(new Error('Jest did not run'), { output });
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const notRun = result.numPendingTests + result.numTodoTests; // a skipped test has shown nothing
  // A test file that cannot be loaded has no tests to count.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + notRun;
  return {
    passed: result.numPassedTests,
    failed: Math.max(failed, failedAsAWhole),
    output: notRun > 0 ? `${output}\n${notRun} tests were skipped` : output,
  };
}
