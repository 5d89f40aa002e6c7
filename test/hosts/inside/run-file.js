import { errorText } from './error-text.js';
import { startTests } from '@vitest/runner';

const timeout = 20_000; // a machine under load is no failure

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
 * @param {() => Promise<unknown>} load  evaluates it
 * @returns {Promise<{ passed: number, failures: { test: string, message: string }[] }>}
 */
export async function runFile(name, load) {
  const [file] = await startTests([name], { config, importFile: load });
  const report = { passed: 0, failures: [] };
  read(file, [], report);
  if (report.passed + report.failures.length === 0) report.failures.push({ test: name, message: 'it has no test' });
  return report;
}

function read(task, names, report) {
  const { state, errors = [] } = task.result ?? {};
  const fail = (message) => report.failures.push({ test: names.join(' > ') || task.name, message });
  for (const error of errors) fail(`${errorText(error)}${error.diff ? `\n${error.diff}` : ''}`);
  if (task.type === 'test') {
    if (state === 'pass') report.passed += 1;
    // A skipped test has proved nothing.
    else if (errors.length === 0) fail(`${state ?? task.mode}`);
    return;
  }
  for (const each of task.tasks) read(each, [...names, each.name], report);
}
