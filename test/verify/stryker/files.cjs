// Jest's runner of test files, which stops at the first file with a failed test. It starts with the files that detected
// the previous mutants, which are neighbours in the source.
const { default: TestRunner } = require('jest-runner');

/** @type {Map<string, number>} by path: the number of the last mutant that the file detected */
const detected = (process.mutantsDetected ??= new Map());

module.exports = class UntilFailure extends TestRunner {
  async runTests(tests, watcher, options) {
    const lastOf = ({ path }) => detected.get(path) ?? 0;
    for (const test of [...tests].sort((a, b) => lastOf(b) - lastOf(a))) {
      await super.runTests([test], watcher, options);
      if (process.mutantDetected) {
        detected.set(test.path, Math.max(0, ...detected.values()) + 1);
        return;
      }
    }
  }
};
