import { errorText } from './error-text.js';
import { startTests } from '@vitest/runner';

const timeout = 20_000; // generous, for busy machines

const config = {
  root: '/',
  name: undefined,
  setupFiles: [],
  passWithNoTests: false,
  allowOnly: false,
  testNamePattern: undefined,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: timeout,
  hookTimeout: timeout,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

/**
 * Runs one test file.
 * @param {string} name
 * @param {() => Promise<unknown>} load  evaluates the file, which defines its tests
 * @returns {Promise<{ passed: number, failures: { test: string, message: string }[] }>}
 */
export async function runFile(name, load) {
  const [file] = await startTests([name], { config, importFile: load });
  const report = { passed: 0, failures: [] };
  addResults(file, [], report);
  if (report.passed + report.failures.length === 0)
    report.failures.push({ test: name, message: 'the file has no test' });
  return report;
}

/** Adds the results of a file, a suite or a test. @param {string[]} names  of the suites around it */
function addResults(task, names, report) {
  const { state, errors = [] } = task.result ?? {};
  const fail = (message) => report.failures.push({ test: names.join(' > ') || task.name, message });
  for (const error of errors) fail(`${errorText(error)}${error.diff ? `\n${error.diff}` : ''}`);
  if (task.type === 'test') {
    if (state === 'pass') report.passed += 1;
    // A skipped test has shown nothing.
    else if (errors.length === 0) fail(`not passed: ${state ?? task.mode}`);
    return;
  }
  for (const each of task.tasks) addResults(each, [...names, each.name], report);
}
